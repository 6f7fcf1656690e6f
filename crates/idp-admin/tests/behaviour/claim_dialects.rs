//! Claim dialects: added, changed and removed; what service providers are told by them.

use idp_admin::claim_dialects::{self, built_in_dialects};
use idp_admin::claims::{self, NewClaim, claim_named};
use idp_admin::service_providers::{self, Inquiry, ServiceProviderPatch};
use idp_admin::{Actor, AdminError};
use idp_core::claim::ClaimUri;
use idp_core::claim_dialect::{ClaimDialect, ExternalClaim};
use idp_core::id::UserId;
use idp_core::service_provider::AttributeRule;
use idp_core::sso::IdpIdentity;
use idp_core::user::{Role, Username};

use crate::export::export;
use crate::support::files::Place;
use crate::support::{SP, World, fields, now, rng};

const URI: &str = "urn:example:partner";

fn external(name: &str, claim: &str) -> ExternalClaim {
    let claim = claim_named(claim).unwrap();
    ExternalClaim { name: name.to_owned(), claim, name_format: None, friendly_name: None }
}

fn dialect(names: &[(&str, &str)]) -> ClaimDialect {
    ClaimDialect {
        uri: ClaimUri::parse(URI).unwrap(),
        display_name: "Partner".to_owned(),
        claims: names.iter().map(|(name, claim)| external(name, claim)).collect(),
    }
}

fn add(world: &World, dialect: &ClaimDialect) -> Result<(), AdminError> {
    claim_dialects::add(&world.admin(), dialect, &mut rng())
}

/// Lets the service provider be told these claims, without names of their own.
fn choose(world: &World, dialect: Option<&str>, claims: &[&str]) {
    let rule = |claim: &&str| AttributeRule {
        claim: claim_named(claim).unwrap(),
        name: String::new(),
        name_format: None,
        friendly_name: None,
        mandatory: false,
        without_value: idp_core::service_provider::WithoutValue::default(),
    };
    let patch = ServiceProviderPatch {
        dialect: Some(dialect.map(|uri| ClaimUri::parse(uri).unwrap())),
        attributes: Some(claims.iter().map(rule).collect()),
        ..ServiceProviderPatch::default()
    };
    service_providers::change(&world.admin(), SP, &patch, &mut rng()).unwrap();
}

fn told(world: &World) -> Vec<String> {
    let sp = service_providers::find(&world.admin(), SP).unwrap().value;
    let inquiry: Inquiry = service_providers::inquire(&world.admin(), sp.id, "alice").unwrap();
    let identity = IdpIdentity { entity_id: sp.entity_id.clone(), scope: None };
    let told = inquiry.told(&identity);
    told.attributes.iter().map(|attribute| attribute.rule.name.clone()).collect()
}

fn a_dialect_is_added_changed_and_removed(world: &World) {
    let mut partner = dialect(&[("contactMail", "emailaddress"), ("sn", "lastname")]);
    let version = world.store.read(|r| r.configuration_version()).unwrap();
    add(world, &partner).unwrap();
    assert!(world.store.read(|r| r.configuration_version()).unwrap() > version);
    let row = claim_dialects::find(&world.admin(), URI).unwrap();
    assert_eq!((row.version, &row.dialect), (Some(1), &partner));
    assert_eq!(fields(add(world, &partner)), ["uri"], "never overwritten");
    partner.display_name = "The partner".to_owned();
    let replace = |version| claim_dialects::replace(&world.admin(), &partner, version, &mut rng());
    assert_eq!(replace(1).unwrap().len(), 1);
    assert!(matches!(replace(1), Err(AdminError::Store(_))), "somebody else was faster");
    assert_eq!(replace(2).unwrap().len(), 0);
    claim_dialects::remove(&world.admin(), &partner.uri, 2, &mut rng()).unwrap();
    assert!(claim_dialects::find(&world.admin(), URI).is_err());
    assert!(world.audited("claim-dialect-saved") && world.audited("claim-dialect-removed"));
}

