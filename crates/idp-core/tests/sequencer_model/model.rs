//! One million generated logins against a model that knows nothing of the implementation: it notes
//! which proofs were really given by whom and which steps a policy let whom leave out, and checks
//! every login that claims to be finished.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use idp_core::flow::authenticator::{Answer, AuthenticatorId, CompletedStep, Factor};
use idp_core::flow::chain::{Chain, StepWish};
use idp_core::flow::login::{
    Decision, Login, LoginEvent, Opening, Outcome, Purpose, Reservation, Start,
};
use idp_core::flow::step_policy::StepPolicy;
use idp_core::flow::subject::AuthenticatedSubject;
use idp_core::id::{LoginId, ServiceProviderId, SessionToken, UserId};
use idp_core::session::Session;
use idp_core::user::{AccountState, Person};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::world::{CHAINS, HAVE, KNOW, LACKS, OFF, TOUCH, World, is_named};

/// What the model knows: who proved what in this login, and which steps (by their place) they were
/// let past.
#[derive(Default)]
struct Model {
    user: Option<UserId>,
    proven: BTreeSet<AuthenticatorId>,
    excused: BTreeSet<usize>,
}

/// How the logins that were played ended.
#[derive(Clone, Copy, Default)]
struct Tally {
    finished: usize,
    with_skips: usize,
    from_session_with_skips: usize,
}

struct Run<'w> {
    world: &'w mut World,
    rng: StdRng,
    chain: Vec<(Vec<&'static str>, StepPolicy)>,
    must_not_skip: bool,
    model: Model,
    from_session: BTreeSet<AuthenticatorId>,
    tally: Tally,
}

