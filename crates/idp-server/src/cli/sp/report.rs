//! What the commands of service providers write.

use std::fmt;

use idp_admin::difference::{FieldChange, View};
use idp_admin::service_providers::{Saved, ServiceProviderDraft, view};
use idp_core::flow::chain::StepWish;
use idp_core::service_provider::ServiceProvider;
use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::output::Output;

/// All service providers.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Listing(Vec<Line>);

#[derive(Serialize)]
struct Line {
    entity_id: String,
    name: String,
    enabled: bool,
    steps: Vec<StepWish>,
}

impl Listing {
    /// The list of these.
    pub fn of(all: &[ServiceProvider]) -> Self {
        let line = |sp: &ServiceProvider| {
            let draft = ServiceProviderDraft::of(sp);
            let entity_id = draft.entity_id.to_string();
            Line { entity_id, name: draft.name, enabled: draft.enabled, steps: draft.steps }
        };
        Self(all.iter().map(line).collect())
    }
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return writeln!(f, "no service providers; register one with `idp-server sp import`");
        }
        for line in &self.0 {
            let steps: Vec<String> = line.steps.iter().map(in_words).collect();
            let state = if line.enabled { "" } else { "  (disabled)" };
            writeln!(f, "{}  \"{}\"  {}{state}", line.entity_id, line.name, steps.join(", then "))?;
        }
        Ok(())
    }
}

/// Such as `sms-otp or passkey (unless-disabled)`.
pub fn in_words(step: &StepWish) -> String {
    let names = step.any.join(" or ");
    if step.policy.may_skip() { format!("{names} ({})", step.policy) } else { names }
}

/// One service provider.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Details(View);

impl Details {
    /// Everything about this one.
    pub fn of(sp: &ServiceProvider) -> Self {
        Self(view(&ServiceProviderDraft::of(sp)))
    }
}

impl fmt::Display for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(field, value)| writeln!(f, "{field}: {value}"))
    }
}

/// What was saved.
#[derive(Serialize)]
pub struct SavedReport<'a> {
    entity_id: &'a str,
    created: bool,
    changes: Vec<FieldChange>,
    warnings: Vec<String>,
}

impl<'a> SavedReport<'a> {
    /// Writes it, warnings on standard error.
    pub fn write(entity_id: &'a str, saved: Saved, output: Output) -> Result<(), Failure> {
        let warnings: Vec<String> = saved.warnings.iter().map(ToString::to_string).collect();
        if !output.json {
            warnings.iter().for_each(|warning| output.warning(warning));
        }
        output.result(&Self { entity_id, created: saved.created, changes: saved.changes, warnings })
    }
}

impl fmt::Display for SavedReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.changes.is_empty() {
            return writeln!(f, "{}: nothing to do", self.entity_id);
        }
        let verb = if self.created { "registered" } else { "changed" };
        writeln!(f, "{verb} {}", self.entity_id)?;
        self.changes.iter().try_for_each(|change| writeln!(f, "  {change}"))
    }
}

/// A service provider that is gone.
#[derive(Serialize)]
pub struct Removed {
    /// Which it was.
    pub entity_id: String,
}

impl fmt::Display for Removed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "removed {}", self.entity_id)
    }
}
