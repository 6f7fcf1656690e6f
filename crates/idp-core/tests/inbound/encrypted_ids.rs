//! Encrypted identifiers that come in: read with any of our keys; whatever fails, fails alike.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_core::saml::authn_request::RequestRules;
use idp_core::saml::encryption::DecryptionKeys;
use idp_core::saml::logout::{LogoutRefusal, LogoutRejected, UnverifiedLogout};
use idp_core::saml::request::{Rejected, RequestedSubject};
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::signature::key::SigningKey;
use idp_core::saml::status::Status;
use idp_core::saml::urn::KeyKind;
use openssl::encrypt::Encrypter;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Public};
use openssl::rsa::Padding;
use openssl::symm::{Cipher, encrypt, encrypt_aead};
use openssl::x509::X509;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::support::*;

const SLO: &str = "https://idp.example/saml/slo";
const NAME: &str = "<saml:NameID xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" \
    Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\" SPNameQualifier=\"q\">abc</saml:NameID>";
const GCM_128: &str = "http://www.w3.org/2009/xmlenc11#aes128-gcm";
const GCM_256: &str = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
const MGF1P: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
const OAEP: &str = "http://www.w3.org/2009/xmlenc11#rsa-oaep";

fn our_key(kind: KeyKind) -> SigningKey {
    SigningKey::generate(kind, "idp", now(), chrono::TimeDelta::days(30)).unwrap()
}

fn public_of(key: &SigningKey) -> PKey<Public> {
    X509::from_pem(key.certificate_pem().unwrap().as_bytes()).unwrap().public_key().unwrap()
}

fn rules_with(keys: &[&SigningKey], denied: &[&str]) -> RequestRules {
    let mut rng = StdRng::seed_from_u64(1);
    RequestRules {
        decryption_keys: DecryptionKeys::of(keys.iter().copied(), &mut rng),
        denied_algorithms: DeniedAlgorithms::parse(denied.iter().copied()).unwrap(),
        ..RequestRules::new(SLO.to_owned(), now())
    }
}

/// How somebody encrypts.
#[derive(Clone)]
struct Sender {
    data: &'static str,
    transport: &'static str,
    sha256: bool,
    padding: Padding,
    content: String,
    beside: bool,
    spoil: Option<Spoil>,
}

#[derive(Clone, Copy, Debug)]
enum Spoil {
    Tag,
    Text,
    WrappedKey,
    ShortWrappedKey,
    ShortContent,
}

impl Default for Sender {
    fn default() -> Self {
        Self {
            data: GCM_256,
            transport: MGF1P,
            sha256: false,
            padding: Padding::PKCS1_OAEP,
            content: NAME.to_owned(),
            beside: false,
            spoil: None,
        }
    }
}

impl Sender {
    fn encrypted_id(&self, key: &PKey<Public>) -> String {
        let length = if self.data.contains("aes128") { 16 } else { 32 };
        let (content_key, iv) = (vec![7; length], [9; 12]);
        let mut content = iv.to_vec();
        if self.data.ends_with("gcm") {
            let cipher = if length == 16 { Cipher::aes_128_gcm() } else { Cipher::aes_256_gcm() };
            let mut tag = [0; 16];
            let text = self.content.as_bytes();
            content.extend(
                encrypt_aead(cipher, &content_key, Some(&iv), &[], text, &mut tag).unwrap(),
            );
            content.extend(tag);
        } else {
            content = [3; 16].to_vec();
            let text = self.content.as_bytes();
            content.extend(
                encrypt(Cipher::aes_256_cbc(), &content_key, Some(&[3; 16]), text).unwrap(),
            );
        }
        let mut wrapped = self.wrapped(key, &content_key);
        match self.spoil {
            Some(Spoil::Tag) => *content.last_mut().unwrap() ^= 1,
            Some(Spoil::Text) => content[20] ^= 1,
            Some(Spoil::WrappedKey) => wrapped[100] ^= 1,
            Some(Spoil::ShortWrappedKey) => wrapped.truncate(100),
            Some(Spoil::ShortContent) => content.truncate(20),
            None => {}
        }
        self.document(&wrapped, &content)
    }

