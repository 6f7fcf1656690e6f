//! The order of elements in the OASIS schemas, and the values the profile demands (saml-profiles
//! 4.1.4.2).

use idp_core::saml::status::Status;
use idp_core::service_provider::SignedElements;
use roxmltree::{Document, Node};

use crate::support::{ACS, IDP, REQUEST, SP, Scene, ec_key};

fn children<'a>(node: Node<'a, '_>) -> Vec<&'a str> {
    node.children().filter(Node::is_element).map(|child| child.tag_name().name()).collect()
}

fn find<'a, 'i>(document: &'a Document<'i>, name: &str) -> Node<'a, 'i> {
    let mut found = document.descendants().filter(|node| node.tag_name().name() == name);
    let first = found.next().unwrap_or_else(|| panic!("no {name}"));
    assert!(found.next().is_none(), "more than one {name}");
    first
}

/// C081, C184.
#[test]
fn elements_stand_in_the_order_of_the_schemas() {
    let scene = Scene::new(ec_key()).signing(SignedElements::Both).releasing("urn:a", &["b"]);
    let response = scene.issue().unwrap();
    let document = Document::parse(response.xml()).unwrap();
    let order = |name| children(find(&document, name));
    assert_eq!(order("Response"), ["Issuer", "Signature", "Status", "Assertion"]);
    assert_eq!(
        order("Assertion"),
        ["Issuer", "Signature", "Subject", "Conditions", "AuthnStatement", "AttributeStatement"]
    );
    assert_eq!(order("Subject"), ["NameID", "SubjectConfirmation"]);
    assert_eq!(order("Conditions"), ["AudienceRestriction"]);
    assert_eq!(order("AuthnStatement"), ["AuthnContext"]);
    for signature in document.descendants().filter(|n| n.tag_name().name() == "Signature") {
        assert_eq!(children(signature), ["SignedInfo", "SignatureValue", "KeyInfo"]);
    }
}

/// C072, C073, C074, C077, C078, C079, C080, C181, C182, C222.
#[test]
fn the_assertion_says_what_the_profile_demands() {
    let response = Scene::new(ec_key()).issue().unwrap();
    let document = Document::parse(response.xml()).unwrap();
    let root = document.root_element();
    assert_eq!(root.attribute("Destination"), Some(ACS));
    assert_eq!(root.attribute("InResponseTo"), Some(REQUEST));
    for issuer in document.descendants().filter(|n| n.tag_name().name() == "Issuer") {
        assert_eq!((issuer.text(), issuer.attribute("Format")), (Some(IDP), None));
    }
    assert_eq!(find(&document, "Audience").text(), Some(SP));
    let data = find(&document, "SubjectConfirmationData");
    assert_eq!(data.attribute("Recipient"), Some(ACS));
    assert_eq!(data.attribute("InResponseTo"), Some(REQUEST));
    assert_eq!(data.attribute("NotBefore"), None);
    assert_eq!(data.attribute("NotOnOrAfter"), Some("2026-03-04T05:11:07.089Z"));
    let conditions = find(&document, "Conditions");
    assert_eq!(conditions.attribute("NotBefore"), Some("2026-03-04T05:05:07.089Z"));
    assert_eq!(conditions.attribute("NotOnOrAfter"), Some("2026-03-04T05:11:07.089Z"));
    let statement = find(&document, "AuthnStatement");
    assert_eq!(statement.attribute("AuthnInstant"), Some("2026-03-04T05:04:37.089Z"));
    assert_eq!(statement.attribute("SessionIndex"), Some("_session1"));
    assert_eq!(statement.attribute("SessionNotOnOrAfter"), Some("2026-03-04T13:06:07.089Z"));
}

/// C091, C103, C104, C105, C106.
#[test]
fn attributes_follow_their_values() {
    let mut scene = Scene::new(ec_key())
        .releasing("urn:several", &["a", "b"])
        .releasing("urn:none", &[])
        .releasing("urn:empty", &[""])
        .releasing("urn:blank", &["  \t"]);
    scene.sp.settings.attributes.push(
        serde_json::from_value(serde_json::json!({
            "claim": "http://wso2.org/claims/username", "name": "uid",
            "name_format": "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
            "friendly_name": "User name",
        }))
        .unwrap(),
    );
    let response = scene.issue().unwrap();
    for part in [
        concat!(
            r#"<saml:Attribute Name="urn:several" "#,
            r#"NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">"#,
            "<saml:AttributeValue>a</saml:AttributeValue>",
            "<saml:AttributeValue>b</saml:AttributeValue></saml:Attribute>"
        ),
        r#"attrname-format:uri"><saml:AttributeValue></saml:AttributeValue></saml:Attribute>"#,
        concat!(
            r#"<saml:Attribute FriendlyName="User name" Name="uid" "#,
            r#"NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic">"#,
            "<saml:AttributeValue>alice</saml:AttributeValue></saml:Attribute>"
        ),
    ] {
        assert!(response.xml().contains(part), "{part}\nnot in\n{}", response.xml());
    }
    assert!(!response.xml().contains("urn:none"));
    assert!(!response.xml().contains('\t'));
}

