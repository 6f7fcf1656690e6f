//! Gateways that send text messages. A definition holds the secrets of an account and is stored
//! sealed; once stored, it is shown with masks for whatever is or looks like a secret.

mod sealed;

use idp_core::id::GatewayId;
use idp_store::{AuditEvent, SmsGateway, StoreError, TrustedCertificate, Writer};
use rand::RngCore;
use serde::Serialize;
use serde_json::json;

use authenticators::gateway::{GatewayDefinition, Place, Severity};

use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::difference::{FieldChange, View, difference};
use crate::error::{AdminError, Problem};
use crate::trust;

pub use sealed::{Gateway, open_all};

use sealed::{detail, view};

/// The longest name, in characters.
const MAX_NAME: usize = 64;

/// A gateway as an administrator describes it.
#[derive(Clone, Debug)]
pub struct GatewayDraft {
    /// What administrators call it.
    pub name: String,
    /// Whether it is used; `None` leaves it, new ones are used.
    pub enabled: Option<bool>,
    /// Its place in the order of trial; `None` leaves it, new ones come last.
    pub order: Option<i64>,
    /// How it is called.
    pub definition: GatewayDefinition,
}

/// What is shown of a gateway.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct GatewaySummary(pub View);

/// What an operation did.
#[derive(Debug)]
pub struct SavedGateway {
    /// The gateway is new.
    pub created: bool,
    /// What changed; empty when nothing had to be done.
    pub changes: Vec<FieldChange>,
    /// What is allowed but unwise.
    pub warnings: Vec<Problem>,
}

/// Every gateway in the order of trial.
pub fn list(admin: &Admin<'_>) -> Result<Vec<GatewaySummary>, AdminError> {
    admin.actor.require(Permission::Read)?;
    let gateways = open_all(admin.store, &admin.secrets.sealing())?;
    Ok(gateways.iter().map(|gateway| GatewaySummary(view(gateway))).collect())
}

/// One gateway with its templates; secrets are masked.
pub fn show(admin: &Admin<'_>, name: &str) -> Result<GatewaySummary, AdminError> {
    admin.actor.require(Permission::Read)?;
    let row = admin.store.read(|reader| reader.sms_gateway_by_name(name))?;
    let gateway = Gateway::open(row.ok_or_else(|| not_found(name))?, &admin.secrets.sealing())?;
    Ok(GatewaySummary(detail(&gateway)))
}

/// The gateway with this name, opened: for sending, never for showing.
pub fn definition_by_name(admin: &Admin<'_>, name: &str) -> Result<Gateway, AdminError> {
    admin.actor.require(Permission::Change)?;
    let row = admin.store.read(|reader| reader.sms_gateway_by_name(name))?;
    let row = row.ok_or_else(|| not_found(name))?;
    Gateway::open(row, &admin.secrets.sealing())
}

/// Adds a gateway.
pub fn add(
    admin: &Admin<'_>,
    draft: GatewayDraft,
    rng: &mut dyn RngCore,
) -> Result<SavedGateway, AdminError> {
    if admin.store.read(|reader| reader.sms_gateway_by_name(&draft.name))?.is_some() {
        let message = format!("there is a gateway \"{}\" already; remove it first", draft.name);
        return Err(AdminError::Conflict(message));
    }
    save(admin, draft, rng)
}

/// Adds a gateway, or replaces the one with its name.
pub fn save(
    admin: &Admin<'_>,
    draft: GatewayDraft,
    rng: &mut dyn RngCore,
) -> Result<SavedGateway, AdminError> {
    admin.actor.require(Permission::Change)?;
    let present = open_all(admin.store, &admin.secrets.sealing())?;
    let trusted = admin.store.read(|reader| reader.trusted_certificates())?;
    let prepared = Prepared::new(admin, draft, (&present, &trusted), rng)?;
    if let Some(change) = &prepared.change {
        admin.store.write(|writer| change.write(writer, admin))?;
    }
    let Prepared { created, changes, warnings, .. } = prepared;
    Ok(SavedGateway { created, changes, warnings })
}

/// Forgets a gateway and its secrets.
pub fn remove(admin: &Admin<'_>, name: &str, rng: &mut dyn RngCore) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let row = admin.store.read(|reader| reader.sms_gateway_by_name(name))?;
    let id = row.ok_or_else(|| not_found(name))?.gateway.id;
    let event = admin.event("sms-gateway-removed", About::NOTHING, &json!({"name": name}), rng);
    admin.store.write(|writer| {
        writer.remove_sms_gateway(id)?;
        writer.insert_audit_events(&[event])
    })?;
    Ok(())
}

fn not_found(name: &str) -> AdminError {
    AdminError::NotFound { what: "SMS gateway", name: name.to_owned(), list: "sms-gateway list" }
}

