//! Putting the request together: every placeholder replaced once, with the encoding of its place.

use idp_core::flow::authenticator::TextMessage;
use idp_core::secret::Secret;
use url::Url;
use zeroize::Zeroizing;

use super::GatewayDefinition;
use super::check::{Place, Problem};
use super::encoding::{self, BodyFormat, JsonCursor, literal};
use super::template::{Piece, Placeholder, pieces};

/// A request that is ready to be sent.
#[derive(Clone, Debug)]
pub struct HttpCall {
    /// The method, in capitals.
    pub method: String,
    /// The address, number and message included.
    pub url: Secret<String>,
    /// Names and values.
    pub headers: Vec<(String, Secret<String>)>,
    /// The body; empty for none.
    pub body: Secret<String>,
    /// The request with names only, no values: for logs and consoles.
    pub preview: String,
}

/// Why no request could be made of a message.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RenderError {
    /// The definition has errors.
    #[error("the gateway's definition is wrong: {}", list(.0))]
    Definition(Vec<Problem>),
    /// A value that its place cannot express, such as a line break in a header.
    #[error(
        "the {0} of this gateway cannot carry the message: it has characters that are not allowed there; use $ctx.otp there, or another place for $ctx.msg"
    )]
    Unrepresentable(Place),
    /// The values would have changed which address is called.
    #[error(
        "with this message the address would lead elsewhere; use the placeholders in the query or the body"
    )]
    AddressChanged,
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The request of a definition without errors.
pub(super) fn compose(
    definition: &GatewayDefinition,
    message: &TextMessage,
) -> Result<HttpCall, RenderError> {
    let format = BodyFormat::of(&definition.headers);
    let mut headers = Vec::new();
    for (name, template) in definition.headers.iter() {
        let value = substitute(template, message, encoding::header);
        let value = value.ok_or(RenderError::Unrepresentable(Place::Headers))?;
        headers.push((name.trim().to_owned(), Secret::new(value)));
    }
    if !definition.body.is_empty() && definition.headers.value("content-type").is_none() {
        let form = Secret::new("application/x-www-form-urlencoded".to_owned());
        headers.push(("Content-Type".to_owned(), form));
    }
    Ok(HttpCall {
        method: definition.method.trim().to_ascii_uppercase(),
        url: address(&definition.url, message)?,
        headers,
        body: body(&definition.body, format, message)?,
        preview: definition.preview(),
    })
}

const fn value_of(message: &TextMessage, placeholder: Placeholder) -> &str {
    match placeholder {
        Placeholder::Number => message.to.expose().as_str(),
        Placeholder::Message => message.body.expose().as_str(),
        Placeholder::Code => message.code.expose().as_str(),
    }
}

/// The template with each value as `encode` writes it; `None` when one cannot be written.
fn substitute<'m, E: AsRef<str> + 'm>(
    template: &str,
    message: &'m TextMessage,
    encode: impl Fn(&'m str) -> Option<E>,
) -> Option<String> {
    let mut text = String::with_capacity(template.len() + 64);
    for piece in pieces(template) {
        match piece {
            Piece::Text(literal) | Piece::Unknown(literal) => text.push_str(literal),
            Piece::Value(placeholder) => {
                text.push_str(encode(value_of(message, placeholder))?.as_ref());
            }
        }
    }
    Some(text)
}

/// The address. Percent-encoding keeps values in their component, but for a path segment that
/// consists of dots; so the parts that decide who is called are compared with the template's.
fn address(template: &str, message: &TextMessage) -> Result<Secret<String>, RenderError> {
    let encode = |value: &str| Some(encoding::url_component(value));
    let text = Zeroizing::new(substitute(template.trim(), message, encode).unwrap_or_default());
    let mut url = Url::parse(&text).map_err(|_| RenderError::AddressChanged)?;
    let expected = address_with(template, "0").ok_or(RenderError::AddressChanged)?;
    let segments = |url: &Url| url.path_segments().map_or(0, Iterator::count);
    let same = url.origin() == expected.origin()
        && url.username() == expected.username()
        && url.password() == expected.password()
        && segments(&url) == segments(&expected);
    if !same {
        return Err(RenderError::AddressChanged);
    }
    url.set_fragment(None);
    Ok(Secret::new(url.into()))
}

/// The address with this value for every placeholder; `None` when it is no URL.
pub(super) fn address_with(template: &str, value: &str) -> Option<Url> {
    let text: String =
        pieces(template.trim()).iter().map(|piece| literal(piece).unwrap_or(value)).collect();
    Url::parse(&text).ok()
}

/// The body in its format.
pub(super) fn body(
    template: &str,
    format: BodyFormat,
    message: &TextMessage,
) -> Result<Secret<String>, RenderError> {
    let written = match format {
        BodyFormat::Json => Some(json(template, message)),
        BodyFormat::Form => {
            // A raw blank has no place in a form; people write it all the same.
            let template = template.trim().replace(' ', "+");
            substitute(&template, message, |value| Some(encoding::url_component(value)))
        }
        BodyFormat::Xml => substitute(template, message, encoding::xml),
        BodyFormat::Multipart => None,
        BodyFormat::Plain => substitute(template, message, Some),
    };
    written.map(Secret::new).ok_or(RenderError::Unrepresentable(Place::Body))
}

fn json(template: &str, message: &TextMessage) -> String {
    let mut cursor = JsonCursor::default();
    let mut text = String::with_capacity(template.len() + 64);
    for piece in pieces(template) {
        match piece {
            Piece::Text(literal) | Piece::Unknown(literal) => {
                cursor.pass(literal);
                text.push_str(literal);
            }
            Piece::Value(placeholder) => {
                text.push_str(&cursor.value(value_of(message, placeholder)));
            }
        }
    }
    text
}
