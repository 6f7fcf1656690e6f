//! AssertionConsumerService: where answers may go (saml-metadata 2.4.4).

use roxmltree::Node;
use url::{Host, Url};

use super::Findings;
use crate::saml::urn::{binding, ns};
use crate::saml::xml::reader;
use crate::service_provider::AssertionConsumerService;

/// The longest location, in bytes.
const MAX_LOCATION: usize = 1024;

/// The endpoints that take answers by HTTP-POST, the one binding answers are sent by.
pub(super) fn read(role: Node<'_, '_>, findings: &mut Findings) -> Vec<AssertionConsumerService> {
    let mut services: Vec<AssertionConsumerService> = Vec::new();
    for element in role.children() {
        if !reader::is(element, ns::MD, "AssertionConsumerService") {
            continue;
        }
        let uri = element.attribute("Binding").unwrap_or_default();
        if uri != binding::POST {
            let name = uri.rsplit(':').next().unwrap_or_default();
            findings.warning(format!(
                "The AssertionConsumerService with the binding {name} is left out: answers are \
                 sent by HTTP-POST only."
            ));
            continue;
        }
        let Some(service) = endpoint(element, findings) else { continue };
        if services.iter().any(|other| other.index == service.index) {
            findings.error(format!(
                "Two AssertionConsumerService elements have the index {}: give each its own.",
                service.index
            ));
        }
        services.push(service);
    }
    if services.is_empty() && findings.errors.is_empty() {
        findings.error(
            "There is no AssertionConsumerService with the binding HTTP-POST: answers could not be \
             delivered.",
        );
    }
    services
}

fn endpoint(element: Node<'_, '_>, findings: &mut Findings) -> Option<AssertionConsumerService> {
    let is_default = findings.optional_boolean(element, "isDefault");
    let url = location(element, findings);
    let index = element.attribute("index").and_then(|text| text.trim().parse().ok());
    if index.is_none() {
        findings
            .error("An AssertionConsumerService has no index between 0 and 65535: number them.");
    }
    Some(AssertionConsumerService { index: index?, url: url?, is_default })
}

/// The Location exactly as it stands there: it will be compared as a whole string.
fn location(element: Node<'_, '_>, findings: &mut Findings) -> Option<String> {
    let text = element.attribute("Location").unwrap_or_default();
    let odd =
        text.len() > MAX_LOCATION || text.chars().any(|c| c.is_whitespace() || c.is_control());
    let Some(url) = Url::parse(text).ok().filter(|_| !odd) else {
        findings.error(format!(
            "The AssertionConsumerService location \"{}\" is not an absolute URL.",
            text.chars().take(100).collect::<String>()
        ));
        return None;
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        findings.error(format!(
            "The AssertionConsumerService location {text} is not an http or https URL."
        ));
        return None;
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        findings.error(format!(
            "The AssertionConsumerService location of host {} has credentials or a fragment: \
             remove them.",
            url.host_str().unwrap_or_default()
        ));
        return None;
    }
    if url.scheme() == "http" {
        findings.warning(unencrypted(text, is_loopback(&url)));
    }
    Some(text.to_owned())
}

fn unencrypted(location: &str, loopback: bool) -> String {
    if loopback {
        format!("{location} is a loopback address over http: fine for development only.")
    } else {
        format!(
            "{location} is not encrypted: whoever is on the way can read and change assertions. \
             Use https."
        )
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
