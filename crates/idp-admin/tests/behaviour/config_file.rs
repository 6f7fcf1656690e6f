//! Configuration files: planned, applied, applied again.

use idp_admin::config_file::{self, Plan, PlanError, PlanReport};
use idp_admin::service_providers::{self, ServiceProviderPatch};
use idp_admin::{AdminError, users};
use idp_core::claim::ClaimUri;
use idp_core::flow::chain::Step;
use idp_core::flow::step_policy::StepPolicy;
use idp_core::user::{AccountState, Role};
use idp_store::{Conflict, StoreError};

use crate::support::files::Place;
use crate::support::{PASSWORD, SP, World, rng};

const FILE: &str = r#"
[[service_provider]]
entity_id = "https://sp.example.org/saml"
name = "Vehicle desk"
steps = [["basic-auth"], ["smsOTP"]]
sign = "both"
signing_key = "ec-p256"
name_id = { format = "persistent", formats = ["persistent", "transient"] }
attributes = [{ claim = "badge", name = "badge" }, { claim = "mobile" }]
allow_sha1_until = 2027-01-31T00:00:00Z
[[service_provider.acs]]
url = "${BASE:-https://sp.example.org}/acs"

[[sms_gateway]]
name = "phone"
url = { env = "SMS_URL" }
headers = ["Content-Type: application/json", { name = "Authorization", value = { file = "token" } }]
body = '{"to": "$ctx.num", "text": "$ctx.msg"}'
accept = [200, "202"]

[[claim]]
uri = "badge"
display_name = "Badge"

[[user]]
username = "Alice"
roles = ["auditor"]
password = { env = "ALICE_PASSWORD" }
claims = { mobile = "+94 77 123 4567", badge = ["7", "8"] }
"#;

const PLACE: Place<'_> = Place {
    name: "config.toml",
    beside: &[("token", b"Bearer hidden-2\n")],
    environment: &[("SMS_URL", "https://sms.example.org/hidden-1"), ("ALICE_PASSWORD", PASSWORD)],
};

fn plan(world: &World, text: &str) -> Result<Plan, PlanError> {
    PLACE.plan(world, text)
}

fn apply(world: &World, text: &str) -> PlanReport {
    PLACE.apply(world, text)
}

fn a_file_makes_everything_it_names(world: &World) {
    let report = apply(world, FILE);
    let made: Vec<(&str, &str)> =
        report.changes.iter().map(|change| (change.action, change.what)).collect();
    let expected = ["claim", "SMS gateway", "service provider", "user"].map(|what| ("add", what));
    assert_eq!(made, expected);
    let sp = service_providers::find(&world.admin(), SP).unwrap().value;
    assert_eq!((sp.name.as_str(), sp.chain.steps().len()), ("Vehicle desk", 2));
    assert_eq!(sp.settings.assertion_consumer_services[0].url, "https://sp.example.org/acs");
    let alice = world.user("alice");
    assert_eq!(alice.roles, [Role::Auditor]);
    assert_eq!(alice.claims.first(&ClaimUri::MOBILE), Some("+94771234567"));
    let gateway = idp_admin::sms_gateways::definition_by_name(&world.admin(), "phone").unwrap();
    assert_eq!(gateway.definition.url, "https://sms.example.org/hidden-1");
    assert_eq!(gateway.definition.headers.value("authorization"), Some("Bearer hidden-2"));
    assert!(world.audited("configuration-applied"));
}

fn the_second_time_there_is_nothing_to_do(world: &World) {
    apply(world, FILE);
    let (version, audit) = (world.configuration_version(), world.audit_rows());
    let again = apply(world, FILE);
    assert!(again.changes.is_empty(), "{again}");
    assert_eq!(again.unchanged, 4);
    assert!(again.to_string().contains("nothing to do"));
    assert_eq!((world.configuration_version(), world.audit_rows()), (version, audit));
}

fn planning_writes_nothing(world: &World) {
    let before = (world.configuration_version(), world.audit_rows());
    plan(world, FILE).unwrap();
    assert_eq!((world.configuration_version(), world.audit_rows()), before);
    assert!(service_providers::list(&world.admin()).unwrap().is_empty());
    assert!(world.person("alice").is_none());
}

