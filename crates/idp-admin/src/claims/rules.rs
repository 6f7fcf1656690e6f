//! What values of claims are judged by wherever one is written: which claims there are, and the
//! regular expression of each that has one. Compiled once, for a profile as for a file of thousands.

use std::collections::{BTreeMap, BTreeSet};

use idp_core::claim::{ClaimDefinition, ClaimUri};
use regex::{Regex, RegexBuilder};

/// The longest regular expression, in characters.
const MAX_EXPRESSION: usize = 512;
/// The most memory that one may take when compiled, in bytes; matching takes time in proportion.
const COMPILED_BYTES: usize = 2 * 1024 * 1024;
/// How deep groups may stand in each other.
const NESTED: u32 = 32;

/// The claims there are, and what their values must be like.
pub(crate) struct ClaimRules {
    known: BTreeSet<ClaimUri>,
    required: BTreeSet<ClaimUri>,
    expected: BTreeMap<ClaimUri, Expected>,
}

/// What the values of a claim must be like.
struct Expected {
    label: String,
    text: String,
    /// `None` when the stored expression cannot be compiled; then no value passes.
    expression: Option<Regex>,
}

impl ClaimRules {
    /// The rules of these claims.
    pub(crate) fn of(claims: &[ClaimDefinition]) -> Self {
        let expected = claims
            .iter()
            .filter(|claim| !claim.regular_expression.is_empty())
            .map(|claim| (claim.uri.clone(), Expected::of(claim)))
            .collect();
        // The name of an account is there anyway, and backup codes have a page of their own.
        let apart = [ClaimUri::USERNAME, ClaimUri::BACKUP_CODES];
        let required = claims.iter().filter(|claim| claim.required && !apart.contains(&claim.uri));
        let required = required.map(|claim| claim.uri.clone()).collect();
        Self { known: super::uris(claims), required, expected }
    }

    /// The claims there are.
    pub(crate) const fn known(&self) -> &BTreeSet<ClaimUri> {
        &self.known
    }

    /// The claims that everybody needs.
    pub(crate) const fn required(&self) -> &BTreeSet<ClaimUri> {
        &self.required
    }

    /// Judges a value in its canonical form. The message names the claim and what is expected, and
    /// does not repeat the value: it may end in logs.
    pub(crate) fn judge(&self, claim: &ClaimUri, value: &str) -> Result<(), String> {
        let Some(expected) = self.expected.get(claim) else { return Ok(()) };
        match &expected.expression {
            Some(expression) if expression.is_match(value) => Ok(()),
            Some(_) => Err(format!(
                "\"{}\" must match the regular expression {} of this claim",
                expected.label, expected.text
            )),
            None => Err(format!(
                "the regular expression {} of \"{}\" cannot be used; an administrator can change it \
                 on the page of the claim",
                expected.text, expected.label
            )),
        }
    }
}

impl Expected {
    fn of(claim: &ClaimDefinition) -> Self {
        Self {
            label: claim.display_name.clone(),
            text: claim.regular_expression.clone(),
            expression: compile(&claim.regular_expression).ok(),
        }
    }
}

/// An expression that a whole value must match; or what is wrong with it.
pub(super) fn compile(text: &str) -> Result<Regex, String> {
    if text.chars().count() > MAX_EXPRESSION || text.chars().any(char::is_control) {
        return Err("must have at most 512 characters and no control characters".to_owned());
    }
    let build =
        |text: &str| RegexBuilder::new(text).size_limit(COMPILED_BYTES).nest_limit(NESTED).build();
    // By itself first: `a)|(b` is an expression only within the parentheses below.
    build(text).and_then(|_| build(&format!(r"\A(?:{text})\z"))).map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            "takes too much memory; write it with fewer and smaller repetitions".to_owned()
        }
        // The last line says what is wrong; those before point at it in letters of one width.
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!(
                "cannot be read: {last}. Look-around and back-references are not supported, because \
                 they could take for ever"
            )
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(expression: &str) -> ClaimRules {
        let mut claim = super::super::default_claims().swap_remove(5);
        claim.display_name = "Badge".to_owned();
        claim.regular_expression = expression.to_owned();
        ClaimRules::of(&[claim])
    }

    fn passes(expression: &str, value: &str) -> bool {
        let rules = rules(expression);
        let uri = rules.known().first().unwrap().clone();
        rules.judge(&uri, value).is_ok()
    }

    #[test]
    fn a_whole_value_must_match() {
        assert!(passes("[0-9]{5}", "12345"));
        assert!(!passes("[0-9]{5}", "123456"));
        assert!(!passes("a|b", "ab"));
        assert!(!passes("^a$", "a\n"));
        assert!(passes("", "anything"));
    }

    #[test]
    fn what_does_not_match_is_told_with_the_claim_and_the_expectation_but_not_the_value() {
        let rules = rules("[0-9]+");
        let uri = rules.known().first().unwrap().clone();
        let message = rules.judge(&uri, "geheim").unwrap_err();
        assert!(message.contains("Badge") && message.contains("[0-9]+"), "{message}");
        assert!(!message.contains("geheim"), "{message}");
    }

    #[test]
    fn expressions_are_bounded_and_their_mistakes_are_told() {
        assert!(compile("(").unwrap_err().contains("cannot be read"));
        assert!(compile("a)|(b").is_err());
        assert!(compile("(?=a)b").unwrap_err().contains("Look-around"));
        assert!(compile(r"(\w{500}){500}").unwrap_err().contains("memory"));
        assert!(compile(&"(a".repeat(100)).is_err());
        assert!(compile(&"a".repeat(513)).is_err());
    }

    #[test]
    fn a_stored_expression_that_cannot_be_used_lets_nothing_pass() {
        assert!(!passes("(", "("));
    }
}
