//! Sessions: one's own, and those of nobody else.

use idp_admin::own_account::{
    self, OwnAccount, OwnError, end_other_sessions, end_session, profile, set_profile,
};
use idp_admin::{AdminError, users};

use super::{NEW_NUMBER, Signed, without_factor};
use crate::support::{World, rng};

on_both!(
    a_session_of_somebody_else_is_not_found,
    a_session_that_ended_or_an_account_that_is_off_changes_nothing,
    an_administrator_is_no_owner,
);

fn a_session_of_somebody_else_is_not_found(world: &World) {
    world.with_user("alice");
    without_factor(world, "bob");
    let (alice, bob) = (Signed::fully(world, "alice"), Signed::fully(world, "bob"));
    let refused = end_session(&alice.own(), &bob.session(), &mut rng());
    assert!(matches!(refused, Err(OwnError::Admin(AdminError::NotFound { .. }))));
    let elsewhere = Signed::fully(world, "alice");
    assert_eq!(own_account::sessions(&alice.own()).unwrap().len(), 2);
    end_session(&alice.own(), &elsewhere.session(), &mut rng()).unwrap();
    let third = Signed::fully(world, "alice");
    assert_eq!(end_other_sessions(&alice.own(), &mut rng()).unwrap(), 1);
    assert!(alice.is_live() && bob.is_live() && !third.is_live() && !elsewhere.is_live());
}

fn a_session_that_ended_or_an_account_that_is_off_changes_nothing(world: &World) {
    world.with_user("alice");
    without_factor(world, "bob");
    let alice = Signed::fully(world, "alice");
    // The session of one person is none of another.
    let mixed = Signed { name: "bob", ..Signed::fully(world, "alice") };
    assert!(matches!(save_blindly(&mixed), Err(OwnError::SignedOut)));
    let elsewhere = Signed::fully(world, "alice");
    end_other_sessions(&alice.own(), &mut rng()).unwrap();
    assert!(matches!(save_blindly(&elsewhere), Err(OwnError::SignedOut)));
    users::disable(&world.admin(), "alice", &mut rng()).unwrap();
    assert!(matches!(save_blindly(&alice), Err(OwnError::SignedOut)));
    assert!(matches!(alice.give(NEW_NUMBER), Err(OwnError::SignedOut)));
}

fn an_administrator_is_no_owner(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let own = OwnAccount { admin: world.admin(), ..alice.own() };
    let refused = profile(&own);
    assert!(matches!(refused, Err(OwnError::Admin(AdminError::Forbidden { .. }))));
    // And an owner is no administrator.
    let listed = users::list(&alice.own().admin, None, 1);
    assert!(matches!(listed, Err(AdminError::Forbidden { .. })));
}

fn save_blindly(person: &Signed<'_>) -> Result<(), OwnError> {
    let wishes = [("lastname".to_owned(), vec!["Lee".to_owned()])];
    set_profile(&person.own(), 1, &wishes, &mut rng())
}
