//! Claims in the console.

use super::server;
use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp};

const CLAIMS: &str = "/console/claims";
const LOCAL: &str = "/console/claims/local";
const DIALECT: &str = "/console/claims/dialect";
const ADD: &str = "/console/claims/add";

/// How many claims are defined.
fn defined(idp: &Idp) -> usize {
    idp.app.store.read(|r| r.claims()).expect("read").len()
}

on_both_databases! {
    a_claim_is_added_by_a_form_and_listed(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let form = browser.open_as("root", &idp, ADD).await;
        let fields = [
            ("uri", " http://example.org/claims/badge "),
            ("display_name", "<b>Badge</b>"),
            ("description", "\"><script>alert(1)</script>\u{202e}"),
            ("read_only", "yes"),
        ];
        let page = browser.send((&form, ADD), &fields, &[]).await;
        assert_eq!((page.status, page.url.path()), (200, LOCAL), "{}", page.text);
        assert!(page.text.contains("is added."), "{}", page.text);
        assert!(page.text.contains("http://example.org/claims/badge"), "{}", page.text);
        assert!(page.text.contains("&#60;b&#62;Badge"), "{}", page.text);
        assert!(!page.text.contains("<script") && !page.text.contains('\u{202e}'));
        let stored = idp.app.store.read(|r| r.claims()).expect("read").pop().expect("a claim");
        assert_eq!(stored.uri.as_str(), "http://example.org/claims/badge");
        assert!(stored.read_only && !stored.supported_by_default, "as the boxes were ticked");
        let rows = idp.events("claim-saved");
        assert_eq!(rows.last().expect("a row")["actor"], "user root");
    }
}

on_both_databases! {
    a_claim_that_exists_is_never_overwritten(backend) {
        let idp = server(backend).await;
        let before = idp.app.store.read(|r| r.claims()).expect("read");
        let mut browser = Browser::new();
        let form = browser.open_as("root", &idp, ADD).await;
        for uri in ["http://wso2.org/claims/mobile", "mobile", "HTTP://wso2.org/claims/Mobile"] {
            let fields = [("uri", uri), ("display_name", "Stolen & kept")];
            let page = browser.send((&form, ADD), &fields, &[]).await;
            assert_eq!(page.status, 422, "{uri}: {}", page.text);
            assert!(page.text.contains("already, called &#34;Mobile&#34;"), "{}", page.text);
            assert!(page.text.contains("value=\"Stolen &#38; kept\""), "{}", page.text);
            assert!(page.text.contains("href=\"#field-uri\""), "{}", page.text);
        }
        assert_eq!(idp.app.store.read(|r| r.claims()).expect("read"), before);
    }
}

