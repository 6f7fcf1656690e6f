//! The metadata of service providers: what is read, what is warned of, what is refused.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_core::saml::metadata::sp::{SpMetadata, parse};
use idp_core::subject_id::REQUIREMENT;
use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::{BasicConstraints, KeyUsage};
use openssl::x509::{X509, X509Name};

use crate::support::{
    ACS, ACS_7, EC, ISSUER, OTHER_RSA, RSA, Recipe, by_post_to, now, public, request, signing_sp,
};
use idp_core::service_provider::PublicKeyDer;

const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

fn certificate(key: &PKey<Private>) -> String {
    STANDARD.encode(crate::support::certificate(key).to_der().unwrap())
}

fn key_descriptor(attributes: &str, certificate: &str) -> String {
    format!(
        "<md:KeyDescriptor{attributes}><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\
         <ds:X509Data><ds:X509Certificate>\n{certificate}\n</ds:X509Certificate></ds:X509Data>\
         </ds:KeyInfo></md:KeyDescriptor>"
    )
}

fn acs(index: &str, location: &str) -> String {
    format!(
        "<md:AssertionConsumerService Binding=\"{POST}\" Location=\"{location}\" index=\"{index}\"/>"
    )
}

fn role(attributes: &str, content: &str) -> String {
    format!(
        "<md:SPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"\
         {attributes}>{content}</md:SPSSODescriptor>"
    )
}

fn entity(attributes: &str, roles: &str) -> String {
    format!(
        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
         entityID=\"{ISSUER}\"{attributes}>{roles}</md:EntityDescriptor>"
    )
}

fn simple(attributes: &str, content: &str) -> String {
    entity("", &role(attributes, &format!("{content}{}", acs("0", ACS))))
}

fn read(xml: &str) -> SpMetadata {
    parse(xml.as_bytes(), now()).unwrap()
}

fn errors(xml: &str) -> Vec<String> {
    parse(xml.as_bytes(), now()).unwrap_err().0
}

/// C022, C026, C144, C145, C146, C197.
#[test]
fn everything_of_interest_is_read() {
    let content = format!(
        "<md:Extensions><ui:UIInfo xmlns:ui=\"urn:oasis:names:tc:SAML:metadata:ui\">\
         <ui:DisplayName xml:lang=\"de\">Abholung</ui:DisplayName>\
         <ui:DisplayName xml:lang=\"en\"> Pickup\n Dispatch </ui:DisplayName></ui:UIInfo></md:Extensions>\
         {}{}{}<md:NameIDFormat>\n urn:f \n</md:NameIDFormat>\
         <md:AssertionConsumerService Binding=\"{POST}\" Location=\"{ACS}\" index=\"0\" isDefault=\"true\"/>\
         <md:AssertionConsumerService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact\" \
         Location=\"https://sp.example/artifact\" index=\"1\"/>{}\
         <md:AttributeConsumingService index=\"0\"><md:ServiceName xml:lang=\"en\">S</md:ServiceName>\
         <md:RequestedAttribute Name=\"urn:oid:1\" FriendlyName=\"mail\" isRequired=\"true\"/>\
         </md:AttributeConsumingService>",
        key_descriptor(" use=\"signing\"", &certificate(&RSA)),
        key_descriptor("", &certificate(&EC)),
        key_descriptor(" use=\"encryption\"", &certificate(&OTHER_RSA)),
        acs("2", ACS_7),
    );
    let xml = entity(
        " validUntil=\"2027-01-01T00:00:00Z\"",
        &role(
            " AuthnRequestsSigned=\"1\" WantAssertionsSigned=\"true\" validUntil=\"2026-06-01T00:00:00Z\"",
            &content,
        ),
    );
    let metadata = read(&xml);
    assert_eq!(metadata.entity_id.as_str(), ISSUER);
    assert_eq!(metadata.display_name.as_deref(), Some("Pickup Dispatch"));
    assert_eq!(metadata.signing_keys, [public(&RSA), public(&EC)]);
    assert_eq!(for_encryption(&metadata), [public(&OTHER_RSA)]);
    assert!(metadata.authn_requests_signed && metadata.want_assertions_signed);
    assert_eq!(metadata.name_id_formats, ["urn:f"]);
    let services: Vec<_> = metadata
        .assertion_consumer_services
        .iter()
        .map(|service| (service.index, service.url.as_str(), service.is_default))
        .collect();
    assert_eq!(services, [(0, ACS, Some(true)), (2, ACS_7, None)]);
    assert_eq!(metadata.valid_until, Some("2026-06-01T00:00:00Z".parse().unwrap()));
    let service = &metadata.attribute_consuming_services[0];
    let attribute = &service.attributes[0];
    assert_eq!((service.index, service.is_default), (0, None));
    assert_eq!((attribute.name.as_str(), attribute.required), ("urn:oid:1", true));
    assert_eq!(metadata.warnings.len(), 1, "{:?}", metadata.warnings);
    assert!(metadata.warnings[0].contains("HTTP-Artifact"));
}

