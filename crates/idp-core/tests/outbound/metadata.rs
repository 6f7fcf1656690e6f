//! Our metadata: what it must say, and what it must leave out.

use idp_core::saml::metadata::idp::{
    Contact, DEFAULT_CACHE_DURATION, DEFAULT_VALIDITY, HttpsUrl, IdpMetadata, Logo, Organization,
    idp_metadata,
};
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::signature::key::SigningKey;
use idp_core::service_provider::LogoutBinding;
use roxmltree::{Document, Node};

use crate::golden::assert_golden;
use crate::support::{ROOT_SIGNATURE, Scene, ec_key, now, rng, rsa_key, xmlsec1_verifies};

pub fn bare() -> IdpMetadata {
    IdpMetadata {
        entity_id: Scene::new(rsa_key()).identity.entity_id,
        single_sign_on_url: "https://idp.example.org/sso".to_owned(),
        single_logout_services: Vec::new(),
        display_name: "Example & Sons".to_owned(),
        logo: None,
        error_url: None,
        scopes: Vec::new(),
        organization: None,
        technical_contact: None,
        validity: DEFAULT_VALIDITY,
        cache_duration: DEFAULT_CACHE_DURATION,
        denied_algorithms: DeniedAlgorithms::NONE,
    }
}

pub fn full() -> IdpMetadata {
    let https = |url| HttpsUrl::parse(url).unwrap();
    let slo = "https://idp.example.org/slo".to_owned();
    IdpMetadata {
        single_logout_services: vec![
            (LogoutBinding::Redirect, slo.clone()),
            (LogoutBinding::Post, slo.clone()),
            (LogoutBinding::Soap, format!("{slo}/soap")),
        ],
        logo: Some(Logo { url: https("https://idp.example.org/logo.png"), width: 80, height: 60 }),
        error_url: Some(https("https://idp.example.org/help?code=ERRORURL_CODE")),
        scopes: vec!["example.org".to_owned(), "example.net".to_owned()],
        organization: Some(Organization {
            name: "Example & Sons Ltd".to_owned(),
            display_name: "Example".to_owned(),
            url: "https://example.org/".to_owned(),
        }),
        technical_contact: Some(Contact {
            name: Some("Sign-in team".to_owned()),
            email: "signin@example.org".to_owned(),
        }),
        ..bare()
    }
}

pub fn document(about: &IdpMetadata) -> String {
    document_with(about, None)
}

/// The same with a key that identifiers may be encrypted to.
pub fn document_with(about: &IdpMetadata, decrypting: Option<&SigningKey>) -> String {
    let (rsa, ec) = (rsa_key(), ec_key());
    idp_metadata(about, (&[&rsa, &ec], decrypting), &rsa, now(), &mut rng()).unwrap()
}

fn children<'a>(node: Node<'a, '_>) -> Vec<&'a str> {
    let mut names: Vec<_> =
        node.children().filter(Node::is_element).map(|child| child.tag_name().name()).collect();
    names.dedup();
    names
}

/// C133.
#[test]
fn with_everything_configured() {
    assert_golden("idp-metadata-full.xml", &document(&full()));
}

#[test]
fn with_nothing_configured() {
    assert_golden("idp-metadata-bare.xml", &document(&bare()));
}

#[test]
fn its_signature_verifies() {
    assert!(xmlsec1_verifies(&document(&full()), ROOT_SIGNATURE, &rsa_key()));
}

#[test]
fn elements_stand_in_the_order_of_the_schemas() {
    let xml = document(&full());
    let parsed = Document::parse(&xml).unwrap();
    let root = parsed.root_element();
    assert_eq!(
        children(root),
        ["Signature", "Extensions", "IDPSSODescriptor", "Organization", "ContactPerson"]
    );
    let role = root.children().find(|n| n.tag_name().name() == "IDPSSODescriptor").unwrap();
    assert_eq!(
        children(role),
        [
            "Extensions",
            "KeyDescriptor",
            "SingleLogoutService",
            "NameIDFormat",
            "SingleSignOnService"
        ]
    );
}

