//! What a login remembers of its codes: keyed hashes, bound to login, person and number.

use idp_core::Instant;
use idp_core::flow::authenticator::{Challenge, Delivery, DenyReason};
use idp_core::id::{LoginId, UserId, hex};
use idp_core::secret::Secret;
use rand::RngCore;
use serde::{Deserialize, Serialize};

use super::enrolling::Enrolling;
use super::key::{CodeKey, equal};
use crate::phone::PhoneNumber;

/// What a code is good for: this login of this person with this number.
pub(super) struct Binding {
    pub(super) login: LoginId,
    pub(super) user: UserId,
    pub(super) number: PhoneNumber,
}

/// The course of one login's step. Unknown fields are ignored and absent ones empty, so that a login
/// survives the upgrade of the server.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Progress {
    /// How many codes were sent.
    pub(super) sends: u32,
    /// When the last was sent.
    last_send: Option<Instant>,
    /// What became of the last message; `None` while that is not known.
    delivery: Option<Outcome>,
    /// The only code that is accepted.
    pub(super) code: Option<LiveCode>,
    /// The person chose to type a backup code.
    pub(super) backup: bool,
    /// The person gives a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) enrolling: Option<Enrolling>,
}

/// A code that was sent, without the code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct LiveCode {
    /// Makes equal codes of two sends look different.
    nonce: String,
    /// The keyed hash of binding, nonce and code, in hexadecimal.
    hash: String,
    /// The keyed hash of the binding alone.
    bound_to: String,
    pub(super) expires_at: Instant,
    /// Wrong tries so far.
    pub(super) wrong: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    Accepted,
    Failed,
}

impl Progress {
    /// The course so far; the beginning when nothing is remembered, `None` when that is unreadable.
    pub(super) fn recall(challenge: Option<&Challenge>) -> Option<Self> {
        challenge.map_or_else(|| Some(Self::default()), Challenge::read)
    }

    pub(super) fn remember(&self) -> Result<Challenge, DenyReason> {
        Challenge::new(self).map_err(|_| DenyReason::InternalError)
    }

    /// Takes note of a new code; the old one is dead.
    pub(super) fn sent(&mut self, code: LiveCode, now: Instant) {
        self.sends = self.sends.saturating_add(1);
        self.last_send = Some(now);
        self.delivery = None;
        self.code = Some(code);
    }

    pub(super) fn delivered(&mut self, outcome: Delivery) {
        self.delivery = Some(match outcome {
            Delivery::Accepted => Outcome::Accepted,
            Delivery::Failed => Outcome::Failed,
        });
    }

    pub(super) fn delivery_failed(&self) -> bool {
        self.delivery == Some(Outcome::Failed)
    }

    pub(super) fn delivery_known(&self) -> bool {
        self.delivery.is_some()
    }

    pub(super) fn has_live_code(&self, now: Instant) -> bool {
        self.code.as_ref().is_some_and(|code| now < code.expires_at)
    }

    /// Since when the cool-down runs. A message that could not be sent starts none.
    pub(super) fn cooling_since(&self) -> Option<Instant> {
        self.last_send.filter(|_| !self.delivery_failed())
    }
}

impl CodeKey {
    /// A code as the login remembers it.
    pub(super) fn live_code(
        &self,
        code: &Secret<String>,
        binding: &Binding,
        expires_at: Instant,
        rng: &mut dyn RngCore,
    ) -> LiveCode {
        let mut nonce = [0; 16];
        rng.fill_bytes(&mut nonce);
        let nonce = hex(&nonce);
        let hash = self.hash_of(code, &nonce, binding).expose().clone();
        LiveCode {
            nonce,
            hash,
            bound_to: self.hash_of_binding(binding).expose().clone(),
            expires_at,
            wrong: 0,
        }
    }

    /// Whether a code was sent for this login, person and number.
    pub(super) fn belongs(&self, live: &LiveCode, binding: &Binding) -> bool {
        equal(&live.bound_to, self.hash_of_binding(binding).expose()).into()
    }

    /// Whether this is the code, in a time that does not depend on how much of it is right.
    pub(super) fn matches(
        &self,
        live: &LiveCode,
        typed: &Secret<String>,
        binding: &Binding,
    ) -> bool {
        equal(&live.hash, self.hash_of(typed, &live.nonce, binding).expose()).into()
    }

    fn hash_of(
        &self,
        code: &Secret<String>,
        nonce: &str,
        Binding { login, user, number }: &Binding,
    ) -> Secret<String> {
        let (login, user) = (login.to_string(), user.to_string());
        self.hash(&["sms-otp code", &login, &user, number.e164(), nonce, code.expose()])
    }

    fn hash_of_binding(&self, Binding { login, user, number }: &Binding) -> Secret<String> {
        let (login, user) = (login.to_string(), user.to_string());
        self.hash(&["sms-otp binding", &login, &user, number.e164()])
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn one_code_sent_twice_is_remembered_differently_and_matches_both_times() {
        let (now, mut rng) = (Instant::default(), StdRng::seed_from_u64(1));
        let key = CodeKey::new(&[7; 32]).unwrap();
        let binding = Binding {
            login: LoginId::new(now, &mut rng),
            user: UserId::new(now, &mut rng),
            number: PhoneNumber::parse("+94771234567").unwrap(),
        };
        let code = Secret::new("123456".to_owned());
        let first = key.live_code(&code, &binding, now, &mut rng);
        let second = key.live_code(&code, &binding, now, &mut rng);
        assert_ne!(first.hash, second.hash);
        assert!(key.matches(&first, &code, &binding) && key.matches(&second, &code, &binding));
        assert!(!key.matches(&first, &Secret::new("123457".to_owned()), &binding));
    }
}