    fn wrapped(&self, key: &PKey<Public>, content_key: &[u8]) -> Vec<u8> {
        let mut encrypter = Encrypter::new(key).unwrap();
        encrypter.set_rsa_padding(self.padding).unwrap();
        if self.padding == Padding::PKCS1_OAEP && self.sha256 {
            encrypter.set_rsa_oaep_md(MessageDigest::sha256()).unwrap();
            encrypter.set_rsa_mgf1_md(MessageDigest::sha256()).unwrap();
        }
        let mut wrapped = vec![0; encrypter.encrypt_len(content_key).unwrap()];
        let length = encrypter.encrypt(content_key, &mut wrapped).unwrap();
        wrapped.truncate(length);
        wrapped
    }

    fn document(&self, wrapped: &[u8], content: &[u8]) -> String {
        let parts = if self.sha256 {
            "<ds:DigestMethod xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" \
             Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><x1:MGF \
             xmlns:x1=\"http://www.w3.org/2009/xmlenc11#\" \
             Algorithm=\"http://www.w3.org/2009/xmlenc11#mgf1sha256\"/>"
        } else {
            ""
        };
        let xenc = "xmlns:x=\"http://www.w3.org/2001/04/xmlenc#\"";
        let key = format!(
            "<x:EncryptedKey {xenc}><x:EncryptionMethod Algorithm=\"{}\">{parts}</x:EncryptionMethod>\
             <x:CipherData><x:CipherValue>\n{}\n</x:CipherValue></x:CipherData></x:EncryptedKey>",
            self.transport,
            STANDARD.encode(wrapped)
        );
        let info = |inside: &str| {
            format!(
                "<ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{inside}</ds:KeyInfo>"
            )
        };
        let (inside, beside) =
            if self.beside { (String::new(), key) } else { (info(&key), String::new()) };
        format!(
            "<saml:EncryptedID><x:EncryptedData {xenc} \
             Type=\"http://www.w3.org/2001/04/xmlenc#Element\"><x:EncryptionMethod Algorithm=\"{}\"/>\
             {inside}<x:CipherData><x:CipherValue>{}</x:CipherValue></x:CipherData></x:EncryptedData>\
             {beside}</saml:EncryptedID>",
            self.data,
            STANDARD.encode(content)
        )
    }
}

/// The identifier in a signed LogoutRequest by POST.
fn logout(identifier: &str, rules: &RequestRules) -> Result<RequestedSubject, Box<LogoutRefusal>> {
    let xml = format!(
        "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_r1\" Version=\"2.0\" \
         IssueInstant=\"{NOW}\" Destination=\"{SLO}\"><saml:Issuer>{ISSUER}</saml:Issuer>{identifier}\
         </samlp:LogoutRequest>"
    );
    let signed = STANDARD.encode(Recipe::default().sign(&xml));
    let UnverifiedLogout::Request(request) =
        UnverifiedLogout::by_post(Some(&signed), None, None).unwrap()
    else {
        panic!("a response")
    };
    let sp = sp();
    match request.verify(&sp, &keys(&sp), rules) {
        Ok(request) => Ok(request.name_id().clone()),
        Err(LogoutRejected::ToServiceProvider(refusal)) => Err(refusal),
        Err(LogoutRejected::Local(error)) => panic!("not answered: {error}"),
    }
}

