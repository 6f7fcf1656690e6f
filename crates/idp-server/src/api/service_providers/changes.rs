//! Changing one: always the version that If-Match names.

use idp_admin::service_providers::{
    ServiceProviderDraft, Unproven, find_by_id, promote as promote_operation, remove_seen, replace,
    review_update, update,
};
use idp_core::flow::chain::StepWish;
use idp_core::id::ServiceProviderId;

use super::addition::read;
use super::document::ServiceProviderFields;
use super::review::reviewed;
use super::{PromoteBody, answer, saved};
use crate::api::call::Call;
use crate::api::local_applications::Steps;
use crate::api::refusal::Refusal;
use crate::api::reply::Reply;
use crate::rng::rng;

/// Changes what the merge patch names.
pub fn change(call: &Call<'_>) -> Result<Reply, Refusal> {
    let id = call.id("id")?;
    let present = find_by_id(&call.admin(), id)?;
    let fields: ServiceProviderFields = call.merged(&ServiceProviderFields::of(&present.value))?;
    save(call, id, |draft| {
        draft.name = fields.name;
        draft.enabled = fields.enabled;
        draft.steps = fields.steps.into_iter().map(StepWish::from).collect();
        draft.settings = fields.settings;
    })
}

/// Chooses the steps.
pub fn steps(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: Steps = call.json()?;
    let steps = body.steps.into_iter().map(StepWish::from).collect();
    save(call, call.id("id")?, |draft| draft.steps = steps)
}

/// Begins to answer it.
pub fn enable(call: &Call<'_>) -> Result<Reply, Refusal> {
    save(call, call.id("id")?, |draft| draft.enabled = true)
}

/// Stops to answer it.
pub fn disable(call: &Call<'_>) -> Result<Reply, Refusal> {
    save(call, call.id("id")?, |draft| draft.enabled = false)
}

/// Brings it up to date with newer metadata.
pub fn metadata(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (admin, id, metadata) = (call.admin(), call.id("id")?, read(call)?);
    if call.switch("dry_run")? {
        return reviewed(review_update(&admin, id, &metadata)?, Some(&metadata));
    }
    let done = call.changed(update(&admin, id, call.version()?, &metadata, &mut rng()))?;
    answer(&find_by_id(&admin, id)?, done, metadata.notes)
}

/// Ends its quarantine.
pub fn promote(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: PromoteBody = call.json()?;
    let (admin, id) = (call.admin(), call.id("id")?);
    let unproven = if body.unproven { Unproven::Accept } else { Unproven::Refuse };
    let done = promote_operation(&admin, id, call.version()?, unproven, &mut rng());
    saved(call, id, call.changed(done)?)
}

/// Forgets it.
pub fn remove(call: &Call<'_>) -> Result<Reply, Refusal> {
    let done = remove_seen(&call.admin(), call.id("id")?, call.version()?, &mut rng());
    call.changed(done)?;
    Ok(Reply::done())
}

fn save(
    call: &Call<'_>,
    id: ServiceProviderId,
    change: impl FnOnce(&mut ServiceProviderDraft),
) -> Result<Reply, Refusal> {
    let admin = call.admin();
    let mut draft = ServiceProviderDraft::of(&find_by_id(&admin, id)?.value);
    change(&mut draft);
    let done = replace(&admin, id, call.version()?, draft, &mut rng());
    saved(call, id, call.changed(done)?)
}
