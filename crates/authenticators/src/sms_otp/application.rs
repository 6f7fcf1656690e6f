//! What can be set for `sms-otp` at one application.

use idp_core::flow::authenticator::{AuthenticatorSettings, DenyReason, Facts, SettingProblem};
use serde::Deserialize;

/// The settings of one application.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ApplicationSettings {
    /// What becomes of people without a number that codes are sent to.
    pub(super) no_number: NoNumber,
}

/// What becomes of people without a number that codes are sent to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum NoNumber {
    /// The login is refused with a page that says what to do.
    #[default]
    Refuse,
    /// They may give one during the login, once another proof shows that it is them.
    Enrol,
}

impl ApplicationSettings {
    /// Those in force at this login. They were checked when they were saved; what cannot be read all
    /// the same ends the login.
    pub(super) fn of(facts: &Facts<'_>) -> Result<Self, DenyReason> {
        facts.settings.read().map_err(|_| DenyReason::InternalError)
    }

    /// What is wrong with settings that are to be saved.
    pub(super) fn check(settings: &AuthenticatorSettings) -> Vec<SettingProblem> {
        let mut problems = Vec::new();
        for (key, value) in settings.iter() {
            let alone =
                AuthenticatorSettings::new([(key.to_owned(), value.clone())].into_iter().collect());
            if let Err(error) = alone.read::<Self>() {
                problems.push(SettingProblem::new(key, explain(key, &error)));
            }
        }
        problems
    }
}

fn explain(key: &str, error: &serde_json::Error) -> String {
    match key {
        "no_number" => "must be \"refuse\" or \"enrol\"".to_owned(),
        _ => format!("cannot be set for an application: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn settings(value: Value) -> AuthenticatorSettings {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn nothing_set_refuses_people_without_a_number() {
        let read: ApplicationSettings = settings(json!({})).read().unwrap();
        assert_eq!(read.no_number, NoNumber::Refuse);
    }

    #[test]
    fn every_mistake_is_told_with_its_key() {
        let problems =
            ApplicationSettings::check(&settings(json!({"no_number": "ask", "nonumber": "enrol"})));
        let keys: Vec<&str> = problems.iter().map(|problem| problem.key.as_str()).collect();
        assert_eq!(keys, ["no_number", "nonumber"]);
        assert!(problems[0].message.contains("\"refuse\" or \"enrol\""));
        assert!(problems[1].message.contains("unknown field"), "{}", problems[1].message);
        assert!(ApplicationSettings::check(&settings(json!({"no_number": "enrol"}))).is_empty());
    }
}
