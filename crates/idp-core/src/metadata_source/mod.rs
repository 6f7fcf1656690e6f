//! Metadata sources: addresses from which the metadata of service providers is fetched again and again,
//! so that it stays what they publish.
//!
//! Here is what is decided, as functions of values: `validity` says whether a document is good now,
//! `schedule` when to look again, `choice` which entities of a document are taken, `change` what of a
//! newer description is applied and what waits for a person.

pub mod change;
pub mod choice;
pub mod schedule;
pub mod validity;

use serde::{Deserialize, Serialize};

use self::choice::Choice;
use self::validity::ValidityPolicy;
use crate::flow::chain::StepWish;
use crate::id::hex;
use crate::service_provider::PublicKeyDer;

/// What an administrator says of a source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetadataSource {
    /// Its name for administrators; unique.
    pub name: String,
    /// What is found at the address.
    pub kind: SourceKind,
    /// The address; of a query service the base that `/entities/…` is added to.
    pub address: String,
    /// Nothing is fetched while it is off.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// The keys, one of which must have signed the document (C142); empty: the connection vouches for it.
    #[serde(default)]
    pub keys: Vec<PublicKeyDer>,
    /// How often it is fetched, in minutes.
    pub interval_minutes: u32,
    /// Which dates a document may have.
    #[serde(flatten)]
    pub validity: ValidityPolicy,
    /// Which service providers are taken.
    #[serde(default)]
    pub take: Choice,
    /// The steps of new service providers.
    pub steps: Vec<StepWish>,
    /// Whether new ones begin in quarantine; unset: as the server is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<bool>,
    /// Whether service providers that were registered otherwise follow it too.
    #[serde(default)]
    pub takes_over: bool,
    /// How many days a key that is no longer published is still accepted.
    pub key_grace_days: u32,
    /// How many days a service provider that is no longer published still works.
    pub removal_grace_days: u32,
}

const fn yes() -> bool {
    true
}

/// What is found at the address of a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// The metadata of one service provider.
    Entity,
    /// The metadata of many.
    Aggregate,
    /// A metadata query service: one entity at a time is asked for, when it is first met.
    Mdq,
}

impl SourceKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Entity, Self::Aggregate, Self::Mdq];

    /// As configuration files write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Entity => "entity",
            Self::Aggregate => "aggregate",
            Self::Mdq => "mdq",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The characters of an entityID that are written as they are in a path (RFC 3986, 2.3).
const UNRESERVED: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl MetadataSource {
    /// Where a query service is asked for this entity (draft-young-md-query-saml 2.1).
    pub fn query(&self, entity_id: &str) -> String {
        let id = percent_encoding::utf8_percent_encode(entity_id, UNRESERVED);
        format!("{}/entities/{id}", self.address.trim_end_matches('/'))
    }
}

/// Whether the last part of a query names this entity: its entityID, or the SHA-1 of it
/// (draft-young-md-query-saml 2.2).
pub fn names_entity(asked: &str, entity_id: &str) -> bool {
    let Some(hash) = asked.strip_prefix("{sha1}") else { return asked == entity_id };
    let own = openssl::hash::hash(openssl::hash::MessageDigest::sha1(), entity_id.as_bytes());
    own.is_ok_and(|own| hash.eq_ignore_ascii_case(&hex(&own)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn an_entity_is_named_by_its_hash_too() {
        let id = "http://example.org/service";
        assert!(names_entity(id, id));
        assert!(names_entity("{sha1}11d72e8cf351eb6c75c721e838f469677ab41bdb", id));
        assert!(names_entity("{sha1}11D72E8CF351EB6C75C721E838F469677AB41BDB", id));
        assert!(!names_entity("11d72e8cf351eb6c75c721e838f469677ab41bdb", id));
        assert!(!names_entity("{sha1}", id) && !names_entity("", id));
    }

    fn source() -> MetadataSource {
        serde_json::from_value(serde_json::json!({
            "name": "f", "kind": "mdq", "address": "https://mdq.example/", "interval_minutes": 60,
            "valid_until_required": true, "longest_validity_days": 14, "steps": [["basic-auth"]],
            "key_grace_days": 7, "removal_grace_days": 3
        }))
        .unwrap()
    }

    /// C141. The entityID is percent-encoded as a whole.
    #[test]
    fn a_query_names_the_entity_in_its_path() {
        let asked = source().query("http://sp.example/a?b=c#d é");
        assert_eq!(
            asked,
            "https://mdq.example/entities/http%3A%2F%2Fsp.example%2Fa%3Fb%3Dc%23d%20%C3%A9"
        );
    }

    #[test]
    fn a_source_is_stored_and_read() {
        let text = serde_json::to_string(&source()).unwrap();
        assert_eq!(serde_json::from_str::<MetadataSource>(&text).unwrap(), source());
    }
}
