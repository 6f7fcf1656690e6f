//! What a person lacks of the claims that a service provider insists on, and who can fill it in.

use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_store::{Reader, StoreError};

use super::profile::{fixed, is_on_profile};

/// A claim that a person has no value of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lacking {
    /// The claim; of one that is not defined any more, its URI alone.
    pub claim: ClaimDefinition,
    /// Where a value comes from.
    pub remedy: Remedy,
}

/// Who can give a claim a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Remedy {
    /// The person, in the own profile.
    Profile,
    /// The person, on the page of the mobile number.
    Mobile,
    /// Administrators alone.
    Administrator,
}

/// Each of these claims with the way to a value.
pub fn lacking(reader: &mut Reader<'_>, claims: &[ClaimUri]) -> Result<Vec<Lacking>, StoreError> {
    let (definitions, naming) = (reader.claims()?, reader.naming_claims()?);
    let lacking = |uri: &ClaimUri| {
        let known = definitions.iter().find(|claim| claim.uri == *uri);
        let remedy = match known {
            Some(_) if *uri == ClaimUri::MOBILE => Remedy::Mobile,
            Some(claim) if is_on_profile(claim) && fixed(claim, &naming).is_none() => {
                Remedy::Profile
            }
            _ => Remedy::Administrator,
        };
        Lacking { claim: known.cloned().unwrap_or_else(|| nameless(uri)), remedy }
    };
    Ok(claims.iter().map(lacking).collect())
}

fn nameless(uri: &ClaimUri) -> ClaimDefinition {
    ClaimDefinition {
        uri: uri.clone(),
        display_name: uri.to_string(),
        description: String::new(),
        mapped_attribute: String::new(),
        regular_expression: String::new(),
        supported_by_default: false,
        required: false,
        read_only: true,
    }
}
