//! The short way for the most frequent request: a good AuthnRequest of a known service provider by a
//! browser whose session proves every step, all of it remembered. It takes one signature and waits
//! for the disk without holding a thread.
//!
//! It takes the same decisions by the same functions as the long way (`request`, `begin`), and only
//! where they end in an assertion; in every other case it leaves the request, untouched, to the long
//! way. What it decided is recorded only if nothing it rests on has changed meanwhile.

use idp_core::id::SessionToken;
use idp_core::sso::Beginning;
use tokio::sync::oneshot;

use super::finish::{Hit, Prepared, prepare};
use super::{Reply, Visit, begin, request};
use crate::app::App;

/// Answers a request by HTTP-Redirect, or leaves it to [`super::receive`].
pub async fn hit(app: &App, visit: &Visit, query: &str) -> Option<Reply> {
    if visit.session.is_none() || !app.store.remembers_facts() {
        return None;
    }
    let announced = app.store.announce_sso();
    let prepared = decide(app, visit, query)?;
    let (tell, told) = oneshot::channel();
    app.store.record_sso_then(prepared.record.clone(), move |recorded| {
        // A browser that went away needs no answer.
        let _ = tell.send(recorded);
    });
    drop(announced);
    matches!(told.await, Ok(Ok(()))).then(|| prepared.reply(app))
}

fn decide(app: &App, visit: &Visit, query: &str) -> Option<Prepared> {
    let session_id = visit.session.as_ref().map(SessionToken::id)?;
    let configuration = app.configuration.current();
    let (request, registered) = request::good_at_sight(app, visit, &configuration, query)?;
    let sp = &registered.service_provider;
    let (generation, facts) = app.store.remembered_sso_facts(&session_id, sp.id)?;
    if facts.configuration_version != configuration.version() {
        return None;
    }
    let live =
        facts.session.filter(|(session, user)| begin::is_usable(app, visit, session, user))?;
    // What a policy may let the person leave out is judged by facts read for it, on the long way.
    let beginning = begin::beginning(app, visit, &registered, &request, Some(&live), None);
    let Beginning::Complete(subject) = beginning else { return None };
    let (session, user) = &live;
    let hit = Hit {
        session,
        user,
        pairwise: facts.pairwise,
        known: facts.participant,
        based_on: Some(generation),
    };
    prepare(app, visit, &configuration, &registered, &request, subject, hit).ok()?.ok()
}
