//! Lays the environment over the file, and finds keys that do not exist and values of a wrong type.
//!
//! What exists is read off the defaults, so that a new setting needs no line here. A section that is
//! empty by default has keys of the administrator's own, and texts as values: `sms_otp.messages`.

use toml::{Table, Value};

use super::Settings;

/// Variables with our prefix that are no settings: where the file is, and names that operators give
/// to secrets of their own.
const NOT_SETTINGS: &[&str] = &["IDP_CONFIG"];
const SECRETS: &str = "IDP_SECRET_";

/// The settings, when keys and types are right.
pub fn apply(
    mut file: Table,
    file_name: &str,
    environment: impl Iterator<Item = (String, String)>,
    problems: &mut Vec<String>,
) -> Option<Settings> {
    let defaults = Table::try_from(Settings::default()).ok()?;
    unknown_keys(&file, &defaults, "", file_name, problems);
    let leaves = leaves(&defaults, &mut Vec::new());
    for (name, text) in environment {
        if !name.starts_with("IDP_")
            || NOT_SETTINGS.contains(&name.as_str())
            || name.starts_with(SECRETS)
        {
            continue;
        }
        if let Some((path, key)) = own_key(&leaves, &name) {
            insert_own(&mut file, &path, key, text);
            continue;
        }
        match leaves.iter().find(|(path, _)| variable(path) == name) {
            None => {
                let known: Vec<String> = leaves.iter().map(|(path, _)| variable(path)).collect();
                problems.push(format!(
                    "environment: {name} is no setting{}",
                    suggestion(&name, &known)
                ));
            }
            Some((path, default)) => match parse(&text, default) {
                Some(value) => insert(&mut file, path, value),
                None => problems.push(format!("environment: {name} must be {}", kind(default))),
            },
        }
    }
    if !problems.is_empty() {
        return None;
    }
    Value::Table(file)
        .try_into()
        .map_err(|error: toml::de::Error| problems.push(format!("{file_name}: {error}")))
        .ok()
}

fn unknown_keys(
    table: &Table,
    defaults: &Table,
    prefix: &str,
    file: &str,
    problems: &mut Vec<String>,
) {
    for (key, value) in table {
        match (defaults.get(key), value) {
            (None, _) => {
                let known: Vec<String> = defaults.keys().cloned().collect();
                problems.push(format!(
                    "{file}: {prefix}{key} is no setting{}",
                    suggestion(key, &known)
                ));
            }
            (Some(Value::Table(inner)), Value::Table(value)) if inner.is_empty() => {
                for (own, _) in value.iter().filter(|(_, text)| !text.is_str()) {
                    problems.push(format!("{file}: {prefix}{key}.{own} must be a text"));
                }
            }
            (Some(Value::Table(inner)), Value::Table(value)) => {
                unknown_keys(value, inner, &format!("{prefix}{key}."), file, problems);
            }
            (Some(default), value) if !default.same_type(value) => {
                problems.push(format!("{file}: {prefix}{key} must be {}", kind(default)));
            }
            _ => {}
        }
    }
}

/// Every setting as a path and its default.
fn leaves(table: &Table, path: &mut Vec<String>) -> Vec<(Vec<String>, Value)> {
    let mut found = Vec::new();
    for (key, value) in table {
        path.push(key.clone());
        match value {
            Value::Table(inner) if !inner.is_empty() => found.extend(leaves(inner, path)),
            leaf => found.push((path.clone(), leaf.clone())),
        }
        path.pop();
    }
    found
}

fn variable(path: &[String]) -> String {
    format!("IDP_{}", path.join("_").to_uppercase())
}

/// The section of the administrator's own keys that a variable is about, and the key:
/// `IDP_SMS_OTP_MESSAGES_DE_CH` is `de-CH` of `sms_otp.messages`, in small letters.
fn own_key(leaves: &[(Vec<String>, Value)], name: &str) -> Option<(Vec<String>, String)> {
    let sections = leaves.iter().filter(|(_, default)| default.is_table());
    sections.map(|(path, _)| path).find_map(|path| {
        let key = name.strip_prefix(&variable(path))?.strip_prefix('_')?;
        (!key.is_empty()).then(|| (path.clone(), key.to_lowercase().replace('_', "-")))
    })
}

/// Puts a text in the place of the one whose key is the same but for case.
fn insert_own(file: &mut Table, path: &[String], key: String, text: String) {
    if let [first, rest @ ..] = path {
        let inner = file.entry(first.clone()).or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(inner) = inner {
            insert_own(inner, rest, key, text);
        }
        return;
    }
    file.retain(|present, _| !present.eq_ignore_ascii_case(&key));
    file.insert(key, Value::String(text));
}

/// The text as a value of the default's type. A list is separated by commas.
fn parse(text: &str, default: &Value) -> Option<Value> {
    match default {
        Value::String(_) => Some(Value::String(text.to_owned())),
        Value::Integer(_) => text.trim().parse().ok().map(Value::Integer),
        Value::Boolean(_) => text.trim().parse().ok().map(Value::Boolean),
        Value::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Some(Value::Array(items.map(|item| Value::String(item.to_owned())).collect()))
        }
        _ => None,
    }
}

fn insert(table: &mut Table, path: &[String], value: Value) {
    match path {
        [] => {}
        [last] => {
            table.insert(last.clone(), value);
        }
        [first, rest @ ..] => {
            let inner = table.entry(first.clone()).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list of texts",
        Value::Table(_) => "a section",
        _ => "of another type",
    }
}

fn suggestion(unknown: &str, known: &[String]) -> String {
    let near = known.iter().min_by_key(|candidate| distance(unknown, candidate));
    match near.filter(|candidate| distance(unknown, candidate) <= 1 + unknown.len() / 4) {
        Some(near) => format!("; did you mean \"{near}\"?"),
        None => "; docs/settings.md lists all".to_owned(),
    }
}

/// The Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let substituted = row.get(j).copied().unwrap_or_default() + usize::from(x != *y);
            let deleted = row.get(j + 1).copied().unwrap_or_default() + 1;
            let inserted = next.last().copied().unwrap_or_default() + 1;
            next.push(substituted.min(deleted).min(inserted));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
