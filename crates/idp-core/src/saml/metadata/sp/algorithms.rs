//! The algorithms a service provider says it supports (saml-metadata-algsupport 2). Elements of a
//! kind in the role's Extensions replace those of the entity (2.1); their order is the preference.

use roxmltree::Node;

use super::Findings;
use crate::declared_algorithms::{DeclaredAlgorithms, SigningMethod};
use crate::saml::urn::ns;
use crate::saml::xml::reader;

/// The most elements of one kind that are kept.
const MAX_METHODS: usize = 64;
/// The longest URI, in bytes.
const MAX_URI: usize = 256;

/// What the entity and its role declare.
pub(super) fn read(
    entity: Node<'_, '_>,
    role: Node<'_, '_>,
    findings: &mut Findings,
) -> DeclaredAlgorithms {
    let digests = methods(entity, role, "DigestMethod", findings);
    let signatures = methods(entity, role, "SigningMethod", findings);
    DeclaredAlgorithms {
        digests: digests.into_iter().map(|(_, algorithm)| algorithm).collect(),
        signatures: signatures
            .into_iter()
            .map(|(element, algorithm)| SigningMethod {
                algorithm,
                min_key_size: size(element, "MinKeySize", findings),
                max_key_size: size(element, "MaxKeySize", findings),
            })
            .collect(),
    }
}

/// The elements of one kind that count, with their algorithms.
fn methods<'a, 'i>(
    entity: Node<'a, 'i>,
    role: Node<'a, 'i>,
    name: &str,
    findings: &mut Findings,
) -> Vec<(Node<'a, 'i>, String)> {
    let in_extensions = |parent: Node<'a, 'i>| -> Vec<Node<'a, 'i>> {
        let extensions = parent.children().filter(|node| reader::is(*node, ns::MD, "Extensions"));
        extensions
            .flat_map(|node| node.children())
            .filter(|n| reader::is(*n, ns::ALG, name))
            .collect()
    };
    let of_role = in_extensions(role);
    let elements = if of_role.is_empty() { in_extensions(entity) } else { of_role };
    if elements.len() > MAX_METHODS {
        findings.error(format!(
            "There are {} alg:{name} elements; at most {MAX_METHODS} are kept.",
            elements.len()
        ));
        return Vec::new();
    }
    let mut found = Vec::new();
    for element in elements {
        let uri = element.attribute("Algorithm").map(str::trim).unwrap_or_default();
        if uri.is_empty() || uri.len() > MAX_URI || uri.contains(char::is_control) {
            findings.error(format!("An alg:{name} has no usable Algorithm: write the URI of one."));
        } else {
            found.push((element, uri.to_owned()));
        }
    }
    found
}

fn size(element: Node<'_, '_>, name: &str, findings: &mut Findings) -> Option<u32> {
    let text = element.attribute(name)?;
    let bits = text.trim().parse().ok();
    if bits.is_none() {
        let shown: String = text.chars().take(20).collect();
        findings.error(format!("{name} of an alg:SigningMethod is not a number of bits: {shown}."));
    }
    bits
}
