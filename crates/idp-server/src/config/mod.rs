//! The settings of a server: one TOML file, overlaid by `IDP_…` environment variables.
//!
//! `settings` names every setting with its default, `overlay` finds unknown keys and wrong types,
//! `check` finds values that make no sense. All problems are reported at once.

mod check;
mod overlay;
mod settings;

use std::path::{Path, PathBuf};

use idp_admin::service_providers::AllowPlainHttp;
use idp_core::saml::signature::denied::DeniedAlgorithms;

pub use settings::{LogFormat, PlainHttp, Settings};

/// Everything that is wrong with the settings.
#[derive(Debug, thiserror::Error)]
#[error("the settings cannot be used:\n{}", .0.iter().map(|p| format!("  - {p}")).collect::<Vec<_>>().join("\n"))]
pub struct ConfigError(pub Vec<String>);

/// Where the settings file is looked for when none is named.
const DEFAULT_FILE: &str = "idp.toml";

impl From<PlainHttp> for AllowPlainHttp {
    fn from(setting: PlainHttp) -> Self {
        match setting {
            PlainHttp::Loopback => Self::Loopback,
            PlainHttp::Any => Self::Any,
        }
    }
}

impl Settings {
    /// The algorithms that are ruled out.
    pub fn denied_algorithms(&self) -> Result<DeniedAlgorithms, ConfigError> {
        check::denied_algorithms(self).map_err(|unknown| {
            let unknown = unknown.join(", ");
            ConfigError(vec![format!("saml.denied_algorithms: {unknown} is no algorithm")])
        })
    }

    /// The settings from a file and the environment. Without a named file, `idp.toml` in the
    /// working directory is read if it exists.
    pub fn load(
        named: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let file = named.map_or_else(|| PathBuf::from(DEFAULT_FILE), Path::to_path_buf);
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                String::new()
            }
            Err(error) => {
                return Err(ConfigError(vec![format!(
                    "{}: cannot be read: {error}",
                    file.display()
                )]));
            }
        };
        let table: toml::Table = toml::from_str(&text).map_err(|error| {
            ConfigError(vec![format!("{}: not valid TOML: {error}", file.display())])
        })?;
        let mut problems = Vec::new();
        let settings =
            overlay::apply(table, &file.display().to_string(), environment, &mut problems);
        if let Some(settings) = &settings {
            problems.extend(check::problems(settings));
        }
        settings.filter(|_| problems.is_empty()).ok_or(ConfigError(problems))
    }
}

#[cfg(test)]
mod tests {
    use idp_core::saml::urn::KeyKind;

    use super::*;

