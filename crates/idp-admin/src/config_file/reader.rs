//! Reads the keys of one table with their types, and reports every key that has the wrong type or
//! that nobody asked for.

use std::collections::BTreeSet;

use chrono::DateTime;
use idp_core::Instant;
use toml::de::{DeTable, DeValue};

use super::report::{Report, did_you_mean, join};

/// One table while it is read. Ends with [`TableReader::finish`], which reports unknown keys.
pub struct TableReader<'d> {
    path: String,
    table: &'d DeTable<'d>,
    asked: BTreeSet<&'static str>,
}

impl<'d> TableReader<'d> {
    /// A reader of the table at this path.
    pub fn new(path: impl Into<String>, table: &'d DeTable<'d>) -> Self {
        Self { path: path.into(), table, asked: BTreeSet::new() }
    }

    /// The path of one of its keys.
    pub fn path_of(&self, key: &str) -> String {
        join(&self.path, key)
    }

    /// The path of the table.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A value of any type.
    pub fn value(&mut self, key: &'static str) -> Option<&'d DeValue<'d>> {
        self.asked.insert(key);
        self.table.get(key).map(toml::Spanned::get_ref)
    }

    /// Every key with its value, for tables whose keys are data.
    pub fn entries(&self) -> impl Iterator<Item = (&'d str, &'d DeValue<'d>)> {
        self.table.iter().map(|(key, value)| (key.get_ref().as_ref(), value.get_ref()))
    }

    /// A string.
    pub fn string(&mut self, key: &'static str, report: &mut Report) -> Option<String> {
        let value = self.value(key)?;
        as_string(value, &self.path_of(key), report)
    }

    /// A string that must be there.
    pub fn required(&mut self, key: &'static str, report: &mut Report) -> Option<String> {
        if self.value(key).is_none() {
            self.missing(key, report);
        }
        self.string(key, report)
    }

    /// Reports that a key is missing.
    pub fn missing(&self, key: &str, report: &mut Report) {
        report.mistake(&self.path_of(key), "is missing; it must be given");
    }

    /// A string that `parse` understands; `expected` ends the sentence "must be …".
    pub fn parsed<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        report: &mut Report,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.string(key, report)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            report.mistake(&self.path_of(key), format!("\"{text}\" must be {expected}"));
        }
        parsed
    }

    /// True or false.
    pub fn boolean(&mut self, key: &'static str, report: &mut Report) -> Option<bool> {
        let value = self.value(key)?;
        let boolean = value.as_bool();
        if boolean.is_none() {
            wrong_type(value, "true or false", &self.path_of(key), report);
        }
        boolean
    }

    /// A whole number within bounds (inclusive).
    pub fn integer<T>(
        &mut self,
        key: &'static str,
        (least, most): (T, T),
        report: &mut Report,
    ) -> Option<T>
    where
        T: TryFrom<i64> + PartialOrd + std::fmt::Display + Copy,
    {
        let value = self.value(key)?;
        let path = self.path_of(key);
        let Some(number) = value.as_integer() else {
            wrong_type(value, "a whole number", &path, report);
            return None;
        };
        let parsed = i64::from_str_radix(number.as_str(), number.radix())
            .ok()
            .and_then(|number| T::try_from(number).ok())
            .filter(|number| (least..=most).contains(number));
        if parsed.is_none() {
            report.mistake(&path, format!("{number} must be between {least} and {most}"));
        }
        parsed
    }

    /// A date and time with its offset, as TOML writes it or as a string.
    pub fn instant(&mut self, key: &'static str, report: &mut Report) -> Option<Instant> {
        let value = self.value(key)?;
        let path = self.path_of(key);
        let text = match value {
            DeValue::Datetime(instant) => instant.to_string(),
            _ => as_string(value, &path, report)?,
        };
        let parsed = DateTime::parse_from_rfc3339(&text).ok();
        if parsed.is_none() {
            let example = "such as 2027-01-31T00:00:00Z";
            report.mistake(&path, format!("must be an instant with its offset, {example}"));
        }
        parsed.map(|instant| instant.to_utc())
    }

    /// An array of strings.
    pub fn strings(&mut self, key: &'static str, report: &mut Report) -> Option<Vec<String>> {
        let value = self.value(key)?;
        as_strings(value, &self.path_of(key), report)
    }

    /// An array of anything, each element with its path.
    pub fn elements(
        &mut self,
        key: &'static str,
        report: &mut Report,
    ) -> Option<Vec<(String, &'d DeValue<'d>)>> {
        let path = self.path_of(key);
        let value = self.value(key)?;
        let Some(elements) = value.as_array() else {
            wrong_type(value, "an array", &path, report);
            return None;
        };
        let numbered = elements.iter().enumerate();
        Some(numbered.map(|(index, e)| (format!("{path}[{index}]"), e.get_ref())).collect())
    }

    /// A table.
    pub fn table(&mut self, key: &'static str, report: &mut Report) -> Option<TableReader<'d>> {
        let value = self.value(key)?;
        as_table(value, &self.path_of(key), report)
    }

    /// An array of tables; `None` when the key is not there.
    pub fn tables(
        &mut self,
        key: &'static str,
        report: &mut Report,
    ) -> Option<Vec<TableReader<'d>>> {
        let elements = self.elements(key, report)?;
        Some(elements.into_iter().filter_map(|(path, e)| as_table(e, &path, report)).collect())
    }

    /// Reports every key that nobody asked for.
    pub fn finish(self, report: &mut Report) {
        for key in self.table.keys() {
            let key = key.get_ref().as_ref();
            if !self.asked.contains(key) {
                let guess = did_you_mean(key, self.asked.iter().copied());
                report.mistake(&self.path_of(key), format!("is not a known key{guess}"));
            }
        }
    }
}

/// A value as a string.
pub fn as_string(value: &DeValue<'_>, path: &str, report: &mut Report) -> Option<String> {
    let text = value.as_str().map(str::to_owned);
    if text.is_none() {
        wrong_type(value, "a string", path, report);
    }
    text
}

/// A value as a table.
pub fn as_table<'d>(
    value: &'d DeValue<'d>,
    path: &str,
    report: &mut Report,
) -> Option<TableReader<'d>> {
    let table = value.as_table();
    if table.is_none() {
        wrong_type(value, "a table", path, report);
    }
    table.map(|table| TableReader::new(path, table))
}

/// Reports that a value has another type than wanted. Says nothing of the value: it may be secret.
pub fn wrong_type(value: &DeValue<'_>, wanted: &str, path: &str, report: &mut Report) {
    let found = match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    };
    report.mistake(path, format!("must be {wanted}, not {found}"));
}

/// A value as an array of strings.
pub fn as_strings(value: &DeValue<'_>, path: &str, report: &mut Report) -> Option<Vec<String>> {
    let Some(elements) = value.as_array() else {
        wrong_type(value, "an array of strings", path, report);
        return None;
    };
    elements
        .iter()
        .enumerate()
        .map(|(index, element)| as_string(element.get_ref(), &format!("{path}[{index}]"), report))
        .collect()
}
