//! `[[sms_gateway]]`: the whole definition but its secrets, in the place of which stand references.
//!
//! A text with a secret written out in it (what `sms-gateway show` masks) is left out as a whole: a
//! definition with a mask in it would be another one.

use authenticators::gateway::{AnswerRule, GatewayDefinition, Headers, StatusCodes};
use toml_edit::{InlineTable, Value};

use super::entry::{Entry, list, literally, row};
use super::references::References;
use crate::sms_gateways::Gateway;

/// What is said where a text has a secret in it.
const WRITTEN_OUT: &str =
    "It has a secret written out in it. `idp-server sms-gateway show` shows the rest.";

/// The table of a gateway. A gateway is described as a whole: what is left out has its default.
pub fn entry(gateway: &Gateway, references: &mut References) -> Entry {
    let GatewayDefinition {
        url,
        method,
        headers,
        body,
        accepted,
        answer,
        number_form,
        message,
        trust,
        secrets,
        connect_timeout_ms,
        total_timeout_ms,
    } = &gateway.definition;
    let masked = gateway.definition.masked();
    let mut entry = Entry::default();
    entry.set("name", &gateway.name);
    entry.set("enabled", gateway.enabled);
    entry.set("order", gateway.order);
    set_template(&mut entry, ("url", url), &masked.url, || references.to(&gateway.name, "url"));
    entry.set_text("method", method);
    set_headers(&mut entry, headers, &masked.headers, |name| references.to(&gateway.name, name));
    if !body.is_empty() {
        set_template(&mut entry, ("body", body), &masked.body, || {
            references.to(&gateway.name, "body")
        });
    }
    if *accepted != StatusCodes::default() {
        entry.set("accept", accepted.to_string());
    }
    if !answer.is_empty() {
        entry.set_rows("answer", answer.iter().map(rule));
    }
    entry.set_some("number_form", number_form.map(|form| form.to_string()));
    entry.set_some("message", message.as_deref().map(literally));
    if !trust.is_empty() {
        entry.set("trust", list(trust));
    }
    entry.set("connect_timeout_ms", i64::from(*connect_timeout_ms));
    entry.set("total_timeout_ms", i64::from(*total_timeout_ms));
    let mut named = Entry::default();
    for name in secrets.names() {
        named.set(name, references.to(&gateway.name, name));
    }
    if !named.is_empty() {
        let comment = "Needed where nothing is stored yet; left out, the stored ones stay.";
        entry.set_table("secrets", named, comment);
    }
    entry
}

fn set_template(
    entry: &mut Entry,
    (key, text): (&str, &str),
    masked: &str,
    reference: impl FnOnce() -> InlineTable,
) {
    if text == masked {
        entry.set_text(key, text);
    } else {
        entry.set(key, reference());
        entry.comment(key, WRITTEN_OUT);
    }
}

fn set_headers(
    entry: &mut Entry,
    headers: &Headers,
    masked: &Headers,
    mut reference: impl FnMut(&str) -> InlineTable,
) {
    let mut secret = false;
    let rows: Vec<Value> = headers
        .iter()
        .zip(masked.iter())
        .map(|((name, value), (_, masked))| {
            if value == masked {
                return header(name, value);
            }
            secret = true;
            row([("name", Some(name.into())), ("value", Some(reference(name).into()))]).into()
        })
        .collect();
    if !rows.is_empty() {
        entry.set_rows("headers", rows);
    }
    if secret {
        entry.comment("headers", WRITTEN_OUT);
    }
}

/// `"Name: value"`, unless reading that would give something else.
fn header(name: &str, value: &str) -> Value {
    let plain = name.trim() == name && value.trim() == value && !name.contains([':', '$']);
    if plain {
        return literally(&format!("{name}: {value}"));
    }
    row([("name", Some(name.into())), ("value", Some(literally(value)))]).into()
}

fn rule(rule: &AnswerRule) -> InlineTable {
    match rule {
        AnswerRule::Equals { pointer, equals } => {
            row([("pointer", Some(pointer.into())), ("equals", Some(equals.into()))])
        }
        AnswerRule::Contains { contains } => row([("contains", Some(contains.into()))]),
        AnswerRule::Matches { matches } => row([("matches", Some(matches.into()))]),
    }
}
