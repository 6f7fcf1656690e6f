//! Release rules: changed by administrators, in configuration files, exported, and what they come to.

use idp_admin::config_file::PlanReport;
use idp_admin::release_rules::{find, replace, with, without};
use idp_admin::service_providers::{self, ImportedMetadata, ServiceProviderPatch, inquire};
use idp_admin::{Actor, AdminError};
use idp_core::claim::ClaimUri;
use idp_core::id::UserId;
use idp_core::release_rules::{ENTITY_CATEGORY, ReleaseRule, ReleaseRules};
use idp_core::sso::IdpIdentity;
use idp_core::subject_id::REQUIREMENT;
use idp_core::user::{Role, Username};
use idp_store::{Conflict, StoreError};
use serde_json::{Value, json};

use crate::export::{PLACE, export};
use crate::support::{SP, World, fields, now, rng};

on_both! {
    every_installation_tells_a_pairwise_id_to_who_needs_one,
    a_change_is_stored_and_audited_and_an_outdated_one_is_refused,
    who_may_not_change_the_configuration_changes_no_rule,
    every_mistake_is_told_with_its_field,
    a_file_adds_changes_and_removes_rules_and_an_export_says_so,
    mistakes_of_a_file_are_told_with_their_place,
    a_rule_comes_to_the_service_providers_of_its_category,
    an_account_cannot_have_a_made_identifier_as_a_claim,
}

const RESEARCH: &str = "https://refeds.org/category/research-and-scholarship";

fn person(role: Role) -> Actor {
    let username = Username::parse("oscar").unwrap();
    Actor::User { id: UserId::new(now(), &mut rng()), username, roles: vec![role] }
}

fn rule(value: &str, attributes: &Value) -> ReleaseRule {
    serde_json::from_value(json!({ "value": value, "attributes": attributes })).unwrap()
}

fn mail() -> Value {
    json!([{ "claim": ClaimUri::EMAIL, "name": "mail" }])
}

fn stored(world: &World) -> ReleaseRules {
    find(&world.admin()).unwrap().value
}

/// C101. The signal in the metadata counts without anybody's doing.
fn every_installation_tells_a_pairwise_id_to_who_needs_one(world: &World) {
    let said = |rule: &ReleaseRule| {
        assert_eq!(rule.attributes.len(), 1);
        (rule.entity_attribute.clone(), rule.value.clone(), rule.attributes[0].claim.clone())
    };
    let all: Vec<_> = stored(world).rules.iter().map(said).collect();
    assert_eq!(stored(world), ReleaseRules::of_every_installation());
    let pairwise = |value: &str| (REQUIREMENT.into(), value.to_owned(), ClaimUri::PAIRWISE_ID);
    assert_eq!(all, [pairwise("pairwise-id"), pairwise("any")]);
}

fn a_change_is_stored_and_audited_and_an_outdated_one_is_refused(world: &World) {
    let version = find(&world.admin()).unwrap().version;
    let after = with(stored(world), rule(RESEARCH, &mail()));
    let changes = replace(&world.admin(), version, after.clone(), &mut rng()).unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].field, format!("{ENTITY_CATEGORY} = {RESEARCH}"));
    assert_eq!(stored(world), after);
    assert!(world.audited("release-rules-changed") && world.audit_text().contains(RESEARCH));
    let outdated = replace(&world.admin(), version, ReleaseRules::default(), &mut rng());
    let refused = AdminError::Store(StoreError::Conflict(Conflict::Version)).to_string();
    assert_eq!(outdated.unwrap_err().to_string(), refused);
    let before = (world.audit_rows(), world.configuration_version());
    assert!(replace(&world.admin(), version + 1, after.clone(), &mut rng()).unwrap().is_empty());
    assert_eq!((world.audit_rows(), world.configuration_version()), before);
    let rest = without(after, ENTITY_CATEGORY, RESEARCH).unwrap();
    replace(&world.admin(), version + 1, rest.clone(), &mut rng()).unwrap();
    assert_eq!(stored(world), rest);
    assert!(without(rest, ENTITY_CATEGORY, RESEARCH).is_none());
}

