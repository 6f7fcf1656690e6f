//! Compares a configuration file with the database: what would be written, and every mistake that
//! only shows there.

mod branding;
mod claim_dialect;
mod metadata_document;
mod metadata_source;
mod release_rules;
mod scenario;
mod sms_gateway;
mod trusted_certificate;

use idp_core::flow::chain::Chain;
use idp_core::id::EntityId;
use idp_core::service_provider::ServiceProvider;
use idp_store::{ClaimRow, StoreError, TrustedCertificate, Versioned, Writer};
use rand::RngCore;

use super::claim::ClaimEntry;
use super::parse::parse;
use super::report::{Mistakes, Report, join};
use super::service_provider::{MetadataSource, ServiceProviderEntry};
use super::surroundings::Surroundings;
use super::user::UserEntry;
use crate::actor::Permission;
use crate::admin::Admin;
use crate::branding::BrandingChange;
use crate::claim_dialects::{self, DialectChange, DialectRow, Names};
use crate::claims::{self, ClaimChange, ClaimRules};

use crate::difference::{FieldChange, View, difference};
use crate::error::{AdminError, Problem};
use crate::impassable::impassable_without_gateway;
use crate::metadata_sources::SourceChange;
use crate::release_rules::ReleaseRulesChange;
use crate::scenarios::ScenarioChange;
use crate::service_providers::{
    self, Prepared, ServiceProviderChange, ServiceProviderDraft, ServiceProviderRules,
};
use crate::sms_gateways::{self, Gateway, GatewayChange};
use crate::trust::CertificateChange;
use crate::users::{self, UserWish};

pub use scenario::broken_scenarios;

/// What applying a file would do. Made by [`plan`], carried out by [`super::apply()`].
pub struct Plan {
    pub(super) steps: Vec<PlannedStep>,
    pub(super) unchanged: usize,
    pub(super) warnings: Vec<String>,
    pub(super) complete_claims: bool,
    pub(super) configuration_version: i64,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The file is wrong in these places.
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    /// Something else is in the way.
    #[error(transparent)]
    Admin(#[from] AdminError),
}

impl From<StoreError> for PlanError {
    fn from(error: StoreError) -> Self {
        Self::Admin(error.into())
    }
}

/// One thing that is new or changes.
pub(super) struct PlannedStep {
    /// What kind of thing.
    pub(super) noun: &'static str,
    /// Which one.
    pub(super) name: String,
    /// It is new.
    pub(super) created: bool,
    /// What changes.
    pub(super) changes: Vec<FieldChange>,
    /// The write.
    pub(super) write: Write,
}

/// The write of a step.
pub(super) enum Write {
    Branding(Box<BrandingChange>),
    Claim(Box<ClaimChange>),
    ClaimDialect(Box<DialectChange>),
    ReleaseRules(Box<ReleaseRulesChange>),
    MetadataSource(Box<SourceChange>),
    TrustedCertificate(Box<CertificateChange>),
    Gateway(Box<GatewayChange>),
    ServiceProvider(Box<ServiceProviderChange>),
    User(Box<UserWish>),
    Scenario(Box<ScenarioChange>),
}

impl Plan {
    /// What is allowed but unwise, with the keys.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Whether nothing would be written.
    pub const fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

/// Reads a file (its name and text) and compares it with the database. Changes nothing.
pub fn plan(
    admin: &Admin<'_>,
    (name, text): (&str, &str),
    surroundings: Surroundings<'_>,
    rng: &mut dyn RngCore,
) -> Result<Plan, PlanError> {
    admin.actor.require(Permission::Change)?;
    let configuration_version = admin.store.read(|reader| reader.configuration_version())?;
    let (file, report) = parse(name, text, surroundings);
    let mut planner = Planner::new(admin, report, rng)?;
    if let Some(branding) = &file.branding {
        planner.branding(branding)?;
    }
    for entry in &file.claims {
        planner.claim(entry);
    }
    for entry in &file.claim_dialects {
        planner.claim_dialect(entry);
    }
    planner.release_rules(&file.release_rules)?;
    for entry in &file.metadata_sources {
        planner.metadata_source(entry)?;
    }
    for entry in &file.trusted_certificates {
        planner.trusted_certificate(entry)?;
    }
    for entry in file.gateways {
        planner.gateway(entry)?;
    }
    for entry in &file.service_providers {
        planner.service_provider(entry)?;
    }
    for entry in file.users {
        planner.user(entry)?;
    }
    for entry in &file.scenarios {
        planner.scenario(entry)?;
    }
    planner.finish(configuration_version)
}

/// Gathers the steps of a plan. Knows what will be there when the steps before are done.
struct Planner<'a> {
    admin: &'a Admin<'a>,
    report: Report,
    rng: &'a mut dyn RngCore,
    claims: Vec<ClaimRow>,
    complete_claims: bool,
    dialects: Vec<DialectRow>,
    trusted: Vec<TrustedCertificate>,
    gateways: Vec<Gateway>,
    chains: std::collections::BTreeMap<EntityId, Chain>,
    steps: Vec<PlannedStep>,
    unchanged: usize,
    warnings: Vec<String>,
}

impl<'a> Planner<'a> {
    fn new(
        admin: &'a Admin<'a>,
        report: Report,
        rng: &'a mut dyn RngCore,
    ) -> Result<Self, PlanError> {
        let mut claims = admin.store.read(|reader| reader.claim_rows())?;
        let present = claims::uris(&claims::definitions(&claims));
        let missing = claims::default_claims().into_iter().filter(|c| !present.contains(&c.uri));
        let before = claims.len();
        let row = |(position, definition)| ClaimRow { definition, position, version: 1 };
        claims.extend((claims::next_position(&claims)..).zip(missing).map(row));
        let complete_claims = claims.len() > before;
        let chains = service_providers::all(admin.store)?
            .into_iter()
            .map(|versioned| (versioned.value.entity_id, versioned.value.chain))
            .collect();
        Ok(Self {
            admin,
            report,
            rng,
            claims,
            complete_claims,
            dialects: admin.store.read(claim_dialects::rows)?,
            trusted: admin.store.read(|reader| reader.trusted_certificates())?,
            gateways: sms_gateways::open_all(admin.store, &admin.secrets.sealing())?,
            chains,
            steps: Vec::new(),
            unchanged: 0,
            warnings: Vec::new(),
        })
    }

