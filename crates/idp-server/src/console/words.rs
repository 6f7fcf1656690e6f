//! How values read on pages of the console.

use std::borrow::Borrow;

use idp_core::Instant;
use idp_core::flow::authenticator::{AuthenticatorId, Registry};
use idp_core::flow::chain::{Chain, Step};
use idp_core::flow::step_policy::StepPolicy;

/// Such as `2026-03-09 14:05 UTC`.
pub fn moment(at: impl Borrow<Instant>) -> String {
    at.borrow().format("%Y-%m-%d %H:%M UTC").to_string()
}

/// For the `datetime` attribute.
pub fn machine(at: impl Borrow<Instant>) -> String {
    at.borrow().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// A sentence with a capital letter first; an address that it begins with stays as it is.
pub fn capital(text: &str) -> String {
    if text.split_whitespace().next().is_some_and(|word| word.contains("://")) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// Such as `today`, `in 5 days`, `12 days ago`.
pub fn days_from(now: impl Borrow<Instant>, at: impl Borrow<Instant>) -> String {
    match (*at.borrow() - *now.borrow()).num_days() {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        days if days > 0 => format!("in {days} days"),
        days => format!("{} days ago", -days),
    }
}

/// Such as `yes`.
pub fn yes_no(value: impl Borrow<bool>) -> &'static str {
    if *value.borrow() { "yes" } else { "no" }
}

/// Such as `Username & Password, then SMS OTP (everybody who is enrolled)`.
pub fn chain(registry: &Registry, chain: &Chain) -> String {
    chain.steps().iter().map(|each| step(registry, each)).collect::<Vec<_>>().join(", then ")
}

/// Such as `SMS OTP or Passkey (everybody who is enrolled)`.
pub fn step(registry: &Registry, step: &Step) -> String {
    let name = |id: &AuthenticatorId| {
        let known = registry.find(id.as_str());
        known.map_or_else(|| id.to_string(), |found| found.display_name().to_owned())
    };
    let names = step.options().iter().map(name).collect::<Vec<_>>();
    let of_whom = match step.policy() {
        StepPolicy::Required => String::new(),
        other => format!(" ({})", policy(other)),
    };
    format!("{}{of_whom}", names.join(" or "))
}

/// Who must pass a step.
pub const fn policy(policy: StepPolicy) -> &'static str {
    match policy {
        StepPolicy::Required => "everybody",
        StepPolicy::UnlessDisabled => "everybody who did not disable it",
        StepPolicy::WhenEnrolled => "everybody who is enrolled",
    }
}

/// A field of a scenario, for people.
pub fn field(name: &str) -> &str {
    match name {
        "result" => "How it ends",
        "code" => "Reason",
        "status" => "Status code",
        "steps" => "Steps",
        "acs_url" => "Answered to",
        "name_id" => "NameID format",
        "name_id_value" => "NameID",
        "attributes" => "Attributes",
        "context_class" => "AuthnContextClassRef",
        "signed" => "Signed",
        "signing_key" => "Kind of key",
        other => other,
    }
}

/// A value of a scenario, without the signs of JSON.
pub fn plain(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn days_read_like_speech() {
        let now = Instant::UNIX_EPOCH;
        for (days, words) in [(0, "today"), (1, "tomorrow"), (5, "in 5 days"), (-3, "3 days ago")] {
            assert_eq!(days_from(now, now + TimeDelta::days(days)), words);
        }
    }
}
