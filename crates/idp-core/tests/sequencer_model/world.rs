//! A small world for the sequencer: three authenticators, two people, counters in memory.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use chrono::{DateTime, TimeDelta};
use idp_core::Instant;
use idp_core::claim::{ClaimUri, Claims};
use idp_core::flow::authenticator::{
    Action, Answer, Authenticator, AuthenticatorId, Challenge, Cost, Entry, Factor, Facts, Notice,
    Phrase, Prompt, Registry, Subject, Verdict,
};
use idp_core::flow::limits::{Counters, KeyedHasher, Limits};
use idp_core::flow::settings::SettingsByAuthenticator;
use idp_core::flow::situation::{Application, Situation};
use idp_core::flow::throttle::{CounterChange, LoadedCounter};
use idp_core::id::UserId;
use idp_core::secret::Secret;
use idp_core::user::{AccountState, Person, User, Username};
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};

pub const KNOW: &str = "know";
pub const HAVE: &str = "have";
pub const TOUCH: &str = "touch";

/// Chains of one to three steps, some with a choice.
pub const CHAINS: &[&[&[&str]]] = &[
    &[&[KNOW]],
    &[&[KNOW], &[HAVE]],
    &[&[KNOW], &[HAVE, TOUCH]],
    &[&[KNOW], &[HAVE], &[TOUCH]],
    &[&[KNOW], &[TOUCH], &[HAVE]],
];

/// The names of the authenticators that the person opted out of.
pub const OFF: ClaimUri = ClaimUri::from_static("urn:test:off");
/// The names of the authenticators that the person has nothing for.
pub const LACKS: ClaimUri = ClaimUri::from_static("urn:test:lacks");

/// Whether a claim of the person names this authenticator.
pub fn is_named(person: &Person, claim: &ClaimUri, name: &str) -> bool {
    person.user.claims.first(claim).is_some_and(|names| names.contains(name))
}

/// An authenticator whose secret is its own name.
struct Fake {
    name: &'static str,
    factor: Factor,
}

impl Authenticator for Fake {
    fn id(&self) -> AuthenticatorId {
        AuthenticatorId::from_static(self.name)
    }

    fn display_name(&self) -> &'static str {
        self.name
    }

    fn factor(&self) -> Factor {
        self.factor
    }

    fn identifies(&self) -> bool {
        self.name == KNOW
    }

    fn cost(&self) -> Cost {
        if self.name == KNOW { Cost::Heavy } else { Cost::Light }
    }

    fn claims(&self) -> &'static [ClaimUri] {
        const CLAIMS: &[ClaimUri] = &[OFF, LACKS];
        CLAIMS
    }

    fn opted_out(&self, subject: &Subject<'_>) -> bool {
        subject.claims.first(&OFF).is_some_and(|names| names.contains(self.name))
    }

    fn enrolled(&self, subject: &Subject<'_>) -> bool {
        !subject.claims.first(&LACKS).is_some_and(|names| names.contains(self.name))
    }

    fn identifier<'a>(&self, answer: &'a Answer) -> Option<&'a str> {
        answer.field("username")
    }

    fn enter(&self, _facts: &Facts<'_>, rng: &mut dyn RngCore) -> Entry {
        Entry::Ask { challenge: Challenge::new(&rng.next_u32()).ok(), effect: None }
    }

    fn prompt(&self, _facts: &Facts<'_>) -> Prompt {
        Prompt {
            title: Phrase::literal(self.name),
            intro: None,
            notice: None,
            fields: Vec::new(),
            submit: Phrase::literal("Continue"),
            actions: vec![Action {
                value: "again",
                label: Phrase::literal("Again"),
                available_at: None,
            }],
            expires_at: None,
        }
    }

    fn answer(&self, facts: &Facts<'_>, answer: &Answer, _rng: &mut dyn RngCore) -> Verdict {
        if answer.pressed("again") {
            return Verdict::Incomplete { challenge: None, effect: None, notice: None };
        }
        if facts.subject.is_some() && answer.field("secret") == Some(self.name) {
            Verdict::Passed { credential: None }
        } else {
            Verdict::Wrong { challenge: None, notice: Notice::error(Phrase::literal("no")) }
        }
    }
}

pub struct World {
    pub registry: Registry,
    pub limits: Limits,
    pub hasher: KeyedHasher,
    pub now: Instant,
    pub users: Vec<Person>,
    pub counters: Counters,
    pub settings: SettingsByAuthenticator,
}

impl World {
    pub fn new() -> Self {
        let fake = |name, factor| Box::new(Fake { name, factor }) as Box<dyn Authenticator>;
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("an instant");
        let mut rng = StdRng::seed_from_u64(7);
        let users = ["alice", "bob"].map(|name| Person {
            user: User {
                id: UserId::new(now, &mut rng),
                username: Username::parse(name).expect("a name"),
                state: AccountState::Active,
                roles: Vec::new(),
                claims: Claims::default(),
                created_at: now,
            },
            credentials: BTreeMap::new(),
        });
        Self {
            registry: Registry::new(vec![
                fake(KNOW, Factor::Knowledge),
                fake(HAVE, Factor::Possession),
                fake(TOUCH, Factor::Inherence),
            ]),
            limits: Limits::default(),
            hasher: KeyedHasher::new(Secret::new(b"key".to_vec())),
            now,
            users: users.to_vec(),
            counters: Counters::new(),
            settings: SettingsByAuthenticator::new(),
        }
    }

    pub fn reset(&mut self) {
        self.counters.clear();
        self.now += TimeDelta::minutes(1);
        for person in &mut self.users {
            person.user.state = AccountState::Active;
            person.user.claims = Claims::default();
        }
    }

    pub fn person(&self, id: Option<UserId>) -> Option<Person> {
        self.users.iter().find(|person| Some(person.user.id) == id).cloned()
    }

    pub fn situation<'a>(&'a self, person: Option<&'a Person>) -> Situation<'a> {
        Situation {
            registry: &self.registry,
            limits: &self.limits,
            hasher: &self.hasher,
            now: self.now,
            person,
            counters: &self.counters,
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            application: Application { name: "App", settings: &self.settings, quarantine: None },
            enrolment_link: None,
            languages: &[],
            chosen_language: None,
            host: "idp.example",
        }
    }

    pub fn counters_after(&self, change: &CounterChange) -> Counters {
        let mut counters = self.counters.clone();
        apply(&mut counters, change);
        counters
    }

    pub fn apply(&mut self, change: &CounterChange) {
        apply(&mut self.counters, change);
    }
}

fn apply(counters: &mut Counters, change: &CounterChange) {
    match change.value {
        None => {
            counters.remove(&change.key);
        }
        Some(value) => {
            let counter =
                LoadedCounter { value: Some(value), version: change.expected_version + 1 };
            counters.insert(change.key.clone(), counter);
        }
    }
}
