//! Backup codes of accounts: shown once, kept as hashes, never a claim.

use authenticators::sms_otp::{Enrolment, SmsOtp};
use idp_admin::config_file::{self, Plan, PlanReport};
use idp_admin::users::{self, NewUser};
use idp_core::claim::ClaimUri;
use idp_core::secret::Secret;

use crate::support::files::Place;
use crate::support::{World, fields, now, rng};

fn total(world: &World, username: &str) -> (usize, usize) {
    let status = users::backup_code_status(&world.admin(), username).unwrap();
    (status.total, status.left)
}

fn stored(world: &World, username: &str) -> String {
    let person = world.person(username).unwrap();
    person.credentials.get(&SmsOtp::ID).map_or_else(String::new, |c| c.expose().to_owned())
}

fn set(world: &World, value: &str) -> Vec<String> {
    let values: Vec<String> = vec![value.to_owned()];
    users::set_claim(&world.admin(), "alice", "otpbackupcodes", &values, &mut rng()).unwrap()
}

fn ten_codes_are_made_and_the_old_ones_are_void(world: &World) {
    world.with_user("alice");
    assert_eq!(total(world, "alice"), (0, 0));
    let first = users::generate_backup_codes(&world.admin(), "alice", &mut rng()).unwrap();
    let before = stored(world, "alice");
    let second = users::generate_backup_codes(&world.admin(), "alice", &mut rng()).unwrap();
    assert_eq!(total(world, "alice"), (10, 10));
    assert_ne!(stored(world, "alice"), before);
    for code in first.iter().chain(&second) {
        let digits: String = code.expose().chars().filter(char::is_ascii_digit).collect();
        assert_eq!(digits.len(), 10);
        for text in [stored(world, "alice"), world.audit_text()] {
            assert!(!text.contains(&digits) && !text.contains(code.expose()), "a code is stored");
        }
    }
    users::clear_backup_codes(&world.admin(), "alice", &mut rng()).unwrap();
    assert_eq!(total(world, "alice"), (0, 0));
    assert!(world.audited("backup-codes.generated") && world.audited("backup-codes.cleared"));
}

fn the_claim_becomes_hashes_and_is_never_a_claim(world: &World) {
    world.with_user("alice");
    let warnings = set(world, " 10300, 21390,10300 ");
    assert_eq!(total(world, "alice"), (2, 2));
    assert_eq!(world.user("alice").claims.values(&ClaimUri::BACKUP_CODES), &[] as &[String]);
    assert!(warnings[0].starts_with("2 of the backup codes have fewer than 6 digits"));
    assert!(set(world, "1234567890").is_empty());
    let everything =
        format!("{:?} {} {}", world.user("alice"), stored(world, "alice"), world.audit_text());
    for code in ["10300", "21390", "1234567890"] {
        assert!(!everything.contains(code), "{code}");
    }
    users::set_claim(&world.admin(), "alice", "otpbackupcodes", &[], &mut rng()).unwrap();
    assert_eq!(total(world, "alice"), (0, 0));
}

fn an_account_can_begin_with_codes(world: &World) {
    let claims = vec![
        ("otpbackupcodes".to_owned(), vec!["103001".to_owned(), "213901,213902".to_owned()]),
        ("mobile".to_owned(), vec!["+94771234567".to_owned()]),
    ];
    let user = NewUser { username: "dora", password: None, roles: Vec::new(), claims };
    users::add(&world.admin(), user, &mut rng()).unwrap();
    assert_eq!(total(world, "dora"), (3, 3));
}

fn a_list_with_a_mistake_changes_nothing(world: &World) {
    world.with_user("alice");
    set(world, "1234567890");
    let wrong = Secret::new("10300,two".to_owned());
    let set = users::set_backup_codes(&world.admin(), "alice", &wrong, &mut rng());
    assert_eq!(fields(set), ["backup_codes"]);
    let values = vec!["123,12x".to_owned()];
    let set = users::set_claim(&world.admin(), "alice", "otpbackupcodes", &values, &mut rng());
    assert_eq!(fields(set), ["claims.otpbackupcodes"]);
    assert_eq!(total(world, "alice"), (1, 1));
}

fn a_used_code_is_not_made_good_by_setting_the_list_again(world: &World) {
    world.with_user("alice");
    set(world, "1234567890,1234567891");
    let used = stored(world, "alice").replacen(
        r#""used_at":null"#,
        r#""used_at":"2026-11-23T08:00:00Z""#,
        1,
    );
    let user = world.user("alice").id;
    let used = idp_core::flow::authenticator::Credential::new(used);
    world.store.write(|w| w.set_credential(user, &SmsOtp::ID, &used, now())).unwrap();
    set(world, "1234567890,1234567891");
    assert_eq!(total(world, "alice"), (2, 1));
    assert!(Enrolment::read(Some(&used)).is_some());
}

fn plan(world: &World, text: &str) -> Plan {
    let environment = &[("CODES", "10300,21390")];
    let place = Place { name: "codes.toml", beside: &[], environment };
    place.plan(world, text).unwrap_or_else(|error| panic!("{error}"))
}

fn a_configuration_file_sets_codes_once_and_shows_none(world: &World) {
    for text in [
        "[[user]]\nusername = \"dora\"\nbackup_codes = { env = \"CODES\" }\n",
        "[[user]]\nusername = \"emil\"\nclaims = { otpbackupcodes = \"10300,21390\" }\n",
    ] {
        let first = plan(world, text);
        let report = format!("{}{:?}", PlanReport::of(&first), first.warnings());
        assert!(report.contains("2 codes (hidden)"), "{report}");
        assert!(report.contains("fewer than 6 digits"), "{report}");
        assert!(!report.contains("10300"), "{report}");
        config_file::apply(&world.admin(), first, &mut rng()).unwrap();
        assert!(plan(world, text).is_empty(), "the second time something changes");
    }
    assert_eq!(total(world, "dora"), (2, 2));
    assert_eq!(total(world, "emil"), (2, 2));
}

on_both! {
    ten_codes_are_made_and_the_old_ones_are_void,
    the_claim_becomes_hashes_and_is_never_a_claim,
    an_account_can_begin_with_codes,
    a_list_with_a_mistake_changes_nothing,
    a_used_code_is_not_made_good_by_setting_the_list_again,
    a_configuration_file_sets_codes_once_and_shows_none,
}
