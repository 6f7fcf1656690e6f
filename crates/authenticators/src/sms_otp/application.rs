//! What can be set for `sms-otp` at one application.

use std::collections::BTreeMap;

use idp_core::flow::authenticator::{AuthenticatorSettings, Facts, SettingProblem};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::SmsOtp;
use super::messages::written;

/// The settings of one application.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ApplicationSettings {
    /// What becomes of people without a number that codes are sent to.
    pub(super) no_number: NoNumber,
    /// Its message, for languages without one of their own.
    pub(super) message: Option<String>,
    /// Its messages by language.
    pub(super) messages: BTreeMap<String, String>,
    /// Whether its messages end with `@host #code`; the server's setting where it does not say.
    pub(super) origin_bound: Option<bool>,
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
    /// Those in force at this login. They were checked when they were saved; where they cannot be
    /// read all the same, the defaults hold, which are the strictest.
    pub(super) fn of(facts: &Facts<'_>) -> Self {
        facts.settings.read().unwrap_or_default()
    }
}

impl SmsOtp {
    /// What is wrong with settings that are to be saved for the application of this name, or unwise.
    pub(super) fn check_application(
        &self,
        settings: &AuthenticatorSettings,
        application: &str,
    ) -> Vec<SettingProblem> {
        let mut problems = Vec::new();
        let mut readable = Map::new();
        for (key, value) in settings.iter() {
            let alone = Map::from_iter([(key.to_owned(), value.clone())]);
            match AuthenticatorSettings::new(alone).read::<ApplicationSettings>() {
                Ok(_) => drop(readable.insert(key.to_owned(), value.clone())),
                Err(error) => problems.push(SettingProblem::new(key, explain(key, value, &error))),
            }
        }
        let settings = AuthenticatorSettings::new(readable).read().unwrap_or_default();
        problems.extend(self.check_messages(&settings, application));
        problems
    }

    fn check_messages(
        &self,
        settings: &ApplicationSettings,
        application: &str,
    ) -> Vec<SettingProblem> {
        let (messages, mut problems) = written(settings.message.as_deref(), &settings.messages);
        let origin_bound = settings.origin_bound.unwrap_or(self.messages.origin_bound);
        let mut sample = self.sample(origin_bound);
        application.clone_into(&mut sample.wording.application);
        for message in &messages {
            problems.extend(message.unwise(&sample));
        }
        problems
    }
}

fn explain(key: &str, value: &Value, error: &serde_json::Error) -> String {
    match key {
        "no_number" => "must be \"refuse\" or \"enrol\"".to_owned(),
        "message" => "must be a text".to_owned(),
        "messages" => {
            match value.as_object().and_then(|all| all.iter().find(|(_, v)| !v.is_string())) {
                Some((language, _)) => {
                    format!("has no text for \"{language}\"; write {language} = \"…\"")
                }
                None => "must be a table of languages and their texts: { de = \"…\" }".to_owned(),
            }
        }
        "origin_bound" => "must be true or false".to_owned(),
        _ => format!("cannot be set for an application: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use idp_core::flow::authenticator::Severity;
    use idp_core::secret::Secret;
    use serde_json::json;

    use super::*;
    use crate::sms_otp::SmsOtpConfig;

    fn settings(value: Value) -> AuthenticatorSettings {
        serde_json::from_value(value).unwrap()
    }

    /// Severity, key and text of every problem.
    fn problems(value: Value, application: &str) -> Vec<(Severity, String, String)> {
        let config = SmsOtpConfig { key: Secret::new(vec![7; 32]), ..SmsOtpConfig::default() };
        let problems = SmsOtp::new(&config)
            .unwrap_or_else(|problems| panic!("{problems:?}"))
            .check_application(&settings(value), application);
        problems
            .into_iter()
            .map(|problem| (problem.severity, problem.key, problem.message))
            .collect()
    }

    #[test]
    fn nothing_set_refuses_people_without_a_number() {
        let read: ApplicationSettings = settings(json!({})).read().unwrap();
        assert_eq!(read.no_number, NoNumber::Refuse);
    }

    #[test]
    fn every_mistake_is_told_with_its_key() {
        let wrong = json!({
            "no_number": "ask", "nonumber": "enrol", "message": 5, "origin_bound": "yes",
            "messages": {"de": 7},
        });
        let found = problems(wrong, "Desk");
        for (key, words) in [
            ("no_number", "\"refuse\" or \"enrol\""),
            ("nonumber", "unknown field"),
            ("message", "must be a text"),
            ("origin_bound", "must be true or false"),
            ("messages", "no text for \"de\""),
        ] {
            let told = |(severity, at, text): &(Severity, String, String)| {
                *severity == Severity::Error && at == key && text.contains(words)
            };
            assert!(found.iter().any(told), "{key}: {words} in {found:?}");
        }
        assert_eq!(found.len(), 5);
        assert!(problems(json!({"no_number": "enrol"}), "Desk").is_empty());
    }

    #[test]
    fn a_template_that_cannot_be_sent_is_an_error_at_its_language() {
        let wrong = json!({
            "message": "{code} {user}",
            "messages": {"de": "Hallo {app}", "de_CH": "{code}", "fr": "{code}\u{7}", "es": "{code}",
                "ES": "{code}"},
        });
        let found = problems(wrong, "Desk");
        let told: Vec<String> =
            found.iter().map(|(_, key, text)| format!("{key} {text}")).collect();
        for words in [
            "message has {user}",
            "messages.de lacks {code}",
            "messages.de_CH is no language tag",
            "messages.fr contains a control character",
            "messages.es names the same language as ES",
        ] {
            assert!(told.iter().any(|text| text.starts_with(words)), "{words} in {told:#?}");
        }
        assert!(found.iter().all(|(severity, ..)| *severity == Severity::Error), "{told:#?}");
    }

    #[test]
    fn a_dear_template_is_a_warning_that_knows_the_name_of_the_application() {
        let template = format!("{{code}} for {{app}} {}", "word ".repeat(18));
        let long = || json!({"messages": {"en": template}});
        assert_eq!(problems(long(), "Desk"), []);
        let found = problems(long(), "The desk where vehicles are picked up");
        let [(Severity::Warning, key, text)] = &found[..] else { panic!("{found:?}") };
        assert_eq!(key, "messages.en");
        assert!(text.starts_with("is paid as 2 messages (GSM-7) with an application name of 37"));
        // Without the last line there is room.
        let unbound = json!({"messages": {"en": template}, "origin_bound": false});
        assert_eq!(problems(unbound, "The desk where vehicles are picked up"), []);
    }
}
