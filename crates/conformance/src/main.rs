//! `make conformance`: writes docs/conformance.md and says what is missing.

use std::fs;
use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, Result};
use conformance::{Record, page_file, repository};

fn main() -> Result<ExitCode> {
    let root = repository();
    let record = Record::read(&root)?;
    let file = page_file(&root);
    fs::write(&file, record.page()).with_context(|| format!("{}", file.display()))?;
    let mistakes = record.mistakes();
    let mut out = std::io::stderr();
    for mistake in &mistakes {
        writeln!(out, "{mistake}.")?;
    }
    for id in &record.rows.being_built {
        writeln!(out, "{id} is being built.")?;
    }
    writeln!(out, "{} tests name rows; mistakes: {}.", record.tests.len(), mistakes.len())?;
    Ok(if mistakes.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
