//! The chain over the audit trail: whoever changes a row behind the server's back is told which one.

use chrono::TimeDelta;
use idp_admin::audit_trail::{
    Anchor, Export, Fault, Format, Look, Patrol, Search, Verification, forget, restart, seal,
    verify,
};
use idp_admin::{Actor, Admin, AdminError, ServerSecrets};
use idp_core::Instant;
use idp_core::id::EventId;
use idp_core::secret::Secret;
use idp_store::{AuditEvent, AuditFilter};
use serde_json::json;

use crate::support::{World, now, rng};

on_both! {
    rows_that_nobody_touched_verify,
    a_long_trail_is_caught_up_with_in_parts,
    an_altered_row_is_named,
    a_row_whose_hash_was_made_again_is_found_by_the_next_one,
    a_removed_row_is_named,
    a_row_removed_with_its_place_is_told,
    an_inserted_row_is_named,
    rows_that_changed_places_are_named,
    a_chain_that_was_made_again_without_the_key_is_told,
    rows_cut_from_the_end_are_told,
    an_anchor_tells_that_the_whole_end_was_put_back,
    a_head_that_was_made_blank_is_told_and_nothing_is_sealed_on_it,
    a_chain_that_was_taken_away_is_told_by_the_rows_that_wait,
    an_earlier_head_is_told_by_the_rows_that_wait,
    nothing_is_sealed_on_a_head_that_is_not_ours,
    a_row_that_was_committed_late_gets_its_place,
    a_row_that_comes_much_too_late_is_sealed_and_told,
    nodes_that_seal_at_once_seal_every_row_once,
    old_rows_go_and_the_rest_verifies,
    what_was_altered_is_not_forgotten_for_its_age,
    a_chain_can_begin_anew,
    what_is_verified_meanwhile_may_grow,
    an_export_is_complete_and_is_itself_noted,
}

/// A row of so many minutes before now.
fn event(minutes: i64, kind: &str) -> AuditEvent {
    let at = now() - TimeDelta::minutes(minutes);
    AuditEvent {
        id: EventId::new(at, &mut rng()),
        at,
        kind: kind.to_owned(),
        incident: None,
        service_provider: None,
        user: None,
        session: None,
        address: Some("203.0.113.9".to_owned()),
        detail: json!({ "minutes": minutes }),
    }
}

/// Ten sealed rows, the oldest first, the last one written now.
fn sealed(world: &World) -> Vec<AuditEvent> {
    let events: Vec<AuditEvent> = (0..10).rev().map(|minutes| event(minutes * 60, "k")).collect();
    world.store.write(|w| w.insert_audit_events(&events)).unwrap();
    seal_all(world, now());
    events
}

/// Many rows at once, as after an upgrade.
fn a_long_trail_is_caught_up_with_in_parts(world: &World) {
    let before = world.audit_rows() as u64;
    let many: Vec<AuditEvent> = (0..10_300).map(|n| event(20_000 - n, "old")).collect();
    world.store.write(|w| w.insert_audit_events(&many)).unwrap();
    let first = seal(&world.store, world.secrets(), now(), Look::Short).unwrap();
    assert!(first.more && first.rows == 10_000, "{first:?}");
    let second = seal(&world.store, world.secrets(), now(), Look::Short).unwrap();
    assert!(!second.more && second.rows == before + 300, "{second:?}");
    let found = look(world);
    assert!(found.is_whole() && found.verified == before + 10_300, "{found:?}");
}

fn seal_all(world: &World, at: Instant) -> u64 {
    seal(&world.store, world.secrets(), at, Look::Short).unwrap().rows
}

fn look(world: &World) -> Verification {
    verify(&world.admin(), None, &mut |_| {}).unwrap()
}

/// What is wrong first, and with which row.
fn first(world: &World) -> (Fault, Option<String>) {
    let found = look(world);
    assert!(!found.is_whole());
    (found.findings[0].fault, found.findings[0].event.clone())
}

fn sql(world: &World, statement: &str) {
    world.database().execute(statement);
}

