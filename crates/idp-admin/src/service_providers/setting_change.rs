//! A change of one setting of an authenticator at a service provider, as the command line writes it:
//! `sms-otp.messages.de=…`. The others stay as they are.

use idp_core::flow::authenticator::AuthenticatorId;
use idp_core::flow::settings::SettingsByAuthenticator;
use serde_json::Value;

/// One setting, with its new value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingChange {
    authenticator: AuthenticatorId,
    /// The setting, below others perhaps: `messages`, `de`.
    path: Vec<String>,
    /// `None` removes it.
    value: Option<Value>,
}

impl SettingChange {
    /// Reads `AUTHENTICATOR.KEY=VALUE`. The value is `true`, `false`, a whole number or a text; none
    /// at all removes the setting. Which settings there are is checked when the service provider is.
    pub fn parse(text: &str) -> Result<Self, String> {
        let form = "must be AUTHENTICATOR.KEY=VALUE, such as sms-otp.messages.de=TEXT";
        let (name, value) = text.split_once('=').ok_or_else(|| format!("\"{text}\" {form}"))?;
        let parts: Vec<&str> = name.split('.').map(str::trim).collect();
        match parts.as_slice() {
            [authenticator, path @ ..]
                if !path.is_empty() && parts.iter().all(|part| !part.is_empty()) =>
            {
                Ok(Self {
                    authenticator: AuthenticatorId::from((*authenticator).to_owned()),
                    path: path.iter().map(|part| (*part).to_owned()).collect(),
                    value: read(value),
                })
            }
            _ => Err(format!("\"{name}\" is no setting; it {form}")),
        }
    }

    /// Makes the change. An authenticator without settings is left out.
    pub(super) fn apply(&self, settings: &mut SettingsByAuthenticator) {
        let own = settings.entry(self.authenticator.clone()).or_default();
        own.set(&self.path, self.value.clone());
        if own.is_empty() {
            settings.remove(&self.authenticator);
        }
    }
}

fn read(value: &str) -> Option<Value> {
    let number = value.parse::<i64>().ok().filter(|number| number.to_string() == value);
    match (value, number) {
        ("", _) => None,
        ("true", _) => Some(Value::Bool(true)),
        ("false", _) => Some(Value::Bool(false)),
        (_, Some(number)) => Some(Value::from(number)),
        (text, None) => Some(Value::from(text)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn after(before: &Value, changes: &[&str]) -> Value {
        let mut settings: SettingsByAuthenticator = serde_json::from_value(before.clone()).unwrap();
        for change in changes {
            SettingChange::parse(change).unwrap().apply(&mut settings);
        }
        serde_json::to_value(settings).unwrap()
    }

    #[test]
    fn one_setting_changes_and_the_others_stay() {
        let before = json!({"sms-otp": {"message": "{code}", "messages": {"de": "a", "fr": "b"}}});
        assert_eq!(
            after(&before, &["sms-otp.messages.de=c=d {code}", "sms-otp.origin_bound=false"]),
            json!({"sms-otp": {
                "message": "{code}",
                "messages": {"de": "c=d {code}", "fr": "b"},
                "origin_bound": false,
            }})
        );
    }

    #[test]
    fn an_empty_value_removes_the_setting_and_what_is_empty_then() {
        let before = json!({"sms-otp": {"no_number": "enrol", "messages": {"de": "a"}}});
        let without = json!({"sms-otp": {"no_number": "enrol"}});
        assert_eq!(after(&before, &["sms-otp.messages.de="]), without);
        assert_eq!(after(&before, &["sms-otp.messages="]), without);
        assert_eq!(after(&without, &["sms-otp.no_number="]), json!({}));
        assert_eq!(after(&without, &["sms-otp.messages.de=", "other.key="]), without);
        assert_eq!(after(&without, &["sms-otp.no_number.deeper="]), without);
    }

    #[test]
    fn values_are_read_by_their_form() {
        for (value, expected) in [
            ("true", json!(true)),
            ("7", json!(7)),
            ("-7", json!(-7)),
            ("007", json!("007")),
            ("+7", json!("+7")),
            ("True", json!("True")),
            (" 7", json!(" 7")),
        ] {
            assert_eq!(
                after(&json!({}), &[&format!("a.b={value}")]),
                json!({"a": {"b": expected}})
            );
        }
    }

    #[test]
    fn what_is_no_setting_is_told() {
        for text in ["", "sms-otp", "sms-otp.message", "sms-otp=x", "=x", ".a=x", "a.=x", "a..b=x"]
        {
            let told = SettingChange::parse(text).unwrap_err();
            assert!(told.contains("AUTHENTICATOR.KEY=VALUE"), "{text}: {told}");
        }
    }
}
