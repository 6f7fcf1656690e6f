//! Too many wrong answers are too many whichever way somebody comes: by another form, another
//! application, or with a session that has the password already.

use chrono::TimeDelta;
use idp_admin::users;
use idp_core::secret::Secret;

use crate::on_both_databases;
use crate::support::{Backend, Idp, IdpOptions, PASSWORD, SignIn, Sp};

const TOO_MANY: &str = "too many wrong answers";

/// A server where three wrong answers are free, with an application that asks for a password only.
async fn strict(backend: Backend, sp: &Sp, simple: &Sp) -> Idp {
    let options = IdpOptions::settings(|settings| {
        settings.attempts.free = 3;
        settings.attempts.first_delay_seconds = 900;
    });
    let idp = Idp::with(backend, sp, options).await;
    std::fs::write(idp.directory.path().join("simple.xml"), simple.metadata()).expect("written");
    idp.apply("[[service_provider]]\nmetadata = \"simple.xml\"\nsteps = [[\"basic-auth\"]]\n");
    idp
}

fn simple() -> Sp {
    Sp::named("https://simple.example.org/saml", false)
}

/// A code that is not the one on the phone.
fn wrong(idp: &Idp) -> &'static str {
    if idp.phone.code() == "000000" { "111111" } else { "000000" }
}

on_both_databases! {
    wrong_codes_hold_up_backup_codes_and_logins_that_have_the_password_already(backend) {
        let (sp, simple) = (Sp::new(), simple());
        let idp = strict(backend, &sp, &simple).await;
        let codes = Secret::new("1234567890".to_owned());
        idp.with_admin(|admin, rng| users::set_backup_codes(admin, "alice", &codes, rng))
            .expect("set");
        let mut guessing = SignIn::at_the_code(&idp, &sp).await;
        for _ in 0..3 {
            guessing.code(wrong(&idp)).await;
        }
        // The other form, and the other kind of code in the first.
        for field in ["backup_code", "code"] {
            guessing.send(&[(field, "1234567890")]).await;
            assert!(guessing.notice().contains(TOO_MANY), "{}", guessing.page.text);
        }
        // A session that the password of another application made.
        let mut first = SignIn::begin(&idp, &simple).await;
        first.password("alice", PASSWORD).await;
        assert!(first.has_response(), "{}", first.page.text);
        let mut second = SignIn::begin_in(first.browser, &idp, &sp).await;
        assert!(second.is_asked_for("code"), "{}", second.page.text);
        let code = idp.phone.code();
        second.code(&code).await;
        assert!(second.notice().contains(TOO_MANY), "{}", second.page.text);
        assert_eq!(idp.assertions(), 1, "that of the password");
        idp.age_failures("sms-otp", "alice", TimeDelta::seconds(900));
        second.code(&code).await;
        assert!(second.has_response(), "{}", second.page.text);
    }
}

on_both_databases! {
    wrong_passwords_for_one_application_hold_up_every_other(backend) {
        let (sp, simple) = (Sp::new(), simple());
        let idp = strict(backend, &sp, &simple).await;
        let mut guessing = SignIn::begin(&idp, &sp).await;
        for _ in 0..3 {
            guessing.password("alice", "a password of somebody else").await;
        }
        let mut login = SignIn::begin(&idp, &simple).await;
        login.password("alice", PASSWORD).await;
        assert!(login.notice().contains(TOO_MANY), "{}", login.page.text);
        assert_eq!(idp.assertions(), 0);
    }
}
