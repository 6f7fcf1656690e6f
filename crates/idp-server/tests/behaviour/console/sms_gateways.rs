//! Gateways in the console: added, tested, arranged and changed, with secrets that only come in.

use idp_admin::sms_gateways::{self, GatewayRow};

use super::{server, staffed};
use crate::on_both_databases;
use crate::support::{Backend, Behaviour, Browser, Idp, IdpOptions, Page, Sp};

const GATEWAYS: &str = "/console/sms-gateways";
const OTHER: &str = "/console/sms-gateways/new/other";
const TWILIO: &str = "/console/sms-gateways/new/twilio";
const NUMBER: &str = "+94 77 123 4567";
const KEY: &str = "k3y-0f-the-account";

fn rows(idp: &Idp) -> Vec<GatewayRow> {
    idp.with_admin(|admin, _| sms_gateways::all(admin)).expect("listed")
}

fn path(idp: &Idp, name: &str) -> String {
    let rows = rows(idp);
    let row = rows.iter().find(|row| row.name == name).expect("a gateway");
    format!("{GATEWAYS}/{}", row.id)
}

fn names(idp: &Idp) -> Vec<String> {
    rows(idp).into_iter().map(|row| row.name).collect()
}

/// Presses a button of a page: nothing but the token, and these fields.
async fn press(browser: &mut Browser, page: &Page, path: &str, fields: &[(&str, &str)]) -> Page {
    let token = page.form_to("/console/sign-out").hidden;
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let url = page.url.join(path).expect("an address");
    browser.post(url.as_str(), &token.into_iter().chain(fields).collect::<Vec<_>>()).await
}

fn definition<'a>(idp: &'a Idp, text: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("name", "mine"),
        ("url", &idp.phone.url),
        ("method", "POST"),
        ("headers", "Content-Type: application/json\r\nX-Key: $secret.key"),
        ("body", text),
    ]
}

