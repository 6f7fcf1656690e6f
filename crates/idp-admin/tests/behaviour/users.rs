//! Accounts: made, given passwords and claims, locked, unlocked, stopped.

use chrono::TimeDelta;
use idp_admin::users::{self, NewUser};
use idp_admin::{Actor, Admin, AdminError};
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::AuthenticatorId;
use idp_core::flow::limits::attempt_key;
use idp_core::flow::throttle::{Counter, CounterChange, CounterKey};
use idp_core::id::SessionToken;
use idp_core::secret::Secret;
use idp_core::session::Session;
use idp_core::user::{AccountState, Role, Username};

use crate::support::{PASSWORD, SHORT_PASSWORD, World, fields, now, rng};

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn credential(world: &World, username: &str) -> Option<String> {
    let person = world.person(username)?;
    let id = AuthenticatorId::from_static("basic-auth");
    person.credentials.get(&id).map(|credential| credential.expose().to_owned())
}

fn a_user_is_stored_in_canonical_form(world: &World) {
    let password = secret(PASSWORD);
    let user = NewUser {
        username: " Alice ",
        password: Some(&password),
        roles: vec![Role::Auditor],
        claims: vec![
            ("mobile".to_owned(), vec!["+94 77 123 4567".to_owned()]),
            (ClaimUri::EMAIL.as_str().to_owned(), vec!["alice@example.org".to_owned()]),
        ],
    };
    users::add(&world.admin(), user, &mut rng()).unwrap();
    let stored = world.user("alice");
    assert_eq!(stored.claims.first(&ClaimUri::MOBILE), Some("+94771234567"));
    assert_eq!(stored.roles, [Role::Auditor]);
    assert!(credential(world, "alice").unwrap().starts_with("$argon2id$"));
}

fn every_problem_of_a_user_is_reported_at_once(world: &World) {
    let password = secret("password");
    let user = NewUser {
        username: "alice smith",
        password: Some(&password),
        roles: Vec::new(),
        claims: vec![
            ("mobile".to_owned(), vec!["0771234567".to_owned()]),
            ("shoesize".to_owned(), vec!["43".to_owned()]),
            ("username".to_owned(), vec!["bob".to_owned()]),
        ],
    };
    let found = fields(users::add(&world.admin(), user, &mut rng()));
    let expected = ["username", "claims.mobile", "claims.shoesize", "claims.username", "password"];
    assert_eq!(found[..5], expected);
    assert!(world.person("alice").is_none());
}

fn a_user_name_is_given_once_whatever_its_spelling(world: &World) {
    world.with_user("alice");
    let again =
        NewUser { username: "ALICE", password: None, roles: Vec::new(), claims: Vec::new() };
    let error = users::add(&world.admin(), again, &mut rng()).unwrap_err();
    assert!(matches!(error, AdminError::Store(idp_store::StoreError::Conflict(_))), "{error}");
}

fn a_short_password_is_accepted_only_beside_a_second_factor(world: &World) {
    let password = secret(SHORT_PASSWORD);
    let add = |username, roles| {
        let new = NewUser { username, password: Some(&password), roles, claims: Vec::new() };
        users::add(&world.admin(), new, &mut rng())
    };
    assert_eq!(fields(add("nobody-asked", Vec::new())), ["password"]);
    world.with_service_provider(&["basic-auth", "sms-otp"]);
    add("alice", Vec::new()).unwrap();
    assert_eq!(fields(add("root", vec![Role::Administrator])), ["password"]);
}

fn a_new_password_replaces_the_old_ends_sessions_and_unlocks(world: &World) {
    world.with_user("alice");
    lock(world, "alice");
    sign_in(world, "alice");
    let before = credential(world, "alice");
    users::set_password(&world.admin(), "alice", &secret("gravel otter plum sings"), &mut rng())
        .unwrap();
    assert_ne!(credential(world, "alice"), before);
    assert_eq!(failures(world, "alice"), None);
    assert_eq!(sessions(world, "alice"), 0);
    assert!(world.audited("user-password-set"));
}

fn a_refused_password_changes_nothing(world: &World) {
    world.with_user("alice");
    let before = credential(world, "alice");
    let refused = users::set_password(&world.admin(), "alice", &secret("short"), &mut rng());
    assert_eq!(fields(refused), ["password"]);
    assert_eq!(credential(world, "alice"), before);
}

fn a_claim_is_set_and_removed(world: &World) {
    world.with_user("alice");
    let set = |values: &[&str]| {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        users::set_claim(&world.admin(), "alice", "mobile", &values, &mut rng())
    };
    set(&["0094 77 999 8888"]).unwrap();
    assert_eq!(world.user("alice").claims.first(&ClaimUri::MOBILE), Some("+94779998888"));
    set(&[]).unwrap();
    assert_eq!(world.user("alice").claims.first(&ClaimUri::MOBILE), None);
    assert_eq!(fields(set(&["not a number"])), ["claims.mobile"]);
    assert!(!world.audit_text().contains("9998888"), "a number stands in the audit trail");
}

/// C092. What stands in an assertion comes from here or from the settings of a service provider.
fn no_value_is_longer_than_256_characters(world: &World) {
    world.with_user("alice");
    let set =
        |value: String| users::set_claim(&world.admin(), "alice", "lastname", &[value], &mut rng());
    set("ä".repeat(256)).unwrap();
    assert_eq!(fields(set("x".repeat(257))), ["claims.lastname"]);
}

