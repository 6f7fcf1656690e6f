//! Which counters belong to a person and what they allow: attempts per account, messages per
//! account, number and address.

use std::collections::BTreeMap;
use std::net::IpAddr;

use chrono::TimeDelta;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::Instant;
use crate::id::hex;
use crate::secret::Secret;
use crate::user::{Person, Username};

use super::authenticator::{
    Answer, Authenticator, AuthenticatorId, Challenge, SendingPermission, Subject,
};
use super::throttle::{AttemptPolicy, CounterChange, CounterKey, LoadedCounter, SendPolicy};

/// The counters loaded for one request. A key without a row is at its default.
pub type Counters = BTreeMap<CounterKey, LoadedCounter>;

/// What a send limit is counted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SendScope {
    /// The account that logs in.
    Account,
    /// The phone number.
    Number,
    /// The first digits of the number: numbers that cost alike.
    Prefix,
    /// The country of the number; services and unassigned codes count as one.
    Country,
    /// The address the request came from.
    Address,
}

impl SendScope {
    /// Whether many people share its counters. Those are added to rather than compared, so that
    /// people never wait for each other; as many more as are under way at once may slip through.
    const fn is_shared(self) -> bool {
        matches!(self, Self::Prefix | Self::Country | Self::Address)
    }
}

/// One limit on messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SendLimit {
    /// The name in counter keys; unique among the limits.
    pub name: &'static str,
    /// What is counted.
    pub scope: SendScope,
    /// How many, in which time.
    pub policy: SendPolicy,
    /// A code that was used shows that the messages were wanted: counting starts anew.
    pub cleared_by_success: bool,
}

/// All limits on guessing and sending.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Growing delays and the lock after wrong answers, per account and authenticator.
    pub attempts: AttemptPolicy,
    /// The wrong answer that ends a login, whatever step and account it was for. Without it one login
    /// could try many accounts.
    pub wrong_answers_per_login: u32,
    /// How long after its making an account counts as fresh, so that its owner may enrol without a
    /// further proof.
    pub fresh_account: TimeDelta,
    /// Limits on messages; all must allow.
    pub sends: Vec<SendLimit>,
}

impl Default for Limits {
    fn default() -> Self {
        let limit = |name, scope, limit, window, cleared_by_success| SendLimit {
            name,
            scope,
            policy: SendPolicy { limit, window },
            cleared_by_success,
        };
        Self {
            attempts: AttemptPolicy {
                free: 5,
                first_delay: TimeDelta::seconds(5),
                longest_delay: TimeDelta::minutes(15),
                lock_after: 100,
                lock_lasts: Some(TimeDelta::days(1)),
            },
            wrong_answers_per_login: 20,
            fresh_account: TimeDelta::days(1),
            sends: vec![
                limit("account", SendScope::Account, 5, TimeDelta::minutes(10), true),
                limit("number", SendScope::Number, 5, TimeDelta::minutes(10), true),
                limit("account-day", SendScope::Account, 30, TimeDelta::days(1), false),
                limit("number-day", SendScope::Number, 30, TimeDelta::days(1), false),
                limit("address", SendScope::Address, 1_000, TimeDelta::hours(1), false),
                limit("address-day", SendScope::Address, 5_000, TimeDelta::days(1), false),
                limit("prefix-day", SendScope::Prefix, 10_000, TimeDelta::days(1), false),
                limit("country-day", SendScope::Country, 50_000, TimeDelta::days(1), false),
            ],
        }
    }
}

/// Hashes names, numbers and addresses for counter keys, so that the database does not list them.
pub struct KeyedHasher(Secret<Vec<u8>>);

impl KeyedHasher {
    /// A hasher with a secret key.
    pub const fn new(key: Secret<Vec<u8>>) -> Self {
        Self(key)
    }

    /// 128 bits of HMAC-SHA256, in hexadecimal.
    pub fn hash(&self, text: &str) -> String {
        // HMAC takes keys of any length, so a failure cannot happen; an empty hash would only merge
        // counters, which errs on the strict side.
        Hmac::<Sha256>::new_from_slice(self.0.expose()).map_or_else(
            |_| String::new(),
            |mac| {
                let tag = mac.chain_update(text.as_bytes()).finalize().into_bytes();
                hex(tag.get(..16).unwrap_or_default())
            },
        )
    }
}

