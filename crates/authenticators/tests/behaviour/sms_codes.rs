//! Which codes are accepted, and for how long.

use authenticators::sms_otp::{Alphabet, SmsOtp};
use idp_core::flow::authenticator::{
    Authenticator, ClaimView, DenyReason, Entry, FieldKind, Subject, Verdict,
};
use idp_core::id::{LoginId, UserId};
use idp_core::user::Username;

use crate::english::english;
use crate::person::{NUMBER, Person, another, entered, message, passed, rng, sms_otp, told};

fn submit(person: &mut Person, otp: &SmsOtp, code: &str) -> Verdict {
    person.submit(otp, &[("code", code)])
}

#[test]
fn the_code_that_was_sent_passes() {
    let (otp, mut person) = (sms_otp(|_| {}), Person::new());
    let code = entered(&mut person, &otp);
    assert!(passed(&submit(&mut person, &otp, &code)));
}

#[test]
fn the_message_goes_to_the_number_of_the_profile_and_carries_the_code() {
    let (otp, mut person) = (sms_otp(|_| {}), Person::new().with_number("0094 77 123-4567"));
    let Entry::Ask { effect: Some(effect), .. } = person.enter(&otp) else { panic!() };
    let message = message(&effect);
    let code = message.code.expose();
    assert_eq!(message.to.expose(), NUMBER);
    assert_eq!(
        *message.body.expose(),
        format!(
            "{code} is your code for Pickup Dispatch. It is valid for 5 minutes. Never share it.\n@login.example.com #{code}"
        )
    );
}

#[test]
fn a_code_is_typed_in_any_grouping() {
    let otp = sms_otp(|config| config.alphabet = Alphabet::DigitsAndCapitals);
    let mut person = Person::new();
    let code = entered(&mut person, &otp).to_lowercase();
    let (head, tail) = code.split_at(3);
    assert!(passed(&submit(&mut person, &otp, &format!(" {head}-{tail} "))));
}

#[test]
fn a_code_expires() {
    let (otp, mut person) = (sms_otp(|c| c.lifetime_seconds = 60), Person::new());
    let code = entered(&mut person, &otp);
    person.wait(59);
    assert!(passed(&submit(&mut person, &otp, &code)));
    person.wait(1);
    let verdict = submit(&mut person, &otp, &code);
    assert_eq!(told(&verdict), "incomplete: The code has expired. Press “Send a new code”.");
    let verdict = submit(&mut person, &otp, &code);
    assert!(told(&verdict).starts_with("incomplete: There is no code"));
}

/// C167.
#[test]
fn a_wrong_code_is_counted_and_the_last_try_kills_it() {
    let (otp, mut person) = (sms_otp(|_| {}), Person::new());
    let code = entered(&mut person, &otp);
    let wrong = another(&code);
    for left in ["You have 4 more", "You have 3 more", "You have 2 more", "You have one more"] {
        let verdict = submit(&mut person, &otp, &wrong);
        assert!(told(&verdict).starts_with("wrong: ") && told(&verdict).contains(left));
    }
    let verdict = submit(&mut person, &otp, &wrong);
    assert_eq!(
        told(&verdict),
        "wrong: The code is not right, and after so many tries it is void. A new code can be sent in 30 seconds."
    );
    assert!(told(&submit(&mut person, &otp, &code)).starts_with("incomplete: There is no code"));
}

#[test]
fn what_has_not_the_form_of_a_code_is_no_attempt() {
    let (otp, mut person) = (sms_otp(|_| {}), Person::new());
    let code = entered(&mut person, &otp);
    for typed in ["12345", "1234567", "abcdef", "", "   "] {
        let verdict = submit(&mut person, &otp, typed);
        assert!(told(&verdict).starts_with("incomplete: "), "{typed}");
    }
    for _ in 0..20 {
        submit(&mut person, &otp, "12345");
    }
    assert!(passed(&submit(&mut person, &otp, &code)));
}

