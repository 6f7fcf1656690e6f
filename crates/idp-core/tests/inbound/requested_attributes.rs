//! AttributeConsumingService in the metadata of service providers (saml-metadata 2.4.4).

use idp_core::attribute_release::RequestedAttribute;
use idp_core::saml::metadata::sp::{SpMetadata, parse};

use crate::support::{ACS, ISSUER, now};

fn metadata(services: &str) -> String {
    format!(
        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" entityID=\"{ISSUER}\">\
         <md:SPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
         <md:AssertionConsumerService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
         Location=\"{ACS}\" index=\"0\"/>{services}</md:SPSSODescriptor></md:EntityDescriptor>"
    )
}

fn service(attributes: &str, content: &str) -> String {
    format!(
        "<md:AttributeConsumingService{attributes}><md:ServiceName xml:lang=\"en\">S\
         </md:ServiceName>{content}</md:AttributeConsumingService>"
    )
}

fn requested(content: &str) -> String {
    metadata(&service(" index=\"1\"", content))
}

fn read(xml: &str) -> SpMetadata {
    parse(xml.as_bytes(), now()).unwrap()
}

fn indexes(metadata: &SpMetadata) -> Vec<u16> {
    metadata.attribute_consuming_services.iter().map(|service| service.index).collect()
}

/// C109.
#[test]
fn every_service_is_read_with_what_it_asks_for() {
    let first = service(
        " index=\" 4 \" isDefault=\"false\"",
        "<md:RequestedAttribute Name=\"urn:oid:1\" FriendlyName=\"mail\" isRequired=\"1\" \
         NameFormat=\"urn:oasis:names:tc:SAML:2.0:attrname-format:uri\"/>\
         <md:RequestedAttribute Name=\"role\"><saml:AttributeValue>\n staff \n</saml:AttributeValue>\
         <saml:AttributeValue/></md:RequestedAttribute>",
    );
    let second = service(" index=\"0\" isDefault=\"true\"", "");
    let read = read(&metadata(&(first + &second)));
    assert_eq!(indexes(&read), [4, 0]);
    assert_eq!(read.warnings, [""; 0]);
    let [first, second] = &read.attribute_consuming_services[..] else { panic!("not two") };
    assert_eq!((first.is_default, second.is_default), (Some(false), Some(true)));
    assert_eq!(
        first.attributes,
        [
            RequestedAttribute {
                name: "urn:oid:1".to_owned(),
                name_format: Some("urn:oasis:names:tc:SAML:2.0:attrname-format:uri".to_owned()),
                friendly_name: Some("mail".to_owned()),
                required: true,
                values: Vec::new(),
            },
            RequestedAttribute {
                name: "role".to_owned(),
                values: vec!["staff".to_owned(), String::new()],
                ..RequestedAttribute::default()
            },
        ]
    );
}

#[test]
fn a_service_that_cannot_be_selected_is_left_out_with_a_warning() {
    for attributes in ["", " index=\"\"", " index=\"-1\"", " index=\"65536\"", " index=\"x\""] {
        let read = read(&metadata(&service(attributes, "")));
        assert_eq!(indexes(&read), [0; 0], "{attributes}");
        assert!(read.warnings[0].contains("between 0 and 65535"), "{:?}", read.warnings);
    }
    let twice = service(" index=\"1\" isDefault=\"true\"", "") + &service(" index=\"1\"", "");
    let read = read(&metadata(&twice));
    assert_eq!(read.attribute_consuming_services.len(), 1);
    assert_eq!(read.attribute_consuming_services[0].is_default, Some(true));
    assert!(read.warnings[0].contains("index 1"), "{:?}", read.warnings);
}

#[test]
fn values_that_cannot_be_compared_never_become_a_request_for_every_value() {
    let value = "<saml:AttributeValue><saml:NameID>x</saml:NameID></saml:AttributeValue>";
    let role = |values: &str| {
        format!("<md:RequestedAttribute Name=\"role\">{values}</md:RequestedAttribute>")
    };
    let only = read(&requested(&role(value)));
    assert_eq!(only.attribute_consuming_services[0].attributes, []);
    assert!(only.warnings[0].contains("role"), "{:?}", only.warnings);
    let beside = role(&format!("{value}<saml:AttributeValue>a</saml:AttributeValue>"));
    assert_eq!(
        read(&requested(&beside)).attribute_consuming_services[0].attributes[0].values,
        ["a"]
    );
}

#[test]
fn what_cannot_be_understood_or_kept_is_refused() {
    let attribute = |attributes| requested(&format!("<md:RequestedAttribute{attributes}/>"));
    for (xml, expected) in [
        (attribute(""), "no Name"),
        (attribute(" Name=\" \""), "no Name"),
        (attribute(" Name=\"a\" isRequired=\"yes\""), "isRequired"),
        (metadata(&service(" index=\"1\" isDefault=\"no\"", "")), "isDefault"),
        (requested(&"<md:RequestedAttribute Name=\"a\"/>".repeat(257)), "at most 256"),
        (metadata(&service(" index=\"1\"", "").repeat(1025)), "at most 1024"),
        (
            requested(&format!(
                "<md:RequestedAttribute Name=\"a\">{}</md:RequestedAttribute>",
                "<saml:AttributeValue/>".repeat(257)
            )),
            "at most 256",
        ),
    ] {
        let errors = parse(xml.as_bytes(), now()).unwrap_err().0;
        assert!(errors[0].contains(expected), "{expected}: {errors:?}");
    }
}
