//! Incident codes: what a person reads to the administrator, and what the administrator enters to
//! learn which rule failed.

use rand::RngCore;

/// A new code such as `K7QF-2M9X`: 40 random bits in an alphabet without look-alikes (Crockford's
/// base 32).
pub fn code(rng: &mut dyn RngCore) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = rng.next_u64();
    let letter = |position: u32| {
        let index = usize::try_from(bits >> (position * 5) & 31).unwrap_or_default();
        char::from(ALPHABET.get(index).copied().unwrap_or(b'0'))
    };
    let half = |from: u32| (from..from + 4).map(letter).collect::<String>();
    format!("{}-{}", half(0), half(4))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn codes_are_short_readable_and_differ() {
        let mut rng = StdRng::seed_from_u64(1);
        let codes: std::collections::BTreeSet<String> =
            (0..1_000).map(|_| super::code(&mut rng)).collect();
        assert_eq!(codes.len(), 1_000);
        assert!(codes.iter().all(|code| code.len() == 9 && !code.contains(['I', 'L', 'O', 'U'])));
    }
}
