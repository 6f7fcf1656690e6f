//! Tests that stand inside a macro, or that a macro makes.
//!
//! Any macro may hold functions with `#[test]`, as `proptest!` does. This repository has two of its own,
//! which run a test on both databases: `on_both! { name, name }`, where the functions stand beside it, and
//! `on_both_databases! { name(backend) { … } }`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::doc::{Attributes, attribute};

/// A test that a macro makes.
pub struct Made {
    /// Its name.
    pub name: String,
    /// What stands before it; `None` if it is only named.
    pub attributes: Option<Attributes>,
}

/// The tests that come of a macro with this name.
pub fn tests(name: &str, tokens: TokenStream) -> Vec<Made> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    match name {
        "macro_rules" => Vec::new(),
        "on_both" | "on_both_databases" => on_both(&tokens),
        _ => functions(&tokens),
    }
}

fn on_both(tokens: &[TokenTree]) -> Vec<Made> {
    let mut made = Vec::new();
    let mut attributes = Attributes::default();
    let mut rest = tokens;
    loop {
        if let Some(inside) = attribute(rest) {
            attributes.tokens(inside);
            rest = rest.get(2..).unwrap_or_default();
            continue;
        }
        let Some((first, after)) = rest.split_first() else { return made };
        if let TokenTree::Ident(name) = first {
            let with_a_body = matches!(after.first(), Some(TokenTree::Group(_)));
            let attributes = std::mem::take(&mut attributes);
            let attributes = with_a_body.then_some(attributes);
            made.push(Made { name: name.to_string(), attributes });
        }
        rest = after;
    }
}

/// `#[test] fn name`, with whatever stands between.
fn functions(tokens: &[TokenTree]) -> Vec<Made> {
    let mut made = Vec::new();
    let mut attributes = Attributes::default();
    let mut rest = tokens;
    loop {
        if let Some(inside) = attribute(rest) {
            attributes.tokens(inside);
            rest = rest.get(2..).unwrap_or_default();
            continue;
        }
        match rest {
            [] => return made,
            [TokenTree::Ident(word), TokenTree::Ident(name), ..] if word == "fn" => {
                let attributes = std::mem::take(&mut attributes);
                if attributes.test {
                    made.push(Made { name: name.to_string(), attributes: Some(attributes) });
                }
            }
            [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Brace => {
                attributes = Attributes::default();
            }
            _ => {}
        }
        rest = rest.get(1..).unwrap_or_default();
    }
}
