//! What is stored of a person: their backup codes as keyed hashes, and which are used.

use idp_core::Instant;
use idp_core::flow::authenticator::{Credential, DenyReason};
use idp_core::id::{UserId, hex};
use idp_core::secret::Secret;
use rand::RngCore;
use serde::{Deserialize, Serialize};
use subtle::Choice;

use super::backup_code::BackupCode;
use super::key::{CodeKey, equal};

/// The credential of `sms-otp`. Fields of a later version are kept as they are.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Enrolment {
    /// Makes equal codes of two people look different.
    salt: String,
    backup_codes: Vec<StoredCode>,
    #[serde(flatten)]
    further: serde_json::Map<String, serde_json::Value>,
}

/// A backup code, without the code.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct StoredCode {
    /// The keyed hash of person, salt and code, in hexadecimal.
    hash: String,
    /// How many digits it has.
    digits: usize,
    /// When it was used; a used code is never good again.
    #[serde(default)]
    used_at: Option<Instant>,
}

/// How many backup codes a person has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct BackupCodeStatus {
    /// All of them.
    pub total: usize,
    /// Those that can still be used.
    pub left: usize,
    /// When one was used last.
    pub last_used_at: Option<Instant>,
}

impl Enrolment {
    /// What is stored; empty when nothing is. `None` when it cannot be read.
    pub fn read(credential: Option<&Credential>) -> Option<Self> {
        credential.map_or_else(
            || Some(Self::default()),
            |credential| serde_json::from_str(credential.expose()).ok(),
        )
    }

    /// The credential to store.
    pub fn to_credential(&self) -> Result<Credential, serde_json::Error> {
        serde_json::to_string(self).map(Credential::new)
    }

    /// How many backup codes there are.
    pub fn backup_codes(&self) -> BackupCodeStatus {
        BackupCodeStatus {
            total: self.backup_codes.len(),
            left: self.unused().count(),
            last_used_at: self.backup_codes.iter().filter_map(|code| code.used_at).max(),
        }
    }

    /// Removes every backup code.
    pub fn clear_backup_codes(&mut self) {
        self.backup_codes.clear();
    }

    /// How many digits the unused codes have, shortest and longest; `None` without any.
    pub(super) fn digits(&self) -> Option<(usize, usize)> {
        let lengths = || self.unused().map(|code| code.digits);
        lengths().min().zip(lengths().max())
    }

    /// Whether an unused code has so many digits.
    pub(super) fn has_code_of(&self, digits: usize) -> bool {
        self.unused().any(|code| code.digits == digits)
    }

    /// Whether this is the stored hash of an unused code.
    pub(super) fn has_unused(&self, hash: &str) -> bool {
        self.unused().any(|code| bool::from(equal(&code.hash, hash)))
    }

    /// The same with the code of this hash used; `None` when it was used before.
    pub(super) fn spend_hash(&self, hash: &str, now: Instant) -> Option<Self> {
        let mut spent = self.clone();
        let mut found = Choice::from(0);
        for code in spent.backup_codes.iter_mut().filter(|code| code.used_at.is_none()) {
            let right = equal(&code.hash, hash);
            found |= right;
            if right.into() {
                code.used_at = Some(now);
            }
        }
        bool::from(found).then_some(spent)
    }

    /// What is stored after a code was used, and how many are left.
    pub(super) fn spent(&self) -> Result<(Credential, u32), DenyReason> {
        let left = u32::try_from(self.backup_codes().left).unwrap_or(u32::MAX);
        let credential = self.to_credential().map_err(|_| DenyReason::InternalError)?;
        Ok((credential, left))
    }

    fn unused(&self) -> impl Iterator<Item = &StoredCode> {
        self.backup_codes.iter().filter(|code| code.used_at.is_none())
    }
}

/// Hashes backup codes. For the administrator's side; logins only compare.
pub struct BackupCodeHasher(CodeKey);

impl BackupCodeHasher {
    /// A hasher with the key of `sms-otp`: [`super::SmsOtpConfig::key`].
    pub fn new(key: &[u8]) -> Result<Self, String> {
        CodeKey::new(key).map(Self)
    }

