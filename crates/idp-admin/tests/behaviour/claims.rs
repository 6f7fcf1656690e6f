//! Local claims: the catalogue, and changes of it.

use idp_admin::claims::{self, Move, NewClaim};
use idp_admin::service_providers::ServiceProviderPatch;
use idp_admin::{Actor, AdminError};
use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_core::id::UserId;
use idp_core::service_provider::AttributeRule;
use idp_core::user::{Role, Username};

use crate::support::{SP, World, fields, now, rng};

fn badge() -> ClaimDefinition {
    ClaimDefinition {
        uri: ClaimUri::parse("http://example.org/claims/badge").unwrap(),
        display_name: "Badge".to_owned(),
        description: String::new(),
        mapped_attribute: String::new(),
        regular_expression: String::new(),
        supported_by_default: true,
        required: false,
        read_only: true,
    }
}

fn the_catalogue_is_completed_once(world: &World) {
    let version = world.configuration_version();
    assert_eq!(claims::ensure_catalogue(&world.admin(), &mut rng()).unwrap(), 0);
    assert_eq!(world.configuration_version(), version);
    assert_eq!(claims::list(&world.admin()).unwrap(), claims::default_claims());
}

fn a_claim_is_added_after_the_others_and_changed_in_its_place(world: &World) {
    claims::save(&world.admin(), &badge(), &mut rng()).unwrap();
    let mut mobile = claims::list(&world.admin())
        .unwrap()
        .into_iter()
        .find(|claim| claim.uri == ClaimUri::MOBILE)
        .unwrap();
    mobile.display_name = "Handy".to_owned();
    claims::save(&world.admin(), &mobile, &mut rng()).unwrap();
    let after = claims::list(&world.admin()).unwrap();
    let places: Vec<&ClaimUri> = after.iter().map(|claim| &claim.uri).collect();
    let mut expected = claims::default_claims();
    expected.push(badge());
    assert_eq!(places, expected.iter().map(|claim| &claim.uri).collect::<Vec<_>>());
    assert!(after.contains(&mobile));
}

fn an_administrators_change_survives_the_next_migration(world: &World) {
    let mut mobile = claims::default_claims().remove(7);
    mobile.display_name = "Handy".to_owned();
    claims::save(&world.admin(), &mobile, &mut rng()).unwrap();
    claims::ensure_catalogue(&world.admin(), &mut rng()).unwrap();
    assert!(claims::list(&world.admin()).unwrap().contains(&mobile));
}

fn a_claim_without_a_name_is_refused(world: &World) {
    let nameless = ClaimDefinition { display_name: "\u{7}".to_owned(), ..badge() };
    assert_eq!(fields(claims::save(&world.admin(), &nameless, &mut rng())), ["display_name"]);
}

fn version(world: &World, name: &str) -> i64 {
    claims::find(&world.admin(), name).unwrap().version
}

fn add(world: &World, new: NewClaim<'_>) -> Result<ClaimDefinition, AdminError> {
    claims::add(&world.admin(), new, &mut rng())
}

fn of_two_who_change_one_claim_the_second_is_told(world: &World) {
    let mut claim = claims::find(&world.admin(), "title").unwrap().definition;
    let seen = version(world, "title");
    claim.display_name = "Rank".to_owned();
    let changes = claims::replace(&world.admin(), &claim, seen, &mut rng()).unwrap();
    assert_eq!(changes.iter().map(|c| c.field.as_str()).collect::<Vec<_>>(), ["display_name"]);
    claim.display_name = "Post".to_owned();
    let late = claims::replace(&world.admin(), &claim, seen, &mut rng()).unwrap_err();
    assert!(late.to_string().contains("somebody else"), "{late}");
    assert_eq!(claims::find(&world.admin(), "title").unwrap().definition.display_name, "Rank");
}

fn two_claims_never_have_one_attribute(world: &World) {
    let badge = NewClaim {
        uri: "badge",
        display_name: "Badge",
        mapped_attribute: "employeeNumber",
        ..NewClaim::default()
    };
    add(world, badge).unwrap();
    let other = NewClaim { uri: "other", mapped_attribute: "EMPLOYEENUMBER", ..badge };
    assert_eq!(fields(add(world, other)), ["mapped_attribute"]);
    let other = NewClaim { uri: "other", mapped_attribute: "two words", ..badge };
    assert_eq!(fields(add(world, other)), ["mapped_attribute"]);
    let again = NewClaim { mapped_attribute: "", ..badge };
    assert_eq!(fields(add(world, again)), ["uri"]);
}

fn backup_codes_are_mapped_to_no_attribute(world: &World) {
    let row = claims::find(&world.admin(), "otpbackupcodes").unwrap();
    let claim = ClaimDefinition {
        display_name: "backupotp".to_owned(),
        mapped_attribute: "postalcode".to_owned(),
        supported_by_default: true,
        ..row.definition
    };
    let outcome = claims::replace(&world.admin(), &claim, row.version, &mut rng());
    assert_eq!(fields(outcome), ["mapped_attribute"]);
    let claim = ClaimDefinition { mapped_attribute: String::new(), ..claim };
    claims::replace(&world.admin(), &claim, row.version, &mut rng()).unwrap();
}

