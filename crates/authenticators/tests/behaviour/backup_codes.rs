//! Backup codes: each works once, in either form, with or without a message or a number.

use authenticators::sms_otp::{BackupCode, BackupCodeHasher, Enrolment, SmsOtp};
use chrono::TimeDelta;
use idp_core::flow::authenticator::{
    AttemptPermission, Authenticator, Challenge, Delivery, DenyReason, Entry, FieldKind, Verdict,
};

use crate::english::english;
use crate::person::{Person, entered, passed, rng, sms_otp, told};

/// Somebody with these backup codes.
fn with_codes(list: &str) -> Person {
    let mut person = Person::new();
    let codes = BackupCode::parse_lists([list]).unwrap();
    let mut enrolment = Enrolment::default();
    let hasher = BackupCodeHasher::new(&[7; 32]).unwrap();
    hasher.set(&mut enrolment, person.user, &codes, &mut rng(5));
    person.credential = Some(enrolment.to_credential().unwrap());
    person
}

fn type_backup(person: &mut Person, otp: &SmsOtp, code: &str) -> String {
    told(&person.submit(otp, &[("backup_code", code)]))
}

fn labels(person: &Person, otp: &SmsOtp) -> Vec<String> {
    person.prompt(otp).actions.iter().map(|action| english(&action.label)).collect()
}

#[test]
fn a_backup_code_passes_once_in_the_field_for_the_code() {
    let (otp, mut person) = (sms_otp(|_| {}), with_codes("10300,21390"));
    entered(&mut person, &otp);
    assert_eq!(told(&person.submit(&otp, &[("code", " 10300 ")])), "passed by substitute: 1 left");
    let again = person.submit(&otp, &[("code", "10300")]);
    assert!(!passed(&again), "{}", told(&again));
    assert_eq!(told(&person.submit(&otp, &[("code", "21390")])), "passed by substitute: 0 left");
}

#[test]
fn a_backup_code_passes_in_a_form_of_its_own_that_tells_how_many_are_left() {
    let (otp, mut person) = (sms_otp(|_| {}), with_codes("1234567890,1234567891,1234567892"));
    entered(&mut person, &otp);
    assert_eq!(labels(&person, &otp), ["Send a new code", "Use a backup code"]);
    person.submit(&otp, &[("action", "backup")]);
    let prompt = person.prompt(&otp);
    assert_eq!(english(&prompt.title), "Enter a backup code");
    assert!(english(&prompt.intro.unwrap()).contains("You have 3 left"));
    assert_eq!(prompt.notice, None);
    assert_eq!(prompt.fields[0].kind, FieldKind::BackupCode { shortest: 1, longest: 64 });
    assert_eq!(type_backup(&mut person, &otp, "12345 67890"), "passed by substitute: 2 left");
    let warned = person.prompt(&otp).notice.unwrap();
    let told = english(&warned.text);
    assert!(told.contains("almost no backup codes"), "{told}");
}

#[test]
fn the_person_can_turn_back_and_the_code_that_was_sent_is_still_good() {
    let (otp, mut person) = (sms_otp(|_| {}), with_codes("1234567890"));
    let code = entered(&mut person, &otp);
    person.submit(&otp, &[("action", "backup")]);
    assert_eq!(labels(&person, &otp), ["Use a code by text message"]);
    person.submit(&otp, &[("action", "text-message")]);
    assert_eq!(english(&person.prompt(&otp).title), "Enter your code");
    assert!(passed(&person.submit(&otp, &[("code", &code)])));
}

#[test]
fn without_backup_codes_nothing_is_said_of_them() {
    let (otp, mut person) = (sms_otp(|_| {}), Person::new());
    entered(&mut person, &otp);
    assert_eq!(labels(&person, &otp), ["Send a new code"]);
    let kind = FieldKind::OneTimeCode { shortest: 6, longest: 6, numeric: true };
    assert_eq!(person.prompt(&otp).fields[0].kind, kind);
    person.submit(&otp, &[("action", "backup")]);
    assert_eq!(english(&person.prompt(&otp).title), "Enter your code");
    assert!(type_backup(&mut person, &otp, "123456").starts_with("incomplete: You have no backup"));
}

#[test]
fn the_field_for_the_code_takes_as_many_digits_as_backup_codes_have() {
    let (otp, mut person) = (sms_otp(|_| {}), with_codes("1030,1234567890"));
    entered(&mut person, &otp);
    let kind = FieldKind::OneTimeCode { shortest: 4, longest: 10, numeric: true };
    assert_eq!(person.prompt(&otp).fields[0].kind, kind);
}

