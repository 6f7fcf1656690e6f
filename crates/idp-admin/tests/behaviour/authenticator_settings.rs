//! What is set for authenticators at a service provider: by a file, one by one, and what is refused.

use std::path::Path;

use idp_admin::config_file::{self, Plan, PlanError, PlanReport, Surroundings};
use idp_admin::service_providers::{self, Saved, ServiceProviderPatch, SettingChange};
use idp_admin::{AdminError, difference::FieldChange};
use serde_json::{Value, json};

use crate::support::{SP, World, at, fields, now, rng};

const FILE: &str = r#"
[[service_provider]]
entity_id = "https://sp.example.org/saml"
name = "Vehicle desk"
steps = [["basic-auth"], ["sms-otp"]]
[[service_provider.acs]]
url = "https://sp.example.org/acs"
[service_provider.authenticators.sms-otp]
message = "{code} is your code for {app}"
origin_bound = false
[service_provider.authenticators.sms-otp.messages]
de = "{code} ist Ihr Code"
fr = "Votre code : {code}"
"#;

fn plan(world: &World, text: &str) -> Result<Plan, PlanError> {
    let directory = Path::new("/nonexistent");
    let surroundings =
        Surroundings { now: now(), directory: Some(directory), environment: &|_| None };
    config_file::plan(&world.admin(), ("c.toml", text), surroundings, &mut rng())
}

fn apply(world: &World, text: &str) -> PlanReport {
    let plan = plan(world, text).unwrap_or_else(|error| panic!("{error}"));
    let report = PlanReport::of(&plan);
    config_file::apply(&world.admin(), plan, &mut rng()).unwrap();
    report
}

fn change(world: &World, changes: &[&str]) -> Result<Saved, AdminError> {
    let authenticator_changes =
        changes.iter().map(|change| SettingChange::parse(change).unwrap()).collect();
    let patch = ServiceProviderPatch { authenticator_changes, ..Default::default() };
    service_providers::change(&world.admin(), SP, &patch, &mut rng())
}

fn stored(world: &World) -> Value {
    let found = service_providers::find(&world.admin(), SP).unwrap().value;
    json!(found.settings.authenticators)
}

fn a_file_that_is_applied_twice_changes_nothing_the_second_time(world: &World) {
    apply(world, FILE);
    assert_eq!(
        stored(world),
        json!({"sms-otp": {
            "message": "{code} is your code for {app}",
            "origin_bound": false,
            "messages": {"de": "{code} ist Ihr Code", "fr": "Votre code : {code}"},
        }})
    );
    assert!(apply(world, FILE).changes.is_empty());
}

fn what_a_file_says_of_authenticators_takes_the_place_of_all_that_was_set(world: &World) {
    apply(world, FILE);
    let (without, _) = FILE.split_once("[service_provider.authenticators").unwrap();
    assert!(apply(world, without).changes.is_empty(), "what it does not name stays");
    apply(
        world,
        &format!("{without}[service_provider.authenticators.sms-otp]\norigin_bound = true\n"),
    );
    assert_eq!(stored(world), json!({"sms-otp": {"origin_bound": true}}));
    apply(world, &format!("{without}[service_provider.authenticators]\n"));
    assert_eq!(stored(world), json!({}));
}

fn one_setting_changes_and_the_others_stay(world: &World) {
    apply(world, FILE);
    let saved = change(world, &["sms-otp.messages.de=Code {code}"]).unwrap();
    let told: Vec<String> = saved.changes.iter().map(FieldChange::to_string).collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("authenticators: ") && told[0].contains("Code {code}"), "{told:?}");
    assert_eq!(stored(world)["sms-otp"]["messages"]["fr"], "Votre code : {code}");
    assert_eq!(stored(world)["sms-otp"]["origin_bound"], false);
    assert!(change(world, &["sms-otp.messages.de=Code {code}"]).unwrap().changes.is_empty());
    change(world, &["sms-otp.message=", "sms-otp.messages=", "sms-otp.origin_bound="]).unwrap();
    assert_eq!(stored(world), json!({}));
}

