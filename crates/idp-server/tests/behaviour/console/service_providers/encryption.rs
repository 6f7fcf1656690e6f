//! What is encrypted, by form: a key is added, weaker choices take a fresh sign-in, mistakes stand at their
//! field.

use idp_core::encryption::EncryptAssertions;
use idp_core::service_provider::ServiceProviderSettings;
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;

use super::{age, page_of, sent, server, stored};
use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp};

const PART: &str = "encryption";

fn pem() -> String {
    let key = Rsa::generate(2048).expect("a key");
    String::from_utf8(key.public_key_to_pem().expect("PEM")).expect("UTF-8")
}

fn chosen<'a>(assertions: &'a str, data: &'a str, certificate: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("encryption.assertions", assertions),
        ("encryption.data", data),
        ("encryption.key_transport", "auto"),
        ("certificate", certificate),
    ]
}

fn settings(idp: &Idp) -> ServiceProviderSettings {
    stored(idp).value.settings
}

on_both_databases! {
    /// C086, C180. What is encrypted is chosen in the console, and shown.
    what_is_encrypted_is_chosen_and_shown(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let page = sent(&idp, &mut browser, PART, &chosen("required", "aes256-cbc", &pem())).await;
        assert!(page.text.contains("What is encrypted is saved."), "{}", page.text);
        assert!(page.text.contains("Assertions are encrypted with aes256-cbc"), "{}", page.text);
        assert!(page.text.contains("AES-CBC does not tell"), "a warning");
        let stored = settings(&idp);
        assert_eq!(stored.encryption.assertions, EncryptAssertions::Required);
        assert_eq!(stored.encryption_keys.len(), 1);
        // The key stays with what is sent back, and is removed by a button.
        let path = page_of(&idp, PART);
        let form = browser.open_as("root", &idp, &path).await;
        assert!(form.text.contains("RSA, 2048 bits"), "{}", form.text);
        let mut fields = chosen("required", "auto", "").to_vec();
        fields.push(("press", "remove:0"));
        let page = browser.send((&form, &path), &fields, &[]).await;
        assert!(page.text.contains("There is none: nothing can be encrypted."), "{}", page.text);
        let fields = chosen("required", "auto", "");
        let page = browser.send((&page, &path), &fields, &[]).await;
        assert!(page.text.contains("Nobody can sign in: the service provider publishes no key"), "{}", page.text);
        assert!(settings(&idp).encryption_keys.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn less_encryption_takes_a_fresh_sign_in() {
    let idp = server(Backend::Sqlite).await;
    sent(&idp, &mut Browser::new(), PART, &chosen("required", "auto", &pem())).await;
    let before = settings(&idp);
    let mut browser = Browser::new();
    let path = page_of(&idp, PART);
    let form = browser.open_as("root", &idp, &path).await;
    age(&idp, &browser, 6);
    let page = browser.send((&form, &path), &chosen("off", "auto", ""), &[]).await;
    assert_eq!(page.status, 403, "{}", page.text);
    assert_eq!(settings(&idp), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_about_encryption_stand_at_their_field() {
    let idp = server(Backend::Sqlite).await;
    let before = stored(&idp).version;
    let weak = Rsa::generate(1024).expect("a key").public_key_to_pem().expect("PEM");
    let weak = String::from_utf8(weak).expect("UTF-8");
    let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("a curve");
    let elliptic = PKey::from_ec_key(EcKey::generate(&curve).expect("a key")).expect("a key");
    let elliptic = String::from_utf8(elliptic.public_key_to_pem().expect("PEM")).expect("UTF-8");
    for (fields, words) in [
        (chosen("always", "auto", ""), "must be one of the choices"),
        (chosen("auto", "rc4", ""), "must be one of the choices"),
        (chosen("auto", "auto", "<b>"), "is not a PEM certificate"),
        (chosen("auto", "auto", &weak), "1024 bits"),
        (chosen("auto", "auto", &elliptic), "only RSA keys are encrypted to"),
    ] {
        let page = sent(&idp, &mut Browser::new(), PART, &fields).await;
        assert_eq!(page.status, 422, "{words}: {}", page.text);
        assert!(page.text.contains(words), "{words}: {}", page.text);
        assert!(!page.text.contains("<b>"), "{}", page.text);
    }
    let mut hostile = chosen("auto", "auto", "").to_vec();
    hostile.push(("encryption_keys[0].key", "{}"));
    let page = sent(&idp, &mut Browser::new(), PART, &hostile).await;
    assert!(page.text.contains("One of the keys cannot be read"), "{}", page.text);
    assert_eq!(stored(&idp).version, before);
}
