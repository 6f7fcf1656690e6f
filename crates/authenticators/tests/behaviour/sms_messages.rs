//! Which message a person gets, and that nothing but the administrator's words, the code and the name
//! of the application ever stand in it.

use std::collections::BTreeMap;

use authenticators::message::LANGUAGES;
use authenticators::sms_otp::{SmsOtp, SmsOtpConfig};
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::Entry;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::person::{Person, message, sms_otp};

/// A person who reads these languages, by the header of the browser.
fn reader(languages: &[&str]) -> Person {
    let mut person = Person::new();
    person.languages = languages.iter().map(|tag| (*tag).to_owned()).collect();
    person
}

fn at_application(mut person: Person, settings: Value) -> Person {
    person.settings = serde_json::from_value(settings).unwrap();
    person
}

fn preferring(mut person: Person, languages: &str) -> Person {
    person.claims.set(ClaimUri::PREFERRED_LANGUAGE, vec![languages.to_owned()]);
    person
}

/// The message that coming to the step sends, and its code.
fn sent(mut person: Person, otp: &SmsOtp) -> (String, String) {
    let Entry::Ask { effect: Some(effect), .. } = person.enter(otp) else { panic!("no message") };
    let message = message(&effect);
    (message.body.expose().clone(), message.code.expose().clone())
}

/// The first line, with the code by its placeholder.
fn said(person: Person, otp: &SmsOtp) -> String {
    let (body, code) = sent(person, otp);
    body.lines().next().unwrap_or_default().replace(&code, "{code}")
}

fn texts(texts: &[(&str, &str)]) -> BTreeMap<String, String> {
    texts.iter().map(|(tag, text)| ((*tag).to_owned(), (*text).to_owned())).collect()
}

/// A server with messages of its own.
fn own_words(config: &mut SmsOtpConfig) {
    "server {code}".clone_into(&mut config.message);
    config.messages = texts(&[("de", "server de {code}"), ("fr", "server fr {code}")]);
}

#[test]
fn the_built_in_messages_speak_the_language_of_the_person() {
    let otp = sms_otp(|_| {});
    for (languages, expected) in [
        (
            vec![],
            "{code} is your code for Pickup Dispatch. It is valid for 5 minutes. Never share it.",
        ),
        (
            vec!["fr"],
            "{code} is your code for Pickup Dispatch. It is valid for 5 minutes. Never share it.",
        ),
        (
            vec!["de-CH", "en"],
            "{code} ist Ihr Code für Pickup Dispatch. Er gilt 5 Minuten. Geben Sie ihn niemals weiter.",
        ),
        (
            vec!["en-US", "de"],
            "{code} is your code for Pickup Dispatch. It is valid for 5 minutes. Never share it.",
        ),
        (
            vec!["fr", "es-419"],
            "{code} es su clave de un solo uso para Pickup Dispatch. Vence en 5 minutos. No la comparta.",
        ),
        (
            vec!["ar-EG"],
            "{code} هو رمز الدخول إلى Pickup Dispatch. صالح لمدة 5 دقائق. لا تشاركه مع أحد.",
        ),
    ] {
        assert_eq!(said(reader(&languages), &otp), expected, "{languages:?}");
    }
}

#[test]
fn the_language_chosen_on_the_page_counts_before_the_profile_and_the_browser() {
    let otp = sms_otp(|_| {});
    let mut person = preferring(reader(&["en"]), "de");
    assert!(said(preferring(reader(&["en"]), "de"), &otp).contains("Ihr Code"));
    person.chosen_language = Some("es");
    assert!(said(person, &otp).contains("su clave"));
}

#[test]
fn a_message_that_was_changed_is_for_everybody() {
    let otp = sms_otp(|config| config.message = "Code: {code}".to_owned());
    for language in ["en", "de", "es", "ar", "fr"] {
        assert_eq!(said(reader(&[language]), &otp), "Code: {code}");
    }
}

#[test]
fn one_language_may_be_worded_anew_beside_the_built_in_ones() {
    let otp = sms_otp(|config| config.messages = texts(&[("DE", "Kode {code}, {lifetime}")]));
    assert_eq!(said(reader(&["de-AT"]), &otp), "Kode {code}, 5 Minuten");
    assert!(said(reader(&["es"]), &otp).contains("su clave"));
}

