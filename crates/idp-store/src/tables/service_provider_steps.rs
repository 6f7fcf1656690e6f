//! The chain of steps of each service provider: a row per choice of a step, in order.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use idp_core::Instant;
use idp_core::flow::authenticator::AuthenticatorId;
use idp_core::flow::chain::{Chain, StepWish};
use idp_core::flow::step_policy::StepPolicy;
use idp_core::id::ServiceProviderId;

use crate::access::{Reader, Writer};
use crate::connection::Conn;
use crate::convert::corrupt;
use crate::schema::service_provider_steps::dsl;
use crate::schema::service_providers;
use crate::{Conflict, StoreError};

/// The chains of service providers, by their identifiers.
pub(super) type Chains = HashMap<String, Vec<StepWish>>;

/// A row: service provider, position of the step, authenticator, policy of the step.
type Row = (String, i64, String, String);

impl Reader<'_> {
    /// Whether a service provider requires nothing but a step that can be passed with this
    /// authenticator. What a policy may let people leave out is not required.
    pub fn is_asked_for_alone(
        &mut self,
        authenticator: &AuthenticatorId,
    ) -> Result<bool, StoreError> {
        let found: Option<String> = self.run(|c| {
            // As the index has it.
            let alone = if matches!(c, Conn::Sqlite(_)) { "alone = 1" } else { "alone" };
            dsl::service_provider_steps
                .filter(sql::<Bool>(alone))
                .filter(dsl::authenticator.eq(authenticator.as_str()))
                .select(dsl::service_provider_id)
                .first(c)
                .optional()
        })?;
        Ok(found.is_some())
    }

    /// The chain of one service provider.
    pub(super) fn chain(&mut self, service_provider: &str) -> Result<Vec<StepWish>, StoreError> {
        let rows: Vec<Row> = self.run(|c| {
            dsl::service_provider_steps
                .filter(dsl::service_provider_id.eq(service_provider))
                .order((dsl::position, dsl::choice))
                .select((dsl::service_provider_id, dsl::position, dsl::authenticator, dsl::policy))
                .load(c)
        })?;
        Ok(grouped(rows)?.remove(service_provider).unwrap_or_default())
    }

    /// The chains of several service providers.
    pub(super) fn chains(&mut self, ids: &[String]) -> Result<Chains, StoreError> {
        let rows: Vec<Row> = self.run(|c| {
            dsl::service_provider_steps
                .filter(dsl::service_provider_id.eq_any(ids))
                .order((dsl::service_provider_id, dsl::position, dsl::choice))
                .select((dsl::service_provider_id, dsl::position, dsl::authenticator, dsl::policy))
                .load(c)
        })?;
        grouped(rows)
    }
}

/// Rows in order, as chains. The choices of one step have one policy: which of two was meant cannot
/// be told, and a guess could let people past a step.
fn grouped(rows: Vec<Row>) -> Result<Chains, StoreError> {
    let mut chains = Chains::new();
    let mut last = None;
    for (service_provider, position, authenticator, policy) in rows {
        let policy = StepPolicy::from_name(&policy)
            .ok_or_else(|| corrupt("service_provider_steps.policy", &"no policy of this name"))?;
        let chain = chains.entry(service_provider.clone()).or_default();
        let place = Some((service_provider, position));
        match chain.last_mut() {
            Some(step) if place == last && step.policy == policy => step.any.push(authenticator),
            Some(_) if place == last => {
                return Err(corrupt("service_provider_steps.policy", &"one step has two policies"));
            }
            _ => chain.push(StepWish { any: vec![authenticator], policy }),
        }
        last = place;
    }
    Ok(chains)
}

/// A chain that was checked when it was stored. Whether this server still has its authenticators is
/// found out when a login uses it.
pub(super) fn chain_of(steps: &[StepWish]) -> Result<Chain, StoreError> {
    if steps.is_empty() {
        return Err(corrupt("service_provider_steps", &"a service provider has no steps"));
    }
    serde_json::to_value(steps)
        .and_then(serde_json::from_value)
        .map_err(|cause| corrupt("service_provider_steps", &cause))
}

impl Writer<'_> {
    /// Replaces the chain of a service provider. Returns the service provider's new version.
    pub fn set_steps(
        &mut self,
        id: ServiceProviderId,
        chain: &Chain,
        now: Instant,
    ) -> Result<i64, StoreError> {
        use service_providers::dsl as parent;
        let id = id.to_string();
        let version: Option<i64> = self.run(|c| {
            diesel::update(parent::service_providers.find(&id))
                .set((
                    parent::version.eq(parent::version + 1),
                    parent::updated_at.eq(now.timestamp_millis()),
                ))
                .returning(parent::version)
                .get_result(c)
                .optional()
        })?;
        let version = version.ok_or(Conflict::Version)?;
        self.replace_steps(&id, chain)?;
        self.bump_configuration_version();
        Ok(version)
    }

    pub(super) fn replace_steps(&mut self, id: &str, chain: &Chain) -> Result<(), StoreError> {
        let of_service_provider =
            dsl::service_provider_steps.filter(dsl::service_provider_id.eq(id));
        self.run(|c| diesel::delete(of_service_provider).execute(c))?;
        self.insert_steps(id, chain)
    }

    pub(super) fn insert_steps(&mut self, id: &str, chain: &Chain) -> Result<(), StoreError> {
        let required = chain.required_steps().count();
        for (position, step) in (0_i64..).zip(chain.steps()) {
            let alone = required == 1 && !step.policy().may_skip();
            for (choice, authenticator) in (0_i64..).zip(step.options()) {
                self.run(|c| {
                    diesel::insert_into(dsl::service_provider_steps)
                        .values((
                            dsl::service_provider_id.eq(id),
                            dsl::position.eq(position),
                            dsl::choice.eq(choice),
                            dsl::authenticator.eq(authenticator.as_str()),
                            dsl::policy.eq(step.policy().name()),
                            dsl::alone.eq(alone),
                        ))
                        .execute(c)
                })?;
            }
        }
        Ok(())
    }
}
