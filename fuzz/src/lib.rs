//! What several targets need: an instant, a service provider to verify requests for, and a signed
//! document of our own.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use idp_core::id::EntityId;
use idp_core::saml::authn_request::{RequestRules, UnverifiedRequest};
use idp_core::saml::encryption::DecryptionKeys;
use idp_core::saml::logout::{LogoutRejected, UnverifiedLogout};
use idp_core::saml::metadata::idp::{IdpMetadata, Organization, idp_metadata};
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::metadata::sp;
use idp_core::saml::signature::enveloped::ExpectedRoot;
use idp_core::saml::signature::key::SigningKey;
use idp_core::saml::signature::verification_key::VerificationKey;
use idp_core::saml::urn::{KeyKind, ns};
use idp_core::service_provider::ServiceProvider;
use rand::SeedableRng;

/// The one place where Responses of the service provider may go.
const ACS: &str = "https://sp.example/acs";

/// The root of [`OwnKey::metadata`].
pub const METADATA_ROOT: ExpectedRoot =
    ExpectedRoot { namespace: ns::MD, name: "EntityDescriptor" };

/// The instant at which everything happens.
pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 12, 0, 0).single().expect("an instant")
}

/// Verifies a decoded request as its service provider would be, without keys. Whatever it says, its
/// answer goes to the registered address and nowhere else.
pub fn verify(request: UnverifiedRequest) {
    let sp = service_provider(request.issuer());
    let rules = RequestRules::new("https://idp.example/saml/sso".to_owned(), now());
    if let Ok(verified) = request.verify(&sp, &[], &rules) {
        assert_eq!(verified.acs_url(), ACS);
    }
}

/// Verifies a decoded logout message as its service provider would be, without keys: nothing passes.
pub fn refuse_logout(message: UnverifiedLogout) {
    let sp = service_provider(message.issuer());
    let rules = RequestRules::new("https://idp.example/saml/slo".to_owned(), now());
    match message {
        UnverifiedLogout::Request(request) => {
            assert!(matches!(request.verify(&sp, &[], &rules), Err(LogoutRejected::Local(_))));
        }
        UnverifiedLogout::Response(response) => {
            assert!(response.verify(&sp, &[], &rules).is_err());
        }
    }
}

