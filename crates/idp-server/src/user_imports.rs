//! Files of people that are worked through in the background, so that nobody waits for thousands of
//! lines in one request, and a browser that leaves stops nothing. Known to this process only: after a
//! restart, or on another node, the same file sent again makes what is missing.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use idp_admin::Actor;
use idp_admin::users::{Import, Imported};
use idp_core::Instant;
use idp_core::id::{UserId, hex};
use idp_core::saml::urn::KeyKind;
use rand::RngCore;

use crate::app::App;
use crate::configuration::Configuration;
use crate::rng::rng;

/// How long the outcome, with its links, is kept.
const KEPT: TimeDelta = TimeDelta::hours(1);
/// Files that are worked through at the same time at most.
const AT_ONCE: usize = 2;

/// The files that are, or were, worked through.
#[derive(Default)]
pub struct Imports(Mutex<BTreeMap<String, Arc<ImportJob>>>);

/// One of them.
pub struct ImportJob {
    owner: UserId,
    begun_at: Instant,
    /// How many accounts it is to make.
    pub total: usize,
    made: AtomicUsize,
    outcome: Mutex<Option<Result<Imported, String>>>,
}

impl Imports {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<ImportJob>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The one with this identifier, if this person began it.
    pub fn find(&self, id: &str, owner: UserId, now: Instant) -> Option<Arc<ImportJob>> {
        let mut all = self.all();
        all.retain(|_, job| job.is_running() || now - job.begun_at < KEPT);
        all.get(id).filter(|job| job.owner == owner).cloned()
    }

    /// A place for another one; `None` while as many are worked through as may be.
    fn begin(&self, job: ImportJob) -> Option<(String, Arc<ImportJob>)> {
        let mut all = self.all();
        if all.values().filter(|job| job.is_running()).count() >= AT_ONCE {
            return None;
        }
        let mut id = [0; 16];
        rng().fill_bytes(&mut id);
        let (id, job) = (hex(&id), Arc::new(job));
        all.insert(id.clone(), Arc::clone(&job));
        Some((id, job))
    }
}

impl ImportJob {
    /// How many accounts are made so far.
    pub fn made(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }

    /// Whether it is not at its end.
    pub fn is_running(&self) -> bool {
        self.outcome().is_none()
    }

    /// What it came to.
    pub fn outcome(&self) -> MutexGuard<'_, Option<Result<Imported, String>>> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who begins to work through a file, and under which configuration.
pub struct Beginner<'a> {
    /// The server's parts.
    pub app: &'a Arc<App>,
    /// Whose file it is: who may ask how far it is.
    pub owner: UserId,
    /// On whose behalf accounts are made.
    pub actor: Actor,
    /// When.
    pub now: Instant,
    /// The configuration in force.
    pub configuration: &'a Arc<Configuration>,
    /// The kinds of which a key signs now.
    pub key_kinds: &'a [KeyKind],
}

/// Begins to make the accounts. The identifier of the job; `None` while there are enough.
pub fn begin(beginner: Beginner<'_>, import: Import, hours: Option<u32>) -> Option<String> {
    let Beginner { app, owner, actor, now, configuration, key_kinds } = beginner;
    let job = ImportJob {
        owner,
        begun_at: now,
        total: import.count(),
        made: AtomicUsize::new(0),
        outcome: Mutex::new(None),
    };
    let (id, job) = app.imports.begin(job)?;
    let (configuration, kinds) = (Arc::clone(configuration), key_kinds.to_vec());
    let work = {
        let (app, job) = (Arc::clone(app), Arc::clone(&job));
        move || {
            let admin = app.admin(actor, now, &configuration, &kinds);
            let mut progress = |made| job.made.store(made, Ordering::Relaxed);
            import.make(&admin, hours, &mut progress, &mut rng()).map_err(|error| error.to_string())
        }
    };
    let runner: Arc<App> = Arc::clone(app);
    let under_way = app.sms.background.spawn(async move {
        let outcome = runner.sms.background.on_database(work).await;
        *job.outcome() = Some(outcome.unwrap_or_else(Err));
    });
    under_way.map(|_| id)
}
