//! How far the replacement of a signing key is: which keys there are, and who has read the new one.

use idp_core::Instant;
use idp_core::saml::urn::KeyKind;
use idp_store::{KeyStage, KeyUser, KeyUserCount, MetadataReader};

use super::rollover::at_stage;
use super::{KeyDirectory, StoredKey};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::AdminError;

/// The rollover of one kind of key.
#[derive(Clone, Debug)]
pub struct Rollover {
    /// The kind.
    pub kind: KeyKind,
    /// The key that signs for everybody who has no other.
    pub signs: Option<StoredKey>,
    /// The key that follows.
    pub next: Option<StoredKey>,
    /// Keys that were replaced and are published still, each with how many it answers.
    pub previous: Vec<(StoredKey, u64)>,
    /// How many are answered with keys of the kind, and how many of them have read the newest.
    pub users: KeyUserCount,
    /// For how many the next key was promoted.
    pub promoted: u64,
}

impl Rollover {
    /// How many have not read the newest key.
    pub const fn waiting(&self) -> u64 {
        self.users.all.saturating_sub(self.users.ready)
    }

    /// Whether the key that signs took the place of one that may sign again.
    pub fn can_back_out(&self) -> bool {
        let promoted = self.signs.as_ref().is_some_and(|key| key.stage == Some(KeyStage::Current));
        self.next.is_some() || (promoted && !self.previous.is_empty())
    }
}

/// A service provider in a rollover.
#[derive(Clone, Debug)]
pub struct KeyUserState {
    /// Who.
    pub user: KeyUser,
    /// How far.
    pub standing: Standing,
}

/// How far a service provider is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It is answered with the newest key.
    Promoted,
    /// It has read the newest key, and is answered with an older one.
    Ready,
    /// It has not read the newest key.
    Waiting,
    /// Nothing is replaced: it is answered with the key that signs.
    Current,
}

/// The rollover of each kind of which there is a key.
pub fn rollovers(admin: &Admin<'_>, directory: &KeyDirectory) -> Result<Vec<Rollover>, AdminError> {
    directory.kinds().into_iter().map(|kind| rollover(admin, directory, kind)).collect()
}

/// The rollover of one kind.
pub fn rollover(
    admin: &Admin<'_>,
    directory: &KeyDirectory,
    kind: KeyKind,
) -> Result<Rollover, AdminError> {
    admin.actor.require(Permission::Read)?;
    let next = at_stage(directory, kind, KeyStage::Next);
    let newest = newest(directory, kind);
    let published = newest.and_then(|key| key.published_at);
    let (users, choices) = admin.store.read(|reader| {
        let all = reader.key_user_count(kind)?;
        // Nobody can have read what was never published by a rollover.
        let ready = published.map(|since| reader.ready_key_user_count(kind, since)).transpose()?;
        let users = KeyUserCount { all, ready: ready.unwrap_or_default() };
        Ok((users, reader.signing_key_choice_counts()?))
    })?;
    let answered = |key: &StoredKey| {
        choices.iter().find(|(id, _)| id == key.key.id()).map_or(0, |(_, count)| *count)
    };
    let is_previous =
        |key: &&StoredKey| key.key.kind() == kind && key.stage == Some(KeyStage::Previous);
    let previous = directory.list().iter().filter(is_previous);
    Ok(Rollover {
        kind,
        signs: super::stored_key::active(directory.list(), kind, admin.now).cloned(),
        previous: previous.map(|key| (key.clone(), answered(key))).collect(),
        promoted: next.map_or(0, answered),
        next: next.cloned(),
        users,
    })
}

/// At most `limit` of the service providers that are answered with keys of the kind, in the order of
/// their entityIDs, after that one.
pub fn users(
    admin: &Admin<'_>,
    directory: &KeyDirectory,
    kind: KeyKind,
    (after, limit): (Option<&str>, u32),
) -> Result<Vec<KeyUserState>, AdminError> {
    admin.actor.require(Permission::Read)?;
    let newest = newest(directory, kind);
    let is_next = newest.is_some_and(|key| key.stage == Some(KeyStage::Next));
    let page =
        admin.store.read(|reader| reader.key_users(kind, after.unwrap_or_default(), limit))?;
    let state = |user: KeyUser| {
        let chosen = user.choice.as_deref();
        let standing = match newest {
            None => Standing::Current,
            Some(key) if chosen == Some(key.key.id()) => Standing::Promoted,
            // Who was not left on an older key is answered with the one that was promoted for all.
            Some(_) if !is_next && chosen.is_none() => Standing::Promoted,
            Some(key) if is_ready(&user.reader, key.published_at) => Standing::Ready,
            Some(_) => Standing::Waiting,
        };
        KeyUserState { user, standing }
    };
    Ok(page.into_iter().map(state).collect())
}

/// The key that a rollover is about: the next one, else the one that was promoted for all.
fn newest(directory: &KeyDirectory, kind: KeyKind) -> Option<&StoredKey> {
    at_stage(directory, kind, KeyStage::Next)
        .or_else(|| at_stage(directory, kind, KeyStage::Current))
}

/// Whether somebody has read, or was told of, what was published then.
pub(super) fn is_ready(reader: &MetadataReader, published_at: Option<Instant>) -> bool {
    let Some(published_at) = published_at else { return false };
    let since = |at: Option<Instant>| at.is_some_and(|at| at >= published_at);
    since(reader.fetched_at) || since(reader.told_at)
}