on_both_databases! {
    a_gateway_is_added_tested_and_changed_by_form(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let page = browser.open_as("root", &idp, OTHER).await;
        let body = "{\"to\":\"$ctx.num\",\r\n\"text\":\"$ctx.msg\"}";
        let fields = definition(&idp, body);
        // The field of the secret appears once the request asks for it.
        let page = browser.send((&page, OTHER), &fields, &[]).await;
        assert_eq!(page.status, 422, "{}", page.text);
        assert!(page.text.contains("$secret.key has no value"), "{}", page.text);
        assert!(page.form_to(OTHER).inputs.contains(&"secret.key".to_owned()));
        let check = [&fields[..], &[("action", "check")]].concat();
        let page = browser.send((&page, OTHER), &check, &[]).await;
        assert!(page.status == 200 && page.text.contains("X-Key: xxxxxxxx"), "{}", page.text);
        assert!(page.text.contains("plain http"), "a remark before saving");
        assert_eq!(names(&idp), ["phone"], "a look saves nothing");
        let whole = [&fields[..], &[("secret.key", KEY)]].concat();
        let page = browser.send((&page, OTHER), &whole, &[]).await;
        assert!(page.status == 200 && page.text.contains("“mine” was added"), "{}", page.text);
        assert!(page.text.contains("plain http") && !page.text.contains(KEY), "{}", page.text);

        let mine = path(&idp, "mine");
        let test = format!("{mine}/test");
        let dry = [("to", NUMBER), ("dry_run", "yes")];
        let page = browser.send((&page, &test), &dry, &[]).await;
        assert!(page.text.contains("Nothing was sent") && idp.phone.messages().is_empty());
        let page = browser.send((&page, &test), &[("to", NUMBER)], &[]).await;
        assert!(page.text.contains("Accepted") && page.text.contains("the status is 202"));
        assert_eq!(idp.phone.messages().len(), 1);
        // Opened again it shows the same and sends nothing; nobody else sees it.
        let result = page.url.clone();
        let page = browser.get(result.as_str()).await;
        assert!(page.text.contains("the status is 202"), "{}", page.text);
        assert_eq!(idp.phone.messages().len(), 1);
        let query = format!("{}?{}", result.path(), result.query().expect("a result"));
        let other = Browser::new().open_as("nadia", &idp, &query).await;
        assert!(other.status == 200 && !other.text.contains("Result of the test"));
        let auditor = Browser::new().open_as("audrey", &idp, &query).await;
        assert!(auditor.status == 200 && !auditor.text.contains("Result of the test"));
        idp.phone.behave(Behaviour::Fail(401));
        let page = browser.send((&page, &test), &[("to", NUMBER)], &[]).await;
        assert!(page.text.contains("Rejected") && page.text.contains("401"), "{}", page.text);
        assert!(!page.text.contains(KEY), "{}", page.text);
        assert_eq!(idp.events("sms-gateway-tested").len(), 2);

        let edit = format!("{mine}/edit");
        let page = browser.get(&format!("{}{edit}", idp.url)).await;
        assert!(!page.text.contains(KEY), "{}", page.text);
        let accept = [&fields[..], &[("accept", "401")]].concat();
        let page = browser.send((&page, &edit), &accept, &[]).await;
        assert!(page.text.contains("“mine” is saved"), "{}", page.text);
        let page = browser.send((&page, &test), &[("to", NUMBER)], &[]).await;
        assert!(page.text.contains("Accepted"), "the secret stayed: {}", page.text);
        let sends = browser.get(&format!("{}{GATEWAYS}/sends?by=purpose&days=1", idp.url)).await;
        assert!(sends.text.contains("<td class=\"number\">3</td>"), "{}", sends.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_provider_asks_for_the_account_alone() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let page = browser.open_as("root", &idp, TWILIO).await;
    let asked = page.form_to(TWILIO).inputs;
    assert_eq!(asked, ["name", "secret.account_sid", "secret.auth_token", "secret.from"]);
    let some = [("name", "twilio"), ("secret.account_sid", "AC0"), ("secret.auth_token", KEY)];
    let page = browser.send((&page, TWILIO), &some, &[]).await;
    assert!(page.status == 422 && page.text.contains("value=\"AC0\""), "{}", page.text);
    assert!(page.text.contains("secret-from-mistake") && !page.text.contains(KEY), "{}", page.text);
    let all = [&some[..], &[("secret.from", "+15550100")]].concat();
    let page = browser.send((&page, TWILIO), &all, &[]).await;
    assert!(page.text.contains("POST https://api.twilio.com/"), "{}", page.text);
    assert!(!page.text.contains(KEY) && !page.text.contains("AC0<"), "{}", page.text);
    let form = browser.get(&format!("{}{TWILIO}", idp.url)).await;
    let page = browser.send((&form, TWILIO), &all, &[]).await;
    assert!(page.status == 422 && page.text.contains("another gateway"), "{}", page.text);
    assert_eq!(browser.get(&format!("{}{GATEWAYS}/new/nobody", idp.url)).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn order_and_use_change_by_buttons_and_the_last_gateway_is_guarded() {
    let options = staffed();
    let spare = r#"
[[sms_gateway]]
name = "<b>spare</b>"
url = "https://sms.example.org/?to=$ctx.num&text=$ctx.msg"
"#;
    let configuration = format!("{}{spare}", options.configuration);
    let idp = Idp::with(Backend::Sqlite, &Sp::new(), IdpOptions { configuration, ..options }).await;
    let mut browser = Browser::new();
    let page = browser.open_as("root", &idp, GATEWAYS).await;
    assert!(page.text.contains("identity provider smsOTP"), "{}", page.text);
    assert!(page.text.contains("&#60;b&#62;spare") && !page.text.contains("<b>spare"));
    assert!(page.text.contains("One service provider has a step"), "{}", page.text);
    let (phone, spare) = (path(&idp, "phone"), path(&idp, "<b>spare</b>"));
    let up = [("direction", "up")];
    let page = press(&mut browser, &page, &format!("{spare}/move"), &up).await;
    assert!(page.text.contains("is number 1 in the order"), "{}", page.text);
    assert_eq!(names(&idp), ["<b>spare</b>", "phone"]);
    let no = [("enabled", "no")];
    let page = press(&mut browser, &page, &format!("{spare}/use"), &no).await;
    assert!(page.text.contains("is disabled"), "{}", page.text);
    let asked = press(&mut browser, &page, &format!("{phone}/use"), &no).await;
    assert!(asked.text.contains("the only gateway in use"), "{}", asked.text);
    assert!(rows(&idp).iter().any(|row| row.enabled));
    let page = browser.send((&asked, &format!("{phone}/use")), &[], &[]).await;
    assert!(page.text.contains("No gateway is in use"), "{}", page.text);

    let remove = format!("{spare}/remove");
    let asked = browser.get(&format!("{}{remove}", idp.url)).await;
    assert_eq!(names(&idp).len(), 2, "seeing the question removes nothing");
    let page = browser.send((&asked, &remove), &[], &[]).await;
    assert!(page.text.contains("was removed"), "{}", page.text);
    assert_eq!(names(&idp), ["phone"]);
    let page = browser.get(&format!("{}{spare}", idp.url)).await;
    assert_eq!(page.status, 404, "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_change_is_told_and_not_overwritten() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let edit = format!("{}/edit", path(&idp, "phone"));
    let form = browser.open_as("root", &idp, &edit).await;
    let mine = [
        ("name", "phone"),
        ("url", idp.phone.url.as_str()),
        ("method", "PUT"),
        ("headers", "Content-Type: application/json"),
        ("body", r#"{"to":"$ctx.num","text":"$ctx.msg"}"#),
    ];
    let page = browser.send((&form, &edit), &mine, &[]).await;
    assert!(page.text.contains("is saved"), "{}", page.text);
    let mut late = mine;
    late[2] = ("method", "GET");
    let page = browser.send((&form, &edit), &late, &[]).await;
    assert_eq!(page.status, 409, "{}", page.text);
    assert!(page.text.contains("Somebody else changed it"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_sees_gateways_and_changes_nothing() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let page = browser.open_as("audrey", &idp, GATEWAYS).await;
    assert!(page.status == 200 && !page.text.contains("Disable"), "{}", page.text);
    let phone = path(&idp, "phone");
    let seen = browser.get(&format!("{}{phone}", idp.url)).await;
    assert!(seen.status == 200 && !seen.text.contains("Send a test"), "{}", seen.text);
    for form in ["/edit", "/remove"] {
        assert_eq!(browser.get(&format!("{}{phone}{form}", idp.url)).await.status, 403, "{form}");
    }
    for (button, field) in [
        ("/move", ("direction", "up")),
        ("/use", ("enabled", "no")),
        ("/remove", ("sure", "yes")),
        ("/test", ("to", NUMBER)),
        ("/edit", ("name", "x")),
    ] {
        let answer = press(&mut browser, &page, &format!("{phone}{button}"), &[field]).await;
        assert_eq!(answer.status, 403, "{button}: {}", answer.text);
    }
    assert!(idp.phone.messages().is_empty() && rows(&idp)[0].enabled);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_is_told_at_once_and_remarks_name_the_fields_of_the_form() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let page = browser.open_as("root", &idp, OTHER).await;
    let fields = [
        ("name", "mine"),
        ("url", "localhost:8171/sms"),
        ("method", "POST"),
        ("headers", ""),
        ("body", "to=$ctx.num"),
        ("accept", "2xx"),
    ];
    let page = browser.send((&page, OTHER), &fields, &[]).await;
    assert_eq!(page.status, 422, "{}", page.text);
    for told in [
        "Address (SMS URL): lacks https:// before its host",
        "Accepted status codes (HTTP Response Code): ",
        "neither $ctx.msg nor $ctx.otp",
    ] {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    assert!(!page.text.contains("placeholder in its host"), "{}", page.text);
    let detail = browser.get(&format!("{}{}", idp.url, path(&idp, "phone"))).await;
    assert!(detail.text.contains("Address (SMS URL): is plain http"), "{}", detail.text);
}
