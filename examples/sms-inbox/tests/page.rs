//! The page and its event stream, in process.

// `cfg(test)` is always set here; it tells clippy that all of this is test code.
#![cfg(test)]

use std::time::Duration;

use actix_web::body::MessageBody as _;
use actix_web::http::StatusCode;
use actix_web::test::{self, TestRequest};
use actix_web::{App, web};
use serde_json::json;
use sms_inbox::{State, routes};
use tokio::time::timeout;

macro_rules! app {
    () => {
        test::init_service(App::new().app_data(web::Data::new(State::new(None))).configure(routes))
            .await
    };
}

macro_rules! page {
    ($app:expr, $uri:expr) => {{
        let answer = test::call_service(&$app, TestRequest::get().uri($uri).to_request()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        String::from_utf8(test::read_body(answer).await.to_vec()).unwrap()
    }};
}

macro_rules! send {
    ($app:expr, $to:expr, $text:expr) => {
        let message = json!({ "to": $to, "text": $text });
        let request = TestRequest::post().uri("/api/messages").set_json(message).to_request();
        assert!(test::call_service(&$app, request).await.status().is_success());
    };
}

#[actix_web::test]
async fn an_empty_phone_says_so() {
    let app = app!();
    assert!(page!(app, "/").contains("No messages yet"));
}

#[actix_web::test]
async fn the_page_shows_one_number_when_asked() {
    let app = app!();
    send!(app, "+94771234567", "Your code is 482913.");
    send!(app, "+15550001", "Elsewhere");
    let html = page!(app, "/?to=+94771234567");
    assert!(html.contains(r#"<strong class="code">482913</strong>"#));
    assert!(!html.contains("Elsewhere"));
    assert!(page!(app, "/").contains("Elsewhere"));
}

#[actix_web::test]
async fn a_text_with_markup_is_shown_as_text() {
    let app = app!();
    send!(app, "<b>", "<script>alert(1)</script>");
    assert!(!page!(app, "/").contains("<script>alert"));
}

#[actix_web::test]
async fn the_policy_allows_nothing_inline_and_the_page_has_none() {
    let app = app!();
    let answer = test::call_service(&app, TestRequest::get().uri("/").to_request()).await;
    let policy = answer.headers().get("Content-Security-Policy").unwrap().to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
    let html = String::from_utf8(test::read_body(answer).await.to_vec()).unwrap();
    assert!(!html.contains("style=") && !html.contains("<style") && !html.contains("onclick"));
}

#[actix_web::test]
async fn a_message_reaches_an_open_page() {
    let app = app!();
    let answer = test::call_service(&app, TestRequest::get().uri("/events").to_request()).await;
    send!(app, "+1555", "Code 123456\nsecond line");
    let mut body = answer.into_body();
    let mut seen = String::new();
    while !seen.contains("event: message") {
        let next = std::future::poll_fn(|context| std::pin::Pin::new(&mut body).poll_next(context));
        let bytes = timeout(Duration::from_secs(5), next).await.unwrap().unwrap().unwrap();
        seen.push_str(std::str::from_utf8(&bytes).unwrap());
    }
    let data = seen.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    let message: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(message["code"], "123456");
    assert_eq!(message["text"], "Code 123456\nsecond line");
}

#[actix_web::test]
async fn clearing_forgets_every_message() {
    let app = app!();
    send!(app, "+1555", "Code 123456");
    let cleared = test::call_service(&app, TestRequest::post().uri("/clear").to_request()).await;
    assert_eq!(cleared.status(), StatusCode::SEE_OTHER);
    assert!(page!(app, "/").contains("No messages yet"));
}