fn for_encryption(metadata: &SpMetadata) -> Vec<PublicKeyDer> {
    metadata.encryption_keys.iter().map(|own| own.key.clone()).collect()
}

/// C026. A key without a use serves both; one that cannot encrypt serves signing alone.
#[test]
fn a_key_without_a_use_is_for_encryption_too() {
    let metadata = read(&simple("", &key_descriptor("", &certificate(&RSA))));
    assert_eq!(
        (for_encryption(&metadata), &*metadata.signing_keys),
        (vec![public(&RSA)], &[public(&RSA)][..])
    );
    let elliptic = read(&simple("", &key_descriptor("", &certificate(&EC))));
    assert!(elliptic.encryption_keys.is_empty() && elliptic.warnings.is_empty());
    let signing = read(&simple("", &key_descriptor(" use=\"signing\"", &certificate(&RSA))));
    assert!(signing.encryption_keys.is_empty());
}

/// A87, C026. A key for encryption that cannot be used is told, and kept: nothing goes in clear for it.
#[test]
fn a_key_for_encryption_that_cannot_be_used_is_told_and_kept() {
    let metadata = read(&simple("", &key_descriptor(" use=\"encryption\"", &certificate(&EC))));
    assert_eq!(for_encryption(&metadata), [public(&EC)]);
    assert!(metadata.warnings[0].contains("elliptic-curve"), "{:?}", metadata.warnings);
    let weak = PKey::from_rsa(Rsa::generate(1024).unwrap()).unwrap();
    let metadata = read(&simple("", &key_descriptor("", &certificate(&weak))));
    assert_eq!(for_encryption(&metadata), [public(&weak)]);
    let unreadable = key_descriptor(" use=\"encryption\"", "AAAA");
    let told = errors(&simple("", &unreadable));
    assert!(told[0].contains("cannot be read"), "{told:?}");
    let good = key_descriptor(" use=\"encryption\"", &certificate(&RSA));
    let metadata = read(&simple("", &format!("{unreadable}{good}")));
    assert_eq!(for_encryption(&metadata), [public(&RSA)]);
    assert_eq!(metadata.warnings.len(), 1);
}

/// C114, C194. The algorithms of a key are read in their order, with what belongs to them.
#[test]
fn the_algorithms_of_a_key_are_read_with_their_parts() {
    let methods = "</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\
        <md:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes128-gcm\"/>\
        <md:EncryptionMethod Algorithm=\" http://www.w3.org/2009/xmlenc11#rsa-oaep \">\
        <x:OAEPparams xmlns:x=\"http://www.w3.org/2001/04/xmlenc#\">\nAAE= </x:OAEPparams>\
        <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\" \
        xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>\
        <x:MGF xmlns:x=\"http://www.w3.org/2009/xmlenc11#\" \
        Algorithm=\"http://www.w3.org/2009/xmlenc11#mgf1sha256\"/></md:EncryptionMethod>";
    let descriptor = key_descriptor(" use=\"encryption\"", &certificate(&RSA));
    let end = "</ds:X509Certificate></ds:X509Data></ds:KeyInfo>";
    assert!(descriptor.contains(end), "{descriptor}");
    let metadata = read(&simple("", &descriptor.replace(end, methods)));
    let methods = &metadata.encryption_keys[0].methods;
    assert_eq!(methods.len(), 2);
    assert_eq!(methods[0].algorithm, "http://www.w3.org/2009/xmlenc11#aes128-gcm");
    assert_eq!(methods[1].algorithm, "http://www.w3.org/2009/xmlenc11#rsa-oaep");
    assert_eq!(methods[1].digest.as_deref(), Some("http://www.w3.org/2001/04/xmlenc#sha256"));
    assert_eq!(methods[1].mgf.as_deref(), Some("http://www.w3.org/2009/xmlenc11#mgf1sha256"));
    assert_eq!(methods[1].oaep_params.as_deref(), Some("AAE="));
}

