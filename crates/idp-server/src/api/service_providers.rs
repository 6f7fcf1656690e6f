//! Service providers: list and search, one and how it fares (`health`), adding by JSON or metadata
//! (`addition`, `review`), changing, the link for the owner, and what they would be told.

mod addition;
mod changes;
mod document;
mod health;
mod owner_link;
mod review;
mod told;

use idp_admin::access_tokens::Scope;
use idp_admin::service_providers::{self, Saved, find_by_id};
use idp_core::id::{EntityId, ServiceProviderId};
use idp_core::service_provider::ServiceProvider;
use idp_store::{ServiceProviderHealth, Versioned};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::call::Call;
use super::local_applications::Steps;
use super::operation::{AFTER, DRY_RUN, LIMIT, Media, Operation};
use super::problem::{FieldProblem, field_problems};
use super::refusal::Refusal;
use super::reply::Reply;

pub use document::{NewServiceProvider, ServiceProviderDocument, ServiceProviderFields};
pub use told::ToldDocument;

use health::HealthSummary;
use review::ReviewDocument;

/// Which one, of metadata with several.
const ENTITY_ID: (&str, &str) =
    ("entity_id", "Which service provider, where the metadata has several: its entityID.");

/// The longest metadata, in bytes.
const LONGEST: usize = 4 * 1024 * 1024;
const ALL: &str = "/service-providers";
const ONE: &str = "/service-providers/{id}";

/// A field that changed or would.
#[derive(Serialize, ToSchema)]
pub struct Change {
    /// Which.
    field: String,
    /// What it was; absent of something new.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Value>,
    /// What it is.
    after: Value,
}

impl From<idp_admin::difference::FieldChange> for Change {
    fn from(change: idp_admin::difference::FieldChange) -> Self {
        Self { field: change.field, before: change.before, after: change.after }
    }
}

/// A service provider in a list.
#[derive(Serialize, ToSchema)]
pub struct ServiceProviderSummary {
    /// Names it.
    id: String,
    /// The name it gives itself.
    entity_id: String,
    /// What people see.
    name: String,
    /// Whether it gets answers.
    enabled: bool,
    /// Whether it works for test users only.
    quarantine: bool,
    /// How it fares.
    health: HealthSummary,
}

