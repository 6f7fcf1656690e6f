//! What an entry leaves as it is stored: the parts whose references point to nothing.

use authenticators::gateway::{GatewayDefinition, Headers};
use idp_core::secret::Secret;

use crate::config_file::given::Given;

/// A part of a definition that is to stay as it is stored.
#[derive(Debug)]
pub struct Kept {
    /// The key, such as `sms_gateway[0].url`.
    pub path: String,
    /// Why nothing was given.
    pub absent: String,
    /// Which part.
    pub part: Part,
}

/// The parts that can be kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// `url`.
    Url,
    /// The value of the header with this place in the list.
    Header(usize),
    /// `body`.
    Body,
    /// The secret of this name.
    Secret(String),
}

impl Given {
    /// The text; where it is to be kept, nothing for the moment, and the wish among `kept`.
    pub(super) fn or_later(self, path: String, part: Part, kept: &mut Vec<Kept>) -> Secret<String> {
        match self {
            Self::Value(text) => text,
            Self::Kept(absent) => {
                kept.push(Kept { path, absent, part });
                Secret::new(String::new())
            }
        }
    }
}

impl Part {
    /// Takes the part over from the stored definition. Whether there was something to take.
    pub fn take(&self, definition: &mut GatewayDefinition, stored: &GatewayDefinition) -> bool {
        match self {
            Self::Url => definition.url.clone_from(&stored.url),
            Self::Body => definition.body.clone_from(&stored.body),
            Self::Header(place) => {
                let Some(value) = stored_header(*place, definition, stored) else { return false };
                set_header(definition, *place, &value);
            }
            Self::Secret(name) => {
                let Some(value) = stored.secrets.value(name) else { return false };
                definition.secrets.insert(name, Secret::new(value.to_owned()));
            }
        }
        true
    }
}

/// The stored value of the header with this place: of those with its name, the one as far down.
fn stored_header(
    place: usize,
    definition: &GatewayDefinition,
    stored: &GatewayDefinition,
) -> Option<String> {
    let (name, _) = definition.headers.iter().nth(place)?;
    let same = |(other, _): &(&str, &str)| other.eq_ignore_ascii_case(name);
    let before = definition.headers.iter().take(place).filter(same).count();
    stored.headers.iter().filter(same).nth(before).map(|(_, value)| value.to_owned())
}

fn set_header(definition: &mut GatewayDefinition, place: usize, value: &str) {
    let headers = definition.headers.iter().enumerate();
    let changed = headers.map(|(at, (name, old))| (name, if at == place { value } else { old }));
    let changed: Vec<(String, String)> =
        changed.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    definition.headers = Headers::from_pairs(changed);
}