/// C129, C111, C112. Every algorithm that is published is read, wherever the wrapped key stands.
#[test]
fn an_encrypted_identifier_is_read() {
    let key = our_key(KeyKind::Rsa2048);
    let rules = rules_with(&[&key], &[]);
    let usual = Sender::default();
    for sender in [
        usual.clone(),
        Sender { data: GCM_128, ..usual.clone() },
        Sender { beside: true, ..usual.clone() },
        Sender { transport: OAEP, ..usual.clone() },
        Sender { transport: OAEP, sha256: true, ..usual.clone() },
        // Prefixes that are declared around it hold in it.
        Sender {
            content: NAME.replace(" xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"", ""),
            ..usual
        },
    ] {
        let name = logout(&sender.encrypted_id(&public_of(&key)), &rules).expect("read");
        assert_eq!((name.value.as_str(), name.sp_name_qualifier.as_deref()), ("abc", Some("q")));
        assert!(name.format.unwrap().ends_with("persistent"));
    }
}

/// C129. At least two keys of ours are tried: after a rollover, what was encrypted to the old one is read.
#[test]
fn every_key_of_ours_is_tried() {
    let (old, new, elliptic) =
        (our_key(KeyKind::Rsa2048), our_key(KeyKind::Rsa2048), our_key(KeyKind::EcP256));
    let rules = rules_with(&[&elliptic, &new, &old], &[]);
    for key in [&old, &new] {
        assert!(logout(&Sender::default().encrypted_id(&public_of(key)), &rules).is_ok());
    }
}

/// C129, A89. Nothing tells how far a ciphertext came: one answer, word by word, for everything.
#[test]
fn whatever_cannot_be_read_is_answered_alike() {
    let (ours, other) = (our_key(KeyKind::Rsa2048), our_key(KeyKind::Rsa2048));
    let rules = rules_with(&[&ours], &[]);
    let usual = Sender::default();
    let content = |text: &str| Sender { content: text.to_owned(), ..usual.clone() };
    let spoilt = |spoil| Sender { spoil: Some(spoil), ..usual.clone() };
    let mut answers = vec![
        logout(&usual.encrypted_id(&public_of(&other)), &rules).unwrap_err(),
        logout(&usual.encrypted_id(&public_of(&ours)), &rules_with(&[], &[])).unwrap_err(),
        logout(&usual.encrypted_id(&public_of(&ours)), &rules_with(&[&ours], &["aes256-gcm"]))
            .unwrap_err(),
        logout(&usual.encrypted_id(&public_of(&ours)), &rules_with(&[&ours], &["sha1"]))
            .unwrap_err(),
    ];
    for sender in [
        spoilt(Spoil::Tag),
        spoilt(Spoil::Text),
        spoilt(Spoil::WrappedKey),
        spoilt(Spoil::ShortWrappedKey),
        spoilt(Spoil::ShortContent),
        Sender { padding: Padding::PKCS1, ..usual.clone() },
        Sender {
            padding: Padding::PKCS1,
            transport: "http://www.w3.org/2001/04/xmlenc#rsa-1_5",
            ..usual.clone()
        },
        Sender { data: "http://www.w3.org/2001/04/xmlenc#aes256-cbc", ..usual.clone() },
        Sender { sha256: true, ..usual.clone() },
        content(""),
        content("abc"),
        content("<!DOCTYPE a><a/>"),
        content(&format!("{NAME}{NAME}")),
        content(&format!("{NAME}</context><context>")),
        content(&NAME.replace("NameID", "BaseID")),
        content(&NAME.replace("abc", "")),
        content(&NAME.replace("abc", "a<!-- -->b")),
        content(&NAME.replace("2.0:assertion", "2.0:other")),
    ] {
        let identifier = sender.encrypted_id(&public_of(&ours));
        answers.push(logout(&identifier, &rules).expect_err(&sender.content));
    }
    for identifier in ["<saml:EncryptedID/>", "<saml:EncryptedID>x</saml:EncryptedID>"] {
        answers.push(logout(identifier, &rules).unwrap_err());
    }
    for answer in &answers {
        assert_eq!(answer.reason, answers[0].reason);
        assert_eq!(answer.status, Status::RequestUnsupported);
    }
    assert_eq!(answers[0].reason.code, "encrypted-id-undecipherable");
}

/// C129. In the Subject of an AuthnRequest too, for who signed it; what strangers send is not decrypted.
#[test]
fn an_encrypted_subject_is_read_in_signed_requests_only() {
    let key = our_key(KeyKind::Rsa2048);
    let rules = RequestRules { destination: SSO.to_owned(), ..rules_with(&[&key], &[]) };
    let subject = format!(
        "<saml:Subject>{}</saml:Subject>",
        Sender::default().encrypted_id(&public_of(&key))
    );
    let xml = request_with("", &subject);
    let sp = sp();
    let verify = |xml: &str| {
        let message = STANDARD.encode(xml);
        let decoded = idp_core::saml::binding::post::decode(&message, None).unwrap();
        decoded.verify(&sp, &keys(&sp), &rules)
    };
    let signed = verify(&Recipe::default().sign(&xml)).expect("read");
    assert_eq!(signed.wishes().subject.as_ref().unwrap().value, "abc");
    let Err(Rejected::ToServiceProvider(refusal)) = verify(&xml) else { panic!("accepted") };
    assert_eq!(refusal.reason.code, "subject-identifier-unsupported");
}
