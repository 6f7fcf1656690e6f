//! People in the console: a whole account by forms, mistakes, rights, and who else changes it.

use chrono::TimeDelta;
use idp_admin::users;
use idp_core::claim::ClaimUri;
use idp_core::id::UserId;
use idp_core::user::{AccountState, Role};

use super::server;
use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, Page, SignIn, Sp};

const GOOD: &str = "seven unrelated purple words";
const EMAIL: &str = "claims.http://wso2.org/claims/emailaddress";
const MOBILE: &str = "claims.http://wso2.org/claims/mobile";
const NAME: &str = "claims.http://wso2.org/claims/lastname";

fn id_of(idp: &Idp, name: &str) -> UserId {
    idp.with_admin(|admin, _| users::find(admin, name)).expect("there").value.id
}

fn path(idp: &Idp, name: &str, below: &str) -> String {
    format!("/console/users/{}{below}", id_of(idp, name))
}

fn claim(idp: &Idp, name: &str, uri: &ClaimUri) -> Vec<String> {
    let found = idp.with_admin(|admin, _| users::find(admin, name)).expect("there");
    found.value.claims.values(uri).to_vec()
}

/// The link that a page shows.
fn link(idp: &Idp, page: &Page, below: &str) -> String {
    let start = format!("{}/{below}/", idp.url);
    let at = page.text.find(&start).unwrap_or_else(|| panic!("no link on:\n{}", page.text));
    page.text[at..at + start.len() + 64].to_owned()
}

