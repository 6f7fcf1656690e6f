//! ForceAuthn reaches every authenticator of a chain, whenever it is asked.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use idp_core::flow::authenticator::{
    Answer, Authenticator, AuthenticatorId, Entry, Factor, Facts, Phrase, Prompt, Registry, Verdict,
};
use idp_core::flow::login::{Login, Opening, Outcome, Purpose, Start};
use idp_core::id::{LoginId, ServiceProviderId};
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use serde_json::json;

use crate::world::{HAVE, KNOW, TOUCH, World};

/// Who was asked, and whether the facts said ForceAuthn.
type Heard = Arc<Mutex<Vec<(&'static str, bool)>>>;

/// Lets everybody pass, and notes what it is told.
struct Listener {
    name: &'static str,
    heard: Heard,
}

impl Listener {
    fn hear(&self, facts: &Facts<'_>) {
        self.heard.lock().expect("not poisoned").push((self.name, facts.force_authn));
    }
}

impl Authenticator for Listener {
    fn id(&self) -> AuthenticatorId {
        AuthenticatorId::from_static(self.name)
    }

    fn display_name(&self) -> &'static str {
        self.name
    }

    fn factor(&self) -> Factor {
        Factor::Knowledge
    }

    fn identifies(&self) -> bool {
        self.name == KNOW
    }

    fn identifier<'a>(&self, answer: &'a Answer) -> Option<&'a str> {
        answer.field("username")
    }

    fn enter(&self, facts: &Facts<'_>, _: &mut dyn RngCore) -> Entry {
        self.hear(facts);
        Entry::Ask { challenge: None, effect: None }
    }

    fn prompt(&self, facts: &Facts<'_>) -> Prompt {
        self.hear(facts);
        Prompt {
            title: Phrase::literal(self.name),
            intro: None,
            notice: None,
            fields: Vec::new(),
            submit: Phrase::literal("Continue"),
            actions: Vec::new(),
            expires_at: None,
        }
    }

    fn answer(&self, facts: &Facts<'_>, _: &Answer, _: &mut dyn RngCore) -> Verdict {
        self.hear(facts);
        Verdict::Passed { credential: None }
    }
}

/// C047.
#[test]
fn every_authenticator_of_a_chain_is_told_of_force_authn() {
    for force_authn in [true, false] {
        let (heard, mut rng) = (Heard::default(), StdRng::seed_from_u64(1));
        let listener =
            |name| Box::new(Listener { name, heard: Arc::clone(&heard) }) as Box<dyn Authenticator>;
        let mut world = World::new();
        world.registry = Registry::new([KNOW, HAVE, TOUCH].map(listener).into());
        let start = Login::open(Opening {
            id: LoginId::new(world.now, &mut rng),
            chain: &serde_json::from_value(json!([[KNOW], [HAVE], [TOUCH]])).expect("a chain"),
            purpose: Purpose::Request {
                service_provider: ServiceProviderId::new(world.now, &mut rng),
                request_id: "_r".to_owned(),
            },
            force_authn,
            must_not_skip: false,
            session: None,
            person: None,
            registry: &world.registry,
            now: world.now,
            lifetime: TimeDelta::minutes(15),
        });
        let Start::Ask(login) = start else { panic!("nobody is known yet") };
        let mut decision = login.enter(&world.situation(None), &mut rng);
        let alice = world.users[0].clone();
        for _ in 0..3 {
            let _ = decision.login.view(&world.situation(Some(&alice)));
            let answer = Answer::new([("username".to_owned(), "alice".to_owned())]);
            decision = decision.login.answer(&world.situation(Some(&alice)), &answer, &mut rng);
        }
        assert!(matches!(decision.outcome, Outcome::Finished(_)));
        let heard = heard.lock().expect("not poisoned");
        for name in [KNOW, HAVE, TOUCH] {
            let times = heard.iter().filter(|(who, _)| *who == name).count();
            assert!(times >= 3, "{name} was asked {times} times");
        }
        assert!(heard.iter().all(|(_, told)| *told == force_authn), "{heard:?}");
    }
}
