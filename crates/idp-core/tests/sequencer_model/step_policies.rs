//! Who must pass a step: what a policy makes of a person's facts, choice by choice, and what it can
//! never do. Sequences of events are played in `model`.

use chrono::TimeDelta;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::{
    Answer, AuthenticatorId, CompletedStep, DenyReason, Factor, Phrase,
};
use idp_core::flow::chain::Chain;
use idp_core::flow::login::{
    Decision, Login, LoginEvent, Opening, Outcome, Purpose, Start, StepView, View,
};
use idp_core::flow::step_policy::SkipReason;
use idp_core::id::{LoginId, ServiceProviderId, SessionToken};
use idp_core::session::Session;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use crate::world::{CHAINS, HAVE, KNOW, LACKS, OFF, TOUCH, World, is_named};

/// One login of the first person, with the answers that come to it.
struct Attempt {
    world: World,
    rng: StdRng,
    login: Login,
}

impl Attempt {
    /// Begins a login with this chain. Its JSON is read as it is: the sequencer must not rely on
    /// what the rules for administrators allow.
    fn begin(chain: &Value, must_not_skip: bool) -> Self {
        let world = World::new();
        let mut rng = StdRng::seed_from_u64(1);
        let chain: Chain = serde_json::from_value(chain.clone()).expect("a chain");
        let start = open(&world, &chain, must_not_skip, None, &mut rng);
        let Start::Ask(login) = start else { panic!("nobody is known yet") };
        let decision = login.enter(&world.situation(None), &mut rng);
        Self { login: decision.login, world, rng }
    }

    fn set(mut self, claim: &ClaimUri, names: &[&str]) -> Self {
        self.world.users[0].user.claims.set(claim.clone(), vec![names.join(",")]);
        self
    }

    fn send(&mut self, fields: &[(&str, &str)]) -> Decision {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let person = self.world.users[0].clone();
        let situation = self.world.situation(Some(&person));
        let answer = Answer::new(fields);
        let decision = self.login.clone().answer(&situation, &answer, &mut self.rng);
        self.login = decision.login.clone();
        decision
    }

    /// The person gives the right secret of the first step.
    fn password(&mut self) -> Decision {
        self.send(&[("username", "alice"), ("secret", KNOW)])
    }

    fn view(&self) -> View {
        let person = self.world.users[0].clone();
        self.login.view(&self.world.situation(Some(&person)))
    }

    fn step(&self) -> StepView {
        match self.view() {
            View::Step(step) => *step,
            other => panic!("no step is shown: {other:?}"),
        }
    }
}

fn open(
    world: &World,
    chain: &Chain,
    must_not_skip: bool,
    session: Option<&Session>,
    rng: &mut StdRng,
) -> Start {
    Login::open(Opening {
        id: LoginId::new(world.now, rng),
        chain,
        purpose: Purpose::Request {
            service_provider: ServiceProviderId::new(world.now, rng),
            request_id: "_r".to_owned(),
        },
        force_authn: false,
        must_not_skip,
        session,
        person: session.map(|_| &world.users[0]),
        registry: &world.registry,
        now: world.now,
        lifetime: TimeDelta::minutes(15),
    })
}

fn skips(decision: &Decision) -> Vec<(Vec<AuthenticatorId>, SkipReason)> {
    let skip = |event: &LoginEvent| match event {
        LoginEvent::StepSkipped { authenticators, reason } => {
            Some((authenticators.clone(), *reason))
        }
        _ => None,
    };
    decision.events.iter().filter_map(skip).collect()
}

fn unless_disabled(names: &[&str]) -> Value {
    json!({"any": names, "policy": "unless-disabled"})
}

fn when_enrolled(names: &[&str]) -> Value {
    json!({"any": names, "policy": "when-enrolled"})
}

