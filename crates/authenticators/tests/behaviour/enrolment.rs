//! A number given during the login: who may give one, and what becomes of it.

use idp_core::flow::authenticator::{
    Authenticator, AuthenticatorSettings, DenyReason, EnrolmentGrant, EnrolmentProof, Entry,
    Verdict,
};
use serde_json::json;

use crate::english::english;
use crate::person::{NUMBER, Person, another, entered, message, passed, sms_otp, told};

const GIVEN: &str = "+44 7700 900123";

fn enrolling(grant: Option<EnrolmentGrant>) -> Person {
    let settings: AuthenticatorSettings =
        serde_json::from_value(json!({"no_number": "enrol"})).unwrap();
    let mut person = Person { settings, enrolment: grant, ..Person::new() };
    person.set_number("");
    person
}

/// The code sent to the number that was just typed.
fn given(person: &mut Person, otp: &dyn Authenticator, number: &str) -> String {
    match person.submit(otp, &[("mobile", number)]) {
        Verdict::Incomplete { effect: Some(effect), .. } => {
            assert_eq!(message(&effect).to.expose(), "+447700900123");
            message(&effect).code.expose().clone()
        }
        other => panic!("no code was sent: {}", told(&other)),
    }
}

#[test]
fn a_fresh_account_gives_a_number_and_passes_with_its_code_only() {
    let (otp, mut person) = (sms_otp(|_| {}), enrolling(Some(EnrolmentGrant::FreshAccount)));
    assert!(matches!(person.enter(&otp), Entry::Ask { effect: None, .. }));
    assert_eq!(english(&person.prompt(&otp).title), "Add your mobile number");
    let code = given(&mut person, &otp, GIVEN);
    assert!(told(&person.submit(&otp, &[("code", &another(&code))])).starts_with("wrong"));
    let Verdict::Enrolled(enrolled) = person.submit(&otp, &[("code", &code)]) else {
        panic!("not enrolled")
    };
    assert_eq!(
        (enrolled.value.as_str(), enrolled.replaces.as_deref()),
        ("+447700900123", Some(""))
    );
    assert_eq!(enrolled.proof, EnrolmentProof::FreshAccount);
    assert_eq!(enrolled.notices.len(), 1);
}

#[test]
fn the_grant_of_a_fresh_account_takes_nobodys_number_away() {
    for number in [NUMBER, "no number at all"] {
        let (otp, mut person) = (sms_otp(|_| {}), enrolling(Some(EnrolmentGrant::FreshAccount)));
        person.set_number(number);
        person.enter(&otp);
        let verdict = person.submit(&otp, &[("mobile", GIVEN)]);
        assert!(!matches!(verdict, Verdict::Incomplete { effect: Some(_), .. }), "{number}");
    }
}

/// C155.
#[test]
fn without_the_policy_no_grant_counts() {
    let (otp, mut person) = (sms_otp(|_| {}), enrolling(Some(EnrolmentGrant::Link)));
    person.settings = AuthenticatorSettings::default();
    assert!(matches!(person.enter(&otp), Entry::Unavailable(DenyReason::NotEnrolled)));
}

#[test]
fn settings_that_cannot_be_read_let_nobody_enrol() {
    let (otp, mut person) = (sms_otp(|_| {}), enrolling(Some(EnrolmentGrant::Link)));
    person.settings = serde_json::from_value(json!({"no_number": "enrol", "x": 1})).unwrap();
    assert!(matches!(person.enter(&otp), Entry::Unavailable(DenyReason::NotEnrolled)));
}

#[test]
fn a_grant_that_ends_meanwhile_ends_the_enrolment() {
    let (otp, mut person) = (sms_otp(|_| {}), enrolling(Some(EnrolmentGrant::Link)));
    person.enter(&otp);
    let code = given(&mut person, &otp, GIVEN);
    person.enrolment = None;
    let verdict = person.submit(&otp, &[("code", &code)]);
    assert_eq!(told(&verdict), "unavailable: EnrolmentUnproven");
}

#[test]
fn a_number_is_given_again_when_it_was_mistyped_and_older_codes_are_void() {
    let (otp, mut person) = (sms_otp(|_| {}), enrolling(Some(EnrolmentGrant::Link)));
    person.enter(&otp);
    let first = given(&mut person, &otp, GIVEN);
    person.submit(&otp, &[("action", "new-number")]);
    let early = told(&person.submit(&otp, &[("mobile", "+447700900124")]));
    assert!(early.contains("in 30 seconds"), "{early}");
    person.wait(31);
    person.submit(&otp, &[("mobile", "+447700900124")]);
    assert!(!passed(&person.submit(&otp, &[("code", &first)])), "a code of another number");
}

#[test]
fn what_is_no_number_or_not_served_is_told_and_costs_no_message() {
    let otp = sms_otp(|config| config.allowed_countries = vec!["LK".to_owned()]);
    let mut person = enrolling(Some(EnrolmentGrant::Link));
    person.enter(&otp);
    for (typed, said) in [
        ("0771234567", "country code"),
        ("call me", "contains “c”"),
        (GIVEN, "country of this number"),
        ("+94771234567,+94771234568", "contains “,”"),
    ] {
        let told = told(&person.submit(&otp, &[("mobile", typed)]));
        assert!(told.contains(said), "{typed}: {told}");
    }
}

#[test]
fn with_a_link_who_has_a_number_can_replace_it_or_keep_it() {
    let (otp, mut person) = (sms_otp(|_| {}), enrolling(Some(EnrolmentGrant::Link)));
    person.set_number(NUMBER);
    entered(&mut person, &otp);
    person.submit(&otp, &[("action", "new-number")]);
    assert_eq!(english(&person.prompt(&otp).title), "Change your mobile number");
    person.submit(&otp, &[("action", "text-message")]);
    assert_eq!(english(&person.prompt(&otp).title), "Enter your code");
    person.submit(&otp, &[("action", "new-number")]);
    person.wait(31);
    let code = given(&mut person, &otp, GIVEN);
    let Verdict::Enrolled(enrolled) = person.submit(&otp, &[("code", &code)]) else {
        panic!("not enrolled")
    };
    assert_eq!(enrolled.replaces.as_deref(), Some(NUMBER));
    let told: Vec<&str> = enrolled.notices.iter().map(|n| n.to.expose().as_str()).collect();
    assert_eq!(told, ["+447700900123", NUMBER]);
    assert!(
        !enrolled.notices[1].body.expose().contains("7700900"),
        "the old number learns no other"
    );
}