async fn choose(address: &str, password: &str, repeated: &str) -> Page {
    let fields = [("password", password), ("password_again", repeated)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    Browser::new().post(address, &fields).await
}

on_both_databases! {
    an_administrator_adds_a_person_who_chooses_the_password(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let page = browser.open_as("root", &idp, "/console/users/add").await;
        let filled = [
            ("username", "Zoë@example.org"), ("hours", "72"), (NAME, "O'Neil <b>"),
            (EMAIL, "zoe@example.org"), (MOBILE, ""),
        ];
        let page = browser.send((&page, "/console/users/add"), &filled, &[]).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let address = link(&idp, &page, "password");
        let list = browser.get(&format!("{}/console/users?search=ZO%C3%8B", idp.url)).await;
        assert!(list.text.contains("O&#39;Neil &#60;b&#62;"), "{}", list.text);
        assert!(!list.text.contains("alice"), "{}", list.text);

        let form = Browser::new().get(&address).await;
        assert_eq!(form.form().inputs, ["username", "password", "password_again"]);
        assert!(form.text.contains("value=\"zoë@example.org\""), "{}", form.text);
        for (password, repeated, words) in
            [("short", "short", "characters"), (GOOD, "other", "not the same")]
        {
            let page = choose(&address, password, repeated).await;
            assert!(page.text.contains(words), "{}", page.text);
            assert!(!page.text.contains(GOOD));
        }
        let done = choose(&address, GOOD, GOOD).await;
        assert!(done.text.contains("Your password is set"), "{}", done.text);
        let again = choose(&address, GOOD, GOOD).await;
        assert!(again.status == 400 && again.text.contains("This link does not work"));

        let timeline = format!("{}{}", idp.url, path(&idp, "zoë@example.org", "/timeline"));
        let told = browser.get(&timeline).await.text;
        for words in ["The account was made.", "By root.", "Chose a password with a link."] {
            assert!(told.contains(words), "{words}: {told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_goes_around_no_factor_and_ends_sessions() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, super::staffed()).await;
    let mut alice = SignIn::at_the_code(&idp, &sp).await;
    alice.code(&idp.phone.code()).await;
    assert!(alice.has_response(), "{}", alice.page.text);
    let mut browser = Browser::new();
    let form = path(&idp, "alice", "/password-link");
    let page = browser.open_as("root", &idp, &form).await;
    let page = browser.send((&page, &form), &[("hours", "24")], &[]).await;
    choose(&link(&idp, &page, "password"), GOOD, GOOD).await;
    let mut after = SignIn::begin_in(alice.browser, &idp, &sp).await;
    assert!(after.is_asked_for("password"), "the session goes on: {}", after.page.text);
    after.password("alice", GOOD).await;
    assert!(after.is_asked_for("code") && !after.has_response(), "{}", after.page.text);
}

on_both_databases! {
    a_profile_is_edited_with_what_was_typed_kept(backend) {
        let idp = server(backend).await;
        let mut browser = Browser::new();
        let profile = path(&idp, "alice", "/profile");
        let page = browser.open_as("root", &idp, &profile).await;
        let wrong = [(EMAIL, "x@example.org"), (MOBILE, "077<1>"), (NAME, "Lee")];
        let page = browser.send((&page, &profile), &wrong, &[]).await;
        assert_eq!(page.status, 422, "{}", page.text);
        for shown in ["value=\"077&#60;1&#62;\"", "value=\"x@example.org\"", "aria-invalid=\"true\"",
            "<title>Error: ", "contains &#34;&#60;&#34;"]
        {
            assert!(page.text.contains(shown), "{shown}: {}", page.text);
        }
        assert_eq!(claim(&idp, "alice", &ClaimUri::EMAIL), ["alice@example.org"]);
        let right = [(EMAIL, "x@example.org"), (EMAIL, " y@example.org"), (EMAIL, ""),
            (MOBILE, "+94 77 999 8888"), (NAME, "")];
        let page = browser.send((&page, &profile), &right, &[]).await;
        assert!(page.text.contains("The profile of alice is saved."), "{}", page.text);
        assert_eq!(claim(&idp, "alice", &ClaimUri::EMAIL), ["x@example.org", "y@example.org"]);
        assert_eq!(claim(&idp, "alice", &ClaimUri::MOBILE), ["+94779998888"]);
        assert!(claim(&idp, "alice", &ClaimUri::LAST_NAME).is_empty());
        assert_eq!(idp.events("user-claims-set").len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_switch_of_the_profile_disables_codes_and_keeps_what_it_does_not_move() {
    let idp = server(Backend::Sqlite).await;
    let switch = "claims.http://wso2.org/claims/identity/smsotp_disabled";
    let mut browser = Browser::new();
    let profile = path(&idp, "alice", "/profile");
    let page = browser.open_as("root", &idp, &profile).await;
    assert!(!page.text.contains("smsotp_disabled"), "it is not part of every profile yet");
    idp.apply(
        "[[claim]]\nuri = \"http://wso2.org/claims/identity/smsotp_disabled\"\n\
         display_name = \"Disable SMS OTP\"\nsupported_by_default = true\n",
    );
    let kept = [(EMAIL, "alice@example.org"), (MOBILE, "+94771234567"), (NAME, "Lee")];
    let value = || claim(&idp, "alice", &ClaimUri::SMS_OTP_DISABLED);
    for (ticked, expected) in [(true, vec!["true"]), (true, vec!["true"]), (false, vec![])] {
        let page = browser.get(&format!("{}{profile}", idp.url)).await;
        assert!(page.text.contains("role=\"switch\""), "{}", page.text);
        let mut fields = kept.to_vec();
        fields.extend(ticked.then_some((switch, "yes")));
        browser.send((&page, &profile), &fields, &[]).await;
        assert_eq!(value(), expected);
    }
    idp.with_admin(|admin, rng| {
        users::set_claim(admin, "alice", "identity/smsotp_disabled", &["FALSE".to_owned()], rng)
            .expect("set");
    });
    let page = browser.get(&format!("{}{profile}", idp.url)).await;
    browser.send((&page, &profile), &kept, &[]).await;
    assert_eq!(value(), ["FALSE"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_by_somebody_else_is_not_overwritten() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let (profile, roles) = (path(&idp, "alice", "/profile"), path(&idp, "alice", "/roles"));
    let first = browser.open_as("root", &idp, &profile).await;
    let second = browser.get(&format!("{}{roles}", idp.url)).await;
    idp.with_admin(|admin, rng| {
        users::set_claim(admin, "alice", "lastname", &["Lee".to_owned()], rng).expect("set");
    });
    let late = [(NAME, "Li"), (EMAIL, ""), (MOBILE, "")];
    let page = browser.send((&first, &profile), &late, &[]).await;
    assert!(page.status == 409 && page.text.contains("Somebody else"), "{}", page.text);
    let page = browser.send((&second, &roles), &[("roles", "auditor")], &[]).await;
    assert_eq!(page.status, 409, "{}", page.text);
    assert_eq!(claim(&idp, "alice", &ClaimUri::LAST_NAME), ["Lee"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_given_and_nobody_shuts_themselves_out() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let of_bob = path(&idp, "bob", "/roles");
    let page = browser.open_as("root", &idp, &of_bob).await;
    let both = [("roles", "operator"), ("roles", "auditor")];
    let page = browser.send((&page, &of_bob), &both, &[]).await;
    assert!(page.text.contains("The roles of bob are saved."), "{}", page.text);
    let bob = idp.with_admin(|admin, _| users::find(admin, "bob")).expect("there").value;
    assert_eq!(bob.roles, [Role::Operator, Role::Auditor]);
    let list = browser.get(&format!("{}/console/users?roles=yes", idp.url)).await;
    assert!(list.text.contains(">bob<") && !list.text.contains(">alice<"), "{}", list.text);
    let own = path(&idp, "root", "/roles");
    let page = browser.get(&format!("{}{own}", idp.url)).await;
    let page = browser.send((&page, &own), &[("roles", "auditor")], &[]).await;
    assert!(page.status == 409 && page.text.contains("shut yourself out"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_gives_access_asks_for_a_recent_sign_in() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    browser.open_as("root", &idp, "/console/users").await;
    let below = ["/roles", "/password-link", "/enrolment-link", "/profile", "/backup-codes"];
    let pages = below.map(|below| path(&idp, "alice", below));
    let mut forms = Vec::new();
    for address in &pages {
        let page = browser.get(&format!("{}{address}", idp.url)).await;
        assert_eq!(page.url.path(), address, "{}", page.text);
        forms.push(page);
    }
    idp.rewrite_session(&browser, |session| {
        session.steps.iter_mut().for_each(|step| step.at -= TimeDelta::minutes(6));
    });
    for (address, form) in pages.iter().zip(&forms) {
        let late = browser.send((form, address), &[("hours", "24")], &[]);
        assert_eq!(late.await.status, 403, "{address}");
        let page = browser.get(&format!("{}{address}", idp.url)).await;
        assert!(page.url.path().starts_with("/login/"), "{address}: {}", page.url);
    }
    assert!(idp.events("backup-codes.generated").is_empty());
    assert!(idp.events("user-password-link-made").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn backup_codes_are_shown_once() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let codes = path(&idp, "alice", "/backup-codes");
    let page = browser.open_as("root", &idp, &codes).await;
    let sheet = browser.send((&page, &codes), &[], &[]).await;
    assert_eq!(sheet.status, 200, "{}", sheet.text);
    assert_eq!(sheet.text.matches("<li><code>").count(), 10);
    assert!(sheet.header("cache-control").contains("no-store"));
    let page = browser.get(&format!("{}{codes}", idp.url)).await;
    assert!(page.text.contains("10 of 10") && !page.text.contains("<li><code>"));
    let token = page.form_to(&codes).hidden.remove(0);
    let set = |list: &str| {
        let action = ("action".to_owned(), "set".to_owned());
        vec![token.clone(), action, ("backup_codes".to_owned(), list.to_owned())]
    };
    let url = format!("{}{codes}", idp.url);
    let wrong = browser.post(&url, &set("10300,two")).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    assert!(!wrong.text.contains("10300,two"), "a secret is shown again");
    let set = browser.post(&url, &set("10300,21390")).await;
    assert!(set.text.contains("has 2 backup codes now. Please note: 2 of the"), "{}", set.text);
    let page = browser.get(&format!("{url}/clear")).await;
    let page = browser.send((&page, &codes), &[], &[]).await;
    assert!(page.text.contains("has no backup codes any more"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_shown_and_ended() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, super::staffed()).await;
    let mut alice = SignIn::at_the_code(&idp, &sp).await;
    alice.code(&idp.phone.code()).await;
    let mut browser = Browser::new();
    let sessions = path(&idp, "alice", "/sessions");
    let page = browser.open_as("root", &idp, &sessions).await;
    assert!(page.text.contains("Test &#60;App&#62; &#38; Söhne"), "{}", page.text);
    // A session of somebody else is not found below this person.
    let own = browser.session(&idp).id;
    let csrf = page.form_to(&sessions).hidden.remove(0);
    let foreign = [csrf, ("session".to_owned(), own.as_str().to_owned())];
    let refused = browser.post(&format!("{}{sessions}", idp.url), &foreign).await;
    assert_eq!(refused.status, 404, "{}", refused.text);
    assert_eq!(browser.session(&idp).id, own);
    let page = browser.send((&page, &sessions), &[], &[]).await;
    assert!(page.text.contains("One session of alice has ended."), "{}", page.text);
    let after = SignIn::begin_in(alice.browser, &idp, &sp).await;
    assert!(after.is_asked_for("password"), "{}", after.page.text);
    let told = browser.get(&format!("{}{}", idp.url, path(&idp, "alice", "/timeline"))).await.text;
    for words in [
        "A session was ended.",
        "Signed in to Test &#60;App&#62;",
        "the code came back",
        "Passed the step Username &#38; Password.",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_unlocks_and_changes_nothing_else() {
    let idp = server(Backend::Sqlite).await;
    for _ in 0..6 {
        let mut login = Browser::new();
        let page = login.get(&format!("{}/console", idp.url)).await;
        login.submit(&page, &[("username", "alice"), ("password", "wrong")]).await;
    }
    let mut browser = Browser::new();
    let account = path(&idp, "alice", "");
    let page = browser.open_as("olga", &idp, &account).await;
    assert!(page.text.contains("No answer is judged before"), "{}", page.text);
    assert!(!page.text.contains("Reset the password"), "a way that leads nowhere");
    let unlock = format!("{account}/unlock");
    let page = browser.send((&page, &unlock), &[], &[]).await;
    assert!(page.text.contains("The wrong answers of alice are forgotten."), "{}", page.text);
    assert!(!idp.has_failures("basic-auth", "alice"));
    let token = page.form_to("/console/sign-out").hidden;
    for (below, fields) in [
        ("/state", vec![("state", "disabled")]),
        ("/roles", vec![("roles", "administrator"), ("version", "1")]),
        ("/profile", vec![("version", "1")]),
        ("/password-link", vec![("hours", "24")]),
        ("/backup-codes", vec![("action", "clear")]),
        ("/sessions", vec![("all", "yes")]),
    ] {
        let url = format!("{}{account}{below}", idp.url);
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let fields: Vec<_> = token.iter().cloned().chain(fields).collect();
        assert_eq!(browser.post(&url, &fields).await.status, 403, "{below}");
    }
    let profile = browser.get(&format!("{}{account}/profile", idp.url)).await;
    assert!(profile.status == 200 && profile.text.contains(" readonly"), "{}", profile.text);
    assert!(!profile.text.contains("Save the profile"), "{}", profile.text);
    let alice = idp.with_admin(|admin, _| users::find(admin, "alice")).expect("there").value;
    assert_eq!((alice.state, alice.roles), (AccountState::Active, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_disabled_after_a_question_and_enabled_again() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    let state = path(&idp, "bob", "/state");
    let page = browser.open_as("root", &idp, &state).await;
    assert!(page.text.contains("signed out everywhere"), "{}", page.text);
    let page = browser.send((&page, &state), &[], &[]).await;
    assert!(page.text.contains("bob is disabled"), "{}", page.text);
    let made = browser.get(&format!("{}{}", idp.url, path(&idp, "bob", "/password-link"))).await;
    let form = path(&idp, "bob", "/password-link");
    let refused = browser.send((&made, &form), &[("hours", "24")], &[]).await;
    assert!(refused.status == 409 && refused.text.contains("enable the account"));
    let page = browser.get(&format!("{}{state}", idp.url)).await;
    let page = browser.send((&page, &state), &[], &[]).await;
    assert!(page.text.contains("bob can sign in again."), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_there_is_not_found() {
    let idp = server(Backend::Sqlite).await;
    let mut browser = Browser::new();
    browser.open_as("root", &idp, "/console/users").await;
    for id in ["0190f5a0-0000-7000-8000-000000000000", "alice", "%2e%2e"] {
        for below in ["", "/profile", "/roles", "/timeline", "/sessions", "/sessions/end"] {
            let page = browser.get(&format!("{}/console/users/{id}{below}", idp.url)).await;
            assert_eq!(page.status, 404, "{id}{below}");
        }
    }
    let hostile = browser.get(&format!("{}/console/users?search=%3Cscript%3E%22", idp.url)).await;
    assert!(hostile.status == 200 && !hostile.text.contains("<script>"), "{}", hostile.text);
    let page = browser.get(&format!("{}/console/users?after=%3C%3E", idp.url)).await;
    assert_eq!(page.status, 200);
}

on_both_databases! {
    people_come_from_a_file_after_a_report_of_every_line(backend) {
        let idp = server(backend).await;
        let (form, save) = ("/console/users/import", "/console/users/import/save");
        let mut browser = Browser::new();
        let page = browser.open_as("root", &idp, form).await;
        let wrong = browser.upload((&page, form), &[], Some(("file", b"name\nx\n"))).await;
        assert!(wrong.status == 422 && wrong.text.contains("no column username"), "{}", wrong.text);
        let text = "username,mobile,lastname\nzoe,+94 77 123 4567,\"O'\"\"Neil <b>\"\n\
                    alice,,\n+yan,,\n<i>,077,\n";
        let review = browser.upload((&page, form), &[], Some(("file", text.as_bytes()))).await;
        assert_eq!(review.status, 200, "{}", review.text);
        for shown in ["<span class=\"figure\">2</span> new", "&#60;i&#62;", "begins with 0",
            "<span class=\"figure\">1</span> there already"]
        {
            assert!(review.text.contains(shown), "{shown}: {}", review.text);
        }
        let mut made = browser.upload((&review, save), &[("links", "yes"), ("hours", "24")], None).await;
        while made.text.contains("http-equiv=\"refresh\"") {
            made = browser.get(made.url.as_str()).await;
        }
        assert!(made.text.contains("2 accounts are made."), "{}", made.text);
        assert!(made.text.contains("\n&#39;+yan,http"), "a formula: {}", made.text);
        let mut other = Browser::new();
        other.open_as("olga", &idp, "/console/users").await;
        assert_ne!(other.get(made.url.as_str()).await.status, 200, "of another person");
        assert_eq!(claim(&idp, "zoe", &ClaimUri::LAST_NAME), ["O'\"Neil <b>"]);
        choose(&link(&idp, &made, "password"), GOOD, GOOD).await;
        assert_eq!(idp.events("user-password-chosen").len(), 1);
        let again = browser.upload((&review, save), &[], None).await;
        assert!(again.text.contains("there already."), "{}", again.text);
    }
}
