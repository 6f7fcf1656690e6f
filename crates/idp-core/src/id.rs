//! A newtype for every kind of identifier, so that two kinds cannot be mixed up.

use std::fmt;
use std::str::FromStr;

use rand::RngCore;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::Instant;
use crate::secret::Secret;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier: a UUID version 7, which sorts by the time of its making.
            pub fn new(now: Instant, rng: &mut dyn RngCore) -> Self {
                let mut random = [0; 10];
                rng.fill_bytes(&mut random);
                let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

uuid_id! {
    /// A person with an account.
    UserId;
    /// A registered service provider, whatever its entityID is today.
    ServiceProviderId;
    /// One attempt to log in, in progress or over.
    LoginId;
    /// One single logout, in progress or over.
    LogoutId;
    /// A configured HTTP gateway for text messages.
    GatewayId;
    /// An address that metadata is fetched from.
    MetadataSourceId;
    /// A row of the audit trail.
    EventId;
    /// One request to an SMS gateway.
    SendId;
    /// A personal access token for the REST API.
    AccessTokenId;
}

impl EventId {
    /// This identifier, or the one that comes next after `earlier` where both are of one millisecond
    /// and this one would sort before it.
    #[must_use]
    pub fn after(self, earlier: Self) -> Self {
        /// The bits below the timestamp of a UUID version 7 (RFC 9562, 5.7).
        const BELOW: u32 = 80;
        let (this, earlier) = (self.0.as_u128(), earlier.0.as_u128());
        let in_order = this > earlier || this >> BELOW != earlier >> BELOW;
        if in_order { self } else { Self(Uuid::from_u128(earlier + 1)) }
    }
}

/// The entityID of a SAML entity. Compared code point by code point (saml-core 1.3.1): no trimming,
/// no case folding.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntityId(String);

impl EntityId {
    /// The longest entityID accepted, in bytes. SAML asks for at most 256 characters of its own
    /// (saml-metadata 2.2.1); peers exceed it, so the cap is wider.
    pub const MAX_LENGTH: usize = 1024;

    /// An entityID, or `None` when it is blank, padded with blanks, too long, or holds a control
    /// character.
    pub fn parse(text: &str) -> Option<Self> {
        let plausible = !text.is_empty()
            && text.trim() == text
            && text.len() <= Self::MAX_LENGTH
            && !text.chars().any(char::is_control);
        plausible.then(|| Self(text.to_owned()))
    }

    /// The identifier as it stands in messages.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! bearer_token {
    ($($(#[$token_doc:meta])* $token:ident, $(#[$id_doc:meta])* $id:ident;)*) => {$(
        $(#[$token_doc])*
        pub struct $token(Secret<String>);

        impl $token {
            /// A new token of 256 random bits.
            pub fn new(rng: &mut dyn RngCore) -> Self {
                let mut bytes = [0; 32];
                rng.fill_bytes(&mut bytes);
                Self(Secret::new(hex(&bytes)))
            }

            /// A token that came back, or `None` when it does not have the shape of one.
            pub fn parse(text: &str) -> Option<Self> {
                let shaped = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
                shaped.then(|| Self(Secret::new(text.to_owned())))
            }

            /// What the database knows of this token: its SHA-256. A copy of the database opens
            /// nothing.
            pub fn id(&self) -> $id {
                $id(hex(&Sha256::digest(self.0.expose().as_bytes())))
            }

            /// The token itself, for its cookie or link.
            pub fn expose(&self) -> &str {
                self.0.expose()
            }
        }

        $(#[$id_doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $id(String);

        impl $id {
            /// The hash in hexadecimal.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// A hash read back from the database.
            pub fn from_stored(text: String) -> Self {
                Self(text)
            }
        }
    )*};
}

bearer_token! {
    /// The secret in the session cookie.
    SessionToken,
    /// The name of a session in the database: the hash of its token.
    SessionId;
    /// The secret in the cookie that binds logins in progress to one browser.
    BrowserToken,
    /// A browser as the database knows it: the hash of its token.
    BrowserId;
    /// The secret of a link that works once (bootstrap, resumption after a cross-site POST).
    LinkToken,
    /// A one-time link as the database knows it: the hash of its token.
    LinkId;
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'a' - 10 + value });
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}
