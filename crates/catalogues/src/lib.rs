//! Catalogues of texts become functions: a build script calls [`build`], and a text that is missing in
//! a language, or takes other variables there, ends the build with a sentence that says where.
//!
//! The first language is the model. Each of its messages becomes one function whose arguments are the
//! message's variables in alphabetical order, so an unknown text cannot be named and none can be shown
//! without its variables; the compiler tells of functions that nobody calls.

mod check;
mod generate;
mod read;

use std::path::{Path, PathBuf};
use std::{env, fs};

pub use check::compare;
pub use generate::Shape;
pub use read::{Catalogue, Message};

/// The languages, the model first, and the plural categories that each has (Unicode CLDR). Spanish has
/// a further one for whole millions, which nothing here counts.
pub const LANGUAGES: [(&str, &[&str]); 4] = [
    ("en", &["one", "other"]),
    ("de", &["one", "other"]),
    ("es", &["one", "other"]),
    ("ar", &["zero", "one", "two", "few", "many", "other"]),
];

/// Reads `locales/LANGUAGE/*.ftl` of the package being built, compares the languages and writes
/// `texts.rs` into its `OUT_DIR`. For build scripts; the error says what is wrong and where.
#[expect(clippy::disallowed_methods, reason = "what cargo tells a build script")]
pub fn build(shape: Shape) -> Result<(), String> {
    let variable = |name: &str| env::var(name).map_err(|error| format!("{name}: {error}"));
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("locales");
    println_cargo(&root);
    let catalogues = read_all(&root)?;
    let problems = compare(&catalogues);
    if !problems.is_empty() {
        return Err(format!("the catalogues do not agree:\n{}", problems.join("\n")));
    }
    let out = PathBuf::from(variable("OUT_DIR")?).join("texts.rs");
    let code = generate::code(&catalogues, shape);
    fs::write(&out, code).map_err(|error| format!("{}: {error}", out.display()))
}

/// The catalogues of every language below a folder.
pub fn read_all(root: &Path) -> Result<Vec<Catalogue>, String> {
    LANGUAGES.iter().map(|(language, _)| Catalogue::read(root, language)).collect()
}

#[expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
fn println_cargo(root: &Path) {
    println!("cargo::rerun-if-changed={}", root.display());
}
