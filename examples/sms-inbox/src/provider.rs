//! The provider's side: takes a message as JSON, form or query, and lists what arrived.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::json;
use subtle::ConstantTimeEq as _;

use crate::behaviour::Behaviour;
use crate::code;
use crate::fields::{Fields, number};
use crate::inbox::Message;
use crate::{State, world};

/// What senders call the number, in the words of several providers.
const TO: &[&str] = &["to", "To", "phone", "number", "recipient"];
/// What senders call the text.
const TEXT: &[&str] = &["text", "Text", "body", "Body", "message", "content"];
/// The longest text, in characters: ten parts of a long SMS.
const LONGEST_TEXT: usize = 1_600;
/// The longest number, in characters.
const LONGEST_NUMBER: usize = 40;
/// How long a hanging answer is held; every sender has given up by then.
const HANG: Duration = Duration::from_mins(10);

/// `POST /api/messages`: takes one message.
pub async fn send(state: Data<State>, request: HttpRequest, body: Bytes) -> HttpResponse {
    if !is_authorised(&state, &request) {
        return unauthorised();
    }
    let fields = match Fields::from_body(&request, &body) {
        Ok(fields) => fields,
        Err(problem) => return refused(StatusCode::BAD_REQUEST, &problem),
    };
    take(&state, &fields).await
}

/// `GET /api/messages`: with a text it sends, as some providers do it; otherwise it lists the
/// messages, newest first, to the number `to` or to all.
pub async fn send_or_list(state: Data<State>, request: HttpRequest) -> HttpResponse {
    let fields = match Fields::from_query(request.query_string()) {
        Ok(fields) => fields,
        Err(problem) => return refused(StatusCode::BAD_REQUEST, &problem),
    };
    if fields.first(TEXT).is_none() {
        return list(&state, fields.first(TO).map(number).as_deref());
    }
    if !is_authorised(&state, &request) {
        return unauthorised();
    }
    take(&state, &fields).await
}

/// A message as the list shows it, with the code found in it.
#[derive(Serialize)]
struct Listed<'a> {
    #[serde(flatten)]
    message: &'a Message,
    code: Option<&'a str>,
}

fn list(state: &State, to: Option<&str>) -> HttpResponse {
    let messages = state.inbox.messages(to);
    let listed: Vec<_> = messages
        .iter()
        .map(|message| Listed { message, code: code::cut(&message.text).code })
        .collect();
    HttpResponse::Ok().json(listed)
}

async fn take(state: &State, fields: &Fields) -> HttpResponse {
    let message = match read(fields) {
        Ok(message) => message,
        Err(problem) => return refused(StatusCode::BAD_REQUEST, &problem),
    };
    match state.inbox.behaviour() {
        Behaviour::Ok => accept(state, message),
        Behaviour::Slow { seconds } => {
            tokio::time::sleep(Duration::from_secs(seconds.into())).await;
            accept(state, Message { received_at: world::now(), ..message })
        }
        Behaviour::Fail { status } => refused(
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            "this provider was told to fail",
        ),
        Behaviour::ErrorInBody => HttpResponse::Ok().json(json!({
            "message-count": "1",
            "messages": [{ "status": "4", "error-text": "Invalid credentials" }],
        })),
        Behaviour::Hang => {
            tokio::time::sleep(HANG).await;
            refused(StatusCode::GATEWAY_TIMEOUT, "this provider was told to hang")
        }
    }
}

fn accept(state: &State, message: Message) -> HttpResponse {
    let answer = json!({ "id": message.id, "status": "queued" });
    state.inbox.accept(message);
    HttpResponse::Accepted().json(answer)
}

fn read(fields: &Fields) -> Result<Message, String> {
    let to = fields.first(TO).map(number).filter(|to| !to.is_empty());
    let to = to.ok_or_else(|| "the number is missing: send it as the field \"to\"".to_owned())?;
    let text = fields.first(TEXT);
    let text =
        text.ok_or_else(|| "the text is missing: send it as the field \"text\"".to_owned())?;
    if to.chars().count() > LONGEST_NUMBER || to.chars().any(char::is_control) {
        return Err(format!("the number is not one: send at most {LONGEST_NUMBER} characters"));
    }
    if text.chars().count() > LONGEST_TEXT {
        return Err(format!("the text is too long: send at most {LONGEST_TEXT} characters"));
    }
    Ok(Message { id: world::message_id(), to, text: text.to_owned(), received_at: world::now() })
}

fn is_authorised(state: &State, request: &HttpRequest) -> bool {
    let Some(token) = &state.token else { return true };
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = header.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    given.as_bytes().ct_eq(token.as_bytes()).into()
}

fn unauthorised() -> HttpResponse {
    HttpResponse::Unauthorized().insert_header(("WWW-Authenticate", "Bearer")).json(json!({
        "error": "the header \"Authorization: Bearer <token>\" is missing or its token is wrong: \
                  send the token that sms-inbox was started with",
    }))
}

fn refused(status: StatusCode, problem: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({ "error": problem }))
}
