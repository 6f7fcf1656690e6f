//! Encrypted assertions and identifiers over HTTP: decrypted by xmlsec1 with the key of the service
//! provider, and never in clear where something was to be encrypted.

use std::path::Path;
use std::process::Command;

use idp_core::saml::logout::SignedLogout;
use openssl::pkey::{PKey, Private};

use crate::on_both_databases;
use crate::schemas::assert_valid;
use crate::support::message::{RSA_SHA256, deflated, query, signed_query};
use crate::support::{Browser, Idp, IdpOptions, Page, Sp, received_xml, verified_by_xmlsec1, xml};

/// The metadata of a service provider that publishes its key for encryption too.
fn publish(idp: &Idp, sp: &Sp) {
    let metadata = sp.metadata();
    let (_, rest) = metadata.split_once("<md:KeyDescriptor use=\"signing\">").expect("a key");
    let (key, _) = rest.split_once("</md:KeyDescriptor>").expect("its end");
    let both = format!("<md:KeyDescriptor use=\"encryption\">{key}</md:KeyDescriptor>");
    let acs = "<md:AssertionConsumerService index=\"0\"";
    let metadata = metadata.replacen(acs, &format!("{both}{acs}"), 1);
    std::fs::write(idp.directory.path().join("sp.xml"), metadata).expect("written");
}

/// A document with its encrypted part in clear, by xmlsec1.
fn decrypted(document: &str, key: &PKey<Private>) -> Result<String, String> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let [input, pem, out] =
        ["in.xml", "key.pem", "out.xml"].map(|name| directory.path().join(name));
    std::fs::write(&input, document).expect("written");
    std::fs::write(&pem, key.private_key_to_pem_pkcs8().expect("PEM")).expect("written");
    let output =
        xmlsec1(&["--decrypt", "--privkey-pem", path(&pem), "--output", path(&out), path(&input)]);
    output.map(|()| std::fs::read_to_string(&out).expect("UTF-8"))
}

fn path(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn xmlsec1(arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("xmlsec1")
        .args(arguments)
        .output()
        .expect("xmlsec1 is installed (scripts/dependencies test)");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(()) } else { Err(said) }
}

/// An identifier encrypted by xmlsec1 to the key that our metadata publishes for it.
async fn encrypted_to(idp: &Idp, name_id: &str) -> String {
    const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
    const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
    let metadata = Browser::new().get(&format!("{}/saml/metadata", idp.url)).await.text;
    let (_, rest) = metadata.split_once("<md:KeyDescriptor use=\"encryption\">").expect("a key");
    assert!(rest.contains("http://www.w3.org/2009/xmlenc11#aes256-gcm"));
    let certificate = xml::text(rest, "ds:X509Certificate");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let [pem, data, template, out] =
        ["cert.pem", "data.xml", "template.xml", "out.xml"].map(|name| directory.path().join(name));
    let text = format!("-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n");
    std::fs::write(&pem, text).expect("written");
    std::fs::write(&data, name_id).expect("written");
    let text = format!(
        r#"<EncryptedData xmlns="{XENC}" Type="{XENC}Element"><EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/><KeyInfo xmlns="{DS}"><EncryptedKey xmlns="{XENC}"><EncryptionMethod Algorithm="{XENC}rsa-oaep-mgf1p"/><CipherData><CipherValue/></CipherData></EncryptedKey></KeyInfo><CipherData><CipherValue/></CipherData></EncryptedData>"#
    );
    std::fs::write(&template, text).expect("written");
    xmlsec1(&[
        "--encrypt",
        "--pubkey-cert-pem",
        path(&pem),
        "--session-key",
        "aes-256",
        "--xml-data",
        path(&data),
        "--output",
        path(&out),
        path(&template),
    ])
    .expect("encrypted");
    let text = std::fs::read_to_string(&out).expect("UTF-8");
    text.split_once("?>").map_or(text.as_str(), |(_, rest)| rest).trim().to_owned()
}

async fn signed_in(sp: &Sp, idp: &Idp) -> (Browser, Page) {
    let mut browser = Browser::new();
    let page = browser.arrive(sp, idp, &sp.request(idp)).await;
    let (page, _) = browser.sign_in(idp, page).await;
    (browser, page)
}

