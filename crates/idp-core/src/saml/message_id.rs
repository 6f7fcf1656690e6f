//! Identifiers of the messages and assertions we make.

use std::fmt;

use rand::RngCore;

use crate::id::hex;

/// The `ID` of something we emit: an underscore and 160 random bits in hexadecimal, so it is an
/// NCName and nobody can guess it (saml-core 1.3.4).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct MessageId(String);

impl MessageId {
    /// A new identifier.
    pub fn new(rng: &mut dyn RngCore) -> Self {
        let mut random = [0; 20];
        rng.fill_bytes(&mut random);
        Self(format!("_{}", hex(&random)))
    }

    /// The identifier as it stands in messages.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    /// C070, C186.
    #[test]
    fn an_id_is_a_name_of_160_random_bits() {
        let mut rng = StdRng::seed_from_u64(1);
        let (one, other) = (MessageId::new(&mut rng), MessageId::new(&mut rng));
        assert_ne!(one, other);
        let random = one.as_str().strip_prefix('_').expect("a letter or underscore comes first");
        assert_eq!(random.len() * 4, 160);
        assert!(random.bytes().all(|b| b.is_ascii_hexdigit()));
    }
}
