//! Replacing a signing key.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, Client, server};
use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp};

const KEYS: &str = "/keys/rsa-2048";

async fn step(client: &Client, name: &str, body: Value) -> Answer {
    client.send(Method::POST, &format!("{KEYS}/{name}"), body, None).await
}

fn sp(idp: &Idp) -> String {
    let all = idp.app.store.read(|r| r.service_providers_after(None, 1)).expect("read");
    all.first().expect("registered").value.id.to_string()
}

on_both_databases! {
    /// C135.
    a_key_is_published_promoted_and_retired_and_each_step_can_be_taken_back(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["keys:write"]);
        let before = client.get(KEYS).await;
        assert_eq!(before.status, 200, "{}", before.text);
        let old = before.json()["signs"]["id"].clone();
        assert_eq!((&before.json()["next"], &before.json()["can_back_out"]), (&Value::Null, &json!(false)));
        assert_eq!(step(&client, "promote", json!({})).await.status, 409, "nothing is published");

        let published = step(&client, "publish", json!({})).await;
        assert_eq!(published.status, 200, "{}", published.text);
        assert_eq!((&published.json()["signs"]["id"], &published.json()["waiting"]), (&old, &json!(1)));
        assert_eq!(published.json()["next"]["state"], "next");
        assert_eq!(step(&client, "publish", json!({})).await.status, 409);
        assert_eq!(step(&client, "back-out", json!({})).await.json()["next"], Value::Null);
        let next = step(&client, "publish", json!({})).await.json()["next"]["id"].clone();

        let users = client.get(&format!("{KEYS}/service-providers")).await.json();
        assert_eq!(users["items"][0]["standing"], "waiting");
        assert!(users["items"][0]["metadata_address"].as_str().expect("text").contains("/saml/metadata/"));
        let one = json!({"service_provider": sp(&idp)});
        let early = step(&client, "promote", one.clone()).await;
        assert_eq!(early.status, 409, "it would refuse the key: {}", early.text);
        assert_eq!(step(&client, "told", one.clone()).await.status, 204);
        assert_eq!(client.get(KEYS).await.json()["ready"], 1);
        let promoted = step(&client, "promote", one).await;
        assert_eq!(promoted.json()["rollover"]["promoted"], 1, "{}", promoted.text);

        let all = step(&client, "promote", json!({"laggards": "stay"})).await;
        assert_eq!(all.json()["staying"], 0, "{}", all.text);
        assert_eq!(all.json()["rollover"]["signs"]["id"], next);
        assert_eq!(all.json()["rollover"]["previous"][0]["key"]["id"], old);
        let listed = async || {
            let metadata = Browser::new().get(&format!("{}/saml/metadata", idp.url)).await;
            metadata.text.matches("<md:KeyDescriptor use=\"signing\">").count()
        };
        assert_eq!(listed().await, 2);
        let retired = step(&client, "retire", json!({"key": old})).await;
        assert_eq!(listed().await, 1, "a key that was retired is published no longer");
        assert_eq!(retired.json()["previous"], json!([]), "{}", retired.text);
        assert_eq!(idp.events("signing-key-retired").len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_that_make_no_sense_are_refused() {
    let idp = server(Backend::Sqlite).await;
    let client = Client::of(&idp, "root", &["keys:write"]);
    assert_eq!(client.get("/keys/rsa-1024").await.status, 404);
    step(&client, "publish", json!({})).await;
    for (name, body) in [
        ("promote", json!({"anyway": true})),
        ("promote", json!({"service_provider": sp(&idp), "laggards": "move"})),
        ("promote", json!({"service_provider": "x"})),
        ("promote", json!({"laggards": "leave"})),
        ("told", json!({"service_provider": "00000000-0000-0000-0000-000000000000"})),
        ("retire", json!({"key": "unknown"})),
    ] {
        let answer = step(&client, name, body.clone()).await;
        assert_eq!(answer.status, 422, "{name} {body}: {}", answer.text);
    }
    let told = json!({"service_provider": sp(&idp)});
    let other = client.send(Method::POST, "/keys/ec-p256/told", told, None).await;
    assert_eq!(other.status, 422, "{}", other.text);
}

on_both_databases! {
    keys_are_made_by_who_may_and_private_parts_never_leave(backend) {
        let idp = server(backend).await;
        let reader = Client::of(&idp, "root", &["keys:read"]);
        let body = json!({"kind": "ec-p256", "begins_in_days": 3});
        assert_eq!(reader.send(Method::POST, "/keys", body.clone(), None).await.status, 403);
        let auditor = Client::of(&idp, "audrey", &["keys:write"]);
        assert_eq!(auditor.send(Method::POST, "/keys", body.clone(), None).await.status, 403);
        assert_eq!(step(&auditor, "publish", json!({})).await.status, 403);
        let client = Client::of(&idp, "root", &["keys:write"]);
        let made = client.send(Method::POST, "/keys", body, None).await;
        assert_eq!(made.status, 201, "{}", made.text);
        assert_eq!(made.json()["state"], "signs-later");
        for wrong in [json!({"kind": "dsa"}), json!({"kind": "ec-p256", "begins_in_days": 400})] {
            assert_eq!(client.send(Method::POST, "/keys", wrong, None).await.status, 422);
        }
        let list = reader.get("/keys").await;
        assert_eq!(list.json()["items"].as_array().expect("keys").len(), 2);
        assert!(!list.text.contains("PRIVATE") && !made.text.contains("PRIVATE"));
    }
}
