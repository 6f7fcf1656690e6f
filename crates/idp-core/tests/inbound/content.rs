//! What a request says: read into types, or refused toward the service provider.

use idp_core::saml::request::Comparison;
use idp_core::saml::status::Status;
use idp_core::saml::urn::NameIdFormat;

use crate::support::*;

fn refused(xml: &str) -> (Status, String) {
    let refusal = by_post(xml).unwrap_err().refused();
    assert!(refusal.request.acs_url().starts_with(ACS));
    assert!(!refusal.reason.advice.is_empty() && !refusal.reason.rule.is_empty());
    (refusal.status, refusal.reason.code)
}

fn requester(code: &str) -> (Status, String) {
    (Status::Requester, code.to_owned())
}

fn with_children(children: &str) -> String {
    request_with("", children)
}

#[test]
fn everything_a_service_provider_may_wish_is_read() {
    let xml = request_with(
        " ForceAuthn=\"1\" IsPassive=\"true\" AttributeConsumingServiceIndex=\"3\" \
         ProviderName=\"&lt;b&gt;\" Consent=\"urn:x\"",
        "<samlp:Extensions><x xmlns=\"urn:x\">anything <!-- --></x></samlp:Extensions>\
         <saml:Subject><saml:NameID Format=\"urn:f\" NameQualifier=\"n\" SPNameQualifier=\"s\">bob\
         </saml:NameID></saml:Subject>\
         <samlp:NameIDPolicy Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:transient\" \
         SPNameQualifier=\"https://sp.example/saml\" AllowCreate=\"true\"></samlp:NameIDPolicy>\
         <saml:Conditions><saml:AudienceRestriction></saml:AudienceRestriction></saml:Conditions>\
         <samlp:RequestedAuthnContext Comparison=\"minimum\"><saml:AuthnContextClassRef>urn:a\
         </saml:AuthnContextClassRef><saml:AuthnContextClassRef>urn:b</saml:AuthnContextClassRef>\
         </samlp:RequestedAuthnContext><samlp:Scoping ProxyCount=\"0\"></samlp:Scoping>",
    )
    .replace("bob         <", "bob<");
    let verified = by_post(&xml).unwrap();
    let wishes = verified.wishes();
    assert!(wishes.force_authn && wishes.is_passive);
    assert_eq!(wishes.attribute_consuming_service_index, Some(3));
    let subject = wishes.subject.as_ref().unwrap();
    assert_eq!((subject.value.as_str(), subject.format.as_deref()), ("bob", Some("urn:f")));
    let policy = wishes.name_id_policy.as_ref().unwrap();
    assert_eq!(policy.format.as_deref(), Some(NameIdFormat::Transient.uri()));
    assert!(policy.allow_create);
    let context = wishes.context.as_ref().unwrap();
    assert_eq!(context.comparison, Comparison::Minimum);
    assert_eq!(context.classes, ["urn:a", "urn:b"]);
}

#[test]
fn a_disabled_service_provider_gets_no_answer() {
    let mut sp = sp();
    sp.enabled = false;
    let error = by_post_to(&sp, &request()).unwrap_err();
    assert_eq!(error.local(), "service-provider-disabled");
}

/// C020, C035.
#[test]
fn the_issuer_must_be_the_service_provider_that_was_looked_up() {
    for issuer in ["https://sp.example/SAML", "https://other.example", "https://sp.example/saml/"] {
        let xml = request().replace(ISSUER, issuer);
        assert_eq!(by_post(&xml).unwrap_err().local(), "issuer-mismatch", "{issuer}");
    }
    let entity = "<saml:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\">";
    assert!(by_post(&request().replace("<saml:Issuer>", entity)).is_ok());
    let odd = entity.replace("entity", "persistent");
    let error = by_post(&request().replace("<saml:Issuer>", &odd)).unwrap_err();
    assert_eq!(error.local(), "issuer-format");
}

