//! `[[claim]]`: the local claims that are not as every installation has them.

use idp_core::claim::ClaimDefinition;

use super::entry::Entry;
use crate::claims::{default_claims, short_name};

/// What differs from the catalogue: first its own claims in its order, then the others in theirs. In an
/// empty database they come to stand in this order too, so that a second export reads the same.
pub fn to_export(claims: Vec<ClaimDefinition>) -> Vec<ClaimDefinition> {
    let catalogue = default_claims();
    let (mut own, further): (Vec<_>, Vec<_>) = claims
        .into_iter()
        .map(|claim| (catalogue.iter().position(|known| known.uri == claim.uri), claim))
        .partition(|(place, _)| place.is_some());
    own.sort_by_key(|(place, _)| *place);
    own.retain(|(_, claim)| !catalogue.contains(claim));
    own.into_iter().chain(further).map(|(_, claim)| claim).collect()
}

/// The table of a claim.
pub fn entry(claim: &ClaimDefinition) -> Entry {
    let ClaimDefinition {
        uri,
        display_name,
        description,
        supported_by_default,
        required,
        read_only,
    } = claim;
    let mut entry = Entry::default();
    entry.set("uri", short_name(uri));
    entry.set("display_name", display_name);
    entry.set("description", description);
    entry.set("supported_by_default", *supported_by_default);
    entry.set("required", *required);
    entry.set("read_only", *read_only);
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(claims: Vec<ClaimDefinition>) -> Vec<String> {
        to_export(claims).iter().map(|claim| short_name(&claim.uri).to_owned()).collect()
    }

    #[test]
    fn what_is_as_everywhere_is_left_out_and_the_order_is_that_of_an_empty_database() {
        let changed = |place: usize| {
            let claim = default_claims().swap_remove(place);
            ClaimDefinition { required: !claim.required, ..claim }
        };
        let badge =
            ClaimDefinition { uri: crate::claims::claim_named("badge").unwrap(), ..changed(0) };
        let claims = vec![badge, changed(7), changed(1), default_claims().swap_remove(2)];
        assert_eq!(names(claims), ["givenname", "mobile", "badge"]);
        assert!(to_export(default_claims()).is_empty());
    }
}
