//! How the server fares at a glance.

use idp_admin::access_tokens::Scope;
use idp_admin::overview::{self, ExpiringKind};
use idp_core::Instant;
use serde::Serialize;
use utoipa::ToSchema;

use super::call::Call;
use super::operation::Operation;
use super::refusal::Refusal;
use super::reply::Reply;

/// What an administrator should know first.
#[derive(Serialize, ToSchema)]
pub struct Overview {
    /// How many service providers are registered.
    service_providers: u64,
    /// How many accounts there are.
    users: u64,
    /// The gateways in the order of trial.
    sms_gateways: Vec<GatewayState>,
    /// What expires within 60 days or has expired, the first one first.
    expiring: Vec<Expiring>,
    /// Service providers whose clocks are off.
    clocks: Vec<ClockState>,
    /// The last refusals, newest first.
    refusals: Vec<RefusalSeen>,
}

/// How a gateway fares.
#[derive(Serialize, ToSchema)]
pub struct GatewayState {
    /// What administrators call it.
    name: String,
    /// Whether it is used.
    enabled: bool,
    /// Failures in a row.
    failures: u32,
    /// Until when it is left alone.
    #[schema(value_type = Option<String>, format = DateTime)]
    open_until: Option<Instant>,
}

/// Something that expires.
#[derive(Serialize, ToSchema)]
pub struct Expiring {
    /// `signing-key`, `trusted-certificate`, `service-provider-certificate` or
    /// `service-provider-metadata`.
    kind: &'static str,
    /// Which.
    name: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
}

/// A clock that is off.
#[derive(Serialize, ToSchema)]
pub struct ClockState {
    /// Which service provider.
    id: String,
    /// Its name.
    name: String,
    /// By how many seconds it is behind ours; negative: ahead.
    behind_seconds: i64,
}

/// Something that was refused.
#[derive(Serialize, ToSchema)]
pub struct RefusalSeen {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// The code that was shown.
    incident: String,
    /// The service provider it concerns, or the entityID it claims.
    service_provider: Option<String>,
    /// What the rule expects.
    expected: String,
    /// What was found.
    found: String,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let names = ("/overview", "overview", "How much there is, what fails and what expires");
    vec![Operation::get(names, Scope::AuditRead, look).answers::<Overview>()]
}

fn look(call: &Call<'_>) -> Result<Reply, Refusal> {
    let found = overview::overview(&call.admin(), call.configuration().keys())?;
    let gateways = found.gateways.into_iter().map(|gateway| GatewayState {
        name: gateway.name,
        enabled: gateway.enabled,
        failures: gateway.failures,
        open_until: gateway.open_until,
    });
    let expiring = found.expiring.into_iter().map(|one| Expiring {
        kind: match one.kind {
            ExpiringKind::SigningKey => "signing-key",
            ExpiringKind::TrustedCertificate { .. } => "trusted-certificate",
            ExpiringKind::ServiceProviderCertificate { .. } => "service-provider-certificate",
            ExpiringKind::ServiceProviderMetadata { .. } => "service-provider-metadata",
        },
        name: one.name,
        at: one.at,
    });
    let clocks = found.clocks.into_iter().map(|clock| ClockState {
        id: clock.id.to_string(),
        name: clock.name,
        behind_seconds: clock.behind.num_seconds(),
    });
    let refusals = found.refusals.into_iter().map(|refusal| RefusalSeen {
        at: refusal.at,
        incident: refusal.incident,
        service_provider: refusal.service_provider,
        expected: refusal.expected,
        found: refusal.found,
    });
    Reply::json(&Overview {
        service_providers: found.service_providers,
        users: found.users,
        sms_gateways: gateways.collect(),
        expiring: expiring.collect(),
        clocks: clocks.collect(),
        refusals: refusals.collect(),
    })
}
