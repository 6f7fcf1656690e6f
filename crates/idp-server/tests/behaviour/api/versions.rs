//! ETag, If-Match and If-None-Match.

use reqwest::Method;
use serde_json::json;

use super::{Client, sent, server};
use crate::on_both_databases;
use crate::support::Backend;

on_both_databases! {
    of_two_changes_at_once_exactly_one_wins(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["users:write", "claims:write", "service-providers:write"]);
        let users = client.get("/users?search=alice").await.json();
        let user = format!("/users/{}", users["items"][0]["id"].as_str().expect("an id"));
        let list = client.get("/service-providers").await.json();
        let sp = format!("/service-providers/{}", list["items"][0]["id"].as_str().expect("an id"));
        for (read, change, one, other) in [
            ("/claims/mobile".to_owned(), "/claims/mobile".to_owned(), json!({"description": "one"}), json!({"description": "other"})),
            (user.clone(), format!("{user}/profile"), json!({"claims": {"givenname": ["One"]}}), json!({"claims": {"givenname": ["Other"]}})),
            (sp.clone(), sp, json!({"name": "One"}), json!({"name": "Other"})),
        ] {
            let tag = client.get(&read).await.header("etag").to_owned();
            assert!(tag.starts_with('"'), "{read}: {tag}");
            let (first, second) = tokio::join!(
                client.send(Method::PATCH, &change, one, Some(&tag)),
                client.send(Method::PATCH, &change, other, Some(&tag)),
            );
            let mut statuses = [first.status.as_u16(), second.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412], "{change}: {} {}", first.text, second.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_without_if_match_or_with_any_is_refused() {
    let idp = server(Backend::Sqlite).await;
    let client = Client::of(&idp, "root", &["claims:write"]);
    let body = json!({"description": "x"});
    for version in [None, Some("*")] {
        let answer = client.send(Method::PATCH, "/claims/mobile", body.clone(), version).await;
        assert_eq!(answer.status, 428, "{}", answer.text);
    }
    for version in ["\"999\"", "W/\"1\"", "1", "\"1\", \"2\"", "\"-1\"", "\"\""] {
        let answer =
            client.send(Method::PATCH, "/claims/mobile", body.clone(), Some(version)).await;
        assert_eq!(answer.status, 412, "{version}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_client_has_is_not_sent_again() {
    let idp = server(Backend::Sqlite).await;
    let client = Client::of(&idp, "root", &["claims:read"]);
    let tag = client.get("/claims/mobile").await.header("etag").to_owned();
    let again = client.request(Method::GET, "/claims/mobile").header("If-None-Match", &tag);
    let again = sent(again).await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""));
}
