//! What is wrong with a definition: by itself, and beside the others.

use idp_core::claim::{ClaimDefinition, ClaimUri};

use super::rules::compile;
use crate::error::Problem;

/// The longest display name, description and attribute, in characters.
const MAX_TEXT: usize = 256;

/// Claims whose values have a form of their own, and which.
static OWN_FORM: [(ClaimUri, &str); 4] = [
    (ClaimUri::USERNAME, "user names have a form of their own"),
    (
        ClaimUri::MOBILE,
        "mobile numbers are checked by the rules of their country and kept as +94771234567",
    ),
    (ClaimUri::SMS_OTP_DISABLED, "this claim is true or false"),
    (ClaimUri::BACKUP_CODES, "backup codes have a form of their own and are kept as hashes"),
];

/// Why backup codes have no attribute, as pages say it.
pub const NO_ATTRIBUTE_FOR_BACKUP_CODES: &str = "Backup codes are never given to anybody and are not kept in an attribute. Were they kept in one \
     such as postalcode, everybody who knows that value of a person could sign in with it.";

/// What is wrong with a definition, beside the other claims.
pub(crate) fn check(claim: &ClaimDefinition, others: &[ClaimDefinition]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let fits = |text: &str| text.chars().count() <= MAX_TEXT && !text.chars().any(char::is_control);
    if claim.display_name.trim().is_empty() || !fits(&claim.display_name) {
        let message = "must have 1 to 256 characters and no control characters";
        problems.push(Problem::new("display_name", message));
    }
    if !fits(&claim.description) {
        let message = "must have at most 256 characters and no control characters";
        problems.push(Problem::new("description", message));
    }
    problems.extend(attribute_problem(claim, others));
    if !claim.regular_expression.is_empty() {
        let own = OWN_FORM.iter().find(|(uri, _)| *uri == claim.uri);
        let message = match own {
            Some((_, why)) => Err(format!("is not used here: {why}; leave it empty")),
            None => compile(&claim.regular_expression).map(|_| ()),
        };
        problems.extend(message.err().map(|text| Problem::new("regular_expression", text)));
    }
    problems
}

/// An attribute is a name for telling, not a place: two claims under one name could be taken for each
/// other.
fn attribute_problem(claim: &ClaimDefinition, others: &[ClaimDefinition]) -> Option<Problem> {
    let attribute = claim.mapped_attribute.as_str();
    if attribute.is_empty() {
        return None;
    }
    let problem = |message: String| Some(Problem::new("mapped_attribute", message));
    if claim.uri == ClaimUri::BACKUP_CODES {
        return problem(format!(
            "backup codes are not kept in an attribute: mapped to \"{attribute}\", everybody who \
             knows that value of a person could use it as a code, and using it would erase it; \
             leave it out"
        ));
    }
    let blank = |c: char| c.is_control() || c.is_whitespace();
    if attribute.chars().count() > MAX_TEXT || attribute.contains(blank) {
        return problem(
            "must be the name of an attribute such as mail or urn:oid:0.9.2342.19200300.100.1.3, of \
             at most 256 characters and without blanks"
                .to_owned(),
        );
    }
    let same = |other: &&ClaimDefinition| {
        other.uri != claim.uri && other.mapped_attribute.eq_ignore_ascii_case(attribute)
    };
    let other = others.iter().find(same)?;
    problem(format!(
        "is the attribute of the claim \"{}\" already, called \"{}\"; choose another, or leave it empty",
        other.uri, other.display_name
    ))
}
