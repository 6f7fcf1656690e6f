//! What the placeholders of one request stand for.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_core::flow::authenticator::TextMessage;
use idp_core::secret::Secret;

use super::GatewayDefinition;
use super::encoding;
use super::secrets::NamedSecrets;
use super::template::{Notation, Piece, Variable};
use crate::message::{MessageTemplate, first_beyond_gsm7};

/// The values of one message at one gateway.
pub(super) struct Values<'m> {
    number: Cow<'m, str>,
    message: Cow<'m, Secret<String>>,
    code: &'m str,
    secrets: &'m NamedSecrets,
}

/// Whether the place of a value percent-encodes whatever it gets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PlaceEncoding {
    /// A URL or a form: `urlencode{…}` must not be encoded twice.
    Percent,
    /// Any other place.
    Other,
}

impl<'m> Values<'m> {
    /// The number in the gateway's form, and its own wording where it has one.
    pub(super) fn of(definition: &'m GatewayDefinition, message: &'m TextMessage) -> Self {
        Self {
            number: definition.effective_number_form().of(message.to.expose()),
            message: worded(definition, message),
            code: message.code.expose(),
            secrets: &definition.secrets,
        }
    }

    /// The value of a placeholder; `None` for a secret that the gateway has not.
    fn value(&self, variable: Variable<'_>) -> Option<&str> {
        match variable {
            Variable::Number => Some(&self.number),
            Variable::Message => Some(self.message.expose()),
            Variable::Code => Some(self.code),
            Variable::Alphabet => Some(alphabet(self.message.expose())),
            Variable::Secret(name) => self.secrets.value(name),
        }
    }

    /// What a placeholder or notation stands for, before it is encoded for its place.
    pub(super) fn text(&self, piece: &Piece<'_>, place: PlaceEncoding) -> Option<Cow<'_, str>> {
        match piece {
            Piece::Text(text) | Piece::Unknown(text) | Piece::Broken(text) => {
                Some(Cow::Owned((*text).to_owned()))
            }
            Piece::Value(variable) => self.value(*variable).map(Cow::Borrowed),
            Piece::Encoded(notation, inner) => {
                let mut content = String::with_capacity(64);
                for piece in inner {
                    content.push_str(&self.text(piece, place)?);
                }
                Some(Cow::Owned(match (notation, place) {
                    (Notation::Base64, _) => STANDARD.encode(content),
                    (Notation::UrlEncode, PlaceEncoding::Percent) => content,
                    (Notation::UrlEncode, PlaceEncoding::Other) => {
                        encoding::url_component(&content)
                    }
                }))
            }
        }
    }
}

/// Whether a message keeps to the alphabet of GSM, in the words of Vonage.
fn alphabet(message: &str) -> &'static str {
    if first_beyond_gsm7(message).is_some() { "unicode" } else { "text" }
}

/// The message as this gateway words it. A notice, which has no wording, is sent as it is.
fn worded<'m>(definition: &GatewayDefinition, message: &'m TextMessage) -> Cow<'m, Secret<String>> {
    let template = definition.message.as_deref().map(MessageTemplate::parse);
    match (template, &message.wording) {
        (Some(Ok(template)), Some(wording)) => Cow::Owned(template.render(&message.code, wording)),
        _ => Cow::Borrowed(&message.body),
    }
}
