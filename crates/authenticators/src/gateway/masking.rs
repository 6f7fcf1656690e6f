//! A request as an administrator may see it: the exact text, with `x` in place of number, code,
//! named secrets and what looks like a secret.
//!
//! The masks are put into the template and the message, and the request is made of those: what is
//! never put in cannot come out.

use std::fmt::Write;

use idp_core::flow::authenticator::TextMessage;
use idp_core::secret::Secret;

use super::encoding::BodyFormat;
use super::headers::Headers;
use super::literals::{self, Named, is_sensitive, without_scheme};
use super::template::{Notation, Piece, Variable, pieces};
use super::{GatewayDefinition, render};
use crate::phone::calling_code_length;

/// Stands for a secret, whatever its length.
pub(super) const MASK: &str = "xxxxxxxx";
/// Longer path segments are taken for names of accounts.
const LONGEST_SHOWN_SEGMENT: usize = 16;

/// The masked request as text: method and address, headers, a blank line, the body.
pub(super) fn masked_request(definition: &GatewayDefinition, message: &TextMessage) -> String {
    let masked = masked_definition(definition, Secrets::Masked);
    let Ok(call) = render::request(&masked, &masked_message(message)) else {
        return definition.preview();
    };
    let mut text = format!("{} {}", call.method, call.url.expose());
    for (name, value) in &call.headers {
        let _ = write!(text, "\n{name}: {}", value.expose());
    }
    if !call.body.expose().is_empty() {
        text.push_str("\n\n");
        text.push_str(call.body.expose());
    }
    printable(&text)
}

/// Without the control characters that would do something to a terminal or a log.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

/// What becomes of `$secret.NAME`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Secrets {
    /// A mask.
    Masked,
    /// It stands as it is.
    Named,
}

/// The definition with masks for secrets, and templates that ask for none.
pub(super) fn masked_definition(
    definition: &GatewayDefinition,
    secrets: Secrets,
) -> GatewayDefinition {
    let headers: Vec<(String, String)> = definition
        .headers
        .iter()
        .map(|(name, value)| {
            let value = without_secrets(value, secrets);
            let named = Named { name, value: &value };
            let masked = named.is_literal_secret().then(|| mask_of(&named));
            (name.to_owned(), masked.unwrap_or(value))
        })
        .collect();
    GatewayDefinition {
        url: masked_address(&without_secrets(&definition.url, secrets)),
        body: masked_body(&definition.headers, &without_secrets(&definition.body, secrets)),
        headers: Headers::from_pairs(headers),
        secrets: definition.secrets.masked(MASK),
        ..definition.clone()
    }
}

/// The mask, after the scheme of an Authorization header.
fn mask_of(named: &Named<'_>) -> String {
    let value = named.value.trim();
    let secret = without_scheme(named.name, value);
    let scheme = value.get(..value.len() - secret.len()).unwrap_or_default();
    format!("{scheme}{MASK}")
}

fn masked_address(url: &str) -> String {
    let (path, query) =
        url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    let Some((scheme, rest)) = path.split_once("://") else { return MASK.to_owned() };
    let (host, segments) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    // A user and password before the host are an error, and never shown.
    let origin = format!("{scheme}://{}", host.rsplit('@').next().unwrap_or_default());
    let segments: Vec<&str> = segments
        .split('/')
        .map(|segment| {
            let literal: usize =
                pieces(segment).iter().filter_map(Piece::literal).map(str::len).sum();
            if literal > LONGEST_SHOWN_SEGMENT { MASK } else { segment }
        })
        .collect();
    let query = query.map(|query| format!("?{}", masked_parameters(query))).unwrap_or_default();
    format!("{origin}{}{query}", segments.join("/"))
}

fn masked_parameters(text: &str) -> String {
    let masked: Vec<String> = literals::pairs(text)
        .into_iter()
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) if (Named { name: name.trim(), value }).is_literal_secret() => {
                format!("{name}={MASK}")
            }
            _ => pair.to_owned(),
        })
        .collect();
    masked.join("&")
}