fn options(lines: &str) -> IdpOptions {
    IdpOptions {
        steps: r#"[["basic-auth"]]"#,
        service_provider: lines.to_owned(),
        ..IdpOptions::default()
    }
}

/// What the trail says of assertions of which something was encrypted.
fn encrypted_in_trail(idp: &Idp) -> Vec<serde_json::Value> {
    let events = idp.events("assertion.issued").into_iter();
    events.map(|event| event["encrypted"].clone()).filter(|told| !told.is_null()).collect()
}

on_both_databases! {
    /// C085, C086, C087, C088. As soon as the service provider publishes a key, its assertions are encrypted:
    /// they decrypt, the signature inside verifies, and nothing of the person is in the page.
    c086_assertions_are_encrypted_once_a_key_is_published(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, options("sign = \"assertion\"")).await;
        let (mut browser, page) = signed_in(&sp, &idp).await;
        assert!(received_xml(&page).contains("<saml:Assertion"), "nothing is published yet");
        assert!(encrypted_in_trail(&idp).is_empty());

        publish(&idp, &sp);
        idp.change("");
        // From the session, and after a login.
        let hit = browser.arrive(&sp, &idp, &sp.request(&idp)).await;
        let (_, login) = signed_in(&sp, &idp).await;
        for page in [hit, login] {
            let document = received_xml(&page);
            assert_valid(&document);
            for telling in ["<saml:Assertion", "NameID", "S\u{f6}hne", "771234567"] {
                assert!(!document.contains(telling), "{telling} in {document}");
            }
            assert!(!page.text.contains("771234567"));
            let opened = decrypted(&document, sp.key()).expect("decrypted");
            assert_eq!(verified_by_xmlsec1(&idp, &opened).await, ["Assertion"]);
            assert!(xml::text(&opened, "saml:NameID").len() > 20 && opened.contains("771234567"));
            assert!(!opened.contains("EncryptedID"), "C087");
        }
        let told = encrypted_in_trail(&idp);
        let recipe = "aes256-gcm, rsa-oaep-mgf1p (sha1, mgf1 with sha1)";
        assert_eq!(told, [(); 2].map(|()| serde_json::json!({ "assertion": recipe })));
    }
}

on_both_databases! {
    /// C085. Where the Response is signed, its signature covers what is encrypted.
    c085_the_signature_of_the_response_covers_what_is_encrypted(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, options("sign = \"both\"")).await;
        publish(&idp, &sp);
        idp.change("encryption = { assertions = \"required\", data = \"aes128-gcm\" }");
        let (_, page) = signed_in(&sp, &idp).await;
        let document = received_xml(&page);
        assert_valid(&document);
        assert_eq!(verified_by_xmlsec1(&idp, &document).await, ["Response"]);
        assert!(document.contains("xmlenc11#aes128-gcm"));
        let opened = decrypted(&document, sp.key()).expect("decrypted");
        assert!(opened.contains("<saml:NameID"));
        // Another key, or another ciphertext, opens nothing.
        assert!(decrypted(&document, Sp::named("https://other.example/saml", false).key()).is_err());
        let (before, value) = document.rsplit_once("<xenc:CipherValue>").expect("a value");
        let spoilt = if value.starts_with('A') { "B" } else { "A" };
        let spoilt = format!("{before}<xenc:CipherValue>{spoilt}{}", &value[1..]);
        assert!(decrypted(&spoilt, sp.key()).is_err());
    }
}

on_both_databases! {
    /// C086. What is to be encrypted and cannot be is refused before anybody is asked for a password.
    c086_nothing_is_sent_in_clear_when_the_key_is_gone(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, options("encryption = { assertions = \"required\" }")).await;
        let mut browser = Browser::new();
        let page = browser.arrive(&sp, &idp, &sp.request(&idp)).await;
        assert_eq!(Sp::status(&page).1, ["Responder"]);
        let refused = idp.events("request.refused");
        assert_eq!(refused.last().expect("a row")["code"], "encryption-key-missing", "{refused:?}");

        // With `auto` a key that is gone from the metadata leaves encryption required.
        publish(&idp, &sp);
        idp.change("encryption = { assertions = \"auto\" }");
        let (mut browser, page) = signed_in(&sp, &idp).await;
        assert!(received_xml(&page).contains("EncryptedAssertion"));
        std::fs::write(idp.directory.path().join("sp.xml"), sp.metadata()).expect("written");
        idp.change("");
        let page = browser.arrive(&sp, &idp, &sp.request(&idp)).await;
        assert_eq!(Sp::status(&page).1, ["Responder"]);
        // Only when an administrator says so, assertions go in clear again.
        idp.change("encryption = { assertions = \"off\" }");
        let page = browser.arrive(&sp, &idp, &sp.request(&idp)).await;
        assert!(received_xml(&page).contains("<saml:Assertion"));
    }
}

