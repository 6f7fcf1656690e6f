//! Gateways as a page shows and changes them: by identifier, with masks, one change at a time.

use authenticators::gateway::{GatewayDefinition, Headers, NamedSecrets};
use chrono::TimeDelta;
use idp_admin::sms_gateways::{self, Direction, GatewayDraft, ShownGateway};
use idp_admin::{AdminError, service_providers};
use idp_core::id::{GatewayId, LoginId, SendId};
use idp_store::{GatewayHealth, SendOutcome, SendPurpose, SmsSend, SumBy};

use crate::support::{SP, World, fields, now, rng};

fn definition() -> GatewayDefinition {
    let mut definition = GatewayDefinition::new(
        "https://sms.example.org/send?api_key=hidden-1&to=$ctx.num&text=$ctx.msg",
    );
    definition.headers =
        Headers::from_pairs([("Authorization", "Bearer $secret.token"), ("X-Api-Key", "hidden-2")]);
    definition.secrets = NamedSecrets::from_iter([("token", "hidden-3")]);
    definition
}

fn draft(name: &str, definition: GatewayDefinition) -> GatewayDraft {
    GatewayDraft { name: name.to_owned(), enabled: None, order: None, definition }
}

fn add(world: &World, name: &str) -> GatewayId {
    let draft = draft(name, definition());
    sms_gateways::add(&world.admin(), draft, &mut rng()).unwrap().id
}

fn names(world: &World) -> Vec<String> {
    sms_gateways::all(&world.admin()).unwrap().into_iter().map(|row| row.name).collect()
}

fn shown(world: &World, id: GatewayId) -> ShownGateway {
    sms_gateways::find(&world.admin(), id).unwrap()
}

fn stored(world: &World, id: GatewayId) -> GatewayDefinition {
    sms_gateways::for_sending(&world.admin(), id).unwrap().definition
}

/// What a form sends back: the definition as shown, without the values of secrets.
fn sent_back(world: &World, id: GatewayId) -> GatewayDefinition {
    GatewayDefinition { secrets: NamedSecrets::default(), ..shown(world, id).definition }
}

fn a_gateway_is_shown_without_its_secrets_and_with_its_exact_request(world: &World) {
    let shown = shown(world, add(world, "main"));
    assert_eq!(shown.secrets, ["token"]);
    assert!(shown.request.starts_with("POST https://sms.example.org/send?api_key=xxxxxxxx"));
    assert!(shown.request.contains("Authorization: Bearer xxxxxxxx"), "{}", shown.request);
    assert_eq!(shown.row.warnings.len(), 2, "{:?}", shown.row.warnings);
    let url = &shown.definition.url;
    let headers: Vec<_> = shown.definition.headers.iter().collect();
    let everything = format!("{} {url} {headers:?}", shown.request);
    assert!(!everything.contains("hidden"), "{everything}");
}

fn what_comes_back_as_it_was_shown_is_no_change(world: &World) {
    let id = add(world, "main");
    let draft = draft("main", sent_back(world, id));
    let saved = sms_gateways::change(&world.admin(), id, 1, draft, &mut rng()).unwrap();
    assert!(saved.changes.is_empty(), "{:?}", saved.changes);
    assert_eq!(stored(world, id), definition());
}

fn a_change_keeps_secrets_and_may_give_another_name(world: &World) {
    let id = add(world, "main");
    let mut changed = sent_back(world, id);
    changed.method = "PUT".to_owned();
    sms_gateways::change(&world.admin(), id, 1, draft("other", changed), &mut rng()).unwrap();
    assert_eq!(names(world), ["other"]);
    assert_eq!(stored(world, id), GatewayDefinition { method: "PUT".to_owned(), ..definition() });
    assert!(world.audited("sms-gateway-changed"));
    assert!(!world.audit_text().contains("hidden-"));
}

fn a_change_of_an_older_version_or_to_a_taken_name_is_refused(world: &World) {
    let id = add(world, "main");
    add(world, "spare");
    let back = || draft("spare", sent_back(world, id));
    let outcome = sms_gateways::change(&world.admin(), id, 1, back(), &mut rng());
    assert_eq!(fields(outcome), ["name"]);
    sms_gateways::set_enabled(&world.admin(), id, false, &mut rng()).unwrap();
    let late = draft("main", GatewayDefinition { method: "PUT".into(), ..sent_back(world, id) });
    let outcome = sms_gateways::change(&world.admin(), id, 1, late, &mut rng());
    assert!(matches!(outcome, Err(AdminError::Store(_))), "{outcome:?}");
    assert_eq!(stored(world, id), definition());
}