fn settings_come_with_a_new_service_provider_too(world: &World) {
    let patch = ServiceProviderPatch {
        authenticator_changes: vec![SettingChange::parse("sms-otp.message=Hi {code}").unwrap()],
        ..at("https://sp.example.org/acs")
    };
    service_providers::add(&world.admin(), SP, &patch, &mut rng()).unwrap();
    assert_eq!(stored(world), json!({"sms-otp": {"message": "Hi {code}"}}));
}

fn what_cannot_be_sent_is_refused_and_nothing_is_saved(world: &World) {
    apply(world, FILE);
    for (setting, field) in [
        ("sms-otp.message=Hello", "authenticators.sms-otp.message"),
        ("sms-otp.messages.es={code} {name}", "authenticators.sms-otp.messages.es"),
        ("sms-otp.messages.de_CH={code}", "authenticators.sms-otp.messages.de_CH"),
        ("sms-otp.messages.DE={code}", "authenticators.sms-otp.messages.de"),
        ("sms-otp.messages.es={code}\u{7}", "authenticators.sms-otp.messages.es"),
        ("sms-otp.origin_bound=maybe", "authenticators.sms-otp.origin_bound"),
        ("sms-otp.mesage={code}", "authenticators.sms-otp.mesage"),
        ("sms-otp.message.de={code}", "authenticators.sms-otp.message"),
        ("basic-auth.message={code}", "authenticators.basic-auth.message"),
        ("sms.message={code}", "authenticators.sms"),
    ] {
        assert_eq!(fields(change(world, &[setting])), [field], "{setting}");
    }
    let long = format!("sms-otp.message={{code}}{}", "x".repeat(400));
    assert_eq!(fields(change(world, &[&long])), ["authenticators.sms-otp.message"]);
    assert!(apply(world, FILE).changes.is_empty());
}

fn a_mistake_in_a_file_is_told_with_its_line(world: &World) {
    let wrong = FILE.replace("{code} ist Ihr Code", "Ihr Code");
    let Err(PlanError::Mistakes(mistakes)) = plan(world, &wrong) else { panic!("accepted") };
    assert_eq!(
        mistakes.to_string(),
        "c.toml:12:1 service_provider[0].authenticators.sms-otp.messages.de: lacks {code}; without it \
         nobody learns the code"
    );
}

fn what_is_dear_is_saved_with_a_warning(world: &World) {
    apply(world, FILE);
    let saved = change(world, &["sms-otp.messages.si=ඔබේ කේතය {code}"]).unwrap();
    assert_eq!(saved.warnings, []);
    let saved = change(world, &["sms-otp.messages.de={code} – Ihr Code"]).unwrap();
    let warnings: Vec<String> = saved.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "authenticators.sms-otp.messages.de: is paid as 1 message, but of 70 characters instead of 160, \
          because of \"–\"; use another character"
        ]
    );
    let dear = FILE.replace("ist Ihr Code", &"sehr ".repeat(32));
    let mut warnings = apply(world, &dear).warnings;
    // The other says that no gateway sends the code.
    warnings.retain(|warning| warning.contains("messages"));
    let [warning] = &warnings[..] else { panic!("{warnings:?}") };
    let place =
        "service_provider[0].authenticators.sms-otp.messages.de: is paid as 2 messages (GSM-7)";
    assert!(warning.starts_with(place), "{warning}");
}

on_both!(
    a_file_that_is_applied_twice_changes_nothing_the_second_time,
    what_a_file_says_of_authenticators_takes_the_place_of_all_that_was_set,
    one_setting_changes_and_the_others_stay,
    settings_come_with_a_new_service_provider_too,
    what_cannot_be_sent_is_refused_and_nothing_is_saved,
    a_mistake_in_a_file_is_told_with_its_line,
    what_is_dear_is_saved_with_a_warning,
);
