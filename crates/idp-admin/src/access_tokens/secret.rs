//! The form of a token: `ptc_`, 43 random letters and digits (256 bits), and a checksum of six, so
//! that scanners for leaked secrets recognise one and do not take anything else for it.

use idp_core::id::hex;
use idp_core::secret::Secret;
use rand::RngCore;
use sha2::{Digest, Sha256};

/// How every token begins.
pub const PREFIX: &str = "ptc_";
const RANDOM: usize = 43;
const CHECKSUM: usize = 6;
const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A token, as its owner has it.
#[derive(Clone, Debug)]
pub struct TokenSecret(Secret<String>);

impl TokenSecret {
    /// A new token.
    pub fn new(rng: &mut dyn RngCore) -> Self {
        let mut random = String::with_capacity(RANDOM);
        while random.len() < RANDOM {
            let mut byte = [0];
            rng.fill_bytes(&mut byte);
            // Of 64 values two stand for no letter; leaving them out keeps all others as likely.
            let letter = byte.first().and_then(|byte| LETTERS.get(usize::from(byte >> 2)));
            random.extend(letter.map(|letter| char::from(*letter)));
        }
        Self(Secret::new(format!("{PREFIX}{random}{}", checksum(&random))))
    }

    /// What was presented, or `None` when it has not the form of a token.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(PREFIX)?;
        let shaped = rest.len() == RANDOM + CHECKSUM
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let (random, sum) = shaped.then(|| rest.split_at(RANDOM))?;
        (checksum(random) == sum).then(|| Self(Secret::new(text.to_owned())))
    }

    /// What the database knows of it: its SHA-256 in small hexadecimal digits. A token has 256 random
    /// bits, so nothing slower is needed.
    pub fn hash(&self) -> String {
        hex(&Sha256::digest(self.0.expose().as_bytes()))
    }

    /// The token itself, to be shown once.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// The CRC-32 of the text in base 62, six letters long.
fn checksum(text: &str) -> String {
    let mut rest = crc32(text.as_bytes());
    let mut letters = [b'0'; CHECKSUM];
    for place in letters.iter_mut().rev() {
        let digit = usize::try_from(rest % 62).unwrap_or_default();
        *place = LETTERS.get(digit).copied().unwrap_or(b'0');
        rest /= 62;
    }
    letters.iter().copied().map(char::from).collect()
}

/// CRC-32 as of ISO 3309, the one of ZIP and PNG.
fn crc32(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0xEDB8_8320;
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ POLYNOMIAL } else { crc >> 1 };
    let sum = bytes
        .iter()
        .fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)));
    !sum
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn the_checksum_is_the_usual_crc_32() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn a_new_token_is_recognised_and_another_letter_makes_it_none() {
        let token = TokenSecret::new(&mut rand::rngs::StdRng::seed_from_u64(1));
        let text = token.expose();
        assert_eq!(text.len(), 53);
        assert!(TokenSecret::parse(text).is_some_and(|same| same.hash() == token.hash()));
        for place in PREFIX.len()..text.len() {
            let other = if &text[place..=place] == "a" { "b" } else { "a" };
            let wrong = format!("{}{other}{}", &text[..place], &text[place + 1..]);
            assert!(TokenSecret::parse(&wrong).is_none(), "{place}");
        }
    }

    #[test]
    fn what_has_another_form_is_none_and_debug_shows_nothing() {
        for text in ["", "ptc_", "ptc_äöü", &"ptc_".repeat(14), &format!("ptc_{}", "é".repeat(49))]
        {
            assert!(TokenSecret::parse(text).is_none(), "{text}");
        }
        let token = TokenSecret::new(&mut rand::rngs::StdRng::seed_from_u64(2));
        assert!(!format!("{token:?}").contains(&token.expose()[4..12]));
    }
}
