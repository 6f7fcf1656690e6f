//! The stored form of a password: a PHC string, `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::config::HashParameters;

/// A hash with everything that is needed to compute it again.
#[derive(PartialEq, Eq)]
pub(super) struct StoredHash {
    pub(super) parameters: HashParameters,
    pub(super) salt: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

impl StoredHash {
    /// Reads a PHC string of Argon2id version 19 within the bounds of [`HashParameters`].
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("$argon2id$v=19$")?.split('$');
        let (parameters, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
        let parameters = parse_parameters(parameters)?;
        let salt = STANDARD_NO_PAD.decode(salt).ok()?;
        let hash = STANDARD_NO_PAD.decode(hash).ok()?;
        let sound = parts.next().is_none()
            && parameters.acceptable()
            && (8..=64).contains(&salt.len())
            && (16..=64).contains(&hash.len());
        sound.then_some(Self { parameters, salt, hash })
    }
}

impl fmt::Display for StoredHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let HashParameters { memory_kib, iterations, lanes } = self.parameters;
        let salt = STANDARD_NO_PAD.encode(&self.salt);
        let hash = STANDARD_NO_PAD.encode(&self.hash);
        write!(f, "$argon2id$v=19$m={memory_kib},t={iterations},p={lanes}${salt}${hash}")
    }
}

fn parse_parameters(text: &str) -> Option<HashParameters> {
    let mut numbers = text.split(',');
    let memory_kib = numbers.next()?.strip_prefix("m=")?.parse().ok()?;
    let iterations = numbers.next()?.strip_prefix("t=")?.parse().ok()?;
    let lanes = numbers.next()?.strip_prefix("p=")?.parse().ok()?;
    numbers.next().is_none().then_some(HashParameters { memory_kib, iterations, lanes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_hash_reads_back_as_it_was_written() {
        let text = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AQEBAQEBAQEBAQEBAQEBAQ";
        assert_eq!(StoredHash::parse(text).unwrap().to_string(), text);
    }

    #[test]
    fn hashes_that_are_foreign_or_ask_too_much_are_refused() {
        for text in [
            "",
            "secret",
            "$2b$12$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AQEBAQEBAQEBAQEBAQEBAQ",
            "$argon2id$v=16$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AQEBAQEBAQEBAQEBAQEBAQ",
            "$argon2id$v=19$m=4194304,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AQEBAQEBAQEBAQEBAQEBAQ",
            "$argon2id$v=19$m=19456,t=4000,p=1$AAAAAAAAAAAAAAAAAAAAAA$AQEBAQEBAQEBAQEBAQEBAQ",
            "$argon2id$v=19$m=4,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AQEBAQEBAQEBAQEBAQEBAQ",
            "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AQEB",
            "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AQEBAQEBAQEBAQEBAQEBAQ$",
        ] {
            assert!(StoredHash::parse(text).is_none(), "{text}");
        }
    }
}
