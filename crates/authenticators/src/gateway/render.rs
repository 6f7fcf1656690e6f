//! Putting the request together: every placeholder replaced once, with the encoding of its place.

use std::borrow::Cow;

use idp_core::flow::authenticator::TextMessage;
use idp_core::secret::Secret;
use url::Url;
use zeroize::Zeroizing;

use super::check::{Place, Problem};
use super::encoding::{self, BodyFormat, JsonCursor};
use super::template::{Piece, pieces};
use super::values::{PlaceEncoding, Values};
use super::{GatewayDefinition, masking};

/// A request that is ready to be sent.
#[derive(Clone, Debug)]
pub struct HttpCall {
    /// The method, in capitals.
    pub method: String,
    /// The address, number and message included.
    pub url: Secret<String>,
    /// Names and values.
    pub headers: Vec<(String, Secret<String>)>,
    /// The body; empty for none. A POST without a body is sent with `Content-Length: 0`.
    pub body: Secret<String>,
    masked: String,
}

impl HttpCall {
    /// The request as an administrator may see it: the exact text, in which number, code and secrets
    /// are replaced by `x`.
    pub fn masked(&self) -> &str {
        &self.masked
    }
}

/// Why no request could be made of a message.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RenderError {
    /// The definition has errors.
    #[error("the gateway's definition is wrong: {}", list(.0))]
    Definition(Vec<Problem>),
    /// A value that its place cannot express, such as a line break in a header.
    #[error(
        "the {0} of this gateway cannot carry the message or a secret: it has characters that are not allowed there; use $ctx.otp there, or another place for $ctx.msg"
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
    let request = request(definition, message)?;
    Ok(HttpCall { masked: masking::masked_request(definition, message), ..request })
}

/// The request without its masked form.
pub(super) fn request(
    definition: &GatewayDefinition,
    message: &TextMessage,
) -> Result<HttpCall, RenderError> {
    let values = Values::of(definition, message);
    let format = BodyFormat::of(&definition.headers);
    let mut headers = Vec::new();
    for (name, template) in definition.headers.iter() {
        let value = substitute(template.trim(), &values, PlaceEncoding::Other, |value| {
            encoding::header(value).map(str::to_owned)
        });
        let value = value.ok_or(RenderError::Unrepresentable(Place::Headers))?;
        headers.push((name.trim().to_owned(), Secret::new(value)));
    }
    if !definition.body.is_empty() && definition.headers.value("content-type").is_none() {
        let form = Secret::new("application/x-www-form-urlencoded".to_owned());
        headers.push(("Content-Type".to_owned(), form));
    }
    Ok(HttpCall {
        method: definition.method.trim().to_ascii_uppercase(),
        url: address(&definition.url, &values)?,
        headers,
        body: body(&definition.body, format, &values)?,
        masked: String::new(),
    })
}

/// The template with each value as `encode` writes it; `None` when one cannot be written.
fn substitute(
    template: &str,
    values: &Values<'_>,
    place: PlaceEncoding,
    encode: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    let mut text = String::with_capacity(template.len() + 64);
    for piece in pieces(template) {
        match piece.literal() {
            Some(literal) => text.push_str(literal),
            None => text.push_str(&encode(&values.text(&piece, place)?)?),
        }
    }
    Some(text)
}

/// The address. Percent-encoding keeps values in their component, but for a path segment that
/// consists of dots; so the parts that decide who is called are compared with the template's.
fn address(template: &str, values: &Values<'_>) -> Result<Secret<String>, RenderError> {
    let encode = |value: &str| Some(encoding::url_component(value));
    let text = substitute(template.trim(), values, PlaceEncoding::Percent, encode);
    let text = Zeroizing::new(text.ok_or(RenderError::Unrepresentable(Place::Url))?);
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

/// The address with this text for every placeholder and notation; `None` when it is no URL.
pub(super) fn address_with(template: &str, value: &str) -> Option<Url> {
    let text: String =
        pieces(template.trim()).iter().map(|piece| piece.literal().unwrap_or(value)).collect();
    Url::parse(&text).ok()
}

/// The body in its format.
fn body(
    template: &str,
    format: BodyFormat,
    values: &Values<'_>,
) -> Result<Secret<String>, RenderError> {
    let written = match format {
        BodyFormat::Json => json(template, values),
        BodyFormat::Form => form(template.trim(), values),
        BodyFormat::Xml => substitute(template, values, PlaceEncoding::Other, encoding::xml),
        BodyFormat::Multipart => None,
        BodyFormat::Plain => {
            substitute(template, values, PlaceEncoding::Other, |value| Some(value.to_owned()))
        }
    };
    written.map(Secret::new).ok_or(RenderError::Unrepresentable(Place::Body))
}

fn form(template: &str, values: &Values<'_>) -> Option<String> {
    let mut text = String::with_capacity(template.len() + 64);
    for piece in pieces(template) {
        if let Some(literal) = piece.literal() {
            // A raw blank has no place in a form; people write it all the same.
            text.push_str(&literal.replace(' ', "+"));
        } else {
            let value = values.text(&piece, PlaceEncoding::Percent)?;
            text.push_str(&encoding::url_component(&value));
        }
    }
    Some(text)
}

/// The body with this text for every placeholder and notation.
pub(super) fn json_with(template: &str, value: &str) -> String {
    written_json(template, |_| Some(value.into())).unwrap_or_default()
}

fn json(template: &str, values: &Values<'_>) -> Option<String> {
    written_json(template, |piece| values.text(piece, PlaceEncoding::Other))
}

/// JSON. Blanks around a value that is alone in its string, as in `" $ctx.num "`, are dropped: no
/// provider takes a number with blanks.
fn written_json<'v>(
    template: &str,
    text_of: impl Fn(&Piece<'_>) -> Option<Cow<'v, str>>,
) -> Option<String> {
    let mut cursor = JsonCursor::default();
    let mut text = String::with_capacity(template.len() + 64);
    let pieces = pieces(template);
    let mut pieces = pieces.iter().peekable();
    let mut skip_blanks = false;
    while let Some(piece) = pieces.next() {
        if let Some(literal) = piece.literal() {
            cursor.pass(literal);
            text.push_str(if skip_blanks { literal.trim_start_matches(' ') } else { literal });
            skip_blanks = false;
            continue;
        }
        skip_blanks = cursor.in_blank_string() && ends_string(pieces.peek().copied());
        if skip_blanks {
            text.truncate(text.trim_end_matches(' ').len());
        }
        text.push_str(&cursor.value(&text_of(piece)?));
        cursor.pass_value();
    }
    Some(text)
}

/// Whether the next piece has nothing but blanks before the end of the string.
fn ends_string(next: Option<&Piece<'_>>) -> bool {
    let literal = next.and_then(Piece::literal);
    literal.is_some_and(|literal| literal.trim_start_matches(' ').starts_with('"'))
}
