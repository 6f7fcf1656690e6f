//! Registration: explained before it is saved, and nobody's entityID given to another.

use idp_admin::service_providers as admin;

use super::{LIST, page_of, server, stored};
use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp};

pub const ADD: &str = "/console/service-providers/add";
pub const SAVE: &str = "/console/service-providers/add/save";
const BY_HAND: &str = "/console/service-providers/add/by-hand";
const BY_HAND_SAVE: &str = "/console/service-providers/add/by-hand/save";

pub fn metadata(entity_id: &str, location: &str) -> String {
    format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity_id}">
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" WantAssertionsSigned="true">
    <md:AssertionConsumerService index="3" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{location}"/>
    <md:AttributeConsumingService index="0">
      <md:ServiceName xml:lang="en">Desk &lt;script&gt;alert(1)&lt;/script&gt; &amp; Söhne</md:ServiceName>
      <md:RequestedAttribute Name="urn:oid:0.9.2342.19200300.100.1.3" FriendlyName="mail" isRequired="true"/>
    </md:AttributeConsumingService>
  </md:SPSSODescriptor>
</md:EntityDescriptor>"#
    )
}

pub fn count(idp: &Idp) -> usize {
    idp.with_admin(|admin, _| admin::list(admin)).expect("listed").len()
}

