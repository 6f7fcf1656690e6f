//! What a configuration file refers to: other files, relative to its own folder, and environment
//! variables.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use idp_core::Instant;
use idp_core::secret::Secret;
use toml::de::DeValue;

use super::reader::{as_table, wrong_type};
use super::report::Report;

/// The largest file read, in bytes: metadata of one service provider is far smaller.
const MAX_FILE: u64 = 4 * 1024 * 1024;

/// What a configuration file is read in: where files and variables are looked up, and when.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The instant of the run: metadata must not have ended before it.
    pub now: Instant,
    /// The folder of the configuration file; `None` for one that came over the network, which may not
    /// have files of this server read.
    pub directory: Option<&'a Path>,
    /// The value of an environment variable.
    pub environment: &'a dyn Fn(&str) -> Option<String>,
}

impl Surroundings<'_> {
    /// The bytes of a file named in the configuration file.
    pub fn file(&self, name: &str, path: &str, report: &mut Report) -> Option<Vec<u8>> {
        let name = self.expand(name, path, report)?;
        let Some(directory) = self.directory else {
            report.mistake(path, "names a file, which a configuration that is sent cannot");
            return None;
        };
        let location = directory.join(name.expose());
        let mut bytes = Vec::new();
        let read =
            File::open(&location).and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes));
        match read {
            Ok(length) if u64::try_from(length).is_ok_and(|length| length <= MAX_FILE) => {
                Some(bytes)
            }
            Ok(_) => {
                report.mistake(path, format!("the file {} is too large", location.display()));
                None
            }
            Err(error) => {
                let message = format!("the file {} cannot be read: {error}", location.display());
                report.mistake(path, message);
                None
            }
        }
    }

    /// A secret: `{ env = "NAME" }` or `{ file = "name" }`. Written out it is refused.
    pub fn secret(
        &self,
        value: &DeValue<'_>,
        path: &str,
        report: &mut Report,
    ) -> Option<Secret<String>> {
        if value.as_table().is_none() {
            let message = "a secret must not stand in this file; write { env = \"NAME\" } or \
                           { file = \"name\" }";
            report.mistake(path, message);
            return None;
        }
        self.reference(value, path, report)
    }

    /// A text that may be secret: written out, `{ env = "NAME" }` or `{ file = "name" }`.
    pub fn text(
        &self,
        value: &DeValue<'_>,
        path: &str,
        report: &mut Report,
    ) -> Option<Secret<String>> {
        match value {
            DeValue::String(text) => self.expand(text, path, report),
            DeValue::Table(_) => self.reference(value, path, report),
            _ => {
                let wanted = "a string, { env = \"NAME\" } or { file = \"name\" }";
                wrong_type(value, wanted, path, report);
                None
            }
        }
    }

    /// A text in which `${NAME}` stands for an environment variable, `${NAME:-text}` for one that
    /// may be unset, and `$${` for `${` itself.
    pub fn expand(&self, text: &str, path: &str, report: &mut Report) -> Option<Secret<String>> {
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        let mut complete = true;
        while let Some((before, after)) = rest.split_once("${") {
            if let Some(before) = before.strip_suffix('$') {
                expanded.push_str(before);
                expanded.push_str("${");
                rest = after;
                continue;
            }
            expanded.push_str(before);
            let Some((reference, after)) = after.split_once('}') else {
                report.mistake(path, "has a ${ without its }; write $${ for the characters");
                return None;
            };
            match self.referred(reference, path, report) {
                Some(value) => expanded.push_str(value.expose()),
                None => complete = false,
            }
            rest = after;
        }
        expanded.push_str(rest);
        complete.then(|| Secret::new(expanded))
    }

    fn referred(&self, reference: &str, path: &str, report: &mut Report) -> Option<Secret<String>> {
        let Some((name, default)) = reference.split_once(":-") else {
            return self.variable(reference, path, report);
        };
        Some(self.set_variable(name).unwrap_or_else(|| Secret::new(default.to_owned())))
    }

    fn reference(
        &self,
        value: &DeValue<'_>,
        path: &str,
        report: &mut Report,
    ) -> Option<Secret<String>> {
        let mut table = as_table(value, path, report)?;
        let variable = table.string("env", report);
        let file = table.string("file", report);
        let place = table.path_of(if variable.is_some() { "env" } else { "file" });
        table.finish(report);
        match (variable, file) {
            (Some(name), None) => self.variable(&name, &place, report),
            (None, Some(name)) => self.file_text(&name, &place, report),
            _ => {
                report.mistake(path, "must have either env or file");
                None
            }
        }
    }

    /// The text of a file.
    pub(super) fn file_text(
        &self,
        name: &str,
        path: &str,
        report: &mut Report,
    ) -> Option<Secret<String>> {
        let text = String::from_utf8(self.file(name, path, report)?).ok();
        if text.is_none() {
            report.mistake(path, format!("the file {name} is not UTF-8 text"));
        }
        // Editors end files with a newline that is no part of a secret.
        text.map(|text| Secret::new(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// The value of a variable that is set, and not to nothing.
    pub(super) fn set_variable(&self, name: &str) -> Option<Secret<String>> {
        (self.environment)(name).filter(|value| !value.is_empty()).map(Secret::new)
    }

    fn variable(&self, name: &str, path: &str, report: &mut Report) -> Option<Secret<String>> {
        let value = self.set_variable(name);
        if value.is_none() {
            report.mistake(path, format!("the environment variable {name} is not set"));
        }
        value
    }
}
