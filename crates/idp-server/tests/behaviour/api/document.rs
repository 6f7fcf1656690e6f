//! The document against the server.

use reqwest::Method;

use super::{Client, sent, server};
use crate::support::Backend;

/// Every operation of the document is there and asks for a token; every other method is refused.
#[tokio::test(flavor = "multi_thread")]
async fn the_document_describes_the_routes_that_are_there() {
    let idp = server(Backend::Sqlite).await;
    let client = Client::of(&idp, "root", &["access-tokens:read"]);
    let document = client.get("/openapi.json").await.json();
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() > 30);
    for (path, methods) in paths {
        let place = path.trim_start_matches("/api/v1").replace(['{', '}'], "");
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let described = methods.get(method.as_str().to_ascii_lowercase()).is_some();
            let answer = sent(client.request(method.clone(), &place)).await;
            let refused = answer.status == 405;
            assert_eq!(refused, !described, "{method} {path}: {}", answer.text);
            if described && place != "/access-tokens" {
                assert_eq!(answer.status, 403, "{method} {path} asks for its scope");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_the_same_without_a_script() {
    let idp = server(Backend::Sqlite).await;
    let answer = sent(reqwest::Client::new().get(format!("{}/api/v1/docs", idp.url))).await;
    assert_eq!(answer.status, 200);
    for operation in idp_server::api::operations() {
        assert!(answer.text.contains(operation.path), "{}", operation.path);
    }
    assert!(!answer.text.contains("<script") && !answer.text.contains("style="));
    assert!(answer.header("content-security-policy").contains("default-src 'none'"));
}
