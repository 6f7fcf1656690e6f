//! Whether a metadata document that is only kept is another one than the stored one.

use idp_core::id::{ServiceProviderId, hex};
use idp_store::StoreError;
use openssl::sha::sha256;
use serde_json::{Value, json};

use super::Planner;
use crate::difference::FieldChange;

impl Planner<'_> {
    /// The change of the document, told by the hashes of both.
    pub(super) fn metadata_document(
        &self,
        before: Option<ServiceProviderId>,
        document: &str,
    ) -> Result<Option<FieldChange>, StoreError> {
        let stored = match before {
            Some(id) => self.admin.store.read(|reader| reader.service_provider_metadata(id))?,
            None => None,
        };
        Ok((stored.as_deref() != Some(document)).then(|| FieldChange {
            field: "metadata_document".to_owned(),
            before: before.map(|_| stored.as_deref().map_or(Value::Null, fingerprint)),
            after: fingerprint(document),
        }))
    }
}

fn fingerprint(document: &str) -> Value {
    json!(format!("sha256:{}", hex(&sha256(document.as_bytes()))))
}
