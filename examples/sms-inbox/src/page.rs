//! The phone: one page with the conversation, the numbers, and the provider's behaviour.

use actix_web::http::header::ContentType;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, SecondsFormat, Utc};
use std::collections::BTreeMap;

use crate::behaviour::Behaviour;
use crate::fields::{Fields, number};
use crate::inbox::{CAPACITY, Message};
use crate::{State, code, world};

#[derive(Template)]
#[template(path = "phone.html")]
struct Phone<'a> {
    /// The number chosen, empty for all.
    chosen: &'a str,
    numbers: Vec<Number>,
    bubbles: Vec<Bubble<'a>>,
    all: usize,
    capacity: usize,
    clock: String,
    behaviour: Behaviour,
    address: String,
    needs_token: bool,
}

/// A number that received something.
struct Number {
    to: String,
    /// The number for a query.
    query: String,
    count: usize,
}

/// One message in the conversation.
struct Bubble<'a> {
    to: &'a str,
    before: &'a str,
    code: Option<&'a str>,
    after: &'a str,
    iso: String,
    ago: String,
}

/// `GET /`: the phone, or with `?to=` the conversation of one number.
pub async fn show(state: Data<State>, request: HttpRequest) -> HttpResponse {
    let now = world::now();
    let fields = Fields::from_query(request.query_string()).unwrap_or_default();
    let chosen = fields.first(&["to"]).map(number).unwrap_or_default();
    let messages = state.inbox.messages(None);
    let wanted = |message: &&Message| chosen.is_empty() || message.to == chosen;
    let page = Phone {
        chosen: &chosen,
        numbers: numbers(messages.iter().map(AsRef::as_ref)),
        bubbles: messages
            .iter()
            .map(AsRef::as_ref)
            .filter(wanted)
            .map(|message| bubble(message, now))
            .collect(),
        all: messages.len(),
        capacity: CAPACITY,
        clock: now.format("%H:%M").to_string(),
        behaviour: state.inbox.behaviour(),
        address: format!("http://{}/api/messages", request.connection_info().host()),
        needs_token: state.token.is_some(),
    };
    match page.render() {
        Ok(html) => HttpResponse::Ok().content_type(ContentType::html()).body(html),
        Err(error) => HttpResponse::InternalServerError().body(format!("page: {error}")),
    }
}

fn numbers<'a>(messages: impl Iterator<Item = &'a Message>) -> Vec<Number> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for message in messages {
        *counts.entry(&message.to).or_default() += 1;
    }
    let number = |(to, count): (&str, usize)| Number { to: to.into(), query: query(to), count };
    counts.into_iter().map(number).collect()
}

fn bubble(message: &Message, now: DateTime<Utc>) -> Bubble<'_> {
    let cut = code::cut(&message.text);
    Bubble {
        to: &message.to,
        before: cut.before,
        code: cut.code,
        after: cut.after,
        iso: message.received_at.to_rfc3339_opts(SecondsFormat::Millis, true),
        ago: ago(message.received_at, now),
    }
}

/// Percent-encodes everything but letters and digits.
fn query(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// How long ago, in the words that the script uses too.
fn ago(then: DateTime<Utc>, now: DateTime<Utc>) -> String {
    match (now - then).num_seconds() {
        ..10 => "just now".into(),
        seconds @ 10..60 => format!("{seconds} s ago"),
        seconds @ 60..3_600 => format!("{} min ago", seconds / 60),
        seconds @ 3_600..86_400 => format!("{} h ago", seconds / 3_600),
        _ => then.format("%d %b, %H:%M").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_words() {
        let now = DateTime::from_timestamp(1_000_000, 0).unwrap();
        let since = |seconds| ago(now - chrono::Duration::seconds(seconds), now);
        assert_eq!(since(0), "just now");
        assert_eq!(since(59), "59 s ago");
        assert_eq!(since(3_599), "59 min ago");
        assert_eq!(since(7_200), "2 h ago");
    }

    #[test]
    fn a_number_survives_a_query() {
        assert_eq!(query("+94 77"), "%2B94%2077");
    }
}