/// A checked gateway, compared with what is stored.
pub(crate) struct Prepared {
    /// The gateway is new.
    pub(crate) created: bool,
    /// What changes.
    pub(crate) changes: Vec<FieldChange>,
    /// What is allowed but unwise.
    pub(crate) warnings: Vec<Problem>,
    /// The gateway as it will be.
    pub(crate) after: Gateway,
    /// The write that makes it so; `None` when there is nothing to write.
    pub(crate) change: Option<GatewayChange>,
}

impl Prepared {
    /// Checks a draft against the gateways that are `present` and the certificates that are
    /// `trusted`, stored or about to be; every problem it has. Secrets that
    /// the draft leaves out stay as they are stored.
    pub(crate) fn new(
        admin: &Admin<'_>,
        mut draft: GatewayDraft,
        (present, trusted): (&[Gateway], &[TrustedCertificate]),
        rng: &mut dyn RngCore,
    ) -> Result<Self, AdminError> {
        let existing = present.iter().find(|gateway| gateway.name == draft.name);
        if let Some(stored) = existing {
            draft.definition.keep_secrets_of(&stored.definition);
        }
        let warnings = check(&draft, trusted)?;
        let last = present.iter().map(|gateway| gateway.order).max();
        let after = Gateway {
            id: existing.map_or_else(|| GatewayId::new(admin.now, rng), |gateway| gateway.id),
            name: draft.name,
            enabled: draft.enabled.or(existing.map(|g| g.enabled)).unwrap_or(true),
            order: draft
                .order
                .or(existing.map(|gateway| gateway.order))
                .unwrap_or(last.map_or(1, |last| last.saturating_add(1))),
            definition: draft.definition,
            version: existing.map_or(0, |gateway| gateway.version),
        };
        let mut changes = difference(existing.map(view).as_ref(), &view(&after));
        if existing.is_some_and(|before| before.definition != after.definition) {
            // What is not shown may be what changes: the fact is told, the values are not.
            changes.push(FieldChange {
                field: "definition".to_owned(),
                before: Some(json!("(hidden)")),
                after: json!("(hidden, changed)"),
            });
        }
        let change = if changes.is_empty() {
            None
        } else {
            Some(GatewayChange::new(admin, &after, &changes, rng)?)
        };
        Ok(Self { created: existing.is_none(), changes, warnings, after, change })
    }
}

/// The warnings, or every error.
fn check(draft: &GatewayDraft, trusted: &[TrustedCertificate]) -> Result<Vec<Problem>, AdminError> {
    let mut errors = trust::problems(trusted, &draft.definition);
    let mut warnings = Vec::new();
    let length = draft.name.chars().count();
    if draft.name.trim() != draft.name
        || !(1..=MAX_NAME).contains(&length)
        || draft.name.chars().any(char::is_control)
    {
        let message = "must have 1 to 64 characters without blanks around it";
        errors.push(Problem::new("name", message));
    }
    for problem in draft.definition.check() {
        let field = match problem.place {
            Place::Whole => String::new(),
            Place::Timeouts => "total_timeout_ms".to_owned(),
            place => place.to_string(),
        };
        let found = Problem::new(field, problem.text);
        match problem.severity {
            Severity::Error => errors.push(found),
            Severity::Warning => warnings.push(found),
        }
    }
    if errors.is_empty() { Ok(warnings) } else { Err(AdminError::Invalid(errors)) }
}

/// A sealed gateway on its way into the database.
pub(crate) struct GatewayChange {
    gateway: SmsGateway,
    expected_version: Option<i64>,
    event: AuditEvent,
}

impl GatewayChange {
    fn new(
        admin: &Admin<'_>,
        after: &Gateway,
        changes: &[FieldChange],
        rng: &mut dyn RngCore,
    ) -> Result<Self, AdminError> {
        let expected_version = Some(after.version).filter(|version| *version > 0);
        let kind =
            if expected_version.is_some() { "sms-gateway-changed" } else { "sms-gateway-added" };
        let what = json!({"name": after.name, "fields": changes});
        Ok(Self {
            gateway: after.seal(&admin.secrets.sealing(), rng)?,
            expected_version,
            event: admin.event(kind, About::NOTHING, &what, rng),
        })
    }

    pub(crate) fn write(
        &self,
        writer: &mut Writer<'_>,
        admin: &Admin<'_>,
    ) -> Result<(), StoreError> {
        match self.expected_version {
            None => writer.insert_sms_gateway(&self.gateway, admin.now)?,
            Some(version) => {
                writer.update_sms_gateway(&self.gateway, version, admin.now)?;
            }
        }
        writer.insert_audit_events(std::slice::from_ref(&self.event))
    }
}
