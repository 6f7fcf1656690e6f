//! Replacing a signing key without an outage: the next key is published, service providers read it in
//! our metadata, then it is promoted for one after the other or for all, and the old one is retired.
//! Until then everything can be taken back.
//!
//! Keys that are made here lie in the database, sealed under `secret.key`, so that every node has them
//! at once (docs/adr/0016).

use std::path::Path;

use chrono::TimeDelta;
use idp_core::id::ServiceProviderId;
use idp_core::saml::signature::key::SigningKey;
use idp_core::saml::urn::KeyKind;
use idp_store::{Conflict, KeyStage, KeyUser, SigningKeyRow, StoreError, Writer};
use rand::RngCore;
use serde_json::json;

use super::rollover_view::is_ready;
use super::{CERTIFICATE_LIFETIME, KeyDirectory, KeyError, StoredKey};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::AdminError;
use crate::service_providers;

/// How many service providers are read at a time.
const PAGE: u32 = 500;

/// What becomes of those who have not read the next key when it is promoted for all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Laggards {
    /// They are answered with the old key until they are promoted, or it ends.
    Stay,
    /// They get the new key, and refuse it unless they read our metadata in time.
    Move,
}

/// The directory with the keys of the database.
pub(super) fn open(
    admin: &Admin<'_>,
    directory: &Path,
    rng: &mut dyn RngCore,
) -> Result<KeyDirectory, AdminError> {
    let mut opened = KeyDirectory::open(directory, rng)?;
    opened.adopt(&admin.store.read(|reader| reader.signing_key_rows())?)?;
    Ok(opened)
}

/// What a sealed key is bound to: its row.
pub(super) fn sealed_as(id: &str) -> Vec<u8> {
    format!("signing key {id}").into_bytes()
}

/// Makes the key that follows, and publishes it. It signs nothing yet.
pub fn publish(
    admin: &Admin<'_>,
    directory: &Path,
    (kind, common_name): (KeyKind, &str),
    rng: &mut dyn RngCore,
) -> Result<StoredKey, AdminError> {
    admin.actor.require(Permission::Change)?;
    let mut opened = open(admin, directory, rng)?;
    if at_stage(&opened, kind, KeyStage::Next).is_some() {
        return Err(AdminError::Conflict(format!(
            "a next {} key is published already; promote it, or back out",
            kind.name()
        )));
    }
    let of_kind = opened.list().iter().filter(|stored| stored.key.kind() == kind);
    let number = of_kind.map(|stored| stored.number).max().unwrap_or(0).saturating_add(1);
    let key = SigningKey::generate(kind, common_name, admin.now, CERTIFICATE_LIFETIME)
        .map_err(KeyError::Generate)?;
    let pem = key.to_pem().map_err(KeyError::Generate)?;
    let id = key.id().to_owned();
    let sealed = admin.secrets.sealing().seal(pem.expose(), &sealed_as(&id), rng)?;
    let row = SigningKeyRow {
        id: id.clone(),
        kind,
        number,
        stage: KeyStage::Next,
        sealed: Some(sealed),
        published_at: admin.now,
    };
    let what = json!({"kind": kind, "key": id});
    let event = admin.event("signing-key-published", About::NOTHING, &what, rng);
    let adopted = admin.store.write(|writer| {
        // Making a key takes a while. Who read our metadata meanwhile has not read of it.
        let read = writer.last_metadata_reading()?;
        let after = read.map_or(row.published_at, |read| read + TimeDelta::milliseconds(1));
        let row = SigningKeyRow { published_at: row.published_at.max(after), ..row.clone() };
        writer.insert_signing_key(&row)?;
        writer.insert_audit_events(&[event])?;
        Ok(row)
    })?;
    opened.adopt(&[adopted])?;
    let made = opened.list().iter().find(|stored| stored.key.id() == id).cloned();
    made.ok_or_else(|| KeyError::NoActiveKey(kind).into())
}

/// Notes that a person told a service provider of our next key.
pub fn told(
    admin: &Admin<'_>,
    service_provider: ServiceProviderId,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    service_providers::find_by_id(admin, service_provider)?;
    let about = About::service_provider(service_provider);
    let event = admin.event("signing-key-told", about, &json!("told"), rng);
    admin.store.write(|writer| {
        writer.set_metadata_told(service_provider, admin.now)?;
        writer.insert_audit_events(&[event])
    })?;
    Ok(())
}

