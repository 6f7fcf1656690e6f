//! What nobody finds afterwards: codes, passwords and numbers, neither in the database nor in the log.

use idp_admin::users;
use idp_core::secret::Secret;

use crate::support::{Backend, Behaviour, Idp, IdpOptions, Log, PASSWORD, SignIn, Sp};

const NUMBER: &str = "94771234567";
const WRONG_CODE: &str = "AAAAAAAAAA";

/// Ten letters and digits do not come about by chance in an identifier or an instant.
fn long_codes() -> IdpOptions {
    IdpOptions::settings(|settings| {
        settings.sms_otp.code_length = 10;
        settings.sms_otp.digits_only = false;
    })
}

/// The code in the newest message.
fn long_code(idp: &Idp) -> String {
    let message = idp.phone.messages().pop().expect("a message").text;
    message
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| word.len() == 10 && word.chars().all(|c| !c.is_ascii_lowercase()))
        .unwrap_or_else(|| panic!("no code in {message:?}"))
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_and_passwords_are_nowhere_in_the_database() {
    let sp = Sp::new();
    let idp = Idp::with(Backend::Sqlite, &sp, long_codes()).await;
    let mut login = SignIn::at_the_code(&idp, &sp).await;
    let code = long_code(&idp);
    let document = idp.login_document(login.id()).to_string();
    assert!(!document.contains(NUMBER), "the number is in the row of the login");
    login.code(WRONG_CODE).await;
    let mut stored = database_text(&idp);
    login.code(&code).await;
    assert!(login.has_response(), "{}", login.page.text);
    stored.push_str(&database_text(&idp));
    assert!(stored.contains("login.step-passed"), "this is not the database");
    for secret in [code.as_str(), PASSWORD, WRONG_CODE] {
        assert!(!stored.contains(secret), "a secret is in the database");
    }
    for kind in ["login.message-sent", "login.step-passed", "assertion.issued", "login.started"] {
        let rows = idp.events(kind);
        assert!(!rows.is_empty(), "no row {kind}");
        for row in rows {
            assert!(!row.to_string().contains(NUMBER), "a number is in the trail: {row}");
        }
    }
}

/// Every octet of the database's files.
fn database_text(idp: &Idp) -> String {
    let path = idp.database.url().strip_prefix("sqlite:").expect("a file").to_owned();
    let read = |path: String| std::fs::read(path).unwrap_or_default();
    let bytes = [read(path.clone()), read(format!("{path}-wal"))].concat();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_in_a_login_the_most_talkative_log_tells_no_secret() {
    const OWN: &str = "seventeen purple ladders";
    const TYPED: &str = "seventeen purple leaders";
    const BACKUP_CODE: &str = "8250193746";
    let sp = Sp::new();
    let mut options = long_codes();
    options.configuration = "[[user]]\nusername = \"grete\"\npassword = { file = \"password\" }\n\
                             claims = { mobile = \"+94775983471\" }\n"
        .to_owned();
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    let (own, list) = (Secret::new(OWN.to_owned()), Secret::new(BACKUP_CODE.to_owned()));
    idp.with_admin(|admin, rng| users::set_password(admin, "grete", &own, rng)).expect("set");
    idp.with_admin(|admin, rng| users::set_backup_codes(admin, "grete", &list, rng)).expect("set");
    let log = Log::listen();
    let mut login = SignIn::begin(&idp, &sp).await;
    login.password("grete", TYPED).await;
    // A message that no gateway takes, and one that is taken.
    idp.phone.behave(Behaviour::Fail(500));
    login.password("grete", OWN).await;
    idp.phone.behave(Behaviour::Accept);
    login.press("resend").await;
    let code = long_code(&idp);
    login.code(WRONG_CODE).await;
    let mut by_backup_code = SignIn::begin(&idp, &sp).await;
    by_backup_code.password("grete", OWN).await;
    by_backup_code.send(&[("backup_code", "9999999990")]).await;
    by_backup_code.send(&[("backup_code", BACKUP_CODE)]).await;
    assert!(by_backup_code.has_response(), "{}", by_backup_code.page.text);
    login.code(&code).await;
    assert!(login.has_response(), "{}", login.page.text);
    let session = login.browser.cookie("portcullis_session").expect("a session");
    let told = log.heard();
    assert!(told.contains("an SMS gateway did not accept a message"), "this is not the log");
    let secrets = [OWN, TYPED, &code, WRONG_CODE, BACKUP_CODE, "9999999990", "775983471", &session];
    for secret in secrets {
        let line = told.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "the log tells {secret}");
    }
}
