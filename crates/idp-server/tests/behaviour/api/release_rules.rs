//! Release rules by the REST API.

use reqwest::Method;
use serde_json::json;

use super::{Client, server};
use crate::on_both_databases;
use crate::support::Backend;

on_both_databases! {
    the_rules_are_read_and_replaced_by_who_saw_them(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["service-providers:write"]);
        let before = client.get("/release-rules").await;
        assert_eq!(before.status, 200, "{}", before.text);
        let tag = before.header("etag").to_owned();
        let mut rules = before.json()["rules"].as_array().expect("a list").clone();
        assert_eq!(rules.len(), 2);
        rules.push(json!({
            "value": "urn:category",
            "attributes": [{"claim": "http://wso2.org/claims/mobile", "without_value": "nil"}],
        }));
        let body = json!({"rules": rules});
        let unmatched = client.send(Method::PUT, "/release-rules", body.clone(), None).await;
        assert_eq!(unmatched.status, 428, "{}", unmatched.text);
        let after = client.send(Method::PUT, "/release-rules", body.clone(), Some(&tag)).await;
        assert_eq!(after.status, 200, "{}", after.text);
        let made = &after.json()["rules"][2];
        assert_eq!(made["entity_attribute"], "http://macedir.org/entity-category");
        let late = client.send(Method::PUT, "/release-rules", body, Some(&tag)).await;
        assert_eq!(late.status, 412, "{}", late.text);
        let tag = after.header("etag").to_owned();
        let wrong = json!({"rules": [{"value": "", "attributes": []}]});
        let wrong = client.send(Method::PUT, "/release-rules", wrong, Some(&tag)).await;
        assert_eq!(wrong.status, 422, "{}", wrong.text);
        assert!(wrong.text.contains("rules[0].value"), "{}", wrong.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_only_read_changes_nothing() {
    let idp = server(Backend::Sqlite).await;
    let client = Client::of(&idp, "root", &["service-providers:read"]);
    let tag = client.get("/release-rules").await.header("etag").to_owned();
    let answer = client.send(Method::PUT, "/release-rules", json!({"rules": []}), Some(&tag)).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
}
