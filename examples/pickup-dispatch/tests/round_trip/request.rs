//! The requests that leave, and the metadata that describes who sends them.

use crate::schemas::assert_valid;
use crate::support::{Browser, TestIdp, desk, settings};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samael::crypto::{CertificateDer, Crypto, CryptoProvider as _, UrlVerifier};
use tempfile::TempDir;

fn folder_with_metadata() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    TestIdp::new().write_metadata(&folder.path().join("idp.xml"));
    folder
}

fn browser(folder: &TempDir, more: &[&str]) -> Browser {
    Browser::of(&desk(&folder.path().join("idp.xml"), more))
}

fn certificate(metadata: &str) -> CertificateDer {
    let document = roxmltree::Document::parse(metadata).unwrap();
    let found = document
        .descendants()
        .find(|node| node.has_tag_name(("http://www.w3.org/2000/09/xmldsig#", "X509Certificate")));
    STANDARD.decode(found.unwrap().text().unwrap()).unwrap().into()
}

#[actix_web::test]
async fn the_request_names_its_sender_and_where_the_answer_goes() {
    let folder = folder_with_metadata();
    let page = browser(&folder, &[]).open("/login").await;
    assert!(
        page.location.as_ref().unwrap().starts_with("http://localhost:9763/saml/sso?SAMLRequest=")
    );
    let xml = page.saml_request();
    let document = roxmltree::Document::parse(&xml).unwrap();
    let request = document.root_element();
    assert_eq!(request.attribute("Destination"), Some("http://localhost:9763/saml/sso"));
    assert_eq!(
        request.attribute("AssertionConsumerServiceURL"),
        Some("http://localhost:8080/saml2-web-app-pickup-dispatch.com/acs")
    );
    let issuer = request.children().find(|node| node.tag_name().name() == "Issuer").unwrap();
    assert_eq!(issuer.text(), Some("saml2-web-app-pickup-dispatch.com"));
    assert!(page.request_id().len() >= 33, "160 random bits");
    assert!(request.attribute("ForceAuthn").is_none() && request.attribute("IsPassive").is_none());
    assert!(page.parameter("Signature").is_none());
}

#[actix_web::test]
async fn request_options_reach_the_request() {
    let folder = folder_with_metadata();
    let class = "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract";
    let format = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
    let path = format!(
        "/login?options=1&binding=redirect&force_authn=1&is_passive=1&name_id_format={format}&authn_context={class}&comparison=minimum"
    );
    let xml = browser(&folder, &[]).open(&path).await.saml_request();
    let document = roxmltree::Document::parse(&xml).unwrap();
    assert_eq!(document.root_element().attribute("ForceAuthn"), Some("true"));
    assert_eq!(document.root_element().attribute("IsPassive"), Some("true"));
    let find =
        |name: &str| document.descendants().find(|node| node.tag_name().name() == name).unwrap();
    assert_eq!(find("NameIDPolicy").attribute("Format"), Some(format));
    assert_eq!(find("RequestedAuthnContext").attribute("Comparison"), Some("minimum"));
    assert_eq!(find("AuthnContextClassRef").text(), Some(class));
}

#[actix_web::test]
async fn a_redirect_is_signed_when_asked_for() {
    let folder = folder_with_metadata();
    let key = folder.path().join("key.pem");
    let mut browser = browser(&folder, &["--key", key.to_str().unwrap(), "--sign-requests"]);
    let metadata = browser.open("/metadata").await.text;
    assert_valid(&metadata);
    assert!(metadata.contains(r#"AuthnRequestsSigned="true""#));
    let location = browser.open("/login").await.location.unwrap();
    let verifier = UrlVerifier::from_x509(&certificate(&metadata)).unwrap();
    assert!(verifier.verify_signed_request_url(&location.parse().unwrap()).unwrap());
}

#[actix_web::test]
async fn a_posted_request_is_signed_with_sha256_when_asked_for() {
    let folder = folder_with_metadata();
    let key = folder.path().join("key.pem");
    let mut browser = browser(&folder, &["--key", key.to_str().unwrap()]);
    let metadata = browser.open("/metadata").await.text;
    assert!(metadata.contains(r#"AuthnRequestsSigned="false""#));
    let page = browser.open("/login?options=1&binding=post&sign=1").await;
    assert!(page.policy.contains("form-action 'self' http://localhost:9763;"), "{}", page.policy);
    let value =
        page.text.split("name=\"SAMLRequest\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let value = value.replace("&#43;", "+").replace("&#61;", "=");
    let xml = String::from_utf8(STANDARD.decode(value).unwrap()).unwrap();
    assert_valid(&xml);
    assert!(xml.contains("xmlenc#sha256") && !xml.contains("xmldsig#sha1"));
    Crypto::verify_signed_xml(&xml, &certificate(&metadata), Some("ID")).unwrap();
}

#[actix_web::test]
async fn signing_without_a_key_is_explained() {
    let folder = folder_with_metadata();
    let page = browser(&folder, &[]).open("/login?options=1&sign=1").await;
    assert_eq!(page.status, 400);
    assert!(page.text.contains("--key FILE"));
}

#[actix_web::test]
async fn an_unreachable_identity_provider_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let mut browser = browser(&folder, &[]);
    for path in ["/", "/login"] {
        let page = browser.open(path).await;
        assert!(page.text.contains("idp.xml") && page.text.contains("--idp-metadata"), "{path}");
    }
}

#[actix_web::test]
async fn metadata_without_a_certificate_is_refused() {
    let folder = folder_with_metadata();
    let path = folder.path().join("idp.xml");
    let metadata = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = metadata.split_once("<md:KeyDescriptor").unwrap();
    let (_, after) = rest.split_once("</md:KeyDescriptor>").unwrap();
    std::fs::write(&path, format!("{before}{after}")).unwrap();
    assert!(browser(&folder, &[]).open("/login").await.text.contains("no signing certificate"));
}

#[test]
fn the_metadata_in_the_repository_is_what_the_default_program_serves() {
    let own =
        pickup_dispatch::metadata_document(&settings(std::path::Path::new("none"), &[])).unwrap();
    assert_valid(&own);
    assert_eq!(own, include_str!("../../../../metadata/pickup-dispatch.xml"));
}
