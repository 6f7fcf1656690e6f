//! What shows that it is the person, before a factor changes.

use chrono::TimeDelta;
use idp_admin::own_account::{self, Confirmation, Given, OwnError};
use idp_admin::users;
use idp_core::flow::chain::Chain;
use idp_core::flow::step_policy::StepPolicy;

use super::{NEW_NUMBER, Signed, without_factor};
use crate::support::{World, chain, rng};

on_both!(
    a_stolen_password_alone_changes_no_factor,
    what_was_passed_long_ago_changes_no_factor,
    who_has_nothing_enrolled_needs_a_link_or_a_fresh_account,
    a_link_is_used_up_by_what_it_let_through,
);

/// C156, C170, C172.
fn a_stolen_password_alone_changes_no_factor(world: &World) {
    world.with_user("alice");
    let thief = Signed::with(world, "alice", &["basic-auth"], TimeDelta::zero());
    assert!(matches!(thief.give(NEW_NUMBER), Err(OwnError::SignInAgain)));
    assert!(matches!(thief.backup_codes(), Err(OwnError::SignInAgain)));
    let asked = own_account::steps_to_confirm(&thief.own(), &only_password(world)).unwrap();
    let steps: Vec<(&str, StepPolicy)> =
        asked.steps().iter().map(|step| (step.options()[0].as_str(), step.policy())).collect();
    let required = StepPolicy::Required;
    assert_eq!(steps, [("basic-auth", required), ("sms-otp", required)]);
    // The same with backup codes in the place of a number.
    without_factor(world, "bob");
    users::generate_backup_codes(&world.admin(), "bob", &mut rng()).unwrap();
    let thief = Signed::with(world, "bob", &["basic-auth"], TimeDelta::zero());
    assert!(matches!(thief.give(NEW_NUMBER), Err(OwnError::SignInAgain)));
    assert_eq!(thief.number(), None);
}

fn what_was_passed_long_ago_changes_no_factor(world: &World) {
    world.with_user("alice");
    let factors = ["basic-auth", "sms-otp"];
    let stale = Signed::with(world, "alice", &factors, TimeDelta::minutes(6));
    assert!(matches!(stale.give(NEW_NUMBER), Err(OwnError::SignInAgain)));
    // Who is shown a form has three minutes left to send it.
    let late = Signed::with(world, "alice", &factors, TimeDelta::minutes(4));
    let shown = own_account::may_change_factors(&late.own());
    assert!(matches!(shown, Err(OwnError::SignInAgain)));
    assert!(matches!(late.give(NEW_NUMBER), Ok(Given::Sent(_))));
}

fn who_has_nothing_enrolled_needs_a_link_or_a_fresh_account(world: &World) {
    without_factor(world, "bob");
    let mut bob = Signed::with(world, "bob", &["basic-auth"], TimeDelta::zero());
    assert!(matches!(bob.give(NEW_NUMBER), Err(OwnError::Unproven)));
    assert!(matches!(bob.backup_codes(), Err(OwnError::Unproven)));
    bob.limits.fresh_account = TimeDelta::days(1);
    let code = bob.code_for(NEW_NUMBER);
    assert!(matches!(bob.confirm(&code), Ok(Confirmation::Done(_))));
    assert_eq!(bob.number().as_deref(), Some("+94779998877"));
}

fn a_link_is_used_up_by_what_it_let_through(world: &World) {
    without_factor(world, "bob");
    let mut bob = Signed::with(world, "bob", &["basic-auth"], TimeDelta::zero());
    bob.link = Some(users::enrolment_link(&world.admin(), "bob", 24, &mut rng()).unwrap());
    let code = bob.code_for(NEW_NUMBER);
    assert!(matches!(bob.confirm(&code), Ok(Confirmation::Done(_))));
    let again = bob.backup_codes();
    assert!(matches!(again, Err(OwnError::SignInAgain)), "the link works once");
    // That of somebody else is none.
    without_factor(world, "carol");
    let mut carol = Signed::with(world, "carol", &["basic-auth"], TimeDelta::zero());
    carol.link = Some(users::enrolment_link(&world.admin(), "bob", 24, &mut rng()).unwrap());
    assert!(matches!(carol.give(NEW_NUMBER), Err(OwnError::Unproven)));
}

fn only_password(world: &World) -> Chain {
    Chain::new(&chain(&["basic-auth"]), world.admin().rules.registry).unwrap()
}
