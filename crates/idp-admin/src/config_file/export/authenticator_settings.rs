//! `[service_provider.authenticators.NAME]`: what is set for authenticators, whatever their words are.

use std::collections::BTreeMap;

use idp_core::flow::settings::SettingsByAuthenticator;
use serde_json::Value as Json;
use toml_edit::{InlineTable, Value};

use super::entry::{Entry, list};

/// A table for each authenticator.
pub fn entries(settings: &SettingsByAuthenticator) -> Vec<(String, Entry)> {
    settings.iter().map(|(id, own)| (id.to_string(), table(own.iter().collect()))).collect()
}

/// Tables within have headers of their own. Settings stand in the order of their names, whatever order
/// the document has them in.
fn table(settings: BTreeMap<&str, &Json>) -> Entry {
    let mut entry = Entry::default();
    for (key, setting) in settings {
        match setting {
            Json::Object(fields) if !fields.is_empty() => {
                let below = fields.iter().map(|(key, value)| (key.as_str(), value)).collect();
                entry.set_table(key, table(below), "");
            }
            other => entry.set_some(key, value(other)),
        }
    }
    entry
}

/// A value on one line. Nothing is nothing: TOML has no null.
fn value(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => return None,
        Json::Bool(boolean) => (*boolean).into(),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64()?.into(),
        },
        Json::String(text) => text.into(),
        Json::Array(elements) => list(elements.iter().filter_map(value)),
        Json::Object(fields) => {
            let sorted: BTreeMap<_, _> = fields.iter().collect();
            let fields = sorted.into_iter().filter_map(|(key, json)| Some((key, value(json)?)));
            fields.collect::<InlineTable>().into()
        }
    })
}
