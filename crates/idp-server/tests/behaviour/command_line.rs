//! The program as an administrator types it: certificates and the doctor.

use serde_json::Value;

use crate::support::Installation;
use crate::support::tls::Certified;

#[test]
fn a_certificate_is_imported_listed_shown_and_removed() {
    let installation = Installation::new();
    let authority = Certified::authority("Private Root");
    installation.file("cert.pem", &authority.pem());
    let import = ["trust", "import", "--alias", "Nexmo", "cert.pem"];
    assert!(installation.ok(&import).starts_with("trusted Nexmo\n"));
    assert!(installation.ok(&import).contains("trusted already"));
    let listed = installation.ok(&["trust", "list"]);
    assert!(listed.contains("Nexmo  CA  until ") && listed.contains("no gateway"), "{listed}");
    let shown: Value =
        serde_json::from_str(&installation.ok(&["trust", "show", "nexmo", "--json"]))
            .expect("JSON");
    assert_eq!(shown["subject"], "CN=Private Root");
    assert_eq!(shown["pem"].as_str().expect("PEM").as_bytes(), authority.pem());
    installation.ok(&["trust", "remove", "NEXMO"]);
    assert_eq!(installation.fails(&["trust", "show", "Nexmo"]).0, 1);
}

#[test]
fn what_cannot_be_imported_ends_with_the_exit_code_that_says_why() {
    let installation = Installation::new();
    installation.file("cert.pem", &Certified::authority("One").pem());
    installation.file("other.pem", &Certified::authority("Two").pem());
    installation.file("text.pem", b"hello");
    let import =
        |alias: &str, file: &str| ["trust", "import", "--alias", alias, file].map(str::to_owned);
    let fails =
        |arguments: [String; 5]| installation.fails(&arguments.each_ref().map(String::as_str));
    installation.ok(&["trust", "import", "--alias", "Nexmo", "cert.pem"]);
    let (code, told) = fails(import("Nexmo", "other.pem"));
    assert!(code == 1 && told.contains("--replace"), "{code} {told}");
    let (code, told) = fails(import("Other", "cert.pem"));
    assert!(code == 1 && told.contains("\"Nexmo\""), "{code} {told}");
    let (code, told) = fails(import("x", "text.pem"));
    assert!(code == 2 && told.contains("no certificate"), "{code} {told}");
    let (code, told) = fails(import("x", "missing.pem"));
    assert!(code == 2 && told.contains("missing.pem"), "{code} {told}");
    let (code, told) = installation.fails(&["trust", "import", "cert.pem"]);
    assert!(code == 2 && told.contains("alias"), "{code} {told}");
    installation.ok(&["trust", "import", "--replace", "--alias", "Nexmo", "other.pem"]);
}

#[test]
fn a_java_trust_store_is_imported_with_a_password_from_the_environment() {
    let installation = Installation::new();
    let store = include_bytes!("../../../idp-admin/tests/behaviour/trust/client-truststore.jks");
    installation.file("client-truststore.jks", store);
    let (code, told) = installation.fails(&["trust", "import", "client-truststore.jks"]);
    assert!(code == 2 && told.contains("password"), "{code} {told}");
    installation.ok(&["trust", "import", "client-truststore.jks", "--password-env", "PASSWORD"]);
    let listed = installation.ok(&["trust", "list"]);
    assert!(listed.contains("nexmo  CA") && listed.contains("bulksms  server"), "{listed}");
}

#[test]
fn a_certificate_of_one_server_is_imported_with_a_warning() {
    let installation = Installation::new();
    installation.file("pin.pem", &Certified::server("localhost").pem());
    let output = installation.run(&["trust", "import", "--alias", "Pin", "pin.pem"]);
    assert!(output.status.success());
    let warned = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(warned.contains("warning: Pin: is no CA certificate"), "{warned}");
}

#[test]
fn the_doctor_finds_a_fresh_installation_well() {
    let installation = Installation::new();
    let told = installation.ok(&["doctor"]);
    assert!(told.contains("all is well"), "{told}");
    assert!(!told.contains("warning") && !told.contains("error"), "{told}");
}

