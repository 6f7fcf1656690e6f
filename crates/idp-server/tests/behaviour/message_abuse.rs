//! What people try to make us send, to whom, and to say in it; and what we are told of it from
//! outside.

use idp_core::claim::ClaimUri;
use idp_core::user::Username;

use crate::on_both_databases;
use crate::support::{Backend, Idp, IdpOptions, PASSWORD, SignIn, Sp};

const OTHER_NUMBER: &str = "+94779999999";

/// Fields by which servers elsewhere take a number from the form (A130).
const NUMBERS: [(&str, &str); 5] = [
    ("mobile", OTHER_NUMBER),
    ("MOBILE_NUMBER", OTHER_NUMBER),
    ("http://wso2.org/claims/mobile", OTHER_NUMBER),
    ("ctx.num", OTHER_NUMBER),
    ("sendCode", "true"),
];

fn account(username: &str, claims: &str) -> String {
    format!(
        "[[user]]\nusername = \"{username}\"\npassword = {{ file = \"password\" }}\n\
         claims = {{ {claims} }}\n"
    )
}

fn number_of(idp: &Idp, username: &str) -> Option<String> {
    let name = Username::parse(username).expect("a name");
    let found = idp.app.store.read(|r| r.person_by_username(&name)).expect("read");
    found.expect("an account").user.claims.first(&ClaimUri::MOBILE).map(str::to_owned)
}

on_both_databases! {
    /// C168.
    many_numbers_from_one_address_share_its_limit(backend) {
        let sp = Sp::new();
        let mut options =
            IdpOptions::settings(|settings| settings.sms_otp.per_address_per_hour = 2);
        options.configuration = account("carol", r#"mobile = "+4915112345678""#)
            + &account("dora", r#"mobile = "+41791234567""#);
        let idp = Idp::with(backend, &sp, options).await;
        SignIn::at_the_code(&idp, &sp).await;
        let mut carol = SignIn::begin(&idp, &sp).await;
        carol.password("carol", PASSWORD).await;
        let mut dora = SignIn::begin(&idp, &sp).await;
        dora.password("dora", PASSWORD).await;
        assert!(dora.page.text.contains("A code can be sent to"), "{}", dora.page.text);
        dora.press("resend").await;
        assert!(dora.notice().contains("can be sent in"), "{}", dora.notice());
        let to: Vec<String> = idp.phone.messages().into_iter().map(|m| m.to).collect();
        assert_eq!(to, ["+94771234567", "+4915112345678"]);
    }
}

on_both_databases! {
    no_field_of_a_login_changes_where_codes_go(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let mut login = SignIn::begin(&idp, &sp).await;
        let answer = [&NUMBERS[..], &[("username", "alice"), ("password", PASSWORD)]].concat();
        login.send(&answer).await;
        assert!(login.is_asked_for("code"), "{}", login.page.text);
        idp.age_code(login.id(), chrono::TimeDelta::seconds(31));
        login.send(&[&NUMBERS[..], &[("action", "resend")]].concat()).await;
        // Who has no number gets none either.
        let mut bob = SignIn::begin(&idp, &sp).await;
        bob.send(&[&NUMBERS[..], &[("username", "bob"), ("password", PASSWORD)]].concat()).await;
        assert!(bob.page.text.contains("mobile number"), "{}", bob.page.text);
        let to: Vec<String> = idp.phone.messages().into_iter().map(|m| m.to).collect();
        assert_eq!(to, ["+94771234567", "+94771234567"]);
        assert_eq!(number_of(&idp, "alice").as_deref(), Some("+94771234567"));
        assert_eq!(number_of(&idp, "bob"), None);
    }
}

on_both_databases! {
    no_field_of_a_login_makes_a_limit_look_elsewhere(backend) {
        let sp = Sp::new();
        let mut options = IdpOptions::settings(|settings| settings.sms_otp.per_prefix_per_day = 2);
        options.configuration = account("carol", r#"mobile = "+94771999999""#)
            + &account("dora", r#"mobile = "+94771888888""#);
        let idp = Idp::with(backend, &sp, options).await;
        SignIn::at_the_code(&idp, &sp).await;
        let mut carol = SignIn::begin(&idp, &sp).await;
        carol.password("carol", PASSWORD).await;
        // The limit of her own prefix is reached, that of the number she types is not.
        let typed = ("mobile", "+4915112345678");
        let mut dora = SignIn::begin(&idp, &sp).await;
        dora.send(&[typed, ("username", "dora"), ("password", PASSWORD)]).await;
        assert!(dora.page.text.contains("A code can be sent to"), "{}", dora.page.text);
        dora.send(&[typed, ("action", "resend")]).await;
        assert!(dora.notice().contains("can be sent in 24 hours"), "{}", dora.page.text);
        dora.send(&[typed]).await;
        assert_eq!(idp.phone.messages().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_a_person_can_choose_is_in_the_message() {
    let sp = Sp::new();
    let claims = r#"mobile = "+94776666666", lastname = "URGENT: call +1900555 {code} $ctx.msg", givenname = "@evil.example #999999", emailaddress = "win@evil.example""#;
    let options = IdpOptions {
        configuration: account("win.10000@evil.example", claims),
        ..IdpOptions::default()
    };
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    let mut texts = Vec::new();
    for typed in ["alice", " WIN.10000@evil.example "] {
        let mut login = SignIn::begin(&idp, &sp).await;
        login.password(typed, PASSWORD).await;
        assert!(login.is_asked_for("code"), "{}", login.page.text);
        let text = idp.phone.messages().pop().expect("a message").text;
        texts.push(text.replace(&idp.phone.code(), "CODE"));
    }
    assert_eq!(texts[0], texts[1], "the message depends on whose it is");
    assert!(texts[0].ends_with("\n@localhost #CODE"), "{}", texts[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_outside_can_report_what_became_of_a_message() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut login = SignIn::at_the_code(&idp, &sp).await;
    let before = idp.login_document(login.id());
    let report = [("status", "delivered"), ("to", "94771234567"), ("verified", "true")];
    let report = report.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let own = format!("login/{}/delivered", login.id());
    for path in ["sms", "sms/receipt", "sms/dlr", "sms/status", "webhooks/sms", "delivery", &own] {
        let address = format!("{}/{path}", idp.url);
        let page = login.browser.post(&address, &report).await;
        assert_eq!(page.status, 404, "{path}: {}", page.text);
    }
    assert_eq!(idp.login_document(login.id()), before);
    login.reload(&idp).await;
    login.code(&idp.phone.code()).await;
    assert!(login.has_response(), "{}", login.page.text);
}
