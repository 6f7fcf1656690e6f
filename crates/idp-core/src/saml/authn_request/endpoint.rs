//! Where the answer goes: always a registered AssertionConsumerService, chosen by the request
//! (saml-core 3.4.1, saml-profiles 4.1.4.1).

use roxmltree::Node;

use super::Denial;
use crate::saml::request::Reason;
use crate::saml::status::Status;
use crate::saml::urn::binding;
use crate::service_provider::{AssertionConsumerService, ServiceProvider, default_of};

/// The endpoint to answer to, and why the request is refused if what it asked for cannot be had.
pub(super) struct Endpoint {
    pub url: String,
    pub denial: Option<Denial>,
}

/// Chooses the endpoint. A location that is not registered is nobody's: the reason stays here
/// (C045). An index that is not registered, or a binding we do not send by, is answered with an
/// error to the default endpoint (C041, C043, C044).
pub(super) fn choose(root: Node<'_, '_>, sp: &ServiceProvider) -> Result<Endpoint, Reason> {
    let registered = &sp.settings.assertion_consumer_services;
    let wanted_url = root.attribute("AssertionConsumerServiceURL");
    let wanted_index = root.attribute("AssertionConsumerServiceIndex");
    let wanted_binding = root.attribute("ProtocolBinding");
    let by_url = match wanted_url {
        Some(url) => Some(with_url(registered, url)?),
        None => None,
    };
    let default = || default_of(registered, |service| service.is_default);
    let fallback = by_url.or_else(default).ok_or_else(none_registered)?;
    let denial = if wanted_index.is_some() && (wanted_url.is_some() || wanted_binding.is_some()) {
        Some(ambiguous())
    } else {
        wanted_binding.and_then(unsupported_binding)
    };
    let (service, denial) = match (denial, wanted_index) {
        (None, Some(text)) => match with_index(registered, text) {
            Ok(service) => (service, None),
            Err(denial) => (fallback, Some(denial)),
        },
        (denial, _) => (fallback, denial),
    };
    // Checked at registration, and again here: a form must never post to a script.
    if !is_http(&service.url) {
        return Err(none_registered());
    }
    Ok(Endpoint { url: service.url.clone(), denial })
}

/// Where an answer without a request goes: the default endpoint (saml-profiles 4.1.5).
pub(in crate::saml) fn default(sp: &ServiceProvider) -> Result<String, Reason> {
    let registered = &sp.settings.assertion_consumer_services;
    default_of(registered, |service| service.is_default)
        .filter(|service| is_http(&service.url))
        .map(|service| service.url.clone())
        .ok_or_else(none_registered)
}

/// The registered endpoint with exactly this location (C039).
fn with_url<'s>(
    registered: &'s [AssertionConsumerService],
    url: &str,
) -> Result<&'s AssertionConsumerService, Reason> {
    registered.iter().find(|service| service.url == url).ok_or_else(|| {
        let known: Vec<_> = registered.iter().map(|service| service.url.as_str()).collect();
        Reason::new(
            "acs-not-registered",
            "saml-profiles 4.1.4.1, C038, C039, C045",
            format!("one of the registered locations: {}", known.join(", ")),
            url,
            "Register this AssertionConsumerServiceURL, or send one that is registered. The whole \
             text is compared: scheme, host, port, path and case.",
        )
    })
}

fn with_index<'s>(
    registered: &'s [AssertionConsumerService],
    text: &str,
) -> Result<&'s AssertionConsumerService, Denial> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let index: Option<u16> = digits.then(|| text.parse().ok()).flatten();
    registered.iter().find(|service| Some(service.index) == index).ok_or_else(|| {
        Denial::requester(
            "acs-index-unknown",
            "saml-core 3.4.1, C040, C044",
            "the index of a registered AssertionConsumerService",
            text,
            "Register an endpoint with this index, or leave out AssertionConsumerServiceIndex.",
        )
        .with_status(Status::ResourceNotRecognized)
    })
}

fn ambiguous() -> Denial {
    Denial::requester(
        "acs-ambiguous",
        "saml-core 3.4.1, C042",
        "either AssertionConsumerServiceIndex, or AssertionConsumerServiceURL and ProtocolBinding",
        "both",
        "Leave out one of them.",
    )
}

fn unsupported_binding(uri: &str) -> Option<Denial> {
    (uri != binding::POST).then(|| {
        Denial::requester(
            "protocol-binding-unsupported",
            "saml-core 3.4.1, C041",
            "ProtocolBinding HTTP-POST, the one binding registered for answers",
            uri,
            "Ask for urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST, or leave out ProtocolBinding.",
        )
        .with_status(Status::RequestUnsupported)
    })
}

fn none_registered() -> Reason {
    Reason::new(
        "acs-none",
        "saml-metadata 2.4.4",
        "a registered AssertionConsumerService with an http or https location",
        "none",
        "Import the service provider's metadata again.",
    )
}

fn is_http(url: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| {
        url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}