#[test]
fn the_doctor_changes_nothing_and_says_what_is_missing() {
    let installation = Installation::empty();
    let (code, keys) = installation.doctor("keys");
    assert_eq!(code, Some(1));
    assert!(keys[0].1.contains("secret.key"), "{keys:?}");
    let (_, database) = installation.doctor("database");
    assert!(database[0].1.contains("there is no file"), "{database:?}");
    assert_eq!(std::fs::read_dir(installation.path()).expect("readable").count(), 0);
}

#[test]
fn the_doctor_sees_keys_that_others_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let installation = Installation::new();
    let key = installation.path().join("keys/signing-rsa-2048-1.pem");
    std::fs::set_permissions(key, std::fs::Permissions::from_mode(0o644)).expect("changed");
    let (code, keys) = installation.doctor("keys");
    assert_eq!(code, Some(1));
    assert!(keys[0].1.contains("chmod 0600"), "{keys:?}");
}

/// A service provider that asks for codes.
const SERVICE_PROVIDER: &str = r#"
[[service_provider]]
entity_id = "https://sp.example.org/saml"
name = "Desk"
steps = [["basic-auth"], ["sms-otp"]]
[[service_provider.acs]]
url = "https://sp.example.org/acs"
"#;

#[test]
fn a_message_of_a_service_provider_is_set_and_shown_on_the_command_line() {
    let installation = Installation::new();
    let sp = "https://sp.example.org/saml";
    let set = |text: &str| installation.ok(&["sp", "set", sp, "--authenticator-setting", text]);
    let shown = || -> Value {
        let text = installation.ok(&["sp", "show", sp, "--json"]);
        serde_json::from_str::<Value>(&text).expect("JSON")["authenticators"].clone()
    };
    let mut add = vec!["sp", "add", sp, "--acs", "https://sp.example.org/acs"];
    for setting in ["sms-otp.message={code} for {app}", "sms-otp.origin_bound=false"] {
        add.extend(["--authenticator-setting", setting]);
    }
    installation.ok(&add);
    let told = set("sms-otp.messages.de={code} = Ihr Code");
    assert!(told.contains("changed") && told.contains("authenticators"), "{told}");
    let expected = serde_json::json!({"sms-otp": {
        "message": "{code} for {app}",
        "messages": {"de": "{code} = Ihr Code"},
        "origin_bound": false,
    }});
    assert_eq!(shown(), expected);
    assert!(installation.ok(&["sp", "show", sp]).contains("{code} = Ihr Code"));
    assert!(set("sms-otp.messages.de={code} = Ihr Code").contains("nothing to do"));
    set("sms-otp.messages.de=");
    set("sms-otp.message=");
    assert_eq!(shown(), serde_json::json!({"sms-otp": {"origin_bound": false}}));

    for (wrong, words) in [
        ("sms-otp.messages.de=Hallo", "authenticators.sms-otp.messages.de: lacks {code}"),
        ("sms-otp.message", "AUTHENTICATOR.KEY=VALUE"),
    ] {
        let (code, told) = installation.fails(&["sp", "set", sp, "--authenticator-setting", wrong]);
        assert!(code == 2 && told.contains(words), "{code} {told}");
    }
    let dear = ["sp", "set", sp, "--authenticator-setting", "sms-otp.message={code} –"];
    let dear = installation.run(&dear);
    let warned = String::from_utf8_lossy(&dear.stderr).into_owned();
    let words = "warning: authenticators.sms-otp.message: is paid as 1 message, but of 70";
    assert!(dear.status.success() && warned.contains(words), "{warned}");
}

