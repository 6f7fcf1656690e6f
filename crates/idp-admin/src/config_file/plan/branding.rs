//! What `[appearance]` would change.

use idp_core::appearance::Branding;

use super::{Planner, Write};
use crate::branding::BrandingChange;
use crate::error::AdminError;

impl Planner<'_> {
    pub(super) fn branding(&mut self, branding: &Branding) -> Result<(), AdminError> {
        let before = self.admin.store.read(|reader| reader.branding())?;
        let change = BrandingChange::prepare(self.admin, &before, branding.clone(), self.rng);
        let (changes, name) = (change.changes.clone(), "pages of people".to_owned());
        self.step("appearance", name, before.value.is_plain(), changes, || {
            Write::Branding(Box::new(change))
        });
        Ok(())
    }
}