fn rows_that_nobody_touched_verify(world: &World) {
    let before = world.audit_rows();
    sealed(world);
    let found = look(world);
    assert!(found.is_whole(), "{found:?}");
    assert_eq!((found.verified, found.pending), (before as u64 + 10, 0));
    assert_eq!(seal_all(world, now()), 0, "nothing is sealed twice");
    world.store.write(|w| w.insert_audit_events(&[event(0, "new")])).unwrap();
    assert_eq!(look(world).pending, 1, "a new row is no fault");
    assert_eq!(seal_all(world, now() + TimeDelta::seconds(2)), 1);
    assert_eq!(look(world).verified, found.verified + 1);
}

fn an_altered_row_is_named(world: &World) {
    let events = sealed(world);
    let id = events[4].id.to_string();
    for (column, value) in [
        ("detail", "'{}'"),
        ("address", "NULL"),
        ("kind", "'other'"),
        ("at", "1"),
        ("user_id", "''"),
    ] {
        sql(world, "CREATE TABLE kept AS SELECT * FROM audit_events");
        sql(world, &format!("UPDATE audit_events SET {column} = {value} WHERE id = '{id}'"));
        assert_eq!(first(world), (Fault::Altered, Some(id.clone())), "{column}");
        assert_eq!(look(world).faults, 1, "{column}");
        sql(world, "DELETE FROM audit_events");
        sql(world, "INSERT INTO audit_events SELECT * FROM kept");
        sql(world, "DROP TABLE kept");
        assert!(look(world).is_whole());
    }
}

fn a_row_whose_hash_was_made_again_is_found_by_the_next_one(world: &World) {
    let events = sealed(world);
    let other = "(SELECT hash FROM (SELECT hash FROM audit_seals WHERE position = 1) h)";
    let id = events[4].id;
    sql(world, &format!("UPDATE audit_seals SET hash = {other} WHERE event_id = '{id}'"));
    let found = look(world);
    assert_eq!(found.faults, 2, "the row, and the one that rests on it");
    assert_eq!(found.findings[0].event, Some(id.to_string()));
}

fn a_removed_row_is_named(world: &World) {
    let id = sealed(world)[4].id.to_string();
    sql(world, &format!("DELETE FROM audit_events WHERE id = '{id}'"));
    let found = look(world);
    assert_eq!((found.faults, found.findings[0].fault), (1, Fault::Removed));
    assert!(found.findings[0].text.contains(&id), "{found:?}");
}

fn a_row_removed_with_its_place_is_told(world: &World) {
    let id = sealed(world)[4].id.to_string();
    sql(world, &format!("DELETE FROM audit_events WHERE id = '{id}'"));
    sql(world, &format!("DELETE FROM audit_seals WHERE event_id = '{id}'"));
    assert_eq!(first(world).0, Fault::Removed);
}

fn an_inserted_row_is_named(world: &World) {
    sealed(world);
    let inserted = event(200, "user-added");
    world.store.write(|w| w.insert_audit_events(std::slice::from_ref(&inserted))).unwrap();
    assert_eq!(first(world), (Fault::Inserted, Some(inserted.id.to_string())));
}

fn rows_that_changed_places_are_named(world: &World) {
    let events = sealed(world);
    let (one, other) = (events[3].id.to_string(), events[6].id.to_string());
    let swap = |from: &str, to: &str| {
        sql(world, &format!("UPDATE audit_seals SET event_id = '{to}' WHERE event_id = '{from}'"));
    };
    swap(&one, "x");
    swap(&other, &one);
    swap("x", &other);
    let found = look(world);
    let faults: Vec<(Fault, Option<String>)> =
        found.findings.iter().map(|f| (f.fault, f.event.clone())).collect();
    assert_eq!(faults, [(Fault::Reordered, Some(other)), (Fault::Reordered, Some(one))]);
}

