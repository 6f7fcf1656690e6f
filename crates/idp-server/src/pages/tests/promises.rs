//! What holds for pages beyond their bytes.

use idp_core::flow::authenticator::{DenyReason, FieldKind, Notice, Phrase, Prompt};

use super::{ENGLISH, code_prompt, login, password_prompt};
use crate::pages::problem::wording;
use crate::pages::{ErrorPage, FormAction, PostResponse, Problem, StepPage, csp};

fn step(prompt: &Prompt) -> String {
    StepPage { login: login(2, None), prompt, notice: None, can_choose_other: true }.render()
}

#[test]
fn pressing_enter_submits_the_answer() {
    let html = step(&code_prompt());
    let first_button = html.find("type=\"submit\"").map(|at| &html[at..at + 60]).unwrap();
    assert!(first_button.contains("value=\"continue\""), "{first_button}");
}

#[test]
fn only_the_first_empty_field_takes_the_focus() {
    let mut prompt = password_prompt();
    prompt.fields[0].value = Some("dana".to_owned());
    let html = step(&prompt);
    assert_eq!(html.matches("autofocus").count(), 1);
    let line = html.lines().find(|line| line.contains("autofocus")).unwrap();
    assert!(line.contains("name=\"password\""), "{line}");
}

#[test]
fn an_error_is_tied_to_the_fields_and_an_information_is_not_called_wrong() {
    let prompt = password_prompt();
    let mut page = StepPage {
        login: login(1, None),
        prompt: &prompt,
        notice: Some(&Notice::error(Phrase::literal("No."))),
        can_choose_other: false,
    };
    let html = page.render();
    assert_eq!(html.matches("aria-invalid=\"true\"").count(), 2);
    assert_eq!(html.matches("aria-describedby=\"notice-1\"").count(), 2);
    let info = Notice::info(Phrase::literal("A new code is on its way."));
    page.notice = Some(&info);
    assert!(!page.render().contains("aria-invalid"));
}

#[test]
fn codes_of_letters_bring_up_letters() {
    let mut prompt = code_prompt();
    prompt.fields[0].kind = FieldKind::OneTimeCode { shortest: 8, longest: 8, numeric: false };
    let html = step(&prompt);
    assert!(html.contains(r#"inputmode="text" pattern="[\s\-]*(?:[A-Za-z0-9][\s\-]*){8}""#));
}

#[test]
fn pages_hold_nothing_that_the_policy_forbids() {
    let error = ErrorPage::of(ENGLISH, Problem::InternalError).render();
    for html in [step(&code_prompt()), error] {
        assert!(!html.contains("style=") && !html.contains("<style"));
        let attributes = html.split([' ', '\n']).filter_map(|word| word.split_once('='));
        for (name, _) in attributes {
            assert!(!name.starts_with("on"), "{name}");
        }
        for script in html.split("<script").skip(1) {
            assert!(script.trim_start().starts_with("src=\"/assets/"), "{script}");
        }
    }
}

#[test]
fn policies_forbid_framing_and_inline_code() {
    for form_action in [FormAction::SelfOnly, FormAction::ServiceProvider] {
        let policy = csp(form_action);
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
    }
    assert!(csp(FormAction::SelfOnly).contains("form-action 'self';"));
}

#[test]
fn the_response_page_adds_about_a_kilobyte() {
    let response = "A".repeat(8000);
    let page = PostResponse {
        acs_url: "https://sp.example/saml/acs",
        saml_response: &response,
        relay_state: None,
        application: "Pickup Dispatch",
        words: ENGLISH.words,
    };
    let html = page.render();
    assert!(html.len() < 8000 + 1024, "{}", html.len());
    assert!(html.capacity() < 2 * html.len());
}

#[test]
fn a_vanished_account_reads_like_a_disabled_one() {
    let told = |reason| wording(reason, ENGLISH.words);
    assert_eq!(told(DenyReason::AccountGone), told(DenyReason::AccountDisabled));
}

#[test]
fn a_limit_says_how_long_to_wait() {
    let wait = Some(chrono::TimeDelta::milliseconds(29_400));
    let text = Problem::TooManyRequests(wait).wording(ENGLISH.words).advice;
    assert_eq!(text.plain(), "Wait 30 seconds, then try again.");
}
