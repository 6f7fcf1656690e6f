//! Metadata sources: addresses that metadata is fetched from again and again.

use chrono::{DateTime, Utc};
use idp_admin::access_tokens::Scope;
use idp_admin::metadata_sources::{self, defaults, pem, pinned_keys, step_line, steps_of};
use idp_core::id::MetadataSourceId;
use idp_core::metadata_source::change::Addresses;
use idp_core::metadata_source::choice::Choice;
use idp_core::metadata_source::validity::ValidityPolicy;
use idp_core::metadata_source::{MetadataSource, SourceKind};
use idp_store::MetadataSourceRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::call::Call;
use super::operation::Operation;
use super::refusal::Refusal;
use super::reply::Reply;
use crate::rng::rng;

/// A metadata source, and how it stands.
#[derive(Serialize, ToSchema)]
pub struct MetadataSourceDocument {
    /// Names it.
    id: String,
    /// What is found there: entity, aggregate or mdq.
    kind: String,
    #[serde(flatten)]
    rest: MetadataSourceFields,
    /// When it was last fetched with success.
    good_at: Option<DateTime<Utc>>,
    /// When it last failed, if that was since.
    failed_at: Option<DateTime<Utc>>,
    /// Why.
    failure: Option<String>,
    /// When it is fetched next.
    next_at: DateTime<Utc>,
    /// When the document in use ends.
    valid_until: Option<DateTime<Utc>>,
    /// Entities in the document in use.
    entities: u64,
    /// Service providers that were taken from it.
    taken: u64,
    /// Entities that were looked at, while a document is worked through.
    progress_done: Option<u64>,
    /// Of how many.
    progress_of: Option<u64>,
    /// Counts the changes; the ETag.
    version: i64,
}

/// What may be changed of a source.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MetadataSourceFields {
    /// What administrators see; unique.
    name: String,
    /// Where it is; of a query service what `/entities/…` is added to.
    address: String,
    /// Whether it is fetched.
    enabled: bool,
    /// Certificates or public keys in PEM, one of which must have signed; none: https alone vouches.
    signing_certificates: Vec<String>,
    /// How often it is fetched, in minutes.
    interval_minutes: u32,
    /// Whether a document without validUntil is refused.
    valid_until_required: bool,
    /// How many days validUntil may lie ahead; 0: any number.
    longest_validity_days: u32,
    /// Only these service providers; none: all.
    entity_ids: Vec<String>,
    /// Only those with one of these categories; none: all.
    entity_categories: Vec<String>,
    /// Only those that one of these registered; none: all.
    registration_authorities: Vec<String>,
    /// The steps of new service providers, such as `sms-otp,passkey:when-enrolled`.
    steps: Vec<String>,
    /// Whether new ones begin in quarantine; null: as the server is set.
    quarantine: Option<bool>,
    /// Whether it takes over service providers that were registered otherwise.
    takes_over: bool,
    /// How many days a key that is gone still counts.
    key_grace_days: u32,
    /// How many days a service provider that is gone still works.
    removal_grace_days: u32,
}

/// A source to be added; what is left out has the default of its kind.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMetadataSourceBody {
    /// What administrators see.
    name: String,
    /// entity, aggregate or mdq.
    kind: String,
    /// Where it is.
    address: String,
    /// Certificates or public keys in PEM.
    #[serde(default)]
    signing_certificates: Vec<String>,
    /// The steps of new service providers.
    #[serde(default)]
    steps: Vec<String>,
}

/// Every source.
#[derive(Serialize, ToSchema)]
pub struct MetadataSourceList {
    /// By name.
    items: Vec<MetadataSourceDocument>,
}

/// Addresses that wait for a person.
#[derive(Serialize, ToSchema)]
pub struct HeldAddresses {
    /// Whose they are.
    entity_id: String,
    /// The service provider.
    service_provider: String,
    /// Places that are new: scheme, host and port.
    new_places: Vec<String>,
    /// What is to be sent with the decision, as it stands here.
    #[schema(value_type = Object)]
    addresses: Addresses,
}

