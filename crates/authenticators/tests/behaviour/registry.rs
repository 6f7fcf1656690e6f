//! The list of authenticators and their settings.

use authenticators::{AuthenticatorsConfig, registry};
use idp_core::flow::authenticator::{Answer, Factor};
use idp_core::saml::urn::context;
use idp_core::secret::Secret;

fn config() -> AuthenticatorsConfig {
    let mut config = AuthenticatorsConfig::default();
    config.sms_otp.key = Secret::new(vec![7; 32]);
    config
}

#[test]
fn authenticators_are_found_by_the_names_of_imported_configurations() {
    let registry = registry(&config()).ok().unwrap();
    assert_eq!(registry.names(), "basic-auth, sms-otp");
    for (name, id) in [
        ("basic-auth", "basic-auth"),
        ("Username & Password", "basic-auth"),
        ("BasicAuthenticator", "basic-auth"),
        ("sms-otp", "sms-otp"),
        ("smsOTP", "sms-otp"),
        ("SMSOTP", "sms-otp"),
    ] {
        assert_eq!(registry.find(name).unwrap().id().as_str(), id, "{name}");
    }
}

#[test]
fn no_two_authenticators_share_a_name() {
    let registry = registry(&config()).ok().unwrap();
    let mut names: Vec<String> = registry
        .iter()
        .flat_map(|a| a.aliases().iter().map(|s| (*s).to_owned()).chain([a.id().to_string()]))
        .collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}

/// C173.
#[test]
fn a_password_and_a_phone_are_two_types_of_factor() {
    let registry = registry(&config()).ok().unwrap();
    assert_eq!(registry.find("basic-auth").unwrap().factor(), Factor::Knowledge);
    assert_eq!(registry.find("sms-otp").unwrap().factor(), Factor::Possession);
    let together = registry.find("sms-otp").unwrap().multi_factor_classes();
    assert_eq!(together, [context::MOBILE_TWO_FACTOR_CONTRACT]);
    assert!(registry.find("basic-auth").unwrap().identifies());
    assert!(!registry.find("sms-otp").unwrap().identifies());
}

#[test]
fn unfinished_forms_and_buttons_are_no_attempts() {
    let registry = registry(&config()).ok().unwrap();
    let answer = |fields: &[(&str, &str)]| {
        Answer::new(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    };
    for (authenticator, fields, attempt) in [
        ("basic-auth", vec![("username", "alice"), ("password", "x")], true),
        ("basic-auth", vec![("password", "x")], true),
        ("basic-auth", vec![("username", "alice"), ("password", "")], false),
        ("sms-otp", vec![("code", "123456")], true),
        ("sms-otp", vec![("code", "")], false),
        ("sms-otp", vec![("code", "123456"), ("action", "resend")], false),
    ] {
        let judged = registry.find(authenticator).unwrap().is_attempt(&answer(&fields));
        assert_eq!(judged, attempt, "{authenticator} {fields:?}");
    }
}

/// C164.
#[test]
fn every_wrong_setting_is_told_at_once() {
    let mut config = AuthenticatorsConfig::default();
    config.basic_auth.hashing.memory_kib = 64;
    config.sms_otp.code_length = 3;
    config.sms_otp.lifetime_seconds = 3600;
    config.sms_otp.max_wrong_tries = 0;
    config.sms_otp.resend_cool_down_seconds = 0;
    config.sms_otp.max_sends = 0;
    config.sms_otp.message = "Hello".to_owned();
    config.sms_otp.messages.insert("de".to_owned(), "{code} {user}".to_owned());
    let problems = registry(&config).err().unwrap();
    let keys: Vec<_> = problems.iter().map(|problem| problem.key.as_ref()).collect();
    assert_eq!(
        keys,
        [
            "basic_auth.hashing.memory_kib",
            "sms_otp.code_length",
            "sms_otp.lifetime_seconds",
            "sms_otp.wrong_tries",
            "sms_otp.resend_cooldown_seconds",
            "sms_otp.sends_per_login",
            "sms_otp.message",
            "sms_otp.messages.de",
            "sms_otp.key",
        ]
    );
    assert_eq!(problems[1].to_string(), "sms_otp.code_length is 3; it must be 4 to 10 characters");
}
