//! Changing a gateway that was shown with masks, and looking at one before it is saved.

use authenticators::gateway::GatewayDefinition;
use idp_core::id::GatewayId;
use idp_core::secret::Secret;
use idp_store::{Conflict, StoreError};
use rand::RngCore;
use url::Url;

use super::look::{no_such_gateway, sample_request};
use super::prepared::{Prepared, check, of_field};
use super::sealed::{Gateway, open_all};
use super::{GatewayDraft, SavedGateway};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::{AdminError, Problem};

/// A draft that was looked at.
#[derive(Clone, Debug)]
pub struct Examined {
    /// The exact request of a sample message, with masks.
    pub request: String,
    /// What is allowed but unwise.
    pub warnings: Vec<Problem>,
}

/// The gateway, opened: for sending, never for showing.
pub fn for_sending(admin: &Admin<'_>, id: GatewayId) -> Result<Gateway, AdminError> {
    admin.actor.require(Permission::Change)?;
    let row = admin.store.read(|reader| reader.sms_gateway_by_id(id))?;
    Gateway::open(row.ok_or_else(|| no_such_gateway(id))?, &admin.secrets.sealing())
}

/// Replaces a gateway by a draft that was made from what [`super::find`] shows, if nobody changed it
/// since. What came back as it was shown stays, and so do secrets that are not given anew, except
/// where the address leads to another host: nobody gets to know a secret by having it sent elsewhere.
pub fn change(
    admin: &Admin<'_>,
    id: GatewayId,
    version: i64,
    mut draft: GatewayDraft,
    rng: &mut dyn RngCore,
) -> Result<SavedGateway, AdminError> {
    admin.actor.require(Permission::Change)?;
    let present = open_all(admin.store, &admin.secrets.sealing())?;
    let stored = present.iter().find(|gateway| gateway.id == id);
    let stored = stored.ok_or_else(|| no_such_gateway(id))?;
    if stored.version != version {
        return Err(StoreError::Conflict(Conflict::Version).into());
    }
    if present.iter().any(|other| other.id != id && other.name == draft.name) {
        let message = format!("there is another gateway \"{}\"; choose another name", draft.name);
        return Err(AdminError::invalid("name", message));
    }
    draft.definition = restored(draft.definition, &stored.definition)?;
    let trusted = admin.store.read(|reader| reader.trusted_certificates())?;
    let prepared = Prepared::of(admin, draft, Some(stored), (&present, &trusted), rng)?;
    if let Some(change) = &prepared.change {
        admin.store.write(|writer| change.write(writer, admin))?;
    }
    Ok(prepared.saved())
}

/// Checks a draft without saving it: a new gateway, or a change of `stored`. Secrets that are not
/// given yet count as given.
pub fn examine(
    admin: &Admin<'_>,
    mut draft: GatewayDraft,
    stored: Option<GatewayId>,
) -> Result<Examined, AdminError> {
    if let Some(id) = stored {
        let stored = for_sending(admin, id)?;
        draft.definition = restored(draft.definition, &stored.definition)?;
        draft.definition.keep_secrets_of(&stored.definition);
    }
    admin.actor.require(Permission::Change)?;
    for name in draft.definition.secrets_asked_for() {
        if draft.definition.secrets.value(&name).is_none() {
            draft.definition.secrets.insert(name, Secret::new("to be given".to_owned()));
        }
    }
    let trusted = admin.store.read(|reader| reader.trusted_certificates())?;
    let warnings = check(&draft, &trusted)?;
    Ok(Examined { request: sample_request(&draft.definition), warnings })
}

/// The definition with what was shown with masks put back.
fn restored(
    given: GatewayDefinition,
    stored: &GatewayDefinition,
) -> Result<GatewayDefinition, AdminError> {
    let before = given.clone();
    let restored = given
        .restored(stored)
        .map_err(|problems| AdminError::Invalid(problems.into_iter().map(of_field).collect()))?;
    if origin(&restored.url) == origin(&stored.url) {
        return Ok(restored);
    }
    let elsewhere = "the address leads to another host";
    let mut problems = Vec::new();
    if restored.headers != before.headers || restored.body != before.body {
        let message = format!(
            "{elsewhere}, so what is masked in headers and payload is not sent \
                               there; write it again"
        );
        problems.push(Problem::new("headers", message));
    }
    for name in restored.secrets_asked_for() {
        if restored.secrets.value(&name).is_none() && stored.secrets.value(&name).is_some() {
            let message = format!("{elsewhere}, so give the secret {name} again");
            problems.push(Problem::new(format!("secret.{name}"), message));
        }
    }
    if problems.is_empty() { Ok(restored) } else { Err(AdminError::Invalid(problems)) }
}

/// Scheme, host and port. An address that cannot be read leads nowhere known.
fn origin(url: &str) -> Option<String> {
    let origin = Url::parse(url.trim()).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}
