//! What nobody finds afterwards: codes, passwords and numbers, neither in the database nor in the log.

use idp_admin::access_tokens::{self, NewToken};
use idp_admin::{owner_links, users};
use idp_core::secret::Secret;

use crate::support::{Backend, Behaviour, Browser, Idp, IdpOptions, Log, PASSWORD, SignIn, Sp};

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

/// C169, C178.
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

/// C169, C178.
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

/// Every link of one person's life with this server, each opened rightly and mistyped.
async fn links(idp: &Idp, names: (&str, &str)) -> Vec<String> {
    let (name, password) = names;
    let token = |link: idp_core::id::LinkToken| link.expose().to_owned();
    let reset = idp.with_admin(|admin, rng| users::password_link(admin, name, 24, rng));
    let enrol = idp.with_admin(|admin, rng| users::enrolment_link(admin, name, 24, rng));
    let owner = idp.with_admin(|admin, rng| {
        let sp =
            idp_admin::service_providers::find(admin, &Sp::new().entity_id).expect("registered");
        owner_links::make(admin, sp.value.id, 7, rng)
    });
    let all = [
        ("password", token(reset.expect("made"))),
        ("enrol", token(enrol.expect("made"))),
        ("owner", token(owner.expect("made").0)),
        ("bootstrap", "5f".repeat(32)),
        ("saml/resume", "6e".repeat(32)),
    ];
    for (path, secret) in &all {
        for address in [
            format!("{}/{path}/{secret}", idp.url),
            format!("{}/{path}/{secret}/", idp.url),
            format!("{}/{path}{secret}", idp.url),
            format!("{}/{path}/?token={secret}", idp.url),
        ] {
            Browser::new().get(&address).await;
            Browser::new().post(&address, &[]).await;
        }
    }
    let fields = [("password", password), ("password_again", password)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let address = format!("{}/password/{}", idp.url, all[0].1);
    let chosen = Browser::new().post(&address, &fields).await;
    assert_eq!(chosen.status, 200, "{}", chosen.text);
    all.into_iter().map(|(_, secret)| secret).collect()
}

/// A program with a token, and with a wrong one.
async fn a_program(idp: &Idp, owner: &str) -> Vec<String> {
    let new = NewToken { name: "sweep", scopes: &["users:read"], days: 1, longest: 30 };
    let made = idp.with_admin(|admin, rng| access_tokens::create(admin, owner, new, rng));
    let right = made.expect("made").secret.expose().to_owned();
    let wrong = format!("{}zz", &right[..right.len() - 2]);
    for token in [&right, &wrong] {
        let client = reqwest::Client::new();
        let request = client.get(format!("{}/api/v1/users?x={token}", idp.url)).bearer_auth(token);
        request.send().await.expect("an answer");
    }
    vec![right, wrong]
}

/// C178.
#[tokio::test(flavor = "multi_thread")]
async fn neither_the_most_talkative_log_nor_the_trail_tells_a_secret_of_any_page() {
    const CHOSEN: &str = "ninety yellow walruses sing";
    const NEXT: &str = "ninety orange walruses hum";
    const WRONG: &str = "ninety green walruses";
    const KEY: &str = "gw-key-7730194652";
    const OLD: &str = "94775983472";
    const NEW: &str = "94775983473";
    let sp = Sp::new();
    let mut options = long_codes();
    options.configuration = "[[user]]\nusername = \"heidi\"\nclaims = { mobile = \"+94775983472\" }\n\
         [[user]]\nusername = \"ivan\"\npassword = { file = \"password\" }\nroles = [\"administrator\"]\n"
        .to_owned();
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    let log = Log::listen();
    let mut secrets = links(&idp, ("heidi", CHOSEN)).await;
    secrets.extend(a_program(&idp, "ivan").await);
    idp.apply(&format!(
        "[[sms_gateway]]\nname = \"spare\"\nurl = \"{}\"\n\
         headers = [\"Content-Type: application/json\", \"Authorization: Bearer {KEY}\"]\n\
         body = '{{\"to\":\"$ctx.num\",\"text\":\"$ctx.msg\"}}'\n",
        idp.phone.url
    ));
    // The account pages: signing in, another password, another number.
    let mut heidi = Browser::new();
    let page = heidi.get(&format!("{}/account/password", idp.url)).await;
    let page = heidi.submit(&page, &[("username", "heidi"), ("password", CHOSEN)]).await;
    let code = long_code(&idp);
    let page = heidi.submit(&page, &[("code", &code)]).await;
    assert_eq!(page.url.path(), "/account/password", "{}", page.text);
    secrets.extend(heidi.cookie("portcullis_session"));
    for (present, next) in [(WRONG, NEXT), (CHOSEN, NEXT)] {
        let fields = [("current_password", present), ("password", next), ("password_again", next)];
        heidi.send((&page, "/account/password"), &fields, &[]).await;
    }
    secrets.extend(heidi.cookie("portcullis_session"));
    let form = heidi.get(&format!("{}/account/mobile/new", idp.url)).await;
    let number = format!("+{NEW}");
    let page = heidi.send((&form, "/account/mobile/new"), &[("mobile", &number)], &[]).await;
    let second = long_code(&idp);
    let page = heidi.send((&page, "/account/mobile/code"), &[("code", &second)], &[]).await;
    assert!(page.url.path() == "/account/mobile" && second != code, "{}", page.text);
    let codes = heidi.get(&format!("{}/account/backup-codes/new", idp.url)).await;
    let sheet = heidi.send((&codes, "/account/backup-codes/new"), &[], &[]).await;
    let (_, rest) = sheet.text.split_once("<li><code").expect("a code");
    let backup = rest.split(['>', '<']).nth(1).expect("its text").to_owned();
    secrets.extend(heidi.cookie("portcullis_session"));
    // What comes from a service provider, and a way through that is mistyped.
    let login = SignIn::begin(&idp, &sp).await;
    secrets.extend(login.browser.cookie("portcullis_login"));
    let csrf = login.page.form().hidden("csrf").expect("a token").to_owned();
    Browser::new().get(&format!("{}/saml/sso/?SAMLRequest={csrf}", idp.url)).await;
    let told = log.heard();
    let rows = idp
        .app
        .store
        .read(|r| r.audit_events_before(&idp_store::AuditFilter::default(), None, 1_000));
    let trail = format!("{:#?}", rows.expect("read"));
    assert!(trail.contains("account.number-changed") && trail.contains("account.password-changed"));
    assert!(told.contains("no such address"), "this is not the log");
    let typed = [CHOSEN, NEXT, WRONG, KEY, &OLD[2..], &NEW[2..], &code, &second, &backup, &csrf];
    secrets.extend(typed.map(str::to_owned));
    assert!(secrets.iter().all(|secret| secret.len() > 7), "{secrets:?}");
    for secret in secrets {
        for (what, text) in [("log", &told), ("trail", &trail)] {
            let line = text.lines().find(|line| line.contains(&secret));
            assert_eq!(line, None, "the {what} tells {secret}");
        }
    }
}
