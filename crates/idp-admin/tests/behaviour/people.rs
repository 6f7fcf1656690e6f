//! What pages about people need: finding them, whole profiles, sessions, and what happened to an
//! account.

use chrono::TimeDelta;
use idp_admin::users::{self, NewUser, Search, Which};
use idp_admin::{Actor, Admin, AdminError};
use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_core::flow::authenticator::AuthenticatorId;
use idp_core::flow::limits::{Limits, attempt_key, substitute_key};
use idp_core::flow::throttle::{AttemptPermission, Counter, CounterChange, CounterKey};
use idp_core::id::{EventId, LoginId, SendId, SessionId, SessionToken};
use idp_core::secret::Secret;
use idp_core::session::{Session, SessionLimits};
use idp_core::user::{Role, Username};
use idp_store::{AuditEvent, Conflict, SendOutcome, SendPurpose, SmsSend, StoreError};
use serde_json::json;

use crate::support::{SP, World, fields, now, rng};

pub const LIMITS: SessionLimits =
    SessionLimits { idle: TimeDelta::hours(1), absolute: TimeDelta::hours(8) };

on_both!(
    people_are_found_by_name_address_number_and_role,
    a_page_of_a_search_says_where_the_next_begins,
    a_profile_is_saved_whole_or_not_at_all,
    what_was_changed_meanwhile_is_not_overwritten,
    a_required_claim_keeps_a_value,
    who_is_added_has_what_is_required,
    a_profile_that_says_nothing_new_changes_nothing,
    wrong_answers_are_told_with_what_they_cost,
    sessions_are_told_with_their_service_providers_and_ended,
    a_timeline_tells_what_became_of_each_message,
    an_administrator_does_not_shut_themselves_out,
    two_administrators_do_not_shut_each_other_out_at_the_same_instant,
    an_administrator_sets_every_mobile_number_but_the_own_one,
    what_a_person_signs_in_with_is_told,
);

pub fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn add(world: &World, username: &str, roles: Vec<Role>, claims: &[(&str, &str)]) {
    let claims = claims.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]));
    let new = NewUser { username, password: None, roles, claims: claims.collect() };
    users::add(&world.admin(), new, &mut rng()).unwrap();
}

fn found(world: &World, search: Search<'_>, after: Option<&str>) -> Vec<String> {
    let found = users::search(&world.admin(), search, after, 2).unwrap();
    let names = found.rows.iter().map(|user| user.username.to_string());
    names.chain(found.last.map(|last| format!("after {last}"))).collect()
}

fn named(text: &str) -> Search<'_> {
    Search { text, with_roles: false }
}

fn people_are_found_by_name_address_number_and_role(world: &World) {
    add(world, "ann", Vec::new(), &[("emailaddress", "Ann.Lee@example.org")]);
    add(world, "ann@example.org", vec![Role::Auditor], &[("mobile", "+94 77 123 4567")]);
    add(world, "bert", Vec::new(), &[("mobile", "+94771234567")]);
    assert_eq!(found(world, named(" ANN "), None), ["ann", "ann@example.org"]);
    assert_eq!(found(world, named("ann.lee@EXAMPLE.org"), None), ["ann"]);
    assert_eq!(found(world, named("ann@"), None), ["ann@example.org"]);
    for number in ["+94 77 123-4567", "0094771234567", "94771234567"] {
        assert_eq!(found(world, named(number), None), ["ann@example.org", "bert"], "{number}");
    }
    let with_roles = Search { text: "", with_roles: true };
    assert_eq!(found(world, with_roles, None), ["ann@example.org"]);
    for nobody in ["zoe", "two words", "+1", "'%"] {
        assert_eq!(found(world, named(nobody), None), Vec::<String>::new(), "{nobody}");
    }
}