/// C166.
#[test]
fn a_code_is_good_for_its_own_login_person_and_number_only() {
    let otp = sms_otp(|_| {});
    let mut person = Person::new();
    let code = entered(&mut person, &otp);
    let moved: [fn(&mut Person); 3] = [
        |p| p.login = LoginId::new(p.now, &mut rng(99)),
        |p| p.user = UserId::new(p.now, &mut rng(99)),
        |p| p.set_number("+94771234568"),
    ];
    for move_it in moved {
        let mut elsewhere = Person { challenge: person.challenge.clone(), ..Person::new() };
        move_it(&mut elsewhere);
        let verdict = submit(&mut elsewhere, &otp, &code);
        assert!(told(&verdict).starts_with("incomplete: There is no code"), "{}", told(&verdict));
    }
    let other_key = sms_otp(|config| config.key = idp_core::secret::Secret::new(vec![8; 32]));
    assert!(!passed(&submit(&mut person, &other_key, &code)));
    let other_spelling = "(94) 77 123 4567";
    person.set_number(other_spelling);
    assert!(passed(&submit(&mut person, &otp, &code)));
}

/// C169.
#[test]
fn nothing_that_is_stored_or_logged_tells_the_code() {
    for seed in 0..20 {
        let (otp, mut person) = (sms_otp(|c| c.code_length = 10), Person::new());
        person.rng = rng(seed);
        let Entry::Ask { challenge: Some(challenge), effect: Some(effect) } = person.enter(&otp)
        else {
            panic!()
        };
        let code = message(&effect).code.expose();
        let stored = serde_json::to_string(&challenge).unwrap();
        for text in [stored, format!("{challenge:?}"), format!("{effect:?}")] {
            assert!(!text.contains(code.as_str()), "{text}");
            assert!(!text.contains("771234567"), "{text}");
        }
    }
}

/// C169.
#[test]
fn equal_codes_of_two_logins_are_stored_differently() {
    let otp = sms_otp(|_| {});
    let (mut one, mut two) = (Person::new(), Person::new());
    two.login = LoginId::new(two.now, &mut rng(99));
    assert_eq!(entered(&mut one, &otp), entered(&mut two, &otp));
    assert_ne!(one.challenge, two.challenge);
}

#[test]
fn without_a_usable_number_the_step_is_not_possible() {
    for number in ["", "0771234567", "n/a", "+94771234567, +94771234568"] {
        let entry = Person::new().with_number(number).enter(&sms_otp(|_| {}));
        assert!(matches!(entry, Entry::Unavailable(DenyReason::NotEnrolled)), "{number}");
    }
    let mut person = Person::new();
    person.claims = idp_core::claim::Claims::default();
    let entry = person.enter(&sms_otp(|_| {}));
    assert!(matches!(entry, Entry::Unavailable(DenyReason::NotEnrolled)));
}

#[test]
fn a_number_that_vanishes_ends_the_step() {
    let (otp, mut person) = (sms_otp(|_| {}), Person::new());
    let code = entered(&mut person, &otp);
    person.set_number("none");
    assert_eq!(told(&submit(&mut person, &otp, &code)), "unavailable: NotEnrolled");
}

#[test]
fn an_unreadable_challenge_fails_closed() {
    let (otp, mut person) = (sms_otp(|_| {}), Person::new());
    let code = entered(&mut person, &otp);
    person.challenge = Some(idp_core::flow::authenticator::Challenge::new(&"rubbish").unwrap());
    assert_eq!(told(&submit(&mut person, &otp, &code)), "unavailable: InternalError");
}

#[test]
fn the_page_shows_the_masked_number_and_the_form_of_the_code() {
    let (otp, mut person) = (sms_otp(|_| {}), Person::new());
    entered(&mut person, &otp);
    let prompt = person.prompt(&otp);
    assert_eq!(
        prompt.intro.as_ref().map(english).as_deref(),
        Some("A code is on its way to +94 ••• ••• •67.")
    );
    assert_eq!(english(&prompt.submit), "Continue");
    assert_eq!(
        prompt.fields[0].kind,
        FieldKind::OneTimeCode { shortest: 6, longest: 6, numeric: true }
    );
    assert_eq!(prompt.expires_at, Some(person.now + chrono::TimeDelta::seconds(300)));
    assert!(!format!("{prompt:?}").contains("12345"));
}

#[test]
fn sends_are_counted_by_the_number_in_its_one_spelling() {
    let otp = sms_otp(|_| {});
    let person = Person::new().with_number("94 77 1234567");
    let username = Username::parse("alice").unwrap();
    let subject = Subject {
        id: person.user,
        username: &username,
        claims: ClaimView::new(&person.claims, otp.claims()),
        credential: None,
    };
    assert_eq!(otp.recipient(&subject, None, None).unwrap().number.expose(), NUMBER);
}
