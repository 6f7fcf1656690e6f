//! Works at metadata sources in the background: fetches those that are due, and does what time alone
//! brings. What that is, is decided in `idp_admin::metadata_sources`; `first_met` asks query services while
//! somebody waits to be signed in.

mod first_met;

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use idp_admin::metadata_sources::{self, Answer, Fetch, Question, Refreshed, Surroundings};
use idp_admin::{Actor, Admin, AdminError};

use crate::app::App;
use crate::clock;
use crate::config::Settings;
use crate::error::WebError;
use crate::fetch::Fetcher;
use crate::rng::rng;

pub use first_met::FirstMet;

/// How often it looks.
const INTERVAL: Duration = Duration::from_secs(5);

/// Fetches for sources, within the limits of the settings.
pub struct Outbound {
    small: Fetcher,
    large: Fetcher,
    most: usize,
    quarantine: bool,
}

impl Outbound {
    /// For refreshes.
    pub fn of(settings: &Settings) -> Self {
        let small = Fetcher::of_metadata(settings);
        let most = usize::try_from(settings.metadata.aggregate_megabytes).unwrap_or(usize::MAX);
        let most = most.saturating_mul(1_000_000);
        let seconds = u64::from(settings.metadata.aggregate_timeout_seconds);
        let large = Fetcher { limit: Duration::from_secs(seconds), most, ..small.clone() };
        Self { small, large, most, quarantine: settings.console.quarantine }
    }

    /// For questions while somebody waits.
    pub fn of_queries(settings: &Settings) -> Self {
        let mut outbound = Self::of(settings);
        outbound.small.limit = Duration::from_secs(settings.metadata.query_timeout_seconds.into());
        outbound
    }

    /// What the work at a source goes by.
    pub fn surroundings<'a>(&'a self, admin: &Admin<'_>) -> Surroundings<'a> {
        Surroundings {
            fetch: self,
            clock: &clock::now,
            quarantine: self.quarantine,
            most: self.most,
            denied: admin.rules.denied_algorithms,
        }
    }
}

impl Fetch for Outbound {
    fn fetch(&self, question: Question<'_>) -> Result<Answer, String> {
        let fetcher = if question.large { &self.large } else { &self.small };
        fetcher.conditional_blocking(question).map_err(|error| error.to_string())
    }
}

/// Runs until the server stops.
pub async fn run(app: Arc<App>) {
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let worker = Arc::clone(&app);
        // A panic is in the log already; the next round begins afresh.
        let _ = web::block(move || work(&worker)).await;
    }
}

/// Does what is due. Whether something was.
pub fn work(app: &App) -> bool {
    match try_work(app) {
        Ok(worked) => worked,
        Err(error) => {
            tracing::error!("metadata sources cannot be worked at: {error}");
            false
        }
    }
}

fn try_work(app: &App) -> Result<bool, AdminError> {
    let configuration = app.configuration.refreshed().map_err(unavailable)?;
    let now = clock::now();
    let kinds = configuration.keys().signing_kinds(now);
    let admin = app.admin(Actor::CommandLine, now, &configuration, &kinds);
    let outbound = Outbound::of(&app.settings);
    let world = outbound.surroundings(&admin);
    let due = metadata_sources::due(&admin)?;
    for row in &due {
        let name = &row.source.name;
        match metadata_sources::refresh(&admin, &world, row.id, &mut rng()) {
            Ok(Refreshed::Worked(counts)) => {
                tracing::info!(source = %name, ?counts, "a metadata source was refreshed");
            }
            Ok(Refreshed::Failed(why)) => {
                tracing::warn!(source = %name, "a metadata source was not refreshed: {why}");
            }
            // After a conflict whoever took the lease over goes on.
            Ok(Refreshed::NotModified | Refreshed::Elsewhere)
            | Err(AdminError::Store(idp_store::StoreError::Conflict(_))) => {}
            Err(error) => {
                tracing::error!(source = %name, "a metadata source is in trouble: {error}");
            }
        }
    }
    let mut changed = 0;
    loop {
        let now = metadata_sources::sweep(&admin, &mut rng())?;
        changed += now;
        if now == 0 {
            break;
        }
    }
    Ok(changed > 0 || !due.is_empty())
}

fn unavailable(error: WebError) -> AdminError {
    AdminError::Conflict(format!("the configuration cannot be read: {}", error.describe()))
}