/// A service provider without keys.
fn service_provider(entity_id: &EntityId) -> ServiceProvider {
    ServiceProvider {
        id: "01939b1e-0000-7000-8000-000000000001".parse().expect("an id"),
        entity_id: entity_id.clone(),
        name: "fuzz".to_owned(),
        enabled: true,
        chain: serde_json::from_str(r#"[["basic-auth"]]"#).expect("a chain"),
        settings: serde_json::from_value(serde_json::json!({
            "assertion_consumer_services": [{ "index": 0, "url": ACS }]
        }))
        .expect("settings"),
    }
}

/// A key of ours, both halves.
pub struct OwnKey {
    signing: SigningKey,
    /// What peers verify with.
    pub public: VerificationKey,
}

impl OwnKey {
    /// A new key.
    pub fn generate() -> Self {
        let lifetime = TimeDelta::days(365);
        let signing = SigningKey::generate(KeyKind::EcP256, "fuzz", now(), lifetime);
        let signing = signing.expect("a key");
        Self { public: public_half(&signing), signing }
    }

    /// A signed document with this text in it, unless XML cannot carry the text.
    pub fn metadata(&self, text: &str) -> Option<String> {
        let about = IdpMetadata {
            entity_id: EntityId::parse("https://idp.example/").expect("an entityID"),
            single_sign_on_url: "https://idp.example/saml/sso".to_owned(),
            single_logout_services: Vec::new(),
            display_name: text.to_owned(),
            logo: None,
            error_url: None,
            scopes: Vec::new(),
            organization: Some(Organization {
                name: text.to_owned(),
                display_name: text.to_owned(),
                url: "https://example.org/".to_owned(),
            }),
            technical_contact: None,
            validity: TimeDelta::days(7),
            cache_duration: TimeDelta::hours(6),
            denied_algorithms: DeniedAlgorithms::default(),
        };
        let mut rng = rand::rngs::StdRng::seed_from_u64(1);
        idp_metadata(&about, (&[&self.signing], None), &self.signing, now(), &mut rng).ok()
    }
}

/// Who receives what is encrypted: keys of ours, and how somebody encrypts to one.
pub struct Receiver {
    /// What decrypts.
    pub keys: DecryptionKeys,
    public: openssl::pkey::PKey<openssl::pkey::Public>,
}

impl Receiver {
    /// With a new key.
    pub fn generate() -> Self {
        let lifetime = TimeDelta::days(365);
        let key = SigningKey::generate(KeyKind::Rsa2048, "fuzz", now(), lifetime).expect("a key");
        let pem = key.certificate_pem().expect("PEM");
        let certificate = openssl::x509::X509::from_pem(pem.as_bytes()).expect("a certificate");
        let mut rng = rand::rngs::StdRng::seed_from_u64(1);
        Self {
            keys: DecryptionKeys::of([&key], &mut rng),
            public: certificate.public_key().expect("a public key"),
        }
    }

    /// An EncryptedID with this content.
    pub fn encrypted_id(&self, content: &str) -> String {
        let (key, iv, mut tag) = ([7; 16], [9; 12], [0; 16]);
        let cipher = openssl::symm::Cipher::aes_128_gcm();
        let text = content.as_bytes();
        let text = openssl::symm::encrypt_aead(cipher, &key, Some(&iv), &[], text, &mut tag);
        let content = [&iv[..], &text.expect("encrypted"), &tag].concat();
        let mut encrypter = openssl::encrypt::Encrypter::new(&self.public).expect("an encrypter");
        encrypter.set_rsa_padding(openssl::rsa::Padding::PKCS1_OAEP).expect("OAEP");
        let mut wrapped = vec![0; encrypter.encrypt_len(&key).expect("a length")];
        let length = encrypter.encrypt(&key, &mut wrapped).expect("encrypted");
        wrapped.truncate(length);
        format!(
            "<s:EncryptedID xmlns:s=\"{}\" xmlns:x=\"{}\"><x:EncryptedData><x:EncryptionMethod \
             Algorithm=\"http://www.w3.org/2009/xmlenc11#aes128-gcm\"/><x:CipherData><x:CipherValue>{}\
             </x:CipherValue></x:CipherData></x:EncryptedData><x:EncryptedKey><x:EncryptionMethod \
             Algorithm=\"http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p\"/><x:CipherData>\
             <x:CipherValue>{}</x:CipherValue></x:CipherData></x:EncryptedKey></s:EncryptedID>",
            ns::SAML,
            ns::XENC,
            base64(&content),
            base64(&wrapped)
        )
    }
}

/// The public half of a key, read from metadata as a peer's is.
fn public_half(key: &SigningKey) -> VerificationKey {
    let metadata = format!(
        "<md:EntityDescriptor xmlns:md=\"{}\" entityID=\"https://sp.example/\">\
         <md:SPSSODescriptor protocolSupportEnumeration=\"{}\"><md:KeyDescriptor use=\"signing\">\
         <ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data>\
         <ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>\
         <md:AssertionConsumerService Location=\"{ACS}\" index=\"0\" \
         Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\"/>\
         </md:SPSSODescriptor></md:EntityDescriptor>",
        ns::MD,
        ns::SAMLP,
        key.certificate_base64()
    );
    let peer = sp::parse(metadata.as_bytes(), now()).expect("metadata");
    VerificationKey::parse(&peer.signing_keys[0]).expect("a public key")
}

/// Base64 with padding, so that a target reaches the parser behind it.
pub fn base64(octets: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let quantum = |three: &[u8]| {
        let bits = three.iter().fold(0, |bits, octet| bits << 8 | u32::from(*octet));
        let bits = bits << (8 * (3 - three.len()));
        (0..4)
            .map(|position| match position <= three.len() {
                true => char::from(ALPHABET[(bits >> (18 - 6 * position)) as usize & 63]),
                false => '=',
            })
            .collect::<String>()
    };
    octets.chunks(3).map(quantum).collect()
}