/// C015, C019.
#[test]
fn destination_must_be_ours_and_present_when_signed() {
    let destination = format!(" Destination=\"{SSO}\"");
    for other in ["https://other.example/sso", "https://idp.example/saml/sso/", ""] {
        let xml = request().replace(SSO, other);
        assert_eq!(by_post(&xml).unwrap_err().local(), "destination-mismatch", "{other}");
    }
    let without = request().replace(&destination, "");
    assert!(by_post(&without).is_ok());
    let signed = Recipe::default().sign(&without);
    assert_eq!(by_post(&signed).unwrap_err().local(), "destination-missing");
}

/// C017.
#[test]
fn other_versions_are_refused_with_version_mismatch() {
    for version in ["1.1", "2.1", "3.0", "2", "02.0", "x"] {
        let xml = request().replace("Version=\"2.0\"", &format!("Version=\"{version}\""));
        assert_eq!(refused(&xml), (Status::VersionMismatch, "version-mismatch".to_owned()));
    }
    assert_eq!(refused(&request().replace(" Version=\"2.0\"", "")), requester("version-missing"));
}

/// C072.
#[test]
fn an_id_that_cannot_be_echoed_is_refused_without_in_response_to() {
    let too_long = format!("_{}", "x".repeat(256));
    for id in ["1abc", "a b", "a:b", "", "&quot;&gt;&lt;script", "a&#xA;", too_long.as_str()] {
        let xml = request().replace("ID=\"_r1\"", &format!("ID=\"{id}\""));
        let refusal = by_post(&xml).unwrap_err().refused();
        assert_eq!(refusal.reason.code, "id-invalid", "{id}");
        assert_eq!(refusal.request.id(), "");
    }
    assert_eq!(refused(&request().replace(" ID=\"_r1\"", "")), requester("id-invalid"));
    let longest = format!("_{}", "x".repeat(255));
    assert!(by_post(&request().replace("_r1", &longest)).is_ok());
}

/// C032, C200.
#[test]
fn issue_instant_must_lie_within_window_and_skew() {
    let at = |instant: &str| request().replace(NOW, instant);
    for instant in [
        "2026-03-01T11:52:00Z",
        "2026-03-01T12:03:00Z",
        "2026-03-01T12:03:00.000Z",
        "2026-03-01T12:00:00",
        "2026-03-01T13:00:00+01:00",
    ] {
        assert!(by_post(&at(instant)).is_ok(), "{instant}");
    }
    assert_eq!(refused(&at("2026-03-01T11:51:59Z")), requester("request-too-old"));
    assert_eq!(refused(&at("2026-03-01T12:03:01Z")), requester("request-from-the-future"));
    for instant in ["", "yesterday", "2026-03-01", "1772366400"] {
        assert_eq!(refused(&at(instant)), requester("issue-instant-invalid"), "{instant}");
    }
    let missing = request().replace(&format!(" IssueInstant=\"{NOW}\""), "");
    assert_eq!(refused(&missing), requester("issue-instant-invalid"));
}

/// C036.
#[test]
fn booleans_are_read_exactly() {
    for name in ["ForceAuthn", "IsPassive"] {
        for value in ["TRUE", "True", "yes", "", " true", "0 ", "2"] {
            let xml = request_with(&format!(" {name}=\"{value}\""), "");
            assert_eq!(refused(&xml), requester("boolean-invalid"), "{name} {value:?}");
        }
    }
    let xml = request_with(" ForceAuthn=\"0\" IsPassive=\"false\"", "");
    let verified = by_post(&xml).unwrap();
    assert!(!verified.wishes().force_authn && !verified.wishes().is_passive);
}

