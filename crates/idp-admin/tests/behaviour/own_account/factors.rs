//! Backup codes, the switch for codes by text message, and the messages that tell of both.

use chrono::TimeDelta;
use idp_admin::own_account::{self, OwnError, WhyFixed, set_sms_otp_disabled, sms_otp_choice};
use idp_admin::{claims, service_providers};
use idp_core::claim::ClaimUri;
use idp_core::flow::step_policy::StepPolicy;

use super::Signed;
use crate::support::{SP, World, at, chain, rng};

on_both!(
    codes_are_switched_off_only_where_an_administrator_leaves_it_to_people,
    backup_codes_are_made_anew_and_told,
    notices_are_bounded,
);

fn codes_are_switched_off_only_where_an_administrator_leaves_it_to_people(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let fixed = || sms_otp_choice(&alice.own()).unwrap().fixed;
    assert_eq!(fixed(), Some(WhyFixed::ClaimReadOnly));
    let list = claims::list(&world.admin()).unwrap();
    let claim = list.into_iter().find(|claim| claim.uri == ClaimUri::SMS_OTP_DISABLED).unwrap();
    let open = idp_core::claim::ClaimDefinition { read_only: false, ..claim };
    claims::save(&world.admin(), &open, &mut rng()).unwrap();
    assert_eq!(fixed(), Some(WhyFixed::NoApplication));
    let refused = set_sms_otp_disabled(&alice.own(), true, &mut rng());
    assert!(matches!(refused, Err(OwnError::AdministratorDecides)));
    let mut steps = chain(&["basic-auth", "sms-otp"]);
    steps[1].policy = StepPolicy::UnlessDisabled;
    let mut patch = at("https://sp.example.org/acs");
    patch.steps = Some(steps);
    service_providers::add(&world.admin(), SP, &patch, &mut rng()).unwrap();
    assert_eq!(fixed(), None);
    // Switching codes off takes the code; switching them on takes nothing.
    let thief = Signed::with(world, "alice", &["basic-auth"], TimeDelta::zero());
    let refused = set_sms_otp_disabled(&thief.own(), true, &mut rng());
    assert!(matches!(refused, Err(OwnError::SignInAgain)));
    assert_eq!(set_sms_otp_disabled(&alice.own(), true, &mut rng()).unwrap().len(), 1);
    assert!(sms_otp_choice(&alice.own()).unwrap().disabled);
    assert_eq!(set_sms_otp_disabled(&thief.own(), false, &mut rng()).unwrap().len(), 1);
    assert!(!sms_otp_choice(&alice.own()).unwrap().disabled);
    assert!(world.audited("account.sms-otp-disabled") && world.audited("account.sms-otp-enabled"));
}

fn backup_codes_are_made_anew_and_told(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let first = alice.backup_codes().unwrap();
    let second = alice.backup_codes().unwrap();
    assert_eq!((first.codes.len(), second.codes.len(), first.changed.notices.len()), (10, 10, 1));
    assert_ne!(first.codes[0].expose(), second.codes[0].expose());
    let status = own_account::overview(&alice.own()).unwrap().backup_codes;
    assert_eq!((status.left, status.total), (10, 10));
    assert!(!world.audit_text().contains(second.codes[0].expose().as_str()));
}

fn notices_are_bounded(world: &World) {
    world.with_user("alice");
    let alice = Signed::fully(world, "alice");
    let made = (0..15).map(|_| alice.backup_codes().unwrap());
    assert_eq!(made.map(|made| made.changed.notices.len()).sum::<usize>(), 10);
}
