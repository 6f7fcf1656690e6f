//! Claims that people may edit themselves, and those that others decide.

use idp_admin::own_account::{Fixed, OwnError, profile, set_profile};
use idp_admin::{AdminError, service_providers};
use idp_core::claim::ClaimUri;
use idp_core::saml::urn::NameIdFormat;
use idp_core::service_provider::NameIdRule;
use idp_store::{Conflict, StoreError};

use super::Signed;
use crate::support::{SP, World, at, chain, rng};

on_both!(
    nobody_changes_what_others_decide,
    a_claim_by_which_applications_know_people_is_not_theirs_to_choose,
    an_address_that_an_application_may_ask_for_as_the_name_is_not_theirs_to_choose,
    a_profile_that_changed_meanwhile_is_not_overwritten,
);

fn nobody_changes_what_others_decide(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    save(&alice, "lastname", "O'Brien <x>").unwrap();
    assert_eq!(world.user("alice").claims.first(&ClaimUri::LAST_NAME), Some("O'Brien <x>"));
    for claim in [
        "mobile",
        "identity/smsotp_disabled",
        "otpbackupcodes",
        "username",
        "role",
        "department",
        "unknown",
    ] {
        let refused = save(&alice, claim, "true");
        assert!(matches!(refused, Err(OwnError::Admin(AdminError::Invalid(_)))), "{claim}");
    }
    assert_eq!(alice.number().as_deref(), Some("+94771234567"));
    let fields = profile(&alice.own()).unwrap().fields;
    assert!(fields.iter().all(|field| field.claim.uri != ClaimUri::MOBILE));
}

fn a_claim_by_which_applications_know_people_is_not_theirs_to_choose(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    save(&alice, "emailaddress", "alice@example.org").unwrap();
    let mut patch = at("https://sp.example.org/acs");
    patch.steps = Some(chain(&["basic-auth"]));
    patch.name_id = Some(NameIdRule { subject_claim: Some(ClaimUri::EMAIL), ..Default::default() });
    service_providers::add(&world.admin(), SP, &patch, &mut rng()).unwrap();
    let refused = save(&alice, "emailaddress", "boss@example.org");
    assert!(matches!(refused, Err(OwnError::Admin(AdminError::Invalid(_)))));
    let fields = profile(&alice.own()).unwrap().fields;
    let email = fields.iter().find(|field| field.claim.uri == ClaimUri::EMAIL).unwrap();
    assert_eq!(email.fixed, Some(Fixed::NamesYou));
    save(&alice, "lastname", "Lee").unwrap();
}

fn an_address_that_an_application_may_ask_for_as_the_name_is_not_theirs_to_choose(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let mut patch = at("https://sp.example.org/acs");
    patch.steps = Some(chain(&["basic-auth"]));
    let persistent = NameIdFormat::Persistent;
    let mut rule = NameIdRule { default_format: persistent, ..NameIdRule::default() };
    rule.formats = vec![persistent];
    patch.name_id = Some(rule.clone());
    service_providers::add(&world.admin(), SP, &patch, &mut rng()).unwrap();
    save(&alice, "emailaddress", "alice@example.org").unwrap();
    // A request may name each of these formats; none at all stands for every one.
    for formats in [vec![persistent, NameIdFormat::EmailAddress], Vec::new()] {
        rule.formats = formats;
        let mut other = at("https://other.example.org/acs");
        other.steps = Some(chain(&["basic-auth"]));
        other.name_id = Some(rule.clone());
        let name = "https://other.example.org";
        service_providers::add(&world.admin(), name, &other, &mut rng()).unwrap();
        let refused = save(&alice, "emailaddress", "boss@example.org");
        assert!(matches!(refused, Err(OwnError::Admin(AdminError::Invalid(_)))));
        service_providers::remove(&world.admin(), name, &mut rng()).unwrap();
    }
    save(&alice, "emailaddress", "lee@example.org").unwrap();
}

fn a_profile_that_changed_meanwhile_is_not_overwritten(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let version = profile(&alice.own()).unwrap().version;
    save(&alice, "lastname", "Lee").unwrap();
    let wishes = [("lastname".to_owned(), vec!["Old".to_owned()])];
    let refused = set_profile(&alice.own(), version, &wishes, &mut rng());
    let conflict = AdminError::from(StoreError::from(Conflict::Version)).to_string();
    assert_eq!(refused.unwrap_err().to_string(), conflict);
}

fn save(alice: &Signed<'_>, claim: &str, value: &str) -> Result<(), OwnError> {
    let version = profile(&alice.own()).unwrap().version;
    let wishes = [(claim.to_owned(), vec![value.to_owned()])];
    set_profile(&alice.own(), version, &wishes, &mut rng())
}
