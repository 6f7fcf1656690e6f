//! The language of messages: a text per service provider and language, chosen by the profile and the
//! browser; and that nothing a browser or a profile says ever stands in a message.

use idp_core::claim::ClaimUri;
use idp_core::user::Username;

use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, IdpOptions, PASSWORD, SignIn, Sp};

const GERMAN: &str = r#"
[service_provider.authenticators.sms-otp.messages]
de = "{code}: Ihr Code für {app}, {lifetime}"
"#;
const BUILT_IN: &str = "CODE is your code for Test <App> & Söhne. It is valid for 5 minutes. Never share it.\n@localhost #CODE";
const BUILT_IN_GERMAN: &str = "CODE ist Ihr Code für Test <App> & Söhne. Er gilt 5 Minuten. Geben Sie ihn niemals weiter.\n@localhost #CODE";
const OWN_GERMAN: &str = "CODE: Ihr Code für Test <App> & Söhne, 5 Minuten\n@localhost #CODE";

async fn started(backend: Backend, sp: &Sp, service_provider: &str) -> Idp {
    let service_provider = service_provider.to_owned();
    Idp::with(backend, sp, IdpOptions { service_provider, ..IdpOptions::default() }).await
}

/// The message that alice gets with this browser, the code by its name.
async fn message(idp: &Idp, sp: &Sp, browser: Browser) -> String {
    let mut login = SignIn::begin_in(browser, idp, sp).await;
    login.password("alice", PASSWORD).await;
    assert!(login.is_asked_for("code"), "{}", login.page.text);
    let code = idp.phone.code();
    let text = idp.phone.messages().pop().expect("a message").text;
    login.code(&code).await;
    assert!(login.has_response(), "{}", login.page.text);
    text.replace(&code, "CODE")
}

async fn message_for(idp: &Idp, sp: &Sp, languages: &str) -> String {
    message(idp, sp, Browser::reading(languages.as_bytes())).await
}

/// Writes the claim as it is, past the checks for administrators: profiles come from elsewhere too.
fn prefers(idp: &Idp, languages: &str) {
    let name = Username::parse("alice").expect("a name");
    let store = &idp.app.store;
    let found = store.read(|r| r.user_by_username(&name)).expect("read").expect("a user");
    let mut user = found.value;
    user.claims.set(ClaimUri::PREFERRED_LANGUAGE, vec![languages.to_owned()]);
    store.write(|w| w.update_user(&user, found.version, found.updated_at)).expect("written");
}

on_both_databases! {
    a_service_provider_has_a_text_per_language(backend) {
        let (sp, other) = (Sp::new(), Sp::named("https://other.example.org/saml", false));
        let idp = started(backend, &sp, GERMAN).await;
        idp.register(&other, r#"[["basic-auth"], ["sms-otp"]]"#, "");
        let swiss = "de-CH,fr;q=0.5,en;q=0.3";
        assert_eq!(message_for(&idp, &sp, swiss).await, OWN_GERMAN);
        assert_eq!(message_for(&idp, &sp, "en-US,de;q=0.9").await, BUILT_IN);
        assert_eq!(message_for(&idp, &sp, "de;q=0, en;q=0.1").await, BUILT_IN);
        assert_eq!(message(&idp, &sp, Browser::new()).await, BUILT_IN);
        // Another application has the words of the server.
        let name = |text: &str| text.replace("Test <App> & Söhne", "Another application");
        assert_eq!(message_for(&idp, &other, swiss).await, name(BUILT_IN_GERMAN));

        // What the person prefers counts before what a browser asks for.
        prefers(&idp, "de");
        assert_eq!(message_for(&idp, &sp, "en-US").await, OWN_GERMAN);
        prefers(&idp, "es-MX");
        let spanish = message_for(&idp, &sp, swiss).await;
        assert!(spanish.starts_with("CODE es su clave de un solo uso para Test"), "{spanish}");
        prefers(&idp, "fi");
        assert_eq!(message_for(&idp, &sp, swiss).await, OWN_GERMAN);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_code_comes_in_the_same_language() {
    let sp = Sp::new();
    let idp = started(Backend::Sqlite, &sp, GERMAN).await;
    let mut login = SignIn::begin_in(Browser::reading(b"de"), &idp, &sp).await;
    login.password("alice", PASSWORD).await;
    idp.age_code(login.id(), chrono::TimeDelta::seconds(31));
    login.press("resend").await;
    let texts: Vec<String> = idp.phone.messages().into_iter().map(|m| m.text).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts.iter().all(|text| text.contains(": Ihr Code für")), "{texts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_message_of_a_gateway_counts_before_every_other() {
    let sp = Sp::new();
    let idp = started(Backend::Sqlite, &sp, GERMAN).await;
    let url = &idp.phone.url;
    idp.apply(&format!(
        "[[sms_gateway]]\nname = \"phone\"\nurl = \"{url}\"\nmessage = \"{{code}}, as registered\"\n\
         headers = [\"Content-Type: application/json\"]\n\
         body = '{{\"to\":\"$ctx.num\",\"text\":\"$ctx.msg\"}}'\n"
    ));
    assert_eq!(message_for(&idp, &sp, "de").await, "CODE, as registered\n@localhost #CODE");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_s_own_message_is_for_everybody_until_languages_are_named() {
    let sp = Sp::new();
    let own = IdpOptions::settings(|settings| {
        settings.sms_otp.message = "Code {code}".to_owned();
        settings.sms_otp.origin_bound = false;
    });
    let mut idp = Idp::with(Backend::Sqlite, &sp, own).await;
    assert_eq!(message_for(&idp, &sp, "de").await, "Code CODE");
    idp.restart_with(|settings| {
        settings.sms_otp.messages.insert("de".to_owned(), "Ihr Code {code}".to_owned());
    })
    .await;
    assert_eq!(message_for(&idp, &sp, "de-AT, es").await, "Ihr Code CODE");
    assert_eq!(message_for(&idp, &sp, "es").await, "Code CODE");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_browser_or_a_profile_says_never_stands_in_a_message() {
    let sp = Sp::new();
    let idp = started(Backend::Sqlite, &sp, GERMAN).await;
    let known = [BUILT_IN, BUILT_IN_GERMAN, OWN_GERMAN];
    let long = "xx-evil,".repeat(1_300);
    let longer = format!("de{}", "-abcdefgh".repeat(1_200));
    let hostile: [&[u8]; 12] = [
        long.as_bytes(),
        longer.as_bytes(),
        b"{code} {app} @evil.example #999999",
        b"de-{code}, @evil.example #999999;q=1",
        b"*",
        b";;;===,,,;q=;q=;q=",
        b"de;q=999999999999, en;q=-1, fr;q=1e400, es;q=NaN",
        b"de-\xff\xfe",
        b"\xd8\xaf\xdb\x8c",
        b"$ctx.msg, $secret.token, ../../de, <script>",
        b"x-URGENT-call-1900555",
        b"i-default, zh-Hant-x-evil, und",
    ];
    for header in hostile {
        let text = message(&idp, &sp, Browser::reading(header)).await;
        let header = String::from_utf8_lossy(header);
        assert!(known.contains(&text.as_str()), "{header:.60}: {text}");
    }
    for claim in
        ["{code} @evil.example #999999", "de\n@evil.example #999999", &long, "de, $ctx.msg"]
    {
        prefers(&idp, claim);
        let text = message(&idp, &sp, Browser::new()).await;
        assert!(known.contains(&text.as_str()), "{claim:.60}: {text}");
    }
}
