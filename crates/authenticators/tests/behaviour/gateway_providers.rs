//! Every preset and every recipe of the page people have open, against emulators of the providers.

use std::collections::BTreeMap;

use authenticators::gateway::presets::Preset;
use authenticators::gateway::{GatewayDefinition, Headers, Severity};
use idp_core::secret::Secret;

use crate::gateway_recipes::text_message;
use crate::providers::{
    Answer, Delivered, Request, bulksms, bulksms_eapi, clickatell, clickatell_rest, plivo, twilio,
    vonage,
};

const NUMBER: &str = "+94771234567";
const SENDER: &str = "+15550100200";
/// A message with everything that breaks badly written requests.
const TEXT: &str = "123456 is your code for \"R&D\" + 50% #1 = Büro?\n@login.example.com #123456";

type Provider = fn(&Request<'_>) -> Answer;

fn preset(name: &str, values: &[(&str, &str)]) -> GatewayDefinition {
    let values: BTreeMap<String, Secret<String>> =
        values.iter().map(|(n, v)| ((*n).to_owned(), Secret::new((*v).to_owned()))).collect();
    Preset::named(name).unwrap().definition(values).unwrap()
}

/// A recipe as it is printed: one line of headers, a payload, a response code or none.
fn recipe(url: &str, headers: &str, payload: &str, code: &str) -> GatewayDefinition {
    GatewayDefinition {
        headers: Headers::parse(headers).unwrap(),
        body: payload.to_owned(),
        accepted: code.parse().unwrap(),
        ..GatewayDefinition::new(url)
    }
}

fn presets() -> Vec<(GatewayDefinition, Provider, Vec<Answer>)> {
    use {bulksms as b, clickatell as c, plivo as p, twilio as t, vonage as v};
    vec![
        (
            preset("vonage", &[("api_key", v::KEY), ("api_secret", v::SECRET), ("from", SENDER)]),
            v::answer,
            v::CODES.map(|(code, text)| v::refusal(code, text)).into(),
        ),
        (preset("clickatell", &[("api_key", c::KEY)]), c::answer, c::refusals()),
        (
            preset("plivo", &[("auth_id", p::ID), ("auth_token", p::TOKEN), ("from", SENDER)]),
            p::answer,
            p::refusals(),
        ),
        (
            preset("bulksms", &[("token_id", b::TOKEN_ID), ("token_secret", b::TOKEN_SECRET)]),
            b::answer,
            b::refusals(),
        ),
        (
            preset(
                "twilio",
                &[("account_sid", t::SID), ("auth_token", t::TOKEN), ("from", SENDER)],
            ),
            t::answer,
            t::refusals(),
        ),
    ]
}

/// The five recipes with the values of an account filled in, Plivo's with its two dollar signs.
fn recipes() -> Vec<(GatewayDefinition, Provider, Vec<Answer>)> {
    use {bulksms_eapi as b, clickatell_rest as c, plivo as p, twilio as t, vonage as v};
    let percent =
        |text| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
    vec![
        (
            recipe(
                &format!(
                    "https://rest.nexmo.com/sms/json?api_key={}&api_secret={}&from=NEXMO&to=$ctx.num&text=$ctx.msg",
                    v::KEY,
                    percent(v::SECRET)
                ),
                "",
                "",
                "200",
            ),
            v::answer,
            v::CODES.map(|(code, text)| v::refusal(code, text)).into(),
        ),
        (
            recipe(
                "https://api.clickatell.com/rest/message",
                &format!(
                    "X-Version: 1,Authorization: bearer {},Accept: application/json,Content-Type: application/json",
                    c::TOKEN
                ),
                r#"{"text":" $ctx.msg ","to":[" $ctx.num "]}"#,
                "202",
            ),
            c::answer,
            c::refusals(),
        ),
        (
            recipe(
                &format!("https://api.plivo.com/v1/Account/{}/Message/", p::ID),
                &format!(
                    "Authorization: Basic base64{{{}:{}}},Content-Type: application/json",
                    p::ID,
                    p::TOKEN
                ),
                r#"{"src":"+94770000000","dst":"$ctx.num","text":"$ctx.msg"}"#,
                "202",
            ),
            p::answer,
            p::refusals(),
        ),
        (
            recipe(
                &format!(
                    "https://bulksms.vsms.net/eapi/submission/send_sms/2/2.0?username={}&password={}&message=$ctx.msg&msisdn=$ctx.num",
                    b::USER,
                    b::PASSWORD
                ),
                "Content-Type: application/x-www-form-urlencoded",
                "",
                "200",
            ),
            b::answer,
            b::CODES.map(|(code, text)| b::refusal(code, text)).into(),
        ),
        (
            recipe(
                &format!("https://api.twilio.com/2010-04-01/Accounts/{}/SMS/Messages.json", t::SID),
                &format!("Authorization: Basic base64{{{}:{}}}", t::SID, t::TOKEN),
                &format!("Body=$ctx.msg&To=$ctx.num&From=urlencode{{{SENDER}}}"),
                "",
            ),
            t::answer,
            t::refusals(),
        ),
    ]
}

fn delivered(definition: &GatewayDefinition, provider: Provider) -> Delivered {
    delivered_text(definition, provider, TEXT)
}

fn delivered_text(definition: &GatewayDefinition, provider: Provider, text: &str) -> Delivered {
    let call = definition.render(&text_message(NUMBER, text, "123456")).unwrap();
    let answer = provider(&Request::new(&call));
    let judgement = definition.judge(answer.status, answer.body.as_bytes());
    assert!(judgement.accepted, "{}: {}\n{}", judgement.why, answer.body, call.masked());
    answer.delivered.unwrap()
}

#[test]
fn every_preset_and_recipe_delivers_the_message_unchanged() {
    for (definition, provider, _) in presets().into_iter().chain(recipes()) {
        let Delivered { to, text, .. } = delivered(&definition, provider);
        assert_eq!((to.trim_start_matches('+'), text.as_str()), ("94771234567", TEXT));
    }
}

#[test]
fn every_preset_delivers_messages_in_any_script() {
    let text = "123456 هو رمز الدخول إلى Pickup. صالح لمدة 5 دقائق.\n@login.example.com #123456";
    for (definition, provider, _) in presets() {
        assert_eq!(delivered_text(&definition, provider, text).text, text);
    }
}

#[test]
fn the_sender_arrives_with_its_plus() {
    for (definition, provider, _) in presets() {
        let from = delivered(&definition, provider).from;
        assert!(from == SENDER || from.is_empty(), "{from}");
    }
    let (twilio, provider, _) = recipes().pop().unwrap();
    assert_eq!(delivered(&twilio, provider).from, SENDER);
}

#[test]
fn every_documented_refusal_is_a_failure_also_with_a_good_status() {
    for (definition, _, refusals) in presets().into_iter().chain(recipes()) {
        for refusal in refusals {
            let judgement = definition.judge(refusal.status, refusal.body.as_bytes());
            assert!(!judgement.accepted, "{} {}", refusal.status, refusal.body);
        }
        for (status, body) in
            [(500, ""), (502, "<html>Bad Gateway</html>"), (301, ""), (401, ""), (204, "")]
        {
            assert!(!definition.judge(status, body.as_bytes()).accepted, "{status}");
        }
    }
}

#[test]
fn with_the_credentials_of_nobody_every_provider_refuses() {
    for (mut definition, provider, _) in presets() {
        let names: Vec<String> = definition.secrets.names().map(str::to_owned).collect();
        for name in names {
            definition.secrets.insert(name, Secret::new("wrong".to_owned()));
        }
        let call = definition.render(&text_message(NUMBER, TEXT, "123456")).unwrap();
        let answer = provider(&Request::new(&call));
        assert!(answer.delivered.is_none());
        assert!(!definition.judge(answer.status, answer.body.as_bytes()).accepted);
    }
}

#[test]
fn no_preset_shows_a_value_of_the_account_and_no_recipe_a_secret() {
    let message = text_message(NUMBER, TEXT, "123456");
    let shown = |definition: &GatewayDefinition| {
        let call = definition.render(&message).unwrap();
        let masked = definition.masked();
        format!(
            "{} {call:?} {definition:?} {masked:?} {} {}",
            call.masked(),
            masked.url,
            masked.body
        )
    };
    for (definition, _, _) in presets() {
        let text = shown(&definition);
        let secrets: Vec<&str> =
            definition.secrets.names().filter_map(|name| definition.secrets.value(name)).collect();
        for hidden in secrets.into_iter().chain(["94771234567", "123456"]) {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
    }
    let recipes: Vec<String> = recipes().iter().map(|(recipe, ..)| shown(recipe)).collect();
    let text = recipes.join("\n");
    for hidden in [clickatell_rest::TOKEN, bulksms_eapi::PASSWORD, twilio::TOKEN, plivo::TOKEN] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
}

#[test]
fn recipes_have_no_errors_and_are_told_to_name_their_secrets() {
    for (recipe, ..) in recipes() {
        let problems = recipe.check();
        assert!(problems.iter().all(|problem| problem.severity == Severity::Warning));
        assert!(
            problems.iter().any(|problem| problem.text.contains("named secret")),
            "{problems:?}"
        );
    }
}

#[test]
fn a_masked_request_is_exact_but_for_its_values() {
    let (twilio, ..) = presets().pop().unwrap();
    let call = twilio.render(&text_message(NUMBER, "123456 is your code", "123456")).unwrap();
    assert_eq!(
        call.masked(),
        "POST https://api.twilio.com/2010-04-01/Accounts/xxxxxxxx/Messages.json\n\
         Accept: application/json\n\
         Content-Type: application/x-www-form-urlencoded\n\
         Authorization: Basic xxxxxxxx\n\n\
         To=%2B94xxxxxxx67&From=xxxxxxxx&Body=xxxxxx%20is%20your%20code"
    );
}
