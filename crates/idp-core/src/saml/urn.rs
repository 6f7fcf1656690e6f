//! The identifiers of SAML 2.0, XML Signature and the profiles we speak.

use serde::{Deserialize, Serialize};

/// XML namespaces.
pub mod ns {
    /// SAML assertions.
    pub const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
    /// SAML protocol messages.
    pub const SAMLP: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
    /// SAML metadata.
    pub const MD: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
    /// XML Signature.
    pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
    /// XML Encryption 1.0.
    pub const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
    /// What XML Encryption 1.1 adds.
    pub const XENC11: &str = "http://www.w3.org/2009/xmlenc11#";
    /// Metadata user interface extension.
    pub const MDUI: &str = "urn:oasis:names:tc:SAML:metadata:ui";
    /// Metadata registration extension (saml-metadata-rpi).
    pub const MDRPI: &str = "urn:oasis:names:tc:SAML:metadata:rpi";
    /// Metadata entity attributes extension.
    pub const MDATTR: &str = "urn:oasis:names:tc:SAML:metadata:attribute";
    /// Asynchronous single logout extension (sstc-saml-async-slo).
    pub const ASLO: &str = "urn:oasis:names:tc:SAML:2.0:protocol:ext:async-slo";
    /// SOAP 1.1 envelopes.
    pub const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
    /// Metadata algorithm support extension.
    pub const ALG: &str = "urn:oasis:names:tc:SAML:metadata:algsupport";
}

/// The `Format` by which a NameIDPolicy asks for an encrypted identifier (saml-core 3.4.1.1); none that an
/// identifier has.
pub const NAME_ID_ENCRYPTED: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted";

/// SAML bindings (saml-bindings 3).
pub mod binding {
    /// HTTP-Redirect.
    pub const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
    /// HTTP-POST.
    pub const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
    /// SOAP 1.1 over HTTP.
    pub const SOAP: &str = "urn:oasis:names:tc:SAML:2.0:bindings:SOAP";
}

/// Authentication context classes (saml-authn-context, REFEDS).
pub mod context {
    /// No statement about the method.
    pub const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified";
    /// A password over an unprotected transport.
    pub const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";
    /// A password over TLS (or loopback).
    pub const PASSWORD_PROTECTED_TRANSPORT: &str =
        "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
    /// Two factors, one of them a registered mobile phone.
    pub const MOBILE_TWO_FACTOR_CONTRACT: &str =
        "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract";
    /// Two independent factors of different types (REFEDS MFA profile).
    pub const REFEDS_MFA: &str = "https://refeds.org/profile/mfa";
}

/// Attribute name formats (saml-core 8.2).
pub mod attribute_name_format {
    /// Names are URIs.
    pub const URI: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri";
    /// Names are plain strings.
    pub const BASIC: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic";
    /// Nothing is said of names.
    pub const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified";
}

macro_rules! uri_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $short:literal, $uri:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
        pub enum $name {$(
            $(#[$vdoc])*
            #[serde(rename = $short)]
            $variant,
        )*}

        impl $name {
            /// Every value, in the order of preference.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The URI that stands for it in messages.
            pub const fn uri(self) -> &'static str {
                match self { $(Self::$variant => $uri,)* }
            }

            /// The short name that stands for it in configuration files.
            pub const fn short(self) -> &'static str {
                match self { $(Self::$variant => $short,)* }
            }

            /// The value with this URI.
            pub fn from_uri(uri: &str) -> Option<Self> {
                match uri { $($uri => Some(Self::$variant),)* _ => None }
            }

            /// The value with this short name.
            pub fn from_short(short: &str) -> Option<Self> {
                match short { $($short => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

uri_enum! {
    /// Formats of name identifiers we can produce (saml-core 8.3).
    NameIdFormat {
        /// Opaque, stable, different for every service provider.
        #[default]
        Persistent = "persistent", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
        /// Random, for one session.
        Transient = "transient", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
        /// An e-mail address (addr-spec).
        EmailAddress = "emailAddress", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
        /// Whatever both sides agreed on.
        Unspecified = "unspecified", "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
    }
}

/// The kinds of key we sign with, chosen per service provider.
#[derive(
    Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize, Deserialize,
)]
pub enum KeyKind {
    /// RSA, 2048 bits; signs RSA PKCS#1 1.5 with SHA-256.
    #[default]
    #[serde(rename = "rsa-2048")]
    Rsa2048,
    /// RSA, 3072 bits; signs RSA PKCS#1 1.5 with SHA-256.
    #[serde(rename = "rsa-3072")]
    Rsa3072,
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ec-p256")]
    EcP256,
}

impl KeyKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::Rsa2048, Self::Rsa3072, Self::EcP256];

    /// The name in configuration files and file names.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rsa2048 => "rsa-2048",
            Self::Rsa3072 => "rsa-3072",
            Self::EcP256 => "ec-p256",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// The size of the key, in bits.
    pub const fn bits(self) -> u32 {
        match self {
            Self::Rsa2048 => 2_048,
            Self::Rsa3072 => 3_072,
            Self::EcP256 => 256,
        }
    }

    /// The signature algorithm made with such a key.
    pub const fn signature_algorithm(self) -> &'static str {
        match self {
            Self::Rsa2048 | Self::Rsa3072 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            Self::EcP256 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        }
    }
}
