//! Personal access tokens.

use chrono::TimeDelta;
use idp_admin::access_tokens::{NewToken, Scope, bearer, create, list, list_all, revoke};
use idp_admin::{Actor, Admin, AdminError};
use idp_core::user::Role;

use crate::support::{World, fields, now, rng};

fn wish<'a>(scopes: &'a [&'a str]) -> NewToken<'a> {
    NewToken { name: "Nightly export", scopes, days: 30, longest: 90 }
}

/// An administrator's own operations.
fn as_person<'a>(world: &'a World, name: &str) -> Admin<'a> {
    world.with_user(name);
    let roles = vec![Role::Administrator];
    idp_admin::users::set_roles(&world.admin(), name, roles, &mut rng()).unwrap();
    let user = world.user(name);
    world.admin_as(Actor::User { id: user.id, username: user.username, roles: user.roles })
}

fn a_token_opens_what_it_is_for_until_it_ends(world: &World) {
    let ann = as_person(world, "ann");
    let made = create(&ann, "ann", wish(&["users:write"]), &mut rng()).unwrap();
    let found = bearer(&world.store, &made.secret, now()).unwrap().expect("works");
    assert!(found.require(Scope::UsersRead).is_ok());
    assert!(found.require(Scope::KeysRead).is_err());
    let end = now() + TimeDelta::days(30);
    assert!(bearer(&world.store, &made.secret, end).unwrap().is_none());
    assert!(!world.audit_text().contains(made.secret.expose()));
    assert!(!format!("{made:?}").contains(made.secret.expose()));
}

fn a_token_makes_no_tokens_and_revokes_those_of_its_owner(world: &World) {
    let ann = as_person(world, "ann");
    let made = create(&ann, "ann", wish(&["users:write"]), &mut rng()).unwrap();
    let found = bearer(&world.store, &made.secret, now()).unwrap().expect("works");
    let program = world.admin_as(found.actor());
    let refused = create(&program, "ann", wish(&["users:write"]), &mut rng());
    assert!(matches!(refused, Err(AdminError::Forbidden { .. })));
    assert!(list_all(&program, None).is_err());
    let other = create(&as_person(world, "ben"), "ben", wish(&["users:read"]), &mut rng()).unwrap();
    let listed: Vec<_> = list(&program).unwrap().into_iter().map(|token| token.id).collect();
    assert_eq!(listed, [made.token.id], "those of others are not seen");
    let refused = revoke(&program, other.token.id, &mut rng());
    assert!(matches!(refused, Err(AdminError::NotFound { .. })));
    revoke(&program, made.token.id, &mut rng()).unwrap();
    assert!(bearer(&world.store, &made.secret, now()).unwrap().is_none());
}

fn tokens_of_others_are_neither_made_nor_found(world: &World) {
    let (ann, ben) = (as_person(world, "ann"), as_person(world, "ben"));
    assert!(create(&ann, "ben", wish(&["users:read"]), &mut rng()).is_err());
    let made = create(&ben, "ben", wish(&["users:read"]), &mut rng()).unwrap();
    let refused = revoke(&ann, made.token.id, &mut rng());
    assert!(matches!(refused, Err(AdminError::NotFound { .. })));
    assert!(list(&ann).unwrap().is_empty());
    assert_eq!(list_all(&world.admin(), None).unwrap().len(), 1);
    revoke(&ben, made.token.id, &mut rng()).unwrap();
    assert!(bearer(&world.store, &made.secret, now()).unwrap().is_none());
    assert!(world.audited("access-token-revoked"));
}

fn everything_wrong_is_told_at_once(world: &World) {
    let ann = as_person(world, "ann");
    let wrong = NewToken { name: " ", scopes: &["everything"], days: 91, longest: 90 };
    assert_eq!(fields(create(&ann, "ann", wrong, &mut rng())), ["name", "days", "scopes"]);
}

on_both!(
    a_token_opens_what_it_is_for_until_it_ends,
    a_token_makes_no_tokens_and_revokes_those_of_its_owner,
    tokens_of_others_are_neither_made_nor_found,
    everything_wrong_is_told_at_once,
);