fn a_page_of_a_search_says_where_the_next_begins(world: &World) {
    for name in ["a1", "a2", "a3", "b1"] {
        add(world, name, Vec::new(), &[]);
    }
    assert_eq!(found(world, named("a"), None), ["a1", "a2", "after a2"]);
    assert_eq!(found(world, named("a"), Some("a2")), ["a3"]);
    assert_eq!(found(world, named(""), Some("a2")), ["a3", "b1"]);
}

/// Requires a country of everybody.
fn require_country(world: &World) {
    let mut country = idp_admin::claims::find(&world.admin(), "country").unwrap();
    country.definition.required = true;
    let (claim, version) = (country.definition, country.version);
    idp_admin::claims::replace(&world.admin(), &claim, version, &mut rng()).unwrap();
}

fn who_is_added_has_what_is_required(world: &World) {
    world.with_user("alice");
    require_country(world);
    let new = |claims: &[(&str, &[&str])]| {
        let claims = wishes(claims);
        let new = NewUser { username: "bob", password: None, roles: Vec::new(), claims };
        users::add(&world.admin(), new, &mut rng())
    };
    let country = "claims.http://wso2.org/claims/country";
    assert_eq!(fields(new(&[])), [country]);
    assert_eq!(fields(new(&[("mobile", &["12"]), ("country", &[])])), ["claims.mobile", country]);
    assert!(world.person("bob").is_none());
    new(&[("country", &["Sri Lanka"])]).unwrap();
    // A line of a file is left out, and who has an account already stays as they are.
    let file = "username,country\ncarl,\ndana,Germany\nalice,\n";
    let import = users::import(&world.admin(), file.as_bytes(), &mut rng()).unwrap();
    let told: Vec<String> = import.lines.iter().map(|line| format!("{:?}", line.outcome)).collect();
    assert!(told[0].contains("is required: give a value"), "{told:?}");
    assert_eq!((told[1].as_str(), told[2].as_str()), ("New", "Exists"));
    // A configuration file cannot ask: it is told.
    let plan = crate::export::PLACE.plan(world, "[[user]]\nusername = \"erin\"\n").unwrap();
    let warning = "is required of everybody, and the account is without it";
    assert!(plan.warnings()[0].ends_with(warning), "{:?}", plan.warnings());
    let known = crate::export::PLACE.plan(world, "[[user]]\nusername = \"alice\"\n").unwrap();
    assert!(known.warnings().is_empty());
}

fn wishes(claims: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    let values = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    claims.iter().map(|(name, all)| ((*name).to_owned(), values(all))).collect()
}

fn save(world: &World, claims: &[(&str, &[&str])]) -> Result<Vec<String>, AdminError> {
    users::set_claims(&world.admin(), "alice", &wishes(claims), &mut rng())
}

fn a_profile_is_saved_whole_or_not_at_all(world: &World) {
    world.with_user("alice");
    let wrong = save(
        world,
        &[("mobile", &["077 1234567"]), ("lastname", &["Lee"]), ("emailaddress", &["alice"])],
    );
    assert_eq!(fields(wrong), ["claims.mobile", "claims.emailaddress"]);
    assert_eq!(world.user("alice").claims.first(&ClaimUri::LAST_NAME), None);
    let emails = ["a@example.org", "b@example.org"];
    save(world, &[("emailaddress", &emails), ("lastname", &["Lee"]), ("mobile", &[])]).unwrap();
    let claims = world.user("alice").claims;
    assert_eq!(claims.values(&ClaimUri::EMAIL), emails);
    assert_eq!(claims.first(&ClaimUri::LAST_NAME), Some("Lee"));
    assert_eq!(claims.first(&ClaimUri::MOBILE), None);
    let text = world.audit_text();
    assert!(world.audited("user-claims-set") && text.contains("claims/mobile"));
    assert!(!text.contains("b@example.org") && !text.contains("Lee"), "{text}");
}

