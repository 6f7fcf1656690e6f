//! The straight path of one sign-in, without HTTP: from a verified request to a signed Response.
//!
//! `request` decodes and verifies, `begin` pins a chain or finds that the session suffices,
//! `answer` judges a step, `settle` saves what was decided, `finish` turns the proof into a Response,
//! `show` tells what to display, `missing` what
//! a profile lacks, `unsolicited` begins without a request, `deliver` carries out what a decision asked for. `local` is the same
//! path for the applications of this server, which need no Response. Everything here blocks; a request makes one hop
//! to a blocking thread and comes back with a `Reply`. Only `hit`, the short way of a request whose
//! answer is decided from memory, needs none.

mod answer;
mod begin;
mod deliver;
mod document;
mod enrolled;
mod finish;
mod hit;
mod local;
mod missing;
mod opened;
mod refuse;
mod request;
mod resume;
mod settle;
mod show;
mod target;
pub mod trail;
mod unsolicited;

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use idp_core::Instant;
use idp_core::flow::login::PendingEffect;
use idp_core::id::{BrowserToken, LinkToken, LoginId, SessionToken};
use idp_core::sso::SignedResponse;

use crate::app::App;
use crate::language::{Wishes, Words};
use crate::look::Brand;
use crate::pages::Frame;

pub use answer::{Form, answer};
pub use deliver::{deliver, transmit};
pub use enrolled::tell;
pub use hit::hit;
pub use local::{Admitted, admitted, confirm_local, enter_local, signed_in};
pub use missing::{Missing, go_back, missing, try_again};
pub use request::{Inbound, receive};
pub use resume::{SECONDS as RESUME_SECONDS, resume};
pub use show::{Shown, show};
pub use target::LocalTarget;
pub use unsolicited::{Wanted, offer, start};

/// Who asks, and when.
pub struct Visit {
    /// The one instant of this request.
    pub now: Instant,
    /// Where it came from.
    pub address: IpAddr,
    /// The session cookie.
    pub session: Option<SessionToken>,
    /// The enrolment link that its browser took note of.
    pub enrolment: Option<LinkToken>,
    /// What is known of the languages that whoever asks reads.
    pub wishes: Wishes,
    /// The words of the answer.
    pub words: Words,
    /// The path where the same page can be asked for again.
    pub here: Option<String>,
    /// What the answer shows of this server: as it is when the answer is made.
    pub brand: OnceLock<Arc<Brand>>,
}

impl Visit {
    /// What a page in answer to it has around it.
    pub fn frame<'a>(&'a self, app: &'a App) -> Frame<'a> {
        let brand = self.brand.get_or_init(|| app.configuration.current().brand());
        Frame {
            product: &brand.product_name,
            brand: &brand.product_name,
            style: brand.look.style.as_deref(),
            logo: brand.look.logo.as_deref(),
            help: brand.help.as_ref(),
            words: self.words,
            here: self.here.as_deref(),
        }
    }
}

/// What a step of the sign-in leads to.
pub enum Reply {
    /// On to a login page of ours.
    ToLogin {
        /// Which login.
        login: LoginId,
        /// The fresh token that binds the login to this browser; `None` keeps the present one.
        token: Option<BrowserToken>,
        /// To be carried out before answering.
        effect: Option<PendingEffect>,
    },
    /// On to a one-time address of ours, to see the cookies that a cross-site POST does not carry.
    ToResume {
        /// The secret of the address.
        link: LinkToken,
        /// The fresh token that binds it to this browser.
        browser: BrowserToken,
    },
    /// On to the page about mandatory claims that the person lacks.
    ToMissing {
        /// The secret of the address.
        link: LinkToken,
        /// The fresh token that binds it to this browser.
        browser: BrowserToken,
        /// A new session.
        session: Option<SessionToken>,
        /// A login that is over, whose cookie may go.
        over: Option<LoginId>,
    },
    /// The answer to the service provider.
    Post {
        /// The Response.
        response: Box<SignedResponse>,
        /// The name of the application.
        application: String,
        /// A new session.
        session: Option<SessionToken>,
        /// A login that is over, whose cookie may go.
        over: Option<LoginId>,
    },
    /// On to a page of an application of ours.
    ToLocal {
        /// Which.
        target: LocalTarget,
        /// A new session.
        session: Option<SessionToken>,
        /// A login that is over, whose cookie may go.
        over: Option<LoginId>,
    },
    /// Nobody was signed in to an application of ours.
    Left {
        /// Which.
        target: LocalTarget,
        /// The login, whose cookie may go.
        over: LoginId,
    },
}

/// How often a decision is taken anew when somebody else was faster.
const ATTEMPTS: usize = 12;