fn secrets_are_not_sent_to_another_host_unless_they_are_given_again(world: &World) {
    let id = add(world, "main");
    let elsewhere = "https://elsewhere.example/?to=$ctx.num&text=$ctx.msg";
    let mut moved = sent_back(world, id);
    moved.url = elsewhere.to_owned();
    let outcome =
        sms_gateways::change(&world.admin(), id, 1, draft("main", moved.clone()), &mut rng());
    assert_eq!(fields(outcome), ["headers", "secret.token"]);
    let examined = sms_gateways::examine(&world.admin(), draft("main", moved.clone()), Some(id));
    assert_eq!(fields(examined), ["headers", "secret.token"]);
    moved.headers = Headers::from_pairs([("Authorization", "Bearer $secret.token")]);
    moved.secrets = NamedSecrets::from_iter([("token", "given-again")]);
    sms_gateways::change(&world.admin(), id, 1, draft("main", moved), &mut rng()).unwrap();
    assert_eq!(stored(world, id).secrets.value("token"), Some("given-again"));
}

fn a_draft_is_examined_without_its_secrets_and_without_being_saved(world: &World) {
    let new = GatewayDefinition { secrets: NamedSecrets::default(), ..definition() };
    let examined = sms_gateways::examine(&world.admin(), draft("new", new), None).unwrap();
    assert!(examined.request.contains("Bearer xxxxxxxx"), "{}", examined.request);
    assert_eq!(examined.warnings.len(), 2);
    let wrong = GatewayDefinition::new("https://sms.example.org/");
    assert_eq!(fields(sms_gateways::examine(&world.admin(), draft("x", wrong), None)), ["", ""]);
    assert!(names(world).is_empty());
}

fn gateways_change_places_with_their_neighbours(world: &World) {
    let ids: Vec<GatewayId> = ["a", "b", "c"].iter().map(|name| add(world, name)).collect();
    let moved = |place: usize, direction| {
        sms_gateways::move_one(&world.admin(), ids[place], direction, &mut rng()).unwrap()
    };
    assert_eq!(moved(2, Direction::Up), ("c".to_owned(), 2));
    assert_eq!(names(world), ["a", "c", "b"]);
    assert_eq!(moved(0, Direction::Down).1, 2);
    assert_eq!(moved(0, Direction::Down).1, 3);
    assert_eq!(moved(0, Direction::Down).1, 3, "it is the last");
    assert_eq!(names(world), ["c", "b", "a"]);
    assert_eq!(shown(world, ids[0]).version, 1, "nobody's form became old");
    assert!(world.audited("sms-gateways-ordered"));
}

fn a_gateway_that_is_used_again_begins_with_a_clean_record(world: &World) {
    let id = add(world, "main");
    let health = GatewayHealth {
        gateway: id,
        failures: 3,
        open_until: Some(now()),
        failing_since: Some(now()),
        version: 0,
    };
    world.store.write(|w| w.save_gateway_health(&health)).unwrap();
    let standing = shown(world, id).row.standing;
    assert_eq!((standing.failures, standing.failing_since), (3, Some(now())));
    for enabled in [false, true] {
        sms_gateways::set_enabled(&world.admin(), id, enabled, &mut rng()).unwrap();
        assert_eq!(shown(world, id).row.enabled, enabled);
    }
    assert_eq!(shown(world, id).row.standing.failures, 0);
}

fn what_is_not_there_is_not_found(world: &World) {
    let id = add(world, "main");
    assert_eq!(sms_gateways::remove_by_id(&world.admin(), id, &mut rng()).unwrap(), "main");
    let missing = |error: AdminError| matches!(error, AdminError::NotFound { .. });
    let admin = world.admin();
    assert!(sms_gateways::find(&admin, id).is_err_and(missing));
    assert!(sms_gateways::remove_by_id(&admin, id, &mut rng()).is_err_and(missing));
    assert!(sms_gateways::set_enabled(&admin, id, true, &mut rng()).is_err_and(missing));
    assert!(sms_gateways::move_one(&admin, id, Direction::Up, &mut rng()).is_err_and(missing));
    let draft = draft("main", definition());
    assert!(sms_gateways::change(&admin, id, 1, draft, &mut rng()).is_err_and(missing));
}

