//! Gateways in configuration files: presets, named secrets, rules for answers.

use authenticators::gateway::{AnswerRule, NumberForm};
use idp_admin::config_file::PlanReport;
use idp_admin::sms_gateways::{Gateway, definition_by_name};
use idp_admin::trust::{self, Import};

use crate::support::certificates::Authority;
use crate::support::files::{self, Place};
use crate::support::{World, rng};

const PRESET: &str = r#"
[[sms_gateway]]
name = "twilio"
preset = "Twilio"
values = { account_sid = "AC-plain-1", from = "+15550100", auth_token = { env = "TOKEN" } }
message = "{code} for {app}"
trust = ["Provider-CA"]
"#;

const WRITTEN_OUT: &str = r#"
[[sms_gateway]]
name = "other"
url = "https://sms.example.org/send"
headers = "X-Version: 1,Authorization: Bearer $secret.key,Content-Type: application/json"
body = '{"to": "$ctx.num", "text": "$ctx.msg"}'
number_form = "national"
answer = [{ pointer = "/status", equals = "0" }, { contains = "queued" }, { matches = "^\\{" }]
secrets = { key = { env = "TOKEN" } }
"#;

const PLACE: Place<'_> =
    Place { name: "config.toml", beside: &[], environment: &[("TOKEN", "hidden-1")] };

fn apply(world: &World, text: &str) -> PlanReport {
    PLACE.apply(world, text)
}

/// The certificate that the preset's gateway names.
fn import(world: &World) {
    let root = Authority::new("Provider CA").certificate.to_pem().unwrap();
    let alias = Some("provider-ca");
    let wish = Import { alias, entry: None, bytes: &root, password: None, replace: false };
    trust::import(&world.admin(), wish, &mut rng()).unwrap();
}

fn stored(world: &World, name: &str) -> Gateway {
    definition_by_name(&world.admin(), name).unwrap()
}

fn mistakes(world: &World, text: &str) -> String {
    files::mistakes(PLACE.plan(world, text))
}

const CODES_FOR_EVERYBODY: &str = r#"
[[service_provider]]
entity_id = "https://sp.example.org/saml"
name = "Vehicle desk"
acs = [{ url = "https://sp.example.org/acs" }]
steps = [["basic-auth"], ["sms-otp"]]
"#;

fn steps_that_nobody_could_pass_are_told_before_they_are_applied(world: &World) {
    let warned = |text: &str| {
        let told = apply(world, text).warnings;
        told.iter().any(|one| one.starts_with("service_provider[0].steps: step 2 asks everybody"))
    };
    assert!(warned(CODES_FOR_EVERYBODY));
    let with_gateway = format!("{CODES_FOR_EVERYBODY}{WRITTEN_OUT}");
    assert!(!warned(&with_gateway));
    assert!(!warned(CODES_FOR_EVERYBODY));
    assert!(warned(&format!("{with_gateway}enabled = false\n")));
}

fn a_preset_needs_the_values_of_the_account_only(world: &World) {
    import(world);
    let report = apply(world, PRESET);
    let definition = stored(world, "twilio").definition;
    assert!(definition.url.starts_with("https://api.twilio.com/2010-04-01/Accounts/"));
    assert_eq!(definition.secrets.value("auth_token"), Some("hidden-1"));
    assert_eq!(definition.secrets.value("account_sid"), Some("AC-plain-1"));
    assert_eq!(definition.message.as_deref(), Some("{code} for {app}"));
    assert_eq!(definition.trust, ["Provider-CA"]);
    let everything = format!("{report} {}", world.audit_text());
    assert!(!everything.contains("hidden") && !everything.contains("AC-plain"), "{everything}");
}

fn everything_of_a_gateway_can_be_written_out(world: &World) {
    apply(world, WRITTEN_OUT);
    let definition = stored(world, "other").definition;
    assert_eq!(definition.number_form, Some(NumberForm::National));
    assert_eq!(definition.answer.len(), 3);
    assert_eq!(definition.answer[1], AnswerRule::Contains { contains: "queued".to_owned() });
    assert!(apply(world, WRITTEN_OUT).changes.is_empty());
}

fn a_file_without_the_secrets_keeps_those_that_are_stored(world: &World) {
    import(world);
    apply(world, PRESET);
    apply(world, WRITTEN_OUT);
    let bare = r#"
[[sms_gateway]]
name = "twilio"
preset = "twilio"
[[sms_gateway]]
name = "other"
url = "https://sms.example.org/send"
headers = "Authorization: Bearer $secret.key"
body = "to=$ctx.num&text=$ctx.msg"
"#;
    apply(world, bare);
    assert_eq!(stored(world, "twilio").definition.secrets.value("from"), Some("+15550100"));
    assert_eq!(stored(world, "other").definition.secrets.value("key"), Some("hidden-1"));
}

fn mistakes_say_what_a_gateway_needs(world: &World) {
    for (text, said) in [
        ("preset = \"tvilio\"", "there are vonage, clickatell, plivo, bulksms, twilio"),
        ("preset = \"twilio\"", "the secret account_sid "),
        ("preset = \"twilio\"\nvalues = { sid = \"x\" }", "it asks for account_sid, auth_token"),
        (
            "preset = \"twilio\"\nvalues = { auth_token = \"hidden\" }",
            "must not stand in this file",
        ),
        ("url = \"https://a\"\nvalues = { a = \"x\" }", "belongs to a preset"),
        ("url = \"https://a\"\nsecrets = { a = \"hidden\" }", "must not stand in this file"),
        ("url = \"https://a\"\nanswer = { pointer = \"/a\" }", "must have pointer and equals"),
        ("url = \"https://a\"\nnumber_form = \"local\"", "e164, digits or national"),
        ("preset = \"twilio\"\ntrust = [\"nobody\"]", "no trusted certificate \"nobody\""),
        ("method = \"POST\"", "url"),
    ] {
        let found = mistakes(world, &format!("[[sms_gateway]]\nname = \"x\"\n{text}\n"));
        assert!(found.contains(said) && !found.contains("hidden"), "{said}: {found}");
    }
}

on_both!(
    steps_that_nobody_could_pass_are_told_before_they_are_applied,
    a_preset_needs_the_values_of_the_account_only,
    everything_of_a_gateway_can_be_written_out,
    a_file_without_the_secrets_keeps_those_that_are_stored,
    mistakes_say_what_a_gateway_needs,
);