fn who_may_not_change_the_configuration_changes_no_rule(world: &World) {
    let before = find(&world.admin()).unwrap();
    for role in [Role::Auditor, Role::Operator] {
        let admin = world.admin_as(person(role));
        assert!(find(&admin).is_ok());
        let outcome = replace(&admin, before.version, ReleaseRules::default(), &mut rng());
        assert!(matches!(outcome, Err(AdminError::Forbidden { .. })), "{outcome:?}");
    }
    assert_eq!(stored(world), before.value);
}

fn every_mistake_is_told_with_its_field(world: &World) {
    let version = find(&world.admin()).unwrap().version;
    let mut strange = rule(" ", &json!([]));
    strange.dialect = ClaimUri::parse("urn:nowhere");
    let attributes = json!([
        { "claim": "urn:unknown", "name": "x".repeat(257) },
        { "claim": ClaimUri::BACKUP_CODES, "name_format": "relative", "friendly_name": "" },
        { "claim": ClaimUri::EMAIL },
        { "claim": ClaimUri::EMAIL },
    ]);
    let rules = vec![rule("urn:a", &attributes), rule("urn:a", &mail()), strange];
    let outcome = replace(&world.admin(), version, ReleaseRules { rules }, &mut rng());
    assert_eq!(
        fields(outcome),
        [
            "rules[0].attributes[0].claim",
            "rules[0].attributes[0].name",
            "rules[0].attributes[1].claim",
            "rules[0].attributes[1].name_format",
            "rules[0].attributes[1].friendly_name",
            "rules[0].attributes[3].claim",
            "rules[1].value",
            "rules[2].value",
            "rules[2].dialect",
            "rules[2].attributes",
        ]
    );
}

const FILE: &str = r#"
[[release_rule]]
value = "https://refeds.org/category/research-and-scholarship"
dialect = "urn:oasis:names:tc:SAML:2.0:profiles:attribute:X500"
attributes = [{ claim = "emailaddress" }, { claim = "lastname", name = "sn", without_value = "nil" }]

[[release_rule]]
entity_attribute = "urn:oasis:names:tc:SAML:profiles:subject-id:req"
value = "subject-id"
attributes = [{ claim = "subject-id" }]
"#;

fn a_file_adds_changes_and_removes_rules_and_an_export_says_so(world: &World) {
    PLACE.apply(world, FILE);
    let rules = stored(world).rules;
    assert_eq!(rules.len(), 4, "those of every installation stay");
    assert_eq!(rules[2].entity_attribute, ENTITY_CATEGORY);
    assert_eq!(rules[2].attributes.len(), 2);
    assert_eq!(rules[3].attributes[0].claim, ClaimUri::SUBJECT_ID);
    let again = PLACE.plan(world, FILE).unwrap();
    assert!(PlanReport::of(&again).changes.is_empty());
    let text = export(world);
    assert!(
        text.contains("[[release_rule]]") && text.contains("without_value = \"nil\""),
        "{text}"
    );
    let other = World::new(world.backend());
    PLACE.apply(&other, &text);
    assert_eq!(stored(&other), stored(world));
    let usual = ReleaseRules { rules: stored(world).rules.split_off(2) };
    let version = find(&world.admin()).unwrap().version;
    replace(&world.admin(), version, usual, &mut rng()).unwrap();
    let other = World::new(world.backend());
    PLACE.apply(&other, &export(world));
    assert_eq!(stored(&other), stored(world), "what was removed here is removed there");
    PLACE.apply(world, FILE);
    let nothing = format!("[[release_rule]]\nvalue = \"{RESEARCH}\"\nattributes = []\n");
    PLACE.apply(world, &nothing);
    assert_eq!(stored(world).rules.len(), 1);
    PLACE.apply(world, &nothing);
    assert_eq!(stored(world).rules.len(), 1, "what is not there is not removed");
}