/// The counter of wrong answers to an authenticator under a user name, whether or not such a user
/// exists.
pub fn attempt_key(
    hasher: &KeyedHasher,
    authenticator: &AuthenticatorId,
    name: &Username,
) -> CounterKey {
    CounterKey::new(&format!("attempt:{authenticator}"), &hasher.hash(name.as_str()))
}

/// The counter of wrong substitutes (backup codes) for an authenticator under a user name. A success
/// by the authenticator's own means does not clear it: who signs in every day would otherwise grant
/// fresh guesses every day.
pub fn substitute_key(
    hasher: &KeyedHasher,
    authenticator: &AuthenticatorId,
    name: &Username,
) -> CounterKey {
    CounterKey::new(&format!("attempt:{authenticator}-backup"), &hasher.hash(name.as_str()))
}

/// Whom a message would go to and where the request came from.
pub struct Sending<'a> {
    /// The authenticator that would send.
    pub authenticator: &'a dyn Authenticator,
    /// The person.
    pub person: &'a Person,
    /// What the authenticator remembers of the login.
    pub challenge: Option<&'a Challenge>,
    /// The answer that leads to the message.
    pub answer: Option<&'a Answer>,
    /// Where the request came from.
    pub address: IpAddr,
}

impl Sending<'_> {
    /// The limits that apply, each with the key of its counter. Finding out whom a message would go
    /// to costs more than a key, and so is done once.
    fn keys<'l>(
        &self,
        hasher: &KeyedHasher,
        limits: &'l [SendLimit],
    ) -> impl Iterator<Item = (&'l SendLimit, CounterKey)> {
        let subject = Subject::of(self.person, self.authenticator);
        let recipient = self.authenticator.recipient(&subject, self.challenge, self.answer);
        limits.iter().filter_map(move |limit| {
            let counted = match limit.scope {
                SendScope::Account => hasher.hash(&self.person.user.id.to_string()),
                SendScope::Address => hasher.hash(&self.address.to_string()),
                SendScope::Number => hasher.hash(recipient.as_ref()?.number.expose()),
                SendScope::Prefix => hasher.hash(recipient.as_ref()?.prefix.expose()),
                SendScope::Country => hasher.hash(recipient.as_ref()?.country.unwrap_or("none")),
            };
            Some((limit, CounterKey::new(&format!("send:{}", limit.name), &counted)))
        })
    }
}

impl Limits {
    /// The keys of every counter that limits these messages.
    pub fn send_keys(&self, hasher: &KeyedHasher, sending: &Sending<'_>) -> Vec<CounterKey> {
        sending.keys(hasher, &self.sends).map(|(_, key)| key).collect()
    }

    /// Whether a message may be sent now.
    pub fn sending_permission(
        &self,
        hasher: &KeyedHasher,
        sending: &Sending<'_>,
        counters: &Counters,
        now: Instant,
    ) -> SendingPermission {
        let waits = sending.keys(hasher, &self.sends).filter_map(|(limit, key)| {
            match limit.policy.permission(loaded(counters, &key), now) {
                SendingPermission::Allowed => None,
                SendingPermission::NotBefore(until) => Some(until),
            }
        });
        waits.max().map_or(SendingPermission::Allowed, SendingPermission::NotBefore)
    }

    /// The counters after one message.
    pub fn sent(
        &self,
        hasher: &KeyedHasher,
        sending: &Sending<'_>,
        counters: &Counters,
        now: Instant,
    ) -> Vec<CounterChange> {
        let changes = sending.keys(hasher, &self.sends).map(|(limit, key)| {
            let counter = loaded(counters, &key);
            let sent = limit.policy.sent(key, counter, now);
            if limit.scope.is_shared() { sent.tallying(counter) } else { sent }
        });
        changes.collect()
    }

    /// The counters after a code was used.
    pub fn used(
        &self,
        hasher: &KeyedHasher,
        sending: &Sending<'_>,
        counters: &Counters,
        now: Instant,
    ) -> Vec<CounterChange> {
        let keys = sending.keys(hasher, &self.sends);
        let cleared = keys.filter(|(limit, _)| limit.cleared_by_success).filter_map(|(_, key)| {
            let counter = loaded(counters, &key);
            counter.value.map(|_| CounterChange {
                key,
                expected_version: counter.version,
                value: None,
                forget_at: now,
            })
        });
        cleared.collect()
    }
}

/// The counter with this key.
pub fn loaded(counters: &Counters, key: &CounterKey) -> LoadedCounter {
    counters.get(key).copied().unwrap_or_default()
}