on_both_databases! {
    a_claim_is_changed_moved_and_removed(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let form = browser.open_as("root", &idp, ADD).await;
        let new = [
            ("uri", "badge"),
            ("display_name", "Badge"),
            ("mapped_attribute", "employeeNumber"),
            ("regular_expression", "[0-9]{5}"),
            ("supported_by_default", "yes"),
        ];
        let list = browser.send((&form, ADD), &new, &[]).await;
        assert!(list.text.contains("employeeNumber") && list.text.contains("[0-9]{5}"), "{}", list.text);
        let edit = format!("{CLAIMS}/edit?claim=badge");
        let form = browser.get(&format!("{}{edit}", idp.url)).await;
        let change = [("display_name", "Badge number"), ("regular_expression", "(")];
        let page = browser.send((&form, &edit), &change, &[]).await;
        assert_eq!(page.status, 422);
        assert!(page.text.contains("href=\"#field-regular-expression\""), "{}", page.text);
        assert!(page.text.contains("value=\"Badge number\""), "{}", page.text);
        let change = [("display_name", "Badge number"), ("required", "yes")];
        let page = browser.send((&form, &edit), &change, &[]).await;
        assert_eq!((page.status, page.url.path()), (200, LOCAL), "{}", page.text);
        let stored = idp.app.store.read(|r| r.claims()).expect("read").pop().expect("a claim");
        assert!(stored.required && !stored.supported_by_default, "{stored:?}");
        let late = browser.send((&form, &edit), &[("display_name", "Late")], &[]).await;
        assert_eq!(late.status, 422);
        assert!(late.text.contains("Somebody else changed this claim"), "{}", late.text);

        let up = [("claim", stored.uri.as_str()), ("direction", "up")];
        let up = up.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let all = [vec![page.form_to("/console/sign-out").hidden[0].clone()], up.to_vec()].concat();
        let page = browser.post(&format!("{}/console/claims/move", idp.url), &all).await;
        assert!(page.text.contains("is moved."), "{}", page.text);
        let last = idp.app.store.read(|r| r.claims()).expect("read").pop().expect("a claim");
        assert_ne!(last.uri, stored.uri);
        let remove = format!("{CLAIMS}/remove?claim=badge");
        let form = browser.get(&format!("{}{remove}", idp.url)).await;
        let page = browser.send((&form, &remove), &[], &[]).await;
        assert!(page.text.contains("is removed."), "{}", page.text);
        assert!(!idp.app.store.read(|r| r.claims()).expect("read").contains(&stored));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_removed_or_does_not_exist_is_told() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let page = browser.open_as("root", &idp, "/console/claims/remove?claim=mobile").await;
    assert!(page.text.contains("Every installation has this claim"), "{}", page.text);
    assert!(!page.text.contains("Remove the claim</button>"), "{}", page.text);
    for path in ["edit?claim=nothing", "remove?claim=nothing", "edit"] {
        let page = browser.get(&format!("{}{CLAIMS}/{path}", idp.url)).await;
        assert_eq!(page.status, 404, "{path}");
    }
    let page = browser.get(&format!("{}{CLAIMS}/edit?claim=otpbackupcodes", idp.url)).await;
    assert!(!page.text.contains("name=\"mapped_attribute\""), "{}", page.text);
    assert!(page.text.contains("postalcode"), "why there is none: {}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_is_told_at_once() {
    let idp = server(Backend::Sqlite).await;
    let before = defined(&idp);
    let mut browser = Browser::new();
    let form = browser.open_as("root", &idp, ADD).await;
    let page = browser.send((&form, ADD), &[("uri", "two words"), ("display_name", "")], &[]).await;
    assert_eq!(page.status, 422);
    for field in ["#field-uri", "#field-display-name"] {
        assert!(page.text.contains(field), "{field}: {}", page.text);
    }
    assert_eq!(defined(&idp), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn others_than_administrators_and_other_sites_add_nothing() {
    let idp = server(Backend::Sqlite).await;
    let before = defined(&idp);
    let fields = [("uri", "badge"), ("display_name", "Badge")].map(|(a, b)| (a.into(), b.into()));
    for name in ["olga", "audrey"] {
        let mut browser = Browser::new();
        let dialects = browser.open_as(name, &idp, CLAIMS).await;
        assert!(!dialects.text.contains("/dialect/add"), "{}", dialects.text);
        let page = browser.get(&format!("{}{LOCAL}", idp.url)).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("postalcode") && !page.text.contains(ADD), "{}", page.text);
        assert_eq!(browser.get(&format!("{}{ADD}", idp.url)).await.status, 403);
        let token = page.form_to("/console/sign-out").hidden;
        let all = [token, fields.to_vec()].concat();
        let page = browser.post(&format!("{}{ADD}", idp.url), &all).await;
        assert_eq!(page.status, 403);
    }
    let mut browser = Browser::new();
    browser.open_as("root", &idp, ADD).await;
    let page = browser.post(&format!("{}{ADD}", idp.url), &fields).await;
    assert_eq!(page.status, 403, "without the token");
    assert_eq!(defined(&idp), before);
}

on_both_databases! {
    a_dialect_is_added_chosen_changed_and_removed(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let add = format!("{DIALECT}/add");
        let form = browser.open_as("root", &idp, &add).await;
        let names = |name: &'static str| [
            ("uri", "urn:example:partner"),
            ("display_name", "<b>Partner</b>"),
            ("claims[0].claim", "http://wso2.org/claims/lastname"),
            ("claims[0].name", name),
            ("claims[0].name_format", ""),
            ("claims[0].friendly_name", ""),
        ];
        let more = [&names("familyName")[..], &[("press", "add")]].concat();
        let page = browser.send((&form, &add), &more, &[]).await;
        assert!(page.status == 200 && page.text.contains("Not saved yet"), "{}", page.text);
        assert!(page.text.contains("name=\"claims[1].claim\""), "{}", page.text);
        let page = browser.send((&form, &add), &names(""), &[]).await;
        assert!(page.status == 422 && page.text.contains("href=\"#field-claims-0--name\""), "{}", page.text);
        let page = browser.send((&form, &add), &names("familyName"), &[]).await;
        assert!(page.status == 200 && page.text.contains("is added."), "{}", page.text);
        assert!(page.text.contains("familyName") && !page.text.contains("<b>"), "{}", page.text);
        let list = browser.get(&format!("{}{CLAIMS}", idp.url)).await;
        for text in ["http://wso2.org/claims", "urn:example:partner", "OpenID Connect"] {
            assert!(list.text.contains(text), "{text}: {}", list.text);
        }

        let query = "?uri=urn%3Aexample%3Apartner";
        let edit = format!("{DIALECT}/edit{query}");
        let form = browser.get(&format!("{}{edit}", idp.url)).await;
        let page = browser.send((&form, &edit), &names("surname"), &[]).await;
        assert!(page.status == 200 && page.text.contains("is saved."), "{}", page.text);
        let late = browser.send((&form, &edit), &names("late"), &[]).await;
        assert!(late.status == 422 && late.text.contains("Somebody else changed"), "{}", late.text);

        let remove = format!("{DIALECT}/remove{query}");
        let form = browser.get(&format!("{}{remove}", idp.url)).await;
        let page = browser.send((&form, &remove), &[], &[]).await;
        assert!(page.status == 200 && page.text.contains("is removed."), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_are_searched_and_dialects_of_the_product_stay() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let page = browser.open_as("root", &idp, &format!("{LOCAL}?search=sMsOtp")).await;
    assert!(
        page.text.contains("Disable SMS OTP") && !page.text.contains("Full name"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("/console/claims/move"), "their order cannot be seen");
    let page = browser.get(&format!("{}{LOCAL}?search=%3Cscript%3E", idp.url)).await;
    assert!(page.text.contains("No claim has") && !page.text.contains("<script>"), "{}", page.text);
    let query = "?uri=http%3A%2F%2Fwso2.org%2Foidc%2Fclaim";
    let page = browser.get(&format!("{}{DIALECT}{query}", idp.url)).await;
    assert!(page.text.contains("given_name") && !page.text.contains(">Change<"), "{}", page.text);
    for part in ["edit", "remove"] {
        let page = browser.get(&format!("{}{DIALECT}/{part}{query}", idp.url)).await;
        assert_eq!(page.status, 404, "{part}");
    }
    for query in ["", "?uri=urn%3Anobody"] {
        assert_eq!(browser.get(&format!("{}{DIALECT}{query}", idp.url)).await.status, 404);
    }
}

const RULES: &str = "/console/claims/release-rules";
const RULE: &str = "/console/claims/release-rules/edit";

fn rules(idp: &Idp) -> usize {
    idp.app.store.read(|r| r.release_rules()).expect("read").value.rules.len()
}

on_both_databases! {
    a_release_rule_is_added_changed_and_removed_by_forms(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let list = browser.open_as("root", &idp, RULES).await;
        assert!(list.text.contains("pairwise-id") && list.text.contains("organization.scopes"), "{}", list.text);
        let before = rules(&idp);
        let form = browser.get(&format!("{}{RULE}", idp.url)).await;
        let hostile = "urn:\"><script>alert(1)</script>\u{202e}";
        let fields = [
            ("entity_attribute", "http://macedir.org/entity-category"),
            ("value", hostile),
            ("dialect", "local"),
            ("attributes[0].claim", ""),
            ("attributes[0].name", "mail"),
        ];
        let page = browser.send((&form, RULE), &fields, &[]).await;
        assert_eq!(page.status, 422, "{}", page.text);
        assert!(page.text.contains("choose what is told") && page.text.contains("value=\"mail\""), "{}", page.text);
        let fields = fields.map(|(name, value)| {
            (name, if name == "attributes[0].claim" { "http://wso2.org/claims/emailaddress" } else { value })
        });
        let page = browser.send((&form, RULE), &fields, &[]).await;
        assert_eq!((page.status, page.url.path()), (200, RULES), "{}", page.text);
        assert!(page.text.contains("The rule is saved.") && !page.text.contains("<script"), "{}", page.text);
        assert!(!page.text.contains('\u{202e}'));
        assert_eq!(rules(&idp), before + 1);
        // The same form once more: the rules were changed since.
        let late = browser.send((&form, RULE), &fields, &[]).await;
        assert_eq!(late.status, 422, "{}", late.text);
        let wanted = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("attribute", "http://macedir.org/entity-category")
            .append_pair("value", hostile)
            .finish();
        let (edit, remove) = (format!("{RULE}?{wanted}"), format!("{RULES}/remove?{wanted}"));
        let form = browser.get(&format!("{}{edit}", idp.url)).await;
        let fields = [("dialect", "local"), ("attributes[0].claim", "urn:oasis:names:tc:SAML:attribute:subject-id"), ("attributes[0].name", "")];
        let page = browser.send((&form, &edit), &fields, &[]).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let stored = idp.app.store.read(|r| r.release_rules()).expect("read").value.rules;
        assert!(stored.last().expect("a rule").attributes[0].claim.is_made());
        let form = browser.get(&format!("{}{remove}", idp.url)).await;
        let page = browser.send((&form, &remove), &[], &[]).await;
        assert!(page.text.contains("The rule is removed."), "{}", page.text);
        assert_eq!(rules(&idp), before);
        assert_eq!(idp.events("release-rules-changed").len(), 3);
        assert_eq!(browser.get(&format!("{}{edit}", idp.url)).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn others_than_administrators_change_no_release_rule() {
    let idp = server(Backend::Sqlite).await;
    let before = rules(&idp);
    for name in ["olga", "audrey"] {
        let mut browser = Browser::new();
        let page = browser.open_as(name, &idp, RULES).await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains(RULE), "{}", page.text);
        assert_eq!(browser.get(&format!("{}{RULE}", idp.url)).await.status, 403);
        let token = page.form_to("/console/sign-out").hidden;
        let page = browser.post(&format!("{}{RULE}", idp.url), &token).await;
        assert_eq!(page.status, 403, "{}", page.text);
    }
    assert_eq!(rules(&idp), before);
}