#[test]
fn messages_in_the_settings_are_checked_before_the_server_starts() {
    let installation = Installation::new();
    let check = |messages: &str| {
        installation.file("idp.toml", format!("[sms_otp.messages]\n{messages}\n").as_bytes());
        installation.run(&["check-config", "--json"])
    };
    let warnings = |messages: &str| {
        let output = check(messages);
        assert!(output.status.success(), "{messages}");
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        report["warnings"].as_array().expect("warnings").clone()
    };
    assert!(warnings(r#"de = "{code} ist Ihr Code""#).is_empty());
    let unwise = warnings(r#"fr = "{code} – {lifetime}""#);
    assert_eq!(unwise.len(), 2, "{unwise:?}");
    assert!(unwise[0].as_str().is_some_and(|w| w.starts_with("sms_otp.messages.fr is paid")));
    let wrong = check("de = \"Hallo\"\nde_CH = \"{code}\"");
    let told = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert_eq!(wrong.status.code(), Some(2), "{told}");
    for words in ["sms_otp.messages.de lacks {code}", "sms_otp.messages.de_CH is no language tag"] {
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn the_doctor_misses_a_gateway_where_codes_are_asked_for() {
    let installation = Installation::new();
    installation.file("c.toml", SERVICE_PROVIDER.as_bytes());
    installation.ok(&["apply", "c.toml"]);
    let (code, gateways) = installation.doctor("SMS gateways");
    assert_eq!(code, Some(1));
    assert!(gateways[0].1.contains("\"Desk\" ask for codes"), "{gateways:?}");
}

#[test]
fn the_doctor_sees_certificates_that_expire() {
    let installation = Installation::new();
    for (days, level, code) in [(40, "ok", 0), (20, "warning", 0), (5, "error", 1)] {
        let pem = Certified::server_for("localhost", days).pem();
        installation.file("pin.pem", &pem);
        let text = r#"
[[trusted_certificate]]
alias = "Pin"
file = "pin.pem"
[[sms_gateway]]
name = "Vonage"
url = "https://sms.example.org/?to=$ctx.num&text=$ctx.msg"
trust = ["pin"]
"#;
        installation.file("c.toml", text.as_bytes());
        installation.ok(&["apply", "c.toml"]);
        let (exit, trusted) = installation.doctor("trusted");
        assert_eq!(trusted[0].0, level, "{trusted:?}");
        assert_eq!(exit, Some(code), "{trusted:?}");
    }
}

#[test]
fn the_doctor_sees_to_whom_nothing_can_be_signed() {
    let installation = Installation::new();
    installation.file("c.toml", SERVICE_PROVIDER.as_bytes());
    installation.ok(&["apply", "c.toml"]);
    let settings = r#"
[saml]
denied_algorithms = ["rsa-sha256"]
"#;
    installation.file("idp.toml", settings.as_bytes());
    let (code, found) = installation.doctor("service providers");
    assert_eq!(code, Some(1));
    assert!(found[0].1.contains("\"Desk\" gets no answers"), "{found:?}");
}

#[test]
fn settings_are_checked_before_anybody_depends_on_them() {
    let installation = Installation::new();
    installation.ok(&["check-config"]);
    let settings = "[sms_otp]\ncode_length = 3\nlifetime_seconds = 4\nminutes = 5\n";
    installation.file("idp.toml", settings.as_bytes());
    let (code, told) = installation.fails(&["check-config"]);
    assert_eq!(code, 2, "{told}");
    assert!(told.contains("sms_otp.minutes"), "{told}");
    installation.file("idp.toml", settings.replace("minutes = 5\n", "").as_bytes());
    let (code, told) = installation.fails(&["check-config"]);
    assert_eq!(code, 2, "{told}");
    for setting in ["sms_otp.code_length", "sms_otp.lifetime_seconds"] {
        assert!(told.contains(setting), "{told}");
    }
    // Nothing runs on the default instead.
    assert_eq!(installation.fails(&["serve"]).0, 2);
}

#[test]
fn the_look_of_the_settings_is_checked_as_the_server_reads_it() {
    let installation = Installation::new();
    installation.file("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>");
    let logo = installation.path().join("logo.svg").display().to_string();
    for (settings, expected) in [
        ("[appearance]\naccent = \"red\"\n".to_owned(), "appearance.accent: must be a colour"),
        (format!("[appearance]\nlogo_file = \"{logo}\"\n"), "is no PNG, JPEG or WebP"),
        ("[appearance]\nlogo_file = \"missing.png\"\n".to_owned(), "missing.png cannot be read"),
        (format!("help_contact = \"{}\"\n", "x".repeat(201)), "help_contact: must be one line"),
    ] {
        installation.file("idp.toml", settings.as_bytes());
        let (code, told) = installation.fails(&["check-config"]);
        assert_eq!(code, 2, "{told}");
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn an_exported_configuration_is_applied_elsewhere_and_exported_again() {
    use std::os::unix::fs::PermissionsExt;
    let installation = Installation::new();
    let gateway = r#"
[[sms_gateway]]
name = "phone"
url = "https://sms.example.org/send"
body = "to=$ctx.num&text=$ctx.msg&key=$secret.key"
secrets = { key = { file = "key" } }
"#;
    installation.file("key", b"hidden-1");
    installation.file("c.toml", format!("{SERVICE_PROVIDER}{gateway}").as_bytes());
    installation.ok(&["apply", "c.toml"]);
    let text = installation.ok(&["export"]);
    assert!(text.contains("name = \"Desk\"") && !text.contains("hidden"), "{text}");
    let export = ["export", "--users", "--output", "export.toml", "--json"];
    let report: Value = serde_json::from_str(&installation.ok(&export)).expect("JSON");
    assert_eq!((&report["service_providers"], &report["users"]), (&1.into(), &0.into()));
    assert_eq!(report["references"], serde_json::json!(["IDP_SECRET_PHONE_KEY"]));
    let path = installation.path().join("export.toml");
    let mode = std::fs::metadata(&path).expect("written").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let told = installation.ok(&["apply", "export.toml"]);
    assert!(told.contains("nothing to do"), "{told}");

    let elsewhere = Installation::new();
    elsewhere.file("c.toml", text.as_bytes());
    let (code, told) = elsewhere.fails(&["apply", "c.toml"]);
    assert!(code == 2 && told.contains("IDP_SECRET_PHONE_KEY is not set"), "{code} {told}");
    let files = installation.ok(&["export", "--secrets-from", "files"]);
    elsewhere.file("c.toml", files.as_bytes());
    std::fs::create_dir(elsewhere.path().join("secrets")).expect("made");
    elsewhere.file("secrets/phone_key", b"hidden-1\n");
    elsewhere.ok(&["apply", "c.toml"]);
    assert_eq!(elsewhere.ok(&["export"]), text);
}

#[test]
fn an_export_that_cannot_be_written_says_why() {
    let installation = Installation::new();
    let (code, told) = installation.fails(&["export", "--json"]);
    assert!(code == 2 && told.contains("--output FILE"), "{code} {told}");
    let (code, told) = installation.fails(&["export", "--output", "missing/c.toml"]);
    assert!(code == 2 && told.contains("missing/c.toml cannot be written"), "{code} {told}");
    let (code, told) = installation.fails(&["export", "--password-hashes"]);
    assert!(code == 2 && told.contains("--users"), "{code} {told}");
}

#[test]
fn a_link_for_the_owner_of_a_service_provider_is_made_and_withdrawn() {
    let installation = Installation::new();
    let sp = ["https://sp.example.org/saml", "--acs", "https://sp.example.org/acs"];
    installation.ok(&[&["sp", "add"], sp.as_slice()].concat());
    let made = installation.json(&["sp", "owner-link", sp[0], "--days", "3"]);
    let link = made["link"].as_str().expect("a link");
    assert!(link.starts_with("http://localhost:9763/owner/"), "{link}");
    let (code, told) = installation.fails(&["sp", "owner-link", sp[0], "--days", "31"]);
    assert_eq!(code, 2, "{told}");
    assert!(told.contains("must be between 1 and 30"), "{told}");
    assert_eq!(installation.json(&["sp", "owner-link", sp[0], "--revoke"])["revoked"], true);
    assert_ne!(installation.fails(&["sp", "owner-link", "https://none.example"]).0, 0);
}

#[test]
fn a_message_is_explained_without_a_database() {
    let installation = Installation::empty();
    let xml = "<samlp:AuthnRequest xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol' ID='_1' \
               Version='2.0' IssueInstant='2026-11-23T00:00:00Z'><saml:Issuer \
               xmlns:saml='urn:oasis:names:tc:SAML:2.0:assertion'>https://sp.example.org</saml:Issuer>\
               </samlp:AuthnRequest>";
    installation.file("message.xml", xml.as_bytes());
    let told = installation.ok(&["explain-message", "message.xml"]);
    assert!(told.contains("Says it comes from: https://sp.example.org"), "{told}");
    assert!(told.contains("has no signature"), "{told}");
    assert_eq!(installation.json(&["explain-message", "message.xml"])["signed"], false);
    installation.file("nothing.txt", b"hello");
    assert_eq!(installation.fails(&["explain-message", "nothing.txt"]).0, 2);
}