impl Run<'_> {
    /// Plays one login to its end or until the events run out.
    fn play(&mut self) {
        let chain = self.pinned_chain();
        let session = self.rng.random_bool(0.4).then(|| self.session());
        let force_authn = self.rng.random_bool(0.2);
        if let Some(session) = session.as_ref().filter(|_| !force_authn) {
            self.model.user = Some(session.user);
            self.from_session = session.steps.iter().map(|s| s.authenticator.clone()).collect();
        }
        let person = self.world.person(self.model.user);
        let told = person.as_ref().filter(|_| self.rng.random_bool(0.9));
        let opening = Opening {
            id: LoginId::new(self.world.now, &mut self.rng),
            chain: &chain,
            purpose: Purpose::Request {
                service_provider: ServiceProviderId::new(self.world.now, &mut self.rng),
                request_id: "_r".to_owned(),
            },
            force_authn,
            must_not_skip: self.must_not_skip,
            session: session.as_ref(),
            person: told,
            registry: &self.world.registry,
            now: self.world.now,
            lifetime: TimeDelta::minutes(15),
        };
        let login = match Login::open(opening) {
            Start::Complete(subject) => return self.complete(&subject, told),
            Start::Ask(login) => *login,
        };
        let person = self.world.person(login.user());
        let decision = login.enter(&self.world.situation(person.as_ref()), &mut self.rng);
        let mut login = self.settle(decision, person.as_ref());
        for _ in 0..self.rng.random_range(1..14) {
            login = login.and_then(|login| self.event(login));
        }
    }

    fn pinned_chain(&self) -> Chain {
        let wish = |(names, policy): &(Vec<&str>, StepPolicy)| StepWish {
            any: names.iter().map(|name| (*name).to_owned()).collect(),
            policy: *policy,
        };
        let wishes: Vec<StepWish> = self.chain.iter().map(wish).collect();
        Chain::new(&wishes, &self.world.registry).expect("a good chain")
    }

    /// A login that ended as it began, by the session: what is left out must be excused now.
    fn complete(&mut self, subject: &AuthenticatedSubject, person: Option<&Person>) {
        assert_eq!(Some(subject.user()), self.model.user);
        for skipped in subject.skipped() {
            self.excuse(&skipped.authenticators, person);
        }
        self.check(subject);
        self.tally.from_session_with_skips += usize::from(!subject.skipped().is_empty());
    }

    /// Notes a step that is left out, if this person may leave it out now.
    fn excuse(&mut self, options: &[AuthenticatorId], person: Option<&Person>) {
        assert!(!self.must_not_skip, "a step was left out although the request demands it");
        let is_it = |(names, _): &(Vec<&str>, StepPolicy)| {
            names.iter().copied().eq(options.iter().map(AuthenticatorId::as_str))
        };
        let place = self.chain.iter().position(is_it).expect("a step that is not pinned");
        assert!(place > 0, "the first step was left out");
        let person = person.expect("a step was left out by nobody");
        assert_eq!(Some(person.user.id), self.model.user, "a step was left out by a stranger");
        assert_eq!(person.user.state, AccountState::Active, "a disabled account left out a step");
        let (names, policy) = &self.chain[place];
        for name in names {
            let excused = match policy {
                StepPolicy::Required => false,
                StepPolicy::UnlessDisabled => is_named(person, &OFF, name),
                StepPolicy::WhenEnrolled => is_named(person, &LACKS, name),
            };
            assert!(excused, "{name} was left out although the policy {policy} does not allow it");
        }
        assert!(self.model.excused.insert(place), "a step was left out twice");
    }

    fn session(&mut self) -> Session {
        let pool =
            [(KNOW, Factor::Knowledge), (HAVE, Factor::Possession), (TOUCH, Factor::Inherence)];
        let now = self.world.now;
        let steps = pool.into_iter().filter(|_| self.rng.random_bool(0.5)).map(|(name, factor)| {
            CompletedStep {
                authenticator: AuthenticatorId::from_static(name),
                factor,
                at: now,
                substitute: false,
            }
        });
        Session {
            steps: steps.collect(),
            id: SessionToken::new(&mut StdRng::seed_from_u64(1)).id(),
            user: self.world.users[0].user.id,
            created_at: now,
            last_seen_at: now,
            expires_at: now + TimeDelta::hours(1),
        }
    }

    /// One thing that a person, an attacker, an administrator or time does.
    fn event(&mut self, login: Login) -> Option<Login> {
        let target = self.rng.random_range(0..self.world.users.len());
        match self.rng.random_range(0..20) {
            0 => self.world.now += TimeDelta::seconds(self.rng.random_range(1..900)),
            1 => {
                let state = &mut self.world.users[target].user.state;
                *state = match state {
                    AccountState::Active => AccountState::Disabled,
                    AccountState::Disabled => AccountState::Active,
                };
            }
            2 => self.change_facts(target),
            _ => return self.submit(login),
        }
        Some(login)
    }

    /// The person opts in or out, gains or loses a phone.
    fn change_facts(&mut self, target: usize) {
        let claim = if self.rng.random_bool(0.5) { OFF } else { LACKS };
        let named = [HAVE, TOUCH, KNOW].into_iter().filter(|_| self.rng.random_bool(0.5));
        let value = named.collect::<Vec<_>>().join(",");
        self.world.users[target].user.claims.set(claim, vec![value]);
    }

    fn submit(&mut self, login: Login) -> Option<Login> {
        let users = self.world.users.len();
        let victim = self.rng.random_range(0..users);
        let name = self.world.users[victim].user.username.as_str().to_owned();
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut field = |key: &str, value: &str| fields.push((key.to_owned(), value.to_owned()));
        match self.rng.random_range(0..14) {
            0 => field("action", "choose"),
            1 => field("action", "restart"),
            2 => field("action", "again"),
            3 if self.rng.random_bool(0.2) => field("action", "cancel"),
            4..6 => field("method", [KNOW, HAVE, TOUCH, "nonsense"][self.rng.random_range(0..4)]),
            6 => {
                field("username", &name);
                field("secret", "wrong");
            }
            7 => field("secret", "wrong"),
            _ => {
                field("username", &name);
                field("secret", [KNOW, HAVE, TOUCH][self.rng.random_range(0..3)]);
            }
        }
        let answer = Answer::new(fields);
        let restarted = answer.pressed("restart") && !login.is_over();
        let before = login.position();
        let typed =
            self.world.users.iter().find(|p| p.user.username.as_str() == name).map(|p| p.user.id);
        let about = login.user().or(typed);
        let person = self.world.person(about);
        let world: &World = self.world;
        let mut situation = world.situation(person.as_ref());
        let attempted = match login.reserve(&situation, &answer) {
            Reservation::NotNeeded => login.answer(&situation, &answer, &mut self.rng),
            Reservation::Refused(decision) => *decision,
            Reservation::Take(change) => {
                let counters = world.counters_after(&change);
                situation.counters = &counters;
                login.answer_reserved(&situation, &answer, &mut self.rng)
            }
        };
        let skips =
            attempted.events.iter().filter(|e| matches!(e, LoginEvent::StepSkipped { .. })).count();
        // The model's own judgement: a step is proven by the right secret of an active person.
        if restarted {
            self.model = Model::default();
            self.from_session.clear();
        } else if attempted.login.position() > before + skips {
            assert_eq!(attempted.login.position(), before + skips + 1, "one answer, two steps");
            let secret = answer.field("secret").expect("a step was passed without any secret");
            assert!([KNOW, HAVE, TOUCH].contains(&secret), "a step was passed by a wrong secret");
            let who = person.as_ref().expect("a step was passed by nobody");
            assert_eq!(
                who.user.state,
                AccountState::Active,
                "a step was passed by a disabled account"
            );
            assert!(
                self.model.user.is_none_or(|known| known == who.user.id),
                "two people in one login"
            );
            self.model.user = Some(who.user.id);
            self.model.proven.insert(AuthenticatorId::from(secret.to_owned()));
        }
        self.settle(attempted, person.as_ref())
    }

    /// Takes note of what a decision about this person changes; `None` when the login is over.
    fn settle(&mut self, decision: Decision, person: Option<&Person>) -> Option<Login> {
        for change in &decision.counters {
            self.world.apply(change);
        }
        for event in &decision.events {
            if let LoginEvent::StepSkipped { authenticators, .. } = event {
                self.excuse(authenticators, person);
            }
        }
        match decision.outcome {
            Outcome::Ask => Some(self.stored(decision.login)),
            Outcome::Denied(_) => None,
            Outcome::Finished(subject) => {
                assert_eq!(Some(subject.user()), self.model.user, "finished for somebody else");
                self.check(&subject);
                None
            }
        }
    }

    /// The login as it comes back from the database, now and then.
    fn stored(&mut self, login: Login) -> Login {
        if self.rng.random_bool(0.98) {
            return login;
        }
        let text = serde_json::to_string(&login).expect("a login can be stored");
        let read: Login = serde_json::from_str(&text).expect("a stored login can be read");
        assert_eq!(read, login);
        read
    }

    /// Every pinned step is covered by a proof of its own, or was left out by who was excused.
    fn check(&mut self, subject: &AuthenticatedSubject) {
        let (mut passed, mut skipped) = (subject.steps().iter(), subject.skipped().iter());
        let mut used = BTreeSet::new();
        for (place, (options, _)) in self.chain.iter().enumerate() {
            if self.model.excused.contains(&place) {
                let left_out = skipped.next().expect("what was left out is told");
                assert!(
                    options.iter().copied().eq(left_out.authenticators.iter().map(|a| a.as_str()))
                );
                continue;
            }
            let step = passed.next().expect("the chain was shortened");
            let id = &step.authenticator;
            assert!(options.contains(&id.as_str()), "a step was passed by a stranger");
            assert!(
                self.model.proven.contains(id) || self.from_session.contains(id),
                "{id} was never proven"
            );
            assert!(used.insert(id.clone()), "one proof served two steps");
        }
        assert!(passed.next().is_none() && skipped.next().is_none(), "more than was pinned");
        self.tally.finished += 1;
        self.tally.with_skips += usize::from(!subject.skipped().is_empty());
    }
}

