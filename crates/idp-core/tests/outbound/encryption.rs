//! Encrypted assertions and identifiers: xmlsec1 and samael decrypt them, and nothing goes out in clear
//! that was to be encrypted.

use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_core::saml::encryption::EncryptionObstacle;
use idp_core::saml::request::{NameIdPolicy, Wishes};
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::status::Status;
use idp_core::saml::urn::NAME_ID_ENCRYPTED;
use idp_core::saml::xml::{c14n, reader};
use idp_core::service_provider::SignedElements;
use idp_core::sso::{IssueError, cannot_encrypt, issue};
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use serde_json::{Value, json};

use crate::schemas::assert_valid;
use crate::support::*;

const GCM_128: &str = "http://www.w3.org/2009/xmlenc11#aes128-gcm";
const GCM_256: &str = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
const CBC_256: &str = "http://www.w3.org/2001/04/xmlenc#aes256-cbc";
const MGF1P: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
const OAEP: &str = "http://www.w3.org/2009/xmlenc11#rsa-oaep";
const PKCS1: &str = "http://www.w3.org/2001/04/xmlenc#rsa-1_5";
const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const MGF1_SHA256: &str = "http://www.w3.org/2009/xmlenc11#mgf1sha256";
const NONE: DeniedAlgorithms = DeniedAlgorithms::NONE;

fn sp_key() -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap()
}

fn published(key: &PKey<Private>, methods: &[Value]) -> Value {
    json!([{ "key": STANDARD.encode(key.public_key_to_der().unwrap()), "methods": methods }])
}

fn method(uri: &str) -> Value {
    json!({ "algorithm": uri })
}

fn auto() -> Value {
    json!({ "assertions": "auto" })
}

fn scene(key: &PKey<Private>, methods: &[Value]) -> Scene {
    Scene::new(rsa_key())
        .releasing("urn:oid:2.5.4.42", &["Alice \"Al\" O'Brien & Soens <x> ü ]]> \r\n\t"])
        .encrypting(auto(), published(key, methods), NONE)
}

fn asking_encrypted(sp_key: &PKey<Private>, encryption: Value) -> Scene {
    let policy = NameIdPolicy {
        format: Some(NAME_ID_ENCRYPTED.to_owned()),
        sp_name_qualifier: None,
        allow_create: true,
    };
    Scene::new(rsa_key())
        .encrypting(encryption, published(sp_key, &[]), NONE)
        .wishing(&Wishes { name_id_policy: Some(policy), ..Wishes::default() })
}

