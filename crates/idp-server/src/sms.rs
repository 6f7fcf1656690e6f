//! Sends text messages through the configured HTTP gateways: in order, within one time budget.
//!
//! What a request looks like is decided in `authenticators::gateway`; here it is only carried out.
//! Redirects are not followed, and of the answer only the status is read.

use std::sync::OnceLock;
use std::time::Duration;

use authenticators::gateway::{GatewayDefinition, HttpCall};
use idp_core::flow::authenticator::{Delivery, TextMessage};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};

use crate::configuration::Configuration;

/// How long all gateways together may take; a person is waiting.
const BUDGET: Duration = Duration::from_secs(15);

/// Makes requests to gateways.
#[derive(Default)]
pub struct SmsSender(OnceLock<Client>);

/// What one gateway did.
#[derive(Debug)]
pub enum Attempt {
    /// It answered with a status that counts as accepted.
    Accepted(u16),
    /// It answered with another status.
    Rejected(u16),
    /// There was no answer, or no request could be made. The text names no address and no value.
    Failed(String),
}

impl SmsSender {
    /// Tries the enabled gateways in order until one accepts.
    pub async fn send(&self, configuration: &Configuration, message: &TextMessage) -> Delivery {
        let tried = tokio::time::timeout(BUDGET, self.try_all(configuration, message)).await;
        tried.unwrap_or_else(|_| {
            tracing::error!("no SMS gateway accepted the message within {} s", BUDGET.as_secs());
            Delivery::Failed
        })
    }

    async fn try_all(&self, configuration: &Configuration, message: &TextMessage) -> Delivery {
        for gateway in configuration.gateways().iter().filter(|gateway| gateway.enabled) {
            match self.call(&gateway.definition, message).await {
                Attempt::Accepted(status) => {
                    tracing::info!(gateway.name = %gateway.name, http.status = status, "an SMS gateway accepted a message");
                    return Delivery::Accepted;
                }
                Attempt::Rejected(status) => tracing::warn!(
                    gateway.name = %gateway.name, http.status = status,
                    "an SMS gateway did not accept a message; `idp-server sms-gateway test` shows the exchange"
                ),
                Attempt::Failed(reason) => tracing::warn!(
                    gateway.name = %gateway.name,
                    "an SMS gateway could not be used: {reason}"
                ),
            }
        }
        tracing::error!("no SMS gateway accepted the message; people cannot get codes");
        Delivery::Failed
    }

    /// One request to one gateway.
    pub async fn call(&self, definition: &GatewayDefinition, message: &TextMessage) -> Attempt {
        match definition.render(message) {
            Err(error) => Attempt::Failed(error.to_string()),
            Ok(call) => match self.exchange(definition, &call).await {
                Ok(status) if definition.accepted.accepts(status) => Attempt::Accepted(status),
                Ok(status) => Attempt::Rejected(status),
                // Addresses carry secrets and numbers.
                Err(error) => Attempt::Failed(cause(&error.without_url())),
            },
        }
    }

    async fn exchange(
        &self,
        definition: &GatewayDefinition,
        call: &HttpCall,
    ) -> Result<u16, reqwest::Error> {
        let method = Method::from_bytes(call.method.as_bytes()).unwrap_or(Method::POST);
        let mut request = self.client()?.request(method, call.url.expose());
        for (name, value) in &call.headers {
            request = request.header(name, value.expose());
        }
        if !call.body.expose().is_empty() {
            request = request.body(call.body.expose().clone());
        } else if call.method != "GET" {
            request = request.header("Content-Length", "0");
        }
        let total = Duration::from_millis(definition.total_timeout_ms.into());
        Ok(request.timeout(total).send().await?.status().as_u16())
    }

    /// Made at first use: reading the system's certificates takes its time.
    fn client(&self) -> Result<&Client, reqwest::Error> {
        if let Some(client) = self.0.get() {
            return Ok(client);
        }
        let client = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .user_agent(concat!("portcullis/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(self.0.get_or_init(|| client))
    }
}

/// An error with what caused it.
fn cause(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}
