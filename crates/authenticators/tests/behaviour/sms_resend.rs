//! Asking for another code: what it replaces, when it is possible, and what failures change.

use authenticators::sms_otp::SmsOtp;
use chrono::TimeDelta;
use idp_core::flow::authenticator::{
    Authenticator, Delivery, DenyReason, Entry, SendingPermission, Tone, Verdict,
};

use crate::english::english;
use crate::person::{Person, another, entered, message, passed, sms_otp, told};

/// Presses "Send a new code"; the code, if one was sent.
fn resend(person: &mut Person, otp: &SmsOtp) -> Result<String, String> {
    match person.submit(otp, &[("action", "resend")]) {
        Verdict::Incomplete { effect: Some(effect), .. } => {
            Ok(message(&effect).code.expose().clone())
        }
        other => Err(told(&other)),
    }
}

fn deliver(person: &mut Person, otp: &SmsOtp, outcome: Delivery) {
    let challenge = otp.delivered(person.challenge.as_ref().unwrap(), outcome, person.now);
    person.challenge = Some(challenge);
}

#[test]
fn a_new_code_kills_the_old_one() {
    let (otp, mut person) = (sms_otp(|_| {}), Person::new());
    let first = entered(&mut person, &otp);
    person.wait(30);
    let second = resend(&mut person, &otp).unwrap();
    assert_ne!(first, second);
    assert!(told(&person.submit(&otp, &[("code", &first)])).starts_with("wrong: "));
    assert!(passed(&person.submit(&otp, &[("code", &second)])));
}

#[test]
fn a_new_code_has_its_own_life_and_its_own_tries() {
    let (otp, mut person) = (sms_otp(|_| {}), Person::new());
    let first = entered(&mut person, &otp);
    for _ in 0..5 {
        person.submit(&otp, &[("code", &another(&first))]);
    }
    person.wait(299);
    let second = resend(&mut person, &otp).unwrap();
    person.wait(299);
    for _ in 0..4 {
        person.submit(&otp, &[("code", &another(&second))]);
    }
    assert!(passed(&person.submit(&otp, &[("code", &second)])));
}

#[test]
fn the_cool_down_is_kept_by_the_server_and_told() {
    let (otp, mut person) = (sms_otp(|_| {}), Person::new());
    let code = entered(&mut person, &otp);
    person.wait(12);
    assert_eq!(
        resend(&mut person, &otp).unwrap_err(),
        "incomplete: A new code can be sent in 18 seconds."
    );
    let action = &person.prompt(&otp).actions[0];
    assert_eq!((action.value, english(&action.label).as_str()), ("resend", "Send a new code"));
    assert_eq!(action.available_at, Some(person.now + TimeDelta::seconds(18)));
    assert!(passed(&person.submit(&otp, &[("code", &code)])));
    person.wait(18);
    assert_eq!(person.prompt(&otp).actions[0].available_at, None);
    assert!(resend(&mut person, &otp).is_ok());
}

#[test]
fn a_login_sends_so_many_codes_and_no_more() {
    let (otp, mut person) = (sms_otp(|config| config.max_sends = 3), Person::new());
    entered(&mut person, &otp);
    person.wait(30);
    resend(&mut person, &otp).unwrap();
    person.wait(30);
    let last = resend(&mut person, &otp).unwrap();
    person.wait(30);
    assert!(person.prompt(&otp).actions.is_empty());
    assert_eq!(
        resend(&mut person, &otp).unwrap_err(),
        "incomplete: No more codes can be sent in this sign-in. Use the last one you received."
    );
    assert!(passed(&person.submit(&otp, &[("code", &last)])));
    person.wait(300);
    assert!(told(&person.submit(&otp, &[("code", &last)])).contains("sign in again"));
    assert_eq!(resend(&mut person, &otp).unwrap_err(), "unavailable: TooManySends");
}

#[test]
fn coming_back_to_the_step_sends_nothing_while_a_code_is_good() {
    let (otp, mut person) = (sms_otp(|config| config.max_sends = 2), Person::new());
    let code = entered(&mut person, &otp);
    person.wait(100);
    assert!(matches!(person.enter(&otp), Entry::Ask { effect: None, .. }));
    assert!(passed(&person.submit(&otp, &[("code", &code)])));
    person.wait(300);
    assert!(matches!(person.enter(&otp), Entry::Ask { effect: Some(_), .. }));
    person.wait(300);
    assert!(matches!(person.enter(&otp), Entry::Ask { effect: None, .. }));
}

