//! The rows of `docs/conformance/rows.toml`.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde::Deserialize;

/// All rows, grouped as in the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// Rows that may be without a test for now.
    pub being_built: BTreeSet<String>,
    /// The groups.
    #[serde(rename = "section")]
    pub sections: Vec<Section>,
}

/// Rows about one subject.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// What they are about.
    pub title: String,
    /// The rows, in order.
    #[serde(rename = "row")]
    pub rows: Vec<Row>,
}

/// One rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Such as `C085`.
    pub id: String,
    /// How binding it is.
    pub level: Level,
    /// The rule in words.
    pub requirement: String,
    /// The documents it is from.
    pub source: String,
    /// What proves it beside the tests, or what is meant by it here.
    pub how: Option<String>,
    /// Why the product does not do it.
    pub not_done: Option<String>,
}

/// How binding a row is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub enum Level {
    /// It is done, and a test proves it.
    #[serde(rename = "M")]
    Must,
    /// A must of one profile, about a part that may be left out as a whole.
    #[serde(rename = "M*")]
    MustOfAPart,
    /// It is done, or there is a reason why not.
    #[serde(rename = "S")]
    Should,
    /// As [`Level::Should`].
    #[serde(rename = "O")]
    May,
}

impl Level {
    /// As it stands in the file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Must => "M",
            Self::MustOfAPart => "M*",
            Self::Should => "S",
            Self::May => "O",
        }
    }
}

impl Rows {
    /// Reads the file; ids must be known forms, in order and unique.
    pub fn parse(text: &str) -> Result<Self> {
        let rows: Self = toml::from_str(text)?;
        let mut last = "";
        for row in rows.iter() {
            if !is_id(&row.id) || row.id.as_str() <= last {
                bail!("the row {} is no C and three digits, or is not in order", row.id);
            }
            last = &row.id;
        }
        if let Some(unknown) = rows.being_built.iter().find(|id| rows.find(id).is_none()) {
            bail!("being_built names {unknown}, which is no row");
        }
        Ok(rows)
    }

    /// Every row, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Row> {
        self.sections.iter().flat_map(|section| &section.rows)
    }

    /// The row with this id.
    pub fn find(&self, id: &str) -> Option<&Row> {
        self.iter().find(|row| row.id == id)
    }
}

/// Whether it is a C and three digits.
pub fn is_id(text: &str) -> bool {
    text.strip_prefix('C')
        .is_some_and(|digits| digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()))
}