fn who_asks_for_codes_is_known(world: &World) {
    assert_eq!(sms_gateways::asking(&world.admin(), None, 5).unwrap().count, 0);
    world.with_service_provider(&["basic-auth", "sms-otp"]);
    let asking = sms_gateways::asking(&world.admin(), None, 5).unwrap();
    assert_eq!((asking.count, asking.rows.len(), asking.more), (1, 1, false));
}

fn gateways_are_listed_page_by_page_in_the_order_of_trial(world: &World) {
    let ids = ["one", "two", "three"].map(|name| add(world, name));
    let page = |after| {
        let page = sms_gateways::listing(&world.admin(), after, 2).unwrap();
        let names: Vec<String> = page.rows.into_iter().map(|row| row.name).collect();
        (names, page.before, page.more)
    };
    let [one, two, three] = ["one", "two", "three"].map(str::to_owned);
    assert_eq!(page(None), (vec![one.clone(), two.clone()], 0, true));
    assert_eq!(page(Some(ids[1])), (vec![three], 2, false));
    sms_gateways::remove_by_id(&world.admin(), ids[2], &mut rng()).unwrap();
    assert_eq!(
        page(Some(ids[2])),
        (vec![one, two], 0, false),
        "begins anew after one that is gone"
    );
}

fn whether_another_gateway_is_in_use_is_known(world: &World) {
    let [one, two] = ["one", "two"].map(|name| add(world, name));
    let in_use = || sms_gateways::listing(&world.admin(), None, 1).unwrap().any_in_use;
    assert!(sms_gateways::another_in_use(&world.admin(), one).unwrap());
    sms_gateways::set_enabled(&world.admin(), two, false, &mut rng()).unwrap();
    assert!(!sms_gateways::another_in_use(&world.admin(), one).unwrap() && in_use());
    sms_gateways::set_enabled(&world.admin(), one, false, &mut rng()).unwrap();
    assert!(!in_use());
}

fn what_was_sent_is_the_same_whether_its_sums_are_kept_up_or_not(world: &World) {
    world.with_service_provider(&["basic-auth", "sms-otp"]);
    let sp = service_providers::find(&world.admin(), SP).unwrap().value;
    let hours = |hours| now() - TimeDelta::hours(hours);
    let sends = [(2, Some(sp.id)), (3, Some(sp.id)), (30, None)].map(|(ago, sp)| SmsSend {
        id: SendId::new(hours(ago), &mut rng()),
        at: hours(ago),
        purpose: SendPurpose::Code,
        login: LoginId::new(hours(ago), &mut rng()),
        service_provider: sp,
        gateway: Some("main".to_owned()),
        country: "LK".to_owned(),
        prefix: "94771".to_owned(),
        outcome: SendOutcome::Accepted,
        used: false,
    });
    world.store.write(|w| w.insert_sms_sends(&sends)).unwrap();
    let within = |days| {
        let by = SumBy::ServiceProvider;
        let ledger = sms_gateways::sends_within(&world.admin(), by, days, 1).unwrap();
        let rows: Vec<_> = ledger.rows.into_iter().map(|row| (row.name, row.sends)).collect();
        (rows, ledger.more, ledger.since)
    };
    let expected =
        |more, days| (vec![(Some(sp.name.clone()), 2)], more, now() - TimeDelta::days(days));
    assert_eq!([within(1), within(7)], [expected(false, 1), expected(true, 7)]);
    while world.store.move_sms_windows(now(), 10).unwrap() > 0 {}
    assert_eq!([within(1), within(7)], [expected(false, 1), expected(true, 7)]);
    // Of any other time no sums are kept.
    assert_eq!(within(2), expected(true, 2));
}

on_both!(
    gateways_are_listed_page_by_page_in_the_order_of_trial,
    whether_another_gateway_is_in_use_is_known,
    what_was_sent_is_the_same_whether_its_sums_are_kept_up_or_not,
    a_gateway_is_shown_without_its_secrets_and_with_its_exact_request,
    what_comes_back_as_it_was_shown_is_no_change,
    a_change_keeps_secrets_and_may_give_another_name,
    a_change_of_an_older_version_or_to_a_taken_name_is_refused,
    secrets_are_not_sent_to_another_host_unless_they_are_given_again,
    a_draft_is_examined_without_its_secrets_and_without_being_saved,
    gateways_change_places_with_their_neighbours,
    a_gateway_that_is_used_again_begins_with_a_clean_record,
    what_is_not_there_is_not_found,
    who_asks_for_codes_is_known,
);