/// C106. As an administrator wants it of a person who has no value.
#[test]
fn an_attribute_without_a_value_is_left_out_or_empty_or_nil() {
    let told = |without: &str| {
        let mut scene = Scene::new(ec_key()).releasing("urn:none", &[]);
        let rule = &mut scene.sp.settings.attributes[0];
        rule.without_value = serde_json::from_value(serde_json::json!(without)).unwrap();
        let xml = scene.issue().unwrap().xml().to_owned();
        crate::schemas::assert_valid(&xml);
        let start = xml.find("<saml:Attribute ").map(|at| xml[at..].to_owned());
        start.map(|rest| rest[..rest.find("</saml:Attribute>").unwrap()].to_owned())
    };
    let open = concat!(
        r#"<saml:Attribute Name="urn:none" "#,
        r#"NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">"#,
    );
    assert_eq!(told("leave-out"), None);
    assert_eq!(told("no-value").as_deref(), Some(open));
    let nil = concat!(
        r#"<saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" "#,
        r#"xsi:nil="true"></saml:AttributeValue>"#,
    );
    assert_eq!(told("nil").as_deref(), Some(&*format!("{open}{nil}")));
}

/// C076.
#[test]
fn without_attributes_there_is_no_attribute_statement() {
    let response = Scene::new(ec_key()).issue().unwrap();
    assert!(!response.xml().contains("AttributeStatement"));
}

/// C067.
#[test]
fn a_refusal_is_signed_and_holds_no_assertion() {
    let scene = Scene::new(ec_key()).signing(SignedElements::Assertion);
    let refusal = scene.refuse(Status::InvalidNameIdPolicy, Some("no"));
    let document = Document::parse(refusal.xml()).unwrap();
    assert_eq!(children(document.root_element()), ["Issuer", "Signature", "Status"]);
    assert_eq!(children(find(&document, "Status")), ["StatusCode", "StatusMessage"]);
    for status in [
        Status::Requester,
        Status::RequestUnsupported,
        Status::ResourceNotRecognized,
        Status::RequestDenied,
        Status::Responder,
        Status::AuthnFailed,
        Status::NoAuthnContext,
        Status::NoPassive,
        Status::UnknownPrincipal,
        Status::VersionMismatch,
    ] {
        let top = status.top_level();
        let top = top.rsplit(':').next().unwrap();
        assert!(["Requester", "Responder", "VersionMismatch"].contains(&top), "{status:?}");
        assert!(!scene.refuse(status, None).xml().contains("Assertion"), "{status:?}");
    }
    let codes: Vec<_> = document
        .descendants()
        .filter(|node| node.tag_name().name() == "StatusCode")
        .filter_map(|node| node.attribute("Value"))
        .collect();
    assert_eq!(
        codes,
        [
            "urn:oasis:names:tc:SAML:2.0:status:Requester",
            "urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy"
        ]
    );
}

/// C089, C184, C185.
#[test]
fn no_signature_uses_sha1_or_more_than_one_reference_or_other_transforms() {
    let response = Scene::new(ec_key()).signing(SignedElements::Both).issue().unwrap();
    assert!(!response.xml().contains("sha1"));
    let document = Document::parse(response.xml()).unwrap();
    for info in document.descendants().filter(|n| n.tag_name().name() == "SignedInfo") {
        assert_eq!(children(info), ["CanonicalizationMethod", "SignatureMethod", "Reference"]);
        let algorithms = |name: &str| -> Vec<_> {
            info.descendants()
                .filter(|node| node.tag_name().name() == name)
                .filter_map(|node| node.attribute("Algorithm"))
                .collect()
        };
        let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
        let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
        assert_eq!(algorithms("CanonicalizationMethod"), [exclusive]);
        assert_eq!(algorithms("Transform"), [enveloped, exclusive]);
        let signed = info.parent().and_then(|signature| signature.parent()).unwrap();
        let reference = info
            .children()
            .find(|node| node.has_tag_name(("http://www.w3.org/2000/09/xmldsig#", "Reference")));
        let uri = reference.and_then(|reference| reference.attribute("URI")).unwrap();
        assert_eq!(uri.strip_prefix('#'), signed.attribute("ID"));
    }
}
