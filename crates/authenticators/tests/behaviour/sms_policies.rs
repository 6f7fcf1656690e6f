//! What `sms-otp` says of a person when the policy of a step asks.

use idp_core::claim::{ClaimUri, Claims};
use idp_core::flow::authenticator::{Authenticator, ClaimView, Subject};
use idp_core::flow::step_policy::{SkipReason, StepPolicy};
use idp_core::user::Username;

use crate::person::{Person, sms_otp};

/// Opted out, and enrolled.
fn asked_of(claims: &[(ClaimUri, &str)]) -> (bool, bool) {
    let (sms_otp, person) = (sms_otp(|_| {}), Person::new());
    let mut of_person = Claims::default();
    for (claim, value) in claims {
        of_person.set(claim.clone(), vec![(*value).to_owned()]);
    }
    let username = Username::parse("alice").unwrap();
    let subject = Subject {
        id: person.user,
        username: &username,
        claims: ClaimView::new(&of_person, sms_otp.claims()),
        credential: None,
    };
    let waived = |policy: StepPolicy| policy.waives(&sms_otp, &subject);
    assert_eq!(waived(StepPolicy::Required), None, "a required step was waived");
    assert_eq!(
        waived(StepPolicy::UnlessDisabled),
        sms_otp.opted_out(&subject).then_some(SkipReason::OptedOut)
    );
    assert_eq!(
        waived(StepPolicy::WhenEnrolled),
        (!sms_otp.enrolled(&subject)).then_some(SkipReason::NotEnrolled)
    );
    (sms_otp.opted_out(&subject), sms_otp.enrolled(&subject))
}

#[test]
fn a_person_opts_out_by_the_claim_in_any_case_and_by_nothing_else() {
    for (value, opted_out) in [
        ("true", true),
        ("True", true),
        ("tRUE", true),
        ("  true\t", true),
        ("false", false),
        ("", false),
        ("true,false", false),
        ("1", false),
        ("on", false),
    ] {
        assert_eq!(asked_of(&[(ClaimUri::SMS_OTP_DISABLED, value)]).0, opted_out, "{value:?}");
    }
    assert!(!asked_of(&[]).0);
}

#[test]
fn a_person_is_enrolled_by_a_number_even_a_damaged_one() {
    for (value, enrolled) in [("+94771234567", true), ("call me", true), (" ", false), ("", false)]
    {
        assert_eq!(asked_of(&[(ClaimUri::MOBILE, value)]).1, enrolled, "{value:?}");
    }
    assert!(!asked_of(&[]).1);
}
