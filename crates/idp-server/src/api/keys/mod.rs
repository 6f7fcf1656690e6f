//! Keys that sign: what is public of them, making one, and replacing one (`rollover`).

mod rollover;

use chrono::TimeDelta;
use idp_admin::StoredKey;
use idp_admin::access_tokens::Scope;
use idp_admin::keys::{self, KeyState, signing_keys};
use idp_core::Instant;
use idp_core::saml::urn::KeyKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::call::Call;
use super::operation::Operation;
use super::refusal::Refusal;
use super::reply::Reply;
use crate::rng::rng;

/// The latest day on which a key may begin, counted from today.
const LATEST: u16 = 365;

/// A key.
#[derive(Serialize, ToSchema)]
pub struct Key {
    /// The fingerprint of its certificate; names it.
    id: String,
    /// Its kind, such as `rsa-2048`.
    kind: String,
    /// Counts the keys of a kind.
    number: u32,
    /// What it is for now: `signs`, `signs-later`, `next`, `replaced`, `retired`, `expired`.
    state: &'static str,
    /// From when on its certificate is valid.
    #[schema(value_type = String, format = DateTime)]
    not_before: Instant,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    not_after: Instant,
    /// When it was published by a rollover.
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Instant>,
    /// Its certificate, DER in base64, for those who are given it by hand.
    certificate: String,
    /// How many service providers are answered with keys of this kind.
    service_providers: u64,
}

/// Every key.
#[derive(Serialize, ToSchema)]
pub struct KeyList {
    /// The keys.
    items: Vec<Key>,
}

/// A key to be made. It lies in the key directory of the node that answers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKeyBody {
    /// `rsa-2048`, `rsa-3072` or `ec-p256`.
    kind: String,
    /// Sign with it only after so many days, 0 to 365; it is published at once.
    #[serde(default)]
    begins_in_days: u16,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let mut all = vec![
        Operation::get(("/keys", "listKeys", "The keys that sign"), Scope::KeysRead, list)
            .answers::<KeyList>(),
        Operation::post(
            ("/keys", "generateKey", "Make a key of a kind that no rollover replaces yet"),
            Scope::KeysWrite,
            generate,
        )
        .takes::<NewKeyBody>()
        .creates::<Key>(),
    ];
    all.extend(rollover::operations());
    all
}

fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let keys = call.configuration().keys();
    let found = signing_keys(&call.admin(), keys)?;
    let items = found.keys.iter().map(|(stored, _)| {
        Key::of(stored, keys.list(), call.now, found.answered_with(stored.key.kind()))
    });
    Reply::json(&KeyList { items: items.collect() })
}

fn generate(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: NewKeyBody = call.json()?;
    let kind = KeyKind::from_name(&body.kind)
        .ok_or_else(|| Refusal::invalid("kind", "must be rsa-2048, rsa-3072 or ec-p256"))?;
    if body.begins_in_days > LATEST {
        return Err(Refusal::invalid("begins_in_days", format!("must be 0 to {LATEST}")));
    }
    let begins = call.now + TimeDelta::days(body.begins_in_days.into());
    let (directory, host) = (call.configuration().keys().path(), call.app.public_url.host());
    let made = keys::generate(&call.admin(), directory, (kind, host, begins), &mut rng())?;
    let configuration = call.app.configuration.refreshed()?;
    let answered = signing_keys(&call.admin(), configuration.keys())?.answered_with(kind);
    let key = Key::of(&made, configuration.keys().list(), call.now, answered);
    Ok(Reply::json(&key)?.made_at("/keys"))
}

impl Key {
    /// One of all keys.
    fn of(stored: &StoredKey, all: &[StoredKey], now: Instant, service_providers: u64) -> Self {
        Self {
            id: stored.key.id().to_owned(),
            kind: stored.key.kind().name().to_owned(),
            number: stored.number,
            state: match stored.state(all, now) {
                KeyState::Signs => "signs",
                KeyState::SignsLater => "signs-later",
                KeyState::Replaced => "replaced",
                KeyState::Expired => "expired",
                KeyState::Next => "next",
                KeyState::Retired => "retired",
            },
            not_before: stored.not_before,
            not_after: stored.key.not_after(),
            published_at: stored.published_at,
            certificate: stored.key.certificate_base64().to_owned(),
            service_providers,
        }
    }
}
