//! The profile as its owner sees it: what they may change, and what others decide.

use std::collections::BTreeSet;

use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_core::flow::value_mistake::ValueMistake;
use idp_store::{Conflict, StoreError};
use rand::RngCore;
use serde_json::json;

use super::{OwnAccount, OwnError};
use crate::claims::claim_named;
use crate::error::{AdminError, Problem, all_well};
use crate::users::claims_changed;

/// The profile, to be changed with this version.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Compared when the profile is saved.
    pub version: i64,
    /// The claims of every profile, in their order.
    pub fields: Vec<ProfileField>,
}

/// A claim with what is known of the person.
#[derive(Clone, Debug)]
pub struct ProfileField {
    /// The claim.
    pub claim: ClaimDefinition,
    /// Its values.
    pub values: Vec<String>,
    /// Why the person cannot change it; `None` when they can.
    pub fixed: Option<Fixed>,
}

/// Why a person cannot change a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fixed {
    /// Only administrators may.
    ReadOnly,
    /// Service providers know people by it: whoever could choose it could choose to be somebody else.
    NamesYou,
}

/// Claims that have a page of their own, or are the name of the account.
const ELSEWHERE: [ClaimUri; 4] =
    [ClaimUri::USERNAME, ClaimUri::MOBILE, ClaimUri::SMS_OTP_DISABLED, ClaimUri::BACKUP_CODES];

/// The profile of the person.
pub fn profile(own: &OwnAccount<'_>) -> Result<Profile, OwnError> {
    let present = own.present()?;
    let (definitions, naming) = own.claim_rules()?;
    let field = |claim: ClaimDefinition| ProfileField {
        values: present.user.value.claims.values(&claim.uri).to_vec(),
        fixed: fixed(&claim, &naming),
        claim,
    };
    let fields = definitions.into_iter().filter(is_on_profile).map(field).collect();
    Ok(Profile { version: present.user.version, fields })
}

/// Saves claims that the person may change, all or none: URIs or short names, each with its values; no
/// values forgets one. Refused when the account was changed since `version`. Problems have the field
/// `claims.` and the name as it was given.
pub fn set_profile(
    own: &OwnAccount<'_>,
    version: i64,
    claims: &[(String, Vec<String>)],
    rng: &mut dyn RngCore,
) -> Result<(), OwnError> {
    let present = own.present()?;
    if present.user.version != version {
        return Err(StoreError::from(Conflict::Version).into());
    }
    let (definitions, naming) = own.claim_rules()?;
    let refused = |(name, _): &(String, Vec<String>)| {
        let uri = claim_named(name);
        let claim = definitions.iter().find(|claim| Some(&claim.uri) == uri.as_ref());
        let own_to_change =
            claim.is_some_and(|claim| is_on_profile(claim) && fixed(claim, &naming).is_none());
        let message = "is not yours to change here; ask an administrator";
        (!own_to_change).then(|| {
            let problem = Problem::new(format!("claims.{name}"), message);
            problem.with_phrase(ValueMistake::Fixed.phrase())
        })
    };
    all_well(claims.iter().filter_map(refused).collect::<Vec<_>>())?;
    let kind = "account.profile-changed";
    let (change, _) = claims_changed(&own.admin, present.user, claims, &definitions, kind, rng)?;
    let Some(mut change) = change else { return Ok(()) };
    let what = change.event.detail.get("changed").cloned();
    change.event = own.event(kind, &what.unwrap_or(json!(null)), rng);
    own.admin.store.write(|writer| change.write(writer, &own.admin)).map_err(AdminError::from)?;
    Ok(())
}

/// Whether a claim stands on the page of the profile.
pub(crate) fn is_on_profile(claim: &ClaimDefinition) -> bool {
    (claim.supported_by_default || claim.required) && !ELSEWHERE.contains(&claim.uri)
}

/// Why people cannot write this claim themselves.
pub(super) fn fixed(claim: &ClaimDefinition, naming: &BTreeSet<ClaimUri>) -> Option<Fixed> {
    if claim.read_only {
        return Some(Fixed::ReadOnly);
    }
    naming.contains(&claim.uri).then_some(Fixed::NamesYou)
}

impl OwnAccount<'_> {
    /// Every claim, and those by which service providers know people.
    fn claim_rules(&self) -> Result<(Vec<ClaimDefinition>, BTreeSet<ClaimUri>), StoreError> {
        self.admin.store.read(|reader| Ok((reader.claims()?, reader.naming_claims()?)))
    }
}
