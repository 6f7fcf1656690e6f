//! What a service provider is told of people that people may write themselves, and nobody verifies.

use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_core::saml::urn::NameIdFormat;
use idp_core::service_provider::{NameIdRule, ServiceProviderSettings};

use crate::claims::short_name;
use crate::error::Problem;
use crate::own_account::is_on_profile;

/// What is to be said of attributes whose claims people may edit on their account pages; nothing when there
/// are none.
pub fn unverified(
    claims: &[ClaimDefinition],
    settings: &ServiceProviderSettings,
) -> Option<Problem> {
    let edited = |uri: &ClaimUri| {
        let claim = claims.iter().find(|claim| claim.uri == *uri);
        claim.is_some_and(|claim| is_on_profile(claim) && !claim.read_only)
            && !names_people(&settings.name_id, uri)
    };
    let mut names: Vec<&str> = settings
        .attributes
        .iter()
        .map(|rule| &rule.claim)
        .filter(|uri| edited(uri))
        .map(short_name)
        .collect();
    names.sort_unstable();
    names.dedup();
    let message = format!(
        "people may write attributes themselves on their account pages, and nobody verifies what they \
         write: {}. The service provider must not decide by these who may do what; a claim that is \
         read-only is changed by administrators alone",
        names.join(", ")
    );
    (!names.is_empty()).then(|| Problem::new("", message))
}

/// Whether the service provider knows people by this claim, so that they cannot edit it.
fn names_people(rule: &NameIdRule, uri: &ClaimUri) -> bool {
    let address = NameIdFormat::EmailAddress;
    if let Some(subject) = &rule.subject_claim {
        return subject == uri;
    }
    let may_be_the_address = rule.formats.is_empty()
        || rule.default_format == address
        || rule.formats.contains(&address);
    *uri == ClaimUri::EMAIL && may_be_the_address
}