fn mistakes_of_a_file_are_told_with_their_place(world: &World) {
    let file = "[[release_rule]]\nvalue = \"urn:a\"\nattributes = [{ claim = \"shoesize\" }]\n\
        [[release_rule]]\nvalue = \"urn:a\"\nattributes = [{ claim = \"mobile\", without_value = \"null\" }]\n\
        [[release_rule]]\ndialect = \"nowhere\"\n";
    let told = PLACE.plan(world, file).err().expect("mistakes").to_string();
    for words in [
        "release_rule[0].attributes[0].claim",
        "release_rule[1].value",
        "release_rule[1].attributes[0].without_value",
        "release_rule[2].value",
        "release_rule[2].dialect",
        "release_rule[2].attributes",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

/// Metadata that says these values of the category, and what else.
fn metadata(said: &str) -> ImportedMetadata {
    let xml = format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{SP}">
  <md:Extensions><a:EntityAttributes xmlns:a="urn:oasis:names:tc:SAML:metadata:attribute" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{said}</a:EntityAttributes></md:Extensions>
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:AssertionConsumerService index="1" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example.org/acs"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>"#
    );
    ImportedMetadata::parse(xml.as_bytes(), now()).unwrap()
}

/// C101, C108.
fn a_rule_comes_to_the_service_providers_of_its_category(world: &World) {
    world.with_user("alice");
    PLACE.apply(world, FILE);
    let said = |name: &str, value: &str| {
        format!(
            "<saml:Attribute Name=\"{name}\"><saml:AttributeValue>{value}</saml:AttributeValue>\
             </saml:Attribute>"
        )
    };
    let read = metadata(&(said(ENTITY_CATEGORY, RESEARCH) + &said(REQUIREMENT, "any")));
    assert!(read.notes.iter().any(|note| note.contains(RESEARCH)), "{:?}", read.notes);
    let patch = ServiceProviderPatch::default();
    service_providers::import(&world.admin(), &read, &patch, &mut rng()).unwrap();
    let names = || {
        let sp = service_providers::find(&world.admin(), SP).unwrap().value;
        assert_eq!(sp.settings.attributes, [], "its own list stays what an administrator wrote");
        let scope = Some("example.org".to_owned());
        let identity = IdpIdentity { entity_id: sp.entity_id.clone(), scope };
        let inquiry = inquire(&world.admin(), sp.id, "alice").unwrap();
        let told = inquiry.told(&identity);
        let named = |one: &idp_core::told::ToldAttribute<'_>| {
            let value = one.values.first().map(ToString::to_string).unwrap_or_default();
            (one.rule.name.clone(), value)
        };
        told.attributes.iter().map(named).collect::<Vec<_>>()
    };
    let told = names();
    let order: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        order,
        [ClaimUri::PAIRWISE_ID.as_str(), "urn:oid:0.9.2342.19200300.100.1.3", "sn"],
        "in the order of the rules, under the names of the dialect"
    );
    assert!(told[0].1.ends_with("@example.org"), "{told:?}");
    // Newer metadata that says it no longer.
    let patch = ServiceProviderPatch::default();
    service_providers::import(&world.admin(), &metadata(""), &patch, &mut rng()).unwrap();
    assert_eq!(names(), []);
}

fn an_account_cannot_have_a_made_identifier_as_a_claim(world: &World) {
    world.with_user("alice");
    for name in ["subject-id", "pairwise-id", ClaimUri::SUBJECT_ID.as_str()] {
        let values = vec!["root@example.org".to_owned()];
        let outcome =
            idp_admin::users::set_claim(&world.admin(), "alice", name, &values, &mut rng());
        assert_eq!(fields(outcome).len(), 1, "{name}");
    }
    // Nor be named by it.
    world.with_service_provider(&["basic-auth"]);
    let mut sp = service_providers::find(&world.admin(), SP).unwrap().value.settings.name_id;
    sp.subject_claim = Some(ClaimUri::SUBJECT_ID);
    let patch = ServiceProviderPatch { name_id: Some(sp), ..ServiceProviderPatch::default() };
    let outcome = service_providers::change(&world.admin(), SP, &patch, &mut rng());
    assert_eq!(fields(outcome), ["name_id.subject_claim"]);
}
