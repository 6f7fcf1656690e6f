//! Links that work once: bootstrap, resumption after a cross-site POST.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::LinkId;

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::convert::instant;
use crate::schema::one_time_links::dsl;

/// A link that works once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OneTimeLink {
    /// The hash of its token.
    pub id: LinkId,
    /// What it may be used for.
    pub purpose: String,
    /// What its use needs to know.
    pub document: String,
    /// When it stops to work unused.
    pub expires_at: Instant,
}

impl Reader<'_> {
    /// A link, without using it up; expired or not.
    pub fn peek_one_time_link(&mut self, id: &LinkId) -> Result<Option<OneTimeLink>, StoreError> {
        let row: Option<(String, String, i64)> = self.run(|c| {
            dsl::one_time_links
                .find(id.as_str())
                .select((dsl::purpose, dsl::document, dsl::expires_at))
                .first(c)
                .optional()
        })?;
        let Some((purpose, document, expires_at)) = row else { return Ok(None) };
        let expires_at = instant("one_time_links.expires_at", expires_at)?;
        Ok(Some(OneTimeLink { id: id.clone(), purpose, document, expires_at }))
    }
}

impl Writer<'_> {
    /// Stores a link.
    pub fn insert_one_time_link(&mut self, link: &OneTimeLink) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::insert_into(dsl::one_time_links)
                .values((
                    dsl::id.eq(link.id.as_str()),
                    dsl::purpose.eq(&link.purpose),
                    dsl::document.eq(&link.document),
                    dsl::expires_at.eq(link.expires_at.timestamp_millis()),
                ))
                .execute(c)
        })?;
        Ok(())
    }

    /// Uses a link up and returns its document: one deleting statement, so that of several uses one
    /// gets it. `None` when there is no such link, for this purpose, that has not expired.
    pub fn consume_one_time_link(
        &mut self,
        id: &LinkId,
        purpose: &str,
        now: Instant,
    ) -> Result<Option<String>, StoreError> {
        self.run(|c| {
            diesel::delete(dsl::one_time_links.find(id.as_str()))
                .filter(dsl::purpose.eq(purpose))
                .filter(dsl::expires_at.gt(now.timestamp_millis()))
                .returning(dsl::document)
                .get_result(c)
                .optional()
        })
    }
}
