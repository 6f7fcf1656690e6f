//! Which authentication context class a login deserves, and which requests it can meet
//! (saml-core 3.3.2.2.1, REFEDS MFA).

// Always set here; it tells clippy that all of this is test code.
#![cfg(test)]

use idp_core::flow::authenticator::{
    Answer, Authenticator, AuthenticatorId, Entry, Factor, Facts, Prompt, Registry, Verdict,
};
use idp_core::flow::chain::{Chain, ChainError, StepWish};
use idp_core::flow::policy::{
    ContextPolicy, PassedStep, Unmet, can_meet, context_class, demands_every_step,
};
use idp_core::flow::step_policy::StepPolicy;
use idp_core::saml::request::{Comparison, RequestedAuthnContext};
use idp_core::saml::urn::context::{
    MOBILE_TWO_FACTOR_CONTRACT, PASSWORD, PASSWORD_PROTECTED_TRANSPORT, REFEDS_MFA, UNSPECIFIED,
};
use rand::RngCore;

/// A factor that says of itself what a password, a phone or a further question would.
struct Fake(&'static str, Factor);

impl Authenticator for Fake {
    fn id(&self) -> AuthenticatorId {
        AuthenticatorId::from_static(self.0)
    }

    fn display_name(&self) -> &'static str {
        self.0
    }

    fn factor(&self) -> Factor {
        self.1
    }

    fn identifies(&self) -> bool {
        self.0 == "password"
    }

    fn context_classes(&self) -> &'static [&'static str] {
        if self.identifies() { &[PASSWORD_PROTECTED_TRANSPORT, PASSWORD] } else { &[] }
    }

    fn multi_factor_classes(&self) -> &'static [&'static str] {
        if self.0 == "phone" { &[MOBILE_TWO_FACTOR_CONTRACT] } else { &[] }
    }

    fn enter(&self, _: &Facts<'_>, _: &mut dyn RngCore) -> Entry {
        unreachable!("no login happens here")
    }

    fn prompt(&self, _: &Facts<'_>) -> Prompt {
        unreachable!("no login happens here")
    }

    fn answer(&self, _: &Facts<'_>, _: &Answer, _: &mut dyn RngCore) -> Verdict {
        unreachable!("no login happens here")
    }
}

fn registry() -> Registry {
    Registry::new(vec![
        Box::new(Fake("password", Factor::Knowledge)),
        Box::new(Fake("phone", Factor::Possession)),
        Box::new(Fake("question", Factor::Knowledge)),
    ])
}

const STRICT: ContextPolicy<'_> = ContextPolicy { also_satisfies: &[], protected_transport: true };

fn ask(comparison: Comparison, classes: &[&str]) -> RequestedAuthnContext {
    let classes = classes.iter().map(|class| (*class).to_owned()).collect();
    RequestedAuthnContext { classes, comparison }
}