/// What waits at a source, the first 200.
#[derive(Serialize, ToSchema)]
pub struct HeldList {
    /// In the order of the entityIDs.
    items: Vec<HeldAddresses>,
}

/// A decision about addresses.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionBody {
    /// Whose they are.
    entity_id: String,
    /// As they were seen.
    #[schema(value_type = Object)]
    addresses: Addresses,
    /// Whether the service provider gets them.
    approve: bool,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let (all, one) = ("/metadata-sources", "/metadata-sources/{source}");
    let (refresh_path, held_path) =
        ("/metadata-sources/{source}/refresh", "/metadata-sources/{source}/held");
    let (see, write) = (Scope::ServiceProvidersRead, Scope::ServiceProvidersWrite);
    vec![
        Operation::get((all, "listMetadataSources", "Every metadata source"), see, list)
            .answers::<MetadataSourceList>(),
        Operation::post((all, "addMetadataSource", "Add a metadata source"), write, add)
            .takes::<NewMetadataSourceBody>()
            .creates::<MetadataSourceDocument>()
            .tagged(),
        Operation::get((one, "getMetadataSource", "One metadata source"), see, get)
            .answers::<MetadataSourceDocument>()
            .tagged(),
        Operation::patch((one, "changeMetadataSource", "Change a metadata source"), write, change)
            .takes_patch::<MetadataSourceFields>()
            .answers::<MetadataSourceDocument>()
            .matched()
            .tagged(),
        Operation::delete(
            (one, "removeMetadataSource", "Forget a metadata source; service providers stay"),
            write,
            remove,
        )
        .matched(),
        Operation::post(
            (refresh_path, "refreshMetadataSource", "Have a source fetched within seconds"),
            write,
            refresh,
        ),
        Operation::get(
            (held_path, "listHeldAddresses", "New addresses that wait for a person"),
            see,
            held,
        )
        .answers::<HeldList>(),
        Operation::post(
            (held_path, "decideHeldAddresses", "Take or refuse addresses that wait"),
            write,
            decide,
        )
        .takes::<DecisionBody>(),
    ]
}

fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let items = metadata_sources::list(&call.admin())?.iter().map(shown).collect();
    Reply::json(&MetadataSourceList { items })
}

fn named(call: &Call<'_>) -> Result<MetadataSourceRow, Refusal> {
    let id: MetadataSourceId = call.id("source")?;
    Ok(metadata_sources::find_by_id(&call.admin(), id)?)
}

fn get(call: &Call<'_>) -> Result<Reply, Refusal> {
    reply(&named(call)?)
}

fn add(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: NewMetadataSourceBody = call.json()?;
    let kind = SourceKind::from_name(&body.kind)
        .ok_or_else(|| Refusal::invalid("kind", "must be entity, aggregate or mdq"))?;
    let mut source = defaults(body.name, kind, body.address);
    source.keys = keys(&body.signing_certificates)?;
    if !body.steps.is_empty() {
        source.steps = steps(&body.steps)?;
    }
    let id = metadata_sources::add(&call.admin(), &source, &mut rng())?;
    let row = metadata_sources::find_by_id(&call.admin(), id)?;
    Ok(reply(&row)?.made_at(&format!("/metadata-sources/{id}")))
}

fn change(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (row, version) = (named(call)?, call.version()?);
    let after: MetadataSourceFields = call.merged(&fields(&row.source))?;
    let source = definition(row.source.kind, after)?;
    let admin = call.admin();
    call.changed(metadata_sources::replace(&admin, row.id, version, &source, &mut rng()))?;
    reply(&metadata_sources::find_by_id(&admin, row.id)?)
}

fn remove(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (row, version) = (named(call)?, call.version()?);
    call.changed(metadata_sources::remove(&call.admin(), row.id, version, &mut rng()))?;
    Ok(Reply::done())
}

