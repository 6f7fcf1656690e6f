//! Hostile and mistaken requests.

use reqwest::Method;

use super::{Client, sent, server};
use crate::support::Backend;

#[tokio::test(flavor = "multi_thread")]
async fn hostile_bodies_are_refused_and_each_mistake_names_its_field() {
    let idp = server(Backend::Sqlite).await;
    let client = Client::of(&idp, "root", &["claims:write"]);
    let post = |kind: &str, body: String| {
        sent(client.request(Method::POST, "/claims").header("Content-Type", kind).body(body))
    };
    let json = "application/json";
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (kind, body, status) in [
        (json, deep, 422),
        (json, "{".to_owned(), 400),
        (json, String::new(), 400),
        (json, "{\"uri\": \"a\", \"display_name\": \"b\"} x".to_owned(), 400),
        (json, " ".repeat(300 * 1024), 413),
        ("text/plain", "{}".to_owned(), 415),
        ("application/x-www-form-urlencoded", "uri=a".to_owned(), 415),
        (json, "[]".to_owned(), 422),
        (json, "{\"uri\": \"a\", \"uri\": \"b\", \"display_name\": \"c\"}".to_owned(), 422),
    ] {
        let short: String = body.chars().take(30).collect();
        let answer = post(kind, body).await;
        assert_eq!(answer.status, status, "{short}: {}", answer.text);
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let wrong = post(json, "{\"uri\": \"a\", \"display_name\": 7}".to_owned()).await;
    assert_eq!((wrong.status.as_u16(), wrong.fields()), (422, vec!["display_name".to_owned()]));
    let unknown =
        post(json, "{\"uri\": \"a\", \"display_name\": \"b\", \"admin\": true}".to_owned());
    let unknown = unknown.await;
    assert_eq!(unknown.status, 422);
    assert!(unknown.text.contains("admin"), "{}", unknown.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_and_what_cannot_be_are_answered_alike() {
    let idp = server(Backend::Sqlite).await;
    let client = Client::of(&idp, "root", &["users:read", "service-providers:read", "audit:read"]);
    let unknown = "0192f7d4-6c4e-7cc1-9a3b-2f1d5e8a7b60";
    for kind in ["users", "service-providers"] {
        let gone = client.get(&format!("/{kind}/{unknown}")).await;
        assert_eq!(gone.status, 404);
        for other in ["x", "%00", "..%2f..", "%FF"] {
            let answer = client.get(&format!("/{kind}/{other}")).await;
            assert_eq!((answer.status, &answer.text), (gone.status, &gone.text), "{other}");
        }
    }
    let noted = client.get("/incidents/AAAA-2222").await;
    let never = client.get("/incidents/x").await;
    assert_eq!((noted.status.as_u16(), &noted.text), (404, &never.text));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_methods_addresses_and_parameters_are_told() {
    let idp = server(Backend::Sqlite).await;
    let client = Client::of(&idp, "root", &["users:read"]);
    let answer = sent(client.request(Method::DELETE, "/users")).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "GET, POST"));
    assert_eq!(client.get("/nothing").await.status, 404);
    for query in ["limit=0", "limit=201", "limit=x", "sort=name", "limit=1&limit=2", "after=%20"] {
        let answer = client.get(&format!("/users?{query}")).await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_sent_reads_nothing_of_the_server() {
    let idp = server(Backend::Sqlite).await;
    let client = Client::of(&idp, "root", &["configuration:write"]);
    for file in [
        "[[user]]\nusername = \"x\"\npassword = { file = \"/etc/hostname\" }\n",
        "[[service_provider]]\nmetadata = \"/etc/passwd\"\n",
        "[[user]]\nusername = \"x\"\npassword = { env = \"PATH\" }\n",
    ] {
        let request = client.request(Method::POST, "/configuration/apply");
        let answer = sent(request.header("Content-Type", "application/toml").body(file)).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert!(!answer.text.contains("root:"), "{}", answer.text);
    }
}
