//! What the commands of gateways write.

use std::fmt;

use idp_admin::difference::FieldChange;
use idp_admin::sms_gateways::{GatewaySummary, SavedGateway};
use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::output::Output;

/// All gateways in the order of trial.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Listing(pub Vec<GatewaySummary>);

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return writeln!(f, "no SMS gateways; add one with `idp-server sms-gateway add`");
        }
        for GatewaySummary(view) in &self.0 {
            let text = |field: &str| {
                view.get(field).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
            };
            let enabled = view.get("enabled").and_then(serde_json::Value::as_bool) == Some(true);
            let state = if enabled { "" } else { "  (disabled)" };
            let (name, method, endpoint) = (text("name"), text("method"), text("endpoint"));
            writeln!(f, "{name}  {method} {endpoint}{state}")?;
        }
        Ok(())
    }
}

/// What was saved.
#[derive(Serialize)]
pub struct SavedReport<'a> {
    name: &'a str,
    changes: Vec<FieldChange>,
    warnings: Vec<String>,
}

impl<'a> SavedReport<'a> {
    /// Writes it, warnings on standard error.
    pub fn write(name: &'a str, saved: SavedGateway, output: Output) -> Result<(), Failure> {
        let warnings: Vec<String> = saved.warnings.iter().map(ToString::to_string).collect();
        if !output.json {
            warnings.iter().for_each(|warning| output.warning(warning));
        }
        output.result(&Self { name, changes: saved.changes, warnings })
    }
}

impl fmt::Display for SavedReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "added {}", self.name)?;
        self.changes.iter().try_for_each(|change| writeln!(f, "  {change}"))
    }
}

/// A gateway that is gone.
#[derive(Serialize)]
pub struct Removed {
    /// Which it was.
    pub name: String,
}

impl fmt::Display for Removed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "removed {}", self.name)
    }
}
