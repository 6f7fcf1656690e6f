//! The rule that something broke, for people: clauses of standards, without the numbers by which the rules
//! are kept in this code.

/// Such as `saml-profiles 4.1.4.1` for `saml-profiles 4.1.4.1, C020`, and a few words for a rule that is
/// in no standard.
pub fn clause(rule: &str) -> String {
    let parts = rule.split(", ").filter(|part| !is_internal(part));
    let clauses = parts.collect::<Vec<_>>().join(", ");
    if clauses.is_empty() { "a rule of this server".to_owned() } else { clauses }
}

/// Whether the rule is in a standard, so that somebody else can look it up.
pub fn is_in_a_standard(rule: &str) -> bool {
    rule.split(", ").any(|part| !is_internal(part))
}

/// `own`, `C020`, `C052 to C055`, `A144`.
fn is_internal(part: &str) -> bool {
    let number = |word: &str| {
        let digits = word.strip_prefix(['A', 'C']).unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    part == "own" || part.split(" to ").all(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_our_own_are_left_out() {
        for (rule, told) in [
            ("saml-profiles 4.1.4.1, C020, C021", "saml-profiles 4.1.4.1"),
            ("saml-core 3.3.2.2.1, C052 to C055", "saml-core 3.3.2.2.1"),
            ("saml-bindings 3.4.4.1, 3.5.4; rfc 4648", "saml-bindings 3.4.4.1, 3.5.4; rfc 4648"),
            ("C221", "a rule of this server"),
            ("own", "a rule of this server"),
            ("A144", "a rule of this server"),
        ] {
            assert_eq!(clause(rule), told);
            assert_eq!(is_in_a_standard(rule), told != "a rule of this server", "{rule}");
        }
    }
}
