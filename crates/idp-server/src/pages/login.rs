//! What all pages of one login in progress share: whom it is for, how far it is, and the quiet
//! ways out at the foot of the form.

use std::borrow::Cow;

use idp_core::Instant;
use idp_core::flow::authenticator::{Notice, Tone};

use super::frame::Frame;
use super::text::short;
use super::time::Moment;

/// The login a page belongs to.
#[derive(Clone, Copy, Debug)]
pub struct LoginFrame<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// The name of the application from its registration.
    pub application: &'a str,
    /// Where the form is posted to: a path of this server.
    pub action_url: &'a str,
    /// The value of [`form::CSRF`](super::form::CSRF).
    pub csrf: &'a str,
    /// The value of [`form::STEP`](super::form::STEP).
    pub step: &'a str,
    /// The instant of this request.
    pub now: Instant,
    /// When the login as a whole ends.
    pub expires_at: Instant,
    /// The step's number, from 1.
    pub step_number: usize,
    /// How many steps the login has; 1 shows no progress.
    pub step_count: usize,
    /// The username, once a step has established it.
    pub signed_in_as: Option<&'a str>,
    /// Whether "Not you? Start again" is offered.
    pub can_restart: bool,
}

/// Below this the page says that the login itself is about to end.
const ENDING_SECONDS: i64 = 120;

impl<'a> LoginFrame<'a> {
    /// The application's name, fit to be shown.
    pub fn shown_application(&self) -> Cow<'a, str> {
        short(self.application)
    }

    /// The username, fit to be shown.
    pub fn shown_username(&self) -> Option<Cow<'a, str>> {
        self.signed_in_as.map(short)
    }

    /// Whether the progress is shown.
    pub const fn has_progress(&self) -> bool {
        self.step_count > 1
    }

    /// The marks of the progress: true for steps that are passed or shown.
    pub fn progress(&self) -> impl Iterator<Item = bool> {
        let shown = self.step_number;
        (1..=self.step_count).map(move |step| step <= shown)
    }

    /// When the login ends.
    pub fn end(&self) -> Moment {
        Moment::seen_from(self.frame.words, self.now, self.expires_at)
    }

    /// Whether the login ends so soon that the person should know.
    pub fn is_ending(&self) -> bool {
        self.end().seconds <= ENDING_SECONDS
    }
}

/// The `class` of a notice.
pub const fn tone_class(notice: &Notice) -> &'static str {
    match notice.tone {
        Tone::Info => "info",
        Tone::Error => "error",
    }
}

/// The `role` of a notice: an error is an alert.
pub const fn tone_role(notice: &Notice) -> &'static str {
    match notice.tone {
        Tone::Info => "status",
        Tone::Error => "alert",
    }
}
