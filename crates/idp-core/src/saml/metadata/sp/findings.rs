//! What was found wrong or odd while reading metadata.

use roxmltree::Node;

/// Errors and warnings, each a sentence.
#[derive(Default)]
pub(super) struct Findings {
    pub errors: Vec<String>,
    pub warnings: Vec<String>,
}

impl Findings {
    pub(super) fn error(&mut self, sentence: impl Into<String>) {
        self.errors.push(sentence.into());
    }

    pub(super) fn warning(&mut self, sentence: impl Into<String>) {
        self.warnings.push(sentence.into());
    }

    /// A boolean attribute; absent means false.
    pub(super) fn boolean(&mut self, element: Node<'_, '_>, name: &str) -> bool {
        self.optional_boolean(element, name).unwrap_or(false)
    }

    /// A boolean attribute; absent is not the same as false.
    pub(super) fn optional_boolean(&mut self, element: Node<'_, '_>, name: &str) -> Option<bool> {
        match element.attribute(name)? {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            other => {
                let element = element.tag_name().name();
                self.error(format!(
                    "{name} of {element} is \"{other}\": write true, false, 1 or 0."
                ));
                None
            }
        }
    }
}
