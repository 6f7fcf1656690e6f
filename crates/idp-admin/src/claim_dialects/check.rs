//! What is wrong with a dialect: by itself, and beside the claims and the other dialects.

use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_core::claim_dialect::{ClaimDialect, ExternalClaim};

use super::LOCAL_DIALECT;
use crate::claims::unknown_claim;
use crate::error::Problem;

/// The longest name, in characters.
const MAX_TEXT: usize = 256;
/// More names than any dialect has.
const MAX_CLAIMS: usize = 500;

/// What is wrong with a dialect, beside these others.
pub(crate) fn check(
    dialect: &ClaimDialect,
    others: &[ClaimDialect],
    claims: &[ClaimDefinition],
) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !is_label(&dialect.display_name) {
        let message = "must have 1 to 256 characters and no control characters";
        problems.push(Problem::new("display_name", message));
    }
    problems.extend(taken(dialect, others));
    if dialect.claims.len() > MAX_CLAIMS {
        problems.push(Problem::new("claims", "must be 500 at most"));
    }
    for (index, external) in dialect.claims.iter().enumerate() {
        let (before, _) = dialect.claims.split_at(index);
        problems.extend(wrong(index, external, before, claims));
    }
    problems
}

fn taken(dialect: &ClaimDialect, others: &[ClaimDialect]) -> Option<Problem> {
    let same = |uri: &str| uri.eq_ignore_ascii_case(dialect.uri.as_str());
    if same(LOCAL_DIALECT) {
        let message = "is the local dialect, whose names are the claims themselves";
        return Some(Problem::new("uri", message));
    }
    let other = others.iter().find(|other| same(other.uri.as_str()))?;
    let message = format!(
        "there is a dialect \"{}\" already, called \"{}\"; choose another URI",
        other.uri, other.display_name
    );
    Some(Problem::new("uri", message))
}

fn wrong(
    index: usize,
    external: &ExternalClaim,
    before: &[ExternalClaim],
    claims: &[ClaimDefinition],
) -> Vec<Problem> {
    let field = |name: &str| format!("claims[{index}].{name}");
    let mut problems = Vec::new();
    let mut wrong = |name: &str, message: String| problems.push(Problem::new(field(name), message));
    let ExternalClaim { name, claim, name_format, friendly_name } = external;
    if !is_label(name) || name.trim() != name {
        let message =
            "must have 1 to 256 characters, no blanks around it and no control characters";
        wrong("name", message.to_owned());
    } else if before.iter().any(|other| other.name.eq_ignore_ascii_case(name)) {
        wrong("name", format!("\"{name}\" stands for another claim already; each name once"));
    }
    if *claim == ClaimUri::BACKUP_CODES {
        wrong("claim", "is about backup codes, which are never told".to_owned());
    } else if !claims.iter().any(|known| known.uri == *claim) {
        let known = claims.iter().map(|known| known.uri.clone()).collect();
        wrong("claim", unknown_claim(claim, &known));
    } else if before.iter().any(|other| other.claim == *claim) {
        wrong("claim", format!("\"{claim}\" has a name in this dialect already; each claim once"));
    }
    if name_format.as_deref().is_some_and(|format| ClaimUri::parse(format).is_none()) {
        wrong("name_format", "must be uri, basic, unspecified or a URI".to_owned());
    }
    if friendly_name.as_deref().is_some_and(|name| !is_label(name)) {
        wrong("friendly_name", "must have 1 to 256 characters".to_owned());
    }
    problems
}

fn is_label(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= MAX_TEXT
        && !text.chars().any(char::is_control)
}
