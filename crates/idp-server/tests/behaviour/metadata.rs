//! Our metadata: signed, in the order of the schema, and about what works.

use chrono::{DateTime, TimeDelta, Utc};
use idp_core::saml::urn::KeyKind;

use crate::schemas::assert_valid;
use crate::support::{Backend, Browser, Idp, IdpOptions, Page, Sp, verified_by_xmlsec1, xml};

async fn metadata(idp: &Idp) -> Page {
    let page = Browser::new().get(&format!("{}/saml/metadata", idp.url)).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert_valid(&page.text);
    page
}

/// C136, C196.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "the reader's own clock")]
async fn it_is_signed_and_valid_for_a_while() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let page = metadata(&idp).await;
    assert!(page.header("content-type").starts_with("application/samlmetadata+xml"));
    assert_eq!(verified_by_xmlsec1(&idp, &page.text).await, ["EntityDescriptor"]);
    let root = |name| xml::attribute(&page.text, "md:EntityDescriptor", name).unwrap();
    assert_eq!(root("entityID"), format!("{}/saml/metadata", idp.url));
    assert_eq!(root("cacheDuration"), "PT21600S");
    let valid_until = DateTime::parse_from_rfc3339(root("validUntil")).unwrap().to_utc();
    let left = valid_until - Utc::now();
    assert!(left > TimeDelta::days(6) && left <= TimeDelta::days(7), "{left}");
    assert_eq!(page.text.matches("validUntil").count(), 1, "only the root has a validity");
}

/// C133, C134.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_advertises_what_works_and_nothing_else() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let text = metadata(&idp).await.text;
    let bindings = ["HTTP-Redirect", "HTTP-POST"];
    assert_eq!(xml::count(&text, "md:SingleSignOnService"), bindings.len());
    for binding in bindings {
        let service = format!(
            "<md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:{binding}\" Location=\"{}\">",
            idp.sso_url()
        );
        assert!(text.contains(&service), "{service} is missing in {text}");
    }
    for (binding, path) in [("HTTP-Redirect", "slo"), ("HTTP-POST", "slo"), ("SOAP", "slo/soap")] {
        let service = format!(
            "<md:SingleLogoutService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:{binding}\" Location=\"{}/saml/{path}\">",
            idp.url
        );
        assert!(text.contains(&service), "{service} is missing in {text}");
    }
    // OAEP has SHA-1 inside, which is no weakness there; nothing is signed with it.
    let signing: String = text
        .split("<md:EncryptionMethod")
        .map(|part| part.split_once("</md:EncryptionMethod>").map_or(part, |(_, rest)| rest))
        .collect();
    for absent in [":HTTP-Artifact", ":PAOS", "errorURL=", "md:Organization", "sha1\"", "-md5"] {
        assert!(!signing.contains(absent), "{absent} in {text}");
    }
    assert_eq!(
        xml::attribute(&text, "md:IDPSSODescriptor", "protocolSupportEnumeration"),
        Some("urn:oasis:names:tc:SAML:2.0:protocol")
    );
    let formats = xml::texts(&text, "md:NameIDFormat");
    assert_eq!(formats.len(), 4, "{formats:?}");
}

/// C102, C116, C133.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn elements_stand_in_the_order_of_the_schema() {
    let sp = Sp::new();
    let options = IdpOptions {
        settings: Box::new(|settings| {
            let organization = &mut settings.organization;
            organization.name = "Example <Org> & Söhne".to_owned();
            organization.url = "https://www.example.org/".to_owned();
            organization.technical_contact_email = "idp@example.org".to_owned();
            organization.error_url = "https://www.example.org/errors".to_owned();
            organization.logo_url = "https://www.example.org/logo.png".to_owned();
            (organization.logo_width, organization.logo_height) = (80, 60);
            organization.scopes = vec!["example.org".to_owned(), "example.com".to_owned()];
        }),
        ..IdpOptions::default()
    };
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    let text = metadata(&idp).await.text;
    assert_eq!(verified_by_xmlsec1(&idp, &text).await, ["EntityDescriptor"]);
    let mut names: Vec<_> = xml::names(&text)
        .into_iter()
        .filter(|name| !name.starts_with("ds:") || *name == "ds:Signature")
        .collect();
    names.dedup();
    assert_eq!(
        names,
        [
            "md:EntityDescriptor",
            "ds:Signature",
            "md:Extensions",
            "alg:DigestMethod",
            "alg:SigningMethod",
            "md:IDPSSODescriptor",
            "md:Extensions",
            "shibmd:Scope",
            "mdui:UIInfo",
            "mdui:DisplayName",
            "mdui:Logo",
            "md:KeyDescriptor",
            "md:EncryptionMethod",
            "xenc11:MGF",
            "md:SingleLogoutService",
            "md:NameIDFormat",
            "md:SingleSignOnService",
            "md:Organization",
            "md:OrganizationName",
            "md:OrganizationDisplayName",
            "md:OrganizationURL",
            "md:ContactPerson",
            "md:GivenName",
            "md:EmailAddress",
        ]
    );
    let error_url = xml::attribute(&text, "md:IDPSSODescriptor", "errorURL");
    assert_eq!(error_url, Some("https://www.example.org/errors"));
    assert_eq!(xml::text(&text, "md:EmailAddress"), "mailto:idp@example.org");
    assert_eq!(xml::texts(&text, "shibmd:Scope"), ["example.org", "example.com"]);
    assert_eq!(xml::attribute(&text, "shibmd:Scope", "regexp"), Some("false"));
}

/// C135.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_key_is_listed_as_soon_as_it_is_there() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let keys = |text: &str| {
        let role = text.split("<md:IDPSSODescriptor").nth(1).unwrap().to_owned();
        let descriptors = role.matches("<md:KeyDescriptor use=\"signing\">").count();
        let certificates: std::collections::BTreeSet<String> =
            xml::texts(&role, "ds:X509Certificate").into_iter().map(str::to_owned).collect();
        assert_eq!(certificates.len(), descriptors, "one certificate in each KeyDescriptor");
        certificates
    };
    let mut known = keys(&metadata(&idp).await.text);
    assert_eq!(known.len(), 1);
    for kind in [KeyKind::Rsa3072, KeyKind::EcP256, KeyKind::Rsa2048] {
        idp.generate_key(kind);
        let text = metadata(&idp).await.text;
        let now = keys(&text);
        assert!(now.is_superset(&known) && now.len() == known.len() + 1, "{kind:?}");
        assert_eq!(verified_by_xmlsec1(&idp, &text).await, ["EntityDescriptor"]);
        known = now;
    }
}