fn what_was_changed_meanwhile_is_not_overwritten(world: &World) {
    world.with_user("alice");
    let seen = users::find(&world.admin(), "alice").unwrap();
    let which = Which::Seen { id: seen.value.id, version: seen.version };
    save(world, &[("lastname", &["Lee"])]).unwrap();
    let late = wishes(&[("lastname", &["Li"])]);
    let refused = [
        users::set_claims(&world.admin(), which, &late, &mut rng()).map(|_| ()),
        users::set_roles(&world.admin(), which, vec![Role::Operator], &mut rng()),
        users::disable(&world.admin(), which, &mut rng()),
    ];
    for outcome in refused {
        let conflict = AdminError::Store(StoreError::Conflict(Conflict::Version)).to_string();
        assert_eq!(outcome.unwrap_err().to_string(), conflict);
    }
    assert_eq!(world.user("alice").claims.first(&ClaimUri::LAST_NAME), Some("Lee"));
}

fn a_required_claim_keeps_a_value(world: &World) {
    world.with_user("alice");
    let claim = ClaimDefinition {
        required: true,
        ..idp_admin::claims::default_claims()
            .into_iter()
            .find(|claim| claim.uri == ClaimUri::MOBILE)
            .unwrap()
    };
    idp_admin::claims::save(&world.admin(), &claim, &mut rng()).unwrap();
    assert_eq!(fields(save(world, &[("mobile", &[])])), ["claims.mobile"]);
    save(world, &[("mobile", &["+94771234568"])]).unwrap();
}

fn a_profile_that_says_nothing_new_changes_nothing(world: &World) {
    world.with_user("alice");
    let (rows, before) = (world.audit_rows(), users::find(&world.admin(), "alice").unwrap());
    save(world, &[("mobile", &["+94 77 123 4567"]), ("lastname", &[])]).unwrap();
    assert_eq!(users::find(&world.admin(), "alice").unwrap(), before);
    assert_eq!(world.audit_rows(), rows);
}

fn count(world: &World, key: CounterKey, count: u32) {
    let change = CounterChange {
        key,
        expected_version: 0,
        value: Some(Counter { count, since: now(), last: now() }),
        forget_at: now() + TimeDelta::days(400),
    };
    world.store.write(|writer| writer.apply_counters(&[change])).unwrap();
}

/// Wrong passwords, and wrong codes and backup codes.
pub fn count_wrong_answers(world: &World) {
    let (hasher, name) = (world.secrets().lookup_hasher(), Username::parse("alice").unwrap());
    let id = AuthenticatorId::from_static;
    count(world, attempt_key(&hasher, &id("basic-auth"), &name), 7);
    count(world, attempt_key(&hasher, &id("sms-otp"), &name), 100);
    count(world, substitute_key(&hasher, &id("sms-otp"), &name), 1);
}

pub fn wrong_answers(world: &World) -> Vec<(u32, bool)> {
    let policy = Limits::default().attempts;
    let found = users::wrong_answers(&world.admin(), "alice", &policy).unwrap();
    found.iter().map(|wrong| (wrong.count, wrong.substitutes)).collect()
}

fn wrong_answers_are_told_with_what_they_cost(world: &World) {
    world.with_user("alice");
    assert_eq!(wrong_answers(world), []);
    count_wrong_answers(world);
    let policy = Limits::default().attempts;
    let found = users::wrong_answers(&world.admin(), "alice", &policy).unwrap();
    let told: Vec<_> =
        found.iter().map(|wrong| (wrong.factor, wrong.count, wrong.permission)).collect();
    let until = |delay| AttemptPermission::NotBefore(now() + delay);
    let password = ("Username & Password", 7, until(TimeDelta::seconds(20)));
    assert_eq!(told[0], password);
    assert_eq!((told[1].1, told[1].2), (100, until(TimeDelta::days(1))));
    assert_eq!((told[2].1, told[2].2), (1, AttemptPermission::Allowed));
    users::unlock(&world.admin(), "alice", &mut rng()).unwrap();
    assert_eq!(wrong_answers(world), []);
}

