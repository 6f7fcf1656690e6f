//! Gateways between their sealed row and the definition that can be called.

use idp_core::id::GatewayId;
use idp_store::{SmsGateway, SmsGatewayRow, Store};
use rand::RngCore;
use serde_json::json;
use url::Url;

use authenticators::gateway::GatewayDefinition;
use idp_core::secret::Secret;

use crate::difference::View;
use crate::error::AdminError;
use crate::seal::{SealError, SealingKey};

/// A gateway with its opened definition. `Debug` shows none of the values.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// Names the gateway.
    pub id: GatewayId,
    /// What administrators call it.
    pub name: String,
    /// Whether it is used.
    pub enabled: bool,
    /// Its place in the order of trial.
    pub order: i64,
    /// How it is called.
    pub definition: GatewayDefinition,
    /// The version to name when changing it; 0 while it is not stored.
    pub version: i64,
}

/// Every gateway in the order of trial, opened: for sending, never for showing.
pub fn open_all(store: &Store, key: &SealingKey) -> Result<Vec<Gateway>, AdminError> {
    let rows = store.read(|reader| reader.sms_gateways())?;
    rows.into_iter().map(|row| Gateway::open(row, key)).collect()
}

impl Gateway {
    /// Opens a stored gateway.
    pub(super) fn open(row: SmsGatewayRow, key: &SealingKey) -> Result<Self, AdminError> {
        let gateway = row.gateway;
        let document = key.open(&gateway.sealed, &context(gateway.id))?;
        let definition =
            serde_json::from_slice(document.expose()).map_err(|_| SealError::Unreadable)?;
        Ok(Self {
            id: gateway.id,
            name: gateway.name,
            enabled: gateway.enabled,
            order: gateway.position,
            definition,
            version: row.version,
        })
    }

    /// The gateway as it is stored.
    pub(super) fn seal(
        &self,
        key: &SealingKey,
        rng: &mut dyn RngCore,
    ) -> Result<SmsGateway, AdminError> {
        let document = serde_json::to_vec(&self.definition).map_err(|_| SealError::Library)?;
        let document = Secret::new(document);
        Ok(SmsGateway {
            id: self.id,
            name: self.name.clone(),
            position: self.order,
            enabled: self.enabled,
            sealed: key.seal(document.expose(), &context(self.id), rng)?,
        })
    }
}

/// Binds a sealed definition to its row.
fn context(id: GatewayId) -> Vec<u8> {
    format!("sms gateway {id}").into_bytes()
}

/// What may be shown in lists and plans: of the address its scheme and host, of the headers their
/// names, of the body whether there is one, of the secrets their names.
pub(super) fn view(gateway: &Gateway) -> View {
    let definition = &gateway.definition;
    let endpoint = Url::parse(&definition.url)
        .map_or_else(|_| String::new(), |url| url.origin().ascii_serialization());
    let headers: Vec<&str> = definition.headers.iter().map(|(name, _)| name).collect();
    let secrets: Vec<&str> = definition.secrets.names().collect();
    let fields = [
        ("name", json!(gateway.name)),
        ("enabled", json!(gateway.enabled)),
        ("order", json!(gateway.order)),
        ("endpoint", json!(endpoint)),
        ("method", json!(definition.method)),
        ("headers", json!(headers)),
        ("body", json!(!definition.body.is_empty())),
        ("accept", json!(definition.accepted.to_string())),
        ("answer", json!(definition.answer)),
        ("number_form", json!(definition.number_form)),
        ("message", json!(definition.message)),
        ("trust", json!(definition.trust)),
        ("secrets", json!(secrets)),
        ("connect_timeout_ms", json!(definition.connect_timeout_ms)),
        ("total_timeout_ms", json!(definition.total_timeout_ms)),
    ];
    fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}

/// What may be shown of one gateway: its templates too, with masks for what looks like a secret, and
/// what is in force where nothing is set.
pub(super) fn detail(gateway: &Gateway) -> View {
    let masked = gateway.definition.masked();
    let headers: Vec<String> =
        masked.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let mut view = view(gateway);
    for (field, value) in [
        ("url", json!(masked.url)),
        ("headers", json!(headers)),
        ("body", json!(masked.body)),
        ("accept", json!(masked.accepted.in_words())),
        ("answer", json!(gateway.definition.effective_answer())),
        ("number_form", json!(gateway.definition.effective_number_form())),
    ] {
        view.insert(field.to_owned(), value);
    }
    view
}