/// A page of them, in the order of the entityIDs.
#[derive(Serialize, ToSchema)]
pub struct ServiceProviderPage {
    /// The service providers.
    items: Vec<ServiceProviderSummary>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What a change came to.
#[derive(Serialize, ToSchema)]
pub struct SavedServiceProvider {
    /// As it is now.
    service_provider: ServiceProviderDocument,
    /// What changed.
    changes: Vec<Change>,
    /// What is allowed but unwise.
    warnings: Vec<FieldProblem>,
    /// What is worth knowing of the metadata, in plain words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

/// Whether an untested one may be opened.
#[derive(serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromoteBody {
    /// Open it although no test user was signed in yet.
    #[serde(default)]
    pub unproven: bool,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let (read, write) = (Scope::ServiceProvidersRead, Scope::ServiceProvidersWrite);
    let mut all = vec![
        Operation::get(
            (ALL, "listServiceProviders", "List or search service providers"),
            read,
            list,
        )
        .query(&[("search", "A part of the name or entityID."), LIMIT, AFTER])
        .answers::<ServiceProviderPage>(),
        Operation::post(
            (ALL, "addServiceProvider", "Add a service provider by JSON or by its SAML metadata"),
            write,
            addition::add,
        )
        .query(&[ENTITY_ID, DRY_RUN])
        .takes::<NewServiceProvider>()
        .takes_text(Media::Metadata, LONGEST)
        .creates::<SavedServiceProvider>()
        .rehearses::<ReviewDocument>()
        .tagged(),
        Operation::post(
            (
                "/service-providers/by-metadata-url",
                "addServiceProviderByUrl",
                "Add a service provider by the address of its SAML metadata",
            ),
            write,
            addition::add_by_url,
        )
        .query(&[ENTITY_ID, DRY_RUN])
        .takes::<addition::ByUrlBody>()
        .creates::<SavedServiceProvider>()
        .rehearses::<ReviewDocument>()
        .tagged(),
        Operation::get((ONE, "getServiceProvider", "One service provider"), read, get)
            .answers::<ServiceProviderDocument>()
            .tagged(),
    ];
    all.extend(changing(write));
    all.extend(owner_link::operations());
    all.push(
        Operation::get(
            ("/service-providers/{id}/health", "getHealth", "How it fares, and what is unwise"),
            read,
            health::look,
        )
        .answers::<health::HealthDocument>(),
    );
    all.push(
        Operation::get(
            ("/service-providers/{id}/told", "whatIsTold", "What it would be told of a person"),
            read,
            told::told,
        )
        .query(&[("user", "The user name; needs the scope users:read as well.")])
        .answers::<ToldDocument>(),
    );
    all
}

fn changing(write: Scope) -> Vec<Operation> {
    let change =
        |operation: Operation| operation.answers::<SavedServiceProvider>().matched().tagged();
    vec![
        change(
            Operation::patch(
                (ONE, "changeServiceProvider", "Change a service provider"),
                write,
                changes::change,
            )
            .takes_patch::<ServiceProviderFields>(),
        ),
        Operation::delete(
            (ONE, "removeServiceProvider", "Forget a service provider"),
            write,
            changes::remove,
        )
        .matched(),
        change(
            Operation::put(
                (
                    "/service-providers/{id}/metadata",
                    "updateMetadata",
                    "Bring it up to date with newer metadata",
                ),
                write,
                changes::metadata,
            )
            .query(&[ENTITY_ID, DRY_RUN])
            .takes::<addition::MetadataUrlBody>()
            .takes_text(Media::Metadata, LONGEST)
            .rehearses::<ReviewDocument>(),
        ),
        change(
            Operation::put(
                ("/service-providers/{id}/steps", "setSteps", "Choose the steps of its logins"),
                write,
                changes::steps,
            )
            .takes::<Steps>(),
        ),
        change(Operation::post(
            ("/service-providers/{id}/enable", "enableServiceProvider", "Answer it"),
            write,
            changes::enable,
        )),
        change(Operation::post(
            ("/service-providers/{id}/disable", "disableServiceProvider", "Answer it no longer"),
            write,
            changes::disable,
        )),
        change(
            Operation::post(
                ("/service-providers/{id}/promote", "promoteServiceProvider", "End its quarantine"),
                write,
                changes::promote,
            )
            .takes::<PromoteBody>(),
        ),
    ]
}

fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let after = call.after(EntityId::parse)?;
    let search = call.query("search").trim();
    let admin = call.admin();
    let found = service_providers::search(&admin, search, after.as_ref(), call.limit()?)?;
    let last = found.rows.last().filter(|_| found.more);
    let next = last.map(|sp| sp.entity_id.to_string());
    let ids: Vec<ServiceProviderId> = found.rows.iter().map(|sp| sp.id).collect();
    let mut health = service_providers::health(&admin, &ids)?;
    let items = found.rows.iter().map(|sp| summary(sp, health.remove(&sp.id))).collect();
    Reply::json(&ServiceProviderPage { items, next })
}

fn get(call: &Call<'_>) -> Result<Reply, Refusal> {
    let found = find_by_id(&call.admin(), call.id("id")?)?;
    Ok(Reply::json(&ServiceProviderDocument::of(&found))?.of_version(found.version))
}

fn summary(sp: &ServiceProvider, health: Option<ServiceProviderHealth>) -> ServiceProviderSummary {
    ServiceProviderSummary {
        id: sp.id.to_string(),
        entity_id: sp.entity_id.to_string(),
        name: sp.name.clone(),
        enabled: sp.enabled,
        quarantine: sp.settings.quarantine.is_some(),
        health: HealthSummary::from(health.unwrap_or_default()),
    }
}

/// The answer to a change.
fn saved(call: &Call<'_>, id: ServiceProviderId, saved: Saved) -> Result<Reply, Refusal> {
    let found = find_by_id(&call.admin(), id)?;
    answer(&found, saved, Vec::new())
}

fn answer(
    found: &Versioned<ServiceProvider>,
    saved: Saved,
    notes: Vec<String>,
) -> Result<Reply, Refusal> {
    let document = SavedServiceProvider {
        service_provider: ServiceProviderDocument::of(found),
        changes: saved.changes.into_iter().map(Change::from).collect(),
        warnings: field_problems(saved.warnings),
        notes,
    };
    Ok(Reply::json(&document)?.of_version(found.version))
}
