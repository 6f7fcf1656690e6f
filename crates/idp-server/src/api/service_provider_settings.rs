//! The settings of a service provider as the document shows them. The types that are read and written
//! are those of `idp-core`, whose stored form this is; a test compares the two.

#![expect(dead_code, reason = "the forms of types of idp-core, for the document")]

use std::collections::BTreeMap;

use idp_core::Instant;
use serde_json::Value;
use utoipa::ToSchema;

/// Everything that can be set of a service provider beside name, state and steps.
#[derive(ToSchema)]
pub struct ServiceProviderSettingsDocument {
    /// Where Responses may be delivered.
    pub assertion_consumer_services: Vec<AcsDocument>,
    /// Where logout messages go.
    pub single_logout_services: Option<Vec<SloDocument>>,
    /// Public keys (DER in base64) for verifying requests.
    pub signing_keys: Vec<String>,
    /// Whether unsigned requests are refused.
    pub authn_requests_signed: bool,
    /// Until when SHA-1 signatures are accepted; absent: they are not.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub allow_sha1_until: Option<Instant>,
    /// What is signed: `assertion`, `response` or `both`.
    pub sign: String,
    /// With which kind of key: `rsa-2048`, `rsa-3072` or `ec-p256`.
    pub signing_key: String,
    /// What it declares that it can verify.
    pub declared_algorithms: Option<Value>,
    /// What is encrypted for it; absent: nothing.
    pub encryption: Option<EncryptionDocument>,
    /// The keys it publishes for encryption, preferred first.
    pub encryption_keys: Option<Vec<EncryptionKeyDocument>>,
    /// How the person is named.
    pub name_id: NameIdDocument,
    /// The URI of the claim dialect of attributes without a name of their own; absent: the local one.
    pub dialect: Option<String>,
    /// The attributes that may be released.
    pub attributes: Vec<AttributeDocument>,
    /// How much of them: `all`, `requested` or `required`.
    pub release: Option<String>,
    /// The sets of attributes it asks for.
    pub attribute_consuming_services: Option<Vec<Value>>,
    /// What its metadata says of it, such as its categories.
    pub entity_attributes: Option<Vec<EntityAttributeDocument>>,
    /// What is set for authenticators, by their names.
    pub authenticators: Option<BTreeMap<String, Value>>,
    /// Context classes that a stronger login satisfies.
    pub also_satisfies: Vec<String>,
    /// How long an assertion may be presented.
    pub assertion_lifetime_seconds: u32,
    /// Sign-ins may begin here; absent: they may not.
    pub idp_initiated: Option<IdpInitiatedDocument>,
    /// It works for these test users only.
    pub quarantine: Option<QuarantineDocument>,
}

/// Where Responses may be delivered.
#[derive(ToSchema)]
pub struct AcsDocument {
    /// Its index.
    pub index: u16,
    /// Its address.
    pub url: String,
    /// Whether it is the default.
    pub is_default: Option<bool>,
}

/// Where logout messages go.
#[derive(ToSchema)]
pub struct SloDocument {
    /// How they are delivered: `redirect`, `post` or `soap`.
    pub binding: String,
    /// The address for requests, and for responses unless there is one of their own.
    pub url: String,
    /// The address for responses.
    pub response_url: Option<String>,
}

/// What is encrypted.
#[derive(ToSchema)]
pub struct EncryptionDocument {
    /// Whether assertions are: `off`, `auto` (when it publishes a key) or `required` (without a key
    /// nothing is sent).
    pub assertions: String,
    /// Whether the NameID is, on its own.
    pub name_id: Option<bool>,
    /// `aes256-gcm`, `aes128-gcm`, `aes256-cbc` or `aes128-cbc`; absent: the first that both sides support,
    /// never AES-CBC.
    pub data: Option<String>,
    /// `rsa-oaep-mgf1p` or `rsa-oaep`; absent: the first that both sides support.
    pub key_transport: Option<String>,
}

/// A key for encryption.
#[derive(ToSchema)]
pub struct EncryptionKeyDocument {
    /// The public key (DER in base64).
    pub key: String,
    /// The algorithms that may be used with it, preferred first; absent: any.
    pub methods: Option<Vec<EncryptionMethodDocument>>,
}

/// An algorithm of an encryption key.
#[derive(ToSchema)]
pub struct EncryptionMethodDocument {
    /// Its URI.
    pub algorithm: String,
    /// The URI of the digest of RSA-OAEP.
    pub digest: Option<String>,
    /// The URI of the mask generation function of RSA-OAEP.
    pub mgf: Option<String>,
    /// The label of RSA-OAEP, in base64.
    pub oaep_params: Option<String>,
}

/// How a person is named.
#[derive(ToSchema)]
pub struct NameIdDocument {
    /// Formats that may be asked for.
    pub formats: Vec<String>,
    /// The format unless one is asked for.
    pub default_format: String,
    /// The claim with the name.
    pub subject_claim: Option<String>,
    /// Whether no NameID is sent.
    pub omit: Option<bool>,
}

/// An attribute.
#[derive(ToSchema)]
pub struct AttributeDocument {
    /// The claim that it tells.
    pub claim: String,
    /// Its name; absent: the one in the dialect.
    pub name: Option<String>,
    /// The URI of its name format.
    pub name_format: Option<String>,
    /// Its name for people.
    pub friendly_name: Option<String>,
    /// Nobody is signed in without a value.
    pub mandatory: Option<bool>,
    /// What is told of a person who has no value: `leave-out` (the default), `no-value` or `nil`.
    pub without_value: Option<String>,
}

/// Something that metadata says of a service provider.
#[derive(ToSchema)]
pub struct EntityAttributeDocument {
    /// The name of the entity attribute.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
}

/// Sign-ins may begin here.
#[derive(ToSchema)]
pub struct IdpInitiatedDocument {
    /// The values of RelayState that may go along; absent: none.
    pub relay_states: Option<Vec<String>>,
}

/// It works for test users only.
#[derive(ToSchema)]
pub struct QuarantineDocument {
    /// Their user names.
    pub test_users: Vec<String>,
    /// Since when; set by the server.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Instant>,
}