fn values_match_the_regular_expression_of_their_claim(world: &World) {
    world.with_user("alice");
    let badge = NewClaim {
        uri: "badge",
        display_name: "Badge",
        regular_expression: "[0-9]{5}",
        ..NewClaim::default()
    };
    add(world, badge).unwrap();
    let set = |value: &str| {
        let values = [value.to_owned()];
        idp_admin::users::set_claim(&world.admin(), "alice", "badge", &values, &mut rng())
    };
    let wrong = set("17-secret").unwrap_err().to_string();
    assert!(wrong.contains("Badge") && wrong.contains("[0-9]{5}"), "{wrong}");
    assert!(!wrong.contains("17-secret"), "{wrong}");
    set("12345").unwrap();
    // What is there already is not judged by a rule that came later.
    let row = claims::find(&world.admin(), "badge").unwrap();
    let claim = ClaimDefinition { regular_expression: "[a-z]+".to_owned(), ..row.definition };
    claims::replace(&world.admin(), &claim, row.version, &mut rng()).unwrap();
    set("12345").unwrap();
    assert!(set("12346").is_err());
}

fn expressions_that_cannot_be_used_are_refused(world: &World) {
    let claim = |uri, regular_expression| {
        let new = NewClaim { uri, display_name: "X", regular_expression, ..NewClaim::default() };
        fields(add(world, new))
    };
    assert_eq!(claim("a", "("), ["regular_expression"]);
    assert_eq!(claim("b", "(?<=x)y"), ["regular_expression"]);
    let mobile = claims::find(&world.admin(), "mobile").unwrap();
    let wish = ClaimDefinition { regular_expression: ".*".to_owned(), ..mobile.definition };
    let outcome = claims::replace(&world.admin(), &wish, mobile.version, &mut rng());
    assert_eq!(fields(outcome), ["regular_expression"]);
}

fn claims_are_moved_among_each_other(world: &World) {
    let order = |world: &World| {
        let all = claims::list(&world.admin()).unwrap();
        all.iter().take(3).map(|claim| claim.display_name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(order(world), ["Username", "First name", "Last name"]);
    let uri = ClaimUri::LAST_NAME;
    claims::move_claim(&world.admin(), &uri, Move::Up, &mut rng()).unwrap();
    assert_eq!(order(world), ["Username", "Last name", "First name"]);
    claims::move_claim(&world.admin(), &ClaimUri::USERNAME, Move::Up, &mut rng()).unwrap();
    claims::move_claim(&world.admin(), &uri, Move::Down, &mut rng()).unwrap();
    assert_eq!(order(world), ["Username", "First name", "Last name"]);
    assert_eq!(version(world, "lastname"), 1, "the definition stayed");
}

fn a_claim_that_somebody_uses_is_not_removed(world: &World) {
    world.with_user("alice");
    world.with_service_provider(&["basic-auth"]);
    add(world, NewClaim { uri: "badge", display_name: "Badge", ..NewClaim::default() }).unwrap();
    let badge = claims::claim_named("badge").unwrap();
    let set = |values: &[String]| {
        idp_admin::users::set_claim(&world.admin(), "alice", "badge", values, &mut rng()).unwrap()
    };
    set(&["7".to_owned()]);
    let rule = AttributeRule {
        claim: badge.clone(),
        name: "badge".to_owned(),
        name_format: None,
        friendly_name: None,
        mandatory: false,
        without_value: idp_core::service_provider::WithoutValue::default(),
    };
    let patch = |attributes| {
        let patch = ServiceProviderPatch { attributes: Some(attributes), ..Default::default() };
        idp_admin::service_providers::change(&world.admin(), SP, &patch, &mut rng()).unwrap();
    };
    patch(vec![rule]);
    let remove = || claims::remove(&world.admin(), &badge, 1, &mut rng());
    let told = remove().unwrap_err().to_string();
    assert!(told.contains("alice") && told.contains("Take it out of their attributes"), "{told}");
    set(&[]);
    assert!(remove().is_err());
    patch(Vec::new());
    remove().unwrap();
    assert!(world.audited("claim-removed"));
    assert!(claims::find(&world.admin(), "badge").is_err());
    let usual = claims::remove(&world.admin(), &ClaimUri::EMAIL, 1, &mut rng()).unwrap_err();
    assert!(usual.to_string().contains("Every installation"), "{usual}");
}

fn who_may_not_change_the_configuration_changes_no_claim(world: &World) {
    let actor = Actor::User {
        id: UserId::new(now(), &mut rng()),
        username: Username::parse("olga").unwrap(),
        roles: vec![Role::Operator],
    };
    let admin = world.admin_as(actor);
    let row = claims::find(&admin, "title").unwrap();
    let refused = [
        claims::replace(&admin, &row.definition, row.version, &mut rng()).map(|_| ()),
        claims::move_claim(&admin, &row.definition.uri, Move::Up, &mut rng()),
        claims::remove(&admin, &row.definition.uri, row.version, &mut rng()),
        claims::add(&admin, NewClaim::default(), &mut rng()).map(|_| ()),
    ];
    for outcome in refused {
        assert!(matches!(outcome, Err(AdminError::Forbidden { .. })));
    }
}

on_both!(
    the_catalogue_is_completed_once,
    a_claim_is_added_after_the_others_and_changed_in_its_place,
    an_administrators_change_survives_the_next_migration,
    a_claim_without_a_name_is_refused,
    of_two_who_change_one_claim_the_second_is_told,
    two_claims_never_have_one_attribute,
    backup_codes_are_mapped_to_no_attribute,
    values_match_the_regular_expression_of_their_claim,
    expressions_that_cannot_be_used_are_refused,
    claims_are_moved_among_each_other,
    a_claim_that_somebody_uses_is_not_removed,
    who_may_not_change_the_configuration_changes_no_claim,
);