/// C016.
#[test]
fn elements_out_of_order_repeated_or_unknown_are_refused() {
    let policy = "<samlp:NameIDPolicy></samlp:NameIDPolicy>";
    for children in [
        format!("{policy}{policy}"),
        format!("{policy}<saml:Subject><saml:NameID>a</saml:NameID></saml:Subject>"),
        format!("<samlp:Scoping></samlp:Scoping>{policy}"),
        "<samlp:Other></samlp:Other>".to_owned(),
        "<x xmlns=\"urn:x\"></x>".to_owned(),
        "<saml:NameIDPolicy></saml:NameIDPolicy>".to_owned(),
        "text".to_owned(),
        format!("{policy}text"),
        "<samlp:NameIDPolicy><x></x></samlp:NameIDPolicy>".to_owned(),
        "<saml:Conditions xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:type=\"saml:Other\"></saml:Conditions>"
            .to_owned(),
    ] {
        assert_eq!(refused(&with_children(&children)), requester("schema-invalid"), "{children}");
    }
    let xsi = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"samlp:X\"";
    assert_eq!(refused(&request_with(xsi, "")), requester("schema-invalid"));
}

/// C034, C064.
#[test]
fn subjects_that_cannot_be_honoured_are_refused() {
    let subject = |content: &str| with_children(&format!("<saml:Subject>{content}</saml:Subject>"));
    let confirmation = "<saml:SubjectConfirmation Method=\"urn:m\"></saml:SubjectConfirmation>";
    let name_id = "<saml:NameID>bob</saml:NameID>";
    for content in [confirmation.to_owned(), format!("{name_id}{confirmation}")] {
        assert_eq!(refused(&subject(&content)), requester("subject-confirmation-present"));
    }
    for name in ["EncryptedID", "BaseID"] {
        let (status, code) = refused(&subject(&format!("<saml:{name}></saml:{name}>")));
        assert_eq!(status, Status::RequestUnsupported);
        assert_eq!(code, "subject-identifier-unsupported");
    }
    let long = format!("<saml:NameID>{}</saml:NameID>", "x".repeat(1025));
    for content in [
        "",
        "bob",
        &format!("{name_id}{name_id}"),
        "<saml:NameID></saml:NameID>",
        "<saml:NameID>bo<!-- -->b</saml:NameID>",
        "<saml:Other></saml:Other>",
        &long,
    ] {
        assert_eq!(refused(&subject(content)), requester("schema-invalid"), "{content}");
    }
}

/// C058, C059, C061.
#[test]
fn name_id_policies_that_cannot_be_honoured_are_refused() {
    let policy = |attributes: &str| {
        with_children(&format!("<samlp:NameIDPolicy {attributes}></samlp:NameIDPolicy>"))
    };
    for (attributes, code) in [
        (
            "Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted\"",
            "name-id-format-unavailable",
        ),
        (
            "Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos\"",
            "name-id-format-unavailable",
        ),
        ("Format=\"\"", "name-id-format-unavailable"),
        ("SPNameQualifier=\"https://rival.example\"", "name-id-qualifier-foreign"),
        ("SPNameQualifier=\"\"", "name-id-qualifier-foreign"),
    ] {
        let expected = (Status::InvalidNameIdPolicy, code.to_owned());
        assert_eq!(refused(&policy(attributes)), expected, "{attributes}");
    }
    assert_eq!(refused(&policy("AllowCreate=\"maybe\"")), requester("boolean-invalid"));
    let mut strict = sp();
    strict.settings.name_id.formats = vec![NameIdFormat::Transient];
    for (format, allowed) in [
        (NameIdFormat::Transient, true),
        (NameIdFormat::Persistent, true), // its default format
        (NameIdFormat::Unspecified, true),
        (NameIdFormat::EmailAddress, false),
    ] {
        let xml = policy(&format!("Format=\"{}\"", format.uri()));
        assert_eq!(by_post_to(&strict, &xml).is_ok(), allowed, "{format:?}");
    }
}

