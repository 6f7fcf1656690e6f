//! One session for several service providers: no page where it suffices, and only what is missing
//! where it does not.

use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, Sp, xml};

const PASSWORD: &str = r#"[["basic-auth"]]"#;

on_both_databases! {
    /// C187.
    a_second_service_provider_is_reached_without_a_page(backend) {
        let (sp, other) = (Sp::new(), Sp::named("https://other.example.org/saml", false));
        let idp = Idp::start(backend, &sp).await;
        idp.register(&other, r#"[["basic-auth"], ["sms-otp"]]"#, "");
        let mut browser = Browser::new();
        let (first, _) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
        let (second, asked) = browser.visit(&other, &idp, &other.request(&idp)).await;
        assert!(asked.is_empty(), "{asked:?}");
        let statement = |received: &crate::support::Received, name: &str| {
            xml::attribute(&received.xml, "saml:AuthnStatement", name).unwrap().to_owned()
        };
        assert_eq!(statement(&first, "AuthnInstant"), statement(&second, "AuthnInstant"));
        assert_eq!(statement(&first, "SessionNotOnOrAfter"), statement(&second, "SessionNotOnOrAfter"));
        assert_ne!(statement(&first, "SessionIndex"), statement(&second, "SessionIndex"), "a link");
        assert_eq!(xml::text(&second.xml, "saml:Audience"), other.entity_id);
    }
}

on_both_databases! {
    /// C056, C057, C175.
    a_session_that_lacks_the_code_is_asked_for_the_code_only(backend) {
        let (sp, weak) = (Sp::new(), Sp::named("https://weak.example.org/saml", false));
        let idp = Idp::start(backend, &sp).await;
        idp.register(&weak, PASSWORD, "");
        let mut browser = Browser::new();
        let (password, asked) = browser.visit(&weak, &idp, &weak.request(&idp)).await;
        assert_eq!(asked, [["username", "password"]]);
        assert!(password.context().ends_with("PasswordProtectedTransport"));
        let before = browser.cookie("portcullis_session").unwrap();

        let (both, asked) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
        assert_eq!(asked, [["code"]]);
        assert_eq!(both.context(), "https://refeds.org/profile/mfa");
        let after = browser.cookie("portcullis_session").unwrap();
        assert_ne!(before, after, "the session's token stayed");

        for (sp, request) in [(&weak, weak.request(&idp)), (&sp, sp.request(&idp))] {
            assert!(browser.visit(sp, &idp, &request).await.1.is_empty());
        }
        assert_eq!(idp.phone.messages().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_in_another_browser_helps_nobody() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    Browser::new().visit(&sp, &idp, &sp.request(&idp)).await;
    let page = Browser::new().arrive(&sp, &idp, &sp.request(&idp)).await;
    assert_eq!(page.form().inputs, ["username", "password"]);
}

/// C176.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disabled_service_provider_gets_no_answer() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut browser = Browser::new();
    browser.visit(&sp, &idp, &sp.request(&idp)).await;
    let waiting = Browser::new().arrive(&sp, &idp, &sp.request(&idp)).await;
    idp.change("enabled = false");
    let page = browser.arrive(&sp, &idp, &sp.request(&idp)).await;
    idp.refused(&page, "service-provider-disabled");
    let page = browser.get(waiting.url.as_str()).await;
    assert!(page.status >= 400, "a login goes on: {}", page.text);
}
