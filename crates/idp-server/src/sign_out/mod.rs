//! Single logout, without HTTP: from a verified request, or from who signs out on a page of ours, to
//! every service provider of the session.
//!
//! `inbound` decodes and verifies, `ending` ends the sessions in one transaction and begins the run,
//! `heard` takes the answers of those who were told, `telling` tells one after the other, `answer`
//! answers who asked, `stored` is the row of a run. `soap` carries messages from server to server.
//! What the run decides is `idp_core::logout`; everything here loads, saves and sends.

mod answer;
mod ending;
mod heard;
mod inbound;
mod soap;
mod stored;
mod telling;
mod view;

use idp_core::id::{BrowserToken, LogoutId};
use idp_core::saml::logout::SignedLogout;

pub use ending::{Parting, by_person, parting};
pub use inbound::{Inbound, receive};
pub use soap::{by_soap, exchange};
pub use stored::LIFETIME_SECONDS;
pub use telling::{Next, back, go_on, next, retry};
pub use view::{Standing, View};

/// What a logout message or a wish to sign out leads to.
pub enum Reply {
    /// On to the page of a logout, where service providers are told.
    ToRun {
        /// Which.
        run: LogoutId,
        /// The fresh token that binds it to this browser; `None` keeps the present one.
        token: Option<BrowserToken>,
    },
    /// The answer to the service provider that asked.
    Send {
        /// The signed answer.
        message: SignedLogout,
        /// The name of the application.
        application: String,
    },
    /// Nobody has to be told.
    SignedOut,
}

/// How often a decision is taken anew when somebody else was faster.
const ATTEMPTS: usize = 12;
