//! The account's values: what was not filled in, and secrets that are written out.

use super::{Place, Problem, error, warning};
use crate::gateway::GatewayDefinition;
use crate::gateway::literals::{self, Named, without_scheme};

pub(super) fn check(definition: &GatewayDefinition, problems: &mut Vec<Problem>) {
    check_filled_in(definition, problems);
    let named = |place: Place, named: Vec<Named<'_>>| -> Vec<Problem> {
        named
            .into_iter()
            .filter(Named::is_literal_secret)
            .map(|named| written_out(place, named.name))
            .collect()
    };
    let query = literals::parameters(literals::query(&definition.url)).collect();
    let headers = definition.headers.iter().map(|(name, value)| Named { name, value }).collect();
    problems.extend(named(Place::Url, query));
    problems.extend(named(Place::Headers, headers));
    let body = literals::of_body(&definition.headers, &definition.body);
    problems.extend(named(Place::Body, body));
}

/// The name is the administrator's, the value is not told.
fn written_out(place: Place, name: &str) -> Problem {
    let name = name.trim().escape_debug().to_string();
    let secret: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .collect();
    let text = format!(
        "the value of {name} is a secret written out; keep it as a named secret, such as {secret}, and write $secret.{secret} here"
    );
    warning(place, text)
}

/// Recipes are printed with `<API_KEY>`, `{auth_id}` and asterisks where an account's values belong.
fn check_filled_in(definition: &GatewayDefinition, problems: &mut Vec<Problem>) {
    for (open, close) in [('<', '>'), ('{', '}')] {
        for name in unfilled(&definition.url, open, close) {
            // With a digit it may be the value itself, between brackets that were left standing.
            let name = if name.contains(|c: char| c.is_ascii_digit()) { "…" } else { name };
            let text = format!(
                "{open}{name}{close} was not filled in; write the value of your account in its place, without {open} and {close}"
            );
            problems.push(error(Place::Url, text));
        }
    }
    for (name, value) in definition.headers.iter() {
        let authorization = name.trim().to_ascii_lowercase().ends_with("authorization");
        let scheme_alone =
            ["basic", "bearer"].contains(&value.trim().to_ascii_lowercase().as_str());
        let credentials = without_scheme(name, value);
        let stars = !credentials.is_empty() && credentials.chars().all(|c| c == '*');
        if authorization && (scheme_alone || stars || credentials.is_empty()) {
            let text =
                format!("{name} has no credentials; write those of your account after the scheme");
            problems.push(error(Place::Headers, text));
        }
    }
    if definition.body.contains("***") {
        let text = "has asterisks; where they stand for a value of your account, write the value";
        problems.push(warning(Place::Body, text));
    }
}

/// Names between brackets that a URL cannot have, those of notations left out.
fn unfilled(url: &str, open: char, close: char) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = url;
    while let Some((before, after)) = rest.split_once(open) {
        let Some((name, next)) = after.split_once(close) else { break };
        let notation = before.ends_with("base64") || before.ends_with("urlencode");
        let plausible = (1..=40).contains(&name.len())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || " _-".contains(c));
        if plausible && !notation {
            names.push(name);
        }
        rest = next;
    }
    names
}
