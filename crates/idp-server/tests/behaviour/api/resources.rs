//! Round trips.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Client, sent, server};
use crate::on_both_databases;

on_both_databases! {
    a_service_provider_is_added_read_changed_and_removed(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["service-providers:write", "users:read"]);
        let body = json!({
            "entity_id": "https://desk.example.org/saml",
            "name": "Desk",
            "settings": {"assertion_consumer_services": [{"index": 0, "url": "https://desk.example.org/acs"}]},
        });
        let made = client.send(Method::POST, "/service-providers", body.clone(), None).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let path = made.header("location").trim_start_matches("/api/v1").to_owned();
        assert_eq!(client.send(Method::POST, "/service-providers", body, None).await.status, 409);
        let read = client.get(&path).await;
        assert_eq!((read.status.as_u16(), &read.json()["name"]), (200, &json!("Desk")));
        let patch = json!({"settings": {"assertion_lifetime_seconds": 120}});
        let changed = client.send(Method::PATCH, &path, patch, Some(read.header("etag"))).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        let after = changed.json();
        assert_eq!(after["service_provider"]["settings"]["assertion_lifetime_seconds"], 120);
        assert_eq!(after["service_provider"]["name"], "Desk", "what is not named stays");
        let steps = json!({"steps": [{"any": ["nothing"]}]});
        let tag = changed.header("etag");
        let refused = client.send(Method::PUT, &format!("{path}/steps"), steps, Some(tag)).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        let bad = json!({"settings": {"assertion_consumer_services": [{"index": 0, "url": 3}]}});
        let refused = client.send(Method::PATCH, &path, bad, Some(tag)).await;
        assert_eq!(refused.fields(), ["settings.assertion_consumer_services[0].url"]);
        let told = client.get(&format!("{path}/told?user=alice")).await;
        assert_eq!(told.status, 200, "{}", told.text);
        let removed = client.send(Method::DELETE, &path, Value::Null, Some(tag)).await;
        assert_eq!(removed.status, 204, "{}", removed.text);
        assert_eq!(client.get(&path).await.status, 404);
    }
}

on_both_databases! {
    a_claim_dialect_is_added_read_changed_and_removed(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["claims:write"]);
        let all = client.get("/claim-dialects").await.json();
        assert_eq!(all["items"][0]["built_in"], true, "{all}");
        let body = json!({
            "uri": "urn:example:partner",
            "display_name": "Partner",
            "claims": [{"name": "contactMail", "claim": "emailaddress"}],
        });
        let made = client.send(Method::POST, "/claim-dialects", body.clone(), None).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let path = made.header("location").trim_start_matches("/api/v1").to_owned();
        assert_eq!(client.send(Method::POST, "/claim-dialects", body, None).await.fields(), ["uri"]);
        let read = client.get(&path).await;
        assert_eq!(read.json()["claims"][0]["claim"], "http://wso2.org/claims/emailaddress");
        let patch = json!({"claims": [{"name": "a", "claim": "mobile"}, {"name": "a", "claim": "title"}]});
        let refused = client.send(Method::PATCH, &path, patch, Some(read.header("etag"))).await;
        assert_eq!(refused.fields(), ["claims[1].name"]);
        let patch = json!({"display_name": "The partner"});
        let changed = client.send(Method::PATCH, &path, patch, Some(read.header("etag"))).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        let late = client.send(Method::DELETE, &path, Value::Null, Some(read.header("etag"))).await;
        assert_eq!(late.status, 412, "{}", late.text);
        let removed = client.send(Method::DELETE, &path, Value::Null, Some(changed.header("etag"))).await;
        assert_eq!(removed.status, 204, "{}", removed.text);
        assert_eq!(client.get(&path).await.status, 404);
    }
}

on_both_databases! {
    a_gateways_secrets_are_written_and_never_read(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["sms-gateways:write"]);
        let body = json!({"name": "second", "definition": {
            "url": "https://sms.example.org/send",
            "headers": [["Authorization", "Bearer $secret.key"], ["Content-Type", "application/json"]],
            "body": "{\"to\":\"$ctx.num\",\"text\":\"$ctx.msg\"}",
            "secrets": {"key": "kept-from-everybody"},
        }});
        let made = client.send(Method::POST, "/sms-gateways", body, None).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let path = made.header("location").trim_start_matches("/api/v1").to_owned();
        let read = client.get(&path).await;
        assert_eq!(read.json()["secret_names"], json!(["key"]));
        let patch = json!({"definition": {"total_timeout_ms": 5000}});
        let changed = client.send(Method::PATCH, &path, patch, Some(read.header("etag"))).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        // Nobody gets to know a secret by having it sent elsewhere.
        let elsewhere = json!({"definition": {"url": "https://evil.example.org/"}});
        let tag = changed.header("etag");
        let refused = client.send(Method::PATCH, &path, elsewhere, Some(tag)).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        for answer in [&made, &read, &changed, &refused] {
            assert!(!answer.text.contains("kept-from-everybody"), "{}", answer.text);
        }
        let removed = client.send(Method::DELETE, &path, Value::Null, Some(tag)).await;
        assert_eq!(removed.status, 204, "{}", removed.text);
    }
}