/// Whoever can write the database can hash as well.
fn a_chain_that_was_made_again_without_the_key_is_told(world: &World) {
    let events = sealed(world);
    let id = events[0].id;
    sql(world, &format!("UPDATE audit_events SET detail = '{{}}' WHERE id = '{id}'"));
    let stranger = ServerSecrets::new(Secret::new([8; 32]));
    sql(world, "DELETE FROM audit_seals");
    sql(world, "UPDATE audit_chain SET position = 0, settled = 0, hash = base_hash");
    sql(
        world,
        "UPDATE audit_chain SET seal = (SELECT hash FROM (SELECT hash FROM audit_seals) s)
        WHERE 1 = 0",
    );
    let blank = if world.is_sqlite() { "zeroblob(0)" } else { "''::bytea" };
    sql(world, &format!("UPDATE audit_chain SET seal = {blank}"));
    seal(&world.store, &stranger, now(), Look::Short).unwrap();
    assert_eq!(first(world).0, Fault::NotOurs);
}

fn rows_cut_from_the_end_are_told(world: &World) {
    sealed(world);
    let last = "(SELECT position FROM audit_chain)";
    sql(
        world,
        &format!(
            "DELETE FROM audit_events WHERE id =
        (SELECT event_id FROM audit_seals WHERE position = {last})"
        ),
    );
    sql(world, &format!("DELETE FROM audit_seals WHERE position = {last}"));
    assert_eq!(first(world).0, Fault::Cut);
}

/// C218.
fn an_anchor_tells_that_the_whole_end_was_put_back(world: &World) {
    sealed(world);
    sql(world, "CREATE TABLE kept_chain AS SELECT * FROM audit_chain");
    world.store.write(|w| w.insert_audit_events(&[event(0, "evil")])).unwrap();
    seal_all(world, now() + TimeDelta::seconds(2));
    let head = look(world).head;
    let anchor = Anchor::parse(&head).unwrap();
    let check = || verify(&world.admin(), Some(&anchor), &mut |_| {}).unwrap();
    assert!(check().is_whole());
    // The database as it was before, put back.
    sql(world, "DELETE FROM audit_events WHERE kind = 'evil'");
    sql(world, "DELETE FROM audit_seals WHERE position > (SELECT position FROM kept_chain)");
    sql(world, "DELETE FROM audit_chain");
    sql(world, "INSERT INTO audit_chain SELECT * FROM kept_chain");
    assert!(look(world).is_whole(), "nothing in the database can tell");
    assert_eq!(check().findings[0].fault, Fault::AnchorMissing);
}

/// The row as it is before anything was sealed.
const BLANK: &str = "UPDATE audit_chain SET position = 0, hash = base_hash, base_position = 0, settled = 0, seal = ";

fn make_blank(world: &World) {
    let nothing = if world.is_sqlite() { "x''" } else { "''::bytea" };
    sql(world, &format!("{BLANK}{nothing}"));
}

fn a_head_that_was_made_blank_is_told_and_nothing_is_sealed_on_it(world: &World) {
    sealed(world);
    make_blank(world);
    assert_eq!(first(world).0, Fault::PutBack);
    let outcome = seal(&world.store, world.secrets(), now(), Look::Short);
    assert!(matches!(outcome, Err(AdminError::Conflict(_))), "{outcome:?}");
}

fn a_chain_that_was_taken_away_is_told_by_the_rows_that_wait(world: &World) {
    let events = sealed(world);
    make_blank(world);
    sql(world, "DELETE FROM audit_seals");
    sql(world, "UPDATE audit_events SET detail = '{}'");
    assert_eq!(first(world), (Fault::Unsealed, Some(events[0].id.to_string())));
    // Nothing in the database can tell afterwards, if a server begins it anew: a head can.
    seal_all(world, now());
    assert!(look(world).is_whole());
}

