//! Metadata query services (draft-young-md-query): one entity at a time is asked for, when it is first
//! met in a message (C141), and again from time to time.

use idp_core::id::EntityId;
use idp_core::metadata_source::{MetadataSource, SourceKind};
use idp_core::saml::metadata::aggregate::{Entities, Entity};
use idp_store::{MetadataEntity, MetadataSourceRow, StoreError};
use rand::RngCore;

use super::document::good;
use super::refresh::{Counts, Outcome, Work, on_behalf};
use super::take::{Taken, Taking, due_at};
use super::{Answer, Failure, Question, Surroundings, apply};
use crate::admin::Admin;
use crate::claim_dialects::Names;
use crate::error::AdminError;

/// Entities that are asked for again in one refresh.
const PAGE: u32 = 500;
/// After so many failures in a row the service is left alone until the next time.
const PATIENCE: u32 = 5;

/// Asks the query services, in the order of their names, for an entity that nobody registered. Whether
/// it is a service provider now.
pub fn look_up(
    admin: &Admin<'_>,
    world: &Surroundings<'_>,
    entity_id: &EntityId,
    rng: &mut dyn RngCore,
) -> Result<bool, AdminError> {
    let rows = admin.store.read(|reader| reader.metadata_sources())?;
    for row in rows {
        let MetadataSource { kind, enabled, take, .. } = &row.source;
        if *kind != SourceKind::Mdq || !enabled || !take.names(entity_id.as_str()) {
            continue;
        }
        let admin = on_behalf(admin, &row, (world.clock)());
        let known =
            admin.store.read(|reader| reader.metadata_entity(row.id, entity_id.as_str()))?;
        // Removed by hand: it stays away.
        if known.as_ref().is_some_and(|one| one.service_provider.is_none() && one.problem.is_none())
        {
            continue;
        }
        let mut counts = Counts::default();
        match ask(&admin, world, &row, entity_id.as_str(), known, rng)? {
            Ok(Asked::Taken(taken)) => {
                let problem = taken.entity.problem.clone();
                apply::write(&admin, &[*taken], &mut counts)?;
                match problem {
                    None => return Ok(true),
                    Some(problem) => note(&admin, &row, entity_id, &problem, rng)?,
                }
            }
            Ok(Asked::NotModified | Asked::Absent) => {}
            Err(failure) => note(&admin, &row, entity_id, &failure.words, rng)?,
        }
    }
    Ok(false)
}

/// An audit row of an entity that was asked for in vain.
fn note(
    admin: &Admin<'_>,
    row: &MetadataSourceRow,
    entity_id: &EntityId,
    why: &str,
    rng: &mut dyn RngCore,
) -> Result<(), StoreError> {
    let what = serde_json::json!({
        "source": row.source.name, "entity_id": entity_id, "failure": why,
    });
    let event = admin.event("metadata-query-failed", crate::audit::About::NOTHING, &what, rng);
    admin.store.write(|writer| writer.insert_audit_events(std::slice::from_ref(&event)))
}

/// Asks again for everything that was asked for before.
pub(super) fn refresh(work: &mut Work<'_>, rng: &mut dyn RngCore) -> Outcome {
    let (mut counts, mut failures, mut done) = (Counts::default(), 0, 0);
    let (mut after, mut asked, mut last) = (String::new(), 0, None);
    loop {
        let id = work.row.id;
        let page =
            work.admin.store.read(|reader| reader.metadata_entities_after(id, &after, PAGE))?;
        let Some(end) = page.last() else { break };
        after.clone_from(&end.entity_id);
        for known in page {
            if known.service_provider.is_none() {
                continue;
            }
            asked += 1;
            let entity_id = known.entity_id.clone();
            let before = known.clone();
            match ask(work.admin, work.world, &work.row, &entity_id, Some(known), rng)? {
                Ok(answer) => {
                    failures = 0;
                    done += 1;
                    settle(work, answer, before, &mut counts)?;
                }
                Err(failure) => {
                    // What is wrong with one of them must not keep the others from being asked for.
                    failures += u32::from(failure.code == Failure::NOT_FETCHED);
                    last = Some(failure);
                    if failures >= PATIENCE {
                        break;
                    }
                }
            }
            if asked % 20 == 0 {
                work.keep(done, asked)?;
            }
        }
        if failures >= PATIENCE {
            break;
        }
    }
    Ok(match last {
        Some(failure) if done == 0 || failures >= PATIENCE => Err(failure),
        _ => Ok((asked > 0).then_some(counts)),
    })
}

