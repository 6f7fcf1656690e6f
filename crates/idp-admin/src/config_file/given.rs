//! A reference that may point to nothing: with `otherwise = "keep"`, what is stored stays.
//!
//! ```toml
//! token = { env = "IDP_SECRET_PROVIDER_TOKEN", otherwise = "keep" }
//! ```
//! `export` writes such references in the place of secrets. Without `otherwise` a variable that is not
//! set or a file that is not there is a mistake, so that a slip of the pen changes nothing.

use idp_core::secret::Secret;
use toml::de::DeValue;

use super::reader::as_table;
use super::report::Report;
use super::surroundings::Surroundings;

/// What a reference gives.
pub enum Given {
    /// A text.
    Value(Secret<String>),
    /// Nothing, for this reason: what is stored stays.
    Kept(String),
}

impl Surroundings<'_> {
    /// A text that may be secret, or the wish to keep the stored one.
    pub fn text_or_kept(
        &self,
        value: &DeValue<'_>,
        path: &str,
        report: &mut Report,
    ) -> Option<Given> {
        if may_be_kept(value) {
            return self.given(value, path, report);
        }
        self.text(value, path, report).map(Given::Value)
    }

    /// A secret, or the wish to keep the stored one.
    pub fn secret_or_kept(
        &self,
        value: &DeValue<'_>,
        path: &str,
        report: &mut Report,
    ) -> Option<Given> {
        if may_be_kept(value) {
            return self.given(value, path, report);
        }
        self.secret(value, path, report).map(Given::Value)
    }

    fn given(&self, value: &DeValue<'_>, path: &str, report: &mut Report) -> Option<Given> {
        let mut table = as_table(value, path, report)?;
        let variable = table.string("env", report);
        let file = table.string("file", report);
        table.parsed("otherwise", "\"keep\"", report, |word| (word == "keep").then_some(()))?;
        let place = table.path_of("file");
        table.finish(report);
        match (variable, file) {
            (Some(name), None) => Some(self.set_variable(&name).map_or_else(
                || Given::Kept(format!("the environment variable {name} is not set")),
                Given::Value,
            )),
            (None, Some(name)) => {
                let location = self.expand(&name, &place, report)?;
                if self.directory.is_some_and(|place| place.join(location.expose()).exists()) {
                    return self.file_text(&name, &place, report).map(Given::Value);
                }
                Some(Given::Kept(format!("there is no file {}", location.expose())))
            }
            _ => {
                report.mistake(path, "must have either env or file");
                None
            }
        }
    }
}

fn may_be_kept(value: &DeValue<'_>) -> bool {
    value.as_table().is_some_and(|table| table.contains_key("otherwise"))
}
