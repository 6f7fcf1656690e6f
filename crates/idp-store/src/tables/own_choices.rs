//! What all service providers together leave to people themselves: whether a step may be left out by
//! choice, and which claims tell service providers who somebody is.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::Text;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::AuthenticatorId;
use idp_core::flow::step_policy::StepPolicy;
use idp_core::saml::urn::NameIdFormat;
use idp_core::service_provider::NameIdRule;

use crate::StoreError;
use crate::access::Reader;
use crate::connection::{Conn, on_each};
use crate::convert::document;

/// How a NameID is made, as the index of it says it.
const fn rule(conn: &Conn) -> &'static str {
    match conn {
        Conn::Sqlite(_) => "json_extract(settings, '$.name_id')",
        Conn::Postgres(_) => r#"((settings::jsonb ->> 'name_id') COLLATE "C")"#,
    }
}

/// A rule as it is read.
#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    rule: String,
}

/// Whether the NameID may be the e-mail address: as the usual one, or because a request may ask for
/// it. Anybody can write a request that is not signed. No format stands for every one.
fn may_be_the_address(rule: &NameIdRule) -> bool {
    let address = NameIdFormat::EmailAddress;
    rule.default_format == address || rule.formats.is_empty() || rule.formats.contains(&address)
}

impl Reader<'_> {
    /// The claims by which at least one service provider knows people: its subject claim, and without
    /// one the e-mail address, where that can be the NameID.
    pub fn naming_claims(&mut self) -> Result<BTreeSet<ClaimUri>, StoreError> {
        let mut claims = BTreeSet::new();
        for rule in self.name_id_rules()? {
            let address = may_be_the_address(&rule).then_some(ClaimUri::EMAIL);
            claims.extend(rule.subject_claim.or(address));
        }
        Ok(claims)
    }

    /// How NameIDs are made, each way once: each the first one after the last. There are few, however
    /// many service providers there are.
    fn name_id_rules(&mut self) -> Result<Vec<NameIdRule>, StoreError> {
        let mut rules = Vec::new();
        // No rule is the empty text, so every one comes after it.
        let mut last = String::new();
        loop {
            let found: Option<Row> = self.run(|c| {
                let rule = rule(c);
                let next = format!(
                    "SELECT {rule} AS rule FROM service_providers \
                     WHERE {rule} > $1 ORDER BY {rule} LIMIT 1"
                );
                on_each!(c, c => diesel::sql_query(&next)
                    .bind::<Text, _>(&last)
                    .get_result(c)
                    .optional())
            })?;
            let Some(Row { rule }) = found else { return Ok(rules) };
            rules.push(document("service_providers.settings", &rule)?);
            last = rule;
        }
    }

    /// Whether a service provider that gets answers lets people leave out a step with this
    /// authenticator by choice.
    pub fn any_step_unless_disabled(
        &mut self,
        authenticator: &AuthenticatorId,
    ) -> Result<bool, StoreError> {
        use crate::schema::service_provider_steps::dsl as step;
        use crate::schema::service_providers::dsl as sp;
        let found: Option<String> = self.run(|c| {
            step::service_provider_steps
                .inner_join(sp::service_providers.on(sp::id.eq(step::service_provider_id)))
                .filter(sp::enabled.eq(true))
                .filter(step::authenticator.eq(authenticator.as_str()))
                .filter(step::policy.eq(StepPolicy::UnlessDisabled.name()))
                .select(sp::id)
                .first(c)
                .optional()
        })?;
        Ok(found.is_some())
    }
}
