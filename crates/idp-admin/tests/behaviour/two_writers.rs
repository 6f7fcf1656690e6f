//! Two writers who saw the same version cannot both win: what an operation read before its write is
//! compared in the write itself.

use std::sync::Barrier;
use std::thread;

use authenticators::gateway::{GatewayDefinition, NamedSecrets};
use idp_admin::claims::{self, NewClaim};
use idp_admin::service_providers::{self, ServiceProviderDraft};
use idp_admin::sms_gateways::{self, GatewayDraft};
use idp_admin::trust::{self, Import};
use idp_admin::{AdminError, scenarios};
use idp_core::claim::ClaimDefinition;
use idp_store::{Conflict, StoreError, StoredScenario};
use rand::RngCore;
use rand::rngs::StdRng;

use crate::support::certificates::Authority;
use crate::support::{SP, World, now, rng};

/// Random numbers at whose first use somebody else makes a change: operations draw them for their audit
/// row, between reading what is there and writing.
struct Meddling<'a> {
    numbers: StdRng,
    meddle: Option<Box<dyn FnOnce() + 'a>>,
}

impl<'a> Meddling<'a> {
    fn with(meddle: impl FnOnce() + 'a) -> Self {
        Self { numbers: rng(), meddle: Some(Box::new(meddle)) }
    }

    fn numbers(&mut self) -> &mut StdRng {
        if let Some(meddle) = self.meddle.take() {
            meddle();
        }
        &mut self.numbers
    }
}

impl RngCore for Meddling<'_> {
    fn next_u32(&mut self) -> u32 {
        self.numbers().next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.numbers().next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.numbers().fill_bytes(bytes);
    }
}

fn is_outdated(outcome: &Result<(), AdminError>) -> bool {
    matches!(outcome, Err(AdminError::Store(StoreError::Conflict(Conflict::Version))))
}

fn renamed(world: &World, name: &str) -> (ServiceProviderDraft, i64) {
    let found = service_providers::find(&world.admin(), SP).unwrap();
    let draft =
        ServiceProviderDraft { name: name.to_owned(), ..ServiceProviderDraft::of(&found.value) };
    (draft, found.version)
}

fn a_service_provider_that_is_changed_meanwhile_is_not_removed(world: &World) {
    world.with_service_provider(&["basic-auth"]);
    let id = service_providers::find(&world.admin(), SP).unwrap().value.id;
    let (draft, version) = renamed(world, "Changed");
    let mut meddling = Meddling::with(|| {
        service_providers::replace(&world.admin(), id, version, draft, &mut rng()).unwrap();
    });
    let outcome = service_providers::remove_seen(&world.admin(), id, version, &mut meddling);
    assert!(is_outdated(&outcome), "{outcome:?}");
    assert_eq!(service_providers::find(&world.admin(), SP).unwrap().value.name, "Changed");
    assert!(!world.audited("service-provider-removed"));
}

fn a_gateway_that_is_changed_meanwhile_is_not_removed(world: &World) {
    let mut definition = GatewayDefinition::new("https://sms.example.org/?to=$ctx.num&t=$ctx.msg");
    definition.secrets = NamedSecrets::default();
    let draft = |definition| GatewayDraft {
        name: "main".to_owned(),
        enabled: None,
        order: None,
        definition,
    };
    let id = sms_gateways::add(&world.admin(), draft(definition), &mut rng()).unwrap().id;
    let version = sms_gateways::find(&world.admin(), id).unwrap().version;
    let mut meddling = Meddling::with(|| {
        sms_gateways::set_enabled(&world.admin(), id, false, &mut rng()).unwrap();
    });
    let outcome = sms_gateways::remove_seen(&world.admin(), id, version, &mut meddling);
    assert!(is_outdated(&outcome), "{outcome:?}");
    assert!(!sms_gateways::find(&world.admin(), id).unwrap().row.enabled);
}

