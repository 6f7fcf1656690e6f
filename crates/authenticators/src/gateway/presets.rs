//! Providers known by name: an administrator gives the account's values, the rest is here.
//!
//! Every value of an account becomes a named secret, so that it is written with the encoding of its
//! place and never shown. Written from the providers' public documentation of their present
//! interfaces; `tests/behaviour/providers` has emulators of them.

use std::collections::BTreeMap;

use idp_core::secret::Secret;

use super::answer::AnswerRule;
use super::headers::Headers;
use super::known::equals;
use super::number_form::NumberForm;
use super::{GatewayDefinition, NamedSecrets, StatusCodes};

/// A value of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PresetValue {
    /// Its name, `auth_token`.
    pub name: &'static str,
    /// Where the provider shows it.
    pub hint: &'static str,
    /// Whether it lets its holder act for the account, and must not stand in a file or an argument.
    pub secret: bool,
}

/// A provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Preset {
    /// Its name, `twilio`.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What it asks for.
    pub values: &'static [PresetValue],
    url: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    accepted: &'static str,
    number_form: NumberForm,
    /// A JSON pointer and the value it must have.
    answer: Option<(&'static str, &'static str)>,
}

const fn plain(name: &'static str, hint: &'static str) -> PresetValue {
    PresetValue { name, hint, secret: false }
}

const fn secret(name: &'static str, hint: &'static str) -> PresetValue {
    PresetValue { name, hint, secret: true }
}

const JSON: (&str, &str) = ("Content-Type", "application/json");
const TAKES_JSON: (&str, &str) = ("Accept", "application/json");

const PRESETS: &[Preset] = &[
    Preset {
        name: "vonage",
        title: "Vonage (formerly Nexmo), SMS API",
        values: &[
            plain("api_key", "API key, in the API settings of the dashboard"),
            secret("api_secret", "API secret, beside the key"),
            plain("from", "the sender people see: a number of yours, or a name where allowed"),
        ],
        url: "https://rest.nexmo.com/sms/json",
        headers: &[TAKES_JSON, ("Content-Type", "application/x-www-form-urlencoded")],
        body: "api_key=$secret.api_key&api_secret=$secret.api_secret&from=$secret.from&to=$ctx.num&type=$ctx.type&text=$ctx.msg",
        accepted: "200",
        number_form: NumberForm::Digits,
        answer: Some(("/messages/0/status", "0")),
    },
    Preset {
        name: "clickatell",
        title: "Clickatell, One API",
        values: &[secret("api_key", "API key of an SMS integration, in the portal")],
        url: "https://platform.clickatell.com/v1/message",
        headers: &[TAKES_JSON, JSON, ("Authorization", "$secret.api_key")],
        body: r#"{"messages":[{"channel":"sms","to":"$ctx.num","content":"$ctx.msg"}]}"#,
        accepted: "202",
        number_form: NumberForm::Digits,
        answer: Some(("/messages/0/accepted", "true")),
    },
    Preset {
        name: "plivo",
        title: "Plivo, Message API",
        values: &[
            plain("auth_id", "Auth ID, on the overview page of the console"),
            secret("auth_token", "Auth Token, beside the ID"),
            plain(
                "from",
                "a number of yours with its country code, or a sender name where allowed",
            ),
        ],
        url: "https://api.plivo.com/v1/Account/$secret.auth_id/Message/",
        headers: &[
            TAKES_JSON,
            JSON,
            ("Authorization", "Basic base64{$secret.auth_id:$secret.auth_token}"),
        ],
        body: r#"{"src":"$secret.from","dst":"$ctx.num","text":"$ctx.msg"}"#,
        accepted: "202",
        number_form: NumberForm::E164,
        answer: None,
    },
    Preset {
        name: "bulksms",
        title: "BulkSMS, JSON REST API",
        values: &[
            plain("token_id", "API token: its ID, in the settings of the account"),
            secret("token_secret", "API token: its secret, shown once when the token is made"),
        ],
        url: "https://api.bulksms.com/v1/messages?auto-unicode=true",
        headers: &[
            TAKES_JSON,
            JSON,
            ("Authorization", "Basic base64{$secret.token_id:$secret.token_secret}"),
        ],
        body: r#"{"to":"$ctx.num","body":"$ctx.msg"}"#,
        accepted: "201",
        number_form: NumberForm::E164,
        answer: Some(("/0/status/type", "ACCEPTED")),
    },
    Preset {
        name: "twilio",
        title: "Twilio, Programmable Messaging",
        values: &[
            plain("account_sid", "Account SID, begins with AC, on the first page of the console"),
            secret("auth_token", "Auth Token, beside the SID"),
            plain("from", "a number of yours such as +15550100, or a sender name where allowed"),
        ],
        url: "https://api.twilio.com/2010-04-01/Accounts/$secret.account_sid/Messages.json",
        headers: &[
            TAKES_JSON,
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Authorization", "Basic base64{$secret.account_sid:$secret.auth_token}"),
        ],
        body: "To=$ctx.num&From=$secret.from&Body=$ctx.msg",
        accepted: "200,201",
        number_form: NumberForm::E164,
        answer: None,
    },
];