/// C140.
#[test]
fn an_aggregate_with_exactly_one_service_provider_is_read() {
    let md = " xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"";
    let idp = entity("", "<md:IDPSSODescriptor/>").replace(ISSUER, "https://idp.example");
    let sp = simple("", "");
    let aggregate =
        |content: &str| format!("<md:EntitiesDescriptor{md}>{content}</md:EntitiesDescriptor>");
    assert_eq!(read(&aggregate(&format!("{idp}{}", aggregate(&sp)))).entity_id.as_str(), ISSUER);
    assert!(errors(&aggregate(&idp))[0].contains("0 service providers"));
    assert!(errors(&aggregate(&format!("{sp}{sp}")))[0].contains("2 service providers"));
}

/// C149.
#[test]
fn endpoints_that_cannot_be_posted_to_are_refused() {
    for location in [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://sp.example/",
        "/acs",
        "",
        " https://sp.example/acs",
        "https://",
        "https://user:password@sp.example/acs",
        "https://sp.example/acs#x",
    ] {
        let xml = entity("", &role("", &acs("0", location)));
        let errors = errors(&xml);
        assert_eq!(errors.len(), 1, "{location}: {errors:?}");
        assert!(!errors[0].contains("password@"), "{errors:?}");
    }
}

#[test]
fn unencrypted_endpoints_are_warned_of() {
    for (location, word) in [
        ("http://sp.example/acs", "not encrypted"),
        ("http://localhost:8080/acs", "loopback"),
        ("http://127.0.0.1/acs", "loopback"),
        ("http://[::1]/acs", "loopback"),
    ] {
        let metadata = read(&entity("", &role("", &acs("0", location))));
        assert_eq!(metadata.warnings.len(), 1, "{location}");
        assert!(metadata.warnings[0].contains(word), "{location}");
    }
}

/// C144.
#[test]
fn every_problem_is_reported_at_once() {
    let content = format!("{}{}{}", acs("0", ACS), acs("0", ACS_7), acs("x", ACS));
    let xml = entity(
        " validUntil=\"2020-01-01T00:00:00Z\"",
        &role(" AuthnRequestsSigned=\"yes\" WantAssertionsSigned=\"TRUE\"", &content),
    )
    .replace(ISSUER, "");
    let errors = errors(&xml);
    assert_eq!(errors.len(), 6, "{errors:#?}");
    for word in [
        "entityID",
        "index 0",
        "no index",
        "AuthnRequestsSigned",
        "WantAssertionsSigned",
        "expired",
    ] {
        assert!(errors.iter().any(|error| error.contains(word)), "{word}: {errors:#?}");
    }
}

#[test]
fn what_is_no_service_provider_of_saml_2_is_refused() {
    let idp = entity("", "<md:IDPSSODescriptor/>");
    assert!(errors(&idp)[0].contains("SPSSODescriptor"));
    let saml1 = simple("", "").replace("SAML:2.0:protocol", "SAML:1.1:protocol");
    assert!(errors(&saml1)[0].contains("SAML 2.0"));
    assert!(errors("<html></html>")[0].contains("html"));
    assert!(errors("not xml")[0].contains("well-formed"));
    assert!(errors("<!DOCTYPE a><a/>")[0].contains("DOCTYPE"));
    let artifact = simple("", "").replace("HTTP-POST", "HTTP-Artifact");
    assert!(errors(&artifact)[0].contains("HTTP-POST"));
}

