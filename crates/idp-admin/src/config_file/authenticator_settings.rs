//! `authenticators` of a service provider: a table per authenticator, whose keys are its own.
//!
//! ```toml
//! [service_provider.authenticators.sms-otp]
//! no_number = "enrol"
//! ```

use idp_core::flow::authenticator::AuthenticatorId;
use idp_core::flow::settings::{AuthenticatorSettings, SettingsByAuthenticator};
use serde_json::{Map, Value};
use toml::de::DeValue;

use super::reader::{TableReader, as_table, wrong_type};
use super::report::Report;

/// Reads the table. Which keys there are is checked when the service provider is.
pub fn read(table: &TableReader<'_>, report: &mut Report) -> SettingsByAuthenticator {
    let read = table.entries().filter_map(|(name, value)| {
        let settings = as_table(value, &table.path_of(name), report)?;
        let id = AuthenticatorId::from(name.to_owned());
        Some((id, AuthenticatorSettings::new(object(&settings, report))))
    });
    read.collect()
}

fn object(table: &TableReader<'_>, report: &mut Report) -> Map<String, Value> {
    let read = table.entries().filter_map(|(key, value)| {
        let value = json(value, &table.path_of(key), report)?;
        Some((key.to_owned(), value))
    });
    read.collect()
}

fn json(value: &DeValue<'_>, path: &str, report: &mut Report) -> Option<Value> {
    match value {
        DeValue::String(text) => Some(Value::from(text.as_ref())),
        DeValue::Boolean(boolean) => Some(Value::from(*boolean)),
        DeValue::Integer(number) => {
            let read = i64::from_str_radix(number.as_str(), number.radix());
            read.map_err(|_| report.mistake(path, "is too large a number")).ok().map(Value::from)
        }
        DeValue::Table(_) => {
            let table = as_table(value, path, report)?;
            Some(Value::Object(object(&table, report)))
        }
        DeValue::Array(elements) => {
            let elements = elements.iter().enumerate().filter_map(|(index, element)| {
                json(element.get_ref(), &format!("{path}[{index}]"), report)
            });
            Some(elements.collect())
        }
        DeValue::Float(_) | DeValue::Datetime(_) => {
            wrong_type(
                value,
                "a string, a whole number, true, false, an array or a table",
                path,
                report,
            );
            None
        }
    }
}
