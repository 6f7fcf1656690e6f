//! What a person submitted at a step.

use std::collections::BTreeMap;

use crate::secret::Secret;

use super::prompt::Prompt;

/// The fields of a submitted form, by name.
#[derive(Default)]
pub struct Answer(BTreeMap<String, Secret<String>>);

impl Answer {
    /// An answer of these fields. The last of several with one name would be ambiguous, so a
    /// repeated name is dropped altogether.
    pub fn new(fields: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut answer = BTreeMap::new();
        let mut repeated = Vec::new();
        for (name, value) in fields {
            if answer.insert(name.clone(), Secret::new(value)).is_some() {
                repeated.push(name);
            }
        }
        for name in repeated {
            answer.remove(&name);
        }
        Self(answer)
    }

    /// A field's value; `None` when absent or empty.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.expose().as_str()).filter(|value| !value.is_empty())
    }

    /// Whether the named button was pressed.
    pub fn pressed(&self, action: &str) -> bool {
        self.field(Prompt::ACTION) == Some(action)
    }
}
