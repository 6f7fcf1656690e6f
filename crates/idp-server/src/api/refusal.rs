//! Why a request was not answered as asked, and the only mapping from there to a status and a
//! problem document.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use idp_admin::{AdminError, Problem};
use idp_store::{Conflict, StoreError};

use super::DOCS;
use super::problem::{FieldProblem, ProblemDocument, field_problems};
use super::reply::plain_headers;
use super::serve::ACCEPT_BROKEN_SCENARIOS as ACCEPT;
use crate::error::WebError;

/// Every kind of problem: its name within the docs, its title, its status.
const KINDS: &[(Kind, &str, &str, StatusCode)] = &[
    (Kind::Unreadable, "unreadable", "The request cannot be read", StatusCode::BAD_REQUEST),
    (Kind::Token, "token", "A valid access token is needed", StatusCode::UNAUTHORIZED),
    (Kind::Forbidden, "forbidden", "This token may not do it", StatusCode::FORBIDDEN),
    (Kind::NotFound, "not-found", "There is no such thing", StatusCode::NOT_FOUND),
    (Kind::Method, "method", "This address takes other methods", StatusCode::METHOD_NOT_ALLOWED),
    (Kind::Conflict, "conflict", "It contradicts what is there", StatusCode::CONFLICT),
    (Kind::BreaksScenarios, "breaks-scenarios", "It would break scenarios", StatusCode::CONFLICT),
    (Kind::Changed, "changed", "Somebody else changed it", StatusCode::PRECONDITION_FAILED),
    (Kind::TooLarge, "too-large", "The body is too large", StatusCode::PAYLOAD_TOO_LARGE),
    (Kind::Media, "media-type", "The body is of another kind", StatusCode::UNSUPPORTED_MEDIA_TYPE),
    (Kind::Invalid, "invalid", "Some values are wrong", StatusCode::UNPROCESSABLE_ENTITY),
    (Kind::NoMatch, "if-match", "If-Match is missing", StatusCode::PRECONDITION_REQUIRED),
    (Kind::TooMany, "too-many", "Too many requests", StatusCode::TOO_MANY_REQUESTS),
    (Kind::Busy, "busy", "The server is busy", StatusCode::SERVICE_UNAVAILABLE),
    (Kind::Internal, "internal", "The server made a mistake", StatusCode::INTERNAL_SERVER_ERROR),
];

/// A kind of problem.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Syntax.
    Unreadable,
    /// No token that works.
    Token,
    /// Scope or role.
    Forbidden,
    /// Nothing there.
    NotFound,
    /// Method.
    Method,
    /// Contradiction.
    Conflict,
    /// Saved scenarios would come out otherwise.
    BreaksScenarios,
    /// Another version.
    Changed,
    /// Size.
    TooLarge,
    /// Content-Type.
    Media,
    /// Values.
    Invalid,
    /// No version named.
    NoMatch,
    /// Too often.
    TooMany,
    /// No room, or no database.
    Busy,
    /// Our mistake.
    Internal,
}

/// The kinds as the docs list them: name, title, status.
pub fn kinds() -> impl Iterator<Item = (&'static str, &'static str, u16)> {
    KINDS.iter().map(|(_, name, title, status)| (*name, *title, status.as_u16()))
}

/// Why not.
#[derive(Debug)]
pub struct Refusal {
    kind: Kind,
    detail: String,
    errors: Vec<Problem>,
    retry_after: Option<u64>,
    /// Allow or WWW-Authenticate.
    header: Option<(header::HeaderName, String)>,
}