#[test]
fn a_choice_is_narrowed_to_what_the_person_did_not_opt_out_of() {
    let chain = json!([[KNOW], unless_disabled(&[HAVE, TOUCH])]);
    let mut login = Attempt::begin(&chain, false).set(&OFF, &[HAVE]);
    let decision = login.password();
    assert!(skips(&decision).is_empty(), "one of two was opted out of");
    assert_eq!(login.step().prompt.title, Phrase::literal(TOUCH));
    assert!(!login.step().can_choose);
    // Naming the other one all the same leads nowhere.
    login.send(&[("action", "choose")]);
    login.send(&[("method", HAVE)]);
    assert_eq!(login.step().prompt.title, Phrase::literal(TOUCH));
    assert!(matches!(login.send(&[("secret", TOUCH)]).outcome, Outcome::Finished(_)));
}

#[test]
fn a_step_is_left_out_only_when_every_choice_of_it_is_waived() {
    let chain = json!([[KNOW], unless_disabled(&[HAVE, TOUCH])]);
    let mut login = Attempt::begin(&chain, false).set(&OFF, &[HAVE, TOUCH]);
    let decision = login.password();
    let both = vec![AuthenticatorId::from_static(HAVE), AuthenticatorId::from_static(TOUCH)];
    assert_eq!(skips(&decision), [(both, SkipReason::OptedOut)]);
    let Outcome::Finished(subject) = decision.outcome else { panic!("not finished") };
    assert_eq!(subject.steps().len(), 1, "a skipped step counts as passed");
    assert_eq!(subject.skipped().len(), 1);
}

#[test]
fn one_policy_does_not_answer_for_another() {
    for (step, claim) in [(unless_disabled(&[HAVE]), LACKS), (when_enrolled(&[HAVE]), OFF)] {
        let mut login = Attempt::begin(&json!([[KNOW], step]), false).set(&claim, &[HAVE]);
        assert!(is_named(&login.world.users[0], &claim, HAVE));
        assert!(skips(&login.password()).is_empty(), "{claim}");
        assert_eq!(login.step().prompt.title, Phrase::literal(HAVE));
    }
}

#[test]
fn steps_that_are_left_out_are_not_counted_on_the_page() {
    let chain = json!([[KNOW], when_enrolled(&[HAVE]), [TOUCH]]);
    let mut login = Attempt::begin(&chain, false).set(&LACKS, &[HAVE]);
    let decision = login.password();
    assert_eq!(skips(&decision)[0].1, SkipReason::NotEnrolled);
    assert_eq!((login.step().number, login.step().count), (2, 2));
    // The form still tells the third step from the second.
    assert_eq!(login.login.position(), 2);
    let mut all = Attempt::begin(&chain, false);
    all.password();
    assert_eq!((all.step().number, all.step().count), (2, 3));
}

/// C153.
#[test]
fn starting_over_brings_back_what_was_left_out() {
    let chain = json!([[KNOW], when_enrolled(&[HAVE]), [TOUCH]]);
    let mut login = Attempt::begin(&chain, false).set(&LACKS, &[HAVE]);
    login.password();
    login = login.set(&LACKS, &[]);
    login.send(&[("action", "restart")]);
    assert_eq!(login.login.position(), 0);
    login.password();
    assert_eq!(login.step().prompt.title, Phrase::literal(HAVE));
}

#[test]
fn a_request_that_needs_every_step_gets_every_step() {
    let chain = json!([[KNOW], unless_disabled(&[HAVE])]);
    let mut login = Attempt::begin(&chain, true).set(&OFF, &[HAVE]);
    assert!(skips(&login.password()).is_empty());
    assert_eq!(login.step().prompt.title, Phrase::literal(HAVE));
}

#[test]
fn the_first_step_is_never_left_out_whatever_was_stored() {
    let chain = json!([unless_disabled(&[KNOW]), [HAVE]]);
    let mut login = Attempt::begin(&chain, false).set(&OFF, &[KNOW]);
    assert_eq!(login.login.position(), 0);
    assert_eq!(login.step().prompt.title, Phrase::literal(KNOW));
    // Nor for a session that knows the person and proves the other step.
    let mut rng = StdRng::seed_from_u64(2);
    let chain = serde_json::from_value(chain).expect("a chain");
    let session = session(&login.world, HAVE);
    let start = open(&login.world, &chain, false, Some(&session), &mut rng);
    assert!(matches!(start, Start::Ask(_)), "the first step was left out");
    assert!(skips(&login.password()).is_empty());
}