fn play_many(seeds: std::ops::Range<u64>) -> Tally {
    const POLICIES: [StepPolicy; 3] = StepPolicy::ALL;
    let mut world = World::new();
    let mut tally = Tally::default();
    for seed in seeds {
        let mut rng = StdRng::seed_from_u64(seed);
        world.reset();
        let chain = CHAINS[rng.random_range(0..CHAINS.len())];
        let policy = |place: usize, rng: &mut StdRng| {
            if place == 0 { StepPolicy::Required } else { POLICIES[rng.random_range(0..3)] }
        };
        let chain = chain
            .iter()
            .enumerate()
            .map(|(place, step)| (step.to_vec(), policy(place, &mut rng)))
            .collect();
        let must_not_skip = rng.random_bool(0.2);
        let mut run = Run {
            world: &mut world,
            rng,
            chain,
            must_not_skip,
            model: Model::default(),
            from_session: BTreeSet::new(),
            tally,
        };
        for target in 0..2 {
            run.change_facts(target);
        }
        run.play();
        tally = run.tally;
    }
    tally
}

#[test]
fn no_sequence_of_events_reaches_an_assertion_without_every_pinned_step() {
    const SEQUENCES: u64 = 1_000_000;
    let half = SEQUENCES / 2;
    let tallies = std::thread::scope(|scope| {
        let first = scope.spawn(move || play_many(0..half));
        let second = scope.spawn(move || play_many(half..SEQUENCES));
        [first.join().expect("the first half"), second.join().expect("the second half")]
    });
    let sum = |part: fn(&Tally) -> usize| tallies.iter().map(part).sum::<usize>();
    // A model that never sees a finished login, or none with a step left out, proves nothing.
    let (finished, with_skips) = (sum(|tally| tally.finished), sum(|tally| tally.with_skips));
    assert!(finished > 50_000, "only {finished} sequences finished");
    assert!(with_skips > 20_000, "only {with_skips} of them with a step left out");
    let at_once = sum(|tally| tally.from_session_with_skips);
    assert!(at_once > 5_000, "only {at_once} of them at once, by a session");
}
