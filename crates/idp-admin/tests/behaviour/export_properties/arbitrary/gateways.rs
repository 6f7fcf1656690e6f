//! Gateways with secrets in every place.

use authenticators::gateway::{AnswerRule, GatewayDefinition, Headers, NamedSecrets, NumberForm};
use idp_admin::sms_gateways::{self, GatewayDraft};
use idp_admin::trust::{self, Import};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::{label, text};
use crate::support::certificates::Authority;
use crate::support::{World, rng};

#[derive(Clone, Debug)]
pub struct GatewayPlan(GatewayDraft);

impl GatewayPlan {
    pub fn install(&self, world: &World) {
        // A name that is taken is replaced, which is as good.
        sms_gateways::save(&world.admin(), self.0.clone(), &mut rng())
            .unwrap_or_else(|error| panic!("{error}: {:?}", self.0.definition));
    }
}

/// The certificates that gateways may name.
pub fn trust(world: &World) {
    for alias in ["Root \"1\"", "root 2"] {
        let pem = Authority::new(alias).certificate.to_pem().unwrap();
        let wish =
            Import { alias: Some(alias), entry: None, bytes: &pem, password: None, replace: true };
        trust::import(&world.admin(), wish, &mut rng()).unwrap();
    }
}

pub fn gateway() -> impl Strategy<Value = GatewayPlan> {
    (label(), any::<Option<bool>>(), any::<Option<i64>>(), definition()).prop_map(
        |(name, enabled, order, definition)| {
            let name: String = name.chars().take(60).collect();
            // The next new gateway comes after the last one, wherever that is.
            let order = order.map(|order| order / 4);
            let name = name.trim().to_owned();
            GatewayPlan(GatewayDraft { name, enabled, order, definition })
        },
    )
}

fn definition() -> impl Strategy<Value = GatewayDefinition> {
    let rest = (answer(), number_form(), message(), trusted(), timeouts());
    (url(), request(), secrets(), select(vec!["", "200", "200-204,409"]), rest).prop_map(
        |(url, (headers, body), secrets, accepted, rest)| {
            let (answer, number_form, message, trust, timeouts) = rest;
            GatewayDefinition {
                headers: Headers::from_pairs(headers),
                body,
                secrets,
                accepted: accepted.parse().unwrap(),
                answer,
                number_form,
                message,
                trust,
                connect_timeout_ms: timeouts.0,
                total_timeout_ms: timeouts.1,
                ..GatewayDefinition::new(url)
            }
        },
    )
}

/// What can stand in an address without ending it or beginning a notation.
fn in_address(c: char) -> bool {
    !(c.is_control() || c.is_whitespace() || matches!(c, '#' | '<' | '>' | '{' | '}' | '&' | '%'))
}

fn url() -> impl Strategy<Value = String> {
    let base = select(vec![
        "https://sms.example.org?to=$ctx.num",
        "https://sms.example.org/send/a-segment-of-an-account-key?to=$ctx.num",
        "https://sms.example.org/send?to=$ctx.num&api_key=$secret.key",
        "https://sms.example.org/send?to=$ctx.num&api_key=hidden",
        "http://sms.example.org/$ctx.num?a=$${A",
    ]);
    (base, text(in_address)).prop_map(|(base, text)| format!("{base}&x={text}"))
}

type Request = (Vec<(String, String)>, String);

fn request() -> impl Strategy<Value = Request> {
    let value = || text(|c| c.is_ascii() && !c.is_control() && !matches!(c, '{' | '}'));
    let form = text(|c| !matches!(c, '{' | '}' | '&'))
        .prop_map(|text| (Vec::new(), format!("text=$ctx.msg&x={text}\r\n\t\u{1}&pin=1")));
    let json = text(|c| !c.is_control()).prop_map(|text| {
        let text = serde_json::to_string(&text.replace('{', "")).unwrap();
        let body = format!("{{\"text\": \"$ctx.msg\",\r\n \"x\": {text}}}");
        (vec![("Content-Type".to_owned(), "application/json".to_owned())], body)
    });
    let xml = text(|c| !c.is_control() && !matches!(c, '{' | '}')).prop_map(|text| {
        let body = format!("<m><k>$secret.key</k><t>$ctx.msg</t>{text}\n</m>");
        (vec![("content-type".to_owned(), "text/xml".to_owned())], body)
    });
    let header = (select(vec!["X-A", "Authorization", "x-a", "X-Api-Key"]), value());
    let headers = prop::collection::vec(header, 0..4);
    (prop_oneof![form, json, xml], headers).prop_map(|((mut headers, body), further)| {
        headers.extend(further.into_iter().map(|(name, value)| {
            // Without credentials an Authorization header would be refused.
            (name.to_owned(), format!("Bearer x {value}"))
        }));
        (headers, body)
    })
}

fn secrets() -> impl Strategy<Value = NamedSecrets> {
    let value = || text(|_| true).prop_map(|text| format!("s{text}"));
    // One that every template finds, and one that none asks for.
    (value(), prop::option::of(value())).prop_map(|(key, unused)| {
        let unused = unused.map(|value| ("url".to_owned(), value));
        [("key".to_owned(), key)].into_iter().chain(unused).collect()
    })
}

fn answer() -> impl Strategy<Value = Vec<AnswerRule>> {
    let rule = prop_oneof![
        label().prop_map(|contains| AnswerRule::Contains { contains }),
        label().prop_map(|equals| AnswerRule::Equals { pointer: "/a/0".to_owned(), equals }),
        label().prop_map(|text| AnswerRule::Matches { matches: escaped(&text) }),
    ];
    prop::collection::vec(rule, 0..3)
}

/// A regular expression for this text.
fn escaped(text: &str) -> String {
    let escape = |c: char| if c.is_ascii_punctuation() { format!("\\{c}") } else { c.to_string() };
    text.chars().map(escape).collect()
}

fn number_form() -> impl Strategy<Value = Option<NumberForm>> {
    select(vec![None, Some(NumberForm::E164), Some(NumberForm::Digits), Some(NumberForm::National)])
}

fn message() -> impl Strategy<Value = Option<String>> {
    let text = text(|c| !c.is_control() && !matches!(c, '{' | '}' | '\u{2028}'));
    prop::option::of(text.prop_map(|text| format!("{{code}}\n$${text}")))
}

fn trusted() -> impl Strategy<Value = Vec<String>> {
    subsequence(vec!["Root \"1\"".to_owned(), "ROOT 2".to_owned()], 0..=2)
}

fn timeouts() -> impl Strategy<Value = (u32, u32)> {
    (1..=1_000_u32, 1_000..=60_000_u32)
}
