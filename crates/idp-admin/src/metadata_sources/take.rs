//! What becomes of the description of one entity: a change of a service provider, and the row that
//! remembers it. Nothing is written here.

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::id::{EntityId, MetadataSourceId};
use idp_core::metadata_source::change::{self, Addresses};
use idp_core::metadata_source::validity::shorter;
use idp_core::metadata_source::{MetadataSource, SourceKind};
use idp_core::saml::metadata::aggregate::Entity;
use idp_core::saml::metadata::sp::registration;
use idp_core::service_provider::{EntityAttribute, ServiceProvider};
use idp_core::subject_id::REQUIREMENT;
use idp_store::{MetadataEntity, StoreError, Versioned};
use rand::RngCore;

use crate::admin::Admin;
use crate::claim_dialects::Names;
use crate::service_providers::{
    ImportedMetadata, Prepared, ServiceProviderChange, ServiceProviderDraft, ServiceProviderPatch,
};

/// What goes for every entity of one piece of work.
pub(super) struct Taking<'a> {
    pub admin: &'a Admin<'a>,
    pub id: MetadataSourceId,
    pub source: &'a MetadataSource,
    pub names: &'a Names,
    /// Whether new service providers begin in quarantine.
    pub quarantine: bool,
    /// The end of the document.
    pub valid_until: Option<Instant>,
}

/// What is to be written of one entity.
pub(super) struct Taken {
    pub entity: MetadataEntity,
    pub change: Option<ServiceProviderChange>,
    pub outcome: Outcome,
    pub xml: Option<String>,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    Added,
    Changed,
    Unchanged,
    Problem,
    /// The one that was told before.
    SameProblem,
}

pub(super) fn days(days: u32) -> TimeDelta {
    TimeDelta::days(days.into())
}

