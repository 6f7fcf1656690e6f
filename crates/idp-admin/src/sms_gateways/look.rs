//! Gateways as they may be shown to people, by their identifiers: how they fare, what is unwise about
//! them, and the request they would send.

use authenticators::gateway::{AnswerRule, GatewayDefinition, NumberForm, Severity};
use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::flow::authenticator::{CodeWording, TextMessage};
use idp_core::id::GatewayId;
use idp_core::secret::Secret;
use idp_store::{GatewayHealth, SmsGatewayRow, TrustedCertificate};
use url::Url;

use super::prepared::of_field;
use super::sealed::Gateway;
use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::{AdminError, Problem};
use crate::trust;

/// How a gateway fares.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    /// Failures in a row.
    pub failures: u32,
    /// Since when, where that is known.
    pub failing_since: Option<Instant>,
    /// Until when it is left alone.
    pub open_until: Option<Instant>,
}

/// A gateway in the list.
#[derive(Clone, Debug)]
pub struct GatewayRow {
    /// Names the gateway.
    pub id: GatewayId,
    /// What administrators call it.
    pub name: String,
    /// Whether it is used.
    pub enabled: bool,
    /// Scheme and host of its address.
    pub endpoint: String,
    /// How it fares.
    pub standing: Standing,
    /// What makes it useless.
    pub errors: Vec<Problem>,
    /// What is allowed but unwise.
    pub warnings: Vec<Problem>,
}

/// Everything that may be shown of a gateway.
#[derive(Clone, Debug)]
pub struct ShownGateway {
    /// As in the list.
    pub row: GatewayRow,
    /// The version to name when changing it.
    pub version: i64,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Its definition with masks for whatever is or looks like a secret.
    pub definition: GatewayDefinition,
    /// The names of its secrets.
    pub secrets: Vec<String>,
    /// The rules for answers that are in force.
    pub answer: Vec<AnswerRule>,
    /// The form of numbers that is in force.
    pub number_form: NumberForm,
    /// The exact request of a sample message, with masks.
    pub request: String,
}

/// A page of the gateways.
#[derive(Clone, Debug)]
pub struct GatewayPage {
    /// In the order of trial.
    pub rows: Vec<GatewayRow>,
    /// How many are tried before the first one of the page.
    pub before: usize,
    /// There are more after the last one.
    pub more: bool,
    /// Whether any gateway is in use, on the page or not.
    pub any_in_use: bool,
}

/// At most `limit` gateways in the order of trial, from the first one after `after`; from the very first
/// one when that is gone.
pub fn listing(
    admin: &Admin<'_>,
    after: Option<GatewayId>,
    limit: usize,
) -> Result<GatewayPage, AdminError> {
    admin.actor.require(Permission::Read)?;
    let (rows, health, trusted) = admin.store.read(|reader| {
        Ok((reader.sms_gateways()?, reader.gateway_health()?, reader.trusted_certificates()?))
    })?;
    let any_in_use = rows.iter().any(|row| row.gateway.enabled);
    let place = after.and_then(|id| rows.iter().position(|row| row.gateway.id == id));
    let before = place.map_or(0, |place| place + 1);
    let more = rows.len() > before.saturating_add(limit);
    let rows = rows.into_iter().skip(before).take(limit);
    let rows = rows.map(|row| {
        let gateway = Gateway::open(row, &admin.secrets.sealing())?;
        Ok(shown_row(&gateway, &health, &trusted))
    });
    Ok(GatewayPage { rows: rows.collect::<Result<_, AdminError>>()?, before, more, any_in_use })
}

/// Whether a gateway is in use beside this one.
pub fn another_in_use(admin: &Admin<'_>, id: GatewayId) -> Result<bool, AdminError> {
    admin.actor.require(Permission::Read)?;
    let rows = admin.store.read(|reader| reader.sms_gateways())?;
    Ok(rows.iter().any(|row| row.gateway.enabled && row.gateway.id != id))
}

/// Every gateway in the order of trial.
pub fn all(admin: &Admin<'_>) -> Result<Vec<GatewayRow>, AdminError> {
    admin.actor.require(Permission::Read)?;
    let (rows, health, trusted) = admin.store.read(|reader| {
        Ok((reader.sms_gateways()?, reader.gateway_health()?, reader.trusted_certificates()?))
    })?;
    rows.into_iter()
        .map(|row| {
            let gateway = Gateway::open(row, &admin.secrets.sealing())?;
            Ok(shown_row(&gateway, &health, &trusted))
        })
        .collect()
}

/// One gateway.
pub fn find(admin: &Admin<'_>, id: GatewayId) -> Result<ShownGateway, AdminError> {
    admin.actor.require(Permission::Read)?;
    let (row, health, trusted) = admin.store.read(|reader| {
        let row = reader.sms_gateway_by_id(id)?;
        Ok((row, reader.gateway_health()?, reader.trusted_certificates()?))
    })?;
    let row: SmsGatewayRow = row.ok_or_else(|| no_such_gateway(id))?;
    let updated_at = row.updated_at;
    let gateway = Gateway::open(row, &admin.secrets.sealing())?;
    let definition = &gateway.definition;
    Ok(ShownGateway {
        row: shown_row(&gateway, &health, &trusted),
        version: gateway.version,
        updated_at,
        secrets: definition.secrets.names().map(str::to_owned).collect(),
        answer: definition.effective_answer(),
        number_form: definition.effective_number_form(),
        request: sample_request(definition),
        definition: definition.masked(),
    })
}

pub(super) fn no_such_gateway(id: GatewayId) -> AdminError {
    AdminError::NotFound { what: "SMS gateway", name: id.to_string(), list: "sms-gateway list" }
}

fn shown_row(
    gateway: &Gateway,
    health: &[GatewayHealth],
    trusted: &[TrustedCertificate],
) -> GatewayRow {
    let health = health.iter().find(|health| health.gateway == gateway.id);
    let standing = health.map_or_else(Standing::default, |health| Standing {
        failures: health.failures,
        failing_since: health.failing_since.filter(|_| health.failures > 0),
        open_until: health.open_until,
    });
    let definition = &gateway.definition;
    let (errors, warnings): (Vec<_>, Vec<_>) =
        definition.check().into_iter().partition(|problem| problem.severity == Severity::Error);
    let mut errors: Vec<Problem> = errors.into_iter().map(of_field).collect();
    errors.extend(trust::problems(trusted, definition));
    GatewayRow {
        id: gateway.id,
        name: gateway.name.clone(),
        enabled: gateway.enabled,
        endpoint: Url::parse(&definition.url)
            .map_or_else(|_| String::new(), |url| url.origin().ascii_serialization()),
        standing,
        errors,
        warnings: warnings.into_iter().map(of_field).collect(),
    }
}

/// The request of a code as people get them, with masks; the names alone where the definition has
/// mistakes.
pub(super) fn sample_request(definition: &GatewayDefinition) -> String {
    let rendered = definition.render(&sample());
    rendered.map_or_else(|_| definition.preview(), |call| call.masked().to_owned())
}

fn sample() -> TextMessage {
    TextMessage {
        to: Secret::new("+94771234567".to_owned()),
        body: Secret::new("123456 is your code for Pickup Dispatch.".to_owned()),
        code: Secret::new("123456".to_owned()),
        wording: Some(CodeWording {
            application: "Pickup Dispatch".to_owned(),
            lifetime: TimeDelta::minutes(5),
            origin: None,
        }),
    }
}