/// C117.
#[test]
fn signing_without_a_usable_key_is_refused() {
    let signed = " AuthnRequestsSigned=\"true\"";
    assert!(errors(&simple(signed, ""))[0].contains("no usable signing key"));
    let weak = PKey::from_rsa(Rsa::generate(1024).unwrap()).unwrap();
    let weak = key_descriptor("", &certificate(&weak));
    assert!(errors(&simple(signed, &weak))[0].contains("no usable signing key"));
    let metadata = read(&simple("", &weak));
    assert!(metadata.signing_keys.is_empty());
    assert!(metadata.warnings[0].contains("1024 bits"), "{:?}", metadata.warnings);
    assert!(read(&simple("", &key_descriptor("", "AAAA"))).warnings[0].contains("DER certificate"));
}

#[test]
fn a_chain_of_certificates_is_one_key() {
    let two = format!(
        "{}</ds:X509Certificate><ds:X509Certificate>{}",
        certificate(&RSA),
        certificate(&OTHER_RSA)
    );
    let metadata = read(&simple("", &key_descriptor(" use=\"signing\"", &two)));
    assert_eq!(metadata.signing_keys, [public(&RSA)]);
    assert_eq!(metadata.warnings.len(), 1);
}

/// What a careful person would not trust a web server by: issued by another key with SHA-1, ended, or
/// not begun, for a certificate authority and for nothing but signing certificates.
fn odd_certificate(begins: i64, ends: i64) -> String {
    let mut certificate = X509::builder().unwrap();
    certificate.set_version(2).unwrap();
    certificate.set_not_before(&Asn1Time::from_unix(begins).unwrap()).unwrap();
    certificate.set_not_after(&Asn1Time::from_unix(ends).unwrap()).unwrap();
    let mut issuer = X509Name::builder().unwrap();
    issuer.append_entry_by_text("CN", "Somebody else").unwrap();
    certificate.set_issuer_name(&issuer.build()).unwrap();
    certificate.set_pubkey(&RSA).unwrap();
    let usage = KeyUsage::new().critical().key_cert_sign().build().unwrap();
    certificate.append_extension(usage).unwrap();
    certificate.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
    certificate.sign(&OTHER_RSA, MessageDigest::sha1()).unwrap();
    STANDARD.encode(certificate.build().to_der().unwrap())
}

/// C027, C146.
#[test]
fn a_certificate_is_only_the_carrier_of_its_key() {
    const DAY: i64 = 86_400;
    for (begins, ends) in
        [(0, DAY), (DAY * 365 * 60, DAY * 365 * 70), (DAY * 365 * 60, 0), (0, DAY * 365 * 100)]
    {
        let descriptor = key_descriptor(" use=\"signing\"", &odd_certificate(begins, ends));
        let metadata = read(&simple(" AuthnRequestsSigned=\"true\"", &descriptor));
        assert_eq!(metadata.signing_keys, [public(&RSA)], "{begins} {ends}");
        let mut sp = signing_sp();
        sp.settings.signing_keys = metadata.signing_keys;
        assert!(by_post_to(&sp, &Recipe::default().sign(&request())).unwrap().signed());
    }
}

/// C145.
#[test]
fn there_may_be_many_keys() {
    let generated: Vec<_> =
        (0..5).map(|_| PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap()).collect();
    let descriptors: String =
        generated.iter().map(|key| key_descriptor(" use=\"signing\"", &certificate(key))).collect();
    let expected: Vec<_> = generated.iter().map(public).collect();
    assert_eq!(read(&simple("", &descriptors)).signing_keys, expected);
}

