//! The session that a finished login leaves behind, in the place of the one that the browser had.

use idp_core::flow::login::Login;
use idp_core::flow::subject::AuthenticatedSubject;
use idp_core::id::SessionToken;
use idp_core::session::Session;
use idp_core::user::AccountState;
use idp_store::{Conflict, StoreError, Writer};

use super::Visit;
use crate::app::App;
use crate::error::WebError;
use crate::rng::rng;

/// A session that a finished login leaves behind, and the one it takes the place of.
pub(super) struct Opened {
    pub(super) token: SessionToken,
    pub(super) session: Session,
    earlier: Option<Session>,
}

impl Opened {
    /// The session after this login, with a fresh token; what the present one proved is kept while it
    /// lives. [`Conflict::Version`] when what the login took over is proven by none any more: the
    /// decision is taken anew.
    pub(super) fn after(
        app: &App,
        visit: &Visit,
        login: &Login,
        subject: &AuthenticatedSubject,
    ) -> Result<Self, WebError> {
        let (now, limits) = (visit.now, app.limits.session);
        let earlier = match visit.session.as_ref().map(SessionToken::id) {
            Some(present) => app.store.read(|r| r.live_session(&present))?,
            None => None,
        };
        let earlier = earlier.map(|(session, _)| session);
        let live = earlier.as_ref().filter(|session| session.is_live(now, limits));
        if !login.is_backed_by(live) {
            return Err(StoreError::from(Conflict::Version).into());
        }
        let token = SessionToken::new(&mut rng());
        let session = Session::after(subject, live, token.id(), now, limits);
        Ok(Self { token, session, earlier })
    }

    /// Saves it. An account that was switched off while its password was judged gets no session, and a
    /// session that was ended meanwhile lends nothing to another one: the decision is taken anew, with
    /// what is there then.
    pub(super) fn write(&self, w: &mut Writer<'_>) -> Result<(), StoreError> {
        match w.user_by_id(self.session.user)? {
            Some(user) if user.value.state == AccountState::Active => {}
            _ => return Err(Conflict::Version.into()),
        }
        match &self.earlier {
            Some(old) => w.replace_session(&old.id, &self.session)?,
            None => w.insert_session(&self.session)?,
        }
        match &self.earlier {
            // Service providers know the person by what they were told then, and may log out by it.
            Some(old) if old.user == self.session.user => {
                w.move_participants(&old.id, &self.session.id)
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use idp_core::claim::Claims;
    use idp_core::id::UserId;
    use idp_core::user::{User, Username};
    use idp_store::testing::{Backend, TestDatabase};

    use super::*;

    /// The moment between the decision and its write, in which the session ends.
    fn a_session_that_ended_in_between_lends_nothing(backend: Backend) {
        let database = TestDatabase::new(backend);
        let store = database.store();
        let now = DateTime::UNIX_EPOCH;
        let user = User {
            id: UserId::new(now, &mut rng()),
            username: Username::parse("ann").unwrap(),
            state: AccountState::Active,
            roles: Vec::new(),
            claims: Claims::default(),
            created_at: now,
        };
        let session = || Session {
            id: SessionToken::new(&mut rng()).id(),
            user: user.id,
            steps: Vec::new(),
            created_at: now,
            last_seen_at: now,
            expires_at: now + TimeDelta::hours(1),
        };
        let earlier = session();
        store
            .write(|w| {
                w.insert_user(&user)?;
                w.insert_session(&earlier)
            })
            .unwrap();
        let token = SessionToken::new(&mut rng());
        let new = Session { id: token.id(), ..session() };
        let opened = Opened { token, session: new, earlier: Some(earlier.clone()) };
        store.write(|w| w.remove_session(&earlier.id)).unwrap();
        let refused = store.write(|w| opened.write(w));
        assert_eq!(refused, Err(StoreError::Conflict(Conflict::Version)));
        assert!(store.read(|r| r.live_session(&opened.session.id)).unwrap().is_none());
        store.write(|w| w.insert_session(&earlier)).unwrap();
        store.write(|w| opened.write(w)).unwrap();
        assert!(store.read(|r| r.live_session(&earlier.id)).unwrap().is_none());
        assert!(store.read(|r| r.live_session(&opened.session.id)).unwrap().is_some());
    }

    #[test]
    fn a_session_that_ended_in_between_lends_nothing_on_sqlite() {
        a_session_that_ended_in_between_lends_nothing(Backend::Sqlite);
    }

    #[test]
    fn a_session_that_ended_in_between_lends_nothing_on_postgres() {
        a_session_that_ended_in_between_lends_nothing(Backend::Postgres);
    }
}
