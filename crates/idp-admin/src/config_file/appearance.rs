//! `appearance` of a service provider: how the pages of its logins look.
//!
//! ```toml
//! appearance = { accent = "#0b5d71", logo = "iVBORw0KGgo…" }
//! ```

use idp_core::appearance::{Appearance, Picture};

use super::reader::TableReader;
use super::report::Report;

/// Reads the table.
pub fn read(mut table: TableReader<'_>, report: &mut Report) -> Appearance {
    let appearance = keys(&mut table, report);
    table.finish(report);
    appearance
}

/// Reads the keys of a colour and a logo.
pub fn keys(table: &mut TableReader<'_>, report: &mut Report) -> Appearance {
    let expected = "a colour of six hexadecimal digits, such as #0b5d71";
    let accent = table.parsed("accent", expected, report, |text| text.parse().ok());
    let path = table.path_of("logo");
    let logo = table.string("logo", report).and_then(|text| {
        Picture::try_from(text).map_err(|problem| report.mistake(&path, problem.to_string())).ok()
    });
    Appearance { accent, logo }
}
