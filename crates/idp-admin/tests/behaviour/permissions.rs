//! Every changing operation asks for the right to change before it does anything.

use idp_admin::config_file::{self, PlanError, Surroundings};
use idp_admin::service_providers::{self, ServiceProviderPatch};
use idp_admin::sms_gateways::Direction;
use idp_admin::users::{self, NewUser};
use idp_admin::{Actor, AdminError, claims, sms_gateways, trust};
use idp_core::id::{GatewayId, UserId};
use idp_core::secret::Secret;
use idp_core::user::{Role, Username};
use idp_store::SendOutcome;
use std::path::Path;

use crate::support::{PASSWORD, SP, World, at, now, rng};

fn person(role: Role) -> Actor {
    Actor::User {
        id: UserId::new(now(), &mut rng()),
        username: Username::parse("oscar").unwrap(),
        roles: vec![role],
    }
}

fn forbidden<T>(outcome: Result<T, AdminError>) -> bool {
    outcome.is_err_and(|error| matches!(error, AdminError::Forbidden { .. }))
}

fn an_operator_reads_and_unlocks_but_changes_nothing(world: &World) {
    world.with_service_provider(&["basic-auth"]);
    world.with_user("alice");
    let admin = world.admin_as(person(Role::Operator));
    let password = Secret::new(PASSWORD.to_owned());
    let new =
        NewUser { username: "mallory", password: None, roles: Vec::new(), claims: Vec::new() };
    let nothing = ServiceProviderPatch::default();
    let before = world.audit_rows();

    assert!(forbidden(users::add(&admin, new, &mut rng())));
    assert!(forbidden(users::set_password(&admin, "alice", &password, &mut rng())));
    assert!(forbidden(users::set_claim(&admin, "alice", "mobile", &[], &mut rng())));
    assert!(forbidden(users::set_roles(&admin, "alice", vec![Role::Administrator], &mut rng())));
    assert!(forbidden(users::disable(&admin, "alice", &mut rng())));
    assert!(forbidden(users::enable(&admin, "alice", &mut rng())));
    assert!(forbidden(users::password_link(&admin, "alice", 24, &mut rng())));
    assert!(forbidden(users::end_sessions(&admin, "alice", &mut rng())));
    let other = "https://other.example.org";
    assert!(forbidden(service_providers::add(
        &admin,
        other,
        &at("https://a.example/"),
        &mut rng()
    )));
    assert!(forbidden(service_providers::change(&admin, SP, &nothing, &mut rng())));
    assert!(forbidden(service_providers::remove(&admin, SP, &mut rng())));
    assert!(forbidden(claims::ensure_catalogue(&admin, &mut rng())));
    assert!(forbidden(claims::save(&admin, &claims::default_claims()[0], &mut rng())));
    assert!(forbidden(sms_gateways::remove(&admin, "any", &mut rng())));
    assert!(forbidden(sms_gateways::definition_by_name(&admin, "any")));
    let id = GatewayId::new(now(), &mut rng());
    assert!(forbidden(sms_gateways::for_sending(&admin, id)));
    assert!(forbidden(sms_gateways::set_enabled(&admin, id, false, &mut rng())));
    assert!(forbidden(sms_gateways::move_one(&admin, id, Direction::Up, &mut rng())));
    assert!(forbidden(sms_gateways::remove_by_id(&admin, id, &mut rng())));
    let failed = SendOutcome::Failed;
    assert!(forbidden(sms_gateways::note_test(&admin, "any", failed, &[], &mut rng())));
    assert!(forbidden(trust::look_into(&admin, b"", None)));
    assert!(forbidden(trust::import_chosen(&admin, &[], &mut rng())));
    let surroundings =
        Surroundings { now: now(), directory: Some(Path::new("")), environment: &|_| None };
    let plan = config_file::plan(&admin, ("x.toml", ""), surroundings, &mut rng());
    assert!(matches!(plan, Err(PlanError::Admin(AdminError::Forbidden { .. }))));
    assert_eq!(world.audit_rows(), before);

    users::unlock(&admin, "alice", &mut rng()).unwrap();
    users::list(&admin, None, 10).unwrap();
    service_providers::list(&admin).unwrap();
    sms_gateways::list(&admin).unwrap();
}

fn an_auditor_does_not_even_unlock(world: &World) {
    world.with_user("alice");
    let admin = world.admin_as(person(Role::Auditor));
    assert!(forbidden(users::unlock(&admin, "alice", &mut rng())));
    assert_eq!(users::list(&admin, None, 10).unwrap().len(), 1);
}

fn the_audit_trail_names_who_did_it(world: &World) {
    world.with_user("alice");
    let admin = world.admin_as(person(Role::Administrator));
    users::disable(&admin, "alice", &mut rng()).unwrap();
    assert!(world.audit_text().contains("user oscar"));
}

on_both!(
    an_operator_reads_and_unlocks_but_changes_nothing,
    an_auditor_does_not_even_unlock,
    the_audit_trail_names_who_did_it,
);
