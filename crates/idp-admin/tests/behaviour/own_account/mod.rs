//! What people may do to their own account, and what a stolen password or session may not.

mod factors;
mod numbers;
mod passwords;
mod profile;
mod proofs;
mod sessions;

use std::cell::RefCell;
use std::net::{IpAddr, Ipv4Addr};

use chrono::TimeDelta;
use idp_admin::own_account::{
    Changed, Confirmation, Given, NewCodes, OwnAccount, OwnError, confirm_number, give_number,
    new_backup_codes,
};
use idp_admin::users::{self, NewUser};
use idp_admin::{Actor, Admin};
use idp_core::Instant;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::{AuthenticatorId, CompletedStep, Factor};
use idp_core::flow::limits::Limits;
use idp_core::id::{LinkToken, SessionId, SessionToken};
use idp_core::secret::Secret;
use idp_core::session::{Session, SessionLimits};

use crate::support::{PASSWORD, World, now, rng};

const OTHER: &str = "gravel otter plum hums";
const NEW_NUMBER: &str = "+94 77 999 8877";
const SESSIONS: SessionLimits =
    SessionLimits { idle: TimeDelta::hours(1), absolute: TimeDelta::hours(8) };

/// A signed-in person.
struct Signed<'w> {
    world: &'w World,
    name: &'static str,
    /// Another one after whatever renewed it.
    session: RefCell<SessionId>,
    limits: Limits,
    link: Option<LinkToken>,
    now: Instant,
}

impl<'w> Signed<'w> {
    /// Signs a person in with these factors, passed so long ago.
    fn with(
        world: &'w World,
        name: &'static str,
        factors: &[&'static str],
        ago: TimeDelta,
    ) -> Self {
        let user = world.user(name).id;
        let token = SessionToken::new(&mut rng());
        let step = |id: &&'static str| CompletedStep {
            authenticator: AuthenticatorId::from_static(id),
            factor: if *id == "sms-otp" { Factor::Possession } else { Factor::Knowledge },
            at: now() - ago,
            substitute: false,
        };
        let session = Session {
            id: token.id(),
            user,
            steps: factors.iter().map(step).collect(),
            created_at: now() - ago,
            last_seen_at: now(),
            expires_at: now() + TimeDelta::hours(1),
        };
        world.store.write(|w| w.insert_session(&session)).unwrap();
        // Accounts of tests are made now: without this every one of them is fresh.
        let limits = Limits { fresh_account: TimeDelta::zero(), ..Limits::default() };
        Self { world, name, session: RefCell::new(token.id()), limits, link: None, now: now() }
    }

    fn fully(world: &'w World, name: &'static str) -> Self {
        Self::with(world, name, &["basic-auth", "sms-otp"], TimeDelta::zero())
    }

    fn own(&self) -> OwnAccount<'_> {
        let user = self.world.user(self.name);
        let actor = Actor::Owner { id: user.id, username: user.username, session: self.session() };
        OwnAccount {
            admin: Admin { now: self.now, ..self.world.admin_as(actor) },
            limits: &self.limits,
            session_limits: SESSIONS,
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            link: self.link.as_ref(),
            languages: &[],
            chosen_language: None,
            host: "idp.example.org",
        }
    }

    fn give(&self, number: &str) -> Result<Given, OwnError> {
        give_number(&self.own(), number, &mut rng())
    }

    /// Gives the number and returns the code that was sent to it.
    fn code_for(&self, number: &str) -> String {
        match self.give(number) {
            Ok(Given::Sent(sending)) => sending.message.code.expose().clone(),
            other => panic!("{other:?}"),
        }
    }

    fn confirm(&self, code: &str) -> Result<Confirmation, OwnError> {
        let confirmed = confirm_number(&self.own(), code, &mut rng())?;
        if let Confirmation::Done(changed) = &confirmed {
            self.goes_on_in(changed);
        }
        Ok(confirmed)
    }

    fn number(&self) -> Option<String> {
        self.world.user(self.name).claims.first(&ClaimUri::MOBILE).map(str::to_owned)
    }

    fn backup_codes(&self) -> Result<NewCodes, OwnError> {
        let made = new_backup_codes(&self.own(), &mut rng())?;
        self.goes_on_in(&made.changed);
        Ok(made)
    }

    fn session(&self) -> SessionId {
        self.session.borrow().clone()
    }

    /// The browser takes the other token; the old one opens nothing any more.
    fn goes_on_in(&self, changed: &Changed) {
        let old = self.session.replace(changed.session.id());
        assert_ne!(old, self.session());
        let found = self.world.store.read(|r| r.live_session(&old)).unwrap();
        assert!(found.is_none(), "the old token is dead");
        assert!(self.is_live(), "the new one is not");
    }

    fn is_live(&self) -> bool {
        self.world.store.read(|r| r.live_session(&self.session())).unwrap().is_some()
    }
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

/// Makes an account with a password and nothing else.
fn without_factor(world: &World, username: &str) {
    let password = secret(PASSWORD);
    let new =
        NewUser { username, password: Some(&password), roles: Vec::new(), claims: Vec::new() };
    users::add(&world.admin(), new, &mut rng()).unwrap();
}