    fn names(&self) -> Names {
        Names {
            claims: claims::definitions(&self.claims),
            dialects: claim_dialects::definitions(&self.dialects),
        }
    }

    fn claim(&mut self, entry: &ClaimEntry) {
        let claim = &entry.definition;
        self.problems(&entry.path, &claims::check(claim, &claims::definitions(&self.claims)));
        let known = self.claims.iter().position(|row| row.definition.uri == claim.uri);
        let before = known.and_then(|place| self.claims.get(place)).cloned();
        let place = before.as_ref().map(|row| row.position);
        let after = ClaimRow {
            definition: claim.clone(),
            position: entry
                .display_order
                .or(place)
                .unwrap_or_else(|| claims::next_position(&self.claims)),
            version: before.as_ref().map_or(1, |row| row.version + 1),
        };
        let changes =
            difference(before.as_ref().map(claims::placed).as_ref(), &claims::placed(&after));
        let change = ClaimChange::prepare(self.admin, claim.clone(), after.position, self.rng);
        match known.and_then(|place| self.claims.get_mut(place)) {
            Some(row) => *row = after,
            None => self.claims.push(after),
        }
        self.step("claim", claim.uri.to_string(), before.is_none(), changes, || {
            Write::Claim(Box::new(change))
        });
    }

    fn service_provider(&mut self, entry: &ServiceProviderEntry) -> Result<(), AdminError> {
        let existing = match &entry.entity_id {
            Some(id) => self.admin.store.read(|r| r.service_provider_by_entity_id(id))?,
            None => None,
        };
        let Some(draft) = draft(entry, existing.as_ref(), &self.admin.rules) else { return Ok(()) };
        let created = existing.is_none();
        let before = existing.as_ref().map(|existing| existing.value.id);
        let known = self.names();
        let mut prepared = match Prepared::new(self.admin, existing, draft, &known) {
            Ok(prepared) => prepared,
            Err(problems) => {
                self.service_provider_problems(entry, &problems);
                return Ok(());
            }
        };
        let Some(id) = &entry.entity_id else { return Ok(()) };
        self.chains.insert(id.clone(), prepared.chain().clone());
        self.warn(&entry.path, &prepared.warnings);
        if !self.gateways.iter().any(|gateway| gateway.enabled) {
            self.warn(&entry.path, impassable_without_gateway(prepared.chain()).as_slice());
        }
        let xml = match &entry.metadata {
            MetadataSource::Read(metadata) => {
                self.warnings.extend(metadata.notes.iter().map(|n| format!("{}: {n}", entry.path)));
                Some(metadata.xml.as_str())
            }
            MetadataSource::Kept(document) => {
                prepared.changes.extend(self.metadata_document(before, document)?);
                Some(document.as_str())
            }
            MetadataSource::None | MetadataSource::Unusable => None,
        };
        let changes = prepared.changes.clone();
        let change = prepared.into_change(self.admin, xml, self.rng);
        match change {
            None => self.unchanged += 1,
            Some(change) => self.steps.push(PlannedStep {
                noun: "service provider",
                name: id.to_string(),
                created,
                changes,
                write: Write::ServiceProvider(Box::new(change)),
            }),
        }
        Ok(())
    }

