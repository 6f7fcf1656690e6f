//! Replacing the key of a kind: publish the next one, see who has read it, promote it for one or for
//! all, retire the old one; or back out.

use idp_admin::access_tokens::Scope;
use idp_admin::keys::{self, KeyUserState, Laggards, Standing};
use idp_admin::{AdminError, service_providers};
use idp_core::Instant;
use idp_core::id::ServiceProviderId;
use idp_core::saml::urn::KeyKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Key;
use crate::api::call::Call;
use crate::api::operation::{Operation, PAGED};
use crate::api::refusal::Refusal;
use crate::api::reply::Reply;
use crate::rng::rng;

/// How far the replacement of a key is.
#[derive(Serialize, ToSchema)]
pub struct Rollover {
    /// The kind.
    kind: &'static str,
    /// The key that signs for everybody who has no other.
    signs: Option<Key>,
    /// The key that follows, published and signing nothing by itself.
    next: Option<Key>,
    /// Keys that were replaced and are published still.
    previous: Vec<PreviousKey>,
    /// How many service providers are answered with keys of this kind.
    service_providers: u64,
    /// How many of them have read the newest key, or were told of it.
    ready: u64,
    /// How many of them have not, and would refuse it.
    waiting: u64,
    /// For how many the next key was promoted already.
    promoted: u64,
    /// Whether the last step can be taken back.
    can_back_out: bool,
}

/// A key that was replaced.
#[derive(Serialize, ToSchema)]
pub struct PreviousKey {
    /// The key.
    key: Key,
    /// How many are answered with it still.
    service_providers: u64,
}

/// A service provider in a rollover.
#[derive(Serialize, ToSchema)]
pub struct KeyUser {
    /// Names it.
    id: String,
    /// The name it gives itself.
    entity_id: String,
    /// What people call it.
    name: String,
    /// `promoted` (answered with the newest key), `ready` (has read it), `waiting` (has not) or `current`
    /// (nothing is replaced).
    standing: &'static str,
    /// The address at which this one reads our metadata, so that it is known to have our keys.
    metadata_address: String,
    /// When it last read our metadata there.
    #[schema(value_type = Option<String>, format = DateTime)]
    read_at: Option<Instant>,
    /// When a person said that it has our keys.
    #[schema(value_type = Option<String>, format = DateTime)]
    told_at: Option<Instant>,
}

/// A page of those who are answered with a kind of key, in the order of the entityIDs.
#[derive(Serialize, ToSchema)]
pub struct KeyUserPage {
    /// The service providers.
    items: Vec<KeyUser>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Who was told of our keys.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ToldBody {
    /// The identifier of the service provider.
    service_provider: String,
}

/// For whom the next key is to sign. Without a service provider: for all.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromoteKeyBody {
    /// The identifier of the one service provider.
    service_provider: Option<String>,
    /// Also where this one has not read the key.
    #[serde(default)]
    anyway: bool,
    /// For all: those who have not read the key `stay` on the old one (the default) or `move` all the
    /// same.
    laggards: Option<LaggardsName>,
}

/// What becomes of those who have not read the key.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LaggardsName {
    /// They are answered with the old key.
    Stay,
    /// They get the new key.
    Move,
}

/// What a promotion came to.
#[derive(Serialize, ToSchema)]
pub struct Promoted {
    /// How many stay on the old key.
    staying: usize,
    /// How far the replacement is now.
    rollover: Rollover,
}

/// A key to be retired.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetireBody {
    /// The identifier of the key.
    key: String,
    /// Also when it answers somebody still; they get the new key.
    #[serde(default)]
    anyway: bool,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let (read, write) = (Scope::KeysRead, Scope::KeysWrite);
    vec![
        Operation::get(("/keys/{kind}", "getRollover", "How far a replacement is"), read, get)
            .answers::<Rollover>(),
        Operation::get(
            ("/keys/{kind}/service-providers", "listKeyUsers", "Who has read the newest key"),
            read,
            users,
        )
        .query(PAGED)
        .answers::<KeyUserPage>(),
        Operation::post(
            ("/keys/{kind}/publish", "publishKey", "Make the next key and publish it"),
            write,
            publish,
        )
        .answers::<Rollover>(),
        Operation::post(
            ("/keys/{kind}/told", "noteKeyTold", "Note that a service provider has our keys"),
            write,
            told,
        )
        .takes::<ToldBody>(),
        Operation::post(
            ("/keys/{kind}/promote", "promoteKey", "Sign with the next key, for one or for all"),
            write,
            promote,
        )
        .takes::<PromoteKeyBody>()
        .answers::<Promoted>(),
        Operation::post(
            ("/keys/{kind}/retire", "retireKey", "Neither publish nor use a replaced key any more"),
            write,
            retire,
        )
        .takes::<RetireBody>()
        .answers::<Rollover>(),
        Operation::post(
            (
                "/keys/{kind}/back-out",
                "backOutKey",
                "Withdraw the next key, or go back to the old one",
            ),
            write,
            back_out,
        )
        .answers::<Rollover>(),
    ]
}

fn get(call: &Call<'_>) -> Result<Reply, Refusal> {
    Reply::json(&rollover(call, kind(call)?)?)
}

