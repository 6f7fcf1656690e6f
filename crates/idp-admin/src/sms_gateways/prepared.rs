//! A gateway before it is written: checked, compared with what is stored, sealed.

use authenticators::gateway::{self, Place, Severity};
use idp_core::id::GatewayId;
use idp_store::{AuditEvent, SmsGateway, StoreError, TrustedCertificate, Writer};
use rand::RngCore;
use serde_json::json;

use super::sealed::{Gateway, view};
use super::{GatewayDraft, SavedGateway};
use crate::admin::Admin;
use crate::audit::About;
use crate::difference::{FieldChange, difference};
use crate::error::{AdminError, Problem};
use crate::trust;

/// The longest name, in characters.
const MAX_NAME: usize = 64;

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
        draft: GatewayDraft,
        surroundings: (&[Gateway], &[TrustedCertificate]),
        rng: &mut dyn RngCore,
    ) -> Result<Self, AdminError> {
        let existing = surroundings.0.iter().find(|gateway| gateway.name == draft.name);
        Self::of(admin, draft, existing, surroundings, rng)
    }

    /// The same for a draft of the gateway that exists, whatever its name.
    pub(super) fn of(
        admin: &Admin<'_>,
        mut draft: GatewayDraft,
        existing: Option<&Gateway>,
        (present, trusted): (&[Gateway], &[TrustedCertificate]),
        rng: &mut dyn RngCore,
    ) -> Result<Self, AdminError> {
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

    /// What was done, once it is written.
    pub(super) fn saved(self) -> SavedGateway {
        let Self { created, changes, warnings, after, .. } = self;
        SavedGateway { id: after.id, created, changes, warnings }
    }
}

/// The warnings, or every error.
pub(super) fn check(
    draft: &GatewayDraft,
    trusted: &[TrustedCertificate],
) -> Result<Vec<Problem>, AdminError> {
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
        let severity = problem.severity;
        match severity {
            Severity::Error => errors.push(of_field(problem)),
            Severity::Warning => warnings.push(of_field(problem)),
        }
    }
    if errors.is_empty() { Ok(warnings) } else { Err(AdminError::Invalid(errors)) }
}

/// A problem of a definition under the name of its field.
pub(super) fn of_field(problem: gateway::Problem) -> Problem {
    let field = match problem.place {
        Place::Whole => String::new(),
        Place::Timeouts => "total_timeout_ms".to_owned(),
        place => place.to_string(),
    };
    Problem::new(field, problem.text)
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
