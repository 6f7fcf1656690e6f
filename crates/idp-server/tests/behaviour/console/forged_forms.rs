//! Every form of the console and the account pages: not without its token, not from another site, not by
//! who may not.

use std::path::Path;
use std::sync::LazyLock;

use idp_core::user::Role;
use reqwest::{Client, Url};

use super::server;
use crate::support::{Backend, Browser, Idp};

/// Who may send a form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum May {
    /// Administrators.
    Change,
    /// Operators as well.
    Unlock,
    /// Whoever may enter the console.
    Read,
    /// Everybody, in the console as well.
    Leave,
    /// Everybody, at their own account.
    Own,
}

/// Every address that takes a form. `ID` is that of something that is not there.
const FORMS: &[(&str, May)] = &[
    ("/console/appearance", May::Change),
    ("/console/audit/export", May::Read),
    ("/console/sign-out", May::Leave),
    ("/console/sign-in-steps/console", May::Change),
    ("/console/sms-gateways/new/twilio", May::Change),
    ("/console/sms-gateways/ID/edit", May::Change),
    ("/console/sms-gateways/ID/move", May::Change),
    ("/console/sms-gateways/ID/use", May::Change),
    ("/console/sms-gateways/ID/remove", May::Change),
    ("/console/sms-gateways/ID/test", May::Change),
    ("/console/certificates/import", May::Change),
    ("/console/certificates/choose", May::Change),
    ("/console/certificates/ID/replace", May::Change),
    ("/console/certificates/ID/remove", May::Change),
    ("/console/users/add", May::Change),
    ("/console/users/import", May::Change),
    ("/console/users/import/save", May::Change),
    ("/console/users/ID/backup-codes", May::Change),
    ("/console/users/ID/enrolment-link", May::Change),
    ("/console/users/ID/password-link", May::Change),
    ("/console/users/ID/profile", May::Change),
    ("/console/users/ID/roles", May::Change),
    ("/console/users/ID/sessions", May::Change),
    ("/console/users/ID/state", May::Change),
    ("/console/users/ID/unlock", May::Unlock),
    ("/console/message-lab", May::Read),
    ("/console/what-if/scenarios", May::Change),
    ("/console/what-if/scenarios/edit", May::Change),
    ("/console/what-if/scenarios/remove", May::Change),
    ("/console/metadata-sources/add", May::Change),
    ("/console/metadata-sources/ID/edit", May::Change),
    ("/console/metadata-sources/ID/refresh", May::Change),
    ("/console/metadata-sources/ID/approve", May::Change),
    ("/console/metadata-sources/ID/refuse", May::Change),
    ("/console/metadata-sources/ID/remove", May::Change),
    ("/console/claims/add", May::Change),
    ("/console/claims/dialect/add", May::Change),
    ("/console/claims/dialect/edit", May::Change),
    ("/console/claims/dialect/remove", May::Change),
    ("/console/claims/edit", May::Change),
    ("/console/claims/move", May::Change),
    ("/console/claims/remove", May::Change),
    ("/console/claims/release-rules/edit", May::Change),
    ("/console/claims/release-rules/remove", May::Change),
    ("/console/access-tokens/new", May::Change),
    ("/console/access-tokens/ID/revoke", May::Read),
    ("/console/service-providers/add", May::Change),
    ("/console/service-providers/add/save", May::Change),
    ("/console/service-providers/add/by-hand", May::Change),
    ("/console/service-providers/add/by-hand/save", May::Change),
    ("/console/service-providers/ID/metadata", May::Change),
    ("/console/service-providers/ID/metadata/save", May::Change),
    ("/console/service-providers/ID/disable", May::Change),
    ("/console/service-providers/ID/owner-link", May::Change),
    ("/console/service-providers/ID/owner-link/revoke", May::Change),
    ("/console/service-providers/ID/enable", May::Change),
    ("/console/service-providers/ID/remove", May::Change),
    ("/console/service-providers/ID/promote", May::Change),
    ("/console/service-providers/ID/appearance", May::Change),
    ("/console/service-providers/ID/general", May::Change),
    ("/console/keys/rsa-2048/publish", May::Change),
    ("/console/keys/rsa-2048/told", May::Change),
    ("/console/keys/rsa-2048/promote", May::Change),
    ("/console/keys/rsa-2048/retire", May::Change),
    ("/account/profile", May::Own),
    ("/account/password", May::Own),
    ("/account/mobile/new", May::Own),
    ("/account/mobile/code", May::Own),
    ("/account/sms-otp", May::Own),
    ("/account/sms-otp/disable", May::Own),
    ("/account/backup-codes/new", May::Own),
    ("/account/sessions", May::Own),
    ("/account/sessions/end", May::Own),
    ("/account/sign-out", May::Own),
];

/// Addresses of service providers that one generic registration makes: [`FORMS`] has one of them.
const SECTIONS: [&str; 11] = [
    "encryption",
    "endpoints",
    "idp-initiated",
    "logout",
    "requests",
    "responses",
    "name-id",
    "attributes",
    "text-messages",
    "steps",
    "test-users",
];