fn an_earlier_head_is_told_by_the_rows_that_wait(world: &World) {
    sealed(world);
    sql(world, "CREATE TABLE kept_chain AS SELECT * FROM audit_chain");
    let later = now() + TimeDelta::hours(2);
    let event =
        AuditEvent { id: EventId::new(now() + TimeDelta::hours(1), &mut rng()), ..event(0, "k") };
    world.store.write(|w| w.insert_audit_events(std::slice::from_ref(&event))).unwrap();
    seal_all(world, later);
    sql(world, "DELETE FROM audit_seals WHERE position > (SELECT position FROM kept_chain)");
    sql(world, "DELETE FROM audit_chain");
    sql(world, "INSERT INTO audit_chain SELECT * FROM kept_chain");
    let admin = Admin { now: later, ..world.admin() };
    let found = verify(&admin, None, &mut |_| {}).unwrap();
    assert_eq!(found.findings[0].fault, Fault::Unsealed, "{found:?}");
    assert_eq!(found.findings[0].event, Some(event.id.to_string()));
}

fn nothing_is_sealed_on_a_head_that_is_not_ours(world: &World) {
    sealed(world);
    sql(world, "UPDATE audit_chain SET position = position - 1");
    world.store.write(|w| w.insert_audit_events(&[event(0, "new")])).unwrap();
    let outcome = seal(&world.store, world.secrets(), now(), Look::Short);
    assert!(matches!(outcome, Err(AdminError::Conflict(_))), "{outcome:?}");
}

fn a_row_that_was_committed_late_gets_its_place(world: &World) {
    sealed(world);
    // Decided before the last look, committed after it.
    let slow = event(10, "slow");
    world.store.write(|w| w.insert_audit_events(std::slice::from_ref(&slow))).unwrap();
    assert_eq!(seal_all(world, now()), 0, "a short look does not reach so far back");
    let long = seal(&world.store, world.secrets(), now(), Look::Long).unwrap();
    assert_eq!(long.rows, 1);
    assert!(look(world).is_whole());
}

fn a_row_that_comes_much_too_late_is_sealed_and_told(world: &World) {
    sealed(world);
    let forged = event(300, "role-given");
    world.store.write(|w| w.insert_audit_events(std::slice::from_ref(&forged))).unwrap();
    let mut patrol = Patrol::default();
    assert_eq!(patrol.walk(&world.store, world.secrets(), now()).unwrap(), 1);
    assert_eq!(patrol.walk(&world.store, world.secrets(), now()).unwrap(), 0);
    let found = look(world);
    assert_eq!((found.faults, found.pending), (1, 0));
    assert_eq!(found.findings[0].event, Some(forged.id.to_string()));
    assert_eq!(found.findings[0].fault, Fault::Inserted);
}

fn nodes_that_seal_at_once_seal_every_row_once(world: &World) {
    let before = world.audit_rows() as u64;
    std::thread::scope(|scope| {
        for node in 0..3_i64 {
            scope.spawn(move || {
                for row in 0..40 {
                    let event = event((node * 40 + row) % 7, "busy");
                    world.store.write(|w| w.insert_audit_events(&[event])).unwrap();
                    seal(&world.store, world.secrets(), now(), Look::Long).unwrap();
                }
            });
        }
    });
    seal(&world.store, world.secrets(), now(), Look::Long).unwrap();
    let found = look(world);
    assert!(found.is_whole(), "{found:?}");
    assert_eq!((found.verified, found.pending), (before + 120, 0));
}

fn old_rows_go_and_the_rest_verifies(world: &World) {
    let events = sealed(world);
    let before = events[4].at;
    let mut removed = 0;
    loop {
        let some = forget(&world.store, world.secrets(), before, 3).unwrap();
        if some == 0 {
            break;
        }
        removed += some;
    }
    let found = look(world);
    assert!(found.is_whole(), "{found:?}");
    assert_eq!(found.removed_for_age, i64::try_from(removed).unwrap());
    assert_eq!(removed, 4);
    let left = world.store.read(|r| r.audit_events_before(&AuditFilter::default(), None, 1000));
    assert!(left.unwrap().iter().all(|event| event.at >= before));
    // Chains go on after everything was removed.
    forget(&world.store, world.secrets(), now() + TimeDelta::days(1), 1000).unwrap();
    world.store.write(|w| w.insert_audit_events(&[event(0, "new")])).unwrap();
    seal_all(world, now() + TimeDelta::seconds(2));
    let found = look(world);
    assert!(found.is_whole() && found.verified == 1, "{found:?}");
}

