//! What people see of a service provider.

use idp_admin::Problem;
use idp_admin::service_providers::ServiceProviderDraft;
use idp_core::service_provider::ServiceProvider;

use super::section::{Content, Section};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::{Desk, Stop};
use crate::error::WebError;

/// The name.
pub struct General {
    name: String,
}

impl Section for General {
    const PART: &'static str = "general";
    const TITLE: &'static str = "Name";
    const SAVED: &'static str = "The name is saved.";

    fn stored(sp: &ServiceProvider) -> Self {
        Self { name: sp.name.clone() }
    }

    fn typed(form: &Form) -> Result<Self, WebError> {
        Ok(Self { name: form.text("name")?.trim().to_owned() })
    }

    fn apply(&self, _desk: &Desk<'_>, draft: &mut ServiceProviderDraft) -> Vec<Problem> {
        self.name.clone_into(&mut draft.name);
        Vec::new()
    }

    fn fields(&self) -> Fields {
        Fields::new().with("name", &self.name).called("name", "Name")
    }

    fn content(
        &self,
        _desk: &Desk<'_>,
        _sp: &ServiceProvider,
        form: &Fields,
    ) -> Result<Content, Stop> {
        let hint = "People see it on the pages of a login, and in text messages.";
        let name = form.text("name", "Name").hint(hint).required();
        Ok(Content { before: vec![name], ..Content::default() })
    }
}