on_both_databases! {
    metadata_is_explained_and_then_saved(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let page = browser.open_as("root", &idp, ADD).await;
        let text = metadata("https://desk.example/saml", "https://desk.example/acs");
        let page = browser.send((&page, ADD), &[("metadata", &text)], &[]).await;
        assert_eq!(page.status, 200, "{}", page.text);
        for shown in [
            "https://desk.example/saml",
            "https://desk.example/acs (index 3)",
            "The assertion is signed, and the response around it",
            "(mail), required",
            "nothing but the NameID",
        ] {
            assert!(page.text.contains(shown), "{shown}: {}", page.text);
        }
        assert!(!page.text.contains("<script>alert"), "{}", page.text);
        assert_eq!(count(&idp), 1, "nothing is saved yet");

        let page = browser.send((&page, SAVE), &[("name", "Vehicle desk")], &[]).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains("“Vehicle desk” is registered."), "{}", page.text);
        let saved = idp.with_admin(|admin, _| admin::find(admin, "https://desk.example/saml"));
        let saved = saved.expect("registered").value;
        assert_eq!(saved.settings.assertion_consumer_services[0].index, 3);
        assert!(page.url.path().ends_with(&saved.id.to_string()), "{}", page.url);
        let rows = idp.events("service-provider-added");
        assert!(rows.iter().any(|row| row["actor"] == "user root"), "{rows:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_metadata_is_told_before_anything_is_saved() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let form = browser.open_as("root", &idp, ADD).await;
    let taken = stored(&idp).value.entity_id.to_string();
    for (text, status, words) in [
        (String::new(), 422, "choose the file"),
        ("<script>".to_owned(), 422, "not well-formed XML"),
        ("<html><script>".to_owned(), 422, "It is a web page (HTML)"),
        (
            "<EntityDescriptor entityID=\"urn:a\"/>".to_owned(),
            422,
            "declare xmlns=&#34;urn:oasis:names:tc:SAML:2.0:metadata&#34;",
        ),
        (metadata("urn:a", "javascript:alert(1)"), 422, "is not an http or https URL"),
        (
            metadata("urn:a", "http://desk.example/acs"),
            200,
            "plain http to another host is refused",
        ),
        (metadata(&taken, "https://evil.example/acs"), 200, "belongs to"),
    ] {
        let page = browser.send((&form, ADD), &[("metadata", &text)], &[]).await;
        assert_eq!(page.status, status, "{words}: {}", page.text);
        assert!(page.text.contains(words), "{words}: {}", page.text);
        assert!(!page.text.contains(SAVE), "{words}: there is a way to save it");
        assert!(!page.text.contains("<script>"), "{}", page.text);
    }
    assert_eq!(count(&idp), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_never_takes_the_place_of_another_service_provider() {
    let idp = server(Backend::Sqlite).await;
    let before = stored(&idp).value;
    let mut browser = Browser::new();
    let form = browser.open_as("root", &idp, ADD).await;
    let text = metadata("https://desk.example/saml", "https://desk.example/acs");
    let review = browser.send((&form, ADD), &[("metadata", &text)], &[]).await;
    // Registered by somebody else while the explanation was read.
    browser.send((&review, SAVE), &[("name", "First")], &[]).await;
    let page = browser.send((&review, SAVE), &[("name", "Second")], &[]).await;
    assert_eq!(page.status, 409, "{}", page.text);
    assert!(page.text.contains("First"), "{}", page.text);
    // Nor by way of the page that updates one.
    let path = page_of(&idp, "metadata");
    let form = browser.get(&format!("{}{path}", idp.url)).await;
    let text = metadata("urn:other", "https://evil.example/acs");
    let page = browser.send((&form, &path), &[("metadata", &text)], &[]).await;
    assert_eq!(page.status, 422, "{}", page.text);
    assert!(page.text.contains("it belongs to another service provider"), "{}", page.text);
    let after = idp.with_admin(|admin, _| admin::find_by_id(admin, before.id)).expect("found");
    assert_eq!(after.value, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn newer_metadata_shows_what_changes_and_then_changes_it() {
    let idp = server(Backend::Sqlite).await;
    let before = stored(&idp).value;
    let mut browser = Browser::new();
    let path = page_of(&idp, "metadata");
    let form = browser.open_as("root", &idp, &path).await;
    let text = metadata(before.entity_id.as_str(), "https://new.example/acs");
    let page = browser.send((&form, &path), &[("metadata", &text)], &[]).await;
    assert!(page.text.contains("https://new.example/acs (index 3)"), "{}", page.text);
    assert_eq!(stored(&idp).value, before);
    let page = browser.send((&page, &format!("{path}/save")), &[], &[]).await;
    assert!(page.text.contains("follow the new metadata"), "{}", page.text);
    let after = stored(&idp).value;
    assert_eq!(after.settings.assertion_consumer_services[0].url, "https://new.example/acs");
    assert_eq!((after.name, after.chain), (before.name, before.chain), "what was chosen stays");
}

on_both_databases! {
    without_metadata_a_form_does_it(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let page = browser.open_as("root", &idp, BY_HAND).await;
        let wrong = [
            ("name", "Desk <b>"),
            ("entity_id", "urn:desk"),
            ("acs", "ftp://desk.example/acs"),
            ("certificates", "no certificate"),
        ];
        let page = browser.send((&page, BY_HAND), &wrong, &[]).await;
        assert_eq!(page.status, 422, "{}", page.text);
        assert!(page.text.contains("is not a PEM certificate"), "{}", page.text);
        assert!(page.text.contains("value=\"Desk &#60;b&#62;\""), "{}", page.text);
        let right = [
            ("name", "Desk <b>"),
            ("entity_id", "urn:desk"),
            ("acs", "https://desk.example/acs\r\nhttps://desk.example/other"),
            ("certificates", ""),
        ];
        let page = browser.send((&page, BY_HAND), &right, &[]).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains("https://desk.example/acs (index 0, the default)"));
        assert_eq!(count(&idp), 1);
        let page = browser.send((&page, BY_HAND_SAVE), &[], &[]).await;
        assert!(page.text.contains("“Desk &#60;b&#62;” is registered."), "{}", page.text);
        let saved = idp.with_admin(|admin, _| admin::find(admin, "urn:desk")).expect("registered");
        assert_eq!(saved.value.settings.assertion_consumer_services.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_change_anything_registers_nothing() {
    let idp = server(Backend::Sqlite).await;
    for name in ["olga", "audrey"] {
        let mut browser = Browser::new();
        let page = browser.open_as(name, &idp, LIST).await;
        assert!(!page.text.contains("/add"), "a way that leads nowhere");
        let token = page.form_to("/console/sign-out").hidden;
        for path in [ADD, SAVE, BY_HAND, BY_HAND_SAVE] {
            let answer = browser.post(&format!("{}{path}", idp.url), &token).await;
            assert_eq!(answer.status, 403, "{path}: {}", answer.text);
        }
        assert_eq!(browser.get(&format!("{}{ADD}", idp.url)).await.status, 403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_called_so_and_the_console_is_still_there() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let form = browser.open_as("root", &idp, ADD).await;
    let text = "x".repeat(9 * 1024 * 1024);
    let page = browser.send((&form, ADD), &[("metadata", &text)], &[]).await;
    assert_eq!(page.status, 413, "{}", page.text);
    for shown in ["This is too large", "Go to Service providers", "nothing was changed"] {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    assert!(idp.events("request.").is_empty(), "no application asked for anything");
}

/// Metadata of both, as a federation publishes it.
pub fn federation() -> String {
    let one = metadata("urn:one", "https://one.example/acs");
    let two = metadata("urn:<two>".replace('<', "&lt;").as_str(), "https://two.example/acs");
    format!(
        "<?xml version=\"1.0\"?>\n<f:EntitiesDescriptor xmlns:f=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
         validUntil=\"2099-01-01T00:00:00Z\">{one}{two}</f:EntitiesDescriptor>"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_service_providers_one_is_chosen() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let form = browser.open_as("root", &idp, ADD).await;
    let file = Some(("metadata_file", federation().into_bytes()));
    let file = file.as_ref().map(|(name, content)| (*name, content.as_slice()));
    let page = browser.upload((&form, ADD), &[], file).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("value=\"urn:&#60;two&#62;\""), "{}", page.text);
    let none = browser.send((&page, ADD), &[], &[]).await;
    assert!(none.status == 422 && none.text.contains("Choose one of them"), "{}", none.text);
    let wrong = browser.send((&page, ADD), &[("entity_id", "urn:three")], &[]).await;
    assert!(wrong.status == 422 && wrong.text.contains("no service provider urn:three"));
    let page = browser.send((&none, ADD), &[("entity_id", "urn:<two>")], &[]).await;
    assert!(page.text.contains("https://two.example/acs (index 3)"), "{}", page.text);
    assert!(!page.text.contains("one.example"), "{}", page.text);
    let page = browser.send((&page, SAVE), &[("name", "Two")], &[]).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let saved = idp.with_admin(|admin, _| admin::find(admin, "urn:<two>")).expect("registered");
    assert_eq!(saved.value.name, "Two");
    // What is registered finds its own in newer metadata of all.
    let path = format!("{}/metadata", page.url.path());
    let form = browser.get(&format!("{}{path}", idp.url)).await;
    let newer = federation().replace("https://two.example/acs", "https://two.example/new");
    let page = browser.send((&form, &path), &[("metadata", &newer)], &[]).await;
    assert!(page.text.contains("https://two.example/new (index 3)"), "{}", page.text);
}
