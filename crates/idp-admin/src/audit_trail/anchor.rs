//! A head of the chain that was kept elsewhere, to be found in the chain again.

use idp_core::id::hex;

use crate::error::AdminError;

/// A hash that was kept elsewhere, with or without its place: `1234:9f86…` or `9f86…`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anchor {
    pub(super) position: Option<i64>,
    hash: String,
}

impl Anchor {
    /// Reads one.
    pub fn parse(text: &str) -> Result<Self, AdminError> {
        let (position, hash) = match text.trim().split_once(':') {
            Some((position, hash)) => (Some(position.parse::<i64>()), hash),
            None => (None, text.trim()),
        };
        let hash = hash.to_ascii_lowercase();
        let is_hash = hash.len() == 64 && hash.chars().all(|c| c.is_ascii_hexdigit());
        match position.transpose() {
            Ok(position) if is_hash => Ok(Self { position, hash }),
            _ => Err(AdminError::invalid(
                "anchor",
                "is not a head that `idp-server audit verify` printed: a number, a colon and 64 \
                 hexadecimal digits",
            )),
        }
    }

    /// Whether it is the hash of this place.
    pub(super) fn is(&self, position: i64, hash: &[u8]) -> bool {
        self.position.is_none_or(|wanted| wanted == position) && self.hash == hex(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::Anchor;

    #[test]
    fn an_anchor_is_a_hash_with_or_without_its_place() {
        let hash = "ab".repeat(32);
        assert!(Anchor::parse(&hash).unwrap().is(7, &[0xab; 32]));
        let placed = Anchor::parse(&format!("7:{}", hash.to_uppercase())).unwrap();
        assert!(placed.is(7, &[0xab; 32]) && !placed.is(8, &[0xab; 32]));
        for wrong in ["", "7:", "x:ab", &hash[1..], &format!("{hash}0"), &format!("a:{hash}")] {
            assert!(Anchor::parse(wrong).is_err(), "{wrong}");
        }
    }
}
