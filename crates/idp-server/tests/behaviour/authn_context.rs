//! RequestedAuthnContext: the class that is asserted is one that was asked for and that the steps
//! really prove, or there is no assertion.

use crate::support::{AuthnRequest, Backend, Browser, Idp, IdpOptions, Sp};

const CLASSES: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:";
const MFA: &str = "https://refeds.org/profile/mfa";
const UNMET: [&str; 2] = ["Responder", "NoAuthnContext"];

/// The URI of a class by its last part; `mfa` is that of REFEDS.
fn class(name: &str) -> String {
    if name == "mfa" { MFA.to_owned() } else { format!("{CLASSES}{name}") }
}

/// A request for these classes, separated by blanks; an empty comparison is left out.
fn asking(sp: &Sp, idp: &Idp, comparison: &str, names: &str) -> AuthnRequest {
    let reference =
        |name| format!("<saml:AuthnContextClassRef>{}</saml:AuthnContextClassRef>", class(name));
    let references: Vec<String> = names.split(' ').map(reference).collect();
    let references = references.concat();
    let comparison =
        if comparison.is_empty() { String::new() } else { format!(" Comparison=\"{comparison}\"") };
    sp.request(idp).element(&format!(
        "<samlp:RequestedAuthnContext{comparison}>{references}</samlp:RequestedAuthnContext>"
    ))
}

/// Comparison, classes asked for, class asserted or none.
type Case = (&'static str, &'static str, Option<&'static str>);

async fn check(sp: &Sp, idp: &Idp, cases: &[Case]) {
    let mut browser = Browser::new();
    browser.visit(sp, idp, &sp.request(idp)).await;
    for (comparison, names, expected) in cases {
        let request = asking(sp, idp, comparison, names);
        if let Some(expected) = expected {
            let (received, asked) = browser.visit(sp, idp, &request).await;
            assert_eq!(received.context(), class(expected), "{comparison} {names}");
            assert!(asked.is_empty());
            continue;
        }
        // With a session, and before anybody is asked for a password.
        let page = browser.arrive(sp, idp, &request).await;
        idp.answered_with_error(sp, &page, &UNMET, "authn-context-unmet").await;
        let page = Browser::new().arrive(sp, idp, &asking(sp, idp, comparison, names)).await;
        idp.answered_with_error(sp, &page, &UNMET, "authn-context-unmet").await;
    }
}

const PPT: &str = "PasswordProtectedTransport";

/// C052, C053, C055, C173, C189.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn password_and_code_prove_two_factors_and_what_they_also_satisfy() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    check(
        &sp,
        &idp,
        &[
            ("", PPT, Some(PPT)),
            ("exact", PPT, Some(PPT)),
            ("exact", "Password", Some("Password")),
            ("exact", "mfa", Some("mfa")),
            ("exact", "MobileTwoFactorContract", Some("MobileTwoFactorContract")),
            ("exact", "X509 MobileTwoFactorContract mfa", Some("MobileTwoFactorContract")),
            ("exact", "Password mfa", Some("Password")),
            ("exact", "unspecified", Some("unspecified")),
            ("exact", "X509", None),
            ("exact", "Smartcard Kerberos", None),
            ("minimum", PPT, Some("mfa")),
            ("minimum", "mfa", Some("mfa")),
            ("minimum", "X509", None),
            ("better", PPT, Some("mfa")),
            ("better", "mfa", None),
            ("better", "X509", None),
            ("maximum", PPT, Some(PPT)),
            ("maximum", "mfa", Some("mfa")),
            ("maximum", "X509", None),
        ],
    )
    .await;
}

/// C053, C054, C055, C056, C174.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_alone_proves_a_password() {
    let sp = Sp::new();
    let options = IdpOptions { steps: r#"[["basic-auth"]]"#, ..IdpOptions::default() };
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    check(
        &sp,
        &idp,
        &[
            ("", "mfa", None),
            ("exact", "MobileTwoFactorContract", None),
            ("exact", "mfa PasswordProtectedTransport", Some(PPT)),
            ("minimum", "Password", Some(PPT)),
            ("minimum", "mfa", None),
            ("better", "Password", Some(PPT)),
            ("better", PPT, None),
            ("maximum", "Password", Some("Password")),
            ("maximum", "mfa", Some(PPT)),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_stronger_login_also_satisfies_is_a_choice_per_service_provider() {
    let sp = Sp::new();
    let options =
        IdpOptions { service_provider: "also_satisfies = []".to_owned(), ..IdpOptions::default() };
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    check(
        &sp,
        &idp,
        &[("exact", PPT, None), ("exact", "mfa", Some("mfa")), ("maximum", PPT, None)],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exact_class_is_met_by_a_login_from_the_start() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let policy = "<samlp:NameIDPolicy Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\" AllowCreate=\"true\"/>";
    let context = asking(&sp, &idp, "exact", PPT).elements;
    let request = sp.request(&idp).element(policy).element(&context);
    let (received, asked) = Browser::new().visit(&sp, &idp, &request).await;
    assert_eq!(asked.len(), 2);
    assert_eq!(received.context(), class(PPT));
}

/// C034, C066.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_is_refused() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let many = vec!["Password"; 33].join(" ");
    for (request, status, code) in [
        (asking(&sp, &idp, "Exact", PPT), &["Requester"][..], "context-comparison-invalid"),
        (asking(&sp, &idp, "at-least", PPT), &["Requester"], "context-comparison-invalid"),
        (asking(&sp, &idp, "exact", &many), &["Requester"], "context-count"),
        (sp.request(&idp).element("<samlp:RequestedAuthnContext/>"), &["Requester"], "context-count"),
        (
            sp.request(&idp).element("<samlp:RequestedAuthnContext><saml:AuthnContextDeclRef>urn:x</saml:AuthnContextDeclRef></samlp:RequestedAuthnContext>"),
            &UNMET,
            "context-declaration-unsupported",
        ),
        (
            sp.request(&idp).element("<samlp:RequestedAuthnContext><saml:AuthnContextClassRef/></samlp:RequestedAuthnContext>"),
            &["Requester"],
            "schema-invalid",
        ),
    ] {
        let page = Browser::new().arrive(&sp, &idp, &request).await;
        idp.answered_with_error(&sp, &page, status, code).await;
    }
    let ten_thousand = vec!["x"; 10_000].join(" ");
    let page = Browser::new().arrive(&sp, &idp, &asking(&sp, &idp, "", &ten_thousand)).await;
    idp.refused(&page, "message-too-large");
}