/// C176.
fn disabling_ends_the_sessions_in_the_same_step(world: &World) {
    world.with_user("alice");
    sign_in(world, "alice");
    users::disable(&world.admin(), "alice", &mut rng()).unwrap();
    assert_eq!(world.user("alice").state, AccountState::Disabled);
    assert_eq!(sessions(world, "alice"), 0);
    users::enable(&world.admin(), "alice", &mut rng()).unwrap();
    assert_eq!(world.user("alice").state, AccountState::Active);
    assert!(world.audited("user-disabled") && world.audited("user-enabled"));
}

fn who_gains_a_role_signs_in_anew(world: &World) {
    world.with_user("alice");
    let set = |admin: &Admin<'_>, roles: &[Role]| {
        sign_in(world, "alice");
        users::set_roles(admin, "alice", roles.to_vec(), &mut rng()).unwrap();
        sessions(world, "alice")
    };
    let (auditor, both) = ([Role::Auditor], [Role::Operator, Role::Auditor]);
    assert_eq!(set(&world.admin(), &auditor), 0, "a session of before gains nothing");
    assert_eq!(set(&world.admin(), &auditor), 1, "nothing new");
    assert_eq!(set(&world.admin(), &both), 0);
    assert_eq!(set(&world.admin(), &auditor), 1, "a role that is taken away counts at once");
    // Who gives themselves a role may do everything already.
    let alice = world.user("alice");
    let roles = vec![Role::Administrator];
    let own = Actor::User { id: alice.id, username: alice.username, roles };
    assert_eq!(set(&world.admin_as(own), &[Role::Administrator, Role::Operator]), 1);
}

fn unlocking_forgets_the_wrong_answers(world: &World) {
    world.with_user("alice");
    lock(world, "alice");
    assert_eq!(failures(world, "alice"), Some(100));
    users::unlock(&world.admin(), "Alice", &mut rng()).unwrap();
    assert_eq!(failures(world, "alice"), None);
    // Nothing to forget is no error.
    users::unlock(&world.admin(), "alice", &mut rng()).unwrap();
}

fn users_are_listed_page_by_page(world: &World) {
    for name in ["dora", "alice", "carl", "bob"] {
        world.with_user(name);
    }
    let page = |after, limit| {
        let users = users::list(&world.admin(), after, limit).unwrap();
        users.iter().map(|user| user.username.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(page(None, 2), ["alice", "bob"]);
    assert_eq!(page(Some("bob"), 2), ["carl", "dora"]);
    assert_eq!(page(Some("dora"), 2), Vec::<String>::new());
}

fn a_user_that_does_not_exist_is_an_error_that_says_so(world: &World) {
    let error = users::disable(&world.admin(), "mallory", &mut rng()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no user \"mallory\"; `idp-server user list` shows those that exist"
    );
}

fn passwords_and_numbers_never_enter_the_audit_trail(world: &World) {
    world.with_user("alice");
    users::set_password(&world.admin(), "alice", &secret("gravel otter plum sings"), &mut rng())
        .unwrap();
    let text = world.audit_text();
    for part in [PASSWORD, "gravel otter", "argon2", "94771234567"] {
        assert!(!text.contains(part), "{part} stands in the audit trail");
    }
}

on_both!(
    a_user_is_stored_in_canonical_form,
    every_problem_of_a_user_is_reported_at_once,
    a_user_name_is_given_once_whatever_its_spelling,
    a_short_password_is_accepted_only_beside_a_second_factor,
    a_new_password_replaces_the_old_ends_sessions_and_unlocks,
    a_refused_password_changes_nothing,
    a_claim_is_set_and_removed,
    no_value_is_longer_than_256_characters,
    disabling_ends_the_sessions_in_the_same_step,
    who_gains_a_role_signs_in_anew,
    unlocking_forgets_the_wrong_answers,
    users_are_listed_page_by_page,
    a_user_that_does_not_exist_is_an_error_that_says_so,
    passwords_and_numbers_never_enter_the_audit_trail,
);

fn key(world: &World, username: &str) -> CounterKey {
    let name = Username::parse(username).unwrap();
    let id = AuthenticatorId::from_static("basic-auth");
    attempt_key(&world.secrets().lookup_hasher(), &id, &name)
}

fn lock(world: &World, username: &str) {
    let change = CounterChange {
        key: key(world, username),
        expected_version: 0,
        value: Some(Counter { count: 100, since: now(), last: now() }),
        forget_at: now() + TimeDelta::days(400),
    };
    world.store.write(|writer| writer.apply_counters(&[change])).unwrap();
}

fn failures(world: &World, username: &str) -> Option<u32> {
    let key = key(world, username);
    let counters = world.store.read(|reader| reader.load_counters(std::slice::from_ref(&key)));
    counters.unwrap()[&key].value.map(|counter| counter.count)
}

fn sign_in(world: &World, username: &str) {
    let session = Session {
        id: SessionToken::new(&mut rng()).id(),
        user: world.user(username).id,
        steps: Vec::new(),
        created_at: now(),
        last_seen_at: now(),
        expires_at: now() + TimeDelta::hours(8),
    };
    world.store.write(|writer| writer.insert_session(&session)).unwrap();
}

/// How many sessions an account had; they are gone afterwards.
fn sessions(world: &World, username: &str) -> u64 {
    let user = world.user(username).id;
    world.store.write(|writer| writer.remove_sessions_of_user(user)).unwrap()
}
