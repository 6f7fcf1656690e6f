//! What-if, and scenarios.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Client, sent, server};
use crate::on_both_databases;
use crate::support::Backend;

const SP: &str = "https://sp.example.org/saml";

fn question() -> Value {
    json!({"service_provider": SP, "user": "alice"})
}

on_both_databases! {
    a_question_is_answered_and_nothing_is_kept(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "audrey", &["scenarios:read", "users:read"]);
        let answer = client.send(Method::POST, "/what-if", question(), None).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let told = answer.json();
        assert_eq!((&told["outcome"]["result"], &told["steps"][0]["course"]), (&json!("signed-in"), &json!("asked")));
        let passive = json!({"service_provider": SP, "user": "alice", "is_passive": true});
        let refused = client.send(Method::POST, "/what-if", passive, None).await.json();
        assert_eq!(refused["outcome"]["result"], "refused", "{refused}");
        let unknown = json!({"service_provider": "urn:none", "user": "nobody"});
        let wrong = client.send(Method::POST, "/what-if", unknown, None).await;
        assert_eq!(wrong.status, 422, "{}", wrong.text);
        let half = Client::of(&idp, "root", &["scenarios:read"]);
        let half = half.send(Method::POST, "/what-if", question(), None).await;
        assert_eq!(half.status, 403, "it tells of a person: {}", half.text);
    }
}

on_both_databases! {
    a_scenario_is_saved_run_renamed_and_removed(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["scenarios:write", "users:read"]);
        let body = json!({"name": "Alice / at the desk", "question": question()});
        let made = client.send(Method::POST, "/scenarios", body.clone(), None).await;
        assert_eq!(made.status, 201, "{}", made.text);
        assert_eq!(client.send(Method::POST, "/scenarios", body, None).await.status, 422);
        let place = made.place();
        let read = client.get(&place).await;
        assert_eq!(read.status, 200, "a name with a slash: {}", read.text);
        assert_eq!(read.json()["expect"]["result"], "signed-in");
        let run = client.get("/scenario-verdicts").await.json();
        assert_eq!((&run["held"], &run["items"][0]["held"]), (&json!(1), &json!(true)));
        let name = json!({"name": "Alice"});
        let renamed = client.send(Method::PATCH, &place, name.clone(), Some(read.header("etag"))).await;
        assert_eq!(renamed.json()["name"], "Alice", "{}", renamed.text);
        let late = client.send(Method::PATCH, "/scenarios/Alice", name, Some(read.header("etag"))).await;
        assert_eq!(late.status, 412, "{}", late.text);
        let old = Some(read.header("etag"));
        assert_eq!(client.send(Method::DELETE, "/scenarios/Alice", Value::Null, old).await.status, 412);
        let tag = Some(renamed.header("etag"));
        assert_eq!(client.send(Method::DELETE, "/scenarios/Alice", Value::Null, tag).await.status, 204);
        assert_eq!(client.get("/scenarios").await.json()["items"], json!([]));
    }
}

on_both_databases! {
    a_change_that_breaks_one_is_refused_until_it_is_accepted(backend) {
        let idp = server(backend).await;
        let client = Client::of(
            &idp,
            "root",
            &["scenarios:write", "users:read", "service-providers:write", "certificates:write"],
        );
        let body = json!({"name": "Alice", "question": question()});
        assert_eq!(client.send(Method::POST, "/scenarios", body, None).await.status, 201);
        let list = client.get("/service-providers").await.json();
        let sp = format!("/service-providers/{}", list["items"][0]["id"].as_str().expect("an id"));
        let tag = client.get(&sp).await.header("etag").to_owned();
        let off = || {
            let path = format!("{sp}/disable");
            client.request(Method::POST, &path).header("If-Match", &tag)
        };
        let refused = sent(off()).await;
        assert_eq!(refused.status, 409, "{}", refused.text);
        assert!(refused.text.contains("breaks-scenarios") && refused.text.contains("Alice"));
        let done = sent(off().header("Accept-Broken-Scenarios", "true")).await;
        assert_eq!(done.status, 200, "{}", done.text);
        let verdict = client.get("/scenario-verdicts").await.json();
        assert_eq!((&verdict["held"], &verdict["items"][0]["held"]), (&json!(0), &json!(false)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_question_and_of_an_expectation_is_described() {
    let idp = server(Backend::Sqlite).await;
    let client = Client::of(&idp, "root", &["scenarios:write", "users:read"]);
    let whole = json!({
        "service_provider": SP, "user": "alice", "force_authn": true, "is_passive": true,
        "signed": true, "acs_url": "https://sp.example.org/acs", "acs_index": 1,
        "attribute_consuming_service_index": 1,
        "name_id_policy": {"format": "emailAddress", "allow_create": true, "sp_name_qualifier": SP},
        "comparison": "minimum", "context_classes": ["urn:x"],
        "session": [{"authenticator": "basic-auth", "minutes_ago": 3}], "prefer": ["sms-otp"],
    });
    let read: idp_admin::what_if::Question = serde_json::from_value(whole.clone()).expect("read");
    assert_eq!(serde_json::to_value(&read).expect("written"), whole, "every field of a question");
    let schemas = client.get("/openapi.json").await.json()["components"]["schemas"].clone();
    let described = |schema: &str, document: &Value| {
        for field in document.as_object().expect("an object").keys() {
            assert!(schemas[schema]["properties"][field].is_object(), "{schema}.{field}");
        }
    };
    described("WhatIfQuestion", &whole);
    described("WhatIfNameIdPolicy", &whole["name_id_policy"]);
    described("WhatIfSessionStep", &whole["session"][0]);
    let passive = json!({"service_provider": SP, "user": "alice", "is_passive": true});
    for question in [question(), passive] {
        let answer = client.send(Method::POST, "/what-if", question.clone(), None).await.json();
        described("WhatIfAnswer", &answer);
        described("WhatIfOutcome", &answer["outcome"]);
        for step in answer["steps"].as_array().expect("steps") {
            described("WhatIfStep", step);
        }
        let body = json!({"name": answer["outcome"]["result"], "question": question});
        let saved = client.send(Method::POST, "/scenarios", body, None).await;
        described("ScenarioDocument", &saved.json());
        described("ScenarioExpectation", &saved.json()["expect"]);
    }
}
