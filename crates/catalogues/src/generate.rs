//! The code that is made of the catalogues.

use std::fmt::Write as _;

use crate::read::{Catalogue, Message};

/// What a message becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// A method of `Words` that gives the `Text` in one language.
    Methods,
    /// A function that gives a `Phrase`, to be said in some language later.
    Phrases,
}

/// The functions, and `SOURCES` with the files of every language.
pub(crate) fn code(catalogues: &[Catalogue], shape: Shape) -> String {
    let mut code = String::new();
    let model = catalogues.first().map(|model| &model.messages);
    if shape == Shape::Methods {
        code.push_str("impl Words {\n");
    }
    for (name, message) in model.into_iter().flatten() {
        function(&mut code, name, message, shape);
    }
    if shape == Shape::Methods {
        code.push_str("}\n");
    }
    sources(&mut code, catalogues);
    code
}

fn function(code: &mut String, name: &str, message: &Message, shape: Shape) {
    let method = name.replace('-', "_");
    let value = if shape == Shape::Methods { "Value" } else { "Part" };
    let arguments: Vec<String> = message
        .variables
        .iter()
        .map(|variable| format!("{}: impl Into<{value}>", variable.replace('-', "_")))
        .collect();
    let values: Vec<String> = message
        .variables
        .iter()
        .map(|variable| format!("({variable:?}, {}.into())", variable.replace('-', "_")))
        .collect();
    let (arguments, values) = (arguments.join(", "), values.join(", "));
    // Writing into a `String` cannot fail.
    let _ = match shape {
        Shape::Methods => writeln!(
            code,
            "/// The text `{name}`.\npub(crate) fn {method}(self, {arguments}) -> Text {{ \
             self.text({name:?}, vec![{values}]) }}"
        ),
        Shape::Phrases => writeln!(
            code,
            "/// The text `{name}`.\npub(crate) fn {method}({arguments}) -> Phrase {{ \
             Phrase::new({name:?}, vec![{values}]) }}"
        ),
    };
}

fn sources(code: &mut String, catalogues: &[Catalogue]) {
    code.push_str("/// The files of every language.\npub const SOURCES: &[(&str, &[&str])] = &[\n");
    for catalogue in catalogues {
        let files: Vec<String> = catalogue
            .files
            .iter()
            .map(|file| format!("include_str!({:?})", file.display().to_string()))
            .collect();
        let _ = writeln!(code, "({:?}, &[{}]),", catalogue.language, files.join(", "));
    }
    code.push_str("];\n");
}
