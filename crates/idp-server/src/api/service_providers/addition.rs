//! Adding one.

use idp_admin::service_providers::{
    ImportedMetadata, ServiceProviderPatch, add as add_operation, find, register, review_metadata,
    review_new,
};

use super::document::NewServiceProvider;
use super::{answer, reviewed};
use crate::api::call::Call;
use crate::api::operation::Media;
use crate::api::refusal::Refusal;
use crate::api::reply::Reply;
use crate::rng::rng;

/// Adds a service provider by JSON, or by its metadata.
pub fn add(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (admin, dry_run) = (call.admin(), call.switch("dry_run")?);
    let (entity_id, done) = if call.media() == Some(Media::Metadata) {
        let (metadata, patch) = (read(call)?, ServiceProviderPatch::default());
        if dry_run {
            return reviewed(review_metadata(&admin, &metadata, &patch)?);
        }
        let done = register(&admin, &metadata, &patch, &mut rng())?;
        (metadata.entity_id.to_string(), done)
    } else {
        let body: NewServiceProvider = call.json()?;
        let patch = body.patch()?;
        if dry_run {
            return reviewed(review_new(&admin, &body.entity_id, &patch)?);
        }
        let done = add_operation(&admin, &body.entity_id, &patch, &mut rng())?;
        (body.entity_id, done)
    };
    let found = find(&admin, &entity_id)?;
    Ok(answer(&found, done)?.made_at(&format!("/service-providers/{}", found.value.id)))
}

/// The metadata that was sent.
pub fn read(call: &Call<'_>) -> Result<ImportedMetadata, Refusal> {
    ImportedMetadata::parse(call.bytes(), call.now)
        .map_err(|message| Refusal::invalid("metadata", message))
}