impl Refusal {
    /// A problem of this kind.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), errors: Vec::new(), retry_after: None, header: None }
    }

    /// One wrong field.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        AdminError::invalid(field, message).into()
    }

    /// There is no such thing. One answer for what never was, what is gone and what cannot be.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "Nothing is at this address; the list of its kind shows what is.")
    }

    /// No token, or none that works (RFC 6750, 3).
    pub fn token(presented: bool) -> Self {
        let (challenge, detail) = if presented {
            (
                "Bearer realm=\"api\", error=\"invalid_token\"",
                "The access token is unknown, ran out, was revoked, or its owner was switched off.",
            )
        } else {
            ("Bearer realm=\"api\"", "Send an access token: Authorization: Bearer ptc_…")
        };
        let header = Some((header::WWW_AUTHENTICATE, challenge.to_owned()));
        Self { header, ..Self::new(Kind::Token, detail) }
    }

    /// The token is not for this (RFC 6750, 3.1).
    pub fn scope(scope: &str) -> Self {
        let detail = format!("The access token lacks the scope {scope}.");
        let challenge =
            format!("Bearer realm=\"api\", error=\"insufficient_scope\", scope=\"{scope}\"");
        let header = Some((header::WWW_AUTHENTICATE, challenge));
        Self { header, ..Self::new(Kind::Forbidden, detail) }
    }

    /// Another method.
    pub fn method(allowed: &str) -> Self {
        let detail = format!("This address takes {allowed}.");
        Self {
            header: Some((header::ALLOW, allowed.to_owned())),
            ..Self::new(Kind::Method, detail)
        }
    }

    /// Too often.
    pub fn too_many(retry_after: u64) -> Self {
        let detail = "Wrong access tokens came from this address too often. Wait, then try again.";
        Self { retry_after: Some(retry_after), ..Self::new(Kind::TooMany, detail) }
    }

    /// The same after a change that was to be made to the version that the client saw.
    #[must_use]
    pub fn about_version() -> Self {
        Self::new(
            Kind::Changed,
            "If-Match does not name the present version: somebody else changed it meanwhile, and \
             nothing was changed now. Read it again, then make the change again.",
        )
    }

    /// The response.
    pub fn respond(self) -> HttpResponse {
        let known = KINDS.iter().find(|(kind, ..)| *kind == self.kind);
        let (name, title, status) = known.map_or(
            ("internal", "The server made a mistake", StatusCode::INTERNAL_SERVER_ERROR),
            |(_, name, title, status)| (*name, *title, *status),
        );
        let errors: Vec<FieldProblem> = field_problems(self.errors);
        let document = ProblemDocument {
            kind: format!("{DOCS}#problem-{name}"),
            title,
            status: status.as_u16(),
            detail: self.detail,
            errors,
        };
        let mut response = HttpResponse::build(status);
        plain_headers(&mut response);
        if let Some((name, value)) = self.header {
            response.insert_header((name, value));
        }
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        response
            .content_type("application/problem+json")
            .body(serde_json::to_string(&document).unwrap_or_default())
    }

    fn internal(text: &str) -> Self {
        tracing::error!("a request to the API failed: {text}");
        Self::new(Kind::Internal, "The server's log says more.")
    }

    fn busy(detail: &str) -> Self {
        Self { retry_after: Some(2), ..Self::new(Kind::Busy, detail) }
    }
}

impl From<AdminError> for Refusal {
    fn from(error: AdminError) -> Self {
        match error {
            AdminError::Invalid(errors) => {
                let detail = match errors.len() {
                    1 => "One value is wrong; nothing was changed.".to_owned(),
                    count => format!("{count} values are wrong; nothing was changed."),
                };
                Self { errors, ..Self::new(Kind::Invalid, detail) }
            }
            AdminError::NotFound { .. } => Self::not_found(),
            AdminError::BreaksScenarios(broken) => {
                let names: Vec<String> =
                    broken.iter().map(|one| format!("\u{201c}{}\u{201d}", one.name)).collect();
                let detail = format!(
                    "These saved scenarios would not come out as expected any more: {}. Nothing was \
                     changed. To change it all the same, send the header {ACCEPT}: true.",
                    names.join(", ")
                );
                Self::new(Kind::BreaksScenarios, detail)
            }
            AdminError::Conflict(text) => Self::new(Kind::Conflict, text),
            AdminError::Forbidden { needs, .. } => {
                let detail = format!("The owner of the access token needs the role {needs}.");
                Self::new(Kind::Forbidden, detail)
            }
            AdminError::Store(error) => error.into(),
            other @ (AdminError::Keys(_) | AdminError::Seal(_)) => {
                Self::internal(&other.to_string())
            }
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Conflict::Version) => Self::new(
                Kind::Conflict,
                "Somebody else changed something meanwhile, so nothing was changed now. Try again.",
            ),
            StoreError::Conflict(conflict) => Self::new(Kind::Conflict, conflict.to_string()),
            StoreError::Unavailable(text) => {
                tracing::error!("a request to the API failed: {text}");
                Self::busy("The database does not answer. Try again in a moment.")
            }
            other @ (StoreError::Corrupt(_) | StoreError::Vetoed(_)) => {
                Self::internal(&other.to_string())
            }
        }
    }
}

impl From<WebError> for Refusal {
    fn from(error: WebError) -> Self {
        match error {
            WebError::Store(error) => error.into(),
            WebError::Busy(_) => Self::busy("The server has no room at the moment. Try again."),
            WebError::TooMany(early) => Self::too_many(early.retry_after),
            other => Self::internal(&other.describe()),
        }
    }
}

/// Whether the version that the client saw is not the present one any more.
pub fn is_version_conflict(error: &AdminError) -> bool {
    matches!(error, AdminError::Store(StoreError::Conflict(Conflict::Version)))
}