on_both_databases! {
    /// C062. The NameIDPolicy Format `encrypted` gets an EncryptedID, or InvalidNameIDPolicy without a key.
    c062_an_encrypted_identifier_is_given_to_who_asks(backend) {
        const POLICY: &str = r#"<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted" AllowCreate="true"/>"#;
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, options("encryption = { assertions = \"off\" }")).await;
        let (mut browser, _) = signed_in(&sp, &idp).await;
        let request = sp.request(&idp).element(POLICY);
        let page = browser.arrive(&sp, &idp, &request).await;
        assert_eq!(Sp::status(&page).1, ["Requester", "InvalidNameIDPolicy"]);

        publish(&idp, &sp);
        idp.change("");
        let page = browser.arrive(&sp, &idp, &sp.request(&idp).element(POLICY)).await;
        let document = received_xml(&page);
        assert_valid(&document);
        assert!(document.contains("<saml:EncryptedID>") && !document.contains("<saml:NameID"));
        assert_eq!(verified_by_xmlsec1(&idp, &document).await, ["Response"]);
        let opened = decrypted(&document, sp.key()).expect("decrypted");
        assert!(opened.contains("nameid-format:persistent"));
        assert!(encrypted_in_trail(&idp)[0]["nameId"].is_string());
    }
}

on_both_databases! {
    /// C129. A LogoutRequest whose NameID xmlsec1 encrypted to the key of our metadata ends the session; one
    /// that cannot be read ends nothing.
    c129_an_encrypted_identifier_logs_out(backend) {
        let sp = Sp::signing();
        let slo = r#"slo = [{ url = "https://sp.example.org/saml/slo" }]"#;
        let idp = Idp::with(backend, &sp, options(slo)).await;
        let (mut browser, page) = signed_in(&sp, &idp).await;
        let document = received_xml(&page);
        let start = document.find("<saml:NameID").expect("a NameID");
        let end = document.find("</saml:NameID>").expect("its end") + "</saml:NameID>".len();
        let name_id = document[start..end].replacen(
            "<saml:NameID",
            "<saml:NameID xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"",
            1,
        );
        let encrypted = encrypted_to(&idp, &name_id).await;
        let ask = |content: String| {
            let request = sp.request(&idp);
            let xml = format!(
                r#"<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{}" Version="2.0" IssueInstant="{}" Destination="{}/saml/slo"><saml:Issuer>{}</saml:Issuer><saml:EncryptedID>{content}</saml:EncryptedID></samlp:LogoutRequest>"#,
                request.id, request.issue_instant, idp.url, sp.entity_id
            );
            let query = query(&[("SAMLRequest", &deflated(xml.as_bytes()))]);
            format!("{}/saml/slo?{}", idp.url, signed_query(&query, RSA_SHA256, sp.key()))
        };
        let (before, value) = encrypted.rsplit_once("CipherValue>").expect("a value");
        let (before, text) = before.rsplit_once("CipherValue>").expect("a start");
        let spoilt = if text.trim().starts_with('A') { "B" } else { "A" };
        let spoilt = format!("{before}CipherValue>{spoilt}{}CipherValue>{value}", &text.trim()[1..]);
        browser.bring(&idp, &SignedLogout::Redirect { url: ask(spoilt) }).await;
        assert!(idp.events("session.ended").is_empty(), "nothing ended");
        browser.bring(&idp, &SignedLogout::Redirect { url: ask(encrypted) }).await;
        assert_eq!(idp.events("session.ended").len(), 1);
    }
}