/// The document with its first encrypted part in clear, judged by xmlsec1.
fn decrypted(xml: &str, key: &PKey<Private>) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let [document, pem, out] = ["xml", "pem", "out"].map(|name| folder.path().join(name));
    std::fs::write(&document, xml).unwrap();
    std::fs::write(&pem, key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    let output = Command::new("xmlsec1")
        .args(["--decrypt", "--privkey-pem"])
        .arg(&pem)
        .arg("--output")
        .args([&out, &document])
        .output()
        .expect("xmlsec1 must be installed: Debian package `xmlsec1`");
    if output.status.success() {
        Ok(std::fs::read_to_string(&out).unwrap())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn assert_canonical(xml: &str) {
    let document = reader::parse(xml.as_bytes(), &reader::Limits::METADATA).unwrap();
    let canonical = c14n::exclusive(document.root_element(), None, &[]);
    assert_eq!(String::from_utf8(canonical).unwrap(), xml);
}

/// What is inside the EncryptedAssertion of a document that xmlsec1 decrypted.
fn assertion_in(decrypted: &str) -> &str {
    let (_, rest) = decrypted.split_once("<saml:Assertion ").expect("an assertion");
    let (inner, _) = rest.split_once("</saml:Assertion>").expect("its end");
    inner
}

/// C085, C088, C111, C112, C183. Whatever is signed, what leaves is canonical and valid; xmlsec1 verifies the
/// Response as it is, and the assertion in it after decrypting it.
#[test]
fn every_combination_is_decrypted_and_verified_by_xmlsec1() {
    let key = sp_key();
    for data in [GCM_128, GCM_256] {
        for elements in [SignedElements::Assertion, SignedElements::Response, SignedElements::Both]
        {
            let scene = scene(&key, &[method(data), method(MGF1P)]).signing(elements);
            let response = scene.issue().unwrap();
            let xml = response.xml();
            assert_canonical(xml);
            assert_valid(xml);
            assert!(!xml.contains("<saml:Assertion") && !xml.contains("NameID"), "{xml}");
            assert!(!xml.contains("alice") && !xml.contains("O'Brien"));
            assert!(xml.contains(data) && xml.contains(MGF1P) && xml.contains(SHA1));
            assert!(xml.contains(&format!("Recipient=\"{SP}\"")));
            assert!(xml.contains("Type=\"http://www.w3.org/2001/04/xmlenc#Element\""));
            if elements != SignedElements::Assertion {
                assert!(xmlsec1_verifies(xml, ROOT_SIGNATURE, &scene.key), "{elements:?}");
            }
            let opened = decrypted(xml, &key).unwrap();
            assert!(assertion_in(&opened).contains(">alice<"));
            if elements != SignedElements::Response {
                assert!(xmlsec1_verifies(&opened, ASSERTION_SIGNATURE, &scene.key), "{elements:?}");
            }
        }
    }
}

/// C085. The decrypted assertion is, octet by octet, the one that would have been sent in clear.
#[test]
fn what_is_encrypted_is_the_assertion_as_it_is() {
    let key = sp_key();
    let opened = decrypted(scene(&key, &[]).issue().unwrap().xml(), &key).unwrap();
    let clear = Scene::new(rsa_key())
        .releasing("urn:oid:2.5.4.42", &["Alice \"Al\" O'Brien & Soens <x> ü ]]> \r\n\t"])
        .issue()
        .unwrap();
    let canonical = |xml: &str| {
        let document = reader::parse(xml.as_bytes(), &reader::Limits::METADATA).unwrap();
        let is_assertion = |node: &roxmltree::Node<'_, '_>| node.tag_name().name() == "Assertion";
        let assertion = document.descendants().find(is_assertion).unwrap();
        String::from_utf8(c14n::exclusive(assertion, None, &[])).unwrap()
    };
    assert_eq!(canonical(&opened), canonical(clear.xml()));
}

/// C112. RSA-OAEP of XML Encryption 1.1 with SHA-256 in both places, and a label: opened with OpenSSL,
/// because xmlsec1 1.2 does not know it.
#[test]
fn the_newer_uri_is_written_with_its_digest_mask_and_label() {
    use openssl::encrypt::Decrypter;
    use openssl::hash::MessageDigest;
    use openssl::rsa::Padding;
    let key = sp_key();
    let transport =
        json!({ "algorithm": OAEP, "digest": SHA256, "mgf": MGF1_SHA256, "oaep_params": "AAE=" });
    let scene = scene(&key, &[method(GCM_256), transport]);
    let response = scene.issue().unwrap();
    let xml = response.xml();
    assert_canonical(xml);
    assert_valid(xml);
    assert!(xml.contains(OAEP) && xml.contains(SHA256) && xml.contains(MGF1_SHA256));
    assert!(xml.contains("<xenc:OAEPparams>AAE=</xenc:OAEPparams>"));
    let values: Vec<Vec<u8>> = xml
        .split("<xenc:CipherValue>")
        .skip(1)
        .map(|part| STANDARD.decode(part.split_once('<').unwrap().0).unwrap())
        .collect();
    let mut decrypter = Decrypter::new(&key).unwrap();
    decrypter.set_rsa_padding(Padding::PKCS1_OAEP).unwrap();
    decrypter.set_rsa_oaep_md(MessageDigest::sha256()).unwrap();
    decrypter.set_rsa_mgf1_md(MessageDigest::sha256()).unwrap();
    decrypter.set_rsa_oaep_label(&[0, 1]).unwrap();
    let mut content_key = vec![0; decrypter.decrypt_len(&values[0]).unwrap()];
    let length = decrypter.decrypt(&values[0], &mut content_key).unwrap();
    content_key.truncate(length);
    let (iv, rest) = values[1].split_at(12);
    let (text, tag) = rest.split_at(rest.len() - 16);
    let cipher = openssl::symm::Cipher::aes_256_gcm();
    let opened =
        openssl::symm::decrypt_aead(cipher, &content_key, Some(iv), &[], text, tag).unwrap();
    assert!(String::from_utf8(opened).unwrap().starts_with("<saml:Assertion xmlns:saml="));
}

/// C088. Key and initialisation vector are new every time: nothing of two ciphertexts is alike.
#[test]
fn two_answers_have_nothing_encrypted_in_common() {
    let scene = scene(&sp_key(), &[]);
    let mut rng = rng();
    let mut values = || {
        let response =
            issue(scene.finished_login(), &scene.facts(), &scene.answer(), &mut rng).unwrap();
        let xml = response.xml().to_owned();
        let parts = xml.split("<xenc:CipherValue>").skip(1);
        parts.map(|part| part.split_once('<').unwrap().0.to_owned()).collect::<Vec<_>>()
    };
    let (one, two) = (values(), values());
    assert_ne!(one[0], two[0]);
    assert_ne!(one[1][..16], two[1][..16]);
}

/// C180. AES-CBC only where an administrator chose it, and then the Response is signed, whatever else is.
#[test]
fn cbc_is_chosen_by_an_administrator_and_brings_a_signature_of_the_response() {
    let key = sp_key();
    let only_cbc = [method(CBC_256), method(MGF1P)];
    let refused = scene(&key, &only_cbc).issue();
    assert!(matches!(refused, Err(IssueError::CannotEncrypt(EncryptionObstacle::NoDataAlgorithm))));
    let chosen = json!({ "assertions": "auto", "data": "aes256-cbc" });
    let scene = Scene::new(rsa_key()).signing(SignedElements::Assertion).encrypting(
        chosen,
        published(&key, &only_cbc),
        NONE,
    );
    let response = scene.issue().unwrap();
    assert_canonical(response.xml());
    assert!(response.xml().contains(CBC_256));
    assert!(xmlsec1_verifies(response.xml(), ROOT_SIGNATURE, &scene.key));
    let opened = decrypted(response.xml(), &key).unwrap();
    assert!(xmlsec1_verifies(&opened, ASSERTION_SIGNATURE, &scene.key));
}

/// C087. An identifier is encrypted on its own only where that is asked for.
#[test]
fn the_name_id_is_encrypted_on_its_own_only_where_it_is_set() {
    let key = sp_key();
    let opened = decrypted(scene(&key, &[]).issue().unwrap().xml(), &key).unwrap();
    assert!(!opened.contains("EncryptedID"));

    let set = json!({ "assertions": "off", "name_id": true });
    let scene = Scene::new(rsa_key()).signing(SignedElements::Both).encrypting(
        set,
        published(&key, &[]),
        NONE,
    );
    let response = scene.issue().unwrap();
    let xml = response.xml();
    assert_canonical(xml);
    assert_valid(xml);
    assert!(xml.contains("<saml:Subject><saml:EncryptedID>") && !xml.contains("alice"));
    for signature in signatures(SignedElements::Both) {
        assert!(xmlsec1_verifies(xml, signature, &scene.key));
    }
    let opened = decrypted(xml, &key).unwrap();
    assert!(opened.contains(">alice</saml:NameID>"), "{opened}");
}

/// C062. Who asks for the format `encrypted` gets an EncryptedID, also inside an encrypted assertion.
#[test]
fn an_identifier_is_encrypted_for_who_asks() {
    let key = sp_key();
    let scene = asking_encrypted(&key, json!({ "assertions": "off" }));
    let response = scene.issue().unwrap();
    assert_valid(response.xml());
    assert!(decrypted(response.xml(), &key).unwrap().contains(">alice</saml:NameID>"));

    let both = asking_encrypted(&key, auto()).issue().unwrap();
    let once = decrypted(both.xml(), &key).unwrap();
    assert!(once.contains("<saml:EncryptedID>") && !once.contains("alice"));
    let twice = decrypted(&once, &key).unwrap();
    assert!(twice.contains(">alice</saml:NameID>"));
}

/// C086. What is to be encrypted and cannot be is not sent, and the service provider is told `Responder`.
#[test]
fn nothing_goes_out_in_clear_that_was_to_be_encrypted() {
    let weak = PKey::from_rsa(Rsa::generate(1024).unwrap()).unwrap();
    let good = sp_key();
    let denied = DeniedAlgorithms::parse(["aes128-gcm", "aes256-gcm"]).unwrap();
    for (encryption, keys, denied, code) in [
        (json!({ "assertions": "required" }), json!([]), NONE, "encryption-key-missing"),
        (
            json!({ "assertions": "off", "name_id": true }),
            json!([]),
            NONE,
            "encryption-key-missing",
        ),
        (auto(), published(&weak, &[]), NONE, "encryption-key-unusable"),
        (auto(), json!([{ "key": "AAAA" }]), NONE, "encryption-key-unusable"),
        (auto(), published(&good, &[]), denied, "encryption-algorithm-denied"),
        (auto(), published(&good, &[method(PKCS1)]), NONE, "encryption-algorithm-undeclared"),
        (auto(), published(&good, &[method(CBC_256)]), NONE, "encryption-algorithm-undeclared"),
    ] {
        let scene = Scene::new(rsa_key()).encrypting(encryption, keys, denied);
        let Err(IssueError::CannotEncrypt(obstacle)) = scene.issue() else {
            panic!("{code}: something was issued")
        };
        assert_eq!(obstacle.code(), code);
        assert_eq!(scene.protection.obstacle(), Some(&obstacle));
        let refusal = cannot_encrypt(scene.request.clone(), &obstacle);
        assert_eq!((refusal.status, &*refusal.reason.code), (Status::Responder, code));
    }
}

/// C086. Without a key, `auto` and `off` answer in clear, as they say.
#[test]
fn without_a_key_automatic_encryption_has_nothing_to_encrypt_to() {
    for encryption in [auto(), json!({})] {
        let scene = Scene::new(rsa_key()).encrypting(encryption, json!([]), NONE);
        assert!(scene.issue().unwrap().xml().contains("<saml:Assertion"));
    }
}

/// The protection of one service provider, or of older settings, answers for no other.
#[test]
fn a_protection_that_is_not_of_these_settings_issues_nothing() {
    let mut scene = scene(&sp_key(), &[]);
    scene.sp.settings.encryption = serde_json::from_value(json!({})).unwrap();
    assert!(matches!(scene.issue(), Err(IssueError::Mismatch(_))));

    let mut clear = Scene::new(rsa_key());
    clear.sp.settings.encryption =
        serde_json::from_value(json!({ "assertions": "required" })).unwrap();
    assert!(matches!(clear.issue(), Err(IssueError::Mismatch(_))));
}

/// The first key that can be used is used: one that cannot does not stand in its way.
#[test]
fn an_unusable_key_does_not_stand_in_the_way_of_a_usable_one() {
    let (weak, good) = (PKey::from_rsa(Rsa::generate(1024).unwrap()).unwrap(), sp_key());
    let mut keys = published(&weak, &[]);
    keys.as_array_mut().unwrap().extend(published(&good, &[]).as_array().unwrap().clone());
    let scene = Scene::new(rsa_key()).encrypting(auto(), keys, NONE);
    assert!(decrypted(scene.issue().unwrap().xml(), &good).is_ok());
}

/// C113, C114, C194. The first algorithm that both sides support, in the order of the service provider; a
/// denied one is passed over.
#[test]
fn the_first_algorithm_that_both_sides_support_is_used() {
    let key = sp_key();
    let unknown = "http://www.w3.org/2009/xmlenc11#aes192-gcm";
    let newer = json!({ "algorithm": OAEP, "digest": SHA256, "mgf": MGF1_SHA256 });
    let odd = json!({ "algorithm": OAEP, "digest": "urn:digest" });
    let none: &[&str] = &[];
    for (methods, denied, data, transport) in [
        (vec![], none, GCM_256, MGF1P),
        (vec![method(GCM_128)], none, GCM_128, MGF1P),
        (vec![method(unknown), method(CBC_256), method(GCM_256)], none, GCM_256, MGF1P),
        (vec![method(PKCS1), newer.clone(), method(MGF1P)], none, GCM_256, OAEP),
        (vec![odd, method(MGF1P)], none, GCM_256, MGF1P),
        (vec![method(GCM_256), method(GCM_128)], &["aes256-gcm"], GCM_128, MGF1P),
        (vec![method(MGF1P), newer], &["rsa-oaep-mgf1p"], GCM_256, OAEP),
        (vec![], &[SHA1], GCM_256, OAEP),
    ] {
        let denied = DeniedAlgorithms::parse(denied.iter().copied()).unwrap();
        let scene = Scene::new(rsa_key()).encrypting(auto(), published(&key, &methods), denied);
        let recipe = scene.protection.recipe().expect("something both support");
        let found = (recipe.data().uri(), recipe.key_transport().uri());
        assert_eq!(found, (data, transport), "{methods:?}");
        let response = scene.issue().unwrap();
        assert!(response.xml().contains(data) && response.xml().contains(transport));
        if !denied.is_empty() {
            assert!(
                !response.xml().contains(&format!("xenc:EncryptionMethod Algorithm=\"{MGF1P}\""))
                    || transport == MGF1P
            );
        }
    }
}

/// C114. What an administrator chooses must be among what the service provider lists.
#[test]
fn a_choice_beyond_what_is_listed_is_an_obstacle() {
    let key = sp_key();
    for (choice, uri) in [
        (json!({ "assertions": "auto", "data": "aes256-gcm" }), GCM_256),
        (json!({ "assertions": "auto", "key_transport": "rsa-oaep" }), OAEP),
    ] {
        let keys = published(&key, &[method(GCM_128), method(MGF1P)]);
        let scene = Scene::new(rsa_key()).encrypting(choice, keys, NONE);
        assert_eq!(scene.protection.obstacle(), Some(&EncryptionObstacle::Undeclared(uri)));
    }
}

/// samael as the service provider decrypts and accepts what it declares.
#[test]
#[expect(clippy::disallowed_methods, reason = "samael asks the world's clock and no other")]
fn samael_decrypts_and_accepts() {
    let key = sp_key();
    // Without a signature of the Response it does not look inside.
    for elements in [SignedElements::Response, SignedElements::Both] {
        let mut scene = scene(&key, &[method(GCM_128), method(MGF1P)]).signing(elements);
        scene.now = chrono::Utc::now();
        scene.request = request(&scene.sp, scene.request.wishes(), scene.now);
        let response = scene.issue().unwrap();
        let mut sp = crate::samael_sp::service_provider(&scene);
        sp.key = Some(key.clone());
        let assertion = sp
            .parse_base64_response(&response.saml_response_base64(), Some(&[REQUEST]))
            .unwrap_or_else(|error| panic!("{elements:?}: {error}"));
        assert_eq!(assertion.subject.unwrap().name_id.unwrap().value, "alice");
    }
}
