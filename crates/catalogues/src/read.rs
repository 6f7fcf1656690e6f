//! One language's catalogue, read from its files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey,
};
use fluent_syntax::parser::parse;

/// The texts of one language.
#[derive(Debug)]
pub struct Catalogue {
    /// Its tag.
    pub language: String,
    /// The files, sorted.
    pub files: Vec<PathBuf>,
    /// The messages by their names.
    pub messages: BTreeMap<String, Message>,
}

/// One message, as far as languages must agree on it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The variables it takes.
    pub variables: BTreeSet<String>,
    /// The plural categories of each of its choices that counts something.
    pub plurals: Vec<BTreeSet<String>>,
    /// What it has that our texts do not use: attributes, terms, functions.
    pub unsupported: Vec<String>,
}

impl Catalogue {
    /// Reads `root/language/*.ftl`.
    pub fn read(root: &Path, language: &str) -> Result<Self, String> {
        let folder = root.join(language);
        let entries =
            fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut files: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "ftl"))
            .collect();
        files.sort();
        let mut catalogue =
            Self { language: language.to_owned(), files, messages: BTreeMap::new() };
        for file in catalogue.files.clone() {
            let text = fs::read_to_string(&file)
                .map_err(|error| format!("{}: {error}", file.display()))?;
            catalogue.add(&text).map_err(|problem| format!("{}: {problem}", file.display()))?;
        }
        Ok(catalogue)
    }

    /// Adds the messages of a file.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let resource = parse(text).map_err(|(_, errors)| {
            let first = errors.first().map(ToString::to_string).unwrap_or_default();
            format!("cannot be read: {first}")
        })?;
        for entry in resource.body {
            match entry {
                Entry::Message(message) => {
                    let name = message.id.name.to_owned();
                    let mut read = Message::default();
                    match &message.value {
                        Some(pattern) => read.pattern(pattern),
                        None => read.unsupported.push("no text".to_owned()),
                    }
                    if !message.attributes.is_empty() {
                        read.unsupported.push("an attribute".to_owned());
                    }
                    if self.messages.insert(name.clone(), read).is_some() {
                        return Err(format!("{name} stands there twice"));
                    }
                }
                Entry::Term(term) => {
                    return Err(format!("-{} is a term; write a message", term.id.name));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Message {
    fn pattern(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                self.variants(variants);
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
            InlineExpression::VariableReference { id } => {
                self.variables.insert(id.name.to_owned());
            }
            InlineExpression::Placeable { expression } => self.expression(expression),
            _ => self.unsupported.push("a function or a reference".to_owned()),
        }
    }

    fn variants(&mut self, variants: &[Variant<&str>]) {
        let names: BTreeSet<String> = variants
            .iter()
            .filter_map(|variant| match &variant.key {
                VariantKey::Identifier { name } => Some((*name).to_owned()),
                VariantKey::NumberLiteral { .. } => None,
            })
            .collect();
        if names.contains("one") || names.contains("few") {
            self.plurals.push(names);
        }
        variants.iter().for_each(|variant| self.pattern(&variant.value));
    }
}
