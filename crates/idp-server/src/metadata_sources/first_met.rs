//! Service providers that nobody registered, first met in a message (C141). Anybody can put a name into
//! a message, so what it makes us ask is bounded: each name once in a while, so many names a minute, so
//! many at a time, and for a few seconds.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use idp_admin::{Actor, metadata_sources};
use idp_core::id::EntityId;
use moka::sync::Cache;

use super::Outbound;
use crate::app::App;
use crate::clock;
use crate::error::WebError;
use crate::rng::rng;
use crate::sign_in::Visit;

/// How long an answer is remembered.
const REMEMBERED: Duration = Duration::from_mins(5);
/// How many are.
const NAMES: u64 = 10_000;
/// How many wait at a time; each has a thread.
const PLACES: usize = 8;

/// What was asked for lately.
pub struct FirstMet {
    asked: Cache<EntityId, bool>,
    limit: Option<DefaultDirectRateLimiter>,
    waiting: AtomicUsize,
}

impl FirstMet {
    /// So many names are asked for per minute; 0: none.
    pub fn new(per_minute: u32) -> Self {
        let limit =
            NonZeroU32::new(per_minute).map(|rate| RateLimiter::direct(Quota::per_minute(rate)));
        let asked = Cache::builder().max_capacity(NAMES).time_to_live(REMEMBERED).build();
        Self { asked, limit, waiting: AtomicUsize::new(0) }
    }

    /// Whether a query service knows this service provider, which is registered then.
    pub fn finds(&self, app: &App, visit: &Visit, entity_id: &EntityId) -> Result<bool, WebError> {
        if let Some(found) = self.asked.get(entity_id) {
            return Ok(found);
        }
        app.rate.take(visit.address)?;
        let Some(limit) = &self.limit else { return Ok(false) };
        let Some(_place) = Place::take(&self.waiting) else { return Ok(false) };
        if limit.check().is_err() {
            return Ok(false);
        }
        // Who asks for the same name meanwhile waits for this answer.
        Ok(self.asked.get_with_by_ref(entity_id, || {
            look_up(app, entity_id).unwrap_or_else(|error| {
                tracing::warn!(%entity_id, "a service provider could not be looked up: {error}");
                false
            })
        }))
    }
}

fn look_up(app: &App, entity_id: &EntityId) -> Result<bool, String> {
    let configuration = app.configuration.refreshed().map_err(|error| error.describe())?;
    let now = clock::now();
    let kinds = configuration.keys().signing_kinds(now);
    let admin = app.admin(Actor::CommandLine, now, &configuration, &kinds);
    let outbound = Outbound::of_queries(&app.settings);
    let world = outbound.surroundings(&admin);
    metadata_sources::look_up(&admin, &world, entity_id, &mut rng())
        .map_err(|error| error.to_string())
}

/// One of the places, given back when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Self> {
        let place = Self(waiting);
        (waiting.fetch_add(1, Ordering::SeqCst) < PLACES).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