fn a_claim_that_is_changed_meanwhile_is_not_removed(world: &World) {
    let new = NewClaim { uri: "badge", display_name: "Badge", ..NewClaim::default() };
    claims::add(&world.admin(), new, &mut rng()).unwrap();
    let row = claims::find(&world.admin(), "badge").unwrap();
    let changed = ClaimDefinition { description: "A number".to_owned(), ..row.definition.clone() };
    let mut meddling = Meddling::with(|| {
        claims::replace(&world.admin(), &changed, row.version, &mut rng()).unwrap();
    });
    let uri = &row.definition.uri;
    let outcome = claims::remove(&world.admin(), uri, row.version, &mut meddling);
    assert!(is_outdated(&outcome), "{outcome:?}");
    assert_eq!(claims::find(&world.admin(), "badge").unwrap().definition, changed);
}

fn a_scenario_that_is_changed_meanwhile_is_not_removed(world: &World) {
    let document = r#"{"question": {"service_provider": "urn:sp", "user": "alice"},
                       "expect": {"result": "denied"}}"#;
    let stored = |name: &str| StoredScenario { name: name.to_owned(), document: document.into() };
    world.store.write(|writer| writer.insert_scenario(&stored("Alice"), now())).unwrap();
    let version = scenarios::find(&world.admin(), "Alice").unwrap().version;
    let mut meddling = Meddling::with(|| {
        let change = stored("Alice");
        world.store.write(|w| w.update_scenario("Alice", &change, version, now())).unwrap();
    });
    let outcome = scenarios::remove(&world.admin(), "Alice", Some(version), &mut meddling);
    assert!(is_outdated(&outcome), "{outcome:?}");
    assert_eq!(scenarios::find(&world.admin(), "Alice").unwrap().version, version + 1);
}

fn another_certificate_under_the_alias_is_not_removed(world: &World) {
    let trusted = |authority: &Authority, replace: bool| {
        let bytes = authority.certificate.to_pem().unwrap();
        let wish =
            Import { alias: Some("Nexmo"), entry: None, bytes: &bytes, password: None, replace };
        trust::import(&world.admin(), wish, &mut rng()).unwrap();
    };
    let (old, new) = (Authority::new("Old"), Authority::new("New"));
    trusted(&old, false);
    let seen = trust::list(&world.admin()).unwrap().remove(0).fingerprint;
    let mut meddling = Meddling::with(|| trusted(&new, true));
    let outcome = trust::remove_seen(&world.admin(), &seen, &mut meddling);
    assert!(is_outdated(&outcome), "{outcome:?}");
    assert_ne!(trust::list(&world.admin()).unwrap().remove(0).fingerprint, seen);
}

fn of_a_change_and_a_removal_at_once_exactly_one_wins(world: &World) {
    for _ in 0..8 {
        world.with_service_provider(&["basic-auth"]);
        let id = service_providers::find(&world.admin(), SP).unwrap().value.id;
        let (draft, version) = renamed(world, "Changed");
        let start = Barrier::new(2);
        let (removed, changed) = thread::scope(|scope| {
            let removal = scope.spawn(|| {
                start.wait();
                service_providers::remove_seen(&world.admin(), id, version, &mut rng()).is_ok()
            });
            start.wait();
            let changed =
                service_providers::replace(&world.admin(), id, version, draft, &mut rng()).is_ok();
            (removal.join().unwrap(), changed)
        });
        assert!(removed != changed, "removed: {removed}, changed: {changed}");
        if changed {
            service_providers::remove(&world.admin(), SP, &mut rng()).unwrap();
        }
    }
}

on_both!(
    a_service_provider_that_is_changed_meanwhile_is_not_removed,
    a_gateway_that_is_changed_meanwhile_is_not_removed,
    a_claim_that_is_changed_meanwhile_is_not_removed,
    a_scenario_that_is_changed_meanwhile_is_not_removed,
    another_certificate_under_the_alias_is_not_removed,
    of_a_change_and_a_removal_at_once_exactly_one_wins,
);
