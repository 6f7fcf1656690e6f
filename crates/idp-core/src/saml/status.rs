//! Status codes of Responses (saml-core 3.2.2.2).

/// A top-level status code with the second-level code that fits it. Only pairs that the standard
/// allows can be written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Status {
    /// The request was fulfilled.
    Success,
    /// The request is at fault.
    Requester,
    /// The request asked for a NameID that cannot be made.
    InvalidNameIdPolicy,
    /// The request asked for something that is not supported.
    RequestUnsupported,
    /// The requested ACS index, attribute set or other resource is not known.
    ResourceNotRecognized,
    /// The identity provider refuses to answer as asked.
    RequestDenied,
    /// The responder is at fault.
    Responder,
    /// The person did not authenticate.
    AuthnFailed,
    /// No method meets the requested authentication context.
    NoAuthnContext,
    /// The person cannot be authenticated without being asked, and the request forbade asking.
    NoPassive,
    /// The person named in the request is not the one who signed in.
    UnknownPrincipal,
    /// The request speaks another version of SAML.
    VersionMismatch,
}

const PREFIX: &str = "urn:oasis:names:tc:SAML:2.0:status:";

impl Status {
    /// The last parts of the top-level URI and of the second-level one.
    const fn parts(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Success => ("Success", None),
            Self::Requester => ("Requester", None),
            Self::InvalidNameIdPolicy => ("Requester", Some("InvalidNameIDPolicy")),
            Self::RequestUnsupported => ("Requester", Some("RequestUnsupported")),
            Self::ResourceNotRecognized => ("Requester", Some("ResourceNotRecognized")),
            Self::RequestDenied => ("Responder", Some("RequestDenied")),
            Self::Responder => ("Responder", None),
            Self::AuthnFailed => ("Responder", Some("AuthnFailed")),
            Self::NoAuthnContext => ("Responder", Some("NoAuthnContext")),
            Self::NoPassive => ("Responder", Some("NoPassive")),
            Self::UnknownPrincipal => ("Responder", Some("UnknownPrincipal")),
            Self::VersionMismatch => ("VersionMismatch", None),
        }
    }

    /// The top-level status code URI.
    pub fn top_level(self) -> String {
        format!("{PREFIX}{}", self.parts().0)
    }

    /// The second-level status code URI.
    pub fn second_level(self) -> Option<String> {
        self.parts().1.map(|last| format!("{PREFIX}{last}"))
    }
}