fn class_with(
    policy: ContextPolicy<'_>,
    passed: &[&'static str],
    asked: Option<(Comparison, &[&str])>,
) -> Result<String, Unmet> {
    // "phone*": by a substitute for the phone.
    let passed: Vec<_> = passed
        .iter()
        .map(|name| PassedStep {
            authenticator: AuthenticatorId::from_static(name.trim_end_matches('*')),
            substitute: name.ends_with('*'),
        })
        .collect();
    let asked = asked.map(|(comparison, classes)| ask(comparison, classes));
    context_class(&passed, &registry(), policy, asked.as_ref())
}

fn class(passed: &[&'static str], asked: Option<(Comparison, &[&str])>) -> Result<String, Unmet> {
    class_with(STRICT, passed, asked)
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with results")]
fn is(class: &str) -> Result<String, Unmet> {
    Ok(class.to_owned())
}

const BOTH: &[&str] = &["password", "phone"];

/// C056.
#[test]
fn unasked_the_strongest_class_of_the_steps_is_told() {
    assert_eq!(class(&["password"], None), is(PASSWORD_PROTECTED_TRANSPORT));
    assert_eq!(class(BOTH, None), is(REFEDS_MFA));
    assert_eq!(class(&["phone"], None), is(UNSPECIFIED));
    assert_eq!(class(&[], None), is(UNSPECIFIED));
}

/// C056.
#[test]
fn a_substitute_counts_as_its_factor_but_not_as_the_means_it_stands_in_for() {
    assert_eq!(class(&["password", "phone*"], None), is(REFEDS_MFA));
    let asked = |classes: &'static [&'static str]| Some((Comparison::Exact, classes));
    assert_eq!(class(&["password", "phone*"], asked(&[REFEDS_MFA])), is(REFEDS_MFA));
    let mobile = &[MOBILE_TWO_FACTOR_CONTRACT];
    assert_eq!(class(&["password", "phone*"], asked(mobile)), Err(Unmet));
    assert_eq!(class(&["password", "phone"], asked(mobile)), is(MOBILE_TWO_FACTOR_CONTRACT));
}

/// C056, C173.
#[test]
fn two_proofs_of_one_kind_are_not_multi_factor() {
    assert_eq!(class(&["password", "question"], None), is(PASSWORD_PROTECTED_TRANSPORT));
    for asked in [REFEDS_MFA, MOBILE_TWO_FACTOR_CONTRACT] {
        let answer = class(&["password", "question"], Some((Comparison::Exact, &[asked])));
        assert_eq!(answer, Err(Unmet));
    }
}

#[test]
fn without_tls_nothing_claims_a_protected_password() {
    let plain = ContextPolicy { also_satisfies: &[], protected_transport: false };
    assert_eq!(class_with(plain, &["password"], None), is(PASSWORD));
    let asked: (Comparison, &[&str]) = (Comparison::Exact, &[PASSWORD_PROTECTED_TRANSPORT]);
    assert_eq!(class_with(plain, &["password"], Some(asked)), Err(Unmet));
}

/// C052, C054.
#[test]
fn exact_takes_the_first_class_in_the_order_of_the_request_that_holds() {
    let exact = |passed, classes| class(passed, Some((Comparison::Exact, classes)));
    assert_eq!(exact(&["password"], &[REFEDS_MFA, PASSWORD]), is(PASSWORD));
    assert_eq!(
        exact(BOTH, &[MOBILE_TWO_FACTOR_CONTRACT, REFEDS_MFA]),
        is(MOBILE_TWO_FACTOR_CONTRACT)
    );
    assert_eq!(exact(BOTH, &[REFEDS_MFA, MOBILE_TWO_FACTOR_CONTRACT]), is(REFEDS_MFA));
    assert_eq!(exact(&["password"], &[REFEDS_MFA]), Err(Unmet));
    assert_eq!(exact(&["password"], &["urn:example:unknown"]), Err(Unmet));
    assert_eq!(exact(BOTH, &[UNSPECIFIED]), is(UNSPECIFIED));
    // Case and blanks count: these are names, not words.
    assert_eq!(exact(BOTH, &["HTTPS://REFEDS.ORG/profile/mfa"]), Err(Unmet));
}

#[test]
fn a_multi_factor_login_goes_by_a_weaker_name_only_where_the_service_provider_allows_it() {
    let asked: (Comparison, &[&str]) = (Comparison::Exact, &[PASSWORD_PROTECTED_TRANSPORT]);
    assert_eq!(class(BOTH, Some(asked)), Err(Unmet));
    let weaker = [PASSWORD_PROTECTED_TRANSPORT.to_owned()];
    let lenient = ContextPolicy { also_satisfies: &weaker, protected_transport: true };
    assert_eq!(class_with(lenient, BOTH, Some(asked)), is(PASSWORD_PROTECTED_TRANSPORT));
    let password: (Comparison, &[&str]) = (Comparison::Exact, &[PASSWORD]);
    assert_eq!(class_with(lenient, BOTH, Some(password)), Err(Unmet));
    // And never the other way round.
    let mfa = [REFEDS_MFA.to_owned()];
    let wrong_way = ContextPolicy { also_satisfies: &mfa, protected_transport: true };
    let asked: (Comparison, &[&str]) = (Comparison::Exact, &[REFEDS_MFA]);
    assert_eq!(class_with(wrong_way, &["password"], Some(asked)), Err(Unmet));
}

/// C055.
#[test]
fn minimum_and_better_compare_strength_and_know_nothing_of_strangers() {
    let minimum = |passed, classes| class(passed, Some((Comparison::Minimum, classes)));
    assert_eq!(minimum(&["password"], &[PASSWORD]), is(PASSWORD_PROTECTED_TRANSPORT));
    assert_eq!(minimum(BOTH, &[PASSWORD_PROTECTED_TRANSPORT]), is(REFEDS_MFA));
    assert_eq!(minimum(&["password"], &[REFEDS_MFA]), Err(Unmet));
    assert_eq!(minimum(&["password"], &[REFEDS_MFA, PASSWORD]), is(PASSWORD_PROTECTED_TRANSPORT));
    assert_eq!(minimum(BOTH, &["urn:example:unknown"]), Err(Unmet));
    let better = |passed, classes| class(passed, Some((Comparison::Better, classes)));
    assert_eq!(better(BOTH, &[PASSWORD_PROTECTED_TRANSPORT]), is(REFEDS_MFA));
    assert_eq!(better(&["password"], &[PASSWORD_PROTECTED_TRANSPORT]), Err(Unmet));
    assert_eq!(better(BOTH, &[PASSWORD, REFEDS_MFA]), Err(Unmet), "better than each of them");
    assert_eq!(better(BOTH, &[PASSWORD, "urn:example:unknown"]), Err(Unmet));
}

/// C055.
#[test]
fn maximum_never_exceeds_what_was_named() {
    let maximum = |passed, classes| class(passed, Some((Comparison::Maximum, classes)));
    assert_eq!(maximum(&["password"], &[PASSWORD]), is(PASSWORD));
    assert_eq!(maximum(&["password"], &[REFEDS_MFA]), is(PASSWORD_PROTECTED_TRANSPORT));
    assert_eq!(maximum(BOTH, &[REFEDS_MFA]), is(REFEDS_MFA));
    assert_eq!(maximum(BOTH, &[PASSWORD]), Err(Unmet));
    assert_eq!(maximum(BOTH, &["urn:example:unknown"]), Err(Unmet));
}

/// A chain of required steps, or with a policy on the second.
fn chain(steps: &[&[&str]], second: StepPolicy) -> Chain {
    let mut wishes: Vec<StepWish> = steps
        .iter()
        .map(|step| step.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>().into())
        .collect();
    if let Some(wish) = wishes.get_mut(1) {
        wish.policy = second;
    }
    Chain::new(&wishes, &registry()).expect("a good chain")
}

#[test]
fn a_chain_is_asked_for_what_any_way_through_it_can_meet() {
    let mfa = ask(Comparison::Exact, &[REFEDS_MFA]);
    let meets = |steps: &[&[&str]], asked| {
        can_meet(&chain(steps, StepPolicy::Required), &registry(), STRICT, asked)
    };
    assert!(!meets(&[&["password"]], Some(&mfa)));
    assert!(!meets(&[&["password"], &["question"]], Some(&mfa)));
    assert!(meets(&[&["password"], &["phone"]], Some(&mfa)));
    assert!(meets(&[&["password"], &["question", "phone"]], Some(&mfa)));
    assert!(meets(&[&["password"]], None));
}

#[test]
fn a_step_that_some_may_leave_out_can_be_passed_or_not() {
    let mfa = ask(Comparison::Exact, &[REFEDS_MFA]);
    let password = ask(Comparison::Exact, &[PASSWORD_PROTECTED_TRANSPORT]);
    let steps: &[&[&str]] = &[&["password"], &["phone"]];
    for policy in [StepPolicy::UnlessDisabled, StepPolicy::WhenEnrolled] {
        let chain = chain(steps, policy);
        assert!(can_meet(&chain, &registry(), STRICT, Some(&mfa)));
        assert!(can_meet(&chain, &registry(), STRICT, Some(&password)));
    }
    let required = chain(steps, StepPolicy::Required);
    assert!(!can_meet(&required, &registry(), STRICT, Some(&password)));
}

#[test]
fn nothing_may_be_left_out_when_only_the_whole_chain_meets_the_request() {
    let demands = |steps: &[&[&str]], policy, asked: Option<(Comparison, &[&str])>| {
        let asked = asked.map(|(comparison, classes)| ask(comparison, classes));
        demands_every_step(&chain(steps, policy), &registry(), STRICT, asked.as_ref())
    };
    let policy = StepPolicy::UnlessDisabled;
    let two: &[&[&str]] = &[&["password"], &["phone"]];
    assert!(demands(two, policy, Some((Comparison::Exact, &[REFEDS_MFA]))));
    assert!(demands(two, policy, Some((Comparison::Better, &[PASSWORD_PROTECTED_TRANSPORT]))));
    assert!(!demands(two, policy, Some((Comparison::Minimum, &[PASSWORD]))));
    assert!(!demands(two, policy, Some((Comparison::Exact, &[REFEDS_MFA, PASSWORD]))));
    assert!(!demands(two, policy, None));
    // The second factor is required anyway; the step in between adds nothing to the request.
    let three: &[&[&str]] = &[&["password"], &["question"], &["phone"]];
    assert!(!demands(three, policy, Some((Comparison::Exact, &[REFEDS_MFA]))));
}

#[test]
fn the_first_step_cannot_have_a_policy_that_lets_anybody_past_it() {
    for policy in [StepPolicy::UnlessDisabled, StepPolicy::WhenEnrolled] {
        let wish = StepWish { any: vec!["password".to_owned()], policy };
        assert_eq!(
            Chain::new(&[wish], &registry()),
            Err(vec![ChainError::FirstStepMayBeSkipped(policy)])
        );
    }
}

#[test]
fn a_chain_is_written_without_policies_unless_it_has_some() {
    let steps: &[&[&str]] = &[&["password"], &["question", "phone"]];
    let plain = chain(steps, StepPolicy::Required);
    assert_eq!(serde_json::json!(plain), serde_json::json!([["password"], ["question", "phone"]]));
    let with_policy = chain(steps, StepPolicy::WhenEnrolled);
    let json = serde_json::json!(with_policy);
    let second = serde_json::json!({"any": ["question", "phone"], "policy": "when-enrolled"});
    assert_eq!(json[1], second);
    assert_eq!(serde_json::from_value::<Chain>(json).expect("a chain"), with_policy);
}
