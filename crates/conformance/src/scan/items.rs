//! Follows the items of a file and the modules that it declares.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use syn::{Attribute, Expr, Item, ItemMod, Lit, Meta};

use super::Test;
use super::doc::Attributes;
use super::expanded;

/// The tests of a target, from the file at its root.
pub fn target(root: &Path, name: &str, tests: &mut Vec<Test>) -> Result<()> {
    let folder = root.parent().unwrap_or(root).to_owned();
    file(root, &Place { name: name.to_owned(), folder }, tests)
}

/// A module: its name, and the folder in which the modules that it declares are.
struct Place {
    name: String,
    folder: PathBuf,
}

fn file(path: &Path, place: &Place, tests: &mut Vec<Test>) -> Result<()> {
    let text = fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
    let parsed = syn::parse_file(&text).with_context(|| format!("{}", path.display()))?;
    items(&parsed.items, path, place, tests)
}

fn items(items: &[Item], path: &Path, place: &Place, tests: &mut Vec<Test>) -> Result<()> {
    // Functions that a macro may make a test of on each database.
    let mut functions = BTreeMap::new();
    for item in items {
        if let Item::Fn(function) = item {
            functions.insert(function.sig.ident.to_string(), &*function.attrs);
        }
    }
    let mut found = |name: &str, attributes: Attributes| {
        if !attributes.ignored {
            tests.extend(attributes.into_test(format!("{}::{name}", place.name)));
        }
    };
    for (name, attributes) in &functions {
        let attributes = Attributes::of(attributes);
        if attributes.test {
            found(name, attributes);
        }
    }
    for item in items {
        let Item::Macro(invocation) = item else { continue };
        let macro_name = invocation.mac.path.segments.last().map(|s| s.ident.to_string());
        let macro_name = macro_name.unwrap_or_default();
        for made in expanded::tests(&macro_name, invocation.mac.tokens.clone()) {
            match made.attributes {
                Some(attributes) => found(&made.name, attributes),
                None => match functions.get(&made.name) {
                    Some(attributes) => found(&made.name, Attributes::of(attributes)),
                    None => bail!(
                        "{}: {macro_name}! names {}, which is no function beside it",
                        path.display(),
                        made.name
                    ),
                },
            }
        }
    }
    for item in items {
        if let Item::Mod(module) = item {
            self::module(module, path, place, tests)?;
        }
    }
    Ok(())
}

fn module(module: &ItemMod, path: &Path, place: &Place, tests: &mut Vec<Test>) -> Result<()> {
    let ident = module.ident.to_string();
    let name = format!("{}::{ident}", place.name);
    let folder = place.folder.join(&ident);
    if let Some((_, content)) = &module.content {
        return items(content, path, &Place { name, folder }, tests);
    }
    if let Some(elsewhere) = path_attribute(&module.attrs) {
        let there = path.parent().unwrap_or(path).join(elsewhere);
        let folder = there.parent().unwrap_or(path).to_owned();
        return file(&there, &Place { name, folder }, tests);
    }
    let candidates = [place.folder.join(format!("{ident}.rs")), folder.join("mod.rs")];
    match candidates.iter().find(|candidate| candidate.is_file()) {
        Some(there) => file(there, &Place { name, folder }, tests),
        None => bail!("{}: the file of the module {ident} was not found", path.display()),
    }
}

/// The value of `#[path = "…"]`.
fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    })
}