/// Answers one service provider with the next key, or with the new one where it was left on the old.
/// One that has not read it is refused unless `anyway`.
pub fn promote_one(
    admin: &Admin<'_>,
    directory: &KeyDirectory,
    (service_provider, anyway): (ServiceProviderId, bool),
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let sp = service_providers::find_by_id(admin, service_provider)?.value;
    let kind = sp.settings.signing_key;
    let new = at_stage(directory, kind, KeyStage::Next)
        .or_else(|| at_stage(directory, kind, KeyStage::Current))
        .ok_or_else(|| nothing_next(kind))?;
    let reader = admin.store.read(|reader| reader.metadata_reader(service_provider))?;
    if !anyway && !is_ready(&reader, new.published_at) {
        return Err(AdminError::Conflict(format!(
            "“{}” has not read our metadata since the key was published, and would refuse what it \
             signs; tell its owner first",
            sp.name
        )));
    }
    let id = new.key.id().to_owned();
    let what = json!({"kind": kind, "key": id, "anyway": anyway});
    let about = About::service_provider(service_provider);
    let event = admin.event("signing-key-promoted", about, &what, rng);
    admin.store.write(|writer| {
        as_seen(writer, directory, kind)?;
        if new.stage == Some(KeyStage::Next) {
            writer.choose_signing_key(service_provider, &id)?;
        } else {
            writer.forget_signing_key_choice(service_provider)?;
        }
        writer.insert_audit_events(&[event])
    })?;
    Ok(())
}

/// Makes the next key the current one of its kind. Returns how many service providers stay on the old
/// one.
pub fn promote_all(
    admin: &Admin<'_>,
    directory: &KeyDirectory,
    (kind, laggards): (KeyKind, Laggards),
    rng: &mut dyn RngCore,
) -> Result<usize, AdminError> {
    admin.actor.require(Permission::Change)?;
    let next = at_stage(directory, kind, KeyStage::Next).ok_or_else(|| nothing_next(kind))?;
    let old = super::stored_key::active(directory.list(), kind, admin.now);
    let staying = match (laggards, old) {
        (Laggards::Stay, Some(_)) => waiting(admin, next)?,
        _ => Vec::new(),
    };
    let id = next.key.id().to_owned();
    let what = json!({"kind": kind, "key": id, "stay_on_the_old": staying.len()});
    let event = admin.event("signing-key-promoted", About::NOTHING, &what, rng);
    admin.store.write(|writer| {
        as_seen(writer, directory, kind)?;
        if let Some(old) = old {
            demote(writer, old)?;
            for user in &staying {
                writer.choose_signing_key(*user, old.key.id())?;
            }
        }
        writer.remove_signing_key_choices(&id)?;
        writer.set_signing_key_stage(&id, KeyStage::Current)?;
        writer.insert_audit_events(&[event])
    })?;
    Ok(staying.len())
}

/// Takes back the last thing that a rollover did: a next key is withdrawn, and whom it was promoted
/// for is answered with the current one again; without one, the previous key signs again and the
/// current one is the next.
pub fn back_out(
    admin: &Admin<'_>,
    directory: &KeyDirectory,
    kind: KeyKind,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let next = at_stage(directory, kind, KeyStage::Next);
    let current = at_stage(directory, kind, KeyStage::Current);
    let previous = at_stage(directory, kind, KeyStage::Previous)
        .filter(|previous| previous.may_sign(admin.now));
    let what = json!({"kind": kind, "withdrawn": next.map(|next| next.key.id())});
    let event = admin.event("signing-key-backed-out", About::NOTHING, &what, rng);
    match (next, current, previous) {
        (Some(next), ..) => admin.store.write(|writer| {
            as_seen(writer, directory, kind)?;
            writer.remove_signing_key(next.key.id())?;
            writer.insert_audit_events(&[event])
        })?,
        (None, Some(current), Some(previous)) => admin.store.write(|writer| {
            as_seen(writer, directory, kind)?;
            writer.set_signing_key_stage(current.key.id(), KeyStage::Next)?;
            writer.set_signing_key_stage(previous.key.id(), KeyStage::Current)?;
            writer.remove_signing_key_choices(previous.key.id())?;
            writer.remove_signing_key_choices(current.key.id())?;
            writer.insert_audit_events(&[event])
        })?,
        _ => {
            return Err(AdminError::Conflict(format!(
                "there is no rollover of {} keys to back out of",
                kind.name()
            )));
        }
    }
    Ok(())
}

