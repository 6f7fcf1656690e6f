//! Changes by forms: what is typed is kept until it is right, nothing of somebody else is overwritten,
//! and what weakens security takes a fresh sign-in.

use idp_core::flow::step_policy::StepPolicy;

use super::{LIST, age, page_of, sent, server, stored};
use crate::on_both_databases;
use crate::support::{Backend, Browser};

const LAST_NAME: &str = "http://wso2.org/claims/lastname";
const EMAIL: &str = "http://wso2.org/claims/emailaddress";

/// Two steps as the form has them.
const TWO_STEPS: [(&str, &str); 3] = [
    ("steps[0].any", "basic-auth"),
    ("steps[1].any", "sms-otp"),
    ("steps[1].policy", "unless-disabled"),
];

on_both_databases! {
    steps_are_added_by_buttons_and_saved_at_once(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let path = page_of(&idp, "steps");
        let page = sent(&idp, &mut browser, "steps", &[
            ("steps[0].any", "basic-auth"), ("steps[1].any", "sms-otp"),
            ("steps[1].policy", "required"), ("press", "remove:1"),
        ]).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains("Not saved yet"), "{}", page.text);
        assert!(!page.text.contains("steps[1].policy"), "{}", page.text);
        let fields = [("steps[0].any", "basic-auth"), ("press", "add")];
        let page = browser.send((&page, &path), &fields, &[]).await;
        assert!(page.text.contains("steps[1].policy"), "{}", page.text);
        assert_eq!(stored(&idp).value.chain.required_steps().count(), 2, "nothing is saved yet");

        let page = browser.send((&page, &path), &TWO_STEPS, &[]).await;
        assert!(page.text.contains("The login steps are saved."), "{}", page.text);
        let chain = stored(&idp).value.chain;
        assert_eq!(chain.steps()[1].policy(), StepPolicy::UnlessDisabled);
        assert_eq!(chain.steps()[0].policy(), StepPolicy::Required);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_that_are_no_chain_are_explained_at_their_step() {
    let idp = server(Backend::Sqlite).await;
    let before = stored(&idp).value;
    for (fields, words, anchor) in [
        (vec![("steps[0].any", "sms-otp")], "cannot tell who the person is", "field-steps-0--any"),
        (
            vec![("steps[0].any", "basic-auth"), ("steps[1].policy", "required")],
            "step 2 has no authenticator",
            "field-steps-1--any",
        ),
        (
            vec![
                ("steps[0].any", "basic-auth"),
                ("steps[1].any", "basic-auth"),
                ("steps[1].policy", "required"),
            ],
            "a step must add a proof",
            "field-steps-1--any",
        ),
    ] {
        let page = sent(&idp, &mut Browser::new(), "steps", &fields).await;
        assert_eq!(page.status, 422, "{}", page.text);
        assert!(page.text.contains(words), "{words}: {}", page.text);
        assert!(page.text.contains(&format!("href=\"#{anchor}\"")), "{}", page.text);
    }
    idp.with_admin(|admin, rng| {
        idp_admin::sms_gateways::remove(admin, "phone", rng).expect("removed");
    });
    let all = [TWO_STEPS[0], TWO_STEPS[1], ("steps[1].policy", "unless-disabled")];
    sent(&idp, &mut Browser::new(), "steps", &all).await;
    let all = [TWO_STEPS[0], TWO_STEPS[1], ("steps[1].policy", "required")];
    let page = sent(&idp, &mut Browser::new(), "steps", &all).await;
    assert!(page.text.contains("no SMS gateway is enabled"), "{}", page.text);
    assert_ne!(stored(&idp).value.chain, before.chain);
}

#[tokio::test(flavor = "multi_thread")]
async fn fewer_steps_and_new_hosts_take_a_fresh_sign_in() {
    let idp = server(Backend::Sqlite).await;
    let before = stored(&idp).value;
    let url = before.settings.assertion_consumer_services[0].url.clone();
    let foreign = [("acs[0].url", "https://evil.example/acs"), ("acs[0].index", "0")];
    let beside = format!("{url}/2");
    let another = [("acs[0].url", beside.as_str()), ("acs[0].index", "0")];
    let unsigned = [("allow_sha1_until", "2030-01-01")];
    let one_step = [("steps[0].any", "basic-auth")];
    for (part, fields, weakens) in [
        ("steps", &one_step[..], true),
        ("endpoints", &foreign[..], true),
        ("requests", &unsigned[..], true),
        ("endpoints", &another[..], false),
    ] {
        let mut browser = Browser::new();
        let path = page_of(&idp, part);
        let form = browser.open_as("root", &idp, &path).await;
        age(&idp, &browser, 6);
        let page = browser.send((&form, &path), fields, &[]).await;
        if weakens {
            assert_eq!(page.status, 403, "{part}: {}", page.text);
            assert!(page.text.contains("Confirm that it is you"), "{}", page.text);
            assert_eq!(stored(&idp).value, before);
            // The form itself is shown after the sign-in only.
            let page = browser.get(&format!("{}{path}", idp.url)).await;
            assert!(page.url.path().starts_with("/login/"), "{}", page.url);
        } else {
            assert_eq!(page.status, 200, "{part}: {}", page.text);
            assert_ne!(stored(&idp).value, before);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_stands_at_its_field_with_what_was_typed() {
    let idp = server(Backend::Sqlite).await;
    let before = stored(&idp);
    let hostile = "javascript:alert(\"<b>\")";
    let fields = [("acs[0].url", hostile), ("acs[0].index", "70000"), ("acs[0].default", "")];
    let page = sent(&idp, &mut Browser::new(), "endpoints", &fields).await;
    assert_eq!(page.status, 422, "{}", page.text);
    assert!(page.text.contains("between 0 and 65535"), "{}", page.text);
    assert!(page.text.contains("value=\"70000\""), "{}", page.text);
    let fields = [("acs[0].url", hostile), ("acs[0].index", "7"), ("acs[0].default", "")];
    let page = sent(&idp, &mut Browser::new(), "endpoints", &fields).await;
    assert!(page.text.contains("the scheme javascript is refused"), "{}", page.text);
    assert!(!page.text.contains("(\"<b>\")"), "{}", page.text);
    let page = sent(
        &idp,
        &mut Browser::new(),
        "responses",
        &[
            ("sign", "response"),
            ("signing_key", "rsa-2048"),
            ("assertion_lifetime_seconds", "5"),
            ("also_satisfies", "https://refeds.org/profile/mfa"),
        ],
    )
    .await;
    assert!(page.text.contains("must be between 30 and 3600"), "{}", page.text);
    assert!(page.text.contains("states that two factors were used"), "{}", page.text);
    assert_eq!(stored(&idp).version, before.version);
}

on_both_databases! {
    what_somebody_else_changed_meanwhile_is_not_overwritten(backend) {
        let idp = server(backend).await;
        let (mut first, mut second) = (Browser::new(), Browser::new());
        let path = page_of(&idp, "general");
        let page = first.open_as("root", &idp, &path).await;
        let other = second.open_as("root", &idp, &path).await;
        let answer = first.send((&page, &path), &[("name", "First")], &[]).await;
        assert!(answer.text.contains("The name is saved."), "{}", answer.text);
        let answer = second.send((&other, &path), &[("name", "Second")], &[]).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert!(answer.text.contains("Somebody else changed"), "{}", answer.text);
        assert!(answer.text.contains("value=\"Second\""), "{}", answer.text);
        assert_eq!(stored(&idp).value.name, "First");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attributes_and_the_name_id_are_chosen_and_previewed() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let fields = [
        ("release", "all"),
        ("attributes[0].claim", LAST_NAME),
        ("attributes[0].name", "sn"),
        ("attributes[0].name_format", "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"),
        ("attributes[0].friendly_name", ""),
    ];
    sent(&idp, &mut browser, "attributes", &fields).await;
    let name_id = [("name_id.format", "emailAddress"), ("name_id.subject_claim", EMAIL)];
    let page = sent(&idp, &mut browser, "name-id", &name_id).await;
    assert!(page.text.contains("The rule for the NameID is saved."), "{}", page.text);
    let rows = idp.events("assertion.issued").len();
    let preview = |user: &str| format!("{}{}?user={user}", idp.url, page_of(&idp, "preview"));
    let page = browser.get(&preview("ALICE")).await;
    assert!(page.text.contains("alice@example.org"), "{}", page.text);
    assert!(page.text.contains("O&#39;Brien &#38; Söhne &#60;x&#62;"), "{}", page.text);
    let page = browser.get(&preview("bob")).await;
    assert!(page.text.contains("The login would be refused"), "{}", page.text);
    let page = browser.get(&preview("%3Cb%3E")).await;
    assert!(page.status == 422 && !page.text.contains("<b>"), "{}", page.text);
    assert_eq!(idp.events("assertion.issued").len(), rows);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_text_messages_are_checked_and_kept() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let mut fields = [
        ("no_number", "enrol"),
        ("origin_bound", "false"),
        ("message", ""),
        ("messages[0].language", "de"),
        ("messages[0].text", "Hallo"),
    ];
    let page = sent(&idp, &mut browser, "text-messages", &fields).await;
    assert_eq!(page.status, 422, "{}", page.text);
    assert!(page.text.contains("href=\"#field-messages-0--text\""), "{}", page.text);
    fields[4].1 = "{code} für {app}";
    let page = sent(&idp, &mut browser, "text-messages", &fields).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let stored = serde_json::to_value(stored(&idp).value.settings.authenticators).expect("json");
    let expected = serde_json::json!({"sms-otp": {
        "no_number": "enrol", "origin_bound": false, "messages": {"de": "{code} für {app}"},
    }});
    assert_eq!(stored, expected);
}

on_both_databases! {
    it_is_disabled_enabled_and_removed_after_being_asked(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let path = page_of(&idp, "disable");
        let page = browser.open_as("root", &idp, &path).await;
        assert!(page.text.contains("Nobody can sign in to it any more"), "{}", page.text);
        let page = browser.send((&page, &path), &[], &[]).await;
        assert!(page.text.contains("is disabled"), "{}", page.text);
        assert!(!stored(&idp).value.enabled);
        browser.send((&page, &page_of(&idp, "enable")), &[], &[]).await;
        assert!(stored(&idp).value.enabled);
        let path = page_of(&idp, "remove");
        let asked = browser.get(&format!("{}{path}", idp.url)).await;
        assert!(asked.text.contains("cannot be undone"), "{}", asked.text);
        let page = browser.send((&asked, &path), &[], &[]).await;
        assert_eq!((page.status, page.url.path()), (200, LIST), "{}", page.text);
        assert!(page.text.contains("is removed."), "{}", page.text);
        let again = browser.send((&asked, &path), &[], &[]).await;
        assert_eq!(again.status, 404, "{}", again.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn auditors_see_everything_and_change_nothing() {
    let idp = server(Backend::Sqlite).await;
    let before = stored(&idp);
    let mut browser = Browser::new();
    let page = browser.open_as("audrey", &idp, &page_of(&idp, "")).await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains(">Change<") && !page.text.contains("/remove"), "{}", page.text);
    assert!(page.text.contains("/saml/sso") && page.text.contains("/saml/metadata"));
    let preview = format!("{}{}?user=alice", idp.url, page_of(&idp, "preview"));
    assert_eq!(browser.get(&preview).await.status, 200);
    let token = page.form_to("/console/sign-out").hidden;
    for part in [
        "general",
        "steps",
        "endpoints",
        "requests",
        "responses",
        "name-id",
        "attributes",
        "text-messages",
        "metadata",
        "disable",
        "remove",
    ] {
        let path = format!("{}{}", idp.url, page_of(&idp, part));
        assert_eq!(browser.get(&path).await.status, 403, "{part}");
        assert_eq!(browser.post(&path, &token).await.status, 403, "{part}");
    }
    assert_eq!(stored(&idp).version, before.version);
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_without_a_token_or_of_nobody_change_nothing() {
    let idp = server(Backend::Sqlite).await;
    let before = stored(&idp);
    let mut browser = Browser::new();
    browser.open_as("root", &idp, "/console").await;
    let name = [("name".to_owned(), "Mallory".to_owned()), ("version".to_owned(), "1".to_owned())];
    for part in ["general", "disable", "enable", "remove", "steps", "metadata/save"] {
        let path = format!("{}{}", idp.url, page_of(&idp, part));
        assert_eq!(browser.post(&path, &name).await.status, 403, "{part}");
    }
    assert_eq!(stored(&idp).version, before.version);
    for part in ["", "/general", "/steps", "/remove", "/preview?user=alice"] {
        let path = format!("{}{LIST}/0190f5a0-0000-7000-8000-000000000000{part}", idp.url);
        assert_eq!(browser.get(&path).await.status, 404, "{part}");
    }
}
