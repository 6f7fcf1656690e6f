//! Every page with fixed values, byte for byte.

use std::fs;
use std::path::{Path, PathBuf};

use authenticators::basic_auth::PasswordUse;
use idp_core::flow::authenticator::{DenyReason, FieldKind, Notice, Phrase};
use idp_core::saml::request::RelayState;

use super::{
    APPLICATION, ENGLISH, after, backup_code_prompt, code_prompt, field, frame, login, login_in,
    noon, number_prompt, password_prompt, said,
};
use crate::assets::{LOGIN_SCRIPT, LOGO, POST_SCRIPT, STYLE};
use crate::language::{Language, Text};
use crate::pages::{
    BootstrapDonePage, BootstrapError, BootstrapField, BootstrapPage, ChoosePage, EnrolmentPage,
    ErrorPage, HiddenField, HomePage, LoginFrame, Method, PostResponse, Problem, ReturnAction,
    StepPage, password_rules,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/pages")
}

/// The page with the addresses of assets as they are without their content's hash, so that a new
/// colour does not change every golden file.
fn without_versions(html: &str) -> String {
    [STYLE, LOGIN_SCRIPT, POST_SCRIPT, LOGO].iter().fold(html.to_owned(), |html, asset| {
        let address = asset.to_string();
        html.replace(&address, address.split('?').next().unwrap())
    })
}

#[expect(clippy::disallowed_methods, reason = "a switch of the test run, not a setting")]
fn is_updating() -> bool {
    std::env::var("UPDATE_GOLDEN").is_ok()
}

fn check(name: &str, html: &str) {
    let path = folder().join(format!("{name}.html"));
    let html = without_versions(html);
    if is_updating() {
        fs::create_dir_all(folder()).unwrap();
        fs::write(&path, &html).unwrap();
    }
    let golden = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run with UPDATE_GOLDEN=1", path.display()));
    assert_eq!(html, golden, "{name}: read the difference, then run with UPDATE_GOLDEN=1");
}

#[test]
fn step_with_username_and_password() {
    let prompt = password_prompt();
    let page =
        StepPage { login: login(1, None), prompt: &prompt, notice: None, can_choose_other: false };
    check("step-password", &page.render());
}

#[test]
fn step_after_a_wrong_password() {
    let mut prompt = password_prompt();
    prompt.fields[0].value = Some("dana".to_owned());
    let notice = Notice::error(said("basic-auth-wrong"));
    let page = StepPage {
        login: login(1, None),
        prompt: &prompt,
        notice: Some(&notice),
        can_choose_other: false,
    };
    check("step-password-wrong", &page.render());
}

#[test]
fn step_with_a_mobile_number() {
    let prompt = number_prompt();
    let notice = Notice::info(said("sms-otp-backup-accepted"));
    let page = StepPage {
        login: login(2, Some("dana")),
        prompt: &prompt,
        notice: Some(&notice),
        can_choose_other: false,
    };
    check("step-mobile-number", &page.render());
}

#[test]
fn step_with_a_box_to_tick() {
    let mut prompt = backup_code_prompt();
    prompt.fields.push(field("change_number", "sms-otp-number-changed", FieldKind::Checkbox));
    let page = StepPage {
        login: login(2, Some("dana")),
        prompt: &prompt,
        notice: None,
        can_choose_other: false,
    };
    check("step-box-to-tick", &page.render());
}

#[test]
fn page_of_an_enrolment_link() {
    let page = EnrolmentPage { frame: ENGLISH, now: noon(), expires_at: after(3_600) };
    check("enrolment-link", &page.render());
}

#[test]
fn step_with_a_code_and_a_resend_that_must_wait() {
    let prompt = code_prompt();
    for language in Language::ALL {
        let page = StepPage {
            login: login_in(language),
            prompt: &prompt,
            notice: None,
            can_choose_other: true,
        };
        check(&in_language("step-code", language), &page.render());
    }
}

/// The name of a golden file; the English ones have no addition.
fn in_language(name: &str, language: Language) -> String {
    match language {
        Language::English => name.to_owned(),
        other => format!("{name}.{}", other.tag()),
    }
}

#[test]
fn the_first_page_of_a_login_in_every_language() {
    let prompt = password_prompt();
    let notice = Notice::error(said("basic-auth-wrong"));
    for language in Language::ALL.into_iter().skip(1) {
        let login = LoginFrame { frame: frame(language), ..login(1, None) };
        let page =
            StepPage { login, prompt: &prompt, notice: Some(&notice), can_choose_other: false };
        check(&in_language("step-password-wrong", language), &page.render());
    }
}

#[test]
fn an_error_in_every_language() {
    for language in Language::ALL.into_iter().skip(1) {
        let page = ErrorPage::of(frame(language), Problem::BadRequest).with_incident("7QF4-M2KD");
        check(&in_language("error-bad-request", language), &page.render());
    }
}

