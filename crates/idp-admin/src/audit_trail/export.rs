//! The trail as a file, oldest first, a page at a time, so that its length costs no memory. Reading so
//! much of it is itself a row of the trail.

use chrono::SecondsFormat;
use idp_core::id::EventId;
use idp_store::{AuditFilter, Store};
use rand::RngCore;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Row, Search, filter, named};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::AdminError;

/// Rows that are read at a time.
const PAGE: u32 = 500;

/// What the file is like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// A JSON object a line.
    JsonLines,
    /// Comma-separated values with a head, safe to open in a spreadsheet.
    Csv,
}

impl Format {
    /// Its name, which is also how the names of such files end.
    pub const fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
        }
    }

    /// The format with this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::JsonLines, Self::Csv].into_iter().find(|format| format.name() == name)
    }
}

/// An export under way.
#[derive(Clone, Debug)]
pub struct Export {
    filter: AuditFilter,
    format: Format,
    after: Option<EventId>,
    left: u64,
    begun: bool,
    written: u64,
}

/// An event as it stands in the file.
#[derive(Serialize)]
struct Line<'a> {
    id: String,
    at: String,
    kind: &'a str,
    incident: Option<&'a str>,
    user: Option<&'a str>,
    user_id: Option<String>,
    service_provider: Option<&'a str>,
    service_provider_id: Option<String>,
    session: Option<&'a str>,
    address: Option<&'a str>,
    detail: &'a Value,
}

/// The head of a CSV file.
const HEAD: [&str; 11] = [
    "id",
    "at",
    "kind",
    "incident",
    "user",
    "user_id",
    "service_provider",
    "service_provider_id",
    "session",
    "address",
    "detail",
];

impl Export {
    /// Begins an export of what is looked for, at most `limit` rows, none newer than now. Leaves a row
    /// `audit-trail-exported` first. Problems are told as by [`super::search`].
    pub fn begin(
        admin: &Admin<'_>,
        search: Search<'_>,
        (format, limit): (Format, u64),
        rng: &mut dyn RngCore,
    ) -> Result<Self, AdminError> {
        admin.actor.require(Permission::Read)?;
        let mut filter = filter(admin, search)?;
        filter.until = Some(filter.until.unwrap_or(admin.now).min(admin.now));
        let what = json!({
            "format": format.name(),
            "kind": search.kind,
            "user": search.user,
            "serviceProvider": search.service_provider,
            "from": search.from,
            "to": search.to,
        });
        let event = admin.event("audit-trail-exported", About::NOTHING, &what, rng);
        admin.store.write(|writer| writer.insert_audit_events(&[event]))?;
        Ok(Self { filter, format, after: None, left: limit, begun: false, written: 0 })
    }

    /// The next part of the file; `None` when it is complete. Who may read was decided at the
    /// beginning.
    pub fn next(&mut self, store: &Store) -> Result<Option<Vec<u8>>, AdminError> {
        let limit = u32::try_from(self.left).unwrap_or(PAGE).min(PAGE);
        let rows = store.read(|reader| {
            let events = reader.audit_events_after(&self.filter, self.after, limit)?;
            named(reader, events)
        })?;
        if rows.is_empty() && self.begun {
            return Ok(None);
        }
        let text = match self.format {
            Format::JsonLines => json_lines(&rows),
            Format::Csv => csv(&rows, !self.begun),
        }
        .map_err(|cause| AdminError::Conflict(format!("the file cannot be written: {cause}")))?;
        self.begun = true;
        self.after = rows.last().map(|row| row.event.id).or(self.after);
        let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        self.left = self.left.saturating_sub(count);
        self.written += count;
        Ok(Some(text))
    }

    /// How many rows were written so far.
    pub const fn written(&self) -> u64 {
        self.written
    }

    /// Whether it ended at its limit: there may be more rows.
    pub const fn is_full(&self) -> bool {
        self.left == 0
    }
}

impl<'a> Line<'a> {
    fn of(row: &'a Row) -> Self {
        let event = &row.event;
        Self {
            id: event.id.to_string(),
            at: event.at.to_rfc3339_opts(SecondsFormat::Millis, true),
            kind: &event.kind,
            incident: event.incident.as_deref(),
            user: row.user.as_deref(),
            user_id: event.user.map(|id| id.to_string()),
            service_provider: row.service_provider.as_deref(),
            service_provider_id: event.service_provider.map(|id| id.to_string()),
            session: event.session.as_ref().map(idp_core::id::SessionId::as_str),
            address: event.address.as_deref(),
            detail: &event.detail,
        }
    }
}

fn json_lines(rows: &[Row]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut text = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut text, &Line::of(row))?;
        text.push(b'\n');
    }
    Ok(text)
}

fn csv(rows: &[Row], with_head: bool) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    if with_head {
        writer.write_record(HEAD)?;
    }
    for row in rows {
        let line = Line::of(row);
        let detail = line.detail.to_string();
        let cells = [
            Some(line.id.as_str()),
            Some(line.at.as_str()),
            Some(line.kind),
            line.incident,
            line.user,
            line.user_id.as_deref(),
            line.service_provider,
            line.service_provider_id.as_deref(),
            line.session,
            line.address,
            Some(detail.as_str()),
        ];
        writer.write_record(cells.map(|cell| harmless(cell.unwrap_or_default())))?;
    }
    Ok(writer.into_inner().map_err(|error| error.to_string())?)
}

/// A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection"): what begins like one gets
/// an apostrophe before it. Some programs overlook blanks before the sign.
fn harmless(cell: &str) -> String {
    let begins = cell.trim_start_matches([' ', '\u{a0}', '\u{feff}']);
    let formula = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if begins.starts_with(formula) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1"] {
            assert!(harmless(cell).starts_with('\''), "{cell}");
        }
        for cell in ["", "login.denied", "a=b", "{\"a\":\"=1\"}", "203.0.113.9"] {
            assert_eq!(harmless(cell), cell);
        }
    }
}