/// C033, C147.
#[test]
fn what_is_unknown_in_metadata_is_passed_over() {
    let foreign = "<x:Thing xmlns:x=\"urn:example:x\" a=\"1\">text<x:More/></x:Thing>";
    let extensions = format!("<md:Extensions>{foreign}</md:Extensions>");
    let content = format!(
        "{extensions}{}<md:AssertionConsumerService Binding=\"{POST}\" Location=\"{ACS}\" index=\"0\" \
         xmlns:x=\"urn:example:x\" x:future=\"yes\">{foreign}</md:AssertionConsumerService>",
        key_descriptor("", &certificate(&RSA)),
    );
    let other_role = format!(
        "<md:RoleDescriptor xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns:x=\"urn:example:x\" xsi:type=\"x:Unknown\" protocolSupportEnumeration=\"urn:x\">\
         {extensions}</md:RoleDescriptor>"
    );
    let roles = format!("{extensions}{other_role}{}", role("", &content));
    let metadata = read(&entity(" xmlns:x=\"urn:example:x\" x:future=\"yes\"", &roles));
    assert_eq!(metadata.signing_keys, [public(&RSA)]);
    assert_eq!(metadata.assertion_consumer_services[0].url, ACS);
    assert_eq!(metadata.warnings, [""; 0]);
}

/// C197.
#[test]
fn the_name_for_people_is_the_display_name_else_the_service_name_else_none() {
    let ui = |name: &str| {
        format!(
            "<md:Extensions><ui:UIInfo xmlns:ui=\"urn:oasis:names:tc:SAML:metadata:ui\">{name}\
             </ui:UIInfo></md:Extensions>"
        )
    };
    let display = "<ui:DisplayName xml:lang=\"en\">Display</ui:DisplayName>";
    let service = "<md:AttributeConsumingService index=\"0\"><md:ServiceName xml:lang=\"en\">Service\
        </md:ServiceName><md:RequestedAttribute Name=\"a\"/></md:AttributeConsumingService>";
    let name = |before: &str, after: &str| {
        let content = format!("{before}{}{after}", acs("0", ACS));
        read(&entity("", &role("", &content))).display_name
    };
    assert_eq!(name(&ui(display), service).as_deref(), Some("Display"));
    assert_eq!(name(&ui(""), service).as_deref(), Some("Service"));
    assert_eq!(name("", ""), None, "its entityID is shown then");
}

#[test]
fn a_bare_rsa_key_is_read() {
    let rsa = RSA.rsa().unwrap();
    let value = format!(
        "<md:KeyDescriptor><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:KeyValue>\
         <ds:RSAKeyValue><ds:Modulus>{}</ds:Modulus><ds:Exponent>{}</ds:Exponent></ds:RSAKeyValue>\
         </ds:KeyValue></ds:KeyInfo></md:KeyDescriptor>",
        STANDARD.encode(rsa.n().to_vec()),
        STANDARD.encode(rsa.e().to_vec())
    );
    assert_eq!(read(&simple("", &value)).signing_keys, [public(&RSA)]);
}

#[test]
fn an_entity_id_that_is_no_uri_is_accepted_with_a_warning() {
    let metadata = read(&simple("", "").replace(ISSUER, "saml2-web-app-pickup-dispatch.com"));
    assert_eq!(metadata.entity_id.as_str(), "saml2-web-app-pickup-dispatch.com");
    assert!(metadata.warnings[0].contains("absolute URI"));
}

/// C149.
#[test]
fn names_for_people_hold_no_tricks() {
    let content = "<md:Extensions><ui:UIInfo xmlns:ui=\"urn:oasis:names:tc:SAML:metadata:ui\">\
        <ui:DisplayName xml:lang=\"en\">a\u{202e}b&lt;script>&#x7f;</ui:DisplayName></ui:UIInfo>\
        </md:Extensions>";
    let name = read(&simple("", content)).display_name.unwrap();
    assert_eq!(name, "a\u{fffd}b<script>\u{fffd}");
}

const ALG: &str = "xmlns:alg=\"urn:oasis:names:tc:SAML:metadata:algsupport\"";

fn extensions(elements: &str) -> String {
    format!("<md:Extensions {ALG}>{elements}</md:Extensions>")
}

fn signing(algorithm: &str) -> String {
    format!("<alg:SigningMethod Algorithm=\"{algorithm}\"/>")
}

fn digest(algorithm: &str) -> String {
    format!("<alg:DigestMethod Algorithm=\"{algorithm}\"/>")
}

fn signatures(metadata: &SpMetadata) -> Vec<&str> {
    metadata.algorithms.signatures.iter().map(|method| method.algorithm.as_str()).collect()
}

