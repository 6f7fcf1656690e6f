//! The provider's API, in process: what senders and tests rely on.

// `cfg(test)` is always set here; it tells clippy that all of this is test code.
#![cfg(test)]

use actix_web::http::{StatusCode, header};
use actix_web::test::{self, TestRequest};
use actix_web::{App, dev::ServiceResponse};
use serde_json::{Value, json};
use sms_inbox::{State, routes};

async fn call(state: &State, request: TestRequest) -> ServiceResponse {
    let app = test::init_service(
        App::new().app_data(actix_web::web::Data::new(state.clone())).configure(routes),
    );
    test::call_service(&app.await, request.to_request()).await
}

async fn json_of(state: &State, request: TestRequest) -> Value {
    test::read_body_json(call(state, request).await).await
}

fn message(to: &str, text: &str) -> TestRequest {
    TestRequest::post().uri("/api/messages").set_json(json!({ "to": to, "text": text }))
}

fn control(fields: Value) -> TestRequest {
    TestRequest::post().uri("/control").set_json(fields)
}

#[actix_web::test]
async fn a_message_sent_as_json_is_listed_newest_first() {
    let state = State::new(None);
    let answer = call(&state, message("+94771234567", "Your code is 111111")).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    call(&state, message("+94770000000", "Other phone")).await;
    call(&state, message("+94771234567", "Your code is 222222")).await;

    let listed = json_of(&state, TestRequest::get().uri("/api/messages?to=+94771234567")).await;
    let texts: Vec<_> = listed.as_array().unwrap().iter().map(|one| &one["text"]).collect();
    assert_eq!(texts, ["Your code is 222222", "Your code is 111111"]);
    assert_eq!(listed[0]["to"], "+94771234567");
    assert_eq!(listed[0]["code"], "222222");
    assert!(listed[0]["received_at"].is_string() && listed[0]["id"].is_string());
}

#[actix_web::test]
async fn a_message_may_come_as_a_form_or_in_the_query() {
    let state = State::new(None);
    let form =
        TestRequest::post().uri("/api/messages").set_form([("To", "+1555"), ("Body", "by form")]);
    assert_eq!(json_of(&state, form).await["status"], "queued");
    let query = TestRequest::get().uri("/api/messages?to=%2B1555&text=by%20query");
    assert_eq!(json_of(&state, query).await["status"], "queued");
    let listed = json_of(&state, TestRequest::get().uri("/api/messages")).await;
    assert_eq!(listed.as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn a_message_without_number_or_text_is_refused_with_the_reason() {
    let state = State::new(None);
    for (request, reason) in [
        (message("", "text"), "\"to\""),
        (message("+1555", ""), "\"text\""),
        (message("+1555", &"x".repeat(1_601)), "1600"),
        (TestRequest::post().uri("/api/messages").set_payload("hello"), "content type"),
    ] {
        let answer = call(&state, request).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        let problem: Value = test::read_body_json(answer).await;
        assert!(problem["error"].as_str().unwrap().contains(reason), "{problem}");
    }
}

#[actix_web::test]
async fn a_token_is_asked_for_only_when_one_is_set() {
    let state = State::new(Some("correct".into()));
    assert_eq!(call(&state, message("+1", "x")).await.status(), StatusCode::UNAUTHORIZED);
    let with = |token: &str| {
        message("+1", "x").insert_header((header::AUTHORIZATION, format!("Bearer {token}")))
    };
    assert_eq!(call(&state, with("wrong")).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(call(&state, with("correct")).await.status(), StatusCode::ACCEPTED);
    let by_query = TestRequest::get().uri("/api/messages?to=1&text=x");
    assert_eq!(call(&state, by_query).await.status(), StatusCode::UNAUTHORIZED);
}

#[actix_web::test]
async fn a_failing_provider_refuses_and_delivers_nothing() {
    let state = State::new(None);
    call(&state, control(json!({ "mode": "fail", "status": 503 }))).await;
    assert_eq!(call(&state, message("+1", "x")).await.status(), StatusCode::SERVICE_UNAVAILABLE);

    call(&state, control(json!({ "mode": "error-in-body" }))).await;
    let answer = call(&state, message("+1", "x")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let body: Value = test::read_body_json(answer).await;
    assert_eq!(body["messages"][0]["status"], "4");

    call(&state, control(json!({ "mode": "ok" }))).await;
    assert_eq!(json_of(&state, TestRequest::get().uri("/api/messages")).await, json!([]));
}

#[actix_web::test]
async fn a_wrong_behaviour_is_refused_and_the_old_one_stays() {
    let state = State::new(None);
    let answer = call(&state, control(json!({ "mode": "fail", "status": 200 }))).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert_eq!(json_of(&state, TestRequest::get().uri("/control")).await, json!({ "mode": "ok" }));
}

#[actix_web::test]
async fn a_page_of_another_site_cannot_change_the_provider() {
    let state = State::new(None);
    let foreign = control(json!({ "mode": "hang" }))
        .insert_header((header::HOST, "localhost:8090"))
        .insert_header((header::ORIGIN, "https://evil.example"));
    assert_eq!(call(&state, foreign).await.status(), StatusCode::FORBIDDEN);
    let own = TestRequest::post()
        .uri("/control")
        .set_form([("mode", "slow"), ("seconds", "3"), ("status", "500")])
        .insert_header((header::HOST, "localhost:8090"))
        .insert_header((header::ORIGIN, "http://localhost:8090"));
    assert_eq!(call(&state, own).await.status(), StatusCode::SEE_OTHER);
}
