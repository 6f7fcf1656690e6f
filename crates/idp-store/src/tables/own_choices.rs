//! What all service providers together leave to people themselves: whether a step may be left out by
//! choice, and which claims tell service providers who somebody is.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::AuthenticatorId;
use idp_core::flow::step_policy::StepPolicy;
use idp_core::saml::urn::NameIdFormat;

use crate::StoreError;
use crate::access::Reader;
use crate::connection::Conn;
use crate::convert::{corrupt, stored};

/// How NameIDs are made, each way once. Both say the same.
const RULES_IN_SQLITE: &str = "SELECT DISTINCT \
    json_extract(settings, '$.name_id.subject_claim') AS subject_claim, \
    json_extract(settings, '$.name_id.default_format') AS default_format, \
    json_extract(settings, '$.name_id.formats') AS formats \
    FROM service_providers";
const RULES_IN_POSTGRES: &str = "SELECT DISTINCT \
    settings::json #>> '{name_id,subject_claim}' AS subject_claim, \
    settings::json #>> '{name_id,default_format}' AS default_format, \
    settings::json #>> '{name_id,formats}' AS formats \
    FROM service_providers";

/// One way of making NameIDs.
#[derive(QueryableByName)]
struct Rule {
    #[diesel(sql_type = Nullable<Text>)]
    subject_claim: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    default_format: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    formats: Option<String>,
}

impl Rule {
    /// Whether the NameID may be the e-mail address: as the usual one, or because a request may ask
    /// for it. Anybody can write a request that is not signed.
    fn may_be_the_address(self) -> Result<bool, StoreError> {
        let column = "service_providers.settings";
        let address = NameIdFormat::EmailAddress;
        let usual = match self.default_format {
            Some(format) => stored::<NameIdFormat>(column, format)?,
            None => NameIdFormat::default(),
        };
        let formats: Vec<NameIdFormat> = match self.formats {
            Some(formats) => {
                serde_json::from_str(&formats).map_err(|error| corrupt(column, &error))?
            }
            None => Vec::new(),
        };
        // No format stands for every one.
        Ok(usual == address || formats.is_empty() || formats.contains(&address))
    }
}

impl Reader<'_> {
    /// The claims by which at least one service provider knows people: its subject claim, and without
    /// one the e-mail address, where that can be the NameID.
    pub fn naming_claims(&mut self) -> Result<BTreeSet<ClaimUri>, StoreError> {
        let rules: Vec<Rule> = self.run(|c| match c {
            Conn::Sqlite(c) => diesel::sql_query(RULES_IN_SQLITE).load(c),
            Conn::Postgres(c) => diesel::sql_query(RULES_IN_POSTGRES).load(c),
        })?;
        let column = "service_providers.settings";
        let mut claims = BTreeSet::new();
        for rule in rules {
            if let Some(uri) = rule.subject_claim {
                let uri = ClaimUri::parse(&uri);
                claims.insert(uri.ok_or_else(|| corrupt(column, &"the subject claim is none"))?);
            } else if rule.may_be_the_address()? {
                claims.insert(ClaimUri::EMAIL);
            }
        }
        Ok(claims)
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