fn names_and_claims_stand_for_each_other_one_for_one(world: &World) {
    for (names, wrong) in [
        (&[("mail", "emailaddress"), ("MAIL", "lastname")][..], "claims[1].name"),
        (&[("mail", "emailaddress"), ("post", "emailaddress")], "claims[1].claim"),
        (&[(" ", "emailaddress")], "claims[0].name"),
        (&[("mail", "nothing")], "claims[0].claim"),
        (&[("codes", "otpbackupcodes")], "claims[0].claim"),
    ] {
        assert_eq!(fields(add(world, &dialect(names))), [wrong], "{names:?}");
    }
    for taken in ["http://wso2.org/claims", "HTTP://wso2.org/oidc/claim"] {
        let uri = ClaimUri::parse(taken).unwrap();
        assert_eq!(fields(add(world, &ClaimDialect { uri, ..dialect(&[]) })), ["uri"], "{taken}");
    }
}

fn the_dialects_of_the_product_stay_as_they_are(world: &World) {
    for built_in in built_in_dialects() {
        let row = claim_dialects::find(&world.admin(), built_in.uri.as_str()).unwrap();
        assert_eq!(row.version, None);
        let changed = ClaimDialect { display_name: "Other".to_owned(), ..built_in.clone() };
        let outcome = claim_dialects::replace(&world.admin(), &changed, 0, &mut rng());
        assert!(matches!(outcome, Err(AdminError::Conflict(_))));
        let outcome = claim_dialects::remove(&world.admin(), &built_in.uri, 0, &mut rng());
        assert!(matches!(outcome, Err(AdminError::Conflict(_))));
    }
}

fn attributes_without_a_name_are_told_as_the_dialect_calls_them(world: &World) {
    world.with_user("alice");
    world.with_service_provider(&["basic-auth"]);
    choose(world, None, &["emailaddress"]);
    assert_eq!(told(world), ["http://wso2.org/claims/emailaddress"], "as it always was");
    choose(world, Some("urn:oasis:names:tc:SAML:2.0:profiles:attribute:X500"), &["emailaddress"]);
    assert_eq!(told(world), ["urn:oid:0.9.2342.19200300.100.1.3"]);
    let mut partner = dialect(&[("contactMail", "emailaddress")]);
    add(world, &partner).unwrap();
    choose(world, Some(URI), &["emailaddress", "lastname"]);
    assert_eq!(told(world), ["contactMail", "http://wso2.org/claims/lastname"]);
    // The names follow the dialect at once.
    partner.claims = vec![external("post", "emailaddress"), external("sn", "lastname")];
    claim_dialects::replace(&world.admin(), &partner, 1, &mut rng()).unwrap();
    assert_eq!(told(world), ["post", "sn"]);
}

fn what_is_used_is_not_removed(world: &World) {
    world.with_user("alice");
    world.with_service_provider(&["basic-auth"]);
    let new = NewClaim { uri: "badge", display_name: "Badge", ..NewClaim::default() };
    claims::add(&world.admin(), new, &mut rng()).unwrap();
    add(world, &dialect(&[("badgeNumber", "badge")])).unwrap();
    let badge = claim_named("badge").unwrap();
    let told = claims::remove(&world.admin(), &badge, 1, &mut rng()).unwrap_err().to_string();
    assert!(told.contains("“Partner”"), "{told}");
    choose(world, Some(URI), &["badge"]);
    let partner = ClaimUri::parse(URI).unwrap();
    let used = claim_dialects::uses(&world.admin(), URI).unwrap();
    assert_eq!((used.service_provider_count, used.service_providers.len()), (1, 1));
    let remove = || claim_dialects::remove(&world.admin(), &partner, 1, &mut rng());
    assert!(matches!(remove(), Err(AdminError::Conflict(_))));
    choose(world, None, &[]);
    remove().unwrap();
    claims::remove(&world.admin(), &badge, 1, &mut rng()).unwrap();
}

fn a_dialect_that_is_not_there_is_not_chosen(world: &World) {
    world.with_service_provider(&["basic-auth"]);
    let patch = ServiceProviderPatch {
        dialect: Some(ClaimUri::parse("urn:nobody")),
        ..ServiceProviderPatch::default()
    };
    let outcome = service_providers::change(&world.admin(), SP, &patch, &mut rng());
    assert_eq!(fields(outcome), ["dialect"]);
}

