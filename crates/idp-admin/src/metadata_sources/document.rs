//! Whether a document may be used: its signature, and its dates.

use idp_core::Instant;
use idp_core::metadata_source::MetadataSource;
use idp_core::saml::metadata::aggregate::{self, Head};
use idp_core::saml::signature::aggregate as large;
use idp_core::saml::signature::algorithm::AlgorithmPolicy;
use idp_core::saml::signature::enveloped::{self, ExpectedRoot};
use idp_core::saml::signature::verification_key::VerificationKey;
use idp_core::saml::urn::ns;
use idp_core::saml::xml::reader::Limits;

use super::{Failure, Surroundings};

/// A document that may be used.
pub(super) struct Good {
    /// What is to be read: of a signed document what its signature covers.
    pub text: String,
    /// What its root says.
    pub head: Head,
    /// How large it was.
    pub bytes: usize,
}

/// Verifies a document. `used` is the end of the one in use.
pub(super) fn good(
    source: &MetadataSource,
    octets: Vec<u8>,
    used: Option<Instant>,
    world: &Surroundings<'_>,
) -> Result<Good, Failure> {
    let bytes = octets.len();
    let signed = !source.keys.is_empty();
    let octets = if signed { verified(source, &octets, world)? } else { octets };
    let text = String::from_utf8(octets)
        .map_err(|_| Failure::new("xml-not-utf8", "it is not written in UTF-8"))?;
    let head = aggregate::head(&text)
        .map_err(|error| Failure::new(error.code(), format!("it is not SAML metadata: {error}")))?;
    let used = used.filter(|_| signed);
    source
        .validity
        .check(head.valid_until, used, (world.clock)())
        .map_err(|error| Failure::new(error.code(), error.to_string()))?;
    Ok(Good { text, head, bytes })
}

fn verified(
    source: &MetadataSource,
    octets: &[u8],
    world: &Surroundings<'_>,
) -> Result<Vec<u8>, Failure> {
    const ROOT: ExpectedRoot = ExpectedRoot { namespace: ns::MD, name: "EntityDescriptor" };
    let keys: Vec<VerificationKey> =
        source.keys.iter().filter_map(|key| VerificationKey::parse(key).ok()).collect();
    let policy = AlgorithmPolicy::STRONG.denying(world.denied);
    let many = std::str::from_utf8(octets).is_ok_and(aggregate::is_aggregate);
    let verified = if many {
        large::verify(octets, world.most, &keys, policy)
    } else {
        enveloped::verify(octets, &Limits::METADATA, ROOT, &keys, policy)
    };
    match verified {
        Ok(octets) => Ok(octets.into_bytes()),
        Err(error) => Err(Failure::new(
            error.code(),
            format!("its signature does not count by the keys of this source: {error}"),
        )),
    }
}
