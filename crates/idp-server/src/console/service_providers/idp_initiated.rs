//! Sign-ins that begin here instead of at the application.

use idp_admin::Problem;
use idp_admin::service_providers::ServiceProviderDraft;
use idp_core::service_provider::{IdpInitiated, ServiceProvider};

use super::section::{Content, Section};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::{Desk, Stop};
use crate::error::WebError;
use crate::handlers::unsolicited;

/// Whether they may, and with which RelayState.
pub struct BeginningHere {
    allowed: bool,
    relay_states: String,
}

impl Section for BeginningHere {
    const PART: &'static str = "idp-initiated";
    const TITLE: &'static str = "Sign-ins that begin here";
    const SAVED: &'static str = "It is saved whether sign-ins may begin here.";
    const GUARDED: bool = true;

    fn stored(sp: &ServiceProvider) -> Self {
        let allowed = sp.settings.idp_initiated.as_ref();
        Self {
            allowed: allowed.is_some(),
            relay_states: allowed.map(|own| own.relay_states.join("\n")).unwrap_or_default(),
        }
    }

    fn typed(form: &Form) -> Result<Self, WebError> {
        Ok(Self {
            allowed: form.is_set("idp_initiated"),
            relay_states: form.text("relay_states")?.to_owned(),
        })
    }

    fn apply(&self, _desk: &Desk<'_>, draft: &mut ServiceProviderDraft) -> Vec<Problem> {
        let lines = self.relay_states.lines().filter(|line| !line.is_empty());
        let relay_states: Vec<String> = lines.map(str::to_owned).collect();
        if !self.allowed && !relay_states.is_empty() {
            let message = "says nothing while sign-ins may not begin here: empty it, or allow them";
            return vec![Problem::new("relay_states", message)];
        }
        draft.settings.idp_initiated = self.allowed.then_some(IdpInitiated { relay_states });
        Vec::new()
    }

    fn fields(&self) -> Fields {
        Fields::new()
            .with_box("idp_initiated", self.allowed)
            .called("idp_initiated", "Sign-ins may begin here")
            .with("relay_states", &self.relay_states)
            .called("relay_states", "RelayState")
    }

    fn content(
        &self,
        desk: &Desk<'_>,
        sp: &ServiceProvider,
        form: &Fields,
    ) -> Result<Content, Stop> {
        let address = desk.app.public_url.join(&unsolicited::link(&sp.entity_id, None));
        let intro = "An application that cannot ask for a sign-in (SAML calls its answer unsolicited, others \
                     IdP-initiated) is reached by a link to this server. Such an answer can be slipped to \
                     somebody more easily than one that was asked for, so allow it only where the \
                     application needs it.";
        let allowed = form.tick("idp_initiated", "Sign-ins may begin here").hint(&format!(
            "The link: {address} – whoever follows it confirms before anything is sent."
        ));
        let relay_states = form
            .area("relay_states", "Values of RelayState that the link may carry")
            .hint(
                "One on each line, compared exactly; most applications take it for the page to open. The \
                 link ends with &RelayState= and the value then.",
            )
            .rows(4)
            .mono();
        Ok(Content {
            intro: vec![intro.to_owned()],
            before: vec![allowed, relay_states],
            ..Content::default()
        })
    }
}