#[test]
fn when_sending_is_limited_the_page_says_when_a_code_can_be_had() {
    let (otp, mut person) = (sms_otp(|_| {}), Person::new());
    let until = person.now + TimeDelta::minutes(12);
    person.sending = SendingPermission::NotBefore(until);
    assert!(matches!(person.enter(&otp), Entry::Ask { challenge: Some(_), effect: None }));
    let prompt = person.prompt(&otp);
    assert_eq!(
        prompt.intro.as_ref().map(english).as_deref(),
        Some("A code can be sent to +94 ••• ••• •67 in 12 minutes.")
    );
    assert_eq!(prompt.actions[0].available_at, Some(until));
    assert_eq!(prompt.expires_at, None);
    assert!(told(&person.submit(&otp, &[("code", "123456")])).starts_with("incomplete: "));
    assert_eq!(
        resend(&mut person, &otp).unwrap_err(),
        "incomplete: A new code can be sent in 12 minutes."
    );
    person.wait(12 * 60);
    person.sending = SendingPermission::Allowed;
    let code = resend(&mut person, &otp).unwrap();
    assert!(passed(&person.submit(&otp, &[("code", &code)])));
}

#[test]
fn a_limit_that_ends_after_the_cool_down_is_the_one_that_counts() {
    let (otp, mut person) = (sms_otp(|_| {}), Person::new());
    entered(&mut person, &otp);
    let until = person.now + TimeDelta::seconds(90);
    person.sending = SendingPermission::NotBefore(until);
    assert_eq!(person.prompt(&otp).actions[0].available_at, Some(until));
    person.sending = SendingPermission::NotBefore(person.now + TimeDelta::seconds(10));
    let cooled = person.now + TimeDelta::seconds(30);
    assert_eq!(person.prompt(&otp).actions[0].available_at, Some(cooled));
}

#[test]
fn a_failed_delivery_is_told_and_needs_no_waiting() {
    let (otp, mut person) = (sms_otp(|_| {}), Person::new());
    entered(&mut person, &otp);
    deliver(&mut person, &otp, Delivery::Failed);
    let prompt = person.prompt(&otp);
    let notice = prompt.notice.unwrap();
    assert_eq!(notice.tone, Tone::Error);
    assert_eq!(english(&notice.text), "The message could not be sent. Press “Send a new code”.");
    assert_eq!(prompt.actions[0].available_at, None);
    assert!(resend(&mut person, &otp).is_ok());
    assert_eq!(person.prompt(&otp).notice, None);
}

#[test]
fn failed_deliveries_count_toward_the_cap() {
    let (otp, mut person) = (sms_otp(|config| config.max_sends = 2), Person::new());
    entered(&mut person, &otp);
    deliver(&mut person, &otp, Delivery::Failed);
    resend(&mut person, &otp).unwrap();
    deliver(&mut person, &otp, Delivery::Failed);
    let prompt = person.prompt(&otp);
    assert!(prompt.actions.is_empty());
    assert!(english(&prompt.notice.unwrap().text).contains("sign in again"));
    assert!(resend(&mut person, &otp).is_err());
}

#[test]
fn a_message_that_arrives_although_its_delivery_failed_still_counts() {
    let (otp, mut person) = (sms_otp(|_| {}), Person::new());
    let code = entered(&mut person, &otp);
    deliver(&mut person, &otp, Delivery::Failed);
    assert!(passed(&person.submit(&otp, &[("code", &code)])));
}

#[test]
fn an_accepted_delivery_is_told() {
    let (otp, mut person) = (sms_otp(|_| {}), Person::new());
    entered(&mut person, &otp);
    deliver(&mut person, &otp, Delivery::Accepted);
    let prompt = person.prompt(&otp);
    assert_eq!(
        prompt.intro.as_ref().map(english).as_deref(),
        Some("We sent a code to +94 ••• ••• •67.")
    );
    assert_eq!(prompt.notice, None);
}

#[test]
fn codes_go_to_allowed_countries_only() {
    let allowed = |countries: &[&str]| {
        sms_otp(|c| c.allowed_countries = countries.iter().map(|c| (*c).to_owned()).collect())
    };
    for (countries, number, served) in [
        (&[][..], "+94771234567", true),
        (&["LK", "DE"], "+94771234567", true),
        (&["DE"], "+94771234567", false),
        (&["US"], "+14155552671", true),
        // The same calling code, another country: Jamaica.
        (&["US"], "+18765551234", false),
    ] {
        let mut person = Person::new().with_number(number);
        let entry = person.enter(&allowed(countries));
        match entry {
            Entry::Ask { effect: Some(_), .. } => assert!(served, "{number} {countries:?}"),
            Entry::Unavailable(DenyReason::NumberNotServed) => {
                assert!(!served, "{number} {countries:?}");
            }
            _ => panic!("{number} {countries:?}"),
        }
    }
}
