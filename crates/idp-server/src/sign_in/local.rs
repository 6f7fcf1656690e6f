//! Applications of ours: a session that proves their chain admits, otherwise a login begins, as for a
//! service provider.

use std::sync::Arc;

use idp_core::Instant;
use idp_core::flow::chain::Chain;
use idp_core::flow::login::{Login, Opening, Purpose, Start};
use idp_core::id::{LoginId, SessionToken};
use idp_core::local_application::{LocalApplication, LocalSettings};
use idp_core::session::Session;
use idp_core::user::{Person, User};

use super::begin::{ask, is_usable, person_to_judge};
use super::target::Target;
use super::{LocalTarget, Reply, Visit};
use crate::app::App;
use crate::configuration::Configuration;
use crate::error::WebError;
use crate::rng::rng;

/// A person who passed every step of a local application's chain.
pub struct Admitted {
    /// Who it is, as of now.
    pub user: User,
    /// The session that proves it.
    pub session: Session,
    /// When the oldest of the steps was passed.
    pub authenticated_at: Instant,
    /// The configuration it was decided on.
    pub configuration: Arc<Configuration>,
}

/// The person of the browser's session, if it proves every step that the application asks of them
/// now. Read anew at every request: a session that was ended, an account that was switched off or a
/// number that was enrolled counts at once.
pub fn admitted(
    app: &App,
    visit: &Visit,
    application: LocalApplication,
) -> Result<Option<Admitted>, WebError> {
    let configuration = app.configuration.refreshed()?;
    let settings = configuration.local(application)?;
    let Some(live) = live(app, visit)? else { return Ok(None) };
    let person = person_to_judge(app, Some(&live), &settings.chain, false)?;
    let asked = (application, &settings.chain);
    let opening = opening(app, visit, asked, Some(&live), person.as_ref(), false);
    let Start::Complete(subject) = Login::open(opening) else { return Ok(None) };
    let (session, user) = live;
    let user = person.map_or(user, |person| person.user);
    if session.needs_touch(visit.now) {
        app.store.write(|w| w.touch_session(&session.id, visit.now))?;
    }
    let authenticated_at = subject.authn_instant();
    Ok(Some(Admitted { user, session, authenticated_at, configuration }))
}

/// Begins a login that leads to this page, unless the session admits to it. With `anew` every step is
/// asked for again, whatever the session proves.
pub fn enter_local(
    app: &App,
    visit: &Visit,
    target: LocalTarget,
    anew: bool,
) -> Result<Reply, WebError> {
    let configuration = app.configuration.refreshed()?;
    let settings = configuration.local(target.application())?;
    enter(app, visit, target, (settings, &settings.chain), anew)
}

/// Begins a login that leads to this page and asks for every step of this chain anew, whatever the
/// session proves. The chain is that of the application, or asks for more.
pub fn confirm_local(
    app: &App,
    visit: &Visit,
    target: LocalTarget,
    chain: &Chain,
) -> Result<Reply, WebError> {
    let configuration = app.configuration.refreshed()?;
    let settings = configuration.local(target.application())?;
    enter(app, visit, target, (settings, chain), true)
}

fn enter(
    app: &App,
    visit: &Visit,
    target: LocalTarget,
    (settings, chain): (&LocalSettings, &Chain),
    anew: bool,
) -> Result<Reply, WebError> {
    let live = live(app, visit)?;
    if live.is_none() {
        app.rate.take(visit.address)?;
    }
    let person = person_to_judge(app, live.as_ref(), chain, anew)?;
    let asked = (settings.application, chain);
    let opening = opening(app, visit, asked, live.as_ref(), person.as_ref(), anew);
    match Login::open(opening) {
        Start::Complete(_) => Ok(Reply::ToLocal { target, session: None, over: None }),
        Start::Ask(login) => {
            let (application, person) = (settings.application(), person.as_ref());
            ask(app, visit, application, *login, person, Target::Local(target), None)
        }
    }
}

/// Whose session this browser has, whatever it proves.
pub fn signed_in(app: &App, visit: &Visit) -> Result<Option<User>, WebError> {
    Ok(live(app, visit)?.map(|(_, user)| user))
}

/// The session of this browser while it lives and its person may sign in.
pub(super) fn live_session(app: &App, visit: &Visit) -> Result<Option<Session>, WebError> {
    Ok(live(app, visit)?.map(|(session, _)| session))
}

/// The session of this browser with its person.
pub(super) fn live(app: &App, visit: &Visit) -> Result<Option<(Session, User)>, WebError> {
    let Some(id) = visit.session.as_ref().map(SessionToken::id) else { return Ok(None) };
    let found = app.store.read(|r| r.live_session(&id))?;
    Ok(found.filter(|(session, user)| is_usable(app, visit, session, user)))
}

fn opening<'a>(
    app: &'a App,
    visit: &Visit,
    (local, chain): (LocalApplication, &'a Chain),
    live: Option<&'a (Session, User)>,
    person: Option<&'a Person>,
    anew: bool,
) -> Opening<'a> {
    Opening {
        id: LoginId::new(visit.now, &mut rng()),
        chain,
        purpose: Purpose::Local { local },
        force_authn: anew,
        must_not_skip: false,
        session: live.map(|(session, _)| session),
        person,
        registry: &app.registry,
        now: visit.now,
        lifetime: app.limits.login_lifetime,
    }
}