fn refresh(call: &Call<'_>) -> Result<Reply, Refusal> {
    metadata_sources::ask(&call.admin(), named(call)?.id)?;
    Ok(Reply::done())
}

fn held(call: &Call<'_>) -> Result<Reply, Refusal> {
    let items = metadata_sources::held(&call.admin(), named(call)?.id)?.into_iter();
    let items = items.map(|one| HeldAddresses {
        entity_id: one.entity.entity_id,
        service_provider: one.service_provider.id.to_string(),
        new_places: one.new_places,
        addresses: one.addresses,
    });
    Reply::json(&HeldList { items: items.collect() })
}

fn decide(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (row, body) = (named(call)?, call.json::<DecisionBody>()?);
    let decide = if body.approve { metadata_sources::approve } else { metadata_sources::refuse };
    decide(&call.admin(), row.id, &body.entity_id, &body.addresses, &mut rng())?;
    Ok(Reply::done())
}

fn keys(texts: &[String]) -> Result<Vec<idp_core::service_provider::PublicKeyDer>, Refusal> {
    pinned_keys(&texts.join("\n")).map_err(|why| Refusal::invalid("signing_certificates", why))
}

fn steps(lines: &[String]) -> Result<Vec<idp_core::flow::chain::StepWish>, Refusal> {
    steps_of(&lines.join("\n")).map_err(|why| Refusal::invalid("steps", why))
}

fn definition(kind: SourceKind, fields: MetadataSourceFields) -> Result<MetadataSource, Refusal> {
    Ok(MetadataSource {
        keys: keys(&fields.signing_certificates)?,
        steps: steps(&fields.steps)?,
        name: fields.name,
        kind,
        address: fields.address,
        enabled: fields.enabled,
        interval_minutes: fields.interval_minutes,
        validity: ValidityPolicy {
            valid_until_required: fields.valid_until_required,
            longest_validity_days: fields.longest_validity_days,
        },
        take: Choice {
            entity_ids: fields.entity_ids,
            entity_categories: fields.entity_categories,
            registration_authorities: fields.registration_authorities,
        },
        quarantine: fields.quarantine,
        takes_over: fields.takes_over,
        key_grace_days: fields.key_grace_days,
        removal_grace_days: fields.removal_grace_days,
    })
}

fn reply(row: &MetadataSourceRow) -> Result<Reply, Refusal> {
    Ok(Reply::json(&shown(row))?.of_version(row.version))
}

fn shown(row: &MetadataSourceRow) -> MetadataSourceDocument {
    let fetched = row.state.fetched.clone().unwrap_or_default();
    MetadataSourceDocument {
        id: row.id.to_string(),
        kind: row.source.kind.name().to_owned(),
        rest: fields(&row.source),
        good_at: row.state.good_at,
        failed_at: row.state.failed_at,
        failure: row.state.failure.clone(),
        next_at: row.next_at,
        valid_until: fetched.valid_until,
        entities: fetched.entities,
        taken: fetched.taken,
        progress_done: row.state.progress.map(|progress| progress.done),
        progress_of: row.state.progress.map(|progress| progress.of),
        version: row.version,
    }
}

fn fields(source: &MetadataSource) -> MetadataSourceFields {
    let take = &source.take;
    MetadataSourceFields {
        name: source.name.clone(),
        address: source.address.clone(),
        enabled: source.enabled,
        signing_certificates: source.keys.iter().map(pem).collect(),
        interval_minutes: source.interval_minutes,
        valid_until_required: source.validity.valid_until_required,
        longest_validity_days: source.validity.longest_validity_days,
        entity_ids: take.entity_ids.clone(),
        entity_categories: take.entity_categories.clone(),
        registration_authorities: take.registration_authorities.clone(),
        steps: source.steps.iter().map(step_line).collect(),
        quarantine: source.quarantine,
        takes_over: source.takes_over,
        key_grace_days: source.key_grace_days,
        removal_grace_days: source.removal_grace_days,
    }
}
