//! What every request handler shares: this service provider, its identity provider, and the
//! requests and sessions in memory.

use actix_web::HttpRequest;
use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};

use crate::bookings::Booking;
use crate::expiring::Expiring;
use crate::identity::Identity;
use crate::idp::IdpSource;
use crate::message::Message;
use crate::pages::Place;
use crate::saml::Sp;
use crate::saml::key::SigningKey;
use crate::saml::request::Wishes;
use crate::settings::Settings;
use crate::world;

/// Name of the session cookie; other programs live on localhost too.
pub const SESSION_COOKIE: &str = "pickup_dispatch_session";
/// Name of the cookie that ties a login to the browser that started it.
pub const LOGIN_COOKIE: &str = "pickup_dispatch_login";
/// How many messages the side panel keeps.
const MOST_MESSAGES: usize = 12;
/// How long a session lives at most.
const SESSION_LIFE: TimeDelta = TimeDelta::hours(8);

/// A login that is under way at the identity provider.
pub struct Pending {
    /// The login cookie of the browser that started it.
    pub browser: String,
    /// The RelayState that must come back.
    pub relay_state: String,
    /// Where the person wants to go.
    pub place: Place,
    /// The request that was sent.
    pub sent: Message,
}

/// A login that succeeded and waits for the browser to fetch its session.
pub struct Arrival {
    /// The login cookie of the browser that started it.
    pub browser: String,
    /// Where the person wants to go.
    pub place: Place,
    /// Who it is.
    pub identity: Identity,
    /// The messages of this login.
    pub messages: Vec<Message>,
    /// Something worth telling on the next page.
    pub notice: Option<String>,
}

/// Somebody who is logged in here.
#[derive(Clone)]
pub struct Session {
    /// Who it is.
    pub identity: Identity,
    /// The bookings made, oldest first.
    pub bookings: Vec<Booking>,
    /// The SAML messages, newest first.
    pub messages: Vec<Message>,
    /// Something worth telling on the next page.
    pub notice: Option<String>,
}

/// The program's state.
pub struct Desk {
    sp: Sp,
    base_path: String,
    /// The class of the pages' body.
    pub colour: &'static str,
    /// What login requests ask for unless the login page says otherwise.
    pub defaults: Wishes,
    /// The identity provider.
    pub idp: IdpSource,
    /// Requests that wait for their answer, by ID. They live here and not in a cookie, because
    /// the answer is a cross-site POST, which carries no SameSite=Lax cookie.
    pub pending: Expiring<Pending>,
    /// IDs of requests that were answered.
    pub answered: Expiring<()>,
    /// IDs of assertions that were used.
    pub assertions: Expiring<()>,
    /// Logins that wait for their browser, by ticket.
    pub arrivals: Expiring<Arrival>,
    /// Logout requests that wait for their answer, by ID.
    pub logouts: Expiring<()>,
    /// Sessions, by cookie.
    pub sessions: Expiring<Session>,
}

impl Desk {
    /// Reads the settings and makes the key when there is none; asks nothing of the network.
    pub fn open(settings: &Settings) -> anyhow::Result<Self> {
        let base = settings.base()?;
        let load = |path| SigningKey::load_or_generate(path, &settings.entity_id, world::now());
        let key = settings.key.as_deref().map(load).transpose()?;
        let defaults = Wishes {
            binding: settings.binding,
            is_signed: settings.sign_requests,
            force_authn: false,
            is_passive: false,
            name_id_format: settings.name_id_format.clone(),
            authn_context: None,
        };
        Ok(Self {
            base_path: base.path().trim_end_matches('/').to_owned(),
            colour: settings.colour.class(),
            sp: Sp {
                name: settings.name.clone(),
                entity_id: settings.entity_id.clone(),
                base: base.as_str().trim_end_matches('/').to_owned(),
                signs_requests: settings.sign_requests,
                key,
            },
            defaults,
            idp: IdpSource::new(&settings.idp_metadata).context("cannot make an HTTP client")?,
            pending: Expiring::new(TimeDelta::minutes(15), 5_000),
            answered: Expiring::new(TimeDelta::hours(1), 20_000),
            assertions: Expiring::new(TimeDelta::hours(12), 20_000),
            arrivals: Expiring::new(TimeDelta::minutes(2), 5_000),
            logouts: Expiring::new(TimeDelta::minutes(15), 5_000),
            sessions: Expiring::new(SESSION_LIFE, 5_000),
        })
    }

    /// What this service provider is.
    pub fn sp(&self) -> &Sp {
        &self.sp
    }

    /// The public address, with its trailing slash.
    pub fn address(&self) -> String {
        format!("{}/", self.sp.base)
    }

    /// The path of the public address, without a trailing slash; may be empty.
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// Whether browsers reach this program by https, so that cookies must be Secure.
    pub fn is_https(&self) -> bool {
        self.sp.base.starts_with("https:")
    }

    /// The session of a request; its notice is told once.
    pub fn session(&self, request: &HttpRequest, now: DateTime<Utc>) -> Option<Session> {
        self.change_session(request, now, |session| {
            let seen = session.clone();
            session.notice = None;
            seen
        })
    }

    /// Changes the session of a request in place.
    pub fn change_session<R>(
        &self,
        request: &HttpRequest,
        now: DateTime<Utc>,
        change: impl FnOnce(&mut Session) -> R,
    ) -> Option<R> {
        self.sessions.with(request.cookie(SESSION_COOKIE)?.value(), now, change)
    }

    /// Ends the session of a request.
    pub fn end_session(&self, request: &HttpRequest, now: DateTime<Utc>) -> Option<Session> {
        self.sessions.take(request.cookie(SESSION_COOKIE)?.value(), now)
    }

    /// Begins a session under a fresh name; somebody who logs in again keeps the bookings.
    pub fn begin_session(
        &self,
        arrival: Arrival,
        earlier: Option<Session>,
        now: DateTime<Utc>,
    ) -> String {
        let Arrival { identity, mut messages, notice, .. } = arrival;
        let same = earlier.filter(|earlier| earlier.identity.name_id == identity.name_id);
        let (bookings, older) = same.map(|same| (same.bookings, same.messages)).unwrap_or_default();
        messages.extend(older);
        messages.truncate(MOST_MESSAGES);
        let ends = identity.session_not_on_or_after.unwrap_or(now + SESSION_LIFE);
        let id = world::token();
        self.sessions.insert_until(
            &id,
            Session { identity, bookings, messages, notice },
            ends,
            now,
        );
        id
    }
}
