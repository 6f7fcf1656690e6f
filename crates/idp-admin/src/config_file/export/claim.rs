//! `[[claim]]`: the local claims that are not as every installation has them.

use idp_core::claim::ClaimDefinition;
use idp_store::ClaimRow;

use super::entry::Entry;
use crate::claims::{default_claims, short_name};

/// What differs from the catalogue, in definition or place: first its own claims in its order, then
/// the others in theirs.
pub fn to_export(rows: Vec<ClaimRow>) -> Vec<ClaimRow> {
    let catalogue = default_claims();
    let (mut own, further): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .map(|row| (catalogue.iter().position(|known| known.uri == row.definition.uri), row))
        .partition(|(place, _)| place.is_some());
    own.sort_by_key(|(place, _)| *place);
    own.retain(|(place, row)| {
        let position = place.and_then(|place| i64::try_from(place).ok());
        !catalogue.contains(&row.definition) || position != Some(row.position)
    });
    own.into_iter().chain(further).map(|(_, row)| row).collect()
}

/// The table of a claim.
pub fn entry(row: &ClaimRow) -> Entry {
    let ClaimDefinition {
        uri,
        display_name,
        description,
        mapped_attribute,
        regular_expression,
        supported_by_default,
        required,
        read_only,
    } = &row.definition;
    let mut entry = Entry::default();
    entry.set("uri", short_name(uri));
    entry.set("display_name", display_name);
    entry.set("description", description);
    entry.set_some("mapped_attribute", said(mapped_attribute));
    entry.set_some("regular_expression", said(regular_expression));
    entry.set("display_order", row.position);
    entry.set("supported_by_default", *supported_by_default);
    entry.set("required", *required);
    entry.set("read_only", *read_only);
    entry
}

fn said(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(position: usize, definition: ClaimDefinition) -> ClaimRow {
        ClaimRow { definition, position: i64::try_from(position).unwrap(), version: 1 }
    }

    fn names(rows: Vec<ClaimRow>) -> Vec<String> {
        to_export(rows).iter().map(|row| short_name(&row.definition.uri).to_owned()).collect()
    }

    #[test]
    fn what_is_as_everywhere_is_left_out() {
        let changed = |place: usize| {
            let claim = default_claims().swap_remove(place);
            ClaimDefinition { required: !claim.required, ..claim }
        };
        let badge = crate::claims::claim_named("badge").unwrap();
        let badge = row(0, ClaimDefinition { uri: badge, ..changed(0) });
        let same = row(2, default_claims().swap_remove(2));
        let claims = vec![badge, row(7, changed(7)), row(1, changed(1)), same];
        assert_eq!(names(claims), ["givenname", "mobile", "badge"]);
        let moved = vec![row(1, default_claims().swap_remove(2))];
        assert_eq!(names(moved), ["lastname"]);
        let usual = default_claims().into_iter().enumerate().map(|(n, claim)| row(n, claim));
        assert!(to_export(usual.collect()).is_empty());
    }
}
