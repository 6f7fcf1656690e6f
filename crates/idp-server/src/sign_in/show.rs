//! What to display for a login.

use idp_core::Instant;
use idp_core::flow::authenticator::DenyReason;
use idp_core::flow::limits::Counters;
use idp_core::flow::login::View;
use idp_core::id::{BrowserToken, LoginId};

use super::Visit;
use super::begin::not_open;
use super::document::{Document, Loaded, load};
use super::target::Party;
use crate::app::App;
use crate::error::WebError;
use crate::look::Look;

/// A login on display.
pub struct Shown {
    /// What is shown.
    pub view: View,
    /// The name of the application.
    pub application: String,
    /// How its pages look.
    pub look: Look,
    /// The value of the form's token.
    pub csrf: String,
    /// The value of the form's step.
    pub step: String,
    /// When the login ends.
    pub expires_at: Instant,
}

/// Loads a login for the browser that began it.
pub fn show(
    app: &App,
    visit: &Visit,
    id: LoginId,
    token: Option<&BrowserToken>,
) -> Result<Shown, WebError> {
    let Loaded { document, .. } = load(&app.store, id, token)?;
    let Document { login, target } = document;
    let configuration = app.configuration.refreshed()?;
    let party = target.party(app, &configuration)?;
    let person = match login.user() {
        Some(user) => app.store.read(|r| r.person_by_id(user))?,
        None => None,
    };
    let application = party.application(&configuration)?;
    let link = app.enrolment_link(visit)?;
    let nothing = Counters::new();
    let bare = app.situation(visit, application, person.as_ref(), &nothing, link);
    let keys = login.counter_keys(&bare, None, None);
    let counters =
        if keys.is_empty() { nothing } else { app.store.read(|r| r.load_counters(&keys))? };
    let view = login.view(&app.situation(visit, application, person.as_ref(), &counters, link));
    // With an incident code of its own, which a page of a login has not.
    if let (View::Denied(DenyReason::NotOpen), Party::ServiceProvider(sp)) = (&view, &party) {
        return Err(not_open(&sp.service_provider));
    }
    Ok(Shown {
        view,
        csrf: token.map(|token| app.keys.csrf(id, token)).unwrap_or_default(),
        step: login.position().to_string(),
        expires_at: login.expires_at(),
        application: application.name.to_owned(),
        look: party.look(),
    })
}
