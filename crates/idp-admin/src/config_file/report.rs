//! The list of everything wrong with a configuration file. Each mistake has a key path; its line
//! and column follow from the path, because every path of the document is known with its place.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One mistake, as `file:line:column key.path: what is wrong, what to do`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Mistake {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// The file, as it was named.
    pub file: String,
    /// The key, such as `service_provider[0].acs[1].url`; empty when the text is no TOML.
    pub key: String,
    /// What is wrong and what to do. Never repeats a secret.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, key, message } = self;
        let space = if key.is_empty() { "" } else { " " };
        write!(f, "{file}:{line}:{column}{space}{key}: {message}")
    }
}

/// Every mistake of a file, in the order of the lines.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}", .0.iter().map(Mistake::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Mistakes(pub Vec<Mistake>);

/// Collects mistakes while a file is read.
pub struct Report {
    file: String,
    text: String,
    places: BTreeMap<String, usize>,
    mistakes: Vec<Mistake>,
    /// How many of them were found while reading.
    while_reading: usize,
}

impl Report {
    /// A report on this text.
    pub fn new(file: &str, text: &str) -> Self {
        Self {
            file: file.to_owned(),
            text: text.to_owned(),
            places: BTreeMap::new(),
            mistakes: Vec::new(),
            while_reading: 0,
        }
    }

    /// Learns where every key of the document stands.
    pub fn locate(&mut self, document: &DeTable<'_>) {
        self.locate_table("", document);
    }

    fn locate_table(&mut self, path: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = join(path, key.get_ref());
            let start = match value.get_ref() {
                // The key of `[[service_provider]]` stands for all of them; each has its own header.
                DeValue::Array(_) | DeValue::Table(_) => key.span().start.min(value.span().start),
                _ => key.span().start,
            };
            self.places.insert(path.clone(), start);
            self.locate_value(&path, value);
        }
    }

    fn locate_value(&mut self, path: &str, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Table(table) => self.locate_table(path, table),
            DeValue::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    self.places.insert(path.clone(), element.span().start);
                    self.locate_value(&path, element);
                }
            }
            _ => {}
        }
    }

    /// A mistake at this key, or at the nearest one above it that the file has.
    pub fn mistake(&mut self, path: &str, message: impl Into<String>) {
        let offset = self.place(path);
        self.push(offset, path, message.into());
    }

    /// A mistake of the syntax.
    pub fn syntax(&mut self, span: Option<Range<usize>>, message: &str) {
        self.push(span.map_or(0, |span| span.start), "", message.to_owned());
    }

    /// From here on mistakes come from checking what was read.
    pub fn end_of_reading(&mut self) {
        self.while_reading = self.mistakes.len();
    }

    /// A mistake found by checking what was read. Where reading itself failed at that key or below
    /// it, the check saw nothing but the gap, and its mistake is left out.
    pub fn follow_up(&mut self, path: &str, message: &str) {
        let at_or_below = |mistake: &Mistake| {
            let rest = mistake.key.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        if !self.mistakes.iter().take(self.while_reading).any(at_or_below) {
            self.mistake(path, message);
        }
    }

    /// The line of a key, counted from 1.
    pub fn line_of(&self, path: &str) -> usize {
        self.position(self.place(path)).0
    }

    /// All is well, or every mistake in the order of the lines, each once.
    pub fn finish(mut self) -> Result<(), Mistakes> {
        self.mistakes.sort();
        self.mistakes.dedup();
        if self.mistakes.is_empty() { Ok(()) } else { Err(Mistakes(self.mistakes)) }
    }

    fn place(&self, path: &str) -> usize {
        let mut path = path;
        loop {
            if let Some(offset) = self.places.get(path) {
                return *offset;
            }
            match path.rfind(['.', '[']) {
                Some(end) => path = path.get(..end).unwrap_or_default(),
                None => return 0,
            }
        }
    }

    fn push(&mut self, offset: usize, key: &str, message: String) {
        let (line, column) = self.position(offset);
        let (file, key) = (self.file.clone(), key.to_owned());
        self.mistakes.push(Mistake { line, column, file, key, message });
    }

    /// Line and column of a byte, both counted from 1.
    fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        (before.matches('\n').count() + 1, column)
    }
}

/// The path of a key below another; either may be empty.
pub fn join(path: &str, key: &str) -> String {
    let dot = if path.is_empty() || key.is_empty() { "" } else { "." };
    format!("{path}{dot}{key}")
}

/// ` (did you mean "…"?)` when one of the known words is close, else nothing.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let close = |candidate: &&str| strsim::jaro_winkler(word, candidate) > 0.8;
    known
        .into_iter()
        .filter(close)
        .max_by(|a, b| strsim::jaro_winkler(word, a).total_cmp(&strsim::jaro_winkler(word, b)))
        .map(|best| format!(" (did you mean \"{best}\"?)"))
        .unwrap_or_default()
}