/// saml-metadata 2.4.3: left out means false, and nobody takes it as the wish not to sign.
#[test]
fn whether_requests_are_signed_is_left_to_the_service_provider() {
    assert!(!document(&full()).contains("WantAuthnRequestsSigned"));
}

/// C135.
#[test]
fn each_key_has_a_descriptor_of_its_own() {
    let xml = document(&bare());
    let parsed = Document::parse(&xml).unwrap();
    let certificates: Vec<_> = parsed
        .descendants()
        .filter(|node| node.tag_name().name() == "KeyDescriptor")
        .map(|descriptor| {
            assert_eq!(descriptor.attribute("use"), Some("signing"));
            let mut found =
                descriptor.descendants().filter(|n| n.tag_name().name() == "X509Certificate");
            let certificate = found.next().and_then(|node| node.text()).unwrap().to_owned();
            assert!(found.next().is_none());
            certificate
        })
        .collect();
    assert_eq!(certificates, [rsa_key().certificate_base64(), ec_key().certificate_base64()]);
}

/// C134.
#[test]
fn nothing_is_advertised_that_does_not_exist() {
    let xml = document(&bare());
    for absent in [
        "errorURL",
        "Logo",
        "Scope",
        "Organization",
        "ContactPerson",
        "SingleLogoutService",
        "ArtifactResolutionService",
        "AttributeService",
        "sha1",
        "use=\"encryption\"",
    ] {
        assert!(!xml.contains(absent), "{absent}");
    }
}

fn for_encryption<'a>(parsed: &'a Document<'_>) -> Vec<Node<'a, 'a>> {
    let descriptors = parsed.descendants().filter(|n| n.tag_name().name() == "KeyDescriptor");
    descriptors.filter(|node| node.attribute("use") == Some("encryption")).collect()
}

/// C116. Encryption toward us is published where it works, with what is accepted and nothing else.
#[test]
fn a_key_for_encryption_is_published_with_what_is_accepted() {
    let rsa = rsa_key();
    let xml = document_with(&bare(), Some(&rsa));
    let parsed = Document::parse(&xml).unwrap();
    let [descriptor] = *for_encryption(&parsed).as_slice() else { panic!("one descriptor") };
    let methods: Vec<_> = descriptor
        .children()
        .filter(|node| node.tag_name().name() == "EncryptionMethod")
        .map(|node| node.attribute("Algorithm").unwrap().rsplit('#').next().unwrap())
        .collect();
    assert_eq!(methods, ["aes256-gcm", "aes128-gcm", "rsa-oaep-mgf1p", "rsa-oaep"]);
    assert!(xml.contains(rsa.certificate_base64()) && !xml.contains("cbc"));
}

/// C113, C116. What cannot be decrypted is not asked for.
#[test]
fn no_key_for_encryption_is_published_that_does_not_decrypt() {
    let (rsa, ec) = (rsa_key(), ec_key());
    let denied = |names: &[&str]| IdpMetadata {
        denied_algorithms: DeniedAlgorithms::parse(names.iter().copied()).unwrap(),
        ..bare()
    };
    for (about, key) in [
        (bare(), None),
        (bare(), Some(&ec)),
        (denied(&["aes128-gcm", "aes256-gcm"]), Some(&rsa)),
        (denied(&["rsa-oaep-mgf1p", "rsa-oaep"]), Some(&rsa)),
    ] {
        let xml = document_with(&about, key);
        assert!(for_encryption(&Document::parse(&xml).unwrap()).is_empty());
    }
    let less = document_with(&denied(&["sha1"]), Some(&rsa));
    assert!(!less.contains("rsa-oaep-mgf1p") && less.contains("xmlenc11#rsa-oaep"));
}