fn users(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (kind, limit) = (kind(call)?, call.limit()?);
    let directory = call.configuration().keys();
    let after = call.after(|text| Some(text.to_owned()))?;
    // One more than asked for tells whether there are more.
    let mut found = keys::users(&call.admin(), directory, kind, (after.as_deref(), limit + 1))?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| more).map(|last| last.user.entity_id.clone());
    let items = found.into_iter().map(|state| user(call, state)).collect();
    Reply::json(&KeyUserPage { items, next })
}

fn publish(call: &Call<'_>) -> Result<Reply, Refusal> {
    let kind = kind(call)?;
    let (directory, name) = (call.configuration().keys().path(), call.app.public_url.host());
    keys::publish(&call.admin(), directory, (kind, name), &mut rng())?;
    Reply::json(&rollover(call, kind)?)
}

fn told(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: ToldBody = call.json()?;
    let (kind, id) = (kind(call)?, named(&body.service_provider)?);
    answered_with(call, id, kind)?;
    keys::told(&call.admin(), id, &mut rng())?;
    Ok(Reply::done())
}

fn promote(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: PromoteKeyBody = call.json()?;
    let (kind, admin, directory) = (kind(call)?, call.admin(), call.configuration().keys());
    let staying = match (&body.service_provider, body.laggards) {
        (Some(_), Some(_)) => {
            return Err(Refusal::invalid("laggards", "says nothing about one service provider"));
        }
        (Some(one), None) => {
            let id = named(one)?;
            answered_with(call, id, kind)?;
            keys::promote_one(&admin, directory, (id, body.anyway), &mut rng())?;
            0
        }
        (None, _) if body.anyway => {
            return Err(Refusal::invalid("anyway", "is for one; use laggards for all"));
        }
        (None, laggards) => {
            let laggards = match laggards.unwrap_or(LaggardsName::Stay) {
                LaggardsName::Stay => Laggards::Stay,
                LaggardsName::Move => Laggards::Move,
            };
            keys::promote_all(&admin, directory, (kind, laggards), &mut rng())?
        }
    };
    Reply::json(&Promoted { staying, rollover: rollover(call, kind)? })
}

fn retire(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: RetireBody = call.json()?;
    let (kind, directory) = (kind(call)?, call.configuration().keys());
    let mut of_kind = directory.list().iter().filter(|stored| stored.key.kind() == kind);
    if !of_kind.any(|stored| stored.key.id() == body.key) {
        return Err(Refusal::invalid(
            "key",
            "is no key of this kind; the list of keys has the ids",
        ));
    }
    keys::retire(&call.admin(), directory, (&body.key, body.anyway), &mut rng())?;
    Reply::json(&rollover(call, kind)?)
}

fn back_out(call: &Call<'_>) -> Result<Reply, Refusal> {
    let kind = kind(call)?;
    keys::back_out(&call.admin(), call.configuration().keys(), kind, &mut rng())?;
    Reply::json(&rollover(call, kind)?)
}

/// As it is after what was just done.
fn rollover(call: &Call<'_>, kind: KeyKind) -> Result<Rollover, Refusal> {
    let configuration = call.app.configuration.refreshed()?;
    let all = configuration.keys().list();
    let found = keys::rollover(&call.admin(), configuration.keys(), kind)?;
    let key = |stored| Key::of(stored, all, call.now, found.users.all);
    Ok(Rollover {
        kind: kind.name(),
        signs: found.signs.as_ref().map(key),
        next: found.next.as_ref().map(key),
        previous: found
            .previous
            .iter()
            .map(|(stored, count)| PreviousKey { key: key(stored), service_providers: *count })
            .collect(),
        service_providers: found.users.all,
        ready: found.users.ready,
        waiting: found.waiting(),
        promoted: found.promoted,
        can_back_out: found.can_back_out(),
    })
}

fn user(call: &Call<'_>, state: KeyUserState) -> KeyUser {
    let KeyUserState { user, standing } = state;
    let reader = call.configuration().keys().secrets().metadata_reader(user.id);
    KeyUser {
        metadata_address: call.app.public_url.join(&format!("/saml/metadata/{reader}")),
        id: user.id.to_string(),
        entity_id: user.entity_id,
        name: user.name,
        standing: match standing {
            Standing::Promoted => "promoted",
            Standing::Ready => "ready",
            Standing::Waiting => "waiting",
            Standing::Current => "current",
        },
        read_at: user.reader.fetched_at,
        told_at: user.reader.told_at,
    }
}

fn kind(call: &Call<'_>) -> Result<KeyKind, Refusal> {
    KeyKind::from_name(call.part("kind")).ok_or_else(Refusal::not_found)
}

fn named(id: &str) -> Result<ServiceProviderId, Refusal> {
    id.parse().map_err(|_| Refusal::invalid("service_provider", "is no identifier of one"))
}

/// Passes when the service provider is answered with keys of this kind.
fn answered_with(call: &Call<'_>, id: ServiceProviderId, kind: KeyKind) -> Result<(), Refusal> {
    let found = service_providers::find_by_id(&call.admin(), id).map_err(|error| match error {
        AdminError::NotFound { .. } => {
            Refusal::invalid("service_provider", "is not the identifier of a service provider")
        }
        other => other.into(),
    })?;
    let own = found.value.settings.signing_key;
    if own == kind {
        return Ok(());
    }
    Err(Refusal::invalid("service_provider", format!("is answered with a {} key", own.name())))
}
