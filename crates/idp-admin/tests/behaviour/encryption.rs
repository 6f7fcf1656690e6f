//! What is encrypted for a service provider: from metadata, from files, and what a change of it means.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_admin::service_providers::{
    self, ImportedMetadata, ServiceProviderDraft, ServiceProviderPatch, Weakening, assess,
    unanswerable, weakenings,
};
use idp_core::encryption::{EncryptAssertions, Encryption, PublishedKey};
use idp_core::saml::encryption::DataAlgorithm;
use idp_core::service_provider::{PublicKeyDer, ServiceProvider};
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;

use crate::support::files::{Place, mistakes};
use crate::support::{SP, World, now, rng};

fn key() -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap()
}

fn pem(key: &PKey<Private>) -> Vec<u8> {
    key.public_key_to_pem().unwrap()
}

fn published(key: &PKey<Private>) -> PublishedKey {
    let der = STANDARD.encode(key.public_key_to_der().unwrap());
    PublishedKey { key: PublicKeyDer(der), methods: Vec::new() }
}

fn metadata(keys: &str) -> ImportedMetadata {
    let xml = format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{SP}"><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}<md:AssertionConsumerService index="0" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example.org/acs"/></md:SPSSODescriptor></md:EntityDescriptor>"#
    );
    ImportedMetadata::parse(xml.as_bytes(), now()).unwrap()
}

/// A KeyDescriptor for encryption with a bare key.
fn descriptor(key: &PKey<Private>, methods: &str) -> String {
    let rsa = key.rsa().unwrap();
    format!(
        r#"<md:KeyDescriptor use="encryption"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{}</ds:Modulus><ds:Exponent>{}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>{methods}</md:KeyDescriptor>"#,
        STANDARD.encode(rsa.n().to_vec()),
        STANDARD.encode(rsa.e().to_vec())
    )
}

fn import(world: &World, keys: &str) {
    let patch = ServiceProviderPatch::default();
    service_providers::import(&world.admin(), &metadata(keys), &patch, &mut rng()).unwrap();
}

fn stored(world: &World) -> ServiceProvider {
    service_providers::find(&world.admin(), SP).unwrap().value
}

fn assertions(world: &World) -> EncryptAssertions {
    stored(world).settings.encryption.assertions
}

/// C086. New ones are encrypted for as soon as they publish a key; a key that is gone brings no clear text.
fn c086_new_service_providers_are_encrypted_for_once_they_publish_a_key(world: &World) {
    import(world, "");
    assert_eq!(assertions(world), EncryptAssertions::Auto);
    let own = key();
    import(world, &descriptor(&own, ""));
    assert_eq!(stored(world).settings.encryption_keys, [published(&own)]);
    assert_eq!(assertions(world), EncryptAssertions::Auto);
    import(world, "");
    assert!(stored(world).settings.encryption_keys.is_empty());
    assert_eq!(assertions(world), EncryptAssertions::Required);
    let admin = world.admin();
    let told = unanswerable(admin.store, &admin.rules).unwrap();
    assert!(told.iter().any(|one| one.problem.contains("no key for encryption")), "{told:?}");
}

/// A service provider that was registered before stays as it was: its new key is told of.
fn an_existing_service_provider_stays_as_it_is(world: &World) {
    import(world, "");
    let version = service_providers::find(&world.admin(), SP).unwrap();
    let mut draft = ServiceProviderDraft::of(&version.value);
    draft.settings.encryption = Encryption::default();
    let (id, seen) = (version.value.id, version.version);
    service_providers::replace(&world.admin(), id, seen, draft, &mut rng()).unwrap();
    import(world, &descriptor(&key(), ""));
    assert_eq!(assertions(world), EncryptAssertions::Off);
    let told = assess(&world.admin(), &stored(world)).unwrap();
    assert!(
        told.iter().any(|one| one.message.contains("assertions are not encrypted")),
        "{told:?}"
    );
}

/// A87. What cannot be used is told, and nobody can sign in, rather than in clear.
fn a87_unusable_keys_and_algorithms_are_told(world: &World) {
    let weak = PKey::from_rsa(Rsa::generate(1024).unwrap()).unwrap();
    let cbc = r#"<md:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/>"#;
    for (keys, words) in
        [(descriptor(&weak, ""), "1024 bits"), (descriptor(&key(), cbc), "AES-CBC")]
    {
        import(world, &keys);
        let told = assess(&world.admin(), &stored(world)).unwrap();
        let all: Vec<String> = told.iter().map(ToString::to_string).collect();
        let all = all.join("\n");
        assert!(all.contains(words) && all.contains("nobody can sign in"), "{words}: {all}");
    }
}

