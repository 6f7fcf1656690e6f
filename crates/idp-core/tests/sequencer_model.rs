//! One million generated logins against a model that knows nothing of the implementation: it notes
//! which proofs were really given by whom, and checks every login that claims to be finished.
#![cfg(test)]

mod sequencer;

use std::collections::BTreeSet;

use chrono::TimeDelta;
use idp_core::flow::authenticator::{Answer, AuthenticatorId, CompletedStep, Factor};
use idp_core::flow::chain::Chain;
use idp_core::flow::login::{Decision, Login, Opening, Outcome, Purpose, Reservation, Start};
use idp_core::id::{LoginId, ServiceProviderId, SessionToken, UserId};
use idp_core::session::Session;
use idp_core::user::AccountState;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sequencer::{CHAINS, HAVE, KNOW, TOUCH, World};

/// What the model knows: who proved what in this login.
#[derive(Default)]
struct Model {
    user: Option<UserId>,
    proven: BTreeSet<AuthenticatorId>,
}

struct Run<'w> {
    world: &'w mut World,
    rng: StdRng,
    chain: Vec<Vec<&'static str>>,
    model: Model,
    from_session: BTreeSet<AuthenticatorId>,
}

impl Run<'_> {
    /// Plays one login to its end or until the events run out; tells whether it finished.
    fn play(&mut self) -> bool {
        let names: Vec<Vec<String>> =
            self.chain.iter().map(|step| step.iter().map(|n| (*n).to_owned()).collect()).collect();
        let chain = Chain::new(&names, &self.world.registry).expect("a good chain");
        let session = self.rng.random_bool(0.4).then(|| self.session());
        let force_authn = self.rng.random_bool(0.2);
        if let Some(session) = session.as_ref().filter(|_| !force_authn) {
            self.model.user = Some(session.user);
            self.from_session = session.steps.iter().map(|s| s.authenticator.clone()).collect();
        }
        let opening = Opening {
            id: LoginId::new(self.world.now, &mut self.rng),
            chain: &chain,
            purpose: Purpose {
                service_provider: ServiceProviderId::new(self.world.now, &mut self.rng),
                request_id: "_r".to_owned(),
            },
            force_authn,
            session: session.as_ref(),
            now: self.world.now,
            lifetime: TimeDelta::minutes(15),
        };
        let mut login = match Login::open(opening) {
            Start::Complete(subject) => {
                assert_eq!(Some(subject.user()), self.model.user);
                self.check(subject.steps());
                return true;
            }
            Start::Ask(login) => *login,
        };
        let person = self.world.person(login.user());
        let decision = login.enter(&self.world.situation(person.as_ref()), &mut self.rng);
        login = match self.settle(decision) {
            Ok(login) => login,
            Err(finished) => return finished,
        };
        for _ in 0..self.rng.random_range(1..14) {
            match self.event(login) {
                Ok(next) => login = next,
                Err(finished) => return finished,
            }
        }
        false
    }

    fn session(&mut self) -> Session {
        let pool =
            [(KNOW, Factor::Knowledge), (HAVE, Factor::Possession), (TOUCH, Factor::Inherence)];
        let now = self.world.now;
        let steps = pool.into_iter().filter(|_| self.rng.random_bool(0.5)).map(|(name, factor)| {
            CompletedStep { authenticator: AuthenticatorId::from_static(name), factor, at: now }
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
    fn event(&mut self, login: Login) -> Result<Login, bool> {
        match self.rng.random_range(0..20) {
            0 => self.world.now += TimeDelta::seconds(self.rng.random_range(1..900)),
            1 => {
                let target = self.rng.random_range(0..self.world.users.len());
                let state = &mut self.world.users[target].user.state;
                *state = match state {
                    AccountState::Active => AccountState::Disabled,
                    AccountState::Disabled => AccountState::Active,
                };
            }
            _ => return self.submit(login),
        }
        Ok(login)
    }

    fn submit(&mut self, login: Login) -> Result<Login, bool> {
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
        // The model's own judgement: a step is proven by the right secret of an active person.
        if restarted {
            self.model = Model::default();
            self.from_session.clear();
        } else if attempted.login.position() > before
            || matches!(attempted.outcome, Outcome::Finished(_))
        {
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
        self.settle(attempted)
    }

    fn settle(&mut self, decision: Decision) -> Result<Login, bool> {
        for change in &decision.counters {
            self.world.apply(change);
        }
        match decision.outcome {
            Outcome::Ask => Ok(decision.login),
            Outcome::Denied(_) => Err(false),
            Outcome::Finished(subject) => {
                assert_eq!(Some(subject.user()), self.model.user, "finished for somebody else");
                self.check(subject.steps());
                Err(true)
            }
        }
    }

    /// Every pinned step is covered by a proof of its own.
    fn check(&self, steps: &[CompletedStep]) {
        assert_eq!(steps.len(), self.chain.len(), "the chain was shortened");
        let mut used = BTreeSet::new();
        for (options, step) in self.chain.iter().zip(steps) {
            let id = &step.authenticator;
            assert!(options.contains(&id.as_str()), "a step was passed by a stranger");
            assert!(
                self.model.proven.contains(id) || self.from_session.contains(id),
                "{id} was never proven"
            );
            assert!(used.insert(id.clone()), "one proof served two steps");
        }
    }
}

fn play_many(seeds: std::ops::Range<u64>) -> usize {
    let mut world = World::new();
    let mut finished = 0;
    for seed in seeds {
        let mut rng = StdRng::seed_from_u64(seed);
        world.reset();
        let chain = CHAINS[rng.random_range(0..CHAINS.len())];
        let chain = chain.iter().map(|step| step.to_vec()).collect();
        let mut run = Run {
            world: &mut world,
            rng,
            chain,
            model: Model::default(),
            from_session: BTreeSet::new(),
        };
        finished += usize::from(run.play());
    }
    finished
}

#[test]
fn no_sequence_of_events_reaches_an_assertion_without_every_pinned_step() {
    const SEQUENCES: u64 = 1_000_000;
    let half = SEQUENCES / 2;
    let finished = std::thread::scope(|scope| {
        let first = scope.spawn(move || play_many(0..half));
        let second = scope.spawn(move || play_many(half..SEQUENCES));
        first.join().expect("the first half") + second.join().expect("the second half")
    });
    // A model that never sees a finished login proves nothing.
    assert!(finished > 50_000, "only {finished} sequences finished");
}