#[test]
fn the_application_counts_before_the_server_and_a_language_before_none() {
    let otp = sms_otp(own_words);
    let both = json!({"message": "own {code}", "messages": {"de": "own de {code}"}});
    let german = json!({"messages": {"de": "own de {code}"}});
    let any = json!({"message": "own {code}"});
    for (settings, languages, expected) in [
        (&both, vec!["de-CH"], "own de {code}"),
        (&both, vec!["fr"], "own {code}"),
        (&german, vec!["de"], "own de {code}"),
        (&german, vec!["fr"], "server fr {code}"),
        (&german, vec!["fr", "de"], "server fr {code}"),
        (&german, vec!["it", "de"], "own de {code}"),
        (&german, vec!["it"], "server {code}"),
        (&any, vec!["de"], "own {code}"),
        (&json!({}), vec!["de"], "server de {code}"),
        (&json!({}), vec![], "server {code}"),
        // What is in no language is taken for English.
        (&both, vec!["en", "de"], "own {code}"),
        (&json!({}), vec!["en-US", "de"], "server {code}"),
    ] {
        let person = at_application(reader(&languages), settings.clone());
        assert_eq!(said(person, &otp), expected, "{settings} {languages:?}");
    }
}

#[test]
fn the_language_of_the_profile_counts_before_that_of_the_browser() {
    let otp = sms_otp(own_words);
    for (claim, expected) in [
        ("fr", "server fr {code}"),
        (" fr_CA ", "server fr {code}"),
        ("it, fr;q=0.5, de;q=0.2", "server fr {code}"),
        // In none of these is there a message.
        ("it", "server de {code}"),
        ("", "server de {code}"),
        ("Français", "server de {code}"),
        ("fr;q=0", "server de {code}"),
        ("fr\n@evil.example #999999", "server de {code}"),
    ] {
        let person = preferring(reader(&["de"]), claim);
        assert_eq!(said(person, &otp), expected, "{claim:?}");
    }
}

#[test]
fn the_application_decides_about_the_last_line() {
    for (server, own, bound) in [
        (true, json!({}), true),
        (true, json!({"origin_bound": false}), false),
        (false, json!({}), false),
        (false, json!({"origin_bound": true}), true),
    ] {
        let otp = sms_otp(|config| config.origin_bound = server);
        let (body, code) = sent(at_application(Person::new(), own), &otp);
        assert_eq!(body.ends_with(&format!("\n@login.example.com #{code}")), bound, "{body}");
    }
}

#[test]
fn settings_that_cannot_be_read_send_the_words_of_the_server() {
    let otp = sms_otp(own_words);
    for broken in [
        json!({"message": 5}),
        json!({"message": "no code"}),
        json!({"messages": {"de_": "x {code}"}}),
        json!({"later": true, "message": "{code}"}),
    ] {
        assert_eq!(said(at_application(Person::new(), broken), &otp), "server {code}");
    }
}

#[test]
fn what_is_unwise_in_the_settings_is_told() {
    let mut config =
        SmsOtpConfig { key: idp_core::secret::Secret::new(vec![7; 32]), ..Default::default() };
    assert_eq!(config.warnings(), []);
    config.messages = texts(&[("fr", "{code} – {lifetime}"), ("de", "{code}")]);
    let told: Vec<String> = config.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("sms_otp.messages.fr is paid as 1 message, but of 70"), "{told:?}");
    assert!(told[1].starts_with("sms_otp.messages.fr has {lifetime}"), "{told:?}");
    config.host = "a-very-long-name-of-a-host.department.example.com".to_owned();
    assert!(config.warnings()[0].to_string().starts_with("sms_otp.message is paid as 2 messages"));
}

proptest! {
    /// Names and languages from anywhere, also such as pretend to be a last line.
    #[test]
    fn whatever_the_name_and_the_languages_the_last_line_is_ours(
        name in "(\\PC|[\\n\\r\\u{7}\\u{85}\\u{2028}\\u{2029}\\u{202e}@#{}]){0,60}",
        header in proptest::collection::vec("(en|de|es|ar|fr|\\PC{0,12})(-[a-z]{2})?(\n@evil.example #1)?", 0..5),
        claim in proptest::option::of("(ar|de|.{0,20})(\n@evil.example #1)?"),
        own in proptest::option::of("[a-z ]{0,20}"),
    ) {
        let otp = sms_otp(|_| {});
        let mut person = Person::new();
        person.application.clone_from(&name);
        person.languages.clone_from(&header);
        if let Some(claim) = &claim {
            person = preferring(person, claim);
        }
        if let Some(own) = &own {
            person = at_application(person, json!({"messages": {"de": format!("{own}{{code}} {{app}}")}}));
        }
        let (body, code) = sent(person, &otp);
        let lines: Vec<&str> = body.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).collect();
        let last = format!("@login.example.com #{code}");
        prop_assert_eq!(lines.len(), 2, "{:?}", body);
        prop_assert_eq!(lines[1], last);
        // Only its texts can begin so, up to the name.
        let german = own.map(|own| format!("{own}{code} "));
        let known = LANGUAGES.iter().map(|language| {
            let (before, _) = language.message.split_once("{app}").unwrap();
            before.replace("{code}", &code)
        });
        let mut beginnings = known.chain(german);
        prop_assert!(beginnings.any(|beginning| lines[0].starts_with(&beginning)), "{:?}", body);
    }
}