/// C113, C114. What is denied, or not listed, is refused when it is chosen.
fn c113_what_cannot_be_used_cannot_be_chosen(world: &World) {
    let own = key();
    let gcm = r#"<md:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes128-gcm"/>"#;
    import(world, &descriptor(&own, gcm));
    let choose = |data| {
        let encryption =
            service_providers::EncryptionPatch { data: Some(Some(data)), ..Default::default() };
        let patch = ServiceProviderPatch { encryption, ..Default::default() };
        let imported = metadata(&descriptor(&own, gcm));
        service_providers::import(&world.admin(), &imported, &patch, &mut rng())
    };
    let refused = choose(DataAlgorithm::Aes256Gcm).unwrap_err().to_string();
    assert!(refused.contains("encryption.data") && refused.contains("does not list"), "{refused}");
    choose(DataAlgorithm::Aes128Gcm).unwrap();
}

/// A file says everything, and what it does not say stays.
fn a_file_sets_it(world: &World) {
    let (own, weak) = (key(), PKey::from_rsa(Rsa::generate(1024).unwrap()).unwrap());
    let (good_pem, weak_pem) = (pem(&own), pem(&weak));
    let beside = [("sp.pem", &good_pem[..]), ("weak.pem", &weak_pem[..])];
    let place = Place { name: "config.toml", beside: &beside, environment: &[] };
    let file = |lines: &str| {
        format!(
            "[[service_provider]]\nentity_id = \"{SP}\"\nacs = [{{ url = \"https://sp.example.org/acs\" }}]\n{lines}\n"
        )
    };
    let lines = "encryption = { assertions = \"required\", name_id = true, data = \"aes128-gcm\", key_transport = \"rsa-oaep\" }\n\
        encryption_keys = [{ pem = { file = \"sp.pem\" }, methods = [{ algorithm = \"http://www.w3.org/2009/xmlenc11#rsa-oaep\", digest = \"http://www.w3.org/2001/04/xmlenc#sha256\", mgf = \"http://www.w3.org/2009/xmlenc11#mgf1sha256\", oaep_params = \"AAE=\" }] }]";
    place.apply(world, &file(lines));
    let settings = stored(world).settings;
    assert_eq!(settings.encryption.assertions, EncryptAssertions::Required);
    assert!(settings.encryption.name_id);
    assert_eq!(settings.encryption_keys[0].key, published(&own).key);
    assert_eq!(settings.encryption_keys[0].methods[0].oaep_params.as_deref(), Some("AAE="));
    assert!(place.apply(world, &file(lines)).changes.is_empty());
    assert!(place.apply(world, &file("")).changes.is_empty(), "what is not said stays");
    place.apply(world, &file("encryption = { assertions = \"off\" }\nencryption_keys = []"));
    assert!(stored(world).settings.encryption.is_default());
    // One that cannot be used may be in an export, and is told of.
    place.apply(world, &file("encryption_keys = [{ pem = { file = \"weak.pem\" } }]"));
    for (lines, expected) in [
        ("encryption = { name_id = true }", "encryption.assertions"),
        ("encryption = { assertions = \"always\" }", "encryption.assertions"),
        ("encryption = { assertions = \"auto\", data = \"3des\" }", "encryption.data"),
        (
            "encryption = { assertions = \"auto\", key_transport = \"rsa-1_5\" }",
            "encryption.key_transport",
        ),
        ("encryption_keys = [{}]", "encryption_keys[0].pem"),
    ] {
        let found = mistakes(place.plan(world, &file(lines)));
        assert!(found.contains(expected), "{lines}: {found}");
    }
}

/// C180, A86. Less encryption, AES-CBC and another key weaken; more encryption does not.
fn less_encryption_weakens(world: &World) {
    let own = key();
    import(world, &descriptor(&own, ""));
    let before = stored(world);
    let after = |change: &dyn Fn(&mut ServiceProviderDraft)| {
        let mut draft = ServiceProviderDraft::of(&before);
        change(&mut draft);
        weakenings(&before, &draft)
    };
    let encryption = [Weakening::Encryption];
    assert_eq!(after(&|d| d.settings.encryption.assertions = EncryptAssertions::Off), encryption);
    assert_eq!(after(&|d| d.settings.encryption_keys.clear()), encryption);
    assert_eq!(after(&|d| d.settings.encryption_keys.push(published(&key()))), encryption);
    assert_eq!(after(&|d| d.settings.encryption.data = Some(DataAlgorithm::Aes128Cbc)), encryption);
    let more = |d: &mut ServiceProviderDraft| {
        d.settings.encryption.assertions = EncryptAssertions::Required;
        d.settings.encryption.name_id = true;
        d.settings.encryption.data = Some(DataAlgorithm::Aes128Gcm);
    };
    assert!(after(&more).is_empty());
}

on_both!(
    c086_new_service_providers_are_encrypted_for_once_they_publish_a_key,
    an_existing_service_provider_stays_as_it_is,
    a87_unusable_keys_and_algorithms_are_told,
    c113_what_cannot_be_used_cannot_be_chosen,
    a_file_sets_it,
    less_encryption_weakens,
);
