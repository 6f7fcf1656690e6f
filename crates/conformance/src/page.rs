//! Writes `docs/conformance.md`.

use std::fmt::Write;

use crate::judge::State;
use crate::rows::{Level, Row};
use crate::{COMMAND, Record};

/// What stands before the tables.
const OPENING: &str = "\
# Conformance

What a SAML 2.0 identity provider must, should and may do, one line for each rule, with the tests that prove
it. This page is made from the rules in [conformance/rows.toml](conformance/rows.toml) and from the tests that
name them; `make test` fails when a rule is left without a proof, or when this page is not what would be made
now.

**Level**: M must, S should, O may, M* a must of one profile about a part that may be left out as a whole.
**Test**: `package::module::function`; where a package has integration tests, the first module is their
target, so `idp-core::inbound::bindings::…` is run by `cargo test -p idp-core --test inbound bindings::…`.
Tests that need a database run on SQLite and on PostgreSQL.
**Source**: `Core`, `Bind`, `Prof`, `Meta`, `Conf` the OASIS SAML 2.0 documents with errata (Enn); `IIP-` the
Kantara Implementation Profile for Federation Interoperability 1.1; `SDP-` the Kantara Deployment Profile 2.0
(saml2int); `ASLO` asynchronous logout; `SubjId` subject identifier attributes; `NIST` SP 800-63B-4; `ASVS`
5.0; `REFEDS` the MFA profile; `OWASP` the SAML cheat sheet; `own` a rule of this product.
";

impl Record {
    /// The page, from the first line to the last.
    pub fn page(&self) -> String {
        let mut page = String::from(OPENING);
        let _ = write!(page, "\nTo make it anew: `{COMMAND}`.\n\n");
        self.summary(&mut page);
        for section in &self.rows.sections {
            let _ = write!(page, "\n## {}\n\n", section.title);
            page.push_str("| Row | Level | Requirement | Source | State | Tests |\n");
            page.push_str("|---|---|---|---|---|---|\n");
            for row in &section.rows {
                self.line(row, &mut page);
            }
        }
        page
    }

    /// How many rows of each level stand how.
    fn summary(&self, page: &mut String) {
        page.push_str(
            "| Level | Rows | Proven | Not done | Being built |\n|---|---|---|---|---|\n",
        );
        for level in [Level::Must, Level::MustOfAPart, Level::Should, Level::May] {
            let rows: Vec<&Row> = self.rows.iter().filter(|row| row.level == level).collect();
            let count = |wanted: fn(&State<'_>) -> bool| {
                rows.iter().filter(|row| wanted(&self.state(row))).count()
            };
            let _ = writeln!(
                page,
                "| {} | {} | {} | {} | {} |",
                level.name().replace('*', "\\*"),
                rows.len(),
                count(|state| matches!(state, State::Proven(_))),
                count(|state| matches!(state, State::NotDone(_))),
                count(|state| matches!(state, State::BeingBuilt | State::Open)),
            );
        }
    }

    fn line(&self, row: &Row, page: &mut String) {
        let (mut state, tests) = match self.state(row) {
            State::Proven(tests) => {
                let tests: Vec<String> = tests.iter().map(|name| format!("`{name}`")).collect();
                ("proven".to_owned(), tests.join("<br>"))
            }
            State::NotDone(reason) => (format!("not done: {reason}"), String::new()),
            State::BeingBuilt | State::Open => ("being built".to_owned(), String::new()),
        };
        if let Some(how) = &row.how {
            let _ = write!(state, ". {how}");
        }
        let cells = [&row.requirement, &row.source, &state].map(|text| cell(text));
        let level = cell(row.level.name());
        let [requirement, source, state] = cells;
        let _ = writeln!(
            page,
            "| {} | {level} | {requirement} | {source} | {state} | {tests} |",
            row.id
        );
    }
}

/// A text that does not end its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('*', "\\*").replace('<', "&lt;").replace('\n', " ")
}
