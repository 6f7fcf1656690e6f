//! Names for the secrets that an export leaves out: a variable or a file each, the same ones each time.

use std::collections::BTreeSet;

use toml_edit::InlineTable;

use super::entry::row;

/// What a reference names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ReferenceKind {
    /// Environment variables: `{ env = "IDP_SECRET_…" }`.
    #[default]
    Environment,
    /// Files beside the configuration file: `{ file = "secrets/…" }`.
    Files,
}

/// The references of one export.
pub struct References {
    kind: ReferenceKind,
    names: Vec<String>,
    used: BTreeSet<String>,
}

impl References {
    /// No references yet.
    pub const fn new(kind: ReferenceKind) -> Self {
        Self { kind, names: Vec::new(), used: BTreeSet::new() }
    }

    /// A reference to this part of this gateway, which keeps what is stored where it leads nowhere.
    pub fn to(&mut self, gateway: &str, part: &str) -> InlineTable {
        let name = self.unused(&format!("{}_{}", plain(gateway), plain(part)));
        let key = match self.kind {
            ReferenceKind::Environment => "env",
            ReferenceKind::Files => "file",
        };
        self.names.push(name.clone());
        row([(key, Some(name.into())), ("otherwise", Some("keep".into()))])
    }

    /// Every name in the order of the file.
    pub fn into_names(self) -> Vec<String> {
        self.names
    }

    /// Two gateways may have names that differ in other characters only.
    fn unused(&mut self, name: &str) -> String {
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut candidates = std::iter::once(name.to_owned()).chain(numbered);
        let free = candidates.find(|candidate| self.used.insert(candidate.clone()));
        let free = free.unwrap_or_default();
        match self.kind {
            ReferenceKind::Environment => format!("IDP_SECRET_{}", free.to_ascii_uppercase()),
            ReferenceKind::Files => format!("secrets/{free}"),
        }
    }
}

/// Small letters and digits; `_` for everything else.
fn plain(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    text.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_references_have_one_name() {
        let mut references = References::new(ReferenceKind::Environment);
        for gateway in ["a b", "A-b", "a_b_key"] {
            references.to(gateway, "key");
        }
        references.to("a.b", "key_2");
        let names = references.into_names();
        assert_eq!(names[..2], ["IDP_SECRET_A_B_KEY", "IDP_SECRET_A_B_KEY_2"]);
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    }

    #[test]
    fn files_have_names_that_stay_in_their_directory() {
        let mut references = References::new(ReferenceKind::Files);
        let written = references.to("../Twilio/€", "auth_token").to_string();
        let expected = "{ file = \"secrets/___twilio___auth_token\", otherwise = \"keep\" }";
        assert_eq!(written.trim(), expected);
    }
}
