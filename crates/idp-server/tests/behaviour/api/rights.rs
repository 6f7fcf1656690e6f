//! Tokens, scopes and roles.

use idp_admin::access_tokens;
use idp_admin::users;
use reqwest::Method;
use serde_json::json;

use super::{Client, sent, server};
use crate::on_both_databases;
use crate::support::Backend;

on_both_databases! {
    a_token_works_until_it_is_revoked_and_its_use_is_noted(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["claims:read"]);
        assert_eq!(client.get("/claims").await.status, 200);
        let list = idp.with_admin(|admin, _| access_tokens::list_all(admin, Some("root")));
        let token = list.expect("listed").remove(0);
        assert!(token.last_used_at.is_some());
        idp.with_admin(|admin, rng| access_tokens::revoke(admin, token.id, rng)).expect("revoked");
        let answer = client.get("/claims").await;
        assert_eq!(answer.status, 401);
        assert!(answer.header("www-authenticate").contains("invalid_token"));
        assert_eq!(idp.events("access-token-created").len(), 1);
        assert_eq!(idp.events("access-token-revoked").len(), 1);
    }
}

on_both_databases! {
    rights_are_those_of_the_scopes_that_the_owner_has_now(backend) {
        let idp = server(backend).await;
        let auditor = Client::of(&idp, "audrey", &["claims:write", "users:read"]);
        let body = json!({"uri": "badge", "display_name": "Badge"});
        assert_eq!(auditor.get("/claims").await.status, 200, "write includes read");
        assert_eq!(auditor.send(Method::POST, "/claims", body.clone(), None).await.status, 403);
        assert_eq!(auditor.get("/keys").await.status, 403);
        let root = Client::of(&idp, "root", &["claims:read"]);
        let refused = root.send(Method::POST, "/claims", body, None).await;
        assert_eq!(refused.status, 403);
        assert!(refused.header("www-authenticate").contains("insufficient_scope"));
        idp.with_admin(|admin, rng| users::set_roles(admin, "audrey", vec![], rng)).expect("set");
        assert_eq!(auditor.get("/claims").await.status, 403);
        idp.with_admin(|admin, rng| users::disable(admin, "audrey", rng)).expect("disabled");
        assert_eq!(auditor.get("/claims").await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_cookies_nor_other_schemes_open_anything() {
    let idp = server(Backend::Sqlite).await;
    let client = Client::of(&idp, "root", &["claims:read"]);
    let url = format!("{}/claims", client.root);
    let plain = || client.http.get(&url);
    for request in [
        plain(),
        plain().header("Cookie", format!("portcullis_session={}", client.token)),
        plain().basic_auth("root", Some(&client.token)),
        plain().header("Authorization", format!("Token {}", client.token)),
        plain().bearer_auth("ptc_").header("Authorization", format!("Bearer {}", client.token)),
    ] {
        let answer = sent(request).await;
        assert_eq!(answer.status, 401, "{}", answer.text);
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_tokens_are_told_to_wait_and_a_good_one_still_works() {
    let idp = server(Backend::Sqlite).await;
    let client = Client::of(&idp, "root", &["claims:read"]);
    let mut last = 401;
    for _ in 0..30 {
        let answer = sent(client.http.get(format!("{}/claims", client.root))).await;
        last = answer.status.as_u16();
        if last == 429 {
            assert!(!answer.header("retry-after").is_empty());
            break;
        }
    }
    assert_eq!(last, 429);
    assert_eq!(client.get("/claims").await.status, 200);
}

on_both_databases! {
    the_trail_names_the_owner_and_the_token(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["claims:write"]);
        let body = json!({"uri": "badge", "display_name": "Badge"});
        let made = client.send(Method::POST, "/claims", body, None).await;
        assert_eq!(made.status, 201, "{}", made.text);
        assert_eq!(made.header("location"), "/api/v1/claims/badge");
        let rows = idp.events("claim-saved");
        let row = rows.first().expect("a row");
        assert_eq!(row["actor"], "user root");
        let tokens = idp.with_admin(|admin, _| access_tokens::list_all(admin, None));
        assert_eq!(row["token"], tokens.expect("listed")[0].id.to_string());
        assert!(!row.to_string().contains(&client.token));
    }
}
