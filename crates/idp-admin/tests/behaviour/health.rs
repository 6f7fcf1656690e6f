//! What pages read instead of the trail: sums per hour, and how service providers fare.

use chrono::TimeDelta;
use idp_admin::KeyDirectory;
use idp_admin::activity::{Activity, Range, activity, count_messages};
use idp_admin::audit_trail::{Look, REQUEST_AGE, seal};
use idp_admin::overview::{ExpiringKind, Overview, overview};
use idp_admin::service_providers::{self, ServiceProviderPatch, health, look_at_changed};
use idp_core::id::{EventId, LoginId, SendId, ServiceProviderId};
use idp_store::{AuditEvent, SendOutcome, SendPurpose, ServiceProviderHealth, SmsSend};
use serde_json::{Value, json};

use crate::support::certificates::expiring_metadata;
use crate::support::{SP, World, now, rng};

on_both! {
    what_happened_is_counted_by_the_hour_once,
    a_range_ends_with_the_present_slot,
    pages_do_not_read_the_trail,
    messages_are_counted_by_their_outcome_and_tests_are_not,
    the_last_login_and_refusal_of_a_service_provider_are_known,
    a_clock_that_is_off_is_told,
    what_expires_of_service_providers_is_told_until_it_is_replaced,
    rows_about_what_was_removed_change_nothing,
}

fn note(
    world: &World,
    kind: &str,
    sp: Option<ServiceProviderId>,
    code: Option<&str>,
    detail: Value,
) {
    let event = AuditEvent {
        id: EventId::new(now(), &mut rng()),
        at: now(),
        kind: kind.to_owned(),
        incident: code.map(str::to_owned),
        service_provider: sp,
        user: None,
        session: None,
        address: None,
        detail,
    };
    world.store.write(|w| w.insert_audit_events(&[event])).unwrap();
}

fn seal_all(world: &World) {
    seal(&world.store, world.secrets(), now(), Look::Short).unwrap();
}

fn sp(world: &World) -> ServiceProviderId {
    world.with_service_provider(&["basic-auth"]);
    service_providers::find(&world.admin(), SP).unwrap().value.id
}

fn of(world: &World, id: ServiceProviderId) -> ServiceProviderHealth {
    health(&world.admin(), &[id]).unwrap().remove(&id).unwrap_or_default()
}

fn day(world: &World) -> Activity {
    activity(&world.admin(), Range::Day).unwrap()
}

fn look(world: &World) -> Overview {
    let directory = tempfile::tempdir().unwrap();
    let keys = KeyDirectory::open(&directory.path().join("keys"), &mut rng()).unwrap();
    overview(&world.admin(), &keys).unwrap()
}

fn what_happened_is_counted_by_the_hour_once(world: &World) {
    note(world, "assertion.issued", None, None, json!({ "steps": ["basic-auth"] }));
    note(world, "assertion.issued", None, None, json!({ REQUEST_AGE: 200 }));
    note(world, "assertion.issued", None, None, json!({ REQUEST_AGE: 300 }));
    note(world, "local.signed-in", None, None, json!({}));
    let step = json!({ "what": { "event": "step-passed", "authenticator": "sms-otp" } });
    note(world, "login.step-passed", None, None, step);
    note(world, "request.refused", None, Some("AAAA-0001"), json!({ "code": "request-too-old" }));
    seal_all(world);
    seal_all(world);
    let found = day(world);
    let totals = |series: &[idp_admin::activity::Series]| -> Vec<(String, i64)> {
        series.iter().map(|one| (one.subject.clone(), one.total())).collect()
    };
    let one = |subject: &str, count| (subject.to_owned(), count);
    assert_eq!(totals(&found.logins), [one("sso", 2), one("new", 1), one("own", 1)]);
    assert_eq!(totals(&found.factors), [one("sms-otp", 1)]);
    assert_eq!(totals(&found.refusals), [one("request-too-old", 1)]);
    for range in Range::ALL {
        assert_eq!(activity(&world.admin(), range).unwrap().logins[0].total(), 2);
    }
}

/// However long the trail is, pages read a few hundred sums.
fn pages_do_not_read_the_trail(world: &World) {
    let id = sp(world);
    note(world, "assertion.issued", Some(id), None, json!({ REQUEST_AGE: 60_000 }));
    seal_all(world);
    world.database().execute("DELETE FROM audit_events");
    assert_eq!(day(world).logins[0].total(), 1);
    assert_eq!(of(world, id).last_login, Some(now()));
    assert_eq!(look(world).clocks.len(), 1);
}

