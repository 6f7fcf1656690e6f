//! Adding one: by JSON, by its metadata, or by the address of its metadata.

use idp_admin::service_providers::{
    ImportedMetadata, ServiceProviderPatch, add as add_operation, find, register, review_metadata,
    review_new,
};
use idp_core::user::Username;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer;
use super::document::NewServiceProvider;
use super::review::reviewed;
use crate::api::call::Call;
use crate::api::operation::Media;
use crate::api::refusal::Refusal;
use crate::api::reply::Reply;
use crate::fetch::{Fetcher, METADATA_BYTES};
use crate::rng::rng;

/// A service provider to be added from the address of its metadata, which is fetched once, now.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ByUrlBody {
    /// Where its metadata is. Which addresses may be asked is the setting `metadata.allowed_networks`.
    metadata_url: String,
    /// What people see on the login page; what the metadata says, or its entityID, when left out.
    name: Option<String>,
    /// Let only test users in until it is promoted.
    #[serde(default)]
    quarantine: bool,
    /// Their user names.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    test_users: Vec<Username>,
}

/// The address of newer metadata, which is fetched once, now.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MetadataUrlBody {
    /// Where it is.
    metadata_url: String,
}

/// Adds a service provider by JSON, or by its metadata.
pub fn add(call: &Call<'_>) -> Result<Reply, Refusal> {
    if call.media() == Some(Media::Metadata) {
        let (metadata, patch) = (read(call)?, ServiceProviderPatch::default());
        return from_metadata(call, &metadata, &patch);
    }
    let body: NewServiceProvider = call.json()?;
    let (admin, patch) = (call.admin(), body.patch()?);
    if call.switch("dry_run")? {
        return reviewed(review_new(&admin, &body.entity_id, &patch)?, None);
    }
    let done = add_operation(&admin, &body.entity_id, &patch, &mut rng())?;
    let found = find(&admin, &body.entity_id)?;
    let place = format!("/service-providers/{}", found.value.id);
    Ok(answer(&found, done, Vec::new())?.made_at(&place))
}

/// Adds a service provider by the address of its metadata.
pub fn add_by_url(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: ByUrlBody = call.json()?;
    let metadata = fetched(call, &body.metadata_url)?;
    let patch = ServiceProviderPatch {
        name: body.name,
        quarantine: body.quarantine.then_some(true),
        test_users: body.quarantine.then_some(body.test_users),
        ..ServiceProviderPatch::default()
    };
    from_metadata(call, &metadata, &patch)
}

fn from_metadata(
    call: &Call<'_>,
    metadata: &ImportedMetadata,
    patch: &ServiceProviderPatch,
) -> Result<Reply, Refusal> {
    let admin = call.admin();
    if call.switch("dry_run")? {
        return reviewed(review_metadata(&admin, metadata, patch)?, Some(metadata));
    }
    let done = register(&admin, metadata, patch, &mut rng())?;
    let found = find(&admin, metadata.entity_id.as_str())?;
    let place = format!("/service-providers/{}", found.value.id);
    Ok(answer(&found, done, metadata.notes.clone())?.made_at(&place))
}

/// The metadata that was sent, or that is at the address that was sent.
pub fn read(call: &Call<'_>) -> Result<ImportedMetadata, Refusal> {
    if call.media() == Some(Media::Metadata) {
        return parse(call, "metadata", call.bytes());
    }
    let body: MetadataUrlBody = call.json()?;
    fetched(call, &body.metadata_url)
}

fn fetched(call: &Call<'_>, address: &str) -> Result<ImportedMetadata, Refusal> {
    let field = "metadata_url";
    let document = Fetcher::of_metadata(&call.app.settings).document_blocking(address.trim());
    let document = document.map_err(|error| Refusal::invalid(field, error.to_string()))?;
    parse(call, field, &document)
}

fn parse(call: &Call<'_>, field: &str, document: &[u8]) -> Result<ImportedMetadata, Refusal> {
    if document.len() > METADATA_BYTES {
        let message = "is larger than 2 MB, which no single service provider needs";
        return Err(Refusal::invalid(field, message));
    }
    let chosen = Some(call.query("entity_id")).filter(|id| !id.is_empty());
    ImportedMetadata::parse_one(document, chosen, call.now)
        .map_err(|message| Refusal::invalid(field, message))
}
