//! Accounts from a file, and backup codes that somebody chose.

use idp_admin::users;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Client, sent, server};
use crate::on_both_databases;
use crate::support::{Backend, Idp};

const FILE: &str = "username,mobile\nmira,+94771234560\nalice,\nnoor,7\nomar,\n";

async fn import(client: &Client, query: &str) -> super::Answer {
    let request = client.request(Method::POST, &format!("/users/import{query}"));
    sent(request.header("Content-Type", "text/csv").body(FILE)).await
}

fn outcomes(report: &Value) -> Vec<&str> {
    let lines = report["lines"].as_array().expect("lines").iter();
    lines.map(|line| line["outcome"].as_str().expect("an outcome")).collect()
}

fn there(idp: &Idp, name: &str) -> bool {
    idp.with_admin(|admin, _| users::find(admin, name)).is_ok()
}

on_both_databases! {
    a_file_of_people_is_judged_line_by_line_and_then_made(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["users:write"]);
        let judged = import(&client, "?dry_run=true").await;
        assert_eq!(judged.status, 200, "{}", judged.text);
        assert_eq!(outcomes(&judged.json()), ["new", "exists", "wrong", "new"]);
        assert_eq!(judged.json()["lines"][2]["problems"][0]["field"], "claims.mobile");
        assert!(!there(&idp, "mira") && judged.json()["import"].is_null());

        let begun = import(&client, "?link_hours=2").await;
        assert_eq!(begun.status, 200, "{}", begun.text);
        let place = begun.place();
        let done = loop {
            let progress = client.get(&place).await;
            assert_eq!(progress.status, 200, "{}", progress.text);
            if progress.json()["running"] == false {
                break progress.json();
            }
            tokio::task::yield_now().await;
        };
        assert_eq!((&done["made"], &done["problem"]), (&json!(2), &Value::Null));
        let links = done["links"].as_array().expect("links");
        assert_eq!(links.len(), 2);
        assert!(links[0]["address"].as_str().expect("an address").contains("/password/"));
        assert!(there(&idp, "mira") && there(&idp, "omar") && !there(&idp, "noor"));
        let others = Client::of(&idp, "audrey", &["users:write"]);
        assert_eq!(others.get(&place).await.status, 404, "an import is known to who began it");
        let reader = Client::of(&idp, "root", &["users:read"]);
        assert_eq!(reader.get(&place).await.status, 403, "links choose passwords");
        assert_eq!(import(&reader, "").await.status, 403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_list_of_people_is_refused() {
    let idp = server(Backend::Sqlite).await;
    let client = Client::of(&idp, "root", &["users:write"]);
    for (query, body, status) in [
        ("", "nonsense\n", 422),
        ("?link_hours=0", FILE, 422),
        ("?link_hours=169", FILE, 422),
        ("?dry_run=maybe", FILE, 422),
    ] {
        let request = client.request(Method::POST, &format!("/users/import{query}"));
        let answer = sent(request.header("Content-Type", "text/csv").body(body)).await;
        assert_eq!(answer.status, status, "{query}: {}", answer.text);
    }
    let json = client.send(Method::POST, "/users/import", json!({}), None).await;
    assert_eq!(json.status, 415, "{}", json.text);
    assert!(!there(&idp, "mira"));
    let auditor = Client::of(&idp, "audrey", &["users:write"]);
    assert_eq!(import(&auditor, "").await.status, 403);
}

on_both_databases! {
    backup_codes_are_taken_from_a_list_and_never_shown_again(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["users:write"]);
        let list = client.get("/users?search=alice").await.json();
        let user = format!("/users/{}", list["items"][0]["id"].as_str().expect("an id"));
        let codes = format!("{user}/backup-codes");
        let tag = client.get(&user).await.header("etag").to_owned();
        let body = json!({"codes": ["90713365", "31640172"]});
        let unmatched = client.send(Method::PUT, &codes, body.clone(), None).await;
        assert_eq!(unmatched.status, 428, "{}", unmatched.text);
        let set = client.send(Method::PUT, &codes, body.clone(), Some(&tag)).await;
        assert_eq!(set.status, 200, "{}", set.text);
        assert_eq!((&set.json()["total"], &set.json()["left"]), (&json!(2), &json!(2)));
        let late = client.send(Method::PUT, &codes, json!({"codes": ["11112222"]}), Some(&tag)).await;
        assert_eq!(late.status, 412, "{}", late.text);
        let tag = client.get(&user).await.header("etag").to_owned();
        for wrong in [json!({"codes": []}), json!({"codes": ["12,34"]}), json!({"codes": "1"})] {
            let answer = client.send(Method::PUT, &codes, wrong, Some(&tag)).await;
            assert_eq!(answer.status, 422, "{}", answer.text);
        }
        let standing = client.get(&format!("{user}/standing")).await;
        assert_eq!(standing.json()["backup_codes"], 2);
        let told = idp.events("backup-codes.set");
        for text in [set.text, standing.text, format!("{told:?}")] {
            assert!(!text.contains("90713365"), "{text}");
        }
    }
}