on_both_databases! {
    an_account_is_made_changed_and_switched_off(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["users:write"]);
        let body = json!({"username": "mira", "claims": {"mobile": ["+94771234560"]}});
        let made = client.send(Method::POST, "/users", body, None).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let path = made.header("location").trim_start_matches("/api/v1").to_owned();
        let link = client.send(Method::POST, &format!("{path}/password-link"), json!({}), None).await;
        assert!(link.json()["address"].as_str().expect("a link").contains("/password/"));
        let tag = client.get(&path).await.header("etag").to_owned();
        let roles = json!({"roles": ["auditor"]});
        let changed = client.send(Method::PUT, &format!("{path}/roles"), roles, Some(&tag)).await;
        assert_eq!(changed.json()["user"]["roles"], json!(["auditor"]), "{}", changed.text);
        let off = client
            .send(Method::POST, &format!("{path}/disable"), json!({}), Some(changed.header("etag")))
            .await;
        assert_eq!(off.json()["user"]["state"], "disabled", "{}", off.text);
        let wrong = json!({"username": "a b", "claims": {"mobile": ["7"]}});
        let wrong = client.send(Method::POST, "/users", wrong, None).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.fields().contains(&"username".to_owned()), "{}", wrong.text);
    }
}

on_both_databases! {
    pages_follow_each_other_without_gaps(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["users:read", "audit:read"]);
        for list in ["/users", "/audit"] {
            let whole = client.get(&format!("{list}?limit=200")).await.json();
            let ids = |page: &Value| -> Vec<String> {
                let items = page["items"].as_array().expect("items").iter();
                items.map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
            };
            let (mut found, mut after) = (Vec::new(), String::new());
            loop {
                let page = client.get(&format!("{list}?limit=2{after}")).await.json();
                found.extend(ids(&page));
                let Some(next) = page["next"].as_str() else { break };
                after = format!("&after={next}");
            }
            assert_eq!(found, ids(&whole), "{list}");
        }
    }
}

on_both_databases! {
    the_configuration_is_exported_planned_and_applied(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["configuration:write"]);
        let exported = client.get("/configuration").await;
        assert_eq!(exported.status, 200, "{}", exported.text);
        let toml = |path: &str, body: String| {
            sent(client.request(Method::POST, path).header("Content-Type", "application/toml").body(body))
        };
        let plan = toml("/configuration/plan", exported.text.clone()).await;
        assert_eq!(plan.json()["changes"], json!([]), "{}", plan.text);
        let claim = "[[claim]]\nuri = \"http://example.org/badge\"\ndisplay_name = \"Badge\"\n";
        let applied = toml("/configuration/apply", claim.to_owned()).await;
        assert_eq!(applied.json()["applied"], true, "{}", applied.text);
        let wrong = toml("/configuration/plan", "[[claim]]\nnonsense = 1\n".to_owned()).await;
        assert_eq!(wrong.status, 422, "{}", wrong.text);
        assert_eq!(client.get("/configuration?users=true").await.status, 403, "needs users:read");
    }
}

on_both_databases! {
    a_metadata_source_is_added_read_changed_and_removed(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["service-providers:write"]);
        let body = json!({"name": "Federation", "kind": "aggregate", "address": "https://md.example.org/all.xml"});
        let made = client.send(Method::POST, "/metadata-sources", body.clone(), None).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let path = made.header("location").trim_start_matches("/api/v1").to_owned();
        assert_eq!(client.send(Method::POST, "/metadata-sources", body, None).await.status, 409);
        let read = client.get(&path).await;
        assert_eq!(read.json()["valid_until_required"], true, "{}", read.text);
        let tag = read.header("etag");
        let wrong = json!({"address": "file:///etc/passwd", "steps": ["nothing"]});
        let refused = client.send(Method::PATCH, &path, wrong, Some(tag)).await;
        assert_eq!(refused.fields(), ["address", "steps"], "{}", refused.text);
        let patch = json!({"interval_minutes": 30, "steps": ["basic-auth", "sms-otp:when-enrolled"]});
        let changed = client.send(Method::PATCH, &path, patch, Some(tag)).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        assert_eq!(changed.json()["steps"][1], "sms-otp:when-enrolled");
        let asked = client.send(Method::POST, &format!("{path}/refresh"), Value::Null, None).await;
        assert_eq!(asked.status, 204, "{}", asked.text);
        let held = client.get(&format!("{path}/held")).await;
        assert_eq!(held.json()["items"], json!([]));
        let decision = json!({"entity_id": "urn:x", "addresses": {"acs": [], "slo": []}, "approve": true});
        let decided = client.send(Method::POST, &format!("{path}/held"), decision, None).await;
        assert_eq!(decided.status, 404, "{}", decided.text);
        let removed = client.send(Method::DELETE, &path, Value::Null, Some(changed.header("etag"))).await;
        assert_eq!(removed.status, 204, "{}", removed.text);
        assert_eq!(client.get(&path).await.status, 404);
    }
}
