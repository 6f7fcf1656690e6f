//! Text from requests, registrations and accounts stays text.

use idp_core::flow::authenticator::{Notice, Phrase, Prompt};
use idp_core::saml::request::RelayState;
use roxmltree::Document;

use super::{ENGLISH, code_prompt, login};
use crate::language::{Language, Text};
use crate::pages::{ChoosePage, ErrorPage, Frame, HiddenField, Method, PostResponse, Problem};
use crate::pages::{ReturnAction, StepPage};

const MARKUP: &str = "</title></bdi><script>alert(1)</script><img src=x onerror='a'>\"&amp;";

/// What a browser reads from the hidden field of this name.
fn hidden_value(html: &str, name: &str) -> Option<String> {
    let line = html.lines().find(|line| line.contains(&format!("name=\"{name}\"")))?;
    // A lone void element without boolean attributes becomes XML by closing it.
    let xml = line.trim_end_matches('>').to_owned() + "/>";
    let document = Document::parse(&xml).unwrap();
    document.root_element().attribute("value").map(str::to_owned)
}

fn post(relay_state: &str) -> String {
    let relay_state = RelayState::parse(relay_state).unwrap();
    PostResponse {
        acs_url: "https://sp.example/acs?a=1&b=\"><script>",
        saml_response: "AA==",
        relay_state: Some(&relay_state),
        application: MARKUP,
        words: Language::English.words(),
    }
    .render()
}

#[test]
fn relay_state_returns_exactly_as_it_came() {
    let long = "ü<".repeat(600);
    let states = [
        "",
        "javascript:alert(1)",
        r#""><script>alert(1)</script>"#,
        "'onfocus='a' & &amp; &#34; &lt;",
        "ss:mem:8d7f+/=%20%0d%0a",
        " two  blanks ",
        "\u{202e}\u{2028}日本語",
        &long,
    ];
    for state in states {
        assert_eq!(hidden_value(&post(state), "RelayState").as_deref(), Some(state));
    }
}

#[test]
fn relay_state_with_line_breaks_never_reaches_the_page() {
    assert!(RelayState::parse("a\r\nSet-Cookie: b").is_none());
}

#[test]
fn no_relay_state_is_no_field() {
    let page = PostResponse {
        acs_url: "https://sp.example/acs",
        saml_response: "AA==",
        relay_state: None,
        application: "x",
        words: Language::English.words(),
    };
    assert_eq!(hidden_value(&page.render(), "RelayState"), None);
}

#[test]
fn the_response_page_holds_one_form_and_one_script() {
    let html = post(MARKUP);
    assert_eq!(html.matches("<form").count(), 1);
    assert_eq!(html.matches("<script").count(), 1);
    assert!(
        html.contains(r#"action="https://sp.example/acs?a=1&#38;b=&#34;&#62;&#60;script&#62;""#)
    );
}

#[test]
fn markup_in_any_text_of_a_step_stays_text() {
    let mut prompt: Prompt = code_prompt();
    prompt.title = Phrase::literal(MARKUP);
    prompt.intro = Some(Phrase::new("sms-otp-sent", vec![("number", MARKUP.into())]));
    prompt.fields[0].hint = Some(Phrase::literal(MARKUP));
    prompt.fields[0].value = Some(MARKUP.to_owned());
    let notice = Notice::error(Phrase::literal(MARKUP));
    let mut frame = login(2, Some(MARKUP));
    frame.frame = Frame { product: MARKUP, brand: MARKUP, here: Some(MARKUP), ..ENGLISH };
    (frame.application, frame.csrf, frame.step, frame.action_url) =
        (MARKUP, MARKUP, MARKUP, MARKUP);
    let page =
        StepPage { login: frame, prompt: &prompt, notice: Some(&notice), can_choose_other: true };
    assert_no_markup(&page.render(), 1);
}

#[test]
fn markup_in_a_choice_or_an_error_stays_text() {
    let label = Text::literal(MARKUP);
    let methods = [Method { id: MARKUP, label: &label, description: Some(MARKUP) }];
    let page = ChoosePage { login: login(1, None), methods: &methods, notice: None };
    assert_no_markup(&page.render(), 1);

    let fields = [HiddenField { name: MARKUP, value: MARKUP }];
    let mut page = ErrorPage::of(ENGLISH, Problem::NotFound).with_incident(MARKUP);
    page.return_action = Some(ReturnAction::to_application(MARKUP, MARKUP, fields));
    assert_no_markup(&page.render(), 0);
}

#[test]
fn long_and_reversed_names_are_tamed() {
    let name = format!("Bank\u{202e}{}", "x".repeat(5000));
    let mut frame = login(1, Some(&name));
    frame.application = &name;
    let page = ChoosePage { login: frame, methods: &[], notice: None };
    let html = page.render();
    assert!(html.len() < 5000 && !html.contains('\u{202e}'));
}

fn assert_no_markup(html: &str, scripts: usize) {
    assert_eq!(html.matches("<script").count(), scripts, "{html}");
    assert!(!html.contains("onerror='") && !html.contains("src=x>"), "{html}");
    assert_eq!(html.matches("</title>").count(), 1, "{html}");
}