    /// What follows from a metadata file that could not be read is no mistake of its own.
    fn service_provider_problems(&mut self, entry: &ServiceProviderEntry, problems: &[Problem]) {
        let unusable = matches!(entry.metadata, MetadataSource::Unusable);
        let own: Vec<Problem> = problems
            .iter()
            .filter(|problem| {
                !unusable || !["acs", "authn_requests_signed"].contains(&&*problem.field)
            })
            .cloned()
            .collect();
        self.problems(&entry.path, &own);
    }

    fn user(&mut self, entry: UserEntry) -> Result<(), AdminError> {
        let rules = ClaimRules::of(&claims::definitions(&self.claims));
        let existing = self.admin.store.read(|r| r.user_by_username(&entry.username))?;
        let before: Option<View> = existing.as_ref().map(|e| users::view(&e.value));
        let name = entry.username.to_string();
        let path = entry.path.clone();
        let usage = |roles: &[_]| users::password_use(self.chains.values(), roles);
        let made = UserWish::prepare(self.admin, entry, existing, (&rules, &usage), self.rng);
        let wish = match made {
            Err(AdminError::Invalid(problems)) => {
                self.problems(&path, &problems);
                return Ok(());
            }
            other => other?,
        };
        let mut changes = difference(before.as_ref(), &users::view(wish.user()));
        if wish.sets_password() {
            changes.push(FieldChange {
                field: "password".to_owned(),
                before: None,
                after: serde_json::json!("(hidden)"),
            });
        }
        if let Some(codes) = wish.backup_codes() {
            changes.push(FieldChange {
                field: "backup_codes".to_owned(),
                before: None,
                after: serde_json::json!(format!("{} codes (hidden)", codes.total())),
            });
        }
        self.warn(&path, wish.warnings());
        self.step("user", name, before.is_none(), changes, || Write::User(Box::new(wish)));
        Ok(())
    }

    fn step(
        &mut self,
        noun: &'static str,
        name: String,
        created: bool,
        changes: Vec<FieldChange>,
        write: impl FnOnce() -> Write,
    ) {
        if changes.is_empty() {
            self.unchanged += 1;
        } else {
            self.steps.push(PlannedStep { noun, name, created, changes, write: write() });
        }
    }

    fn problems(&mut self, path: &str, problems: &[Problem]) {
        for problem in problems {
            self.report.follow_up(&join(path, &problem.field), &problem.message);
        }
    }

    fn warn(&mut self, path: &str, warnings: &[Problem]) {
        let place = |warning: &Problem| join(path, &warning.field);
        self.warnings.extend(warnings.iter().map(|w| format!("{}: {}", place(w), w.message)));
    }

    fn finish(self, configuration_version: i64) -> Result<Plan, PlanError> {
        self.report.finish()?;
        Ok(Plan {
            steps: self.steps,
            unchanged: self.unchanged,
            warnings: self.warnings,
            complete_claims: self.complete_claims,
            configuration_version,
        })
    }
}

/// The service provider as the entry wants it. Without an entityID (which is reported) it still gets
/// one to be checked under, so that its other mistakes are found as well.
fn draft(
    entry: &ServiceProviderEntry,
    existing: Option<&Versioned<ServiceProvider>>,
    rules: &ServiceProviderRules<'_>,
) -> Option<ServiceProviderDraft> {
    let before = match (&entry.metadata, existing) {
        (MetadataSource::Read(metadata), _) => metadata.draft(existing.map(|e| &e.value), rules),
        (_, Some(existing)) => ServiceProviderDraft::of(&existing.value),
        (_, None) => {
            let id = entry.entity_id.clone().or_else(|| EntityId::parse("urn:unnamed"));
            ServiceProviderDraft::new(id?)
        }
    };
    Some(before.with(&entry.patch))
}

impl PlannedStep {
    pub(super) fn write(
        &self,
        writer: &mut Writer<'_>,
        admin: &Admin<'_>,
    ) -> Result<(), StoreError> {
        match &self.write {
            Write::Branding(change) => change.write(writer, admin),
            Write::Claim(change) => change.write(writer),
            Write::ClaimDialect(change) => change.write(writer),
            Write::ReleaseRules(change) => change.write(writer, admin),
            Write::MetadataSource(change) => change.write(writer, admin),
            Write::TrustedCertificate(change) => change.write(writer, admin),
            Write::Gateway(change) => change.write(writer, admin),
            Write::ServiceProvider(change) => change.write(writer, admin),
            Write::User(wish) => wish.write(writer, admin),
            Write::Scenario(change) => change.write(writer, admin),
        }
    }
}
