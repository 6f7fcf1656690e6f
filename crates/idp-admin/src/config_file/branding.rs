//! `[appearance]`: how the pages of people look, as a whole. A key that is not given is as in the
//! settings of the server.
//!
//! ```toml
//! [appearance]
//! product_name = "Acme sign-in"
//! help_contact = "help@acme.example"
//! accent = "#0b5d71"
//! logo = "iVBORw0KGgo…"
//! ```

use idp_core::appearance::{Branding, HelpContact, ProductName};

use super::appearance;
use super::reader::TableReader;
use super::report::Report;

/// Reads the table.
pub fn read(mut table: TableReader<'_>, report: &mut Report) -> Branding {
    let product_name = line(&mut table, "product_name", report, ProductName::parse);
    let help_contact = line(&mut table, "help_contact", report, HelpContact::parse);
    let appearance = appearance::keys(&mut table, report);
    table.finish(report);
    Branding { product_name, help_contact, appearance }
}

fn line<T, E: std::fmt::Display>(
    table: &mut TableReader<'_>,
    key: &'static str,
    report: &mut Report,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Option<T> {
    let text = table.string(key, report)?;
    let path = table.path_of(key);
    parse(&text).map_err(|problem| report.mistake(&path, problem.to_string())).ok()
}
