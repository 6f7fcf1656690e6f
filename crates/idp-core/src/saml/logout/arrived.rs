//! A decoded logout message of which nothing but the kind and the claimed issuer may be read.

use roxmltree::{Document, Node};

use super::soap;
use crate::id::EntityId;
use crate::saml::authn_request::unverified;
use crate::saml::binding::encoding::{
    MAX_ENCODED, base64_with_line_breaks, inflate, looks_like_xml, relay_state as parse_relay_state,
};
use crate::saml::binding::query::{Parameter, RawQuery, malformed};
use crate::saml::binding::query_signature::QuerySignature;
use crate::saml::binding::redirect;
use crate::saml::request::{Reason, RelayState, RequestError};
use crate::saml::urn::ns;
use crate::saml::xml::reader::{self, Limits};
use crate::service_provider::LogoutBinding;

/// A decoded logout message.
#[derive(Debug)]
pub enum UnverifiedLogout {
    /// Somebody asks for a logout.
    Request(UnverifiedLogoutRequest),
    /// Somebody answers our request.
    Response(UnverifiedLogoutResponse),
}

/// A LogoutRequest whose issuer says which service provider to look up; the rest can be read after
/// `verify` only.
#[derive(Debug)]
pub struct UnverifiedLogoutRequest(pub(super) Arrived);

/// A LogoutResponse whose issuer says which service provider to look up; the rest can be read after
/// `verify` only.
#[derive(Debug)]
pub struct UnverifiedLogoutResponse(pub(super) Arrived);

/// What arrived.
#[derive(Debug)]
pub(super) struct Arrived {
    pub binding: LogoutBinding,
    pub parameter: Parameter,
    pub xml: Vec<u8>,
    pub issuer: EntityId,
    pub relay_state: Option<RelayState>,
    pub query_signature: Option<QuerySignature>,
}

impl UnverifiedLogout {
    /// Decodes the query of a message by HTTP-Redirect as it stood in the URL, without the question
    /// mark.
    ///
    /// # Errors
    /// Whatever cannot be a logout message of this binding. Nobody can be answered.
    pub fn by_redirect(raw_query: &str) -> Result<Self, RequestError> {
        from_query(raw_query).map(Self::of).map_err(|reason| reason.local(None))
    }

    /// Decodes the fields of a form: `SAMLRequest` or `SAMLResponse`, one of them, and `RelayState`.
    ///
    /// # Errors
    /// Whatever cannot be a logout message of this binding. Nobody can be answered.
    pub fn by_post(
        saml_request: Option<&str>,
        saml_response: Option<&str>,
        relay_state: Option<&str>,
    ) -> Result<Self, RequestError> {
        from_form(saml_request, saml_response, relay_state)
            .map(Self::of)
            .map_err(|reason| reason.local(None))
    }

    /// The entityID the message claims to come from.
    pub const fn issuer(&self) -> &EntityId {
        match self {
            Self::Request(request) => request.issuer(),
            Self::Response(response) => response.issuer(),
        }
    }

    fn of(arrived: Arrived) -> Self {
        match arrived.parameter {
            Parameter::Request => Self::Request(UnverifiedLogoutRequest(arrived)),
            Parameter::Response => Self::Response(UnverifiedLogoutResponse(arrived)),
        }
    }
}

impl UnverifiedLogoutRequest {
    /// Decodes the body of a request by SOAP.
    ///
    /// # Errors
    /// Whatever is no SOAP envelope around a LogoutRequest.
    pub fn by_soap(body: &[u8]) -> Result<Self, RequestError> {
        from_envelope(body, Parameter::Request).map(Self).map_err(|reason| reason.local(None))
    }

    /// The entityID the request claims to come from.
    pub const fn issuer(&self) -> &EntityId {
        &self.0.issuer
    }
}

