//! The HTTP clients: one for each set of needs that gateways have, made when first needed. A change
//! of a gateway, or of a certificate it trusts, changes its needs, and so it gets another client
//! without a restart.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use authenticators::gateway::GatewayDefinition;
use idp_admin::trust::chosen;
use idp_store::TrustedCertificate;
use reqwest::Client;
use reqwest::redirect::Policy;

use super::call::cause;
use crate::trust::client_builder;

/// Clients kept at most; what lies unused after changes is dropped with all others.
const KEPT: usize = 32;
/// Providers close idle connections after a while; a message must not meet one that is closing.
const IDLE: Duration = Duration::from_secs(15);

/// What a client is made for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Needs {
    connect_timeout: Duration,
    /// Beyond those of the system.
    trusted: Vec<TrustedCertificate>,
}

impl Needs {
    /// Of this gateway, whose certificates are among these.
    fn of(definition: &GatewayDefinition, present: &[TrustedCertificate]) -> Result<Self, String> {
        let trusted = chosen(present, &definition.trust).map_err(|missing| {
            let missing = missing.join(", ");
            format!(
                "there is no trusted certificate {missing}; bring it with `idp-server trust import`"
            )
        })?;
        let connect_timeout = Duration::from_millis(definition.connect_timeout_ms.into());
        Ok(Self { connect_timeout, trusted })
    }

    /// Reads the system's certificates, which takes its time.
    fn build(&self) -> Result<Client, String> {
        client_builder(&self.trusted)
            .map_err(|error| format!("a trusted certificate cannot be read: {}", cause(&error)))?
            // An answer that leads elsewhere would carry number and code to somebody else.
            .redirect(Policy::none())
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(IDLE)
            .user_agent(concat!("portcullis/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| cause(&error))
    }
}

/// What calls are made with.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// The clients that were made so far.
    pub clients: &'a Clients,
    /// The certificates that gateways may name.
    pub trusted: &'a [TrustedCertificate],
}

impl Means<'_> {
    /// The client of a gateway.
    pub async fn client(self, definition: &GatewayDefinition) -> Result<Client, String> {
        self.clients.client(Needs::of(definition, self.trusted)?).await
    }
}

/// The clients that were made so far.
#[derive(Default)]
pub struct Clients(Mutex<HashMap<Needs, Client>>);

impl Clients {
    /// A client for these needs.
    async fn client(&self, needs: Needs) -> Result<Client, String> {
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