/// C034.
#[test]
fn contexts_that_cannot_be_read_are_refused() {
    let class = "<saml:AuthnContextClassRef>urn:a</saml:AuthnContextClassRef>";
    let declaration = "<saml:AuthnContextDeclRef>urn:d</saml:AuthnContextDeclRef>";
    let context = |attributes: &str, content: &str| {
        with_children(&format!(
            "<samlp:RequestedAuthnContext{attributes}>{content}</samlp:RequestedAuthnContext>"
        ))
    };
    assert_eq!(
        refused(&context(" Comparison=\"best\"", class)),
        requester("context-comparison-invalid")
    );
    assert_eq!(refused(&context("", "")), requester("context-count"));
    assert_eq!(refused(&context("", &class.repeat(33))), requester("context-count"));
    assert!(by_post(&context("", &class.repeat(32))).is_ok());
    for content in [declaration.to_owned(), format!("{class}{declaration}")] {
        let expected = (Status::NoAuthnContext, "context-declaration-unsupported".to_owned());
        assert_eq!(refused(&context("", &content)), expected);
    }
    for content in ["<saml:AuthnContextClassRef></saml:AuthnContextClassRef>", "<x></x>", "text"] {
        assert_eq!(refused(&context("", content)), requester("schema-invalid"), "{content}");
    }
}

#[test]
fn attribute_indexes_are_numbers() {
    for index in ["-1", "65536", "x", ""] {
        let xml = request_with(&format!(" AttributeConsumingServiceIndex=\"{index}\""), "");
        assert_eq!(refused(&xml), requester("attribute-index-invalid"), "{index:?}");
    }
}

/// C065.
#[test]
fn an_attribute_index_that_is_not_registered_is_refused() {
    use idp_core::attribute_release::Release;
    let xml = |index| request_with(&format!(" AttributeConsumingServiceIndex=\"{index}\""), "");
    let mut sp = sp();
    // Of this service provider no services are known, and it is told everything anyway.
    assert!(by_post_to(&sp, &xml(7)).is_ok());
    sp.settings.release = Release::Requested;
    let refusal = by_post_to(&sp, &xml(7)).unwrap_err().refused();
    assert_eq!(refusal.reason.code, "attribute-index-unknown");
    let service = serde_json::json!({ "index": 7, "attributes": [{ "name": "urn:a" }] });
    sp.settings.attribute_consuming_services = vec![serde_json::from_value(service).unwrap()];
    for release in [Release::All, Release::Requested, Release::Required] {
        sp.settings.release = release;
        assert!(by_post_to(&sp, &xml(7)).is_ok());
        let refusal = by_post_to(&sp, &xml(0)).unwrap_err().refused();
        assert_eq!(refusal.status, Status::ResourceNotRecognized);
        assert_eq!(refusal.reason.code, "attribute-index-unknown");
        assert_eq!(refusal.request.acs_url(), ACS);
    }
}

/// C031.
#[test]
fn strings_of_256_characters_of_any_legal_content_pass() {
    let long = "ä€&amp;'&lt;𝄞 \u{85}".repeat(32);
    let xml = request_with(
        &format!(" ProviderName=\"{long}\""),
        &format!("<saml:Subject><saml:NameID>{long}</saml:NameID></saml:Subject>"),
    );
    let verified = by_post(&xml).unwrap();
    assert_eq!(verified.wishes().subject.as_ref().unwrap().value, "ä€&'<𝄞 \u{85}".repeat(32));
}

#[test]
fn what_is_quoted_in_reasons_is_short_and_printable() {
    let hostile = format!("&#xA;\u{202e}{}", "<".replace('<', "&lt;script>").repeat(100));
    let xml = request().replace("Version=\"2.0\"", &format!("Version=\"{hostile}\""));
    let found = by_post(&xml).unwrap_err().reason().found.clone();
    assert!(found.chars().count() <= 201);
    assert!(!found.chars().any(|c| c.is_control() || c == '\u{202e}'));
}
