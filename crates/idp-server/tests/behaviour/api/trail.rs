//! The trail as a file and its verification, incidents, messages and charts.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Client, STAFF, server};
use crate::on_both_databases;
use crate::support::{Backend, Browser, Idp, IdpOptions, Sp};

on_both_databases! {
    the_trail_is_sent_as_a_file_of_either_kind(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "audrey", &["audit:read"]);
        let lines = client.get("/audit/export").await;
        assert_eq!((lines.status.as_u16(), lines.header("content-type")), (200, "application/jsonl; charset=utf-8"));
        assert!(lines.text.lines().count() > 3);
        for line in lines.text.lines() {
            let row: Value = serde_json::from_str(line).expect("JSON");
            assert!(row["id"].is_string(), "{line}");
        }
        let table = client.get("/audit/export?format=csv&kind=user-").await;
        assert!(table.header("content-type").starts_with("text/csv"), "{}", table.text);
        assert!(table.text.starts_with("id,at,kind,"), "{}", table.text);
        assert!(table.text.lines().skip(1).all(|line| line.contains("user-")), "{}", table.text);
        assert_eq!(idp.events("audit-trail-exported").len(), 2);
        for wrong in ["format=xml", "from=yesterday", "limit=3"] {
            assert_eq!(client.get(&format!("/audit/export?{wrong}")).await.status, 422, "{wrong}");
        }
    }
}

on_both_databases! {
    the_trail_is_verified(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "audrey", &["audit:read"]);
        let told = client.send(Method::POST, "/audit/verify", json!({}), None).await;
        assert_eq!(told.status, 200, "{}", told.text);
        assert_eq!((&told.json()["whole"], &told.json()["faults"]), (&json!(true), &json!(0)));
        let anchor = json!({"anchor": format!("7:{}", "ab".repeat(32))});
        let missing = client.send(Method::POST, "/audit/verify", anchor, None).await.json();
        assert_eq!(missing["findings"][0]["fault"], "anchor-missing", "{missing}");
        let wrong = client.send(Method::POST, "/audit/verify", json!({"anchor": "x"}), None).await;
        assert_eq!(wrong.fields(), ["anchor"], "{}", wrong.text);
    }
}

on_both_databases! {
    an_incident_is_explained_with_what_to_send_to_the_owner(backend) {
        let sp = Sp::new();
        let idp = server(backend).await;
        let evil = "AssertionConsumerServiceURL=\"https://evil.example.org/acs\"";
        Browser::new().arrive(&sp, &idp, &sp.request(&idp).attribute(evil)).await;
        let client = Client::of(&idp, "olga", &["audit:read"]);
        let found = client.get("/audit?kind=request.").await.json();
        let code = found["items"][0]["incident"].as_str().expect("a code").to_owned();
        let told = client.get(&format!("/incidents/{code}")).await.json();
        assert_eq!(told["code"], code.as_str());
        for field in ["code", "rule", "expected", "found", "advice"] {
            assert!(told["reason"][field].is_string(), "{field}: {told}");
        }
        // The clause alone, without the numbers by which rules are kept here.
        let rule = told["reason"]["rule"].as_str().unwrap_or_default();
        assert_eq!(rule, idp_core::saml::clause::clause(rule), "{told}");
        let letter = told["letter"].as_str().expect("a letter");
        assert!(letter.contains(&code) && letter.contains("evil.example.org"), "{letter}");
        assert!(told["text"].as_str().expect("text").ends_with('.'), "{told}");
        assert_eq!(client.get("/incidents/AAAA-AAAA").await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_unpacked_judged_and_explained_and_nothing_is_kept() {
    let sp = Sp::signing();
    let options = IdpOptions { configuration: STAFF.to_owned(), ..IdpOptions::default() };
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    let client = Client::of(&idp, "audrey", &["audit:read"]);
    let ask = |message: String| {
        client.send(Method::POST, "/message-lab", json!({ "message": message }), None)
    };
    let before = client.get("/audit?limit=200").await.json()["items"].as_array().map(Vec::len);
    let url = sp.redirect_url(&idp, &sp.request(&idp), Some("state"));
    let told = ask(url.clone()).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let told = told.json();
    assert_eq!(
        (&told["kind"], &told["verdicts"][0]["good"]),
        (&json!("authn-request"), &json!(true))
    );
    let changed = ask(url.replace("RelayState=state", "RelayState=other")).await.json();
    assert_eq!(changed["verdicts"][0]["good"], false, "{changed}");
    assert!(changed["verdicts"][0]["reason"]["rule"].is_string(), "{changed}");
    let entity = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>";
    for hostile in [entity.to_owned(), String::new(), "<a>".repeat(5_000), "hello".to_owned()] {
        let answer = ask(hostile).await;
        assert_eq!(answer.fields(), ["message"], "{}", answer.text);
        assert!(!answer.text.contains("root:"), "{}", answer.text);
    }
    let after = client.get("/audit?limit=200").await.json()["items"].as_array().map(Vec::len);
    assert_eq!(before, after, "nothing is kept");
}

on_both_databases! {
    the_numbers_of_the_charts_are_told(backend) {
        let idp = server(backend).await;
        let client = Client::of(&idp, "audrey", &["audit:read"]);
        for (range, slots) in [("", 24), ("?range=day", 24), ("?range=week", 28), ("?range=month", 30)] {
            let told = client.get(&format!("/activity{range}")).await.json();
            assert_eq!(told["slots"].as_array().expect("slots").len(), slots, "{told}");
            for measure in ["logins", "refusals", "sms", "factors"] {
                assert!(told[measure].is_array(), "{measure}: {told}");
            }
        }
        assert_eq!(client.get("/activity?range=year").await.status, 422);
        let overview = client.get("/overview").await.json();
        assert!(overview["expiring"].is_array() && overview["clocks"].is_array(), "{overview}");
    }
}
