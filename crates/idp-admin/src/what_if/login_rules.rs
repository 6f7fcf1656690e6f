//! What the server adds to a question: its name, its address, its settings for logins, its keys.

use std::sync::Arc;

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::flow::authenticator::Registry;
use idp_core::flow::limits::{KeyedHasher, Limits};
use idp_core::saml::authn_request::RequestRules;
use idp_core::saml::encryption::DecryptionKeys;
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::urn::KeyKind;
use idp_core::session::SessionLimits;
use idp_core::sso::IdpIdentity;

use crate::keys::{KeyDirectory, StoredKey};

/// How logins are judged on this server.
pub struct LoginRules {
    /// What we say of ourselves.
    pub identity: IdpIdentity,
    /// Where requests arrive.
    pub sso_url: String,
    /// The host in the address bar.
    pub host: String,
    /// People reach us by TLS, or over the loopback interface.
    pub protected_transport: bool,
    /// The authenticators of this server.
    pub registry: Arc<Registry>,
    /// Guesses and messages.
    pub limits: Limits,
    /// Names counters.
    pub hasher: KeyedHasher,
    /// How far clocks may differ.
    pub clock_skew: TimeDelta,
    /// How old a request may be.
    pub request_window: TimeDelta,
    /// How long a login may take.
    pub login_lifetime: TimeDelta,
    /// How long sessions live.
    pub session: SessionLimits,
    /// What no signature may use.
    pub denied_algorithms: DeniedAlgorithms,
    /// The keys that sign now, one of each kind.
    pub signers: Vec<Signer>,
}

/// A key that signs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signer {
    /// Its kind, and with it the algorithm.
    pub kind: KeyKind,
    /// Its name in the key directory.
    pub id: String,
    /// Whether it signs for everybody, and not only where it was chosen.
    pub signs_for_all: bool,
}

impl Signer {
    /// Those of a key directory that may sign now, for everybody or for whom they are chosen.
    pub fn of(keys: &KeyDirectory, now: Instant) -> Vec<Self> {
        let signer = |stored: &StoredKey| {
            let (kind, id) = (stored.key.kind(), stored.key.id());
            keys.chosen(kind, id, now)?;
            let signs_for_all = keys.active(kind, now).is_ok_and(|active| active.id() == id);
            Some(Self { kind, id: id.to_owned(), signs_for_all })
        };
        keys.list().iter().filter_map(signer).collect()
    }
}

impl LoginRules {
    /// What requests are measured against. The signature is one that is made for the question, whose
    /// algorithm says nothing about the service provider's own.
    pub(super) fn request(&self, now: Instant) -> RequestRules {
        RequestRules {
            destination: self.sso_url.clone(),
            now,
            clock_skew: self.clock_skew,
            window: self.request_window,
            denied_algorithms: DeniedAlgorithms::NONE,
            decryption_keys: DecryptionKeys::none(),
        }
    }
}
