//! What pages say when something went wrong. Every text names what happened and what to do, and
//! none tells a stranger about accounts, settings or checks: that is behind the incident code.

use std::borrow::Cow;

use chrono::TimeDelta;
use idp_core::flow::authenticator::DenyReason;

use super::time::{seconds_up, span};

/// The texts of an error page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wording {
    /// The heading.
    pub title: &'static str,
    /// What happened.
    pub explanation: Cow<'static, str>,
    /// What to do.
    pub advice: Cow<'static, str>,
}

impl Wording {
    const fn new(title: &'static str, explanation: &'static str, advice: &'static str) -> Self {
        Self { title, explanation: Cow::Borrowed(explanation), advice: Cow::Borrowed(advice) }
    }

    fn waiting(title: &'static str, explanation: &'static str, wait: Option<TimeDelta>) -> Self {
        let seconds = wait.map_or(0, seconds_up);
        let advice = if seconds > 0 {
            format!("Wait {}, then try again.", span(seconds)).into()
        } else {
            "Wait a moment, then try again.".into()
        };
        Self { title, explanation: explanation.into(), advice }
    }
}

/// Whoever is not to test an application reads no more than that.
const NOT_OPEN: Wording = Wording::new(
    "This application is not open yet",
    "It is being set up, and until that is done only the people who test it can sign in. Nobody was signed in.",
    "Try again later. If you are to test it, sign in with the account that was named for it, in a private window for example.",
);

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
    pub fn wording(self) -> Wording {
        match self {
            Self::UnknownApplication => Wording::new(
                "This application is not registered",
                "An application sent you here to sign in, but it is not registered with this server.",
                "Ask the people who run the application to have it registered.",
            ),
            Self::BadRequest => Wording::new(
                "This sign-in request is not valid",
                "The application's request could not be accepted, so nobody was signed in.",
                "Go back to the application and start again. If it happens again, tell your administrator.",
            ),
            Self::NotOpen => NOT_OPEN,
            Self::RequestAlreadyUsed => Wording::new(
                "This sign-in link was already used",
                "Each sign-in request works once, and this one has been answered. That happens after going back or reloading a page.",
                "Go back to the application and start again.",
            ),
            Self::LoginExpired => Wording::new(
                "This sign-in has ended",
                "It took longer than allowed, or it was finished in another window.",
                "Go back to the application and start again.",
            ),
            Self::OtherBrowser => Wording::new(
                "This sign-in belongs to another browser",
                "It was started in a different browser or window, or this browser does not accept cookies.",
                "Allow cookies for this site, then go back to the application and start again.",
            ),
            Self::FormOutdated => Wording::new(
                "This page was out of date",
                "What you sent came from an older page, so nothing was changed.",
                "Go back to the application and start again.",
            ),
            Self::ForeignForm => Wording::new(
                "This form came from another site",
                "Your browser says that it was not sent from a page at this server's own address, so nothing was changed.",
                "Open the page here, at the address your administrator gave you, and send it again.",
            ),
            Self::LinkInvalid => Wording::new(
                "This link does not work",
                "It works once, for a limited time and in one browser: it was used, has expired, was copied incompletely or opened in another browser, or this browser does not accept cookies.",
                "Start again from where you came from, or ask whoever gave you the link for a new one.",
            ),
            Self::SomebodyWasFaster => Wording::new(
                "Somebody else was faster",
                "The first administrator was made while you filled in this page, so nothing was changed and this link has ended.",
                "Ask that administrator for an account. If you do not know who it was, stop the server and look at who had the link.",
            ),
            Self::TooManyRequests(_)
            | Self::Busy(_)
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::InternalError => self.wording_of_service(),
        }
    }

    /// The problems of the server rather than of a sign-in.
    fn wording_of_service(self) -> Wording {
        match self {
            Self::TooManyRequests(wait) => Wording::waiting(
                "Too many requests",
                "There were more requests from your network than this server accepts at a time.",
                wait,
            ),
            Self::Busy(wait) => Wording::waiting(
                "The server is busy",
                "More people are signing in than the server can serve right now. Nothing is lost.",
                wait,
            ),
            Self::NotFound => Wording::new(
                "Page not found",
                "There is nothing at this address.",
                "Check the address, or go back to the application you came from.",
            ),
            Self::MethodNotAllowed => Wording::new(
                "This page cannot be opened like that",
                "The address exists, but it only takes what applications and forms send to it.",
                "Go back to the application and start again.",
            ),
            _ => Wording::new(
                "Something went wrong here",
                "The server could not do what you asked. It is not your fault, and nobody was signed in.",
                "Try again in a few minutes. If it happens again, tell your administrator.",
            ),
        }
    }
}

/// What the page of a refused login says. A vanished account reads like a disabled one.
pub fn wording(reason: DenyReason) -> Wording {
    match reason {
        DenyReason::AccountDisabled | DenyReason::AccountGone => Wording::new(
            "You cannot sign in with this account",
            "The account is not active.",
            "If you think this is a mistake, ask your administrator.",
        ),
        DenyReason::NotEnrolled => Wording::new(
            "You cannot complete this sign-in",
            "The application asks for a further proof that is not set up for your account, such as a mobile number for codes.",
            "Ask your administrator to add it, then start again from the application.",
        ),
        DenyReason::EnrolmentUnproven => Wording::new(
            "Your mobile number is missing",
            "The application asks for a code by text message, and there is no mobile number for your account. You can add one here yourself once it is sure that it is you.",
            "Ask your administrator for an enrolment link, open it in this browser, then start again from the application.",
        ),
        DenyReason::NumberNotServed => Wording::new(
            "No code can be sent to your number",
            "Your mobile number belongs to a country that this server sends no codes to.",
            "Ask your administrator for another way to sign in, such as backup codes, or to change the number.",
        ),
        DenyReason::NotOpen => NOT_OPEN,
        DenyReason::Expired => Wording::new(
            "The sign-in took too long",
            "For your safety a sign-in has to be finished within a limited time.",
            "Return to the application and start again.",
        ),
        DenyReason::TooManySends => Wording::new(
            "Too many codes were requested",
            "No more codes can be sent for this sign-in.",
            "Wait a few minutes, then start again from the application. If codes do not reach you, ask your administrator to check your number.",
        ),
        DenyReason::TooManyAttempts => Wording::new(
            "Too many wrong answers",
            "This sign-in was stopped to protect the account.",
            "Wait a few minutes, then start again from the application.",
        ),
        DenyReason::Cancelled => Wording::new(
            "The sign-in was cancelled",
            "You were not signed in.",
            "Return to the application, or close this window.",
        ),
        DenyReason::AuthenticatorMissing | DenyReason::InternalError => Wording::new(
            "This sign-in could not be completed",
            "A step of the sign-in is not working. It is not your fault, and nobody was signed in.",
            "Try again in a few minutes. If it happens again, tell your administrator.",
        ),
    }
}
