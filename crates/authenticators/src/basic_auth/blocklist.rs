//! The common and breached passwords that nobody may choose (ASVS 6.2.4, 6.2.12); see data/README.md.

use std::collections::HashSet;
use std::sync::LazyLock;

static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../../data/common-passwords.txt").lines().collect());

/// Whether a password in lower case is a common one, or is after taking the digits and marks from
/// its ends (`password` in `password123!`), which are what people add when a rule asks for them.
pub(super) fn is_common(lower_case: &str) -> bool {
    let core = lower_case.trim_matches(|c: char| !c.is_alphabetic());
    COMMON.contains(lower_case) || (core.chars().count() >= 4 && COMMON.contains(core))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_list_is_whole() {
        assert!(COMMON.len() > 19_000);
        assert!(COMMON.iter().all(|entry| entry.to_lowercase() == **entry && entry.len() >= 4));
    }

    #[test]
    fn common_passwords_are_known_with_and_without_trimmings() {
        for common in ["password", "password123!", "123456789", "dragon2024", "1qaz2wsx"] {
            assert!(is_common(common), "{common}");
        }
        for rare in ["vk3-tulip-harbour", "k8$wq!zr", "2024-08"] {
            assert!(!is_common(rare), "{rare}");
        }
    }
}