    fn load(text: &str, environment: &[(&str, &str)]) -> Result<Settings, ConfigError> {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), text).expect("written");
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Settings::load(Some(file.path()), environment)
    }

    #[test]
    fn the_empty_file_gives_the_defaults() {
        let settings = load("", &[]).expect("usable");
        assert_eq!(settings.public_url, "http://localhost:9763");
        assert_eq!(settings.sms_otp.lifetime_seconds, 300);
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let settings = load(
            "listen = \"127.0.0.1:1\"\n[sms_otp]\ncode_length = 8\n",
            &[("IDP_LISTEN", "127.0.0.1:2"), ("IDP_SMS_OTP_CODE_LENGTH", "7"), ("HOME", "/root")],
        )
        .expect("usable");
        assert_eq!((settings.listen.as_str(), settings.sms_otp.code_length), ("127.0.0.1:2", 7));
    }

    #[test]
    fn every_mistake_is_reported_at_once_with_its_key() {
        let error = load(
            "lisen = \"x\"\n[session]\nidle_seconds = \"long\"\n[nonsense]\na = 1\n",
            &[("IDP_PUBLICURL", "x"), ("IDP_SMS_OTP_CODE_LENGTH", "many")],
        )
        .expect_err("refused")
        .to_string();
        for part in [
            "lisen",
            "did you mean \"listen\"",
            "session.idle_seconds",
            "nonsense",
            "IDP_PUBLICURL",
            "IDP_SMS_OTP_CODE_LENGTH",
        ] {
            assert!(error.contains(part), "{part} is missing in:\n{error}");
        }
    }

    #[test]
    fn values_out_of_range_are_errors_and_never_silently_the_default() {
        let error = load(
            "public_url = \"ftp://x\"\n[sms_otp]\ncode_length = 3\nlifetime_seconds = 601\n",
            &[],
        )
        .expect_err("refused")
        .to_string();
        for part in ["public_url", "sms_otp.code_length", "sms_otp.lifetime_seconds"] {
            assert!(error.contains(part), "{part} is missing in:\n{error}");
        }
    }

    /// C137.
    #[test]
    fn our_entity_id_is_an_absolute_uri_of_at_most_256_characters() {
        let given = |id: &str| load(&format!("entity_id = \"{id}\"\n"), &[]);
        let longest = format!("https://{}", "x".repeat(248));
        for good in ["https://login.example.org/idp", "urn:example:idp", &longest, ""] {
            assert!(given(good).is_ok(), "{good}");
        }
        for bad in ["login.example.org", "/idp", " ", &format!("{longest}x")] {
            let error = given(bad).expect_err(bad).to_string();
            assert!(error.contains("entity_id"), "{error}");
        }
    }

    #[test]
    fn algorithms_that_are_denied_must_exist_and_leave_something_to_sign_with() {
        let denied = |list: &str| load(&format!("[saml]\ndenied_algorithms = {list}\n"), &[]);
        let settings = denied("[\"sha1\", \"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"]");
        let settings = settings.expect("usable");
        let rsa = KeyKind::Rsa2048.signature_algorithm();
        assert!(settings.denied_algorithms().expect("known").denies(rsa));
        for (list, words) in [
            ("[\"rsa-md5\"]", "\"rsa-md5\" is none of them"),
            ("[\"rsa-sha256 \", \"nonsense\"]", "\"nonsense\" is none of them"),
            ("[\"sha256\"]", "must leave sha256"),
            ("[\"rsa-sha256\", \"ecdsa-sha256\"]", "must leave sha256"),
        ] {
            let error = denied(list).expect_err(list).to_string();
            assert!(error.contains("saml.denied_algorithms"), "{error}");
            assert!(error.contains(words), "{words} is missing in:\n{error}");
        }
        let from_environment = load("", &[("IDP_SAML_DENIED_ALGORITHMS", "sha1, rsa-sha512")]);
        assert_eq!(from_environment.expect("usable").saml.denied_algorithms.len(), 2);
    }

    #[test]
    fn messages_are_given_by_language_in_the_file_and_in_the_environment() {
        let file = "[sms_otp.messages]\nde-CH = \"Kod {code}\"\nfr = \"{code}\"\n";
        let environment = [
            ("IDP_SMS_OTP_MESSAGES_DE_CH", "Code {code}"),
            ("IDP_SMS_OTP_MESSAGES_ES", "x {code}"),
        ];
        let settings = load(file, &environment).expect("usable");
        let messages: Vec<(&str, &str)> = settings
            .sms_otp
            .messages
            .iter()
            .map(|(tag, text)| (tag.as_str(), text.as_str()))
            .collect();
        assert_eq!(messages, [("de-ch", "Code {code}"), ("es", "x {code}"), ("fr", "{code}")]);
        for (file, environment, words) in [
            ("[sms_otp.messages]\nde = 5\n", vec![], "sms_otp.messages.de must be a text"),
            ("[sms_otp]\nmessages = \"x\"\n", vec![], "sms_otp.messages must be a section"),
            ("", vec![("IDP_SMS_OTP_MESSAGES", "x")], "IDP_SMS_OTP_MESSAGES must be a section"),
            ("", vec![("IDP_SMS_OTP_MESSAGES_", "x")], "IDP_SMS_OTP_MESSAGES_ is no setting"),
        ] {
            let error = load(file, &environment).expect_err(words).to_string();
            assert!(error.contains(words), "{words} is missing in:\n{error}");
        }
    }

    #[test]
    fn the_manual_lists_every_setting_with_its_default() {
        let manual = include_str!("../../../../docs/settings.md");
        let defaults = toml::Table::try_from(Settings::default()).expect("a table");
        for (section, value) in &defaults {
            let rows = match value {
                toml::Value::Table(rows) => rows.clone(),
                other => toml::Table::from_iter([(section.clone(), other.clone())]),
            };
            for (key, default) in rows {
                let row = format!("| `{key}` | `{default}` |");
                assert!(manual.contains(&row), "docs/settings.md lacks the row {row}");
            }
        }
    }
}