pub fn sign_in(world: &World, username: &str) -> SessionId {
    let session = Session {
        id: SessionToken::new(&mut rng()).id(),
        user: world.user(username).id,
        steps: Vec::new(),
        created_at: now(),
        last_seen_at: now(),
        expires_at: now() + TimeDelta::hours(8),
    };
    world.store.write(|writer| writer.insert_session(&session)).unwrap();
    session.id
}

fn event(world: &World, kind: &str, seconds: i64, detail: serde_json::Value) -> AuditEvent {
    let at = now() + TimeDelta::seconds(seconds);
    AuditEvent {
        id: EventId::new(at, &mut rng()),
        at,
        kind: kind.to_owned(),
        incident: None,
        service_provider: None,
        user: Some(world.user("alice").id),
        session: None,
        address: None,
        detail,
    }
}

fn write(world: &World, events: &[AuditEvent]) {
    world.store.write(|writer| writer.insert_audit_events(events)).unwrap();
}

fn sessions_are_told_with_their_service_providers_and_ended(world: &World) {
    world.with_service_provider(&["basic-auth"]);
    world.with_user("alice");
    world.with_user("bob");
    let (alices, bobs) = (sign_in(world, "alice"), sign_in(world, "bob"));
    let sp = idp_admin::service_providers::find(&world.admin(), SP).unwrap().value;
    let issued = AuditEvent {
        service_provider: Some(sp.id),
        session: Some(alices.clone()),
        ..event(world, "assertion.issued", 1, json!({}))
    };
    write(world, &[issued]);
    let told = users::sessions(&world.admin(), "alice", LIMITS).unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0].session.id, &told[0].service_providers), (&alices, &vec![sp.name]));
    let later = Admin { now: now() + TimeDelta::hours(2), ..world.admin() };
    assert!(users::sessions(&later, "alice", LIMITS).unwrap().is_empty(), "it is idle too long");

    let end = |session| users::end_session(&world.admin(), "alice", session, &mut rng());
    assert!(matches!(end(&bobs), Err(AdminError::NotFound { .. })));
    end(&alices).unwrap();
    assert!(matches!(end(&alices), Err(AdminError::NotFound { .. })));
    assert!(world.audited("session.ended"));
    assert_eq!(users::end_sessions(&world.admin(), "alice", &mut rng()).unwrap(), 0);
    assert!(!world.audited("user-sessions-ended"));
    assert_eq!(users::end_sessions(&world.admin(), "bob", &mut rng()).unwrap(), 1);
    assert!(world.audited("user-sessions-ended"));
}

fn a_timeline_tells_what_became_of_each_message(world: &World) {
    world.with_user("alice");
    let (mine, other) = (LoginId::new(now(), &mut rng()), LoginId::new(now(), &mut rng()));
    let message = |login: LoginId, seconds| {
        event(world, "login.message-sent", seconds, json!({"login": login}))
    };
    write(world, &[message(mine, 10), message(mine, 50), message(other, 60)]);
    let send = |login, gateway: &str, outcome, seconds| {
        let at = now() + TimeDelta::seconds(seconds);
        SmsSend {
            id: SendId::new(at, &mut rng()),
            at,
            purpose: SendPurpose::Code,
            login,
            service_provider: None,
            gateway: Some(gateway.to_owned()),
            country: "LK".to_owned(),
            prefix: "94771".to_owned(),
            outcome,
            used: false,
        }
    };
    let sends = [
        send(mine, "first", SendOutcome::TimedOut, 11),
        send(mine, "spare", SendOutcome::Accepted, 12),
        send(mine, "first", SendOutcome::Rejected, 51),
        send(other, "first", SendOutcome::Accepted, 61),
    ];
    world.store.write(|writer| writer.insert_sms_sends(&sends)).unwrap();
    let page = |before, limit| users::timeline(&world.admin(), "alice", before, limit).unwrap();
    let all = page(None, 10);
    let told: Vec<(String, Vec<SmsSend>)> =
        all.rows.iter().map(|row| (row.event.kind.clone(), row.sends.clone())).collect();
    let sent =
        |range: std::ops::Range<usize>| ("login.message-sent".to_owned(), sends[range].to_vec());
    assert_eq!(told[..3], [sent(3..4), sent(2..3), sent(0..2)]);
    assert_eq!((told[3].0.as_str(), all.last), ("user-added", None));
    let first = page(None, 2);
    assert_eq!(first.last, Some(first.rows[1].event.id));
    let second = page(first.last, 2);
    assert_eq!(second.rows[0].event.id, all.rows[2].event.id);
    assert_eq!(second.last, None);
}

