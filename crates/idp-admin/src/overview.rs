//! How the server fares at a glance: how much there is, what fails, what expires, what was refused.

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::id::ServiceProviderId;
use idp_store::{
    AuditEvent, Notable, NotableServiceProvider, Reader, StoreError, TrustedCertificate, alias_key,
};
use serde_json::Value;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::AdminError;
use crate::keys::KeyDirectory;
use crate::service_providers::NOTABLE_DRIFT;

/// What expires within this time is told.
pub const SOON: TimeDelta = TimeDelta::days(60);
/// How many refusals are told.
const REFUSALS: u32 = 10;
/// How many service providers are told for each thing that stands out.
const NOTABLE: u32 = 20;

/// What an administrator should know first.
#[derive(Clone, Debug)]
pub struct Overview {
    /// How many service providers are registered.
    pub service_providers: u64,
    /// How many accounts there are.
    pub users: u64,
    /// The gateways in the order of trial.
    pub gateways: Vec<GatewayState>,
    /// Keys, certificates and metadata that expire soon or have expired, the first one first.
    pub expiring: Vec<Expiring>,
    /// Service providers whose clocks are off, the worst first.
    pub clocks: Vec<Clock>,
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
    /// Kind and number of a key, the alias of a certificate, or the name of a service provider.
    pub name: String,
    /// When.
    pub at: Instant,
}

/// What can expire.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExpiringKind {
    /// A key of ours that signs.
    SigningKey,
    /// A certificate that gateways may name, and the gateways that do.
    TrustedCertificate {
        /// Its fingerprint.
        fingerprint: String,
        /// The names of the gateways.
        gateways: Vec<String>,
    },
    /// A certificate in the metadata of a service provider.
    ServiceProviderCertificate {
        /// Which service provider.
        id: ServiceProviderId,
        /// The subject of the certificate.
        subject: String,
    },
    /// The metadata of a service provider itself.
    ServiceProviderMetadata {
        /// Which service provider.
        id: ServiceProviderId,
    },
}

/// A clock that is off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clock {
    /// Which service provider.
    pub id: ServiceProviderId,
    /// Its name.
    pub name: String,
    /// By how much it is behind ours, the median of its last requests; negative: ahead.
    pub behind: TimeDelta,
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
    let soon = admin.now + SOON;
    let mut overview = admin.store.read(|reader| {
        let mut expiring = certificates(reader)?;
        expiring.extend(of_service_providers(reader, soon)?);
        Ok(Overview {
            service_providers: reader.service_provider_count()?,
            users: reader.user_count()?,
            gateways: gateways(reader)?,
            expiring,
            clocks: clocks(reader)?,
            refusals: refusals(reader)?,
        })
    })?;
    overview.expiring.extend(keys.list().iter().map(|stored| Expiring {
        kind: ExpiringKind::SigningKey,
        name: format!("{}-{}", stored.key.kind().name(), stored.number),
        at: stored.key.not_after(),
    }));
    overview.expiring.retain(|item| item.at <= soon);
    name_gateways(admin, &mut overview.expiring);
    overview.expiring.sort_by_key(|item| item.at);
    Ok(overview)
}

/// Certificates and metadata of service providers that end before an instant.
fn of_service_providers(
    reader: &mut Reader<'_>,
    soon: Instant,
) -> Result<Vec<Expiring>, StoreError> {
    let certificates =
        reader.notable_service_providers(Notable::CertificateBefore(soon), NOTABLE)?;
    let certificate = |sp: NotableServiceProvider| {
        let subject = sp.health.certificate_subject.unwrap_or_default();
        let kind = ExpiringKind::ServiceProviderCertificate { id: sp.id, subject };
        sp.health.certificate_expires.map(|at| Expiring { kind, name: sp.name, at })
    };
    let documents = reader.notable_service_providers(Notable::MetadataBefore(soon), NOTABLE)?;
    let document = |sp: NotableServiceProvider| {
        let kind = ExpiringKind::ServiceProviderMetadata { id: sp.id };
        sp.health.metadata_valid_until.map(|at| Expiring { kind, name: sp.name, at })
    };
    let documents = documents.into_iter().filter_map(document);
    Ok(certificates.into_iter().filter_map(certificate).chain(documents).collect())
}

fn clocks(reader: &mut Reader<'_>) -> Result<Vec<Clock>, StoreError> {
    let notable = NOTABLE_DRIFT.num_milliseconds();
    let mut found = reader.notable_service_providers(Notable::ClockBehind(notable), NOTABLE)?;
    found.extend(reader.notable_service_providers(Notable::ClockAhead(notable), NOTABLE)?);
    let clock = |sp: NotableServiceProvider| {
        let behind = TimeDelta::milliseconds(sp.health.clock_drift?);
        Some(Clock { id: sp.id, name: sp.name, behind })
    };
    let mut clocks: Vec<Clock> = found.into_iter().filter_map(clock).collect();
    clocks.sort_by_key(|clock| -clock.behind.abs());
    Ok(clocks)
}

/// Says which gateways would suffer. Definitions are opened only when a certificate expires.
fn name_gateways(admin: &Admin<'_>, expiring: &mut [Expiring]) {
    let is_trusted = |item: &Expiring| matches!(item.kind, ExpiringKind::TrustedCertificate { .. });
    if !expiring.iter().any(is_trusted) {
        return;
    }
    // A gateway that cannot be opened is told on its own page.
    let Ok(users) = crate::trust::gateways_by_alias(admin) else { return };
    for item in expiring {
        if let ExpiringKind::TrustedCertificate { gateways, .. } = &mut item.kind {
            *gateways = users.get(&alias_key(&item.name)).cloned().unwrap_or_default();
        }
    }
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
    let expiring = |certificate: TrustedCertificate| Expiring {
        kind: ExpiringKind::TrustedCertificate {
            fingerprint: certificate.fingerprint,
            gateways: Vec::new(),
        },
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
