//! Saved scenarios on the command line: every command that changes the configuration is watched over.

use crate::support::Installation;

const FILE: &str = r#"
[[sms_gateway]]
name = "main"
url = "https://sms.example.org/?to=$ctx.num&text=$ctx.msg"

[[service_provider]]
entity_id = "https://sp.example.org/saml"
name = "Desk"
steps = [["basic-auth"]]
[[service_provider.acs]]
url = "https://sp.example.org/acs"

[[user]]
username = "alice"
password = { file = "password" }
claims = { emailaddress = ["alice@example.org"] }
"#;

const SP: &str = "https://sp.example.org/saml";

fn installation() -> Installation {
    let installation = Installation::new();
    installation.file("config.toml", FILE.as_bytes());
    installation.file("password", b"plum gravel otter sings");
    installation.ok(&["apply", "config.toml"]);
    installation.ok(&["scenario", "add", "Alice", SP, "alice"]);
    installation
}

#[test]
fn a_dry_run_that_would_break_one_does_not_end_well() {
    let installation = installation();
    let broken = FILE.replace("steps = [[\"basic-auth\"]]", "enabled = false");
    installation.file("broken.toml", broken.as_bytes());
    assert!(installation.ok(&["apply", "config.toml", "--dry-run"]).contains('='));
    let output = installation.run(&["apply", "broken.toml", "--dry-run"]);
    let plan = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{plan}");
    assert!(plan.contains("\"Alice\""), "the plan is shown all the same: {plan}");
    let json = installation.run(&["--json", "apply", "broken.toml", "--dry-run"]);
    assert_eq!(json.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(report["broken_scenarios"][0]["name"], "Alice", "{report}");
    assert_eq!(installation.fails(&["apply", "broken.toml"]).0, 1);
    let accepted = ["apply", "broken.toml", "--dry-run", "--accept-broken-scenarios"];
    installation.ok(&accepted);
    assert_eq!(installation.json(&["sp", "show", SP])["enabled"], true, "nothing was changed");
}

#[test]
fn commands_refuse_what_breaks_one_until_it_is_accepted() {
    let installation = installation();
    let (code, told) = installation.fails(&["sp", "disable", SP]);
    assert!(code == 1 && told.contains("\"Alice\"") && told.contains("--accept-broken"), "{told}");
    assert_eq!(installation.fails(&["sp", "remove", SP]).0, 1);
    installation.ok(&["sp", "disable", SP, "--accept-broken-scenarios"]);
    let run = installation.run(&["scenario", "run"]);
    assert_eq!(run.status.code(), Some(1), "the command that tells of it");
}

/// What these commands change is outside of what a scenario keeps, so that they go on; the option is
/// there all the same.
#[test]
fn the_other_commands_are_watched_over_as_well() {
    let installation = installation();
    for command in [
        vec!["claim", "add", "badge", "--display-name", "Badge"],
        vec!["claim", "edit", "badge", "--description", "A number"],
        vec!["claim", "move", "badge", "up"],
        vec!["claim", "remove", "badge"],
        vec!["sms-gateway", "remove", "main"],
        vec!["keys", "publish", "--kind", "rsa-2048"],
        vec!["keys", "promote", "--kind", "rsa-2048"],
        vec!["keys", "back-out", "--kind", "rsa-2048"],
    ] {
        installation.ok(&[command, vec!["--accept-broken-scenarios"]].concat());
    }
    installation.ok(&["scenario", "run"]);
}

#[test]
fn a_scenario_is_shown_and_renamed() {
    let installation = installation();
    let shown = installation.ok(&["scenario", "show", "Alice"]);
    assert!(shown.contains("result: signed-in") && shown.contains("user: alice"), "{shown}");
    installation.ok(&["scenario", "rename", "Alice", "At the desk"]);
    assert_eq!(installation.fails(&["scenario", "show", "Alice"]).0, 1);
    let json = installation.json(&["scenario", "show", "At the desk"]);
    assert_eq!(json["expect"]["result"], "signed-in", "{json}");
    let (code, told) = installation.fails(&["scenario", "rename", "At the desk", " "]);
    assert!(code == 2 && told.contains("1 to 100"), "{told}");
    let policy = installation.json(&["what-if", SP, "alice", "--name-id-policy"]);
    assert_eq!(policy["outcome"]["result"], "signed-in", "{policy}");
}
