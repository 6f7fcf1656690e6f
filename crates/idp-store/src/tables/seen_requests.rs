//! The requests that were answered, so that none is answered twice (saml-profiles 4.1.4.5 asks it
//! of responses; we ask it of requests too).

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::ServiceProviderId;

use crate::StoreError;
use crate::access::Writer;
use crate::schema::seen_requests::dsl;

/// A request that must not be accepted again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeenRequest {
    /// Who sent it.
    pub service_provider: ServiceProviderId,
    /// Its `ID`.
    pub request_id: String,
    /// When it would be refused for its age anyway.
    pub expires_at: Instant,
}

impl Writer<'_> {
    /// Notes a request; `Conflict::DuplicateRequest` when it was noted before.
    pub fn insert_seen_request(&mut self, seen: &SeenRequest) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::insert_into(dsl::seen_requests)
                .values((
                    dsl::service_provider_id.eq(seen.service_provider.to_string()),
                    dsl::request_id.eq(&seen.request_id),
                    dsl::expires_at.eq(seen.expires_at.timestamp_millis()),
                ))
                .execute(c)
        })?;
        Ok(())
    }
}
