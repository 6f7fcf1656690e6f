//! What is allowed of accounts but unwise is done with a warning, whichever command does it.

use serde_json::{Value, json};

use crate::support::Installation;

/// A number of Sri Lanka, and one of Germany.
const ABROAD: &str = "+94771234567";
const SERVED: &str = "+4915112345678";

/// Codes are sent to Germany only.
fn installation() -> Installation {
    let installation = Installation::new();
    installation.file("idp.toml", b"[sms_otp]\nallowed_countries = [\"DE\"]\n");
    installation.file("password.txt", b"plum gravel otter sings");
    installation
}

fn add<'a>(name: &'a str, claim: &'a str) -> [&'a str; 7] {
    ["user", "add", name, "--claim", claim, "--password-file", "password.txt"]
}

fn told(report: &Value) -> String {
    let warnings = report["warnings"].as_array().expect("warnings");
    assert_eq!(warnings.len(), 1, "{report}");
    warnings[0].as_str().expect("text").to_owned()
}

#[test]
fn a_new_account_with_a_number_that_codes_are_not_sent_to_is_made_with_a_warning() {
    let installation = installation();
    let claim = format!("mobile={ABROAD}");
    let warned = installation.warnings(&add("alice", &claim));
    assert!(warned.starts_with("warning: codes are not sent"), "{warned}");
    assert!(warned.contains("sms_otp.allowed_countries"), "{warned}");
    assert!(!warned.contains("771234567"), "{warned}");
    let report = installation.json(&add("bob", &claim));
    assert_eq!((&report["username"], &report["done"]), (&json!("bob"), &json!("added")));
    assert!(told(&report).contains("sms_otp.allowed_countries"), "{report}");
    let listed = installation.json(&["user", "list"]);
    assert_eq!(listed[0]["claims"]["http://wso2.org/claims/mobile"], json!([ABROAD]));
    assert_eq!(installation.warnings(&add("carol", &format!("mobile={SERVED}"))), "");
}

#[test]
fn a_number_that_codes_are_not_sent_to_is_set_with_a_warning() {
    let installation = installation();
    installation.ok(&add("alice", "lastname=Doe"));
    let warned = installation.warnings(&["user", "set-claim", "alice", "mobile", ABROAD]);
    assert!(warned.contains("sms_otp.allowed_countries"), "{warned}");
    let report = installation.json(&["user", "set-claim", "alice", "mobile", ABROAD]);
    assert!(told(&report).contains("sms_otp.allowed_countries"), "{report}");
    // Nothing is said of what is not set now, and of what is removed.
    assert_eq!(installation.warnings(&["user", "set-claim", "alice", "lastname", "Roe"]), "");
    assert_eq!(installation.warnings(&["user", "set-claim", "alice", "mobile"]), "");
    let report = installation.json(&["user", "set-claim", "alice", "mobile", SERVED]);
    assert_eq!(report["warnings"], json!([]));
}

#[test]
fn a_file_with_such_a_number_or_with_weak_backup_codes_is_applied_with_warnings() {
    let installation = installation();
    let text = format!(
        "[[user]]\nusername = \"alice\"\nclaims = {{ mobile = \"{ABROAD}\" }}\n\
         [[user]]\nusername = \"bob\"\nclaims = {{ mobile = \"{SERVED}\", otpbackupcodes = \"10300,21390\" }}\n"
    );
    installation.file("c.toml", text.as_bytes());
    let planned = installation.json(&["apply", "c.toml", "--dry-run"]);
    let warnings = planned["warnings"].as_array().expect("warnings");
    assert_eq!(warnings.len(), 2, "{planned}");
    let warned = installation.warnings(&["apply", "c.toml"]);
    for (expected, warning) in [
        "user[0].claims.mobile: codes are not sent to this mobile number",
        "user[1].backup_codes: 2 of the backup codes have fewer than 6 digits",
    ]
    .iter()
    .zip(warnings)
    {
        assert!(warning.as_str().expect("text").starts_with(expected), "{warning}");
        assert!(warned.contains(&format!("warning: {expected}")), "{warned}");
    }
    assert_eq!(installation.json(&["user", "list"]).as_array().expect("users").len(), 2);
}

#[test]
fn weak_backup_codes_are_set_with_a_warning() {
    let installation = installation();
    let warned = installation.warnings(&add("alice", "otpbackupcodes=10300"));
    assert!(warned.contains("1 of the backup codes have fewer than 6 digits"), "{warned}");
    installation.file("codes.txt", b"10300,21390");
    let set = ["user", "backup-codes", "set", "alice", "--codes-file", "codes.txt"];
    let report = installation.json(&set);
    assert_eq!((&report["total"], &report["left"]), (&json!(2), &json!(2)));
    assert!(told(&report).contains("fewer than 6 digits"), "{report}");
    let report = installation.json(&["user", "set-claim", "alice", "otpbackupcodes", "10301"]);
    assert!(told(&report).contains("fewer than 6 digits"), "{report}");
}
