//! A service provider in quarantine: it works for its test users, and for nobody else by any way.

use idp_admin::AdminError;
use idp_admin::service_providers::{self as admin, Unproven};

use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, IdpOptions, PASSWORD, SignIn, Sp, has_response};

const NOT_OPEN: &str = "This application is not open yet";

async fn quarantined(backend: Backend, sp: &Sp, steps: &'static str) -> Idp {
    let service_provider = "quarantine = true\ntest_users = [\"alice\"]\n".to_owned();
    Idp::with(backend, sp, IdpOptions { steps, service_provider, ..IdpOptions::default() }).await
}

const BOTH: &str = r#"[["basic-auth"], ["sms-otp"]]"#;
const PASSWORD_ONLY: &str = r#"[["basic-auth"]]"#;

on_both_databases! {
    a_test_user_signs_in_and_nobody_else_does(backend) {
        let sp = Sp::new();
        let idp = quarantined(backend, &sp, BOTH).await;
        let (received, asked) = Browser::new().visit(&sp, &idp, &sp.request(&idp)).await;
        assert_eq!(asked.len(), 2);
        assert!(!received.name_id().is_empty());

        let mut bob = SignIn::begin(&idp, &sp).await;
        bob.password("bob", PASSWORD).await;
        assert_eq!(bob.page.status, 403, "{}", bob.page.text);
        assert!(bob.page.text.contains(NOT_OPEN), "{}", bob.page.text);
        assert!(!has_response(&bob.page));
        let detail = idp.explained(&bob.page, "not-open");
        assert!(!detail.to_string().contains("bob"), "{detail}");
        // Before a message is paid for; and however often the page is asked for.
        assert_eq!(idp.phone.messages().len(), 1, "the one of the test user");
        bob.reload(&idp).await;
        assert!(bob.page.text.contains(NOT_OPEN), "{}", bob.page.text);
        assert_eq!(idp.assertions(), 1);
        assert!(!idp.has_failures("basic-auth", "bob"), "a right password was counted as wrong");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_does_not_help_somebody_else() {
    let (sp, open) = (Sp::new(), Sp::named("https://open.example.org/saml", false));
    let idp = quarantined(Backend::Sqlite, &sp, PASSWORD_ONLY).await;
    idp.register(&open, PASSWORD_ONLY, "");
    let mut browser = Browser::new();
    let page = browser.arrive(&open, &idp, &open.request(&idp)).await;
    let (page, _) = browser.sign_in_as("bob", &idp, page).await;
    assert!(has_response(&page));
    // The first read of the session, and the short way of one that is remembered.
    for _ in 0..3 {
        let page = browser.arrive(&sp, &idp, &sp.request(&idp)).await;
        assert_eq!(page.status, 403, "{}", page.text);
        assert!(page.text.contains(NOT_OPEN), "{}", page.text);
    }
    // Without a page: the very answer of a browser without a session.
    let passive = sp.request(&idp).attribute("IsPassive=\"true\"");
    let page = browser.arrive(&sp, &idp, &passive).await;
    assert!(Sp::status(&page).1.iter().any(|code| code.ends_with("NoPassive")), "{}", page.text);
    let passive = sp.request(&idp).attribute("IsPassive=\"true\"");
    let stranger = Browser::new().arrive(&sp, &idp, &passive).await;
    assert_eq!(Sp::status(&page).1, Sp::status(&stranger).1);
    // Under ForceAuthn the session counts for nothing, but the person does.
    let forced = sp.request(&idp).attribute("ForceAuthn=\"true\"");
    let mut again = SignIn::begin_with(browser, &idp, &sp, forced).await;
    again.password("bob", PASSWORD).await;
    assert!(again.page.text.contains(NOT_OPEN), "{}", again.page.text);
    assert_eq!(idp.assertions(), 1, "the one for the open application");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_no_test_user_any_more_is_turned_away_in_the_middle_of_a_login() {
    let sp = Sp::new();
    let idp = quarantined(Backend::Sqlite, &sp, BOTH).await;
    let mut alice = SignIn::at_the_code(&idp, &sp).await;
    idp.change("quarantine = true\ntest_users = [\"bob\"]");
    let code = idp.phone.code();
    alice.code(&code).await;
    assert!(alice.page.text.contains(NOT_OPEN), "{}", alice.page.text);
    assert_eq!(idp.assertions(), 0);
}

on_both_databases! {
    it_is_opened_after_a_round_trip_or_by_force(backend) {
        let sp = Sp::new();
        let idp = quarantined(backend, &sp, PASSWORD_ONLY).await;
        let promote = |unproven| {
            idp.with_admin(|admin, rng| {
                let found = admin::find(admin, &sp.entity_id).expect("found");
                admin::promote(admin, found.value.id, found.version, unproven, rng)
            })
        };
        let refused = promote(Unproven::Refuse);
        assert!(matches!(&refused, Err(AdminError::Conflict(why)) if why.contains("no test user")));

        Browser::new().visit(&sp, &idp, &sp.request(&idp)).await;
        promote(Unproven::Refuse).expect("opened");
        let [row] = &idp.events("service-provider-promoted")[..] else { panic!("not one row") };
        assert!(row["changed"]["round_trip"].is_string(), "{row}");
        let mut browser = Browser::new();
        let page = browser.arrive(&sp, &idp, &sp.request(&idp)).await;
        let (page, _) = browser.sign_in_as("bob", &idp, page).await;
        assert!(has_response(&page), "open for everybody");

        // A new quarantine asks for a new round trip.
        idp.change("quarantine = true\ntest_users = [\"alice\"]");
        assert!(promote(Unproven::Refuse).is_err(), "an old round trip counted");
        promote(Unproven::Accept).expect("forced");
        assert!(matches!(promote(Unproven::Accept), Err(AdminError::Conflict(_))));
    }
}
