//! Metadata by its address, links for owners, and how service providers fare.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Client, STAFF, server};
use crate::console::service_providers::by_address::serving;
use crate::console::service_providers::registration::{federation, metadata};
use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, IdpOptions, Sp};

const BY_URL: &str = "/service-providers/by-metadata-url";

/// A server that may ask this machine for metadata.
async fn fetching(backend: Backend) -> Idp {
    let options = IdpOptions {
        configuration: STAFF.to_owned(),
        settings: Box::new(|settings| {
            settings.metadata.allowed_networks = vec!["127.0.0.1".to_owned()];
        }),
        ..IdpOptions::default()
    };
    Idp::with(backend, &Sp::new(), options).await
}

fn document(host: &str) -> String {
    metadata("https://desk.example/saml", &format!("https://{host}/acs"))
}

on_both_databases! {
    metadata_comes_from_an_address_with_what_the_linter_says(backend) {
        let idp = fetching(backend).await;
        let client = Client::of(&idp, "root", &["service-providers:write"]);
        let url = serving(&document("desk.example"));
        let body = json!({"metadata_url": url, "quarantine": true, "test_users": ["alice"]});
        let dry = format!("{BY_URL}?dry_run=true");
        let review = client.send(Method::POST, &dry, body.clone(), None).await;
        assert_eq!(review.status, 200, "{}", review.text);
        let told = review.json();
        assert_eq!(told["entity_id"], "https://desk.example/saml");
        assert!(told["notes"].is_array() && told["warnings"].is_array(), "{told}");
        assert_eq!(told["proposed"]["settings"]["quarantine"]["test_users"], json!(["alice"]));
        assert_eq!(client.get("/service-providers").await.json()["items"].as_array().expect("items").len(), 1);
        let made = client.send(Method::POST, BY_URL, body.clone(), None).await;
        assert_eq!(made.status, 201, "{}", made.text);
        assert_eq!(client.send(Method::POST, BY_URL, body, None).await.status, 409);

        let newer = json!({"metadata_url": serving(&document("new.example"))});
        let place = format!("{}/metadata", made.place());
        let review = client.send(Method::PUT, &format!("{place}?dry_run=true"), newer.clone(), Some(made.header("etag"))).await;
        assert_eq!(review.json()["changes"][0]["field"], "acs", "{}", review.text);
        let updated = client.send(Method::PUT, &place, newer.clone(), Some(made.header("etag"))).await;
        assert_eq!(updated.status, 200, "{}", updated.text);
        assert!(updated.text.contains("https://new.example/acs"), "{}", updated.text);
        let late = client.send(Method::PUT, &place, newer, Some(made.header("etag"))).await;
        assert_eq!(late.status, 412, "{}", late.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_service_providers_the_query_names_one() {
    let idp = fetching(Backend::Sqlite).await;
    let client = Client::of(&idp, "root", &["service-providers:write"]);
    let body = json!({"metadata_url": serving(&federation())});
    let refused = client.send(Method::POST, BY_URL, body.clone(), None).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let one = format!("{BY_URL}?entity_id=urn%3Aone");
    let made = client.send(Method::POST, &one, body, None).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert!(made.text.contains("https://one.example/acs"), "{}", made.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_inside_is_not_asked() {
    let idp = server(Backend::Sqlite).await;
    let client = Client::of(&idp, "root", &["service-providers:write"]);
    for address in [serving(&document("desk.example")).as_str(), "file:///etc/passwd", ""] {
        let body = json!({"metadata_url": address});
        let answer = client.send(Method::POST, BY_URL, body, None).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert_eq!(answer.fields(), ["metadata_url"]);
    }
    let reader = Client::of(&idp, "root", &["service-providers:read"]);
    let body = json!({"metadata_url": "https://sp.example.org/"});
    assert_eq!(reader.send(Method::POST, BY_URL, body, None).await.status, 403);
}

on_both_databases! {
    a_link_for_the_owner_is_made_shown_once_and_revoked(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["service-providers:write"]);
        let list = client.get("/service-providers").await.json();
        let path = format!("/service-providers/{}/owner-link", list["items"][0]["id"].as_str().expect("an id"));
        assert_eq!(client.get(&path).await.json()["until"], Value::Null);
        assert_eq!(client.send(Method::POST, &path, json!({"days": 31}), None).await.status, 422);
        let made = client.send(Method::POST, &path, json!({}), None).await;
        let link = made.json()["address"].as_str().expect("an address").to_owned();
        assert_eq!(Browser::new().get(&link).await.status, 200);
        let state = client.get(&path).await;
        assert_eq!(state.json()["until"], made.json()["until"]);
        assert!(!state.text.contains("/owner/"), "{}", state.text);
        assert_eq!(client.send(Method::DELETE, &path, Value::Null, None).await.status, 204);
        assert_ne!(Browser::new().get(&link).await.status, 200);
        assert_eq!(client.get(&path).await.json()["until"], Value::Null);
    }
}

on_both_databases! {
    lists_tell_how_service_providers_fare(backend) {
        let sp = Sp::new();
        let idp = server(backend).await;
        Browser::new().visit(&sp, &idp, &sp.request(&idp)).await;
        let client = Client::of(&idp, "audrey", &["service-providers:read"]);
        let item = client.get("/service-providers").await.json()["items"][0].clone();
        assert!(item["health"].as_object().expect("health").contains_key("last_login"), "{item}");
        let path = format!("/service-providers/{}/health", item["id"].as_str().expect("an id"));
        let health = client.get(&path).await;
        assert_eq!(health.status, 200, "{}", health.text);
        let told = health.json();
        assert!(told["metadata_address"].as_str().expect("text").contains("/saml/metadata/"), "{told}");
        assert!(told["remarks"].is_array() && told["certificates"].is_array(), "{told}");
        assert_eq!(told["round_trips"], json!([]), "it is in no quarantine");
    }
}
