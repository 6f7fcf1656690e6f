//! `sms-gateway test`: an administrator sees what was sent, what came back, and why it was no success.

use serde_json::Value;

use crate::support::{Behaviour, Installation, Phone};

const KEY: &str = "k3y-0f-the-account";
const NUMBER: &str = "+94771234567";

fn installation(phone: &Phone) -> Installation {
    let installation = Installation::new();
    installation.file("key.txt", KEY.as_bytes());
    installation.ok(&[
        "sms-gateway",
        "add",
        "phone",
        "--url",
        &phone.url,
        "--secret-file",
        "key=key.txt",
        "--header",
        "Authorization: Bearer $secret.key",
        "--header",
        "Content-Type: application/json",
        "--body",
        r#"{"to":"$ctx.num","text":"$ctx.msg"}"#,
    ]);
    installation
}

/// The exit code and the report, which is written whatever the verdict.
fn trial(installation: &Installation, further: &[&str]) -> (Option<i32>, Value, String) {
    let test = ["--json", "sms-gateway", "test", "phone", "--to", NUMBER];
    let output = installation.run(&[&test[..], further].concat());
    let text = String::from_utf8(output.stdout).expect("text");
    (output.status.code(), serde_json::from_str(&text).expect("JSON"), text)
}

#[test]
fn the_request_is_shown_and_sent_to_nobody() {
    let phone = Phone::start();
    let (code, report, text) = trial(&installation(&phone), &["--dry-run"]);
    assert_eq!((code, &report["sent"], &report["outcome"]), (Some(0), &false.into(), &Value::Null));
    let request = report["request"].as_str().expect("a request");
    for part in ["POST", &phone.url, "Authorization: Bearer", "application/json", "text"] {
        assert!(request.contains(part), "{part}: {request}");
    }
    assert!(!text.contains(KEY) && !text.contains("771234567"), "{text}");
    assert_eq!(phone.messages().len(), 0);
}

#[test]
fn the_answer_and_the_verdict_are_told() {
    let phone = Phone::start();
    let installation = installation(&phone);
    let (code, report, text) = trial(&installation, &[]);
    assert_eq!((code, &report["outcome"]), (Some(0), &"accepted".into()), "{text}");
    assert_eq!(report["answer"]["status"], 202);
    let message = phone.messages().remove(0);
    assert_eq!(message.to, NUMBER);
    assert!(message.text.contains("This is a test of your SMS gateway"), "{}", message.text);

    phone.behave(Behaviour::Fail(401));
    let (code, report, text) = trial(&installation, &[]);
    assert_eq!((code, &report["outcome"]), (Some(1), &"rejected".into()), "{text}");
    assert_eq!(report["answer"]["status"], 401);
    assert!(report["why"].as_str().expect("a reason").contains("401"), "{text}");
    assert!(!text.contains(KEY) && !text.contains("771234567"), "{text}");

    drop(phone);
    let (code, report, text) = trial(&installation, &[]);
    assert_eq!((code, &report["outcome"]), (Some(1), &"failed".into()), "{text}");
    assert!(!report["why"].as_str().expect("a reason").is_empty(), "{text}");
}