const NOBODY: &str = "0193556e-0000-7000-8000-000000000000";

fn addresses() -> Vec<(String, May)> {
    let sections =
        SECTIONS.map(|part| (format!("/console/service-providers/ID/{part}"), May::Change));
    let named = FORMS.iter().map(|(path, may)| ((*path).to_owned(), *may)).chain(sections);
    named.map(|(path, may)| (path.replace("ID", NOBODY), may)).collect()
}

/// How many registrations of forms the sources of a folder have.
fn registered(folder: &Path) -> usize {
    let entries =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("read").path());
    entries
        .map(|path| match path.extension() {
            _ if path.is_dir() => registered(&path),
            Some(_) => std::fs::read_to_string(&path).expect("text").matches("post().to(").count(),
            None => 0,
        })
        .sum()
}

#[test]
fn every_form_that_the_server_takes_is_in_the_list() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let found = registered(&sources.join("console")) + registered(&sources.join("account"));
    // Those of a key's step are one registration, and so are the sections of a service provider.
    assert_eq!(found, FORMS.len(), "a form is missing from the list, or too much in it");
}

/// Made once, because the certificates of the system take long to load.
static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let builder = Client::builder().redirect(reqwest::redirect::Policy::none());
    builder.pool_max_idle_per_host(0).build().expect("a client")
});

/// Names and values.
type Headers<'h> = &'h [(&'h str, &'h str)];

/// A POST with these headers; nothing is followed.
async fn posted(
    browser: &Browser,
    address: &str,
    token: Option<&str>,
    headers: Headers<'_>,
) -> u16 {
    let form = token.map(|token| format!("csrf={token}")).unwrap_or_default();
    let kind = "application/x-www-form-urlencoded";
    let mut request = CLIENT.post(address).header("Content-Type", kind).body(form);
    if let Some(session) = browser.cookie_pair("portcullis_session") {
        request = request.header("Cookie", session);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("an answer").status().as_u16()
}

/// A browser with a session of this person, and the token of its forms.
async fn signed_in(idp: &Idp, name: &str) -> (Browser, String) {
    let mut browser = Browser::new();
    let page = browser.open_as(name, idp, "/account").await;
    let token = page.form_to("/account/sign-out").hidden("csrf").expect("a token").to_owned();
    browser.open_as(name, idp, "/console").await;
    (browser, token)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_is_taken_without_its_token_or_from_another_site() {
    let idp = server(Backend::Sqlite).await;
    let (root, token) = signed_in(&idp, "root").await;
    let (_, foreign) = signed_in(&idp, "root").await;
    let version = idp.app.store.read(|r| r.configuration_version()).expect("read");
    let origin = Url::parse(&idp.url).expect("an address").origin().ascii_serialization();
    for (path, _) in addresses() {
        let address = format!("{}{path}", idp.url);
        let refused: &[(&str, Option<&str>, Headers<'_>)] = &[
            ("no token", None, &[]),
            ("no token, own origin", None, &[("Origin", &origin)]),
            ("an empty token", Some(""), &[]),
            ("the token of another session", Some(&foreign), &[("Origin", &origin)]),
            ("another site", Some(&token), &[("Origin", "https://evil.example")]),
            ("no site", Some(&token), &[("Origin", "null")]),
            ("another port", Some(&token), &[("Origin", "http://localhost:1")]),
            ("a site beside ours", Some(&token), &[("Sec-Fetch-Site", "same-site")]),
            ("cross-site", Some(&token), &[("Sec-Fetch-Site", "cross-site"), ("Origin", &origin)]),
        ];
        for (what, token, headers) in refused {
            let status = posted(&root, &address, *token, headers).await;
            assert!(matches!(status, 400 | 403), "{path}, {what}: {status}");
        }
        let status = posted(&Browser::new(), &address, Some(&token), &[]).await;
        assert!(status == 403 || path.ends_with("/sign-out"), "{path} without a session: {status}");
    }
    assert_eq!(idp.app.store.read(|r| r.configuration_version()), Ok(version));
    assert_eq!(
        posted(&root, &format!("{}/console/sign-out", idp.url), Some(&token), &[]).await,
        303
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_asks_for_its_role_before_it_tells_anything() {
    let idp = server(Backend::Sqlite).await;
    let people = [("bob", None), ("audrey", Some(Role::Auditor)), ("olga", Some(Role::Operator))];
    for (name, role) in people {
        let (browser, token) = signed_in(&idp, name).await;
        for (path, may) in addresses() {
            if path.ends_with("/sign-out") || path.starts_with("/account") {
                continue;
            }
            let status = posted(&browser, &format!("{}{path}", idp.url), Some(&token), &[]).await;
            let allowed = match may {
                May::Change => false,
                May::Unlock => role == Some(Role::Operator),
                May::Read | May::Leave | May::Own => role.is_some(),
            };
            // Whether there is such a thing is told to nobody who may not change it.
            assert_eq!(status != 403, allowed, "{path} by {name}: {status}");
        }
    }
}
