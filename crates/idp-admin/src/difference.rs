//! What a change changes, field by field, in a form that may be shown: for the plan of a
//! configuration file and for the audit trail. Values come from views that hold no secrets.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

/// What may be shown of a thing: its fields with their values.
pub type View = Map<String, Value>;

/// One field that changes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FieldChange {
    /// The field, as configuration files name it.
    pub field: String,
    /// Its value before; absent when the thing is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// Its value after.
    pub after: Value,
}

/// The fields that differ, in the order of their names. Without a view before, every field that has
/// a value.
pub fn difference(before: Option<&View>, after: &View) -> Vec<FieldChange> {
    let Some(before) = before else {
        let new = after.iter().filter(|(_, value)| !is_nothing(value));
        return new.map(|(field, value)| change(field, None, value)).collect();
    };
    let mut fields: Vec<&String> = before.keys().chain(after.keys()).collect();
    fields.sort();
    fields.dedup();
    let value = |view: &View, field: &str| view.get(field).cloned().unwrap_or_default();
    fields
        .into_iter()
        .map(|field| (field, value(before, field), value(after, field)))
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| change(field, Some(before), &after))
        .collect()
}

fn change(field: &str, before: Option<Value>, after: &Value) -> FieldChange {
    FieldChange { field: field.to_owned(), before, after: after.clone() }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(elements) => elements.is_empty(),
        _ => false,
    }
}

/// `field: before -> after`, or `field: after` for new things.
impl fmt::Display for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.before {
            Some(before) => write!(f, "{}: {} -> {}", self.field, before, self.after),
            None => write!(f, "{}: {}", self.field, self.after),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn view(value: &Value) -> View {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn only_fields_that_differ_are_told() {
        let before = view(&json!({"name": "Desk", "enabled": true}));
        let after = view(&json!({"name": "Pickup", "enabled": true}));
        let changes = difference(Some(&before), &after);
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].to_string(), r#"name: "Desk" -> "Pickup""#);
    }

    #[test]
    fn a_field_that_vanishes_is_told() {
        let before = view(&json!({"name": "Desk", "claims.mobile": ["+94771234567"]}));
        let after = view(&json!({"name": "Desk"}));
        let changes = difference(Some(&before), &after);
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].to_string(), r#"claims.mobile: ["+94771234567"] -> null"#);
    }

    #[test]
    fn a_new_thing_is_told_without_its_empty_fields() {
        let after = view(&json!({"name": "Desk", "attributes": [], "allow_sha1_until": null}));
        let told: Vec<String> =
            difference(None, &after).iter().map(FieldChange::to_string).collect();
        assert_eq!(told, [r#"name: "Desk""#]);
    }
}
