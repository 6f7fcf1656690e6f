//! Our canonical form against that of libxml2 (`xmllint`), on generated documents.

use std::fmt::Write as _;

use idp_core::saml::xml::c14n;
use idp_core::saml::xml::reader::{self, Limits};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use crate::support::tool;

const PREFIXES: [&str; 4] = ["", "a", "b", "c"];
const URIS: [&str; 3] = ["urn:1", "urn:2", "http://example.com/3"];
const TEXTS: [&str; 12] = [
    "x",
    " ",
    "\n",
    "\t",
    "&amp;",
    "&lt;",
    "&gt;",
    "\"'",
    "&#13;",
    "äö€𝄞",
    "<![CDATA[<&>]]>",
    "<!-- c -->",
];
const VALUES: [&str; 9] =
    ["v", "", " a  b ", "&amp;&lt;&gt;", "&quot;'", "&#9;&#10;&#13;", "\t\n", "ä", ">"];

/// Writes one element with namespaces shadowed, undeclared and unused, and its children.
fn element(rng: &mut StdRng, scope: &[(&str, &str)], depth: usize, out: &mut String) {
    let mut scope = scope.to_vec();
    let mut declarations = String::new();
    for prefix in PREFIXES {
        if rng.random_bool(0.3) {
            let uri = if prefix.is_empty() && rng.random_bool(0.3) {
                ""
            } else {
                URIS.choose(rng).unwrap()
            };
            scope.retain(|(known, _)| *known != prefix);
            scope.push((prefix, uri));
            let colon = if prefix.is_empty() { "" } else { ":" };
            write!(declarations, " xmlns{colon}{prefix}=\"{uri}\"").unwrap();
        }
    }
    let bound: Vec<&str> =
        scope.iter().map(|(prefix, _)| *prefix).filter(|p| !p.is_empty()).collect();
    let name = |rng: &mut StdRng, local: &str| match bound.choose(rng) {
        Some(prefix) if rng.random_bool(0.5) => format!("{prefix}:{local}"),
        _ => local.to_owned(),
    };
    let local = ["e", "f", "Signature"].choose(rng).unwrap();
    let tag = name(rng, local);
    write!(out, "<{tag}{declarations}").unwrap();
    let mut expanded: Vec<(&str, &str)> = Vec::new();
    for local in ["z", "m", "id"] {
        let attribute = name(rng, local);
        let prefix = attribute.split_once(':').map_or("", |(prefix, _)| prefix);
        let uri = scope.iter().find(|(known, _)| *known == prefix).map_or("", |(_, uri)| *uri);
        if rng.random_bool(0.5) && !expanded.contains(&(uri, local)) {
            expanded.push((uri, local));
            write!(out, " {attribute}=\"{}\"", VALUES.choose(rng).unwrap()).unwrap();
        }
    }
    if rng.random_bool(0.2) {
        out.push_str(" xml:lang='de'");
    }
    out.push('>');
    for _ in 0..rng.random_range(0..4) {
        if depth < 5 && rng.random_bool(0.6) {
            element(rng, &scope, depth + 1, out);
        } else {
            out.push_str(TEXTS.choose(rng).unwrap());
        }
    }
    write!(out, "</{tag}>").unwrap();
}

fn documents() -> impl Iterator<Item = String> {
    (0..250).map(|seed| {
        let mut xml = String::new();
        element(&mut StdRng::seed_from_u64(seed), &[], 0, &mut xml);
        xml
    })
}

fn xmllint(form: &str, xml: &str) -> Vec<u8> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), xml).unwrap();
    let output = tool("xmllint", "libxml2-utils", &[form, file.path().to_str().unwrap()]);
    assert!(output.status.success(), "{}: {xml}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn the_exclusive_form_is_that_of_libxml2_without_the_comments() {
    for xml in documents() {
        // xmllint canonicalises with comments.
        let xml = xml.replace("<!-- c -->", "");
        let document = reader::parse(xml.as_bytes(), &Limits::MESSAGE).unwrap();
        let ours = String::from_utf8(c14n::exclusive(document.root_element(), None, &[])).unwrap();
        let theirs = String::from_utf8(xmllint("--exc-c14n", &xml)).unwrap();
        assert_eq!(ours, theirs, "{xml}");
        // The canonical form of the canonical form is itself.
        let again = reader::parse(ours.as_bytes(), &Limits::VERIFIED).unwrap();
        assert_eq!(c14n::exclusive(again.root_element(), None, &[]), ours.as_bytes());
    }
}

#[test]
fn the_inclusive_form_is_that_of_libxml2_without_the_comments() {
    for xml in documents() {
        let xml = xml.replace("<!-- c -->", "");
        let document = reader::parse(xml.as_bytes(), &Limits::MESSAGE).unwrap();
        let ours = String::from_utf8(c14n::inclusive(document.root_element(), None)).unwrap();
        let theirs = String::from_utf8(xmllint("--c14n", &xml)).unwrap();
        assert_eq!(ours, theirs, "{xml}");
    }
}

#[test]
fn comments_never_reach_the_canonical_form() {
    for xml in documents() {
        let document = reader::parse(xml.as_bytes(), &Limits::MESSAGE).unwrap();
        let without = xml.replace("<!-- c -->", "");
        let plain = reader::parse(without.as_bytes(), &Limits::MESSAGE).unwrap();
        assert_eq!(
            c14n::exclusive(document.root_element(), None, &[]),
            c14n::exclusive(plain.root_element(), None, &[]),
        );
    }
}
