//! The audit rows of management operations: who changed what. They name fields and public values,
//! never secrets and nothing of what is known of a person.

use idp_core::id::{EventId, ServiceProviderId, UserId};
use idp_store::AuditEvent;
use rand::RngCore;
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::admin::Admin;

/// What a row is about.
#[derive(Clone, Copy, Default)]
pub(crate) struct About {
    /// The service provider it concerns.
    pub service_provider: Option<ServiceProviderId>,
    /// The account it concerns.
    pub user: Option<UserId>,
}

impl About {
    pub(crate) const NOTHING: Self = Self { service_provider: None, user: None };

    pub(crate) const fn user(id: UserId) -> Self {
        Self { user: Some(id), ..Self::NOTHING }
    }

    pub(crate) const fn service_provider(id: ServiceProviderId) -> Self {
        Self { service_provider: Some(id), ..Self::NOTHING }
    }
}

impl Admin<'_> {
    /// The row of an operation of this actor at this instant. `what` is what changed.
    pub(crate) fn event(
        &self,
        kind: &str,
        about: About,
        what: &Value,
        rng: &mut dyn RngCore,
    ) -> AuditEvent {
        let actor_id = match &self.actor {
            Actor::User { id, .. } | Actor::Token { id, .. } | Actor::Owner { id, .. } => {
                Some(id.to_string())
            }
            _ => None,
        };
        let mut detail = json!({
            "actor": self.actor.to_string(),
            "actor_id": actor_id,
            "changed": what,
        });
        if let (Actor::Token { token, .. }, Value::Object(fields)) = (&self.actor, &mut detail) {
            fields.insert("token".to_owned(), json!(token));
        }
        AuditEvent {
            id: EventId::new(self.now, rng),
            at: self.now,
            kind: kind.to_owned(),
            incident: None,
            service_provider: about.service_provider,
            user: about.user,
            session: None,
            address: self.address.map(|address| address.to_string()),
            detail,
        }
    }
}