fn an_administrator_does_not_shut_themselves_out(world: &World) {
    add(world, "root", vec![Role::Administrator], &[]);
    world.with_user("alice");
    let root = world.user("root");
    let actor = Actor::User { id: root.id, username: root.username, roles: root.roles };
    let admin = world.admin_as(actor);
    for refused in [
        users::set_roles(&admin, "root", vec![Role::Operator], &mut rng()),
        users::disable(&admin, "root", &mut rng()),
    ] {
        assert!(matches!(refused, Err(AdminError::Conflict(_))), "{refused:?}");
    }
    users::set_roles(&admin, "root", vec![Role::Administrator, Role::Auditor], &mut rng()).unwrap();
    users::disable(&admin, "alice", &mut rng()).unwrap();
    users::disable(&world.admin(), "root", &mut rng()).unwrap();
}

fn two_administrators_do_not_shut_each_other_out_at_the_same_instant(world: &World) {
    for round in 0..10 {
        let pair = ["left", "right"].map(|name| format!("{name}-{round}"));
        for name in &pair {
            add(world, name, vec![Role::Administrator], &[]);
        }
        let start = std::sync::Barrier::new(2);
        let strike = |by: &str, at: &str| {
            let by = world.user(by);
            let actor = Actor::User { id: by.id, username: by.username, roles: by.roles };
            start.wait();
            users::set_roles(&world.admin_as(actor), at, Vec::new(), &mut rng())
        };
        let done = std::thread::scope(|threads| {
            let other = threads.spawn(|| strike(&pair[1], &pair[0]));
            [strike(&pair[0], &pair[1]), other.join().unwrap()]
        });
        assert_eq!(done.iter().filter(|one| one.is_ok()).count(), 1, "{done:?}");
    }
}

fn an_administrator_sets_every_mobile_number_but_the_own_one(world: &World) {
    add(world, "root", vec![Role::Administrator], &[("mobile", "+94771234570")]);
    world.with_user("alice");
    let root = world.user("root");
    let actor = Actor::User { id: root.id, username: root.username, roles: root.roles };
    let admin = world.admin_as(actor);
    let set = |name, claim: &str, values: &[&str]| {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        users::set_claim(&admin, name, claim, &values, &mut rng())
    };
    assert_eq!(fields(set("root", "mobile", &["+94771234571"])), ["claims.mobile"]);
    let uri = "http://wso2.org/claims/mobile";
    assert_eq!(fields(set("root", uri, &[])), ["claims.http://wso2.org/claims/mobile"]);
    set("root", "mobile", &["+94 77 123 4570"]).expect("it is the same number");
    set("root", "lastname", &["Root"]).expect("everything else");
    assert_eq!(world.user("root").claims.first(&ClaimUri::MOBILE), Some("+94771234570"));
    set("alice", "mobile", &["+94771234572"]).expect("another person");
    let number = ["+94771234573".to_owned()];
    users::set_claim(&world.admin(), "root", "mobile", &number, &mut rng()).expect("a shell");
}

fn what_a_person_signs_in_with_is_told(world: &World) {
    world.with_user("alice");
    add(world, "bob", Vec::new(), &[("otpbackupcodes", "1234567890,1234567891")]);
    let standing = |name| {
        let found = users::standing(&world.admin(), name).unwrap();
        (found.has_password, found.backup_codes.unwrap().left)
    };
    assert_eq!(standing("alice"), (true, 0));
    assert_eq!(standing("bob"), (false, 2));
}