    /// Replaces the backup codes. One that was used before stays used: setting a list again does not
    /// make it good a second time.
    pub fn set(
        &self,
        enrolment: &mut Enrolment,
        user: UserId,
        codes: &[BackupCode],
        rng: &mut dyn RngCore,
    ) {
        if enrolment.salt.is_empty() {
            let mut salt = [0; 16];
            rng.fill_bytes(&mut salt);
            enrolment.salt = hex(&salt);
        }
        let stored = codes.iter().map(|code| {
            let hash = self.0.backup_hash(user, &enrolment.salt, code);
            let known = enrolment
                .backup_codes
                .iter()
                .find(|old| bool::from(equal(&old.hash, hash.expose())));
            known.cloned().unwrap_or_else(|| StoredCode {
                hash: hash.expose().clone(),
                digits: code.digits(),
                used_at: None,
            })
        });
        enrolment.backup_codes = stored.collect();
    }
}

impl CodeKey {
    /// What is stored once this code is used; `None` when it is not one of the unused ones. Every
    /// code is compared, whichever is right.
    pub(super) fn spend(
        &self,
        enrolment: &Enrolment,
        user: UserId,
        typed: &BackupCode,
        now: Instant,
    ) -> Option<Enrolment> {
        enrolment.spend_hash(self.backup_hash(user, &enrolment.salt, typed).expose(), now)
    }

    /// The stored hash of this code; `None` when it is not one of the unused ones.
    pub(super) fn unused_hash(
        &self,
        enrolment: &Enrolment,
        user: UserId,
        typed: &BackupCode,
    ) -> Option<String> {
        let hash = self.backup_hash(user, &enrolment.salt, typed).expose().clone();
        enrolment.has_unused(&hash).then_some(hash)
    }

    fn backup_hash(&self, user: UserId, salt: &str, code: &BackupCode) -> Secret<String> {
        self.hash(&["sms-otp backup code", &user.to_string(), salt, code.expose()])
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn setting() -> (BackupCodeHasher, UserId, StdRng, Instant) {
        let (now, mut rng) = (Instant::default(), StdRng::seed_from_u64(1));
        (BackupCodeHasher::new(&[7; 32]).unwrap(), UserId::new(now, &mut rng), rng, now)
    }

    fn codes(list: &str) -> Vec<BackupCode> {
        BackupCode::parse_lists([list]).unwrap()
    }

    #[test]
    fn a_code_is_spent_once_and_stays_spent_when_the_list_is_set_again() {
        let (hasher, user, mut rng, now) = setting();
        let mut enrolment = Enrolment::default();
        hasher.set(&mut enrolment, user, &codes("10300,21390"), &mut rng);
        let [first, _] = codes("10300,21390").try_into().ok().unwrap();
        let mut spent = hasher.0.spend(&enrolment, user, &first, now).unwrap();
        assert_eq!(spent.backup_codes().left, 1);
        assert_eq!(hasher.0.spend(&spent, user, &first, now), None);
        let before = spent.clone();
        hasher.set(&mut spent, user, &codes("10300,21390"), &mut rng);
        assert_eq!(spent, before);
        assert_eq!(hasher.0.spend(&spent, user, &first, now), None);
    }

    #[test]
    fn a_code_is_good_for_its_own_person_and_key_only() {
        let (hasher, user, mut rng, now) = setting();
        let mut enrolment = Enrolment::default();
        let list = codes("10300");
        hasher.set(&mut enrolment, user, &list, &mut rng);
        let other = UserId::new(now, &mut rng);
        assert_eq!(hasher.0.spend(&enrolment, other, &list[0], now), None);
        let other_key = CodeKey::new(&[8; 32]).unwrap();
        assert_eq!(other_key.spend(&enrolment, user, &list[0], now), None);
        assert!(hasher.0.spend(&enrolment, user, &list[0], now).is_some());
    }

    #[test]
    fn what_is_stored_does_not_tell_the_codes_and_keeps_what_a_later_version_wrote() {
        let (hasher, user, mut rng, _) = setting();
        let later = Credential::new(r#"{"salt":"","devices":[1]}"#.to_owned());
        let mut enrolment = Enrolment::read(Some(&later)).unwrap();
        hasher.set(&mut enrolment, user, &codes("1030055555"), &mut rng);
        let text = enrolment.to_credential().unwrap().expose().to_owned();
        assert!(!text.contains("1030055555") && !format!("{enrolment:?}").contains("1030055555"));
        assert!(text.contains(r#""devices":[1]"#), "{text}");
        assert_eq!(Enrolment::read(Some(&Credential::new("nonsense".to_owned()))), None);
    }
}