/// C115, C148.
#[test]
fn declared_algorithms_are_read_in_their_order_with_their_sizes() {
    let sized = "<alg:SigningMethod Algorithm=\"urn:a\" MinKeySize=\"3072\" MaxKeySize=\"4096\"/>";
    let of_entity = extensions(&format!("{}{}{sized}", digest("urn:d"), signing("urn:b")));
    let xml = entity("", &format!("{of_entity}{}", role("", &acs("0", ACS))));
    let read = read(&xml);
    assert_eq!(signatures(&read), ["urn:b", "urn:a"]);
    assert_eq!(read.algorithms.digests, ["urn:d"]);
    let method = &read.algorithms.signatures[1];
    assert_eq!((method.min_key_size, method.max_key_size), (Some(3_072), Some(4_096)));
    assert!(self::read(&simple("", "")).algorithms.is_empty());
}

/// C115.
#[test]
fn the_lists_of_the_role_replace_those_of_the_entity_kind_by_kind() {
    let of_entity = extensions(&format!("{}{}", digest("urn:d"), signing("urn:entity")));
    let of_role = extensions(&signing("urn:role"));
    let role = role("", &format!("{of_role}{}", acs("0", ACS)));
    let read = read(&entity("", &format!("{of_entity}{role}")));
    assert_eq!(signatures(&read), ["urn:role"]);
    assert_eq!(read.algorithms.digests, ["urn:d"], "the role says nothing of digests");
}

#[test]
fn a_declared_algorithm_that_cannot_be_read_is_an_error_and_not_left_out() {
    for element in [
        "<alg:SigningMethod/>",
        "<alg:DigestMethod Algorithm=\" \"/>",
        "<alg:SigningMethod Algorithm=\"urn:a\" MinKeySize=\"big\"/>",
        "<alg:SigningMethod Algorithm=\"urn:a\" MaxKeySize=\"-1\"/>",
        &signing("urn:a").repeat(65),
    ] {
        let xml = simple("", &extensions(element));
        assert_eq!(errors(&xml).len(), 1, "{element}");
    }
}

/// C101, C148. Its categories, and which identifier it needs.
#[test]
fn entity_attributes_are_read_from_the_entity() {
    let attribute = |name: &str, values: &str| {
        format!(
            "<saml:Attribute xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" Name=\"{name}\" \
             NameFormat=\"urn:oasis:names:tc:SAML:2.0:attrname-format:uri\">{values}</saml:Attribute>"
        )
    };
    let value = |text: &str| format!("<saml:AttributeValue>{text}</saml:AttributeValue>");
    let extension = |content: &str| {
        format!(
            "<md:Extensions><a:EntityAttributes xmlns:a=\"urn:oasis:names:tc:SAML:metadata:attribute\">\
             {content}</a:EntityAttributes></md:Extensions>"
        )
    };
    let category = "http://macedir.org/entity-category";
    let content = [
        attribute(category, &(value("\n urn:a \n") + &value("urn:b"))),
        attribute(REQUIREMENT, &value("pairwise-id")),
        attribute(category, &value("urn:c")),
        attribute("urn:empty", "<saml:AttributeValue/>"),
        attribute(" ", &value("x")),
        "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"/>".to_owned(),
    ];
    let role = role("", &acs("0", ACS));
    let metadata = read(&entity("", &format!("{}{role}", extension(&content.concat()))));
    let found: Vec<(&str, Vec<&str>)> = metadata
        .entity_attributes
        .iter()
        .map(|one| (one.name.as_str(), one.values.iter().map(String::as_str).collect()))
        .collect();
    let expected: [(&str, Vec<&str>); 3] = [
        (category, vec!["urn:a", "urn:b", "urn:c"]),
        (REQUIREMENT, vec!["pairwise-id"]),
        ("urn:empty", vec![]),
    ];
    assert_eq!(found, expected);
    assert_eq!(metadata.warnings.len(), 1, "{:?}", metadata.warnings);
    let many: String = (0..70).map(|n| attribute(&format!("urn:{n}"), &value("x"))).collect();
    assert_eq!(read(&entity("", &(extension(&many) + &role))).entity_attributes.len(), 64);
}
