//! Hashing passwords with Argon2id (RFC 9106), in buffers that are used again.
//!
//! A hash takes milliseconds and megabytes; the caller decides how many run at once. Buffers are
//! kept because mapping fresh pages for each hash costs more than it should.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use idp_core::flow::authenticator::Credential;
use rand::RngCore;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::config::{BasicAuthConfig, HashParameters};
use super::phc::StoredHash;
use super::policy::NewPassword;
use crate::ConfigProblem;

const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// Argon2id could not be computed. Does not happen with parameters that were checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the password hash could not be computed")]
pub struct HashingFailed;

/// The comparison of a password with a stored hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verification {
    /// The same password, hashed with the current parameters.
    Right,
    /// The same password, hashed with other parameters than the current ones.
    RightButOutdated,
    /// Another password, or no stored hash to compare with.
    Wrong,
    /// What is stored is no hash we accept.
    Unreadable,
}

/// Makes and checks password hashes.
pub struct PasswordHasher {
    parameters: HashParameters,
    buffers: Buffers,
    computed: AtomicU64,
}

impl PasswordHasher {
    /// A hasher, or every setting that is wrong.
    pub fn new(config: &BasicAuthConfig) -> Result<Self, Vec<ConfigProblem>> {
        let problems = config.problems();
        if problems.is_empty() {
            Ok(Self::unchecked(config.hashing, config.kept_buffers))
        } else {
            Err(problems)
        }
    }

    fn unchecked(parameters: HashParameters, kept_buffers: u32) -> Self {
        let most = usize::try_from(kept_buffers).unwrap_or(usize::MAX);
        let buffers = Buffers { kept: Mutex::default(), most };
        Self { parameters, buffers, computed: AtomicU64::new(0) }
    }

    /// The stored form of a new password.
    pub fn hash(
        &self,
        password: &NewPassword,
        rng: &mut dyn RngCore,
    ) -> Result<Credential, HashingFailed> {
        self.hash_text(password.expose(), rng)
    }

    /// A hash that was made elsewhere, as what is stored: Argon2id within the bounds that a login
    /// computes. `None` for anything else. A hash with weaker parameters than the present ones is
    /// made anew at the next login.
    pub fn imported(hash: &str) -> Option<Credential> {
        StoredHash::parse(hash).map(|hash| Credential::new(hash.to_string()))
    }

    /// How many hashes were computed since the start, right and wrong ones alike.
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// The stored form of a normalised password.
    pub(super) fn hash_text(
        &self,
        password: &str,
        rng: &mut dyn RngCore,
    ) -> Result<Credential, HashingFailed> {
        let mut salt = vec![0; SALT_BYTES];
        rng.fill_bytes(&mut salt);
        let hash = self.compute(self.parameters, password, &salt, HASH_BYTES)?;
        let stored = StoredHash { parameters: self.parameters, salt, hash: hash.to_vec() };
        Ok(Credential::new(stored.to_string()))
    }

    /// Compares a normalised password with a stored hash. Without one, as much is computed as with
    /// one, and the answer is [`Verification::Wrong`].
    pub(super) fn verify(
        &self,
        password: &str,
        stored: Option<&Credential>,
    ) -> Result<Verification, HashingFailed> {
        let readable = stored.and_then(|stored| StoredHash::parse(stored.expose()));
        let Some(stored_hash) = readable else {
            self.compute(self.parameters, password, &[0; SALT_BYTES], HASH_BYTES)?;
            let unreadable = stored.is_some();
            return Ok(if unreadable { Verification::Unreadable } else { Verification::Wrong });
        };
        let StoredHash { parameters, salt, hash } = stored_hash;
        let computed = self.compute(parameters, password, &salt, hash.len())?;
        Ok(match bool::from(computed.ct_eq(&hash)) {
            false => Verification::Wrong,
            true if parameters == self.parameters => Verification::Right,
            true => Verification::RightButOutdated,
        })
    }

    fn compute(
        &self,
        parameters: HashParameters,
        password: &str,
        salt: &[u8],
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>, HashingFailed> {
        self.computed.fetch_add(1, Ordering::Relaxed);
        let HashParameters { memory_kib, iterations, lanes } = parameters;
        let params = Params::new(memory_kib, iterations, lanes, Some(length));
        let params = params.map_err(|_| HashingFailed)?;
        let mut buffer = self.buffers.take(params.block_count());
        let mut hash = Zeroizing::new(vec![0; length]);
        let done = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(password.as_bytes(), salt, &mut hash, &mut buffer);
        if parameters == self.parameters {
            self.buffers.put_back(buffer);
        }
        done.map(|()| hash).map_err(|_| HashingFailed)
    }
}

/// Buffers between two uses. What a hash left in one is no more secret than the hash itself and is
/// overwritten by the next.
struct Buffers {
    kept: Mutex<Vec<Vec<Block>>>,
    most: usize,
}

impl Buffers {
    /// A buffer of exactly so many blocks.
    fn take(&self, blocks: usize) -> Vec<Block> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.last() {
            Some(buffer) if buffer.len() == blocks => kept.pop().unwrap_or_default(),
            _ => vec![Block::default(); blocks],
        }
    }