impl UnverifiedLogoutResponse {
    /// Decodes the body of an answer by SOAP.
    ///
    /// # Errors
    /// Whatever is no SOAP envelope around a LogoutResponse.
    pub fn by_soap(body: &[u8]) -> Result<Self, RequestError> {
        from_envelope(body, Parameter::Response).map(Self).map_err(|reason| reason.local(None))
    }

    /// The entityID the response claims to come from.
    pub const fn issuer(&self) -> &EntityId {
        &self.0.issuer
    }
}

/// The local name of the message in this parameter.
pub(super) const fn element(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::Request => "LogoutRequest",
        Parameter::Response => "LogoutResponse",
    }
}

/// The message in a document: its root, or what a SOAP envelope holds.
pub(super) fn message<'a, 'i>(
    document: &'a Document<'i>,
    binding: LogoutBinding,
    parameter: Parameter,
) -> Result<Node<'a, 'i>, Reason> {
    let name = element(parameter);
    if binding == LogoutBinding::Soap {
        return soap::body(document.root_element(), name);
    }
    reader::root(document, ns::SAMLP, name).map_err(|error| error.reason())
}

fn from_query(raw_query: &str) -> Result<Arrived, Reason> {
    let query = RawQuery::split_any(raw_query)?;
    let filled = |value: Option<&'_ str>| value.is_some_and(|value| !value.is_empty());
    let parameter = which(filled(query.saml_request), filled(query.saml_response))?;
    let raw = match parameter {
        Parameter::Request => query.saml_request,
        Parameter::Response => query.saml_response,
    };
    let xml = redirect::inflated(raw.unwrap_or_default())?;
    let relay_state = redirect::state_of(&query)?;
    let signature = QuerySignature::read(&query, parameter)?;
    arrived(LogoutBinding::Redirect, parameter, xml, relay_state, signature)
}

fn from_form(
    saml_request: Option<&str>,
    saml_response: Option<&str>,
    relay_state: Option<&str>,
) -> Result<Arrived, Reason> {
    let parameter = which(saml_request.is_some(), saml_response.is_some())?;
    let text = saml_request.or(saml_response).unwrap_or_default();
    if text.is_empty() || text.len() > MAX_ENCODED {
        return Err(neither(&format!("{} bytes", text.len())));
    }
    let octets = base64_with_line_breaks(text)?;
    let xml = if looks_like_xml(&octets) { octets } else { inflate(&octets)? };
    let relay_state = relay_state.map(|text| parse_relay_state(Some(text))).transpose()?;
    arrived(LogoutBinding::Post, parameter, xml, relay_state, None)
}

fn from_envelope(body: &[u8], parameter: Parameter) -> Result<Arrived, Reason> {
    arrived(LogoutBinding::Soap, parameter, body.to_vec(), None, None)
}

fn arrived(
    binding: LogoutBinding,
    parameter: Parameter,
    xml: Vec<u8>,
    relay_state: Option<RelayState>,
    query_signature: Option<QuerySignature>,
) -> Result<Arrived, Reason> {
    let issuer = {
        let document = reader::parse(&xml, &Limits::MESSAGE).map_err(|error| error.reason())?;
        unverified::issuer(message(&document, binding, parameter)?)?
    };
    Ok(Arrived { binding, parameter, xml, issuer, relay_state, query_signature })
}

/// One message, not two and not none.
fn which(request: bool, response: bool) -> Result<Parameter, Reason> {
    match (request, response) {
        (true, false) => Ok(Parameter::Request),
        (false, true) => Ok(Parameter::Response),
        (true, true) => Err(malformed(
            "logout-message-ambiguous",
            "SAMLRequest and SAMLResponse together",
            "Send one message at a time.",
        )),
        (false, false) => Err(neither("none")),
    }
}

fn neither(found: &str) -> Reason {
    Reason::new(
        "logout-message-missing",
        "saml-bindings 3.4.4, 3.5.4",
        "one SAMLRequest or one SAMLResponse with a logout message",
        found,
        "Start at the application: it sends people here with a logout message. To sign out here, \
         open the page /logout.",
    )
}
