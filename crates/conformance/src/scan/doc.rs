//! Which rows a doc comment names, and what the attributes of a function say.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{Attribute, Expr, Lit, Meta};

use super::Test;
use crate::rows::is_id;

/// What matters of the attributes of a function.
#[derive(Default)]
pub struct Attributes {
    /// Its doc comment.
    doc: String,
    /// It is a test: the last segment of an attribute is `test`.
    pub test: bool,
    /// It does not run.
    pub ignored: bool,
}

impl Attributes {
    /// Of a function that was parsed.
    pub fn of(attributes: &[Attribute]) -> Self {
        let mut found = Self::default();
        for attribute in attributes {
            let path = attribute.path();
            let last = path.segments.last().map(|segment| segment.ident.to_string());
            found.name(last.as_deref());
            if let Meta::NameValue(pair) = &attribute.meta
                && path.is_ident("doc")
                && let Expr::Lit(literal) = &pair.value
                && let Lit::Str(text) = &literal.lit
            {
                found.line(&text.value());
            }
        }
        found
    }

    /// Takes in the inside of `#[…]` among the tokens of a macro.
    pub fn tokens(&mut self, inside: TokenStream) {
        let tokens: Vec<TokenTree> = inside.into_iter().collect();
        let path = tokens.iter().take_while(|token| match token {
            TokenTree::Ident(_) => true,
            TokenTree::Punct(punct) => punct.as_char() == ':',
            _ => false,
        });
        let last = path.filter_map(|token| match token {
            TokenTree::Ident(ident) => Some(ident.to_string()),
            _ => None,
        });
        self.name(last.last().as_deref());
        if let [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Literal(literal)] = &*tokens
            && name == "doc"
            && let Lit::Str(text) = Lit::new(literal.clone())
        {
            self.line(&text.value());
        }
    }

    fn name(&mut self, last: Option<&str>) {
        match last {
            Some("test") => self.test = true,
            Some("ignore") => self.ignored = true,
            _ => {}
        }
    }

    fn line(&mut self, text: &str) {
        self.doc.push_str(text);
        self.doc.push('\n');
    }

    /// The test with this name, if it names rows.
    pub fn into_test(self, name: String) -> Option<Test> {
        let rows = named(&self.doc);
        let names_a_range = names_a_range(&self.doc);
        (!rows.is_empty()).then_some(Test { name, rows, names_a_range })
    }
}

/// If it is `#` and `[…]`: the inside.
pub fn attribute(tokens: &[TokenTree]) -> Option<TokenStream> {
    match tokens {
        [TokenTree::Punct(hash), TokenTree::Group(group), ..]
            if hash.as_char() == '#' && group.delimiter() == Delimiter::Bracket =>
        {
            Some(group.stream())
        }
        _ => None,
    }
}

/// The words of a text: letters and digits in one piece.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

fn named(doc: &str) -> BTreeSet<String> {
    words(doc).filter(|word| is_id(word)).map(str::to_owned).collect()
}

/// "C052 to C055", "C052–C055", "C052-C055", "C052..C055".
fn names_a_range(doc: &str) -> bool {
    let parts: Vec<&str> = doc
        .split(|c: char| c.is_whitespace() || c == ',' || c == '(')
        .filter(|part| !part.is_empty())
        .collect();
    let joined = parts.iter().any(|part| words(part).filter(|word| is_id(word)).count() > 1);
    let spoken = parts.windows(3).any(|three| match three {
        [first, joint, _] => {
            words(first).any(is_id)
                && matches!(*joint, "to" | "through" | "-" | "–" | "..")
                && words(three.last().copied().unwrap_or_default()).any(is_id)
        }
        _ => false,
    });
    joined || spoken
}