fn masked_body(headers: &Headers, body: &str) -> String {
    match BodyFormat::of(headers) {
        BodyFormat::Form => masked_parameters(body),
        BodyFormat::Json => masked_json(body),
        BodyFormat::Xml | BodyFormat::Multipart | BodyFormat::Plain => {
            let words = body.split(|c: char| !c.is_alphanumeric() && !"_-".contains(c));
            if words.into_iter().any(is_sensitive) { MASK.to_owned() } else { body.to_owned() }
        }
    }
}

/// Members are found in the order of the text; each value is replaced where it stands.
fn masked_json(body: &str) -> String {
    let mut masked = String::with_capacity(body.len());
    let mut copied = 0;
    for member in literals::members(body) {
        if !member.is_literal_secret() {
            continue;
        }
        let start = member.value.as_ptr().addr() - body.as_ptr().addr();
        masked.push_str(body.get(copied..start).unwrap_or_default());
        let quoted = body.get(..start).is_some_and(|before| before.ends_with('"'));
        let quote = if quoted { "" } else { "\"" };
        masked.extend([quote, MASK, quote]);
        copied = start + member.value.len();
    }
    masked.push_str(body.get(copied..).unwrap_or_default());
    masked
}

/// The template with masks in place of what secrets would give. What `base64{…}` makes would only
/// look like the real thing, so it is a mask as a whole.
fn without_secrets(template: &str, secrets: Secrets) -> String {
    fn write(pieces: &[Piece<'_>], secrets: Secrets, text: &mut String) {
        for piece in pieces {
            match piece {
                Piece::Text(literal) | Piece::Unknown(literal) | Piece::Broken(literal) => {
                    text.push_str(literal);
                }
                Piece::Value(Variable::Number) => text.push_str("$ctx.num"),
                Piece::Value(Variable::Message) => text.push_str("$ctx.msg"),
                Piece::Value(Variable::Code) => text.push_str("$ctx.otp"),
                Piece::Value(Variable::Alphabet) => text.push_str("$ctx.type"),
                Piece::Value(Variable::Secret(name)) if secrets == Secrets::Named => {
                    text.extend(["$secret.", name]);
                }
                Piece::Value(Variable::Secret(_)) => text.push_str(MASK),
                Piece::Encoded(Notation::Base64, _) if secrets == Secrets::Masked => {
                    text.push_str(MASK);
                }
                Piece::Encoded(Notation::Base64, inner)
                    if !inner.iter().any(|piece| matches!(piece, Piece::Value(_))) =>
                {
                    text.extend(["base64{", MASK, "}"]);
                }
                Piece::Encoded(notation, inner) => {
                    text.push_str(match notation {
                        Notation::Base64 => "base64{",
                        Notation::UrlEncode => "urlencode{",
                    });
                    write(inner, secrets, text);
                    text.push('}');
                }
            }
        }
    }
    let mut text = String::with_capacity(template.len());
    write(&pieces(template), secrets, &mut text);
    text
}

/// The message with masks of the same form: number and code stay as long as they are.
fn masked_message(message: &TextMessage) -> TextMessage {
    let code = message.code.expose();
    let mask = "x".repeat(code.chars().count());
    let body = message.body.expose();
    let body = if code.is_empty() { body.clone() } else { body.replace(code, &mask) };
    TextMessage {
        to: Secret::new(masked_number(message.to.expose())),
        body: Secret::new(body),
        code: Secret::new(mask),
        wording: message.wording.clone(),
    }
}

/// The calling code and the last two digits: `+94xxxxxxx67`.
fn masked_number(e164: &str) -> String {
    let digits = e164.strip_prefix('+').unwrap_or(e164);
    let (shown, length) = (calling_code_length(digits), digits.chars().count());
    let masked = digits
        .chars()
        .enumerate()
        .map(|(place, digit)| if place < shown || place + 2 >= length { digit } else { 'x' });
    std::iter::once('+').chain(masked).collect()
}
