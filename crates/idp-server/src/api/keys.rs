//! Keys that sign: what is public of them.

use idp_admin::access_tokens::Scope;
use idp_admin::keys::{KeyState, signing_keys};
use idp_core::Instant;
use serde::Serialize;
use utoipa::ToSchema;

use super::call::Call;
use super::operation::Operation;
use super::refusal::Refusal;
use super::reply::Reply;

/// A key.
#[derive(Serialize, ToSchema)]
pub struct Key {
    /// Its kind, such as `rsa-2048`.
    kind: String,
    /// Counts the keys of a kind.
    number: u32,
    /// What it is for now: `signs`, `signs-later`, `replaced`, `expired`.
    state: &'static str,
    /// From when on its certificate is valid.
    #[schema(value_type = String, format = DateTime)]
    not_before: Instant,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    not_after: Instant,
    /// How many service providers are answered with keys of this kind.
    service_providers: u64,
}

/// Every key.
#[derive(Serialize, ToSchema)]
pub struct KeyList {
    /// The keys.
    items: Vec<Key>,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get(("/keys", "listKeys", "The keys that sign"), Scope::KeysRead, list)
            .answers::<KeyList>(),
    ]
}

fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let found = signing_keys(&call.admin(), call.configuration().keys())?;
    let items = found
        .keys
        .iter()
        .map(|(stored, state)| Key {
            kind: stored.key.kind().name().to_owned(),
            number: stored.number,
            state: match state {
                KeyState::Signs => "signs",
                KeyState::SignsLater => "signs-later",
                KeyState::Replaced => "replaced",
                KeyState::Expired => "expired",
                KeyState::Next => "next",
                KeyState::Retired => "retired",
            },
            not_before: stored.not_before,
            not_after: stored.key.not_after(),
            service_providers: found.answered_with(stored.key.kind()),
        })
        .collect();
    Reply::json(&KeyList { items })
}
