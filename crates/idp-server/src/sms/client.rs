//! The HTTP clients: one for each set of needs that gateways have, made when first needed. A change
//! of a gateway, or of a certificate it trusts, changes its needs, and so it gets another client
//! without a restart.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use authenticators::gateway::GatewayDefinition;
use reqwest::Client;
use reqwest::redirect::Policy;

use super::call::cause;

/// Clients kept at most; what lies unused after changes is dropped with all others.
const KEPT: usize = 32;
/// Providers close idle connections after a while; a message must not meet one that is closing.
const IDLE: Duration = Duration::from_secs(15);

/// What a client is made for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Needs {
    connect_timeout: Duration,
}

impl Needs {
    /// Of this gateway.
    pub fn of(definition: &GatewayDefinition) -> Self {
        Self { connect_timeout: Duration::from_millis(definition.connect_timeout_ms.into()) }
    }

    /// Reads the system's certificates, which takes its time.
    fn build(&self) -> Result<Client, String> {
        Client::builder()
            // An answer that leads elsewhere would carry number and code to somebody else.
            .redirect(Policy::none())
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(IDLE)
            .user_agent(concat!("portcullis/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| cause(&error))
    }
}

/// The clients that were made so far.
#[derive(Default)]
pub struct Clients(Mutex<HashMap<Needs, Client>>);

impl Clients {
    /// A client for these needs.
    pub async fn client(&self, needs: Needs) -> Result<Client, String> {
        if let Some(known) = self.known().get(&needs) {
            return Ok(known.clone());
        }
        let wanted = needs.clone();
        let made = tokio::task::spawn_blocking(move || wanted.build()).await;
        let made = made.map_err(|error| error.to_string())??;
        let mut known = self.known();
        if known.len() >= KEPT {
            known.clear();
        }
        Ok(known.entry(needs).or_insert(made).clone())
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Needs, Client>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
