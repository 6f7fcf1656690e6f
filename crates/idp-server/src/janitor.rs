//! Clears away what has expired: logins, noted requests, links, sessions, counters.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;

use crate::app::App;
use crate::clock;

/// How often it looks.
const INTERVAL: Duration = Duration::from_mins(1);
/// Rows per table and transaction, so that nobody waits long for the database.
const BATCH: u32 = 1_000;

/// Runs until the server stops.
pub async fn run(app: Arc<App>) {
    let mut ticks = tokio::time::interval(INTERVAL);
    loop {
        ticks.tick().await;
        app.rate.forget_quiet();
        let worker = Arc::clone(&app);
        let purged = web::block(move || purge_all(&worker)).await;
        match purged {
            Ok(Ok(0)) | Err(_) => {}
            Ok(Ok(rows)) => tracing::debug!(rows, "cleared away what has expired"),
            Ok(Err(error)) => {
                tracing::error!("what has expired could not be cleared away: {error}");
            }
        }
    }
}

fn purge_all(app: &App) -> Result<u64, idp_store::StoreError> {
    let mut total = 0;
    loop {
        let rows = app.store.purge(clock::now(), BATCH)?;
        total += rows;
        if rows == 0 {
            return Ok(total);
        }
    }
}
