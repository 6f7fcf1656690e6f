//! A CSV file (RFC 4180) with people: the first line names the columns, every other line is a person.
//! Read into cells, with everything that is wrong with the file as a whole.

use csv::{ReaderBuilder, StringRecord, Trim};
use idp_core::claim::ClaimUri;

use crate::claims::claim_named;
use crate::error::AdminError;

/// The largest file, in bytes.
pub const MOST_BYTES: usize = 2 * 1024 * 1024;
/// The most people in one file.
pub const MOST_LINES: usize = 10_000;
/// The most columns.
const MOST_COLUMNS: usize = 64;

/// The field of problems with the file as a whole.
pub(super) const FILE: &str = "file";
const USERNAME: &str = "username";

/// What stands in a column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Column {
    Username,
    Claim { name: String, uri: ClaimUri },
}

/// The lines of a file.
pub(super) struct ImportFile {
    pub(super) columns: Vec<Column>,
    /// The number of each line in the file, and its cells.
    pub(super) lines: Vec<(u64, Vec<String>)>,
}

impl ImportFile {
    /// Reads a file in UTF-8, its cells parted by commas or semicolons.
    pub(super) fn read(content: &[u8]) -> Result<Self, AdminError> {
        if content.len() > MOST_BYTES {
            return Err(wrong("is larger than 2 MB; divide it into several files"));
        }
        let text = std::str::from_utf8(content)
            .map_err(|_| wrong("is not in UTF-8; save it as \"CSV UTF-8\""))?;
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter(text))
            .flexible(true)
            .trim(Trim::All)
            .from_reader(text.as_bytes());
        let columns = columns(reader.headers().map_err(|error| unreadable(&error))?)?;
        let mut lines = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| unreadable(&error))?;
            if lines.len() == MOST_LINES {
                return Err(wrong("has more than 10,000 lines; divide it into several files"));
            }
            let number = record.position().map_or(0, |position| line(text, position));
            lines.push((number, record.iter().map(str::to_owned).collect()));
        }
        if lines.is_empty() {
            return Err(wrong("has no line below the names of its columns"));
        }
        Ok(Self { columns, lines })
    }
}

/// The line on which a record begins. The reader counts empty lines before it to it.
fn line(text: &str, position: &csv::Position) -> u64 {
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let empty = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    let passed = empty.filter(|byte| **byte == b'\n').count();
    position.line().saturating_add(u64::try_from(passed).unwrap_or_default())
}

/// Spreadsheets of some countries part cells by semicolons.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    if first.contains(';') && !first.contains(',') { b';' } else { b',' }
}

fn columns(header: &StringRecord) -> Result<Vec<Column>, AdminError> {
    if header.len() > MOST_COLUMNS {
        return Err(wrong("has more than 64 columns"));
    }
    let columns: Vec<Column> = header.iter().map(column).collect::<Result<_, _>>()?;
    match columns.iter().filter(|column| **column == Column::Username).count() {
        1 => Ok(columns),
        0 => Err(wrong("has no column username; its first line names the columns")),
        _ => Err(wrong("has several columns username; one is needed")),
    }
}

fn column(name: &str) -> Result<Column, AdminError> {
    if name.eq_ignore_ascii_case(USERNAME) || name == ClaimUri::USERNAME.as_str() {
        return Ok(Column::Username);
    }
    // What a file says is shown only as far as it fits a line.
    let shown: String = name.chars().take(80).collect();
    let uri = claim_named(name)
        .ok_or_else(|| wrong(&format!("has a column \"{shown}\", which is no name of a claim")))?;
    if uri == ClaimUri::BACKUP_CODES {
        return Err(wrong("has a column with backup codes; they are not imported"));
    }
    Ok(Column::Claim { name: name.to_owned(), uri })
}

pub(super) fn wrong(message: &str) -> AdminError {
    AdminError::invalid(FILE, message)
}

fn unreadable(error: &csv::Error) -> AdminError {
    let line = error.position().map_or(1, csv::Position::line);
    wrong(&format!("cannot be read as CSV from line {line} on"))
}
