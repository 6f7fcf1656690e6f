//! Why an account page did not do what it was asked, and the page that says so.

use actix_web::http::StatusCode;
use askama::Template;
use idp_admin::own_account::OwnError;
use idp_admin::{AdminError, Problem as Mistake};
use idp_store::{Conflict, StoreError};

use super::Seat;
use super::frame::{Frame, Section};
use super::routes;
use crate::error::WebError;
use crate::language::Text;
use crate::pages::render;
use crate::signed_in::outside::Message;

/// Why the work ended early. `?` makes one of every error of `idp-admin`, the store and the server.
#[derive(Debug)]
pub enum Stop {
    /// The session ended, or the account was switched off, in this very moment.
    SignedOut,
    /// The person must pass the steps again before this, and then comes back.
    Confirm,
    /// Nothing but the password shows that it is the person.
    Unproven,
    /// An administrator decides it.
    AdministratorDecides,
    /// There were too many wrong answers.
    Throttled,
    /// There is no such thing, or it is none of this person's business.
    NotFound,
    /// The account was changed meanwhile.
    Changed,
    /// What was sent is wrong; pages with a form show it again instead.
    Invalid(Vec<Mistake>),
    /// Everything else.
    Web(WebError),
}

impl From<OwnError> for Stop {
    fn from(error: OwnError) -> Self {
        match error {
            OwnError::SignedOut => Self::SignedOut,
            OwnError::SignInAgain => Self::Confirm,
            OwnError::Unproven => Self::Unproven,
            OwnError::AdministratorDecides => Self::AdministratorDecides,
            OwnError::Throttled(_) => Self::Throttled,
            OwnError::Admin(AdminError::Invalid(mistakes)) => Self::Invalid(mistakes),
            OwnError::Admin(AdminError::NotFound { .. }) => Self::NotFound,
            OwnError::Admin(AdminError::Store(StoreError::Conflict(Conflict::Version))) => {
                Self::Changed
            }
            OwnError::Admin(AdminError::Store(error)) => Self::Web(error.into()),
            OwnError::Admin(other) => Self::Web(WebError::Internal(other.to_string())),
        }
    }
}

impl From<WebError> for Stop {
    fn from(error: WebError) -> Self {
        Self::Web(error)
    }
}

/// The page.
#[derive(Template)]
#[template(path = "account/message.html")]
struct Page {
    frame: Frame,
    texts: Vec<Text>,
    /// Label and path of the way on.
    way: (Text, &'static str),
}

/// The page that says why; an error of the server is its own page.
pub fn page(seat: &Seat<'_>, path: &str, stop: Stop) -> Result<Message, WebError> {
    let words = seat.words;
    let section = Section::of(path);
    let back = (section.title(words), section.path());
    let (status, title, texts, way) = match stop {
        Stop::Confirm | Stop::SignedOut => (
            StatusCode::FORBIDDEN,
            words.account_confirm_title(),
            vec![words.account_confirm_text()],
            (words.account_confirm(), form_of(path)),
        ),
        Stop::Unproven => (
            StatusCode::FORBIDDEN,
            words.account_unproven_title(),
            vec![words.account_unproven_text(), words.account_unproven_advice()],
            back,
        ),
        Stop::AdministratorDecides => (
            StatusCode::FORBIDDEN,
            section.title(words),
            vec![words.account_sms_admin_decides()],
            back,
        ),
        Stop::Throttled => {
            (StatusCode::TOO_MANY_REQUESTS, words.account_throttled_title(), Vec::new(), back)
        }
        Stop::NotFound => (
            StatusCode::NOT_FOUND,
            words.account_not_found_title(),
            vec![words.account_not_found_text()],
            back,
        ),
        Stop::Changed => (
            StatusCode::CONFLICT,
            words.account_changed_title(),
            vec![words.account_changed_text()],
            back,
        ),
        Stop::Invalid(mistakes) => {
            let texts = mistakes.iter().map(|mistake| Text::literal(mistake.to_string()));
            (StatusCode::UNPROCESSABLE_ENTITY, section.title(words), texts.collect(), back)
        }
        Stop::Web(failure) => return Err(failure),
    };
    let frame = seat.frame_titled(section, title);
    Ok(Message { status, html: render(&Page { frame, texts, way }, 8 * 1024) })
}

/// The page with the form that is sent to this path.
fn form_of(path: &str) -> &'static str {
    let forms = [routes::NEW_NUMBER, routes::SMS_OTP_DISABLE, routes::NEW_BACKUP_CODES];
    forms.into_iter().find(|form| *form == path).unwrap_or_else(|| Section::of(path).path())
}
