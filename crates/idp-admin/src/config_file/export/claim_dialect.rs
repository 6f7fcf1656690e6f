//! `[[claim_dialect]]`: the dialects that administrators added.

use idp_core::claim_dialect::{ClaimDialect, ExternalClaim};
use toml_edit::{InlineTable, Value};

use super::attribute_consuming_services::short_format;
use super::entry::{Entry, row};
use crate::claims::short_name;

/// The table of a dialect.
pub fn entry(dialect: &ClaimDialect) -> Entry {
    let ClaimDialect { uri, display_name, claims } = dialect;
    let mut entry = Entry::default();
    entry.set("uri", uri.as_str());
    entry.set("display_name", display_name);
    entry.set_rows("claims", claims.iter().map(external));
    entry
}

fn external(external: &ExternalClaim) -> InlineTable {
    let ExternalClaim { name, claim, name_format, friendly_name } = external;
    row([
        ("claim", Some(short_name(claim).into())),
        ("name", Some(name.into())),
        ("name_format", name_format.as_deref().map(|format| short_format(format).into())),
        ("friendly_name", friendly_name.as_ref().map(Value::from)),
    ])
}