    /// Keeps a buffer of the current size for the next hash, unless there are enough.
    fn put_back(&self, buffer: Vec<Block>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < self.most {
            kept.push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    const CHEAP: HashParameters = HashParameters { memory_kib: 64, iterations: 1, lanes: 1 };

    fn hash(hasher: &PasswordHasher, password: &str) -> Credential {
        hasher.hash_text(password, &mut StdRng::seed_from_u64(1)).unwrap()
    }

    #[test]
    fn only_the_same_password_verifies() {
        let hasher = PasswordHasher::unchecked(CHEAP, 1);
        let stored = hash(&hasher, "correct horse");
        assert_eq!(hasher.verify("correct horse", Some(&stored)), Ok(Verification::Right));
        for other in ["correct hors", "correct horse ", "Correct horse", ""] {
            assert_eq!(hasher.verify(other, Some(&stored)), Ok(Verification::Wrong), "{other}");
        }
    }

    #[test]
    fn a_used_buffer_gives_the_same_hash_as_a_fresh_one() {
        let (reusing, fresh) =
            (PasswordHasher::unchecked(CHEAP, 1), PasswordHasher::unchecked(CHEAP, 0));
        hash(&reusing, "something else entirely");
        assert_eq!(reusing.buffers.kept.lock().unwrap().len(), 1);
        let (a, b) = (hash(&reusing, "correct horse"), hash(&fresh, "correct horse"));
        assert_eq!(a.expose(), b.expose());
        assert!(fresh.buffers.kept.lock().unwrap().is_empty());
    }

    #[test]
    fn an_absent_or_unreadable_hash_costs_as_much_as_a_real_one() {
        let hasher = PasswordHasher::unchecked(CHEAP, 1);
        assert_eq!(hasher.verify("x", None), Ok(Verification::Wrong));
        assert_eq!(hasher.computed(), 1);
        let rubbish = Credential::new("rubbish".to_owned());
        assert_eq!(hasher.verify("x", Some(&rubbish)), Ok(Verification::Unreadable));
        assert_eq!(hasher.computed(), 2);
    }

    #[test]
    fn a_hash_with_other_parameters_is_right_but_outdated() {
        let older = PasswordHasher::unchecked(CHEAP, 1);
        let harder = HashParameters { iterations: 2, ..CHEAP };
        let current = PasswordHasher::unchecked(harder, 1);
        let stored = hash(&older, "correct horse");
        let verdict = current.verify("correct horse", Some(&stored));
        assert_eq!(verdict, Ok(Verification::RightButOutdated));
        assert_eq!(current.verify("wrong", Some(&stored)), Ok(Verification::Wrong));
    }

    #[test]
    fn an_imported_hash_is_kept_as_it_is_or_not_at_all() {
        let stored = hash(&PasswordHasher::unchecked(CHEAP, 1), "correct horse");
        let imported = PasswordHasher::imported(stored.expose()).unwrap();
        assert_eq!(imported.expose(), stored.expose());
        assert!(PasswordHasher::imported("correct horse").is_none());
        assert!(PasswordHasher::imported(&format!("{} ", stored.expose())).is_none());
    }

    /// C160.
    #[test]
    fn two_hashes_of_one_password_differ() {
        let hasher = PasswordHasher::unchecked(CHEAP, 1);
        let mut rng = StdRng::seed_from_u64(1);
        let a = hasher.hash_text("correct horse", &mut rng).unwrap();
        let b = hasher.hash_text("correct horse", &mut rng).unwrap();
        assert_ne!(a.expose(), b.expose());
    }

    /// C160.
    #[test]
    fn the_default_is_what_owasp_recommends_and_weaker_settings_are_refused() {
        assert!(PasswordHasher::new(&BasicAuthConfig::default()).is_ok());
        let weak = BasicAuthConfig {
            hashing: HashParameters { memory_kib: 19_456, iterations: 1, lanes: 0 },
            kept_buffers: 5000,
        };
        let keys: Vec<_> =
            PasswordHasher::new(&weak).err().unwrap().into_iter().map(|p| p.key).collect();
        assert_eq!(
            keys,
            [
                "basic_auth.hashing.lanes",
                "basic_auth.hashing.memory_kib",
                "basic_auth.kept_buffers"
            ]
        );
    }

    /// The vector of RFC 9106 for Argon2id needs a secret and associated data; this one is the
    /// reference implementation's (`echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1`).
    #[test]
    fn hashes_of_the_reference_implementation_verify() {
        let stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        let hasher = PasswordHasher::unchecked(CHEAP, 1);
        let verdict = hasher.verify("password", Some(&Credential::new(stored.to_owned())));
        assert_eq!(verdict, Ok(Verification::RightButOutdated));
    }
}