/// C154.
#[test]
fn an_authenticator_that_this_server_lacks_is_not_left_out() {
    for step in [unless_disabled(&["retina"]), when_enrolled(&[HAVE, "retina"])] {
        let mut login = Attempt::begin(&json!([[KNOW], step]), false)
            .set(&OFF, &["retina", HAVE])
            .set(&LACKS, &["retina", HAVE]);
        let decision = login.password();
        let missing = matches!(decision.outcome, Outcome::Denied(DenyReason::AuthenticatorMissing));
        assert!(missing, "{:?}", decision.outcome);
    }
}

#[test]
fn a_step_without_authenticators_is_not_left_out_either() {
    let chain = json!([[KNOW], unless_disabled(&[])]);
    let decision = Attempt::begin(&chain, false).password();
    assert!(matches!(decision.outcome, Outcome::Denied(DenyReason::InternalError)));
}

#[test]
fn a_session_is_judged_by_today_s_facts() {
    let mut world = World::new();
    let mut rng = StdRng::seed_from_u64(3);
    let chain = serde_json::from_value(json!([[KNOW], unless_disabled(&[HAVE])])).expect("a chain");
    let session = session(&world, KNOW);
    assert!(!session.proves(&chain));
    let asked = open(&world, &chain, false, Some(&session), &mut rng);
    assert!(matches!(asked, Start::Ask(_)));
    world.users[0].user.claims.set(OFF, vec![HAVE.to_owned()]);
    match open(&world, &chain, false, Some(&session), &mut rng) {
        Start::Complete(subject) => assert_eq!(subject.skipped()[0].at, world.now),
        Start::Ask(_) => panic!("the person is asked although the policy waives the step"),
    }
    let demanded = open(&world, &chain, true, Some(&session), &mut rng);
    assert!(matches!(demanded, Start::Ask(_)));
}

fn session(world: &World, proven: &'static str) -> Session {
    let step = CompletedStep {
        substitute: false,
        authenticator: AuthenticatorId::from_static(proven),
        factor: Factor::Knowledge,
        at: world.now,
    };
    Session {
        id: SessionToken::new(&mut StdRng::seed_from_u64(4)).id(),
        user: world.users[0].user.id,
        steps: vec![step],
        created_at: world.now,
        last_seen_at: world.now,
        expires_at: world.now + TimeDelta::hours(1),
    }
}

/// The document of a login, which the tests below change.
fn document(login: &Attempt) -> Value {
    serde_json::to_value(&login.login).expect("JSON")
}

#[test]
fn a_login_from_before_there_were_policies_goes_on_with_every_step_required() {
    let names: Vec<Vec<&str>> = CHAINS[1].iter().map(|step| step.to_vec()).collect();
    let mut login = Attempt::begin(&json!(names), false).set(&OFF, &[HAVE]).set(&LACKS, &[HAVE]);
    let mut old = document(&login);
    old.as_object_mut().expect("an object").remove("must_not_skip");
    for step in old["steps"].as_array_mut().expect("steps") {
        let fields = step.as_object_mut().expect("an object");
        fields.remove("policy");
        assert!(!fields.contains_key("skipped"), "an open step says nothing of being skipped");
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["completed", "options"]);
    }
    login.login = serde_json::from_value(old).expect("an old login");
    assert!(skips(&login.password()).is_empty());
    assert_eq!(login.step().prompt.title, Phrase::literal(HAVE));
}

#[test]
fn a_login_whose_row_contradicts_itself_is_not_read() {
    let chain = json!([[KNOW], when_enrolled(&[HAVE]), [TOUCH]]);
    let mut login = Attempt::begin(&chain, false).set(&LACKS, &[HAVE]);
    login.password();
    let good = document(&login);
    assert_eq!(serde_json::from_value::<Login>(good.clone()).expect("readable"), login.login);
    let mut both = good.clone();
    both["steps"][1]["completed"] = good["steps"][0]["completed"].clone();
    let mut required = good.clone();
    required["steps"][1]["policy"] = json!("required");
    let mut unknown = good;
    unknown["steps"][1]["policy"] = json!("never");
    for wrong in [both, required, unknown] {
        assert!(serde_json::from_value::<Login>(wrong).is_err());
    }
}
