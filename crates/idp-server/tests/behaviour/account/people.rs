//! Profile, password, sessions and what happened.

use idp_admin::service_providers::{self, ServiceProviderPatch};
use idp_core::service_provider::NameIdRule;

use super::{OTHER, server};
use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, IdpOptions, PASSWORD, SignIn, Sp};

on_both_databases! {
    /// C212.
    a_password_is_changed_and_every_other_session_ends(backend) {
        let idp = server(backend).await;
        let (mut alice, mut elsewhere) = (Browser::new(), Browser::new());
        elsewhere.account("alice", &idp, "/account").await;
        let page = alice.account("alice", &idp, "/account/password").await;
        let fields = |current: &'static str, new: &'static str, again: &'static str| {
            [("current_password", current), ("password", new), ("password_again", again)]
        };
        for (wrong, words) in [
            (fields("wrong", OTHER, OTHER), "present password is not right"),
            (fields(PASSWORD, OTHER, PASSWORD), "not the same"),
            (fields(PASSWORD, PASSWORD, PASSWORD), "that you have"),
            (fields(PASSWORD, "short", "short"), "characters"),
        ] {
            let answer = alice.send((&page, "/account/password"), &wrong, &[]).await;
            assert_eq!(answer.status, 422, "{}", answer.text);
            assert!(answer.text.contains(words), "{words}: {}", answer.text);
            assert!(!answer.text.contains(&format!("value=\"{PASSWORD}\"")));
        }
        let right = fields(PASSWORD, OTHER, OTHER);
        let mut thief = alice.clone();
        let answer = alice.send((&page, "/account/password"), &right, &[]).await;
        assert!(answer.status == 200 && answer.text.contains("is changed"), "{}", answer.text);
        assert_eq!(alice.get(&format!("{}/account", idp.url)).await.url.path(), "/account");
        let page = thief.get(&format!("{}/account", idp.url)).await;
        assert!(page.url.path().starts_with("/login/"), "the cookie of before is dead: {}", page.url);
        let page = elsewhere.get(&format!("{}/account", idp.url)).await;
        assert!(page.url.path().starts_with("/login/"), "{}", page.url);
        let told = idp.phone.messages();
        assert!(told.last().is_some_and(|message| message.text.contains("password")));
    }
}

/// Lets the service provider have no other NameIDs than user names.
fn only_user_names(idp: &Idp, sp: &Sp) {
    let usual = NameIdRule::default();
    let rule = NameIdRule { formats: vec![usual.default_format], ..usual };
    let patch = ServiceProviderPatch { name_id: Some(rule), ..ServiceProviderPatch::default() };
    idp.with_admin(|admin, rng| service_providers::change(admin, &sp.entity_id, &patch, rng))
        .expect("changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_saved_with_hostile_names_escaped_and_mistakes_beside_their_field() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, IdpOptions::default()).await;
    let mut alice = Browser::new();
    let page = alice.account("alice", &idp, "/account/profile").await;
    let email = "claims.http://wso2.org/claims/emailaddress";
    assert!(
        !page.text.contains(&format!("name=\"{email}\"")),
        "requests may ask for it as the name"
    );
    only_user_names(&idp, &sp);
    let page = alice.get(&format!("{}/account/profile", idp.url)).await;
    assert!(page.text.contains("O&#39;Brien") && !page.text.contains("<x>"), "{}", page.text);
    let name = "claims.http://wso2.org/claims/lastname";
    let form = page.form_to("/account/profile");
    let shown: Vec<_> = form.hidden.iter().filter(|(name, _)| name == "shown").collect();
    assert!(shown.iter().all(|(_, uri)| !uri.contains("mobile") && !uri.contains("smsotp")));
    let wrong = [(name, "<script>alert(1)</script>"), (email, "nobody")];
    let answer = alice.send((&page, "/account/profile"), &wrong, &[]).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert!(answer.text.contains("alice@example.org") && !answer.text.contains("<script>alert"));
    let right = [(name, "<script>alert(1)</script>"), (email, "alice@example.org")];
    let answer = alice.send((&page, "/account/profile"), &right, &[]).await;
    assert!(
        answer.status == 200 && answer.text.contains("Your profile is saved"),
        "{}",
        answer.text
    );
    // The same form once more: the account was changed since.
    let answer = alice.send((&page, "/account/profile"), &right, &[]).await;
    assert_eq!(answer.status, 409, "{}", answer.text);
}

/// C211. Somebody knows the password and not the code, and gives up.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_somebody_else_left_half_finished_is_told() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, IdpOptions::default()).await;
    let mut stranger = SignIn::at_the_code(&idp, &sp).await;
    stranger.code(if idp.phone.code() == "000000" { "000001" } else { "000000" }).await;
    let mut alice = Browser::new();
    let page = alice.account("alice", &idp, "/account/activity").await;
    for words in ["A wrong answer", "A code was sent"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_speak_the_language_of_the_browser() {
    let idp = server(Backend::Sqlite).await;
    for (language, words) in [("de", "Ihr Konto"), ("es", "Su cuenta"), ("ar", "dir=\"rtl\"")] {
        let mut browser = Browser::reading(language.as_bytes());
        let page = browser.account("bob", &idp, "/account").await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains(words), "{language}: {}", page.text);
        assert!(page.text.contains(&format!("<html lang=\"{language}\"")), "{}", page.text);
    }
}

/// C178.
#[tokio::test(flavor = "multi_thread")]
async fn what_happened_is_told_without_what_only_administrators_see() {
    let idp = server(Backend::Sqlite).await;
    idp.with_admin(|admin, rng| {
        idp_admin::users::password_link(admin, "alice", 24, rng).expect("a link");
    });
    let mut alice = Browser::new();
    let page = alice.account("alice", &idp, "/account/activity").await;
    for words in ["Signed in to your account", "code by text message", "By an administrator"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    for secret in ["command line", "phone took", "+94771234567"] {
        assert!(!page.text.contains(secret), "{secret}");
    }
}
