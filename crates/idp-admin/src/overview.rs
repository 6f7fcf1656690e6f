//! How the server fares at a glance: how much there is, what fails, what expires, what was refused.

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::id::ServiceProviderId;
use idp_store::{AuditEvent, Reader, StoreError};
use serde_json::Value;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::AdminError;
use crate::keys::KeyDirectory;

/// What expires within this time is told.
pub const SOON: TimeDelta = TimeDelta::days(60);
/// How many refusals are told.
const REFUSALS: u32 = 10;

/// What an administrator should know first.
#[derive(Clone, Debug)]
pub struct Overview {
    /// How many service providers are registered.
    pub service_providers: u64,
    /// How many accounts there are.
    pub users: u64,
    /// The gateways in the order of trial.
    pub gateways: Vec<GatewayState>,
    /// Keys and certificates of ours that expire soon or have expired, the first one first.
    pub expiring: Vec<Expiring>,
    /// The last refusals, newest first.
    pub refusals: Vec<Refusal>,
}

/// How a gateway fares.
#[derive(Clone, Debug)]
pub struct GatewayState {
    /// What administrators call it.
    pub name: String,
    /// Whether it is used.
    pub enabled: bool,
    /// Failures in a row.
    pub failures: u32,
    /// Until when it is left alone.
    pub open_until: Option<Instant>,
}

/// Something that expires.
#[derive(Clone, Debug)]
pub struct Expiring {
    /// What it is.
    pub kind: ExpiringKind,
    /// Kind and number of a key, or the alias of a certificate.
    pub name: String,
    /// When.
    pub at: Instant,
}

/// What can expire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExpiringKind {
    /// A key of ours that signs.
    SigningKey,
    /// A certificate that gateways may name.
    TrustedCertificate,
}

/// Something that was refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// When.
    pub at: Instant,
    /// The code that was shown.
    pub incident: String,
    /// The name of the service provider it concerns, or the entityID it claims.
    pub service_provider: Option<String>,
    /// What the rule expects.
    pub expected: String,
    /// What was found.
    pub found: String,
}

/// Looks at everything.
pub fn overview(admin: &Admin<'_>, keys: &KeyDirectory) -> Result<Overview, AdminError> {
    admin.actor.require(Permission::Read)?;
    let (service_providers, users, gateways, mut expiring, refusals) =
        admin.store.read(|reader| {
            let counts = (reader.service_provider_count()?, reader.user_count()?);
            Ok((counts.0, counts.1, gateways(reader)?, certificates(reader)?, refusals(reader)?))
        })?;
    expiring.extend(keys.list().iter().map(|stored| Expiring {
        kind: ExpiringKind::SigningKey,
        name: format!("{}-{}", stored.key.kind().name(), stored.number),
        at: stored.key.not_after(),
    }));
    expiring.retain(|item| item.at <= admin.now + SOON);
    expiring.sort_by_key(|item| item.at);
    Ok(Overview { service_providers, users, gateways, expiring, refusals })
}

fn gateways(reader: &mut Reader<'_>) -> Result<Vec<GatewayState>, StoreError> {
    let health = reader.gateway_health()?;
    let rows = reader.sms_gateways()?;
    let state = |row: idp_store::SmsGatewayRow| {
        let health = health.iter().find(|health| health.gateway == row.gateway.id);
        GatewayState {
            name: row.gateway.name,
            enabled: row.gateway.enabled,
            failures: health.map_or(0, |health| health.failures),
            open_until: health.and_then(|health| health.open_until),
        }
    };
    Ok(rows.into_iter().map(state).collect())
}

fn certificates(reader: &mut Reader<'_>) -> Result<Vec<Expiring>, StoreError> {
    let all = reader.trusted_certificates()?.into_iter();
    let expiring = |certificate: idp_store::TrustedCertificate| Expiring {
        kind: ExpiringKind::TrustedCertificate,
        name: certificate.alias,
        at: certificate.not_after,
    };
    Ok(all.map(expiring).collect())
}

fn refusals(reader: &mut Reader<'_>) -> Result<Vec<Refusal>, StoreError> {
    let events = reader.last_refusals(REFUSALS)?;
    events.into_iter().map(|event| refusal(reader, event)).collect()
}

fn refusal(reader: &mut Reader<'_>, event: AuditEvent) -> Result<Refusal, StoreError> {
    let said = |field: &str| event.detail.get(field).and_then(Value::as_str).map(str::to_owned);
    let registered = match event.service_provider {
        Some(id) => name(reader, id)?,
        None => None,
    };
    Ok(Refusal {
        at: event.at,
        service_provider: registered.or_else(|| said("issuer")),
        expected: said("expected").unwrap_or_default(),
        found: said("found").unwrap_or_default(),
        incident: event.incident.unwrap_or_default(),
    })
}

fn name(reader: &mut Reader<'_>, id: ServiceProviderId) -> Result<Option<String>, StoreError> {
    Ok(reader.service_provider_by_id(id)?.map(|found| found.value.name))
}
