//! What pages say when something went wrong. Every text names what happened and what to do, and
//! none tells a stranger about accounts, settings or checks: that is behind the incident code.

use chrono::TimeDelta;
use idp_core::flow::authenticator::DenyReason;
use idp_core::flow::texts::wait as in_words;

use super::time::seconds_up;
use crate::language::{Text, Words};

/// The texts of an error page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wording {
    /// The heading.
    pub title: Text,
    /// What happened.
    pub explanation: Text,
    /// What to do.
    pub advice: Text,
}

impl Wording {
    const fn new(title: Text, explanation: Text, advice: Text) -> Self {
        Self { title, explanation, advice }
    }
}

/// How long to wait.
fn advice(words: Words, wait: Option<TimeDelta>) -> Text {
    match wait.map_or(0, seconds_up) {
        0 => words.wait_a_moment(),
        seconds => words.wait_then_try(words.say(&in_words(seconds))),
    }
}

/// What can go wrong outside the steps of a login.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Problem {
    /// The request comes from an entityID that is not registered.
    UnknownApplication,
    /// The message is malformed or failed a check, and there is no address to answer to.
    BadRequest,
    /// The application is in quarantine, and the person does not test it.
    NotOpen,
    /// A request with this ID was answered before.
    RequestAlreadyUsed,
    /// The login is over or was never there.
    LoginExpired,
    /// The login belongs to another browser, or this one sends no cookies.
    OtherBrowser,
    /// The form's token is not the login's.
    FormOutdated,
    /// The form was sent from a page of another site.
    ForeignForm,
    /// The one-time link was used, has expired or never existed.
    LinkInvalid,
    /// The first administrator was made by somebody else while the form was filled in.
    SomebodyWasFaster,
    /// A limit was reached; the time until it allows more, if known.
    TooManyRequests(Option<TimeDelta>),
    /// The server has no room right now; the time until it is worth trying, if known.
    Busy(Option<TimeDelta>),
    /// No such address.
    NotFound,
    /// The address does not take this method.
    MethodNotAllowed,
    /// Our fault.
    InternalError,
}

impl Problem {
    /// What the page says.
    pub fn wording(self, words: Words) -> Wording {
        match self {
            Self::UnknownApplication => Wording::new(
                words.unknown_application_title(),
                words.unknown_application_text(),
                words.unknown_application_advice(),
            ),
            Self::BadRequest => Wording::new(
                words.bad_request_title(),
                words.bad_request_text(),
                words.bad_request_advice(),
            ),
            Self::NotOpen => not_open(words),
            Self::RequestAlreadyUsed => Wording::new(
                words.request_used_title(),
                words.request_used_text(),
                words.request_used_advice(),
            ),
            Self::LoginExpired => Wording::new(
                words.login_expired_title(),
                words.login_expired_text(),
                words.login_expired_advice(),
            ),
            Self::OtherBrowser => Wording::new(
                words.other_browser_title(),
                words.other_browser_text(),
                words.other_browser_advice(),
            ),
            Self::FormOutdated => Wording::new(
                words.form_outdated_title(),
                words.form_outdated_text(),
                words.form_outdated_advice(),
            ),
            Self::ForeignForm => Wording::new(
                words.foreign_form_title(),
                words.foreign_form_text(),
                words.foreign_form_advice(),
            ),
            Self::LinkInvalid => Wording::new(
                words.link_invalid_title(),
                words.link_invalid_text(),
                words.link_invalid_advice(),
            ),
            Self::SomebodyWasFaster => Wording::new(
                words.somebody_faster_title(),
                words.somebody_faster_text(),
                words.somebody_faster_advice(),
            ),
            Self::NotFound => Wording::new(
                words.not_found_title(),
                words.not_found_text(),
                words.not_found_advice(),
            ),
            Self::MethodNotAllowed => Wording::new(
                words.method_not_allowed_title(),
                words.method_not_allowed_text(),
                words.method_not_allowed_advice(),
            ),
            Self::InternalError => Wording::new(
                words.internal_error_title(),
                words.internal_error_text(),
                words.internal_error_advice(),
            ),
            Self::TooManyRequests(wait) => Wording::new(
                words.too_many_requests_title(),
                words.too_many_requests_text(),
                advice(words, wait),
            ),
            Self::Busy(wait) => {
                Wording::new(words.busy_title(), words.busy_text(), advice(words, wait))
            }
        }
    }
}

/// The application is in quarantine, whether that was found before or after somebody signed in.
fn not_open(words: Words) -> Wording {
    Wording::new(words.not_open_title(), words.not_open_text(), words.not_open_advice())
}

/// What the page of a refused login says. A vanished account reads like a disabled one.
pub fn wording(reason: DenyReason, words: Words) -> Wording {
    match reason {
        DenyReason::AccountDisabled | DenyReason::AccountGone => Wording::new(
            words.denied_account_title(),
            words.denied_account_text(),
            words.denied_account_advice(),
        ),
        DenyReason::NotEnrolled => Wording::new(
            words.denied_not_enrolled_title(),
            words.denied_not_enrolled_text(),
            words.denied_not_enrolled_advice(),
        ),
        DenyReason::EnrolmentUnproven => Wording::new(
            words.denied_unproven_title(),
            words.denied_unproven_text(),
            words.denied_unproven_advice(),
        ),
        DenyReason::NumberNotServed => Wording::new(
            words.denied_number_title(),
            words.denied_number_text(),
            words.denied_number_advice(),
        ),
        DenyReason::NotOpen => not_open(words),
        DenyReason::Expired => Wording::new(
            words.denied_expired_title(),
            words.denied_expired_text(),
            words.denied_expired_advice(),
        ),
        DenyReason::TooManySends => Wording::new(
            words.denied_sends_title(),
            words.denied_sends_text(),
            words.denied_sends_advice(),
        ),
        DenyReason::TooManyAttempts => Wording::new(
            words.denied_attempts_title(),
            words.denied_attempts_text(),
            words.denied_attempts_advice(),
        ),
        DenyReason::Cancelled => Wording::new(
            words.denied_cancelled_title(),
            words.denied_cancelled_text(),
            words.denied_cancelled_advice(),
        ),
        DenyReason::AuthenticatorMissing | DenyReason::InternalError => Wording::new(
            words.denied_broken_title(),
            words.denied_broken_text(),
            words.denied_broken_advice(),
        ),
    }
}
