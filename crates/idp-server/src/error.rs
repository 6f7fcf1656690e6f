//! Everything that ends a request without its answer, and the only mapping from there to a page, a
//! status, a log level and a row of the audit trail.

use actix_web::http::StatusCode;
use chrono::TimeDelta;
use idp_core::id::EntityId;
use idp_core::saml::request::{Reason, RequestError};
use idp_store::{Conflict, StoreError};

use crate::gate::Busy;
use crate::pages::Problem;
use crate::rate::TooMany;

/// Why a request was not answered as asked.
#[derive(Debug)]
pub enum WebError {
    /// A SAML request that nobody may be answered about.
    Request(Box<RequestError>),
    /// A problem with a page of ours, explained to the person; `reason` is for the audit trail.
    Page {
        /// What the person reads.
        problem: Problem,
        /// What the administrator reads.
        reason: Box<Reason>,
    },
    /// The address asked too often.
    TooMany(TooMany),
    /// No room at the moment.
    Busy(Busy),
    /// The database.
    Store(StoreError),
    /// Something of ours that must not happen. The text is for the log.
    Internal(String),
}

impl From<RequestError> for WebError {
    fn from(error: RequestError) -> Self {
        Self::Request(Box::new(error))
    }
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Busy> for WebError {
    fn from(error: Busy) -> Self {
        Self::Busy(error)
    }
}

impl From<TooMany> for WebError {
    fn from(error: TooMany) -> Self {
        Self::TooMany(error)
    }
}

/// How an error is shown and noted.
pub struct Handling {
    /// The HTTP status.
    pub status: StatusCode,
    /// What the person reads.
    pub problem: Problem,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<u64>,
    /// Whose request it was, when it could be read.
    pub issuer: Option<EntityId>,
    /// What goes into the audit trail; `None` for overload, which must not cost a write.
    pub reason: Option<Reason>,
    /// It is our fault, and the operator must look.
    pub alarming: bool,
}

/// The code of the reason of an unknown issuer.
pub const UNKNOWN_ISSUER: &str = "issuer-unknown";
/// The code of the reason of a person whom a service provider in quarantine does not work for.
pub const NOT_OPEN: &str = "not-open";
/// The code of the reason of a request that was seen before.
pub const REPLAYED: &str = "request-replayed";

impl WebError {
    /// A problem with a page of ours.
    pub fn page(problem: Problem, code: &str, rule: &str, expected: &str, found: &str) -> Self {
        let reason = Reason {
            code: code.to_owned(),
            rule: rule.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
            advice: "Start again from the application.".to_owned(),
        };
        Self::Page { problem, reason: Box::new(reason) }
    }

    /// What happened, for the operator.
    pub fn describe(self) -> String {
        self.handling().reason.map_or_else(|| "overload".to_owned(), |reason| reason.found)
    }

    /// How it is shown and noted.
    pub fn handling(self) -> Handling {
        match self {
            Self::Request(error) => {
                let RequestError { issuer, reason } = *error;
                let problem = match reason.code.as_str() {
                    UNKNOWN_ISSUER => Problem::UnknownApplication,
                    REPLAYED => Problem::RequestAlreadyUsed,
                    NOT_OPEN => Problem::NotOpen,
                    _ => Problem::BadRequest,
                };
                let status = match problem {
                    Problem::NotOpen => StatusCode::FORBIDDEN,
                    _ => StatusCode::BAD_REQUEST,
                };
                Handling { issuer, reason: Some(reason), ..Handling::plain(status, problem) }
            }
            Self::Page { problem, reason } => {
                let status = match problem {
                    Problem::NotFound => StatusCode::NOT_FOUND,
                    Problem::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
                    Problem::OtherBrowser | Problem::FormOutdated | Problem::ForeignForm => {
                        StatusCode::FORBIDDEN
                    }
                    Problem::SomebodyWasFaster => StatusCode::CONFLICT,
                    Problem::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
                    _ => StatusCode::BAD_REQUEST,
                };
                let alarming = problem == Problem::InternalError;
                Handling { reason: Some(*reason), alarming, ..Handling::plain(status, problem) }
            }
            Self::TooMany(TooMany { retry_after }) => {
                let wait = i64::try_from(retry_after).ok().map(TimeDelta::seconds);
                let problem = Problem::TooManyRequests(wait);
                Handling {
                    retry_after: Some(retry_after),
                    ..Handling::plain(StatusCode::TOO_MANY_REQUESTS, problem)
                }
            }
            Self::Busy(Busy) => Self::busy(),
            Self::Store(StoreError::Conflict(Conflict::Version)) => {
                Handling { status: StatusCode::CONFLICT, ..Self::busy() }
            }
            Self::Store(StoreError::Unavailable(text)) => {
                Handling { alarming: true, ..Self::ours(Self::busy(), text) }
            }
            Self::Store(other) => Self::internal(other.to_string()),
            Self::Internal(text) => Self::internal(text),
        }
    }

    fn busy() -> Handling {
        const RETRY_AFTER: u32 = 2;
        let problem = Problem::Busy(Some(TimeDelta::seconds(RETRY_AFTER.into())));
        Handling {
            retry_after: Some(RETRY_AFTER.into()),
            ..Handling::plain(StatusCode::SERVICE_UNAVAILABLE, problem)
        }
    }

    fn internal(text: String) -> Handling {
        let plain = Handling::plain(StatusCode::INTERNAL_SERVER_ERROR, Problem::InternalError);
        Self::ours(Handling { alarming: true, ..plain }, text)
    }

    fn ours(handling: Handling, text: String) -> Handling {
        let reason = Reason {
            code: "server-error".to_owned(),
            rule: "own".to_owned(),
            expected: "the server to work".to_owned(),
            found: text,
            advice: "Look at the server's log and its database.".to_owned(),
        };
        Handling { reason: Some(reason), ..handling }
    }
}

impl Handling {
    const fn plain(status: StatusCode, problem: Problem) -> Self {
        Self { status, problem, retry_after: None, issuer: None, reason: None, alarming: false }
    }
}