fn what_was_altered_is_not_forgotten_for_its_age(world: &World) {
    let events = sealed(world);
    let id = events[2].id.to_string();
    sql(world, &format!("UPDATE audit_events SET detail = '{{}}' WHERE id = '{id}'"));
    let outcome = forget(&world.store, world.secrets(), now(), 100);
    let Err(AdminError::Conflict(text)) = outcome else { panic!("{outcome:?}") };
    assert!(text.contains(&id), "{text}");
    assert_eq!(first(world).1, Some(id));
}

fn a_chain_can_begin_anew(world: &World) {
    let events = sealed(world);
    sql(world, &format!("DELETE FROM audit_events WHERE id = '{}'", events[4].id));
    let without = restart(&world.admin(), " ", &mut rng());
    assert!(matches!(without, Err(AdminError::Invalid(_))));
    restart(&world.admin(), "a row was lost", &mut rng()).unwrap();
    assert!(world.audited("audit-chain-restarted"));
    let found = look(world);
    assert!(found.is_whole(), "{found:?}");
    seal_all(world, now() + TimeDelta::seconds(2));
    let found = look(world);
    assert!(found.is_whole() && found.verified == 1, "{found:?}");
    let auditor = world.admin_as(Actor::PasswordLink);
    assert!(matches!(restart(&auditor, "x", &mut rng()), Err(AdminError::Forbidden { .. })));
}

fn what_is_verified_meanwhile_may_grow(world: &World) {
    sealed(world);
    let mut told = 0;
    let found = verify(&world.admin(), None, &mut |_| {
        told += 1;
        world.store.write(|w| w.insert_audit_events(&[event(0, "new")])).unwrap();
        seal_all(world, now() + TimeDelta::seconds(2));
        forget(&world.store, world.secrets(), now() - TimeDelta::minutes(300), 100).unwrap();
    })
    .unwrap();
    assert!(found.is_whole() && told > 0, "{found:?}");
}

/// C218.
fn an_export_is_complete_and_is_itself_noted(world: &World) {
    let hostile = AuditEvent {
        kind: "=cmd".to_owned(),
        address: Some("+1, \"x\"".to_owned()),
        ..event(5, "x")
    };
    let many: Vec<AuditEvent> = (0..1_200).map(|n| event(10 + n, "many")).collect();
    world.store.write(|w| w.insert_audit_events(std::slice::from_ref(&hostile))).unwrap();
    world.store.write(|w| w.insert_audit_events(&many)).unwrap();
    let read = |format, limit| {
        let search = Search::default();
        let mut export =
            Export::begin(&world.admin(), search, (format, limit), &mut rng()).unwrap();
        let mut text = Vec::new();
        while let Some(part) = export.next(&world.store).unwrap() {
            text.extend(part);
        }
        (String::from_utf8(text).unwrap(), export.is_full())
    };
    let (lines, full) = read(Format::JsonLines, u64::MAX);
    let rows: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!full && rows.len() >= 1_201, "{}", rows.len());
    assert!(rows.windows(2).all(|pair| pair[0]["id"].as_str() < pair[1]["id"].as_str()));
    let (table, _) = read(Format::Csv, u64::MAX);
    assert!(table.starts_with("id,at,kind,"), "{table}");
    assert!(table.contains(",'=cmd,") && table.contains("\"'+1, \"\"x\"\"\""), "{table}");
    assert_eq!(table.lines().count(), rows.len() + 1);
    let (some, full) = read(Format::JsonLines, 700);
    assert!(full && some.lines().count() == 700);
    assert!(world.audited("audit-trail-exported"));
    let search = Search { user: "nobody", ..Search::default() };
    let wrong = Export::begin(&world.admin(), search, (Format::Csv, 1), &mut rng());
    assert!(matches!(wrong, Err(AdminError::Invalid(_))));
}
