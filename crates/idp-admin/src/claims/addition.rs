//! A claim that was not there before. Unlike [`super::save`], it never changes one that is.

use idp_core::claim::{ClaimDefinition, ClaimUri};
use rand::RngCore;
use serde_json::json;

use super::check::check;
use super::{claim_named, definitions, next_position};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::{AdminError, Problem, all_well};

/// A claim as somebody asks for it.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewClaim<'a> {
    /// A whole URI, or the last part of a local one.
    pub uri: &'a str,
    /// What people see in forms.
    pub display_name: &'a str,
    /// What it is for.
    pub description: &'a str,
    /// The name under which service providers get it unless another is set there; may be empty.
    pub mapped_attribute: &'a str,
    /// What whole values must match; may be empty.
    pub regular_expression: &'a str,
    /// Part of every profile.
    pub supported_by_default: bool,
    /// A profile is incomplete without it.
    pub required: bool,
    /// Only administrators may change it.
    pub read_only: bool,
}

/// Adds a claim after the others. Refuses one whose URI exists already, in whatever case: people
/// could not tell the two apart. Refuses an attribute that another claim has.
pub fn add(
    admin: &Admin<'_>,
    new: NewClaim<'_>,
    rng: &mut dyn RngCore,
) -> Result<ClaimDefinition, AdminError> {
    admin.actor.require(Permission::Change)?;
    let claim = definition(new)?;
    let event = admin.event("claim-saved", About::NOTHING, &json!(claim), rng);
    let problems = admin.store.write(|writer| {
        let rows = writer.claim_rows()?;
        let known = definitions(&rows);
        let mut problems = check(&claim, &known);
        problems.extend(taken(&claim, &known));
        if problems.is_empty() {
            writer.insert_claim(&claim, next_position(&rows))?;
            writer.insert_audit_events(std::slice::from_ref(&event))?;
        }
        Ok(problems)
    })?;
    all_well(problems)?;
    Ok(claim)
}

fn taken(claim: &ClaimDefinition, known: &[ClaimDefinition]) -> Option<Problem> {
    let same = |other: &ClaimUri| other.as_str().eq_ignore_ascii_case(claim.uri.as_str());
    let other = known.iter().find(|other| same(&other.uri))?;
    let message = format!(
        "there is a claim \"{}\" already, called \"{}\"; change that one, or choose another URI",
        other.uri, other.display_name
    );
    Some(Problem::new("uri", message))
}

fn definition(new: NewClaim<'_>) -> Result<ClaimDefinition, AdminError> {
    let uri = claim_named(new.uri);
    let claim = ClaimDefinition {
        // Never stored: without a URI there is a problem.
        uri: uri.clone().unwrap_or(ClaimUri::from_static("")),
        display_name: new.display_name.to_owned(),
        description: new.description.to_owned(),
        mapped_attribute: new.mapped_attribute.to_owned(),
        regular_expression: new.regular_expression.to_owned(),
        supported_by_default: new.supported_by_default,
        required: new.required,
        read_only: new.read_only,
    };
    let no_uri = uri.is_none().then(|| {
        let message = "must be a URI such as http://example.org/claims/badge, of at most 256 \
                       characters and without blanks";
        Problem::new("uri", message)
    });
    all_well(no_uri.into_iter().chain(check(&claim, &[])).collect())?;
    Ok(claim)
}