fn a_range_ends_with_the_present_slot(world: &World) {
    for range in Range::ALL {
        let slots = activity(&world.admin(), range).unwrap().slots;
        let width = slots[1] - slots[0];
        let last = *slots.last().unwrap();
        assert!(last <= now() && now() < last + width, "{range:?}");
    }
}

fn messages_are_counted_by_their_outcome_and_tests_are_not(world: &World) {
    let send = |outcome, purpose| SmsSend {
        id: SendId::new(now(), &mut rng()),
        at: now(),
        purpose,
        login: LoginId::new(now(), &mut rng()),
        service_provider: None,
        gateway: None,
        country: "LK".to_owned(),
        prefix: "9477".to_owned(),
        outcome,
        used: false,
    };
    let sends = [
        send(SendOutcome::Accepted, SendPurpose::Code),
        send(SendOutcome::Accepted, SendPurpose::Notice),
        send(SendOutcome::Failed, SendPurpose::Code),
        send(SendOutcome::Failed, SendPurpose::Test),
    ];
    world.store.write(|w| w.insert_sms_sends(&sends)).unwrap();
    for anew in [true, false, false] {
        count_messages(&world.store, now(), anew).unwrap();
    }
    let found = day(world).sms;
    let totals: Vec<(&str, i64)> =
        found.iter().map(|one| (one.subject.as_str(), one.total())).collect();
    assert_eq!(totals, [("accepted", 2), ("failed", 1)]);
}

fn the_last_login_and_refusal_of_a_service_provider_are_known(world: &World) {
    let id = sp(world);
    assert_eq!(of(world, id).last_login, None);
    note(world, "assertion.issued", Some(id), None, json!({}));
    note(world, "request.refused", Some(id), Some("AAAA-0002"), json!({ "code": "x" }));
    seal_all(world);
    let found = of(world, id);
    assert_eq!((found.last_login, found.last_refusal), (Some(now()), Some(now())));
    assert_eq!(found.last_incident.as_deref(), Some("AAAA-0002"));
    look_at_changed(&world.store, 10).unwrap();
    assert_eq!(of(world, id).last_login, Some(now()), "looking at metadata forgets nothing");
}

fn a_clock_that_is_off_is_told(world: &World) {
    let id = sp(world);
    for age in [-90_000, -91_000, 400_000, -92_000] {
        note(world, "login.started", Some(id), None, json!({ REQUEST_AGE: age }));
    }
    seal_all(world);
    let clocks = look(world).clocks;
    assert_eq!(clocks.len(), 1);
    assert_eq!((clocks[0].id, clocks[0].behind), (id, TimeDelta::milliseconds(-90_000)));
    for _ in 0..15 {
        note(world, "assertion.issued", Some(id), None, json!({ REQUEST_AGE: 700 }));
    }
    seal_all(world);
    assert!(look(world).clocks.is_empty(), "it was synchronised");
}

fn what_expires_of_service_providers_is_told_until_it_is_replaced(world: &World) {
    let import = |days: i64| {
        let xml = expiring_metadata(SP, now() + TimeDelta::days(days));
        let metadata = service_providers::ImportedMetadata::parse(xml.as_bytes(), now()).unwrap();
        service_providers::import(
            &world.admin(),
            &metadata,
            &ServiceProviderPatch::default(),
            &mut rng(),
        )
        .unwrap();
        while look_at_changed(&world.store, 10).unwrap() > 0 {}
    };
    import(20);
    let id = service_providers::find(&world.admin(), SP).unwrap().value.id;
    let found = look(world).expiring;
    let kinds: Vec<bool> = found
        .iter()
        .map(|item| matches!(item.kind, ExpiringKind::ServiceProviderCertificate { .. }))
        .collect();
    assert_eq!(kinds, [false, true], "the metadata first, then the certificate: {found:?}");
    assert!(of(world, id).certificate_subject.unwrap().contains("CN="));
    import(2_000);
    assert!(look(world).expiring.is_empty());
}

fn rows_about_what_was_removed_change_nothing(world: &World) {
    let id = sp(world);
    note(world, "assertion.issued", Some(id), None, json!({}));
    service_providers::remove(&world.admin(), SP, &mut rng()).unwrap();
    seal_all(world);
    assert!(health(&world.admin(), &[id]).unwrap().is_empty());
    assert_eq!(day(world).logins[0].total(), 1);
}
