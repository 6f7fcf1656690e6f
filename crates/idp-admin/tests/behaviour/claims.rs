//! Local claims: the catalogue, and changes of it.

use idp_admin::claims;
use idp_core::claim::{ClaimDefinition, ClaimUri};

use crate::support::{World, fields, rng};

fn badge() -> ClaimDefinition {
    ClaimDefinition {
        uri: ClaimUri::parse("http://example.org/claims/badge").unwrap(),
        display_name: "Badge".to_owned(),
        description: String::new(),
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

on_both!(
    the_catalogue_is_completed_once,
    a_claim_is_added_after_the_others_and_changed_in_its_place,
    an_administrators_change_survives_the_next_migration,
    a_claim_without_a_name_is_refused,
);
