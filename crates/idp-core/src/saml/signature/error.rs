//! Why a signature does not count, in words that help the peer's administrator.

use crate::saml::request::Reason;
use crate::saml::xml::reader::ReadError;

/// Why a signature does not count.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SignatureError {
    /// The document could not be read.
    #[error("{0}")]
    Unreadable(#[from] ReadError),
    /// There is no signature.
    #[error("there is no signature")]
    Missing,
    /// Not the one shape that is accepted.
    #[error("{0}")]
    Shape(&'static str),
    /// Two elements carry the same ID.
    #[error("two elements carry the same ID {0}")]
    DuplicateId(String),
    /// An algorithm that is never accepted.
    #[error("the algorithm {0} is not accepted")]
    AlgorithmRefused(String),
    /// An algorithm that the administrator of this server ruled out.
    #[error("the algorithm {0} is denied by the settings of this server")]
    AlgorithmDenied(String),
    /// SHA-1, which is accepted for a time if an administrator says so.
    #[error("the algorithm {0} uses SHA-1")]
    Sha1Refused(String),
    /// No key to verify with.
    #[error("no signing key is registered")]
    NoKeys,
    /// Keys are registered, but of another kind than the algorithm needs.
    #[error("no registered key can make {0} signatures")]
    KeyKindMismatch(String),
    /// The content is not what was signed.
    #[error("the content was changed after it was signed")]
    DigestMismatch,
    /// No registered key made this signature.
    #[error("no registered key made this signature")]
    SignatureMismatch,
    /// The signature was made over another percent-encoding of the same parameters.
    #[error("the signature covers {0}, not the query that was sent")]
    SignedOtherEncoding(&'static str),
}

impl SignatureError {
    /// The stable code for the audit trail.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(error) => error.code(),
            Self::Missing => "signature-missing",
            Self::Shape(_) | Self::DuplicateId(_) => "signature-shape",
            Self::AlgorithmRefused(_) => "signature-algorithm-refused",
            Self::AlgorithmDenied(_) => "signature-algorithm-denied",
            Self::Sha1Refused(_) => "signature-sha1-refused",
            Self::NoKeys => "signature-no-key",
            Self::KeyKindMismatch(_) => "signature-key-kind",
            Self::DigestMismatch | Self::SignatureMismatch => "signature-invalid",
            Self::SignedOtherEncoding(_) => "signature-other-encoding",
        }
    }

    /// The full explanation.
    pub fn reason(&self) -> Reason {
        if let Self::Unreadable(error) = self {
            return error.reason();
        }
        let (rule, expected) = self.rule();
        Reason::new(self.code(), rule, expected, &self.to_string(), self.advice())
    }

    const fn rule(&self) -> (&'static str, &'static str) {
        match self {
            Self::Unreadable(_) => ("xml 1.0, C030", "a well-formed document within the limits"),
            Self::Missing => {
                ("saml-metadata 2.4.4, C022", "a signature, because AuthnRequestsSigned is set")
            }
            Self::Shape(_) | Self::DuplicateId(_) => (
                "saml-core 5.4, C028, C029",
                "one enveloped signature with one reference to the root element",
            ),
            Self::AlgorithmRefused(_) | Self::Sha1Refused(_) => {
                ("saml-conformance 4, C118, C119", "RSA or ECDSA with SHA-256, SHA-384 or SHA-512")
            }
            Self::AlgorithmDenied(_) => {
                ("IIP-ALG08, C113", "an algorithm that saml.denied_algorithms leaves")
            }
            Self::NoKeys | Self::KeyKindMismatch(_) => {
                ("saml-core 3.2.1, C023, C025", "a registered signing key that fits the signature")
            }
            Self::DigestMismatch | Self::SignatureMismatch => {
                ("saml-core 3.2.1, C025", "a signature by one of the registered keys")
            }
            Self::SignedOtherEncoding(_) => (
                "saml-bindings 3.4.4.1, C005",
                "a signature over the query exactly as it was sent, percent-encoding included",
            ),
        }
    }

    fn advice(&self) -> String {
        match self {
            Self::Unreadable(_) => "Send one UTF-8 XML document without DOCTYPE.".to_owned(),
            Self::Missing => "Switch on request signing at the service provider, or clear \
                `authn_requests_signed` of the service provider here."
                .to_owned(),
            Self::Shape(_) | Self::DuplicateId(_) => "Sign the root element with the transforms \
                enveloped-signature and exclusive canonicalisation, in this order, and no other."
                .to_owned(),
            Self::AlgorithmRefused(_) => {
                "Set the service provider's signature algorithm to RSA-SHA256.".to_owned()
            }
            Self::AlgorithmDenied(_) => {
                "Set the service provider's signature and digest algorithm \
                to one that is allowed here, or take this one off the setting \
                `saml.denied_algorithms`."
                    .to_owned()
            }
            Self::Sha1Refused(_) => "Set the service provider's signature and digest algorithm to \
                RSA-SHA256 and SHA-256. Until that is done, `allow_sha1_until` of the service \
                provider opens SHA-1 up to a date."
                .to_owned(),
            Self::NoKeys => "Import the service provider's current metadata, or add its signing \
                certificate."
                .to_owned(),
            Self::KeyKindMismatch(_) => "The service provider signs with a key that is not \
                registered: import its current metadata."
                .to_owned(),
            Self::DigestMismatch => "Something between the service provider and here changes the \
                message, or the service provider changes it after signing."
                .to_owned(),
            Self::SignatureMismatch => "Import the service provider's current metadata: its key \
                may have changed. If the key is right, look for a proxy that rewrites the URL."
                .to_owned(),
            Self::SignedOtherEncoding(variant) => format!(
                "The key is right: the signature covers {variant}, but the URL was sent with \
                another encoding of the same values. The service provider (or a proxy that \
                rewrites URLs) must send exactly the octets that were signed."
            ),
        }
    }
}
