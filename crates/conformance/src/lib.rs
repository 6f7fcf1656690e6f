//! Which test proves which rule of SAML.
//!
//! The rules are the rows C001 to C222 of `docs/conformance/rows.toml`. A test says in its doc comment
//! which of them it proves: `/// C085, C088. An assertion is signed first.` From both comes
//! `docs/conformance.md`, and a test of this crate fails when a row is left without a proof, or when the
//! page is not what would be made of them now.
//!
//! [`rows`] reads the rows, [`scan`] finds the tests as the compiler does, [`judge`] compares, [`page`]
//! writes.

pub mod judge;
pub mod page;
pub mod rows;
pub mod scan;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use rows::Rows;
use scan::Test;

/// The command that writes the page anew.
pub const COMMAND: &str = "make conformance";

/// Rows and tests of a repository.
#[derive(Debug)]
pub struct Record {
    /// The rules.
    pub rows: Rows,
    /// Every test that names a row.
    pub tests: Vec<Test>,
}

impl Record {
    /// Reads the repository below `root`.
    pub fn read(root: &Path) -> Result<Self> {
        let file = root.join("docs/conformance/rows.toml");
        let text = fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
        let rows = Rows::parse(&text).with_context(|| format!("{}", file.display()))?;
        Ok(Self { rows, tests: scan::repository(root)? })
    }
}

/// The repository that this crate is part of.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where the page is.
pub fn page_file(root: &Path) -> PathBuf {
    root.join("docs/conformance.md")
}
