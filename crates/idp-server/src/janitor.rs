//! Clears away what has expired: logins, noted requests, links, sessions, counters, old rows of the
//! ledger of messages and, where that is set, of the audit trail. Keeps up what that ledger adds up to,
//! and looks through it for what is suspicious.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use chrono::TimeDelta;
use idp_admin::{activity, audit_trail};
use idp_core::Instant;
use idp_store::StoreError;

use crate::app::App;
use crate::clock;
use crate::rng::rng;

/// How often it looks.
const INTERVAL: Duration = Duration::from_mins(1);
/// Rows per table and transaction, so that nobody waits long for the database.
const BATCH: u32 = 1_000;

/// Rows of the ledger of messages per transaction; each is in many sums.
const SENDS: u32 = 250;

/// Rows of the audit trail per transaction; each has several indexes.
const EVENTS: u32 = 200;
/// So many transactions each time, so that a server can stop in between.
const EVENT_BATCHES: u32 = 200;

/// Runs until the server stops.
pub async fn run(app: Arc<App>) {
    let mut ticks = tokio::time::interval(INTERVAL);
    loop {
        ticks.tick().await;
        app.rate.forget_quiet();
        app.wrong_tokens.forget_quiet();
        watch_sends(&app).await;
        let worker = Arc::clone(&app);
        let purged = web::block(move || purge_all(&worker)).await;
        forget_events(&app).await;
        match purged {
            Ok(Ok(0)) | Err(_) => {}
            Ok(Ok(rows)) => tracing::debug!(rows, "cleared away what has expired"),
            Ok(Err(error)) => {
                tracing::error!("what has expired could not be cleared away: {error}");
            }
        }
    }
}

/// Old rows of the audit trail, and sums that no chart reaches.
async fn forget_events(app: &Arc<App>) {
    let worker = Arc::clone(app);
    let forgotten = web::block(move || forget_all_events(&worker)).await;
    if let Ok(Err(error)) = forgotten {
        tracing::error!("old rows of the audit trail could not be removed: {error}");
    }
}

fn forget_all_events(app: &App) -> Result<(), idp_admin::AdminError> {
    let now = clock::now();
    app.store.purge_hour_sums(now - activity::KEPT)?;
    let kept = app.settings.audit.keep_days;
    if kept == 0 {
        return Ok(());
    }
    let before = now - TimeDelta::days(kept.into());
    let configuration = app.configuration.current();
    let secrets = configuration.keys().secrets();
    for _ in 0..EVENT_BATCHES {
        if audit_trail::forget(&app.store, secrets, before, EVENTS)? == 0 {
            break;
        }
    }
    Ok(())
}

async fn watch_sends(app: &Arc<App>) {
    let worker = Arc::clone(app);
    let looked = web::block(move || worker.sms.look_for_pumping(clock::now(), &mut rng())).await;
    match looked {
        Ok(Ok(suspicious)) => suspicious.iter().for_each(|_| app.metrics.pumping_alarm()),
        Ok(Err(error)) => {
            tracing::error!("the ledger of messages cannot be looked through: {error}");
        }
        Err(_) => {}
    }
}

fn purge_all(app: &App) -> Result<u64, StoreError> {
    let mut total = 0;
    loop {
        let now = clock::now();
        let rows = app.store.purge(now, BATCH)? + work_on_ledger(app, now)?;
        total += rows;
        if rows == 0 {
            return Ok(total);
        }
    }
}

/// Moves the sums of the ledger on and deletes its oldest rows. Returns how many rows that were; 0 too
/// while another node does it.
fn work_on_ledger(app: &App, now: Instant) -> Result<u64, StoreError> {
    let kept = TimeDelta::days(app.settings.sms.ledger_days.into());
    let moved = app.store.move_sms_windows(now, SENDS);
    let moved = moved.and_then(|moved| Ok(moved + app.store.purge_sms_sends(now - kept, SENDS)?));
    match moved {
        Err(StoreError::Conflict(_)) => Ok(0),
        moved => moved,
    }
}
