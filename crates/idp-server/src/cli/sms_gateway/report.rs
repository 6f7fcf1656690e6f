//! What the commands of gateways write.

use std::fmt;

use authenticators::gateway::presets::{Preset, PresetValue, presets};
use idp_admin::difference::FieldChange;
use idp_admin::sms_gateways::{GatewaySummary, SavedGateway};
use serde::Serialize;
use serde_json::Value;

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
            let enabled = view.get("enabled").and_then(Value::as_bool) == Some(true);
            let state = if enabled { "" } else { "  (disabled)" };
            let (name, method, endpoint) = (text("name"), text("method"), text("endpoint"));
            writeln!(f, "{name}  {method} {endpoint}{state}")?;
        }
        Ok(())
    }
}

/// One gateway, field by field.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Details(pub GatewaySummary);

impl fmt::Display for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let GatewaySummary(view) = &self.0;
        for (field, value) in view {
            match value {
                Value::Null => {}
                Value::String(text) => writeln!(f, "{field}: {text}")?,
                Value::Array(elements) if elements.is_empty() => {}
                Value::Array(elements) => {
                    writeln!(f, "{field}:")?;
                    for element in elements {
                        match element.as_str() {
                            Some(text) => writeln!(f, "  {text}")?,
                            None => writeln!(f, "  {element}")?,
                        }
                    }
                }
                other => writeln!(f, "{field}: {other}")?,
            }
        }
        Ok(())
    }
}

/// The providers that are known by name, with what they ask for.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Presets(Vec<PresetReport>);

#[derive(Serialize)]
struct PresetReport {
    name: &'static str,
    title: &'static str,
    values: Vec<ValueReport>,
}

#[derive(Serialize)]
struct ValueReport {
    name: &'static str,
    hint: &'static str,
    secret: bool,
}

impl Presets {
    /// All of them.
    pub fn all() -> Self {
        let value = |value: &PresetValue| ValueReport {
            name: value.name,
            hint: value.hint,
            secret: value.secret,
        };
        let report = |preset: &Preset| PresetReport {
            name: preset.name,
            title: preset.title,
            values: preset.values.iter().map(value).collect(),
        };
        Self(presets().iter().map(report).collect())
    }
}

impl fmt::Display for Presets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for PresetReport { name, title, values } in &self.0 {
            writeln!(f, "{name}  {title}")?;
            for ValueReport { name, hint, secret } in values {
                let option = if *secret {
                    format!("--secret-env {name}=VARIABLE")
                } else {
                    format!("--value {name}=…")
                };
                writeln!(f, "  {option:<38}  {hint}")?;
            }
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
