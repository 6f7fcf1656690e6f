//! The requests that were answered, so that none is answered twice (saml-profiles 4.1.4.5 asks it
//! of responses; we ask it of requests too).

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::ServiceProviderId;

use super::plain_inserts::InsertSeen;
use crate::StoreError;
use crate::access::Writer;
use crate::connection::on_each;

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
        let insert = InsertSeen::of(seen);
        self.run(|c| on_each!(c, c => (&insert).execute(c)))?;
        Ok(())
    }
}
