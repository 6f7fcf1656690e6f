//! What the commands of claims write.

use std::fmt;

use idp_admin::difference::FieldChange;
use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_store::ClaimRow;
use serde::Serialize;

/// Claims in their order.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Listing<'a>(Vec<Line<'a>>);

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    definition: &'a ClaimDefinition,
    display_order: i64,
}

impl<'a> Listing<'a> {
    /// The list of these.
    pub fn of(rows: &'a [ClaimRow]) -> Self {
        let line =
            |row: &'a ClaimRow| Line { definition: &row.definition, display_order: row.position };
        Self(rows.iter().map(line).collect())
    }
}

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return writeln!(f, "no claims; `idp-server migrate` adds the usual ones");
        }
        for Line { definition, .. } in &self.0 {
            let marks = [
                (definition.supported_by_default, "in every profile"),
                (definition.required, "required"),
                (definition.read_only, "read-only"),
            ];
            let marks: Vec<&str> =
                marks.into_iter().filter(|(set, _)| *set).map(|(_, word)| word).collect();
            writeln!(f, "{}  {}  {}", definition.uri, definition.display_name, marks.join(", "))?;
        }
        Ok(())
    }
}

/// Something was done to one claim.
#[derive(Serialize)]
pub struct Done<'a> {
    /// To which.
    pub claim: &'a ClaimUri,
    /// What, such as `added`.
    pub done: &'static str,
}

impl fmt::Display for Done<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.done, self.claim)
    }
}

/// What changed of a claim.
#[derive(Serialize)]
pub struct Changed<'a> {
    /// Which.
    pub claim: &'a ClaimUri,
    /// What; empty when it was so already.
    pub changes: &'a [FieldChange],
}

impl fmt::Display for Changed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.changes.is_empty() {
            return writeln!(f, "{} is so already", self.claim);
        }
        writeln!(f, "changed {}", self.claim)?;
        self.changes.iter().try_for_each(|change| writeln!(f, "  {change}"))
    }
}
