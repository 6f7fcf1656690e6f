//! Trusted certificates in the console: from files, key stores and text, each chosen by somebody.

use idp_admin::trust;

use super::server;
use crate::on_both_databases;
use crate::support::tls::Certified;
use crate::support::{Backend, Browser, Idp};

const CERTIFICATES: &str = "/console/certificates";
const IMPORT: &str = "/console/certificates/import";
const CHOOSE: &str = "/console/certificates/choose";
/// Two trusted entries and a private key.
const KEY_STORE: &[u8] =
    include_bytes!("../../../../idp-admin/tests/behaviour/trust/client-truststore.jks");

fn trusted(idp: &Idp) -> Vec<(String, String)> {
    let listed = idp.with_admin(|admin, _| trust::list(admin)).expect("listed");
    listed.into_iter().map(|one| (one.alias, one.fingerprint)).collect()
}

fn aliases(idp: &Idp) -> Vec<String> {
    trusted(idp).into_iter().map(|(alias, _)| alias).collect()
}

on_both_databases! {
    a_certificate_is_trusted_named_replaced_and_removed(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let page = browser.open_as("root", &idp, IMPORT).await;
        let root = Certified::authority("<i>Root</i>");
        let der = root.certificate.to_der().expect("DER");
        let alias = [("alias", "Nexmo")];
        let page = browser.upload((&page, IMPORT), &alias, Some(("file", &der))).await;
        assert!(page.text.contains("“Nexmo” is trusted for gateways"), "{}", page.text);
        assert!(page.text.contains("&#60;i&#62;Root") && !page.text.contains("<i>Root"));
        let first = format!("{CERTIFICATES}/{}", trusted(&idp)[0].1);
        assert_eq!(page.url.path(), first);

        idp.apply("[[sms_gateway]]\nname = \"phone\"\nurl = \"https://sms.example.org/?to=$ctx.num&text=$ctx.msg\"\ntrust = [\"nexmo\"]\n");
        let page = browser.get(&format!("{}{first}/remove", idp.url)).await;
        assert!(page.text.contains("cannot be removed") && page.text.contains("phone"));
        let token = page.form_to("/console/sign-out").hidden;
        let refused = browser.post(&format!("{}{first}/remove", idp.url), &token).await;
        assert_eq!((refused.status, aliases(&idp).len()), (409, 1), "{}", refused.text);

        let replace = format!("{first}/replace");
        let page = browser.get(&format!("{}{replace}", idp.url)).await;
        let next = String::from_utf8(Certified::authority("Next").pem()).expect("text");
        let page = browser.upload((&page, &replace), &[("pem", &next)], None).await;
        assert!(page.text.contains("CN=Next"), "{}", page.text);
        assert_eq!(browser.get(&format!("{}{first}", idp.url)).await.status, 404);

        idp.apply("[[sms_gateway]]\nname = \"phone\"\nurl = \"https://sms.example.org/?to=$ctx.num&text=$ctx.msg\"\ntrust = []\n");
        let remove = format!("{CERTIFICATES}/{}/remove", trusted(&idp)[0].1);
        let page = browser.get(&format!("{}{remove}", idp.url)).await;
        let page = browser.send((&page, &remove), &[], &[]).await;
        assert!(page.text.contains("is not trusted any more"), "{}", page.text);
        assert!(aliases(&idp).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_key_store_those_are_trusted_that_were_chosen() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let form = browser.open_as("root", &idp, IMPORT).await;
    let file = Some(("file", KEY_STORE));
    for (password, said) in [("", "its password"), ("changeit", "password")] {
        let page = browser.upload((&form, IMPORT), &[("password", password)], file).await;
        assert!(page.status == 422 && page.text.contains(said), "{}", page.text);
        assert!(!page.text.contains("changeit"), "{}", page.text);
    }
    let page = browser.upload((&form, IMPORT), &[("password", "wso2carbon")], file).await;
    assert!(page.text.contains("holds 2 certificates"), "{}", page.text);
    assert!(page.text.contains("value=\"nexmo\""), "{}", page.text);
    assert!(aliases(&idp).is_empty(), "looking trusts nothing");
    let none = browser.send((&page, CHOOSE), &[("alias-2", "nexmo")], &[]).await;
    assert!(none.status == 422 && none.text.contains("Tick at least one"), "{}", none.text);
    let unnamed = [("trust-2", "yes"), ("alias-2", "")];
    let again = browser.send((&none, CHOOSE), &unnamed, &[]).await;
    assert!(again.text.contains("field-alias-2-mistake"), "{}", again.text);
    let page =
        browser.send((&again, CHOOSE), &[("trust-2", "yes"), ("alias-2", "Vonage")], &[]).await;
    assert!(page.text.contains("“Vonage” is trusted"), "{}", page.text);
    assert_eq!(aliases(&idp), ["Vonage"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_must_not_be_trusted_is_told_beside_where_it_came_from() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let form = browser.open_as("root", &idp, IMPORT).await;
    let large = vec![b'x'; 300 * 1024];
    for (field, file, said) in [
        ("pem", None, "is missing"),
        ("file", Some(("file", &b"hello"[..])), "is no certificate"),
        ("file", Some(("file", &large[..])), "larger than 256 kB"),
    ] {
        let page = browser.upload((&form, IMPORT), &[("alias", "x")], file).await;
        assert!(page.status == 422 && page.text.contains(said), "{field}: {}", page.text);
        assert!(page.text.contains("field-file-mistake"), "{}", page.text);
    }
    let page = browser.upload((&form, IMPORT), &[("pem", "nonsense"), ("alias", "x")], None).await;
    assert!(page.text.contains("field-pem-mistake") && page.text.contains("nonsense"));
    assert!(aliases(&idp).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_and_other_sites_trust_nothing() {
    let idp = server(Backend::Sqlite).await;
    let pem = Certified::authority("Evil").pem();
    let mut operator = Browser::new();
    let page = operator.open_as("olga", &idp, CERTIFICATES).await;
    assert!(page.status == 200 && !page.text.contains(IMPORT), "{}", page.text);
    assert_eq!(operator.get(&format!("{}{IMPORT}", idp.url)).await.status, 403);
    let mut browser = Browser::new();
    let mut form = browser.open_as("root", &idp, IMPORT).await;
    form.text = form.text.replace("name=\"csrf\" value=\"", "name=\"csrf\" value=\"0");
    let file = Some(("file", pem.as_slice()));
    let page = browser.upload((&form, IMPORT), &[("alias", "Evil")], file).await;
    assert_eq!(page.status, 403, "{}", page.text);
    assert!(aliases(&idp).is_empty());
}
