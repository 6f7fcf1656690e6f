//! Finds the tests of a repository and the rows that they name.
//!
//! Files are followed from the root of each target through their `mod` declarations, as the compiler
//! does: a test in a file that nobody declares is none.

mod doc;
mod expanded;
mod items;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

/// A test that runs, and names rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// `package::module::function`; in `tests/`, the first module is the name of the target.
    pub name: String,
    /// The rows, such as `C085`.
    pub rows: BTreeSet<String>,
    /// The doc comment names rows by their ends ("C052 to C055"), which is not read.
    pub names_a_range: bool,
}

/// Where packages with tests are.
const PACKAGES: [&str; 3] = ["crates", "examples", "."];

/// Every test of the packages below `root`, in the order of their names.
pub fn repository(root: &Path) -> Result<Vec<Test>> {
    let mut tests = Vec::new();
    for folder in PACKAGES {
        for package in folders(&root.join(folder))? {
            if package.join("Cargo.toml").is_file() && package.file_name() != Some("fuzz".as_ref())
            {
                self::package(&package, &mut tests)?;
            }
        }
    }
    tests.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tests)
}

#[derive(Deserialize)]
struct Manifest {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
}

/// The tests of one package: of its library and binary, and of its integration tests.
fn package(folder: &Path, tests: &mut Vec<Test>) -> Result<()> {
    let manifest = folder.join("Cargo.toml");
    let text = fs::read_to_string(&manifest)?;
    let name = toml::from_str::<Manifest>(&text)
        .with_context(|| format!("{}", manifest.display()))?
        .package
        .name;
    for root in ["src/lib.rs", "src/main.rs"].map(|file| folder.join(file)) {
        if root.is_file() {
            items::target(&root, &name, tests)?;
        }
    }
    let directory = folder.join("tests");
    for file in files(&directory)? {
        if file.extension() == Some("rs".as_ref()) {
            items::target(&file, &format!("{name}::{}", stem(&file)), tests)?;
        }
    }
    for folder in folders(&directory)? {
        let root = folder.join("main.rs");
        if root.is_file() {
            items::target(&root, &format!("{name}::{}", stem(&folder)), tests)?;
        }
    }
    Ok(())
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    Ok(entries(folder)?.into_iter().filter(|path| path.is_dir()).collect())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    Ok(entries(folder)?.into_iter().filter(|path| path.is_file()).collect())
}

/// What is in a folder, sorted; nothing if there is none.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = fs::read_dir(folder)
        .with_context(|| format!("{}", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