#[test]
fn step_with_an_expired_code_near_the_end_of_the_login() {
    let mut prompt = code_prompt();
    prompt.expires_at = Some(noon());
    prompt.actions[0].available_at = Some(noon());
    prompt.fields[0].hint = Some(Phrase::literal("Six digits."));
    prompt.notice =
        Some(Notice::error(Phrase::literal("This code has expired. Ask for a new one.")));
    let mut frame = login(2, Some("dana"));
    frame.expires_at = after(45);
    let page = StepPage { login: frame, prompt: &prompt, notice: None, can_choose_other: false };
    check("step-code-expired", &page.render());
}

#[test]
fn step_with_a_backup_code() {
    let prompt = backup_code_prompt();
    let page = StepPage {
        login: login(2, Some("dana")),
        prompt: &prompt,
        notice: None,
        can_choose_other: false,
    };
    check("step-backup-code", &page.render());
}

#[test]
fn choice_of_methods() {
    let labels = [said("sms-otp-name"), said("sms-otp-backup-label")];
    let labels = labels.map(|label| ENGLISH.words.say(&label));
    let methods = [
        Method {
            id: "sms-otp",
            label: &labels[0],
            description: Some("To your phone ending in 42"),
        },
        Method { id: "backup-code", label: &labels[1], description: None },
    ];
    let page = ChoosePage { login: login(2, Some("dana")), methods: &methods, notice: None };
    check("choose", &page.render());
}

#[test]
fn form_with_a_response() {
    let relay_state = RelayState::parse("ss:mem:6f5c?a=1&b=2").unwrap();
    let page = PostResponse {
        acs_url: "http://localhost:8080/saml2-web-app-pickup-dispatch.com/home.jsp",
        saml_response: "PHNhbWwycDpSZXNwb25zZS8+",
        relay_state: Some(&relay_state),
        application: APPLICATION,
        words: ENGLISH.words,
    };
    check("post-response", &page.render());
}

#[test]
fn error_with_an_incident_code() {
    let page = ErrorPage::of(ENGLISH, Problem::BadRequest).with_incident("7QF4-M2KD");
    check("error-bad-request", &page.render());
}

#[test]
fn error_without_a_code() {
    let page = ErrorPage::of(ENGLISH, Problem::NotFound);
    check("error-not-found", &page.render());
}

#[test]
fn refused_login_with_the_way_back() {
    check("denied", &denied(DenyReason::TooManyAttempts));
}

/// The frame of all of them is that of the page above.
#[test]
fn what_refused_logins_say_for_every_other_reason() {
    let told = [
        DenyReason::AccountDisabled,
        DenyReason::NotEnrolled,
        DenyReason::NumberNotServed,
        DenyReason::Expired,
        DenyReason::TooManySends,
        DenyReason::Cancelled,
        DenyReason::InternalError,
    ]
    .map(|reason| {
        let page = denied(reason);
        let title = between(&page, "<title>", "</title>");
        let text = between(&page, "<main class=\"card\">", "<form");
        format!("<!-- {reason:?} -->\n{title}\n{}\n", text.trim())
    });
    check("denied-for-other-reasons", &told.join("\n"));
}

fn between<'a>(page: &'a str, begin: &str, end: &str) -> &'a str {
    page.split_once(begin).and_then(|(_, rest)| rest.split_once(end)).unwrap().0
}

fn denied(reason: DenyReason) -> String {
    let fields = [HiddenField { name: "csrf", value: "csrf-token" }];
    let action = ReturnAction::to_application(APPLICATION, "/login/0190f5a0", fields);
    ErrorPage::denied(ENGLISH, reason, Some(action)).render()
}

#[test]
fn first_administrator() {
    check("bootstrap", &bootstrap("", &[]));
}

#[test]
fn first_administrator_with_mistakes() {
    let texts =
        [Text::literal("Choose a username."), ENGLISH.words.say(&said("new-password-common"))];
    let errors = [
        BootstrapError { field: BootstrapField::Username, text: &texts[0] },
        BootstrapError { field: BootstrapField::Password, text: &texts[1] },
    ];
    check("bootstrap-mistakes", &bootstrap("admin", &errors));
}

fn bootstrap(username: &str, errors: &[BootstrapError<'_>]) -> String {
    let rules = password_rules(ENGLISH.words, PasswordUse::Alone);
    let hidden = [HiddenField { name: "link", value: "link-token" }];
    BootstrapPage {
        frame: ENGLISH,
        action_url: "/bootstrap",
        hidden: &hidden,
        username,
        rules: &rules,
        errors,
        now: noon(),
        expires_at: after(3600),
    }
    .render()
}

#[test]
fn first_administrator_created() {
    let page = BootstrapDonePage { frame: ENGLISH, username: "admin" };
    check("bootstrap-done", &page.render());
}

#[test]
fn start_page() {
    let page = HomePage {
        left: false,
        person: None,
        console: false,
        frame: ENGLISH,
        entity_id: "http://localhost:9763/saml/metadata",
        metadata_url: "/saml/metadata",
    };
    check("home", &page.render());
}
