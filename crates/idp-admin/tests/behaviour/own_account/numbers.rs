//! Another mobile number: only once its code came back, as often as the limits allow.

use chrono::TimeDelta;
use idp_admin::own_account::{self, Confirmation, Given, OwnError, resend_code};
use idp_admin::users;

use super::{NEW_NUMBER, Signed, without_factor};
use crate::support::{World, now, rng};

on_both!(
    a_number_counts_once_its_code_came_back,
    a_change_goes_on_only_in_the_session_in_which_it_began,
    a_number_is_not_confirmed_by_a_proof_that_is_gone,
    wrong_codes_count_like_those_of_logins,
    codes_to_new_numbers_are_limited_like_every_other,
);

/// C170.
fn a_number_counts_once_its_code_came_back(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let code = alice.code_for(NEW_NUMBER);
    assert_eq!(alice.number().as_deref(), Some("+94771234567"), "nothing changes before the code");
    let mobile = own_account::mobile(&alice.own()).unwrap();
    assert_eq!(mobile.number.as_deref(), Some("+94 ••• ••• •67"));
    assert_eq!(mobile.pending.unwrap().number, "+94779998877");
    assert_eq!(mobile.verified_at, None, "an administrator set the old one");
    let Ok(Confirmation::Done(changed)) = alice.confirm(&code) else { panic!("not confirmed") };
    assert_eq!(alice.number().as_deref(), Some("+94779998877"));
    let at = own_account::mobile(&alice.own()).unwrap().verified_at;
    assert_eq!(at, Some(alice.now), "the code went to exactly this number");
    let told: Vec<&str> =
        changed.notices.iter().map(|notice| notice.to.expose().as_str()).collect();
    assert_eq!(told, ["+94779998877", "+94771234567"], "the new number and the old one");
    assert!(matches!(alice.confirm(&code), Ok(Confirmation::Over)), "a code works once");
    assert!(world.audited("account.number-changed"));
    let trail = world.audit_text();
    assert!(!trail.contains("9998877") && !trail.contains(&code), "no number, no code: {trail}");
    assert!(trail.contains("user alice"));
}

fn a_change_goes_on_only_in_the_session_in_which_it_began(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let code = alice.code_for(NEW_NUMBER);
    let elsewhere = Signed::fully(world, "alice");
    assert!(matches!(elsewhere.confirm(&code), Ok(Confirmation::Over)));
    assert_eq!(alice.number().as_deref(), Some("+94771234567"));
    assert!(matches!(alice.confirm(&code), Ok(Confirmation::Done(_))));
}

fn a_number_is_not_confirmed_by_a_proof_that_is_gone(world: &World) {
    // The number that was the proof was taken away, for it was in wrong hands.
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let code = alice.code_for(NEW_NUMBER);
    users::set_claim(&world.admin(), "alice", "mobile", &[], &mut rng()).unwrap();
    assert!(matches!(alice.confirm(&code), Err(OwnError::Unproven)));
    assert_eq!(alice.number(), None);
    // The account was fresh and without a factor, and has one by now.
    without_factor(world, "bob");
    let mut bob = Signed::with(world, "bob", &["basic-auth"], TimeDelta::zero());
    bob.limits.fresh_account = TimeDelta::days(1);
    let code = bob.code_for("+94 77 999 8878");
    users::generate_backup_codes(&world.admin(), "bob", &mut rng()).unwrap();
    assert!(matches!(bob.confirm(&code), Err(OwnError::Unproven)));
    assert_eq!(bob.number(), None);
}

/// C157.
fn wrong_codes_count_like_those_of_logins(world: &World) {
    world.with_user("alice");
    let mut alice = Signed::fully(world, "alice");
    alice.limits.attempts.free = 2;
    let code = alice.code_for(NEW_NUMBER);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..2 {
        assert!(matches!(alice.confirm(wrong), Ok(Confirmation::NotYet(_))));
    }
    assert!(matches!(alice.confirm(&code), Err(OwnError::Throttled(_))), "not even the right one");
    let counted = users::wrong_answers(&world.admin(), "alice", &alice.limits.attempts).unwrap();
    assert_eq!(counted.iter().map(|wrong| wrong.count).collect::<Vec<_>>(), [2]);
    alice.now = now() + TimeDelta::seconds(6);
    assert!(matches!(alice.confirm(&code), Ok(Confirmation::Done(_))));
}

fn codes_to_new_numbers_are_limited_like_every_other(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    assert!(matches!(alice.give(NEW_NUMBER), Ok(Given::Sent(_))));
    assert!(matches!(alice.give("+94779998878"), Ok(Given::Refused(_))), "a cool-down is on");
    assert!(matches!(resend_code(&alice.own(), &mut rng()), Ok(Given::Refused(_))));
    // Beginning anew is no way around the limits of the account.
    let mut sent = 1;
    for number in 0..9 {
        own_account::give_up_number(&alice.own()).unwrap();
        let given = alice.give(&format!("+9477555000{number}")).unwrap();
        sent += usize::from(matches!(given, Given::Sent(_)));
    }
    assert_eq!(sent, 5);
}
