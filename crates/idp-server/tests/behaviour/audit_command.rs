//! `idp-server audit` as an administrator types it.

use idp_admin::KeyDirectory;
use idp_admin::audit_trail::{Look, seal};
use idp_store::testing::execute_in_file;
use idp_store::{Store, StoreOptions};
use serde_json::Value;

use crate::support::Installation;

/// An installation with two sealed rows.
fn sealed() -> Installation {
    let installation = Installation::new();
    let set = ["local-application", "set-steps", "account", "basic-auth"];
    installation.ok(&set);
    installation.ok(&[&set[..], &["sms-otp:when-enrolled"]].concat());
    settle(&installation);
    installation
}

/// What the running server does a moment later.
#[expect(clippy::disallowed_methods, reason = "the server's own clock")]
fn settle(installation: &Installation) {
    let path = installation.path();
    let url = format!("sqlite:{}", path.join("idp.sqlite3").display());
    let store = Store::open(&StoreOptions::new(url)).expect("opened");
    let rng = &mut <rand::rngs::StdRng as rand::SeedableRng>::seed_from_u64(1);
    let keys = KeyDirectory::open(&path.join("keys"), rng).expect("keys");
    seal(&store, keys.secrets(), chrono::Utc::now(), Look::Long).expect("sealed");
}

fn tamper(installation: &Installation, statements: &str) {
    execute_in_file(&installation.path().join("idp.sqlite3"), statements);
}

#[test]
fn what_nobody_touched_verifies_and_the_head_is_printed() {
    let installation = sealed();
    let told = installation.json(&["audit", "verify"]);
    assert_eq!(told["whole"], true, "{told}");
    let head = told["head"].as_str().expect("a head").to_owned();
    let text = installation.ok(&["audit", "verify", "--anchor", &head]);
    assert!(text.contains("nothing was altered") && text.contains(&head), "{text}");
    let (code, told) = installation.fails(&["audit", "verify", "--anchor", "12"]);
    assert!(code == 2 && told.contains("anchor"), "{told}");
    let other = format!("1:{}", "0".repeat(64));
    let output = installation.run(&["audit", "verify", "--anchor", &other]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_first_broken_row_is_named_and_the_exit_code_tells() {
    let installation = sealed();
    tamper(
        &installation,
        "UPDATE audit_events SET detail = '{}' WHERE id =
        (SELECT event_id FROM audit_seals WHERE position = 1)",
    );
    let output = installation.run(&["audit", "verify", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let finding = &told["findings"][0];
    assert_eq!((&finding["fault"], &finding["position"]), (&"altered".into(), &1.into()));
    let text = String::from_utf8(installation.run(&["audit", "verify"]).stdout).expect("text");
    assert!(text.contains("WRONG: the row ") && text.contains("was altered"), "{text}");
    let restart = ["audit", "restart", "--reason", "a test"];
    assert!(installation.ok(&restart).contains("begins anew"));
    settle(&installation);
    installation.ok(&["audit", "verify"]);
}

#[test]
fn the_trail_is_exported_as_lines_and_as_a_table() {
    let installation = sealed();
    let lines = installation.ok(&["audit", "export", "--kind", "local-application"]);
    assert_eq!(lines.lines().count(), 2, "{lines}");
    for line in lines.lines() {
        let row: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(row["detail"]["actor"], "command line");
    }
    let table = installation.ok(&["audit", "export", "--format", "csv", "--limit", "1"]);
    assert_eq!(table.lines().count(), 2, "{table}");
    let (code, told) = installation.fails(&["audit", "export", "--from", "tomorrow"]);
    assert!(code == 2 && told.contains("2026-03-09"), "{told}");
    let nothing = installation.ok(&["audit", "export", "--from", "2999-01-01"]);
    assert_eq!(nothing, "");
}
