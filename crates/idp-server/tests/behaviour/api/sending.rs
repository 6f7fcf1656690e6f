//! Gateways by preset, what was sent, certificates of a file, and tokens.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Client, server};
use crate::on_both_databases;
use crate::support::tls::Certified;

on_both_databases! {
    a_gateway_is_looked_at_before_it_is_added_by_a_preset(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["sms-gateways:write"]);
        let presets = client.get("/sms-gateways/presets").await.json();
        let vonage = presets["items"].as_array().expect("presets").iter().find(|one| one["name"] == "vonage");
        assert!(vonage.expect("known")["values"].as_array().expect("values").len() == 3);
        let body = json!({"name": "vonage", "values": {"api_key": "abc", "api_secret": "kept-secret", "from": "Desk"}});
        let path = "/sms-gateways/presets/vonage";
        let count = client.get("/sms-gateways").await.json()["items"].as_array().expect("items").len();
        let looked = client.send(Method::POST, &format!("{path}?dry_run=true"), body.clone(), None).await;
        assert_eq!(looked.status, 200, "{}", looked.text);
        assert!(looked.json()["sample_request"].as_str().expect("text").contains("rest.nexmo.com"));
        assert_eq!(client.get("/sms-gateways").await.json()["items"].as_array().expect("items").len(), count);
        let made = client.send(Method::POST, path, body.clone(), None).await;
        assert_eq!(made.status, 201, "{}", made.text);
        assert_eq!(client.send(Method::POST, path, body, None).await.fields(), ["name"]);
        let wrong = json!({"name": "x", "values": {"password": "y"}});
        assert_eq!(client.send(Method::POST, path, wrong.clone(), None).await.fields(), ["values"]);
        assert_eq!(client.send(Method::POST, "/sms-gateways/presets/none", wrong, None).await.status, 404);
        let patch = json!({"definition": {"message": "{code} is yours"}});
        let dry = format!("{}?dry_run=true", made.place());
        let looked = client.send(Method::PATCH, &dry, patch, Some(made.header("etag"))).await;
        assert_eq!(looked.status, 200, "{}", looked.text);
        assert_eq!(client.get(&made.place()).await.header("etag"), made.header("etag"), "nothing changed");
        for answer in [&looked, &made] {
            assert!(!answer.text.contains("kept-secret"), "{}", answer.text);
        }
    }
}

on_both_databases! {
    what_was_sent_and_who_asks_is_told(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "audrey", &["sms-gateways:read"]);
        for by in ["gateway", "country", "service-provider", "purpose"] {
            let sums = client.get(&format!("/sms-gateways/sends?by={by}&days=365")).await;
            assert_eq!((sums.status.as_u16(), &sums.json()["items"]), (200, &json!([])), "{}", sums.text);
        }
        for wrong in ["by=colour", "days=0", "days=366", "days=x"] {
            assert_eq!(client.get(&format!("/sms-gateways/sends?{wrong}")).await.status, 422, "{wrong}");
        }
        let steps = Client::of(&idp, "audrey", &["service-providers:read"]);
        let known = steps.get("/authenticators").await.json();
        let ids: Vec<&str> = known["items"].as_array().expect("items").iter().filter_map(|one| one["id"].as_str()).collect();
        assert!(ids.contains(&"basic-auth") && ids.contains(&"sms-otp"), "{known}");
        let asking = client.get("/sms-gateways/asking").await;
        assert_eq!(asking.status, 200, "{}", asking.text);
        assert!(asking.json()["count"].is_u64());
    }
}

on_both_databases! {
    certificates_of_a_file_are_examined_chosen_and_removed(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["certificates:write"]);
        let (one, two) = (Certified::authority("One"), Certified::authority("Two"));
        let pem = String::from_utf8([one.pem(), two.pem()].concat()).expect("text");
        let examined = client.send(Method::POST, "/certificates/examine", json!({"pem": pem}), None).await;
        assert_eq!(examined.status, 200, "{}", examined.text);
        let second = examined.json()["items"][1]["fingerprint"].clone();
        assert_eq!(client.get("/certificates").await.json()["items"], json!([]));
        let chosen = |fingerprint: &Value, alias: &str| {
            json!({"pem": pem, "choose": [{"fingerprint": fingerprint, "alias": alias}]})
        };
        let import = |body| client.send(Method::POST, "/certificates", body, None);
        let wrong = import(chosen(&json!("none"), "Nexmo")).await;
        assert_eq!(wrong.fields(), ["choose[0].fingerprint"], "{}", wrong.text);
        assert_eq!(import(chosen(&second, "")).await.fields(), ["choose[0].alias"]);
        let both = json!({"pem": pem, "alias": "x", "choose": []});
        assert_eq!(import(both).await.fields(), ["choose"]);
        let done = import(chosen(&second, "Nexmo")).await;
        assert_eq!(done.json()["changed"], json!(["Nexmo"]), "{}", done.text);
        let list = client.get("/certificates").await.json();
        assert_eq!(list["items"].as_array().expect("items").len(), 1);
        let path = format!("/certificates/{}", second.as_str().expect("text"));
        assert_eq!(client.send(Method::DELETE, &path, Value::Null, None).await.status, 204);
        assert_eq!(client.send(Method::DELETE, &path, Value::Null, None).await.status, 404);
    }
}

on_both_databases! {
    who_uses_a_claim_is_told(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "audrey", &["claims:read"]);
        let uses = client.get("/claims/mobile/uses").await.json();
        assert_eq!((&uses["built_in"], &uses["free"]), (&json!(true), &json!(false)), "{uses}");
        assert!(!uses["reasons"].as_array().expect("reasons").is_empty());
        assert_eq!(client.get("/claims/none/uses").await.status, 404);
    }
}

on_both_databases! {
    a_token_sees_and_revokes_those_of_its_owner_and_makes_none(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "root", &["access-tokens:write"]);
        let mine = Client::of(&idp, "root", &["claims:read"]);
        let others = Client::of(&idp, "audrey", &["claims:read"]);
        let foreign = idp.with_admin(|admin, _| idp_admin::access_tokens::list_all(admin, Some("audrey")));
        let foreign = foreign.expect("listed")[0].id;
        let list = client.get("/access-tokens").await;
        assert_eq!(list.json()["items"].as_array().expect("tokens").len(), 2, "{}", list.text);
        assert!(!list.text.contains("ptc_"), "{}", list.text);
        let made = client.send(Method::POST, "/access-tokens", json!({}), None).await;
        assert_eq!(made.status, 405, "{}", made.text);
        let path = format!("/access-tokens/{foreign}");
        assert_eq!(client.send(Method::DELETE, &path, Value::Null, None).await.status, 404);
        assert_eq!(others.get("/claims").await.status, 200);
        let items = list.json()["items"].clone();
        let other = items.as_array().expect("tokens").iter().find(|one| one["scopes"] == json!(["claims:read"]));
        let path = format!("/access-tokens/{}", other.expect("listed")["id"].as_str().expect("an id"));
        assert_eq!(client.send(Method::DELETE, &path, Value::Null, None).await.status, 204);
        assert_eq!(mine.get("/claims").await.status, 401);
    }
}
