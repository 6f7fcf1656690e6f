//! A service provider as JSON.

use idp_admin::service_providers::{AllowSha1, ServiceProviderDraft, ServiceProviderPatch};
use idp_core::Instant;
use idp_core::flow::chain::StepWish;
use idp_core::id::EntityId;
use idp_core::service_provider::{ServiceProvider, ServiceProviderSettings};
use idp_store::Versioned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::super::body::{merged, typed};
use super::super::local_applications::Step;
use crate::api::refusal::{Kind, Refusal};

/// A service provider.
#[derive(Serialize, ToSchema)]
pub struct ServiceProviderDocument {
    /// Names it, whatever its entityID is.
    id: String,
    /// The name it gives itself in messages.
    entity_id: String,
    #[serde(flatten)]
    fields: ServiceProviderFields,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Instant,
    /// Counts the changes; the ETag.
    version: i64,
}

/// What may be changed of a service provider.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceProviderFields {
    /// What people see on the login page.
    pub name: String,
    /// Whether it gets answers.
    pub enabled: bool,
    /// The steps of its logins.
    pub steps: Vec<Step>,
    /// The rest.
    #[schema(value_type = super::super::service_provider_settings::ServiceProviderSettingsDocument)]
    pub settings: ServiceProviderSettings,
}

/// A service provider to be added. What is left out takes its default.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewServiceProvider {
    /// The name it gives itself in messages.
    pub entity_id: String,
    /// What people see on the login page; its entityID when left out.
    name: Option<String>,
    /// Whether it gets answers; it does when left out.
    enabled: Option<bool>,
    /// The steps of its logins; a password when left out.
    steps: Option<Vec<Step>>,
    /// The rest.
    #[serde(default)]
    #[schema(value_type = Option<super::super::service_provider_settings::ServiceProviderSettingsDocument>)]
    settings: Value,
}

impl ServiceProviderDocument {
    /// The document of one.
    pub fn of(found: &Versioned<ServiceProvider>) -> Self {
        Self {
            id: found.value.id.to_string(),
            entity_id: found.value.entity_id.to_string(),
            fields: ServiceProviderFields::of(&found.value),
            updated_at: found.updated_at,
            version: found.version,
        }
    }
}

impl ServiceProviderFields {
    /// What may be changed of this one.
    pub fn of(sp: &ServiceProvider) -> Self {
        Self::from(ServiceProviderDraft::of(sp))
    }
}

impl From<ServiceProviderDraft> for ServiceProviderFields {
    fn from(draft: ServiceProviderDraft) -> Self {
        Self {
            name: draft.name,
            enabled: draft.enabled,
            steps: draft.steps.into_iter().map(Step::from).collect(),
            settings: draft.settings,
        }
    }
}

impl NewServiceProvider {
    /// What is wished for, with the defaults of what is left out.
    pub fn patch(&self) -> Result<ServiceProviderPatch, Refusal> {
        let entity_id = EntityId::parse(&self.entity_id).ok_or_else(|| {
            Refusal::invalid("entity_id", "must have 1 to 1024 bytes without blanks around it")
        })?;
        let usual = ServiceProviderDraft::new(entity_id).settings;
        let usual = serde_json::to_value(usual)
            .map_err(|error| Refusal::new(Kind::Internal, error.to_string()))?;
        if !self.settings.is_object() && !self.settings.is_null() {
            return Err(Refusal::invalid("settings", "must be an object"));
        }
        let settings = if self.settings.is_null() { usual } else { merged(usual, &self.settings) };
        let settings: ServiceProviderSettings = typed(settings)?;
        let steps = self.steps.as_ref().map(|steps| {
            let wish = |step: &Step| StepWish { any: step.any.clone(), policy: step.policy };
            steps.iter().map(wish).collect()
        });
        let sha1 = settings.allow_sha1_until.map_or(AllowSha1::Never, AllowSha1::Until);
        let test_users = settings.quarantine.as_ref().map(|q| q.test_users.clone());
        Ok(ServiceProviderPatch {
            name: self.name.clone(),
            enabled: self.enabled,
            steps,
            assertion_consumer_services: Some(settings.assertion_consumer_services),
            single_logout_services: Some(settings.single_logout_services),
            signing_keys: Some(settings.signing_keys),
            authn_requests_signed: Some(settings.authn_requests_signed),
            allow_sha1: Some(sha1),
            sign: Some(settings.sign),
            signing_key: Some(settings.signing_key),
            declared_algorithms: Some(settings.declared_algorithms),
            encryption: settings.encryption.into(),
            encryption_keys: Some(settings.encryption_keys),
            name_id: Some(settings.name_id),
            dialect: Some(settings.dialect),
            attributes: Some(settings.attributes),
            release: Some(settings.release),
            entity_attributes: Some(settings.entity_attributes),
            attribute_consuming_services: Some(settings.attribute_consuming_services),
            authenticators: Some(settings.authenticators),
            authenticator_changes: Vec::new(),
            also_satisfies: Some(settings.also_satisfies),
            assertion_lifetime_seconds: Some(settings.assertion_lifetime_seconds),
            idp_initiated: Some(settings.idp_initiated.is_some()),
            relay_states: settings.idp_initiated.map(|allowed| allowed.relay_states),
            quarantine: Some(settings.quarantine.is_some()),
            test_users,
            appearance: Some(settings.appearance),
        })
    }
}
