//! Other percent-encodings of one query, to explain a signature that covers one of those.
//!
//! Percent-encoding is not canonical (saml-bindings 3.4.4.1): peers that sign one spelling and send
//! another are common. What is found here is never accepted, it only makes the refusal say what is
//! wrong.

use std::fmt::Write;

use super::encoding::{Plus, percent_decode};
use super::query_signature::{QuerySignature, signed_octets};

/// The octets a peer may have signed instead, and what to call them.
pub(super) struct Variant {
    pub name: &'static str,
    pub octets: String,
}

struct Encoder {
    name: &'static str,
    blank: &'static str,
    lower_hex: bool,
    unreserved: &'static str,
}

const ENCODERS: [Encoder; 7] = [
    encoder("the query with lower-case hex digits and %20 for blanks", "%20", true, "-._~"),
    encoder("the query with upper-case hex digits and %20 for blanks", "%20", false, "-._~"),
    encoder("the query with upper-case hex digits and + for blanks", "+", false, "-._*"),
    encoder("the query with lower-case hex digits and + for blanks", "+", true, "-._*"),
    encoder(
        "the query with ~!'()* left as they are (encodeURIComponent)",
        "%20",
        false,
        "-._~!'()*",
    ),
    encoder("the query with !()* left as they are and + for blanks (.NET)", "+", true, "-._!()*"),
    encoder("the query with ~!'()* percent-encoded", "%20", false, "-._"),
];

const fn encoder(
    name: &'static str,
    blank: &'static str,
    lower_hex: bool,
    unreserved: &'static str,
) -> Encoder {
    Encoder { name, blank, lower_hex, unreserved }
}

/// The variants worth trying: the whole query in every usual encoding, the RelayState alone in
/// another encoding than the rest, values without any encoding, and the RelayState forgotten.
pub(super) fn variants(sent: &QuerySignature) -> impl Iterator<Item = Variant> {
    let plain = |raw: &str, plus| percent_decode(raw, plus).unwrap_or_default();
    let parameter = sent.parameter;
    let message = plain(&sent.message, Plus::Itself);
    let sig_alg = plain(&sent.sig_alg, Plus::Itself);
    let relay_state = sent.relay_state.as_deref().map(|raw| plain(raw, Plus::Blank));
    let relay_state = relay_state.as_deref();
    let as_sent =
        signed_octets(parameter, &sent.message, sent.relay_state.as_deref(), &sent.sig_alg);

    let mut variants: Vec<Variant> = Vec::new();
    let mut add = |name, octets: String| {
        if octets != as_sent && !variants.iter().any(|known| known.octets == octets) {
            variants.push(Variant { name, octets });
        }
    };
    // The narrowest explanation first: only the RelayState is spelled differently.
    for encoder in &ENCODERS {
        let state = relay_state.map(|state| encoder.encode(state));
        let name = "another percent-encoding of RelayState";
        add(name, signed_octets(parameter, &sent.message, state.as_deref(), &sent.sig_alg));
    }
    for encoder in &ENCODERS {
        let state = relay_state.map(|state| encoder.encode(state));
        let (message, sig_alg) = (encoder.encode(&message), encoder.encode(&sig_alg));
        add(encoder.name, signed_octets(parameter, &message, state.as_deref(), &sig_alg));
    }
    let unencoded = "the values without percent-encoding";
    add(unencoded, signed_octets(parameter, &message, relay_state, &sig_alg));
    let other = sent.relay_state.is_none().then_some("");
    let name = if other.is_none() { "the query without RelayState" } else { "an empty RelayState" };
    add(name, signed_octets(parameter, &sent.message, other, &sent.sig_alg));
    variants.into_iter()
}

impl Encoder {
    fn encode(&self, text: &str) -> String {
        let mut encoded = String::with_capacity(text.len() * 2);
        for byte in text.bytes() {
            let character = char::from(byte);
            if character.is_ascii_alphanumeric() || self.unreserved.contains(character) {
                encoded.push(character);
            } else if character == ' ' {
                encoded.push_str(self.blank);
            } else if self.lower_hex {
                let _ = write!(encoded, "%{byte:02x}");
            } else {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
        encoded
    }
}
