//! The opaque names by which each service provider knows each person (saml-core 8.3.7).

use diesel::prelude::*;
use idp_core::id::{ServiceProviderId, UserId};

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::schema::pairwise_ids::dsl;

/// A pairwise identifier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PairwiseId {
    /// Whom it names.
    pub user: UserId,
    /// To whom it names the person.
    pub service_provider: ServiceProviderId,
    /// The opaque value, unique at that service provider.
    pub value: String,
}

impl Reader<'_> {
    /// The name by which a service provider knows a person.
    pub fn pairwise_id(
        &mut self,
        user: UserId,
        service_provider: ServiceProviderId,
    ) -> Result<Option<String>, StoreError> {
        let key = (user.to_string(), service_provider.to_string());
        self.run(|c| {
            dsl::pairwise_ids.find((&key.0, &key.1)).select(dsl::value).first(c).optional()
        })
    }
}

impl Writer<'_> {
    /// Stores a name; `Conflict::DuplicatePairwiseId` when one was stored meanwhile: read that one,
    /// in a transaction of its own.
    pub fn insert_pairwise_id(&mut self, id: &PairwiseId) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::insert_into(dsl::pairwise_ids)
                .values((
                    dsl::user_id.eq(id.user.to_string()),
                    dsl::service_provider_id.eq(id.service_provider.to_string()),
                    dsl::value.eq(&id.value),
                ))
                .execute(c)
        })?;
        Ok(())
    }
}