/// Every preset, in the order of their documentation.
pub const fn presets() -> &'static [Preset] {
    PRESETS
}

/// A preset that does not exist, or values it does not ask for.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PresetError {
    /// There is none of this name.
    #[error("there is no preset \"{0}\"; there are {list}", list = names())]
    Unknown(String),
    /// A value that the preset has no use for.
    #[error("{preset} does not ask for \"{value}\"; it asks for {asks}")]
    NotAsked {
        /// The preset.
        preset: &'static str,
        /// The name of the value.
        value: String,
        /// What it asks for.
        asks: String,
    },
}

fn names() -> String {
    PRESETS.iter().map(|preset| preset.name).collect::<Vec<_>>().join(", ")
}

impl Preset {
    /// The preset of this name, whatever its case.
    pub fn named(name: &str) -> Result<&'static Self, PresetError> {
        let name = name.trim();
        let found = PRESETS.iter().find(|preset| preset.name.eq_ignore_ascii_case(name));
        found.ok_or_else(|| PresetError::Unknown(name.to_owned()))
    }

    /// What is known of one of its values.
    pub fn value(&self, name: &str) -> Option<&'static PresetValue> {
        self.values.iter().find(|value| value.name == name)
    }

    /// The names of its values, for messages.
    pub fn asks(&self) -> String {
        self.values.iter().map(|value| value.name).collect::<Vec<_>>().join(", ")
    }

    /// The provider's definition with an account's values. Those that are left out are left to the
    /// definition's check, so that stored ones may take their place.
    pub fn definition(
        &self,
        values: BTreeMap<String, Secret<String>>,
    ) -> Result<GatewayDefinition, PresetError> {
        let mut secrets = NamedSecrets::default();
        for (name, value) in values {
            if self.value(&name).is_none() {
                let asks = self.asks();
                return Err(PresetError::NotAsked { preset: self.name, value: name, asks });
            }
            secrets.insert(name, Secret::new(value.expose().trim().to_owned()));
        }
        let answer = self.answer.map(|(pointer, value)| equals(pointer, value));
        let answer: Vec<AnswerRule> = answer.into_iter().collect();
        Ok(GatewayDefinition {
            headers: Headers::from_pairs(self.headers.iter().copied()),
            body: self.body.to_owned(),
            accepted: self.accepted.parse().unwrap_or_else(|_| StatusCodes::default()),
            number_form: Some(self.number_form),
            answer,
            secrets,
            ..GatewayDefinition::new(self.url)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(preset: &Preset) -> GatewayDefinition {
        let values = preset.values.iter();
        let values = values.map(|v| (v.name.to_owned(), Secret::new("value-1".to_owned())));
        preset.definition(values.collect()).unwrap()
    }

    #[test]
    fn a_preset_with_its_values_has_no_problem_at_all() {
        for preset in presets() {
            assert_eq!(filled(preset).check(), [], "{}", preset.name);
            assert!(preset.accepted.parse::<StatusCodes>().is_ok());
        }
    }

    #[test]
    fn a_value_that_is_left_out_is_named() {
        for preset in presets() {
            let problems = preset.definition(BTreeMap::new()).unwrap().check();
            for value in preset.values {
                let said = format!("the secret {} ", value.name);
                assert!(problems.iter().any(|p| p.text.contains(&said)), "{problems:?}");
            }
        }
    }

    #[test]
    fn unknown_names_are_told_with_the_known_ones() {
        let error = Preset::named("tvilio").unwrap_err().to_string();
        assert!(error.contains("vonage, clickatell, plivo, bulksms, twilio"), "{error}");
        let values = BTreeMap::from([("token".to_owned(), Secret::new("x".to_owned()))]);
        let error = Preset::named(" Twilio ").unwrap().definition(values).unwrap_err();
        assert!(error.to_string().contains("account_sid, auth_token, from"), "{error}");
    }
}
