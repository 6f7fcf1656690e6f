//! Another password: by who knows the present one and has shown what is enrolled.

use chrono::TimeDelta;
use idp_admin::own_account::{Confirmation, OwnError, change_password, may_change_password};
use idp_admin::{AdminError, users};

use super::{NEW_NUMBER, OTHER, Signed, secret, without_factor};
use crate::support::{PASSWORD, World, rng};

on_both!(
    a_password_is_changed_by_who_knows_it_and_ends_other_sessions,
    wrong_present_passwords_count_like_those_of_logins,
    a_session_without_the_enrolled_factor_changes_no_password,
    a_number_that_waits_for_its_code_goes_on_in_the_renewed_session,
);

fn a_password_is_changed_by_who_knows_it_and_ends_other_sessions(world: &World) {
    world.with_user("alice");
    let (alice, elsewhere) = (Signed::fully(world, "alice"), Signed::fully(world, "alice"));
    let change = |current: &str, new: &str| {
        change_password(&alice.own(), &secret(current), &secret(new), &mut rng())
    };
    let fields = |outcome: Result<_, OwnError>| match outcome {
        Err(OwnError::Admin(AdminError::Invalid(problems))) => problems[0].field.clone(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("no error"),
    };
    assert_eq!(fields(change(OTHER, OTHER)), "current_password");
    assert_eq!(fields(change(PASSWORD, PASSWORD)), "password");
    assert_eq!(fields(change(PASSWORD, "short")), "password");
    assert!(elsewhere.is_live());
    let changed = change(PASSWORD, OTHER).unwrap();
    assert_eq!(changed.notices.len(), 1);
    assert!(changed.notices[0].body.expose().contains("password"));
    alice.goes_on_in(&changed);
    assert!(!elsewhere.is_live());
    assert_eq!(fields(change(PASSWORD, OTHER)), "current_password", "the old one is gone");
    assert!(world.audited("account.password-changed"));
    assert!(world.audited("account.password-refused"));
    assert!(!world.audit_text().contains(OTHER));
}

/// C157.
fn wrong_present_passwords_count_like_those_of_logins(world: &World) {
    world.with_user("alice");
    let mut alice = Signed::fully(world, "alice");
    alice.limits.attempts.free = 1;
    let change =
        |current: &str| change_password(&alice.own(), &secret(current), &secret(OTHER), &mut rng());
    assert!(matches!(change(OTHER), Err(OwnError::Admin(AdminError::Invalid(_)))));
    assert!(matches!(change(PASSWORD), Err(OwnError::Throttled(_))));
    assert_eq!(
        users::wrong_answers(&world.admin(), "alice", &alice.limits.attempts).unwrap().len(),
        1
    );
}

fn a_session_without_the_enrolled_factor_changes_no_password(world: &World) {
    world.with_user("alice");
    without_factor(world, "bob");
    users::generate_backup_codes(&world.admin(), "bob", &mut rng()).unwrap();
    let (now, long_ago) = (TimeDelta::zero(), TimeDelta::minutes(6));
    let refused = |person: &Signed<'_>| {
        let change = change_password(&person.own(), &secret(PASSWORD), &secret(OTHER), &mut rng());
        assert!(matches!(change, Err(OwnError::SignInAgain)), "{}", person.name);
        assert!(matches!(may_change_password(&person.own()), Err(OwnError::SignInAgain)));
        assert!(person.is_live());
    };
    // A number, and backup codes alone; a code of a while ago shows nothing any more.
    refused(&Signed::with(world, "alice", &["basic-auth"], now));
    refused(&Signed::with(world, "bob", &["basic-auth"], now));
    refused(&Signed::with(world, "alice", &["basic-auth", "sms-otp"], long_ago));
    let limits = Signed::fully(world, "alice").limits.attempts;
    let counted = users::wrong_answers(&world.admin(), "alice", &limits).unwrap();
    assert!(counted.is_empty(), "what is not judged is no guess");
    assert!(!world.audited("account.password-changed"));
    // Who has nothing enrolled has nothing else to show.
    without_factor(world, "carol");
    let carol = Signed::with(world, "carol", &["basic-auth"], now);
    may_change_password(&carol.own()).unwrap();
    for name in ["alice", "bob", "carol"] {
        let person = Signed::fully(world, name);
        let change = change_password(&person.own(), &secret(PASSWORD), &secret(OTHER), &mut rng());
        person.goes_on_in(&change.unwrap());
    }
}

fn a_number_that_waits_for_its_code_goes_on_in_the_renewed_session(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let code = alice.code_for(NEW_NUMBER);
    let changed = change_password(&alice.own(), &secret(PASSWORD), &secret(OTHER), &mut rng());
    alice.goes_on_in(&changed.unwrap());
    alice.backup_codes().unwrap();
    assert!(matches!(alice.confirm(&code), Ok(Confirmation::Done(_))));
}