/// Writes what an answer comes to.
fn settle(
    work: &Work<'_>,
    answer: Asked,
    mut before: MetadataEntity,
    counts: &mut Counts,
) -> Result<(), StoreError> {
    match answer {
        Asked::Taken(taken) => apply::write(work.admin, &[*taken], counts),
        Asked::NotModified => Ok(()),
        Asked::Absent if before.missing_since.is_some() => Ok(()),
        Asked::Absent => {
            before.missing_since = Some(work.admin.now);
            before.held = None;
            before.validators = None;
            before.due_at = due_at(&before, &work.row.source);
            counts.missing += 1;
            work.admin.store.write(|writer| writer.put_metadata_entity(&before))
        }
    }
}

/// What a service answered.
enum Asked {
    Taken(Box<Taken>),
    NotModified,
    Absent,
}

fn ask(
    admin: &Admin<'_>,
    world: &Surroundings<'_>,
    row: &MetadataSourceRow,
    entity_id: &str,
    known: Option<MetadataEntity>,
    rng: &mut dyn RngCore,
) -> Result<Result<Asked, Failure>, StoreError> {
    let address = row.source.query(entity_id);
    // A copy that was switched off must come anew.
    let etag = known.as_ref().filter(|one| !one.disabled && one.missing_since.is_none());
    let etag = etag.and_then(|one| one.validators.clone());
    let question =
        Question { address: &address, etag: etag.as_deref(), last_modified: None, large: false };
    let (octets, etag) = match world.fetch.fetch(question) {
        Ok(Answer::NotModified) => return Ok(Ok(Asked::NotModified)),
        Ok(Answer::Absent) => return Ok(Ok(Asked::Absent)),
        Ok(Answer::Document { octets, etag, .. }) => (octets, etag),
        Err(words) => return Ok(Err(Failure::new(Failure::NOT_FETCHED, words))),
    };
    let used = known.as_ref().filter(|one| !one.disabled).and_then(|one| one.valid_until);
    let good = match good(&row.source, octets, used, world) {
        Ok(good) => good,
        Err(failure) => return Ok(Err(failure)),
    };
    let entity = match only(&good.text, entity_id) {
        Ok(entity) => entity,
        Err(failure) => return Ok(Err(failure)),
    };
    let names = admin.store.read(Names::load)?;
    let taking = Taking {
        admin,
        id: row.id,
        source: &row.source,
        names: &names,
        quarantine: row.source.quarantine.unwrap_or(world.quarantine),
        valid_until: good.head.valid_until,
    };
    if !taking.chooses(&entity) {
        let words = "it describes an entity that this source does not take";
        return Ok(Err(Failure::new("metadata-not-chosen", words)));
    }
    let mut taken = taking.take(&entity, known, rng)?;
    taken.entity.validators = etag;
    Ok(Ok(Asked::Taken(Box::new(taken))))
}

/// The one service provider of an answer, which must be the one that was asked for.
fn only(text: &str, entity_id: &str) -> Result<Entity, Failure> {
    let mut entities = Entities::of(text);
    let first = entities.next().transpose().ok().flatten();
    match (first, entities.next()) {
        (Some(entity), None) if entity.entity_id == entity_id => Ok(entity),
        _ => Err(Failure::new(
            "metadata-of-another",
            "it is not the metadata of the one service provider that was asked for",
        )),
    }
}
