//! The record of this repository is complete, and its page is what would be made of it now.
#![cfg(test)]

use std::fs;

use conformance::{COMMAND, Record, page_file, repository};

#[test]
fn every_row_has_a_proof_or_a_reason() {
    let record = Record::read(&repository()).unwrap();
    assert_eq!(record.rows.iter().count(), 222);
    let being_built = &record.rows.being_built;
    if !being_built.is_empty() {
        eprintln!("Being built, not proven yet: {being_built:?}");
    }
    let mistakes = record.mistakes();
    assert!(mistakes.is_empty(), "docs/conformance/rows.toml:\n  {}", mistakes.join("\n  "));
}

#[test]
fn the_page_is_what_would_be_made_now() {
    let record = Record::read(&repository()).unwrap();
    let page = fs::read_to_string(page_file(&repository())).unwrap_or_default();
    let current = page == record.page();
    assert!(current, "docs/conformance.md is not current. Make it anew:  {COMMAND}");
}