/// Neither publishes nor uses a previous key any more. One that still answers somebody is refused
/// unless `anyway`; then they get the current one.
pub fn retire(
    admin: &Admin<'_>,
    directory: &KeyDirectory,
    (id, anyway): (&str, bool),
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let found = directory.list().iter().find(|stored| stored.key.id() == id);
    let key = found.ok_or_else(|| AdminError::NotFound {
        what: "signing key",
        name: id.to_owned(),
        list: "keys list",
    })?;
    if key.stage != Some(KeyStage::Previous) {
        return Err(AdminError::Conflict(
            "only a key that another one has replaced is retired; promote the next key first"
                .to_owned(),
        ));
    }
    let what = json!({"kind": key.key.kind(), "key": id, "anyway": anyway});
    let event = admin.event("signing-key-retired", About::NOTHING, &what, rng);
    let left = admin.store.write(|writer| {
        as_seen(writer, directory, key.key.kind())?;
        let left = writer.signing_key_choices()?.iter().filter(|(_, chosen)| chosen == id).count();
        if left > 0 && !anyway {
            return Ok(left);
        }
        writer.retire_signing_key(id)?;
        writer.insert_audit_events(&[event])?;
        Ok(0)
    })?;
    match left {
        0 => Ok(()),
        left => Err(AdminError::Conflict(format!(
            "{left} service providers are still answered with this key; promote them first"
        ))),
    }
}

/// The newest key of a kind at a stage.
pub(super) fn at_stage(
    directory: &KeyDirectory,
    kind: KeyKind,
    stage: KeyStage,
) -> Option<&StoredKey> {
    let at = |stored: &&StoredKey| stored.key.kind() == kind && stored.stage == Some(stage);
    directory.list().iter().find(at)
}

/// A key that signed so far is the previous one.
fn demote(writer: &mut Writer<'_>, old: &StoredKey) -> Result<(), StoreError> {
    if old.stage.is_some() {
        return writer.set_signing_key_stage(old.key.id(), KeyStage::Previous);
    }
    writer.insert_signing_key(&SigningKeyRow {
        id: old.key.id().to_owned(),
        kind: old.key.kind(),
        number: old.number,
        stage: KeyStage::Previous,
        sealed: None,
        published_at: old.not_before,
    })
}

/// Stops when somebody else has brought a key of the kind to another stage since it was looked at.
fn as_seen(
    writer: &mut Writer<'_>,
    directory: &KeyDirectory,
    kind: KeyKind,
) -> Result<(), StoreError> {
    let rows = writer.signing_key_rows()?;
    let now = rows.iter().filter(|row| row.kind == kind).filter_map(|row| {
        let known = directory.list().iter().any(|stored| stored.key.id() == row.id);
        // Of a retired key whose private part is gone nobody knows any more.
        (known || row.stage != KeyStage::Retired).then_some((row.id.as_str(), row.stage))
    });
    let mut now: Vec<_> = now.collect();
    let of_kind = directory.list().iter().filter(|stored| stored.key.kind() == kind);
    let mut seen: Vec<_> =
        of_kind.filter_map(|stored| Some((stored.key.id(), stored.stage?))).collect();
    now.sort_unstable();
    seen.sort_unstable();
    if now == seen { Ok(()) } else { Err(Conflict::Version.into()) }
}

/// Those who would refuse what the key signs.
fn waiting(admin: &Admin<'_>, next: &StoredKey) -> Result<Vec<ServiceProviderId>, AdminError> {
    let (kind, id) = (next.key.kind(), next.key.id());
    let mut waiting = Vec::new();
    let mut after = String::new();
    loop {
        let page = admin.store.read(|reader| reader.key_users(kind, &after, PAGE))?;
        let late = |user: &&KeyUser| {
            user.choice.as_deref() != Some(id) && !is_ready(&user.reader, next.published_at)
        };
        waiting.extend(page.iter().filter(late).map(|user| user.id));
        match page.last() {
            Some(last) => after.clone_from(&last.entity_id),
            None => return Ok(waiting),
        }
    }
}

fn nothing_next(kind: KeyKind) -> AdminError {
    AdminError::Conflict(format!("no next {} key is published; publish one first", kind.name()))
}
