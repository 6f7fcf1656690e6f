//! AssertionConsumerService: where answers may go (saml-metadata 2.4.4), and SingleLogoutService:
//! where logout messages go (2.4.3).

use roxmltree::Node;
use url::{Host, Url};

use super::Findings;
use crate::saml::urn::{binding, ns};
use crate::saml::xml::reader;
use crate::service_provider::{AssertionConsumerService, LogoutBinding, SingleLogoutService};

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
    let url = location(element, "Location", findings);
    let index = element.attribute("index").and_then(|text| text.trim().parse().ok());
    if index.is_none() {
        findings
            .error("An AssertionConsumerService has no index between 0 and 65535: number them.");
    }
    Some(AssertionConsumerService { index: index?, url: url?, is_default })
}

/// The endpoints that take logout messages, by the bindings that are spoken here, in the order of the
/// metadata (C131). What is wrong with one is no reason to refuse the metadata: people can sign in.
pub(super) fn single_logout(
    role: Node<'_, '_>,
    findings: &mut Findings,
) -> Vec<SingleLogoutService> {
    let mut services = Vec::new();
    for element in role.children() {
        if !reader::is(element, ns::MD, "SingleLogoutService") {
            continue;
        }
        let uri = element.attribute("Binding").unwrap_or_default();
        let Some(binding) = LogoutBinding::from_uri(uri) else {
            let name = uri.rsplit(':').next().unwrap_or_default();
            findings.warning(format!(
                "The SingleLogoutService with the binding {name} is left out: logout messages are \
                 sent by HTTP-Redirect, HTTP-POST and SOAP."
            ));
            continue;
        };
        let mut known = Findings::default();
        let url = location(element, "Location", &mut known);
        let response_url = element
            .has_attribute("ResponseLocation")
            .then(|| location(element, "ResponseLocation", &mut known))
            .flatten();
        let Findings { errors, warnings } = known;
        let broken = !errors.is_empty();
        errors.into_iter().chain(warnings).for_each(|found| findings.warning(found));
        if let (Some(url), false) = (url, broken) {
            services.push(SingleLogoutService { binding, url, response_url });
        }
    }
    services
}

/// The location exactly as it stands there: it will be compared as a whole string.
fn location(element: Node<'_, '_>, attribute: &str, findings: &mut Findings) -> Option<String> {
    let name = element.tag_name().name();
    let text = element.attribute(attribute).unwrap_or_default();
    let odd =
        text.len() > MAX_LOCATION || text.chars().any(|c| c.is_whitespace() || c.is_control());
    let Some(url) = Url::parse(text).ok().filter(|_| !odd) else {
        findings.error(format!(
            "The {name} location \"{}\" is not an absolute URL.",
            text.chars().take(100).collect::<String>()
        ));
        return None;
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        findings.error(format!("The {name} location {text} is not an http or https URL."));
        return None;
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        findings.error(format!(
            "The {name} location of host {} has credentials or a fragment: remove them.",
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