impl Taking<'_> {
    /// Whether the source takes this entity at all.
    pub(super) fn chooses(&self, entity: &Entity) -> bool {
        let take = &self.source.take;
        take.names(&entity.entity_id)
            && (!take.asks_registration()
                || registration(entity.document.as_bytes()).is_ok_and(|found| take.fits(&found)))
    }

    /// Whether nothing has to be done for it.
    pub(super) fn is_settled(&self, known: &MetadataEntity, entity: &Entity) -> bool {
        let by_hand = known.service_provider.is_none() && known.problem.is_none();
        let same = known.digest == hex(&entity.digest)
            && known.missing_since.is_none()
            && known.problem.is_none()
            && !known.disabled
            && known.valid_until == self.end(entity);
        by_hand || same
    }

    /// The end of what is said of an entity. In an aggregate the document's own end is kept with the
    /// source, as it changes with every issue.
    fn end(&self, entity: &Entity) -> Option<Instant> {
        match self.source.kind {
            SourceKind::Mdq => shorter(entity.valid_until, self.valid_until),
            SourceKind::Entity | SourceKind::Aggregate => entity.valid_until,
        }
    }

    /// What becomes of it.
    pub(super) fn take(
        &self,
        entity: &Entity,
        known: Option<MetadataEntity>,
        rng: &mut dyn RngCore,
    ) -> Result<Taken, StoreError> {
        let now = self.admin.now;
        let mut row = known.unwrap_or_else(|| self.row(&entity.entity_id));
        let ended = row.valid_until;
        row.digest = hex(&entity.digest);
        row.valid_until = self.end(entity);
        row.missing_since = None;
        row.checked_at = now;
        let existing = match self.existing(entity, &row)? {
            Ok(existing) => existing,
            Err(problem) => return Ok(problematic(row, ended, &problem)),
        };
        let metadata = match ImportedMetadata::parse(entity.document.as_bytes(), now) {
            // An entity may hide another in its extensions: who is described is who was looked up.
            Ok(metadata) if metadata.entity_id.as_str() != entity.entity_id => {
                let problem = "the service provider in it has another entityID than it has itself";
                return Ok(problematic(row, ended, problem));
            }
            Ok(metadata) => metadata,
            Err(problem) => return Ok(problematic(row, ended, &problem)),
        };
        let draft = self.draft(&metadata, existing.as_ref(), &mut row);
        let created = existing.is_none();
        let before = existing.as_ref().map(|existing| existing.value.id);
        let prepared = match Prepared::new(self.admin, existing, draft, self.names) {
            Ok(prepared) => prepared,
            Err(problems) => {
                let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
                return Ok(problematic(row, ended, &words.join("; ")));
            }
        };
        let change = prepared.into_change(self.admin, Some(&metadata.xml), rng);
        row.service_provider = change.as_ref().map(ServiceProviderChange::id).or(before);
        row.problem = None;
        row.disabled = false;
        row.due_at = due_at(&row, self.source);
        let outcome = match (&change, created) {
            (None, _) => Outcome::Unchanged,
            (Some(_), true) => Outcome::Added,
            (Some(_), false) => Outcome::Changed,
        };
        // Expired certificates and dates are shown from the newest document, whatever it changes.
        let xml = change.is_none().then_some(metadata.xml);
        Ok(Taken { entity: row, change, outcome, xml })
    }

    /// What a document describes twice is not taken from it: nobody knows which one is meant.
    pub(super) fn ambiguous(&self, mut row: MetadataEntity) -> Taken {
        row.missing_since = None;
        row.checked_at = self.admin.now;
        let ended = row.valid_until;
        problematic(
            row,
            ended,
            "the document describes it twice, and nobody knows which one is meant",
        )
    }

    fn row(&self, entity_id: &str) -> MetadataEntity {
        MetadataEntity {
            source: self.id,
            entity_id: entity_id.to_owned(),
            service_provider: None,
            digest: String::new(),
            valid_until: None,
            missing_since: None,
            disabled: false,
            leaving: Vec::new(),
            held: None,
            refused: None,
            problem: None,
            validators: None,
            checked_at: self.admin.now,
            due_at: None,
        }
    }

    /// The service provider that the entity is; or why it is none of this source (A103).
    fn existing(
        &self,
        entity: &Entity,
        row: &MetadataEntity,
    ) -> Result<Result<Option<Versioned<ServiceProvider>>, String>, StoreError> {
        let Some(entity_id) = EntityId::parse(&entity.entity_id) else {
            return Ok(
                Err("its entityID is missing, too long, or has blanks around it".to_owned()),
            );
        };
        let store = self.admin.store;
        let Some(found) = store.read(|reader| reader.service_provider_by_entity_id(&entity_id))?
        else {
            return Ok(Ok(None));
        };
        if row.service_provider == Some(found.value.id) {
            return Ok(Ok(Some(found)));
        }
        let follows = store.read(|reader| reader.metadata_entity_of(found.value.id))?;
        Ok(match follows {
            Some(other) => {
                let name = store.read(|reader| reader.metadata_source(other.source))?;
                let name = name.map(|row| row.source.name).unwrap_or_default();
                Err(format!("it is registered already, and follows the metadata source \"{name}\""))
            }
            None if self.source.takes_over => Ok(Some(found)),
            None => Err(format!(
                "it is registered already, as \"{}\"; it follows this source once the source takes \
                 over what is registered (takes_over)",
                found.value.name
            )),
        })
    }

    /// The service provider as it is to be, by the rules for changes (`metadata_source::change`).
    fn draft(
        &self,
        metadata: &ImportedMetadata,
        existing: Option<&Versioned<ServiceProvider>>,
        row: &mut MetadataEntity,
    ) -> ServiceProviderDraft {
        let existing = existing.map(|existing| &existing.value);
        let mut draft = metadata.draft(existing, &self.admin.rules);
        let said = existing.map_or(&[][..], |existing| &existing.settings.entity_attributes);
        let entity_attributes = Some(self.vouched_for(said, &draft.settings.entity_attributes));
        let Some(existing) = existing else {
            return draft.with(&ServiceProviderPatch {
                entity_attributes,
                steps: Some(self.source.steps.clone()),
                quarantine: Some(self.quarantine),
                ..ServiceProviderPatch::default()
            });
        };
        let (keys, leaving) = change::keys(
            &existing.settings.signing_keys,
            &draft.settings.signing_keys,
            &row.leaving,
            days(self.source.key_grace_days),
            self.admin.now,
        );
        row.leaving = leaving;
        let (before, after) = (Addresses::of(&existing.settings), Addresses::of(&draft.settings));
        let mut patch = ServiceProviderPatch {
            signing_keys: Some(keys),
            entity_attributes,
            ..Default::default()
        };
        if change::wait_for_a_person(&before, &after) {
            row.held = (row.refused.as_ref() != Some(&after)).then_some(after);
            patch.assertion_consumer_services = Some(before.acs);
            patch.single_logout_services = Some(before.slo);
            // Who got into the metadata would have answers made for themselves (A86): the keys that
            // assertions are encrypted for wait as well.
            draft.settings.encryption = existing.settings.encryption;
            patch.encryption_keys = Some(existing.settings.encryption_keys.clone());
        } else {
            (row.held, row.refused) = (None, None);
        }
        // Only what the source itself had switched off comes back by itself.
        patch.enabled = row.disabled.then_some(true);
        draft.with(&patch)
    }

    /// What counts of what is said of a service provider. Release rules go by it, so that only a signature by
    /// a key of the source vouches for it; what nobody signed may say which identifier is needed, no more.
    fn vouched_for(
        &self,
        before: &[EntityAttribute],
        read: &[EntityAttribute],
    ) -> Vec<EntityAttribute> {
        // The key of a single one is its own: with it, it vouches for itself alone (A113).
        if !self.source.keys.is_empty() && self.source.kind != SourceKind::Entity {
            return read.to_vec();
        }
        let kept = before.iter().filter(|one| one.name != REQUIREMENT);
        kept.chain(read.iter().filter(|one| one.name == REQUIREMENT)).cloned().collect()
    }
}

/// What cannot be used changes nothing: what was good before stays, until it `ended` as it would have.
fn problematic(mut row: MetadataEntity, ended: Option<Instant>, problem: &str) -> Taken {
    row.valid_until = ended;
    let problem = Some(problem.chars().take(2_000).collect());
    let outcome = if row.problem == problem { Outcome::SameProblem } else { Outcome::Problem };
    row.problem = problem;
    Taken { entity: row, change: None, outcome, xml: None }
}

/// When something has to be done for an entity although nothing new is published.
pub(super) fn due_at(row: &MetadataEntity, source: &MetadataSource) -> Option<Instant> {
    row.service_provider?;
    let keys = row.leaving.iter().map(|key| key.until);
    let removal = row.missing_since.map(|since| since + days(source.removal_grace_days));
    let ends = [removal, row.valid_until].into_iter().flatten().filter(|_| !row.disabled);
    keys.chain(ends).min()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