#[test]
fn backup_codes_work_when_the_message_failed_and_when_no_more_are_sent() {
    let (otp, mut person) = (sms_otp(|c| c.max_sends = 1), with_codes("1234567890"));
    entered(&mut person, &otp);
    let challenge: &Challenge = person.challenge.as_ref().unwrap();
    person.challenge = Some(otp.delivered(challenge, Delivery::Failed, person.now));
    assert_eq!(labels(&person, &otp), ["Use a backup code"]);
    person.wait(301);
    let refused = told(&person.submit(&otp, &[("action", "resend")]));
    assert!(refused.contains("Press “Use a backup code”"), "{refused}");
    assert_eq!(type_backup(&mut person, &otp, "1234567890"), "passed by substitute: 0 left");
}

#[test]
fn without_a_number_the_form_for_backup_codes_is_shown_at_once() {
    let (otp, mut person) = (sms_otp(|_| {}), with_codes("1234567890"));
    person.claims = idp_core::claim::Claims::default();
    let Entry::Ask { effect: None, .. } = person.enter(&otp) else { panic!("no step") };
    assert_eq!(english(&person.prompt(&otp).title), "Enter a backup code");
    assert!(labels(&person, &otp).is_empty());
    for button in ["resend", "text-message"] {
        let told = told(&person.submit(&otp, &[("action", button)]));
        assert!(told.contains("no number"), "{told}");
    }
    assert_eq!(type_backup(&mut person, &otp, "1234567890"), "passed by substitute: 0 left");
    // With the last one gone there is no way left.
    let entry = person.enter(&otp);
    assert!(matches!(entry, Entry::Unavailable(DenyReason::NotEnrolled)));
}

#[test]
fn a_wrong_backup_code_is_an_attempt_with_a_substitute_and_does_not_touch_the_code() {
    let (otp, mut person) = (sms_otp(|_| {}), with_codes("1234567890"));
    let code = entered(&mut person, &otp);
    for field in ["backup_code", "code"] {
        for _ in 0..7 {
            let told = told(&person.submit(&otp, &[(field, "1234567899")]));
            assert_eq!(
                told,
                "wrong: The code is not right, or it was used before. Check it and try again."
            );
        }
    }
    assert!(passed(&person.submit(&otp, &[("code", &code)])));
}

#[test]
fn what_cannot_be_a_backup_code_is_no_attempt() {
    let (otp, mut person) = (sms_otp(|_| {}), with_codes("1234567890"));
    entered(&mut person, &otp);
    let too_long = "1".repeat(65);
    for typed in ["-", "abcdef", too_long.as_str(), "   "] {
        assert!(type_backup(&mut person, &otp, typed).starts_with("incomplete: "), "{typed}");
    }
    let tries = |person: &Person, fields: &[(&str, &str)]| person.tries_substitute(&otp, fields);
    assert!(tries(&person, &[("backup_code", "1234567899")]));
    assert!(tries(&person, &[("code", "1234567899")]));
    assert!(!tries(&person, &[("code", "123456")]), "no backup code has six digits");
    assert!(!tries(&person, &[("backup_code", "1234567899"), ("action", "text-message")]));
}

#[test]
fn after_too_many_wrong_backup_codes_none_is_judged_but_the_sent_code_is() {
    let (otp, mut person) = (sms_otp(|_| {}), with_codes("1234567890"));
    let code = entered(&mut person, &otp);
    person.substitutes = AttemptPermission::NotBefore(person.now + TimeDelta::seconds(40));
    let told = type_backup(&mut person, &otp, "1234567890");
    assert_eq!(
        told,
        "incomplete: There were too many wrong backup codes. Another can be tried in 40 seconds."
    );
    assert!(!passed(&person.submit(&otp, &[("code", "1234567890")])));
    person.substitutes = AttemptPermission::Locked;
    assert!(type_backup(&mut person, &otp, "1234567890").contains("Ask your administrator"));
    assert!(passed(&person.submit(&otp, &[("code", &code)])));
}

#[test]
fn somebody_elses_credential_and_an_unreadable_one_pass_nobody() {
    let (otp, mut person) = (sms_otp(|_| {}), with_codes("1234567890"));
    person.user = idp_core::id::UserId::new(person.now, &mut rng(77));
    assert!(type_backup(&mut person, &otp, "1234567890").starts_with("wrong: "));
    person.credential = Some(idp_core::flow::authenticator::Credential::new("nonsense".to_owned()));
    let verdict = person.submit(&otp, &[("backup_code", "1234567890")]);
    assert!(matches!(verdict, Verdict::Unavailable(DenyReason::InternalError)));
}
