//! Links with which a person chooses a password.

use chrono::TimeDelta;
use idp_admin::users;
use idp_admin::{Actor, Admin, AdminError};
use idp_core::flow::authenticator::AuthenticatorId;
use idp_core::id::LinkToken;
use idp_core::user::Username;

use crate::people::{LIMITS, count_wrong_answers, secret, sign_in, wrong_answers};
use crate::support::{PASSWORD, World, fields, now, rng};

const OTHER: &str = "gravel otter plum hums";

on_both!(
    a_person_chooses_a_password_with_a_link_once,
    a_password_link_judges_the_password_by_the_rules,
    a_password_link_forgets_wrong_passwords_and_no_other_wrong_answers,
    a_password_link_ends_with_a_later_one_another_password_or_the_account,
    one_kind_of_link_is_none_of_the_other,
);

fn link(world: &World) -> LinkToken {
    users::password_link(&world.admin(), "alice", 24, &mut rng()).unwrap()
}

/// The person with the link, at this time after it was made.
fn holder(world: &World, after: TimeDelta) -> Admin<'_> {
    Admin { now: now() + after, ..world.admin_as(Actor::PasswordLink) }
}

fn choose(world: &World, token: &LinkToken, password: &str) -> Result<Username, AdminError> {
    let holder = holder(world, TimeDelta::zero());
    users::choose_password(&holder, token, &secret(password), &mut rng())
}

fn is_dead(world: &World, token: &LinkToken) -> bool {
    let works = users::password_link_of(&world.store, token, now()).unwrap().is_some();
    let outcome = choose(world, token, OTHER);
    assert_eq!(works, outcome.is_ok());
    matches!(outcome, Err(AdminError::Conflict(_)))
}

fn password(world: &World) -> Option<String> {
    let person = world.person("alice").unwrap();
    let credential = person.credentials.get(&AuthenticatorId::from_static("basic-auth"));
    credential.map(|credential| credential.expose().to_owned())
}

/// C156, C214.
fn a_person_chooses_a_password_with_a_link_once(world: &World) {
    world.with_user("alice");
    sign_in(world, "alice");
    let (before, token) = (password(world), link(world));
    assert_eq!(choose(world, &token, OTHER).unwrap().as_str(), "alice");
    assert_ne!(password(world), before);
    assert!(users::sessions(&world.admin(), "alice", LIMITS).unwrap().is_empty());
    assert!(is_dead(world, &token));
    let text = world.audit_text();
    assert!(world.audited("user-password-link-made") && world.audited("user-password-chosen"));
    assert!(!text.contains(OTHER) && !text.contains(token.expose()), "{text}");
    assert!(!text.contains(token.id().as_str()), "{text}");
}

fn a_password_link_judges_the_password_by_the_rules(world: &World) {
    world.with_user("alice");
    let (before, token) = (password(world), link(world));
    assert_eq!(fields(choose(world, &token, "short")), ["password"]);
    assert_eq!(password(world), before);
    choose(world, &token, OTHER).unwrap();
}

fn a_password_link_forgets_wrong_passwords_and_no_other_wrong_answers(world: &World) {
    world.with_user("alice");
    count_wrong_answers(world);
    choose(world, &link(world), OTHER).unwrap();
    assert_eq!(wrong_answers(world), [(100, false), (1, true)]);
}

fn a_password_link_ends_with_a_later_one_another_password_or_the_account(world: &World) {
    world.with_user("alice");
    let (first, second) = (link(world), link(world));
    assert!(is_dead(world, &first));
    users::set_password(&world.admin(), "alice", &secret(PASSWORD), &mut rng()).unwrap();
    assert!(is_dead(world, &second));
    let third = link(world);
    users::disable(&world.admin(), "alice", &mut rng()).unwrap();
    assert!(is_dead(world, &third));
    let refused = users::password_link(&world.admin(), "alice", 24, &mut rng());
    assert!(matches!(refused, Err(AdminError::Conflict(_))));
    users::enable(&world.admin(), "alice", &mut rng()).unwrap();
    assert!(is_dead(world, &third));
    let fourth = link(world);
    let late = holder(world, TimeDelta::hours(24));
    let outcome = users::choose_password(&late, &fourth, &secret(OTHER), &mut rng());
    assert!(matches!(outcome, Err(AdminError::Conflict(_))));
    for hours in [0, 169] {
        let refused = users::password_link(&world.admin(), "alice", hours, &mut rng());
        assert_eq!(fields(refused), ["hours"]);
    }
}

fn one_kind_of_link_is_none_of_the_other(world: &World) {
    world.with_user("alice");
    let enrolment = users::enrolment_link(&world.admin(), "alice", 24, &mut rng()).unwrap();
    let password = link(world);
    assert!(is_dead(world, &enrolment));
    let enrols = |token| world.store.read(|r| users::enrolment_link_of(r, token, now())).unwrap();
    assert!(enrols(&password).is_none() && enrols(&enrolment).is_some());
    // A new password leaves the other link alone, a disabled account leaves none.
    choose(world, &password, OTHER).unwrap();
    assert!(enrols(&enrolment).is_some());
    users::disable(&world.admin(), "alice", &mut rng()).unwrap();
    assert!(enrols(&enrolment).is_none());
}
