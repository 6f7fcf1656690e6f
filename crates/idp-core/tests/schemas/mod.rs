//! Documents judged by the schemas of OASIS and the W3C (saml-core 1.1, C069), through xmllint and
//! without the network. Tests of several crates include this file; what is missing makes them fail.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What is here, seen from any crate of the workspace.
const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/idp-core/tests/schemas");

/// What xmllint finds wrong with a document, or `Ok`.
pub fn validated(xml: &str) -> Result<(), String> {
    for (file, package) in [
        ("/usr/share/xml/opensaml/saml-schema-protocol-2.0.xsd", "opensaml-schemas"),
        ("/usr/share/xml/xmltooling/xmldsig-core-schema.xsd", "xmltooling-schemas"),
    ] {
        assert!(
            Path::new(file).exists(),
            "the schema {file} is missing: install the Debian package {package} \
             (scripts/dependencies test)"
        );
    }
    let mut xmllint = Command::new("xmllint")
        .args(["--nonet", "--noout", "--schema", &format!("{DIRECTORY}/saml.xsd"), "-"])
        .env("XML_CATALOG_FILES", format!("{DIRECTORY}/catalog.xml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!(
                "xmllint cannot be run ({error}): install the Debian package libxml2-utils \
                 (scripts/dependencies test)"
            )
        });
    xmllint.stdin.take().expect("piped").write_all(xml.as_bytes()).expect("xmllint reads");
    let output = xmllint.wait_with_output().expect("xmllint ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // 0 is valid; 3 and 4 are invalid, 1 is no XML; anything else means that nothing was judged.
    match output.status.code() {
        Some(0) => Ok(()),
        Some(1 | 3 | 4) => Err(said),
        other => panic!("xmllint could not validate ({other:?}):\n{said}"),
    }
}

/// Fails the test when a document does not follow the schemas.
pub fn assert_valid(xml: &str) {
    if let Err(mistakes) = validated(xml) {
        panic!("{mistakes}\nin\n{xml}");
    }
}
