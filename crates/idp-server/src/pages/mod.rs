//! Every page people see while they sign in, from data to HTML.
//!
//! Pure: a struct with what the page shows goes in, a `String` comes out. Templates lie in
//! `templates/`, style sheet and scripts in `assets/`. askama escapes every value; no page holds
//! an inline script or style, so [`csp`] can forbid both. Headers, status codes and cookies are
//! the handlers' business.

mod bootstrap;
mod choose;
mod csp;
mod enrolment;
mod error;
mod frame;
mod home;
mod left;
mod login;
mod logout;
mod missing;
mod owner;
mod password;
mod post_response;
mod problem;
mod step;
mod text;
mod time;
mod unsolicited;

#[cfg(test)]
mod tests;

pub use idp_core::saml::clause::{clause, is_in_a_standard};

pub use bootstrap::{BootstrapDonePage, BootstrapError, BootstrapField, BootstrapPage};
pub use choose::{ChoosePage, Method};
pub use csp::{FormAction, csp};
pub use enrolment::EnrolmentPage;
pub use error::{ErrorPage, HiddenField, ReturnAction};
pub use frame::Frame;
pub use home::HomePage;
pub use left::LeftPage;
pub use login::LoginFrame;
pub use logout::{LogoutQuestionPage, LogoutResultPage, LogoutTellingPage, logout_form};
pub use missing::{Lack, MissingPage};
pub use owner::OwnerPage;
pub use password::{PasswordDonePage, PasswordPage, password_rules};
pub use post_response::PostResponse;
pub use problem::{Problem, wording};
pub use step::StepPage;
pub use text::{short, steers_display};
pub use unsolicited::UnsolicitedPage;

use askama::Template;

/// Form fields and button values that every login page shares. The button's own name is
/// [`idp_core::flow::authenticator::Prompt::ACTION`].
pub mod form {
    /// Hidden field: the token that proves the form came from our page.
    pub const CSRF: &str = "csrf";
    /// Hidden field: which step of the login the form answers.
    pub const STEP: &str = "step";
    /// Name of the buttons that choose an authenticator; the value is its id.
    pub const METHOD: &str = "method";
    /// Submits the answer.
    pub const CONTINUE: &str = "continue";
    /// Goes back to the choice of authenticators.
    pub const CHOOSE: &str = "choose";
    /// Forgets who is signing in and starts with the first step.
    pub const RESTART: &str = "restart";
    /// Ends the login; the application is told.
    pub const CANCEL: &str = "cancel";
    /// Leaves the page of a login that was refused; the application is told.
    pub const RETURN: &str = "return";
}

/// Renders a template into a string of about the right size.
pub fn render<T: Template>(page: &T, expected_length: usize) -> String {
    let mut html = String::with_capacity(expected_length);
    // Writing into a `String` fails only if a value's `Display` does, and none of ours can.
    if page.render_into(&mut html).is_err() {
        html.clear();
        html.push_str("<!doctype html><title>Error</title><p>This page could not be shown.");
    }
    html
}
