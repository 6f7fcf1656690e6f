//! Sign-ins that begin here: only where an administrator allows it, only after a click, and only with a
//! RelayState of the list.

use reqwest::Method;
use url::Url;

use crate::on_both_databases;
use crate::support::{
    Backend, Browser, Idp, IdpOptions, Sp, form_body, received_xml, verified_by_xmlsec1,
};

const LISTED: &str = "https://sp.example.org/bookings?day=1&x=ä";

async fn allowing(backend: Backend, sp: &Sp) -> Idp {
    let service_provider = format!("idp_initiated = true\nrelay_states = [\"{LISTED}\"]\n");
    Idp::with(backend, sp, IdpOptions { service_provider, ..IdpOptions::default() }).await
}

fn address(idp: &Idp) -> String {
    format!("{}/saml/unsolicited", idp.url)
}

fn link(idp: &Idp, sp: &Sp, relay_state: Option<&str>) -> String {
    let mut url = Url::parse(&address(idp)).expect("an address");
    url.query_pairs_mut().append_pair("sp", &sp.entity_id);
    if let Some(value) = relay_state {
        url.query_pairs_mut().append_pair("RelayState", value);
    }
    url.into()
}

on_both_databases! {
    /// C202, C072.
    a_person_who_confirms_is_signed_in_without_a_request(backend) {
        let sp = Sp::new();
        let idp = allowing(backend, &sp).await;
        let mut browser = Browser::new();
        let page = browser.get(&link(&idp, &sp, Some(LISTED))).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.form().hidden("SAMLResponse").is_none(), "nobody confirmed");
        let page = browser.submit(&page, &[]).await;
        let (page, asked) = browser.sign_in(&idp, page).await;
        assert!(!asked.is_empty());
        let (form, xml) = (page.form(), received_xml(&page));
        assert_eq!(form.action, sp.acs);
        assert_eq!(form.hidden("RelayState"), Some(LISTED));
        assert!(!xml.contains("InResponseTo"), "{xml}");
        assert!(xml.contains(&format!("<saml:Audience>{}</saml:Audience>", sp.entity_id)), "{xml}");
        assert!(verified_by_xmlsec1(&idp, &xml).await.contains(&"Response".to_owned()));

        // Signed in already: one click, no steps, and another assertion.
        let page = browser.get(&link(&idp, &sp, None)).await;
        assert!(page.text.contains("alice"), "{}", page.text);
        let page = browser.submit(&page, &[]).await;
        let again = received_xml(&page);
        assert_eq!(page.form().hidden("RelayState"), None);
        assert_ne!(again, xml);
    }
}

/// C202.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_off_unless_an_administrator_allows_it() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    let page = browser.get(&link(&idp, &sp, None)).await;
    idp.refused(&page, "idp-initiated-off");
    let fields = [("sp".to_owned(), sp.entity_id.clone())];
    let page = browser.post(&address(&idp), &fields).await;
    idp.refused(&page, "idp-initiated-off");
    let page = browser.get(&format!("{}?sp=https%3A%2F%2Fnobody.example", address(&idp))).await;
    idp.refused(&page, "issuer-unknown");
    let page = browser.get(&address(&idp)).await;
    idp.refused(&page, "entity-id-invalid");
}

/// C202.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_other_relay_state_leaves() {
    let sp = Sp::new();
    let idp = allowing(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    for value in [&LISTED[..LISTED.len() - 2], &format!("{LISTED} "), "javascript:alert(1)"] {
        let page = browser.get(&link(&idp, &sp, Some(value))).await;
        idp.refused(&page, "relay-state-unlisted");
        let fields = [("sp", sp.entity_id.as_str()), ("RelayState", value)];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let page = browser.post(&address(&idp), &fields).await;
        idp.refused(&page, "relay-state-unlisted");
    }
    let page = browser.get(&format!("{}&sp=x", link(&idp, &sp, None))).await;
    assert_eq!(page.status, 400, "a parameter that stands twice");
}

/// C202. A form on another site signs nobody in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_site_cannot_confirm() {
    let sp = Sp::new();
    let idp = allowing(Backend::Sqlite, &sp).await;
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client");
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let answer = client
            .request(Method::POST, address(&idp))
            .header(name, value)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form_body(&[("sp".to_owned(), sp.entity_id.clone())]))
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 403, "{name}");
        assert!(answer.headers().get("set-cookie").is_none());
    }
}

/// C202.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disabled_service_provider_is_sent_nothing() {
    let sp = Sp::new();
    let idp = allowing(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    let page = browser.get(&link(&idp, &sp, None)).await;
    idp.apply(&format!(
        "[[service_provider]]\nentity_id = \"{}\"\nenabled = false\n",
        sp.entity_id
    ));
    let page = browser.submit(&page, &[]).await;
    idp.refused(&page, "service-provider-disabled");
}