fn two_attributes_of_one_name_are_found_through_the_dialect(world: &World) {
    world.with_service_provider(&["basic-auth"]);
    add(world, &dialect(&[("mail", "emailaddress")])).unwrap();
    let rule = |claim: ClaimUri, name: &str| AttributeRule {
        claim,
        name: name.to_owned(),
        name_format: None,
        friendly_name: None,
        mandatory: false,
        without_value: idp_core::service_provider::WithoutValue::default(),
    };
    let patch = ServiceProviderPatch {
        dialect: Some(ClaimUri::parse(URI)),
        attributes: Some(vec![rule(ClaimUri::EMAIL, ""), rule(ClaimUri::LAST_NAME, "mail")]),
        ..ServiceProviderPatch::default()
    };
    let outcome = service_providers::change(&world.admin(), SP, &patch, &mut rng());
    assert_eq!(fields(outcome), ["attributes[1].name"]);
}

const FILE: &str = r#"
[[claim_dialect]]
uri = "urn:example:partner"
display_name = "Partner"
claims = [
  { claim = "emailaddress", name = "contactMail", name_format = "basic" },
  { claim = "lastname", name = "urn:oid:2.5.4.4", friendly_name = "sn" },
]
[[service_provider]]
entity_id = "https://sp.example.org/saml"
acs = [{ url = "https://sp.example.org/acs" }]
dialect = "urn:example:partner"
attributes = [{ claim = "emailaddress", mandatory = true }, { claim = "lastname", name = "own" }]
"#;

fn a_file_makes_it_so_and_an_export_says_so(world: &World) {
    let files = Place { name: "config.toml", beside: &[], environment: &[] };
    assert!(!files.apply(world, FILE).changes.is_empty());
    assert!(files.apply(world, FILE).changes.is_empty(), "twice changes nothing");
    let row = claim_dialects::find(&world.admin(), URI).unwrap();
    assert_eq!(row.dialect.claims.len(), 2);
    let text = export(world);
    assert!(text.contains("[[claim_dialect]]"), "{text}");
    assert!(text.contains("dialect = \"urn:example:partner\""), "{text}");
    assert!(text.contains("{ claim = \"emailaddress\", mandatory = true }"), "{text}");
    assert!(files.apply(world, &text).changes.is_empty());
    assert_eq!(export(world), text);
    let local =
        "[[service_provider]]\nentity_id = \"https://sp.example.org/saml\"\ndialect = \"local\"\n";
    files.apply(world, local);
    let text = export(world);
    assert!(text.contains("dialect = \"local\""), "{text}");
}

fn who_may_not_change_the_configuration_changes_no_dialect(world: &World) {
    let actor = Actor::User {
        id: UserId::new(now(), &mut rng()),
        username: Username::parse("olga").unwrap(),
        roles: vec![Role::Operator],
    };
    add(world, &dialect(&[])).unwrap();
    let admin = world.admin_as(actor);
    let partner = dialect(&[]);
    let refused = [
        claim_dialects::add(&admin, &partner, &mut rng()),
        claim_dialects::replace(&admin, &partner, 1, &mut rng()).map(|_| ()),
        claim_dialects::remove(&admin, &partner.uri, 1, &mut rng()),
    ];
    for outcome in refused {
        assert!(matches!(outcome, Err(AdminError::Forbidden { .. })));
    }
}

on_both!(
    a_dialect_is_added_changed_and_removed,
    names_and_claims_stand_for_each_other_one_for_one,
    the_dialects_of_the_product_stay_as_they_are,
    attributes_without_a_name_are_told_as_the_dialect_calls_them,
    what_is_used_is_not_removed,
    a_dialect_that_is_not_there_is_not_chosen,
    two_attributes_of_one_name_are_found_through_the_dialect,
    a_file_makes_it_so_and_an_export_says_so,
    who_may_not_change_the_configuration_changes_no_dialect,
);