fn no_plan_or_audit_row_holds_a_secret(world: &World) {
    let report = apply(world, FILE);
    let json = serde_json::to_string(&report).unwrap();
    let everything = format!("{report} {json} {report:?} {}", world.audit_text());
    for secret in ["hidden-", PASSWORD, "argon2"] {
        assert!(!everything.contains(secret), "{secret} in {everything}");
    }
}

fn a_change_is_told_field_by_field_with_old_and_new(world: &World) {
    apply(world, FILE);
    let changed = FILE
        .replace("sign = \"both\"", "sign = \"assertion\"")
        .replace("+94 77 123 4567", "+94 77 999 9999");
    let report = apply(world, &changed).to_string();
    assert_eq!(
        report,
        "~ service provider \"https://sp.example.org/saml\"\n    \
             sign: \"both\" -> \"assertion\"\n\
         ~ user \"alice\"\n    \
             claims.mobile: [\"+94771234567\"] -> [\"+94779999999\"]\n\
         = 2 unchanged\n"
    );
}

fn a_policy_of_a_step_is_applied_and_told(world: &World) {
    apply(world, FILE);
    let optional = r#"[["basic-auth"], { any = ["smsOTP"], policy = "unless-disabled" }]"#;
    let changed = FILE.replace(r#"[["basic-auth"], ["smsOTP"]]"#, optional);
    let report = apply(world, &changed).to_string();
    assert_eq!(
        report,
        "~ service provider \"https://sp.example.org/saml\"\n    \
             steps: [[\"basic-auth\"],[\"sms-otp\"]] -> \
             [[\"basic-auth\"],{\"any\":[\"sms-otp\"],\"policy\":\"unless-disabled\"}]\n\
         = 3 unchanged\n"
    );
    assert!(apply(world, &changed).changes.is_empty());
    let sp = service_providers::find(&world.admin(), SP).unwrap().value;
    let policies: Vec<StepPolicy> = sp.chain.steps().iter().map(Step::policy).collect();
    assert_eq!(policies, [StepPolicy::Required, StepPolicy::UnlessDisabled]);
    // The policy that is written out is the one that is left out.
    let spelled = optional.replace("unless-disabled", "required");
    let required = FILE.replace(r#"[["basic-auth"], ["smsOTP"]]"#, &spelled);
    apply(world, &required);
    assert!(apply(world, FILE).changes.is_empty());
}

fn a_step_that_makes_no_sense_is_a_mistake_with_its_place(world: &World) {
    let mistake = |steps: &str| {
        let text = FILE.replace(r#"[["basic-auth"], ["smsOTP"]]"#, steps);
        match plan(world, &text) {
            Err(PlanError::Mistakes(mistakes)) => mistakes.to_string(),
            Err(other) => panic!("{steps}: {other}"),
            Ok(_) => panic!("{steps} was accepted"),
        }
    };
    for (steps, told) in [
        (r#"[["basic-auth"], { any = ["sms-otp"], policy = "optional" }]"#, "steps[1].policy"),
        (r#"[["basic-auth"], { any = ["sms-otp"], policy = 1 }]"#, "steps[1].policy"),
        (r#"[["basic-auth"], { any = ["sms-otp"], polcy = "required" }]"#, "steps[1].polcy"),
        (r#"[["basic-auth"], { policy = "required" }]"#, "steps[1].any"),
        (r#"[["basic-auth"], { any = [] }]"#, "step 2 has no authenticator"),
        (r#"[["basic-auth"], "sms-otp"]"#, "steps[1]: must be an array of authenticators"),
        (
            r#"[{ any = ["basic-auth"], policy = "when-enrolled" }]"#,
            "step 1 cannot have the policy",
        ),
        (r#""basic-auth""#, "steps: must be an array"),
    ] {
        let mistakes = mistake(steps);
        assert!(mistakes.contains(told), "{steps}: {mistakes}");
    }
}

fn what_the_file_does_not_say_is_left_alone(world: &World) {
    apply(world, FILE);
    let patch = ServiceProviderPatch { assertion_lifetime_seconds: Some(60), ..Default::default() };
    service_providers::change(&world.admin(), SP, &patch, &mut rng()).unwrap();
    world.with_user("bob");
    assert!(apply(world, FILE).changes.is_empty());
    let sp = service_providers::find(&world.admin(), SP).unwrap().value;
    assert_eq!(sp.settings.assertion_lifetime_seconds, 60);
    assert!(world.person("bob").is_some());
}

fn a_claim_with_no_values_is_removed(world: &World) {
    apply(world, FILE);
    let report = apply(world, "[[user]]\nusername = \"alice\"\nclaims = { badge = [] }\n");
    assert_eq!(report.changes.len(), 1, "{report}");
    assert!(world.user("alice").claims.iter().all(|(uri, _)| *uri == ClaimUri::MOBILE));
}

fn a_disabled_user_of_the_file_is_disabled(world: &World) {
    apply(world, FILE);
    apply(world, "[[user]]\nusername = \"alice\"\nenabled = false\n");
    assert_eq!(world.user("alice").state, AccountState::Disabled);
}

fn a_password_of_the_file_is_for_new_users_unless_it_says_otherwise(world: &World) {
    let credentials = |world: &World| format!("{:?}", password(world));
    apply(world, FILE);
    let other = idp_core::secret::Secret::new("gravel otter plum sings".to_owned());
    users::set_password(&world.admin(), "alice", &other, &mut rng()).unwrap();
    let chosen = credentials(world);
    apply(world, FILE);
    assert_eq!(credentials(world), chosen);
    let every = FILE.replace("roles =", "password_on_every_apply = true\nroles =");
    assert_eq!(apply(world, &every).changes.len(), 1);
    assert_ne!(credentials(world), chosen);
    assert!(apply(world, &every).changes.is_empty(), "the same password is set already");
}

fn a_plan_that_is_out_of_date_is_not_carried_out(world: &World) {
    let stale = plan(world, FILE).unwrap();
    world.with_service_provider(&["basic-auth"]);
    let outcome = config_file::apply(&world.admin(), stale, &mut rng());
    let conflict = StoreError::Conflict(Conflict::Version);
    assert!(matches!(outcome, Err(AdminError::Store(error)) if error == conflict));
    assert!(world.person("alice").is_none(), "half a file was applied");
}

fn metadata_and_the_keys_of_the_table_are_combined(world: &World) {
    let text = format!(
        "[[service_provider]]\nmetadata = \"{}/../../metadata/pickup-dispatch.xml\"\n\
         steps = [[\"basic-auth\"], [\"sms-otp\"]]\n[[service_provider.acs]]\n\
         url = \"http://localhost:18080/acs\"\n",
        env!("CARGO_MANIFEST_DIR")
    );
    apply(world, &text);
    let sp = service_providers::find(&world.admin(), "saml2-web-app-pickup-dispatch.com").unwrap();
    assert_eq!(sp.value.name, "Pickup Dispatch");
    let acs = &sp.value.settings.assertion_consumer_services;
    assert_eq!(
        acs.iter().map(|acs| acs.url.as_str()).collect::<Vec<_>>(),
        ["http://localhost:18080/acs"]
    );
    assert!(apply(world, &text).changes.is_empty());
}

on_both!(
    a_file_makes_everything_it_names,
    the_second_time_there_is_nothing_to_do,
    planning_writes_nothing,
    no_plan_or_audit_row_holds_a_secret,
    a_change_is_told_field_by_field_with_old_and_new,
    a_policy_of_a_step_is_applied_and_told,
    a_step_that_makes_no_sense_is_a_mistake_with_its_place,
    what_the_file_does_not_say_is_left_alone,
    a_claim_with_no_values_is_removed,
    a_disabled_user_of_the_file_is_disabled,
    a_password_of_the_file_is_for_new_users_unless_it_says_otherwise,
    a_plan_that_is_out_of_date_is_not_carried_out,
    metadata_and_the_keys_of_the_table_are_combined,
);

fn password(world: &World) -> Option<String> {
    let person = world.person("alice")?;
    person.credentials.values().next().map(|credential| credential.expose().to_owned())
}
