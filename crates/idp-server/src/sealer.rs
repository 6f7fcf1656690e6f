//! Gives the rows of the audit trail their places in the chain a moment after they were written, and
//! keeps up what pages read instead of the trail: sums per hour, and how service providers fare.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use chrono::TimeDelta;
use idp_admin::audit_trail::{self, Look, Patrol, Sealing};
use idp_admin::service_providers::look_at_changed;
use idp_admin::{AdminError, activity};
use idp_core::Instant;
use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::clock;

/// How often it looks.
const INTERVAL: Duration = Duration::from_secs(2);
/// Every so many times it looks further back, and at what changes slowly.
const ROUND: u32 = 30;
/// Service providers whose metadata is looked at in one transaction.
const LOOKED_AT: u32 = 50;

/// Runs until the server stops.
pub async fn run(app: Arc<App>) {
    let mut ticks = tokio::time::interval(INTERVAL);
    // After a long catching up there is nothing to make up for.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sealer = Sealer::default();
    loop {
        if !sealer.behind {
            ticks.tick().await;
        }
        let worker = Arc::clone(&app);
        let worked = web::block(move || {
            sealer.work(&worker, clock::now());
            sealer
        });
        // Whatever a panic left behind is not trusted.
        sealer = worked.await.unwrap_or_default();
    }
}

/// What is remembered from one time to the next.
#[derive(Default)]
struct Sealer {
    times: u32,
    patrol: Patrol,
    /// The most places that the chain had.
    longest: i64,
    /// The version of the configuration up to which service providers were looked at.
    looked_at: Option<i64>,
    counted_messages: bool,
    head_told: Option<Instant>,
    /// There is more to do at once, after a long stop.
    behind: bool,
}

impl Sealer {
    fn work(&mut self, app: &App, now: Instant) {
        let round = self.times.is_multiple_of(ROUND);
        self.times = self.times.wrapping_add(1);
        let sealed = self.seal(app, now, round);
        self.behind = sealed.as_ref().is_ok_and(|sealing| sealing.more);
        match sealed {
            Ok(sealing) => {
                app.metrics.sealed(sealing.rows, sealing.settled);
                self.tell_head(&sealing, now);
            }
            Err(error) => {
                app.metrics.sealing_failed();
                // Not with every look: a broken chain stays broken until somebody acts.
                if round {
                    tracing::error!("the audit trail cannot be sealed: {error}");
                }
            }
        }
        if let Err(error) = self.look_around(app, now, round) {
            tracing::error!("how service providers fare cannot be kept up: {error}");
        }
    }

    fn seal(&mut self, app: &App, now: Instant, round: bool) -> Result<Sealing, AdminError> {
        let configuration = app.configuration.current();
        let secrets = configuration.keys().secrets();
        self.check_length(app)?;
        let look = if round { Look::Long } else { Look::Short };
        let sealing = audit_trail::seal(&app.store, secrets, now, look)?;
        if round {
            let late = self.patrol.walk(&app.store, secrets, now)?;
            if late > 0 {
                tracing::warn!(
                    late,
                    "rows of the audit trail bear times long before they were written; \
                     `idp-server audit verify` names them"
                );
            }
        }
        Ok(sealing)
    }

    /// Whoever puts the chain back behind a running server would have it vouch for what follows.
    fn check_length(&mut self, app: &App) -> Result<(), AdminError> {
        let length = app.store.read(|reader| reader.audit_chain())?.position;
        if length < self.longest {
            return Err(AdminError::Conflict(format!(
                "the audit chain has {length} places and had {} before, while this server ran; find \
                 out who put it back, then restart the server",
                self.longest
            )));
        }
        self.longest = length;
        Ok(())
    }

    fn look_around(
        &mut self,
        app: &App,
        now: Instant,
        round: bool,
    ) -> Result<(), idp_store::StoreError> {
        let version = app.store.read(|reader| reader.configuration_version())?;
        if self.looked_at != Some(version) {
            while look_at_changed(&app.store, LOOKED_AT)? > 0 {}
            self.looked_at = Some(version);
        }
        if round {
            let counted = activity::count_messages(&app.store, now, !self.counted_messages);
            match counted {
                // Another node counts them.
                Err(idp_store::StoreError::Conflict(_)) => {}
                counted => counted?,
            }
            self.counted_messages = true;
        }
        Ok(())
    }

    /// Where logs are kept elsewhere, the head in them shows later whether the newest rows were cut.
    fn tell_head(&mut self, sealing: &Sealing, now: Instant) {
        let due = self.head_told.is_none_or(|told| now - told >= TimeDelta::hours(1));
        if due {
            tracing::info!(head = %sealing.head, "the head of the audit chain");
            self.head_told = Some(now);
        }
    }
}
