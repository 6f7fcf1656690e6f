//! Trusted certificates: every format that customers bring, what is refused, who may name them.

use authenticators::gateway::GatewayDefinition;
use idp_admin::AdminError;
use idp_admin::config_file::{self, Plan, PlanReport};
use idp_admin::sms_gateways::{self, GatewayDraft};
use idp_admin::trust::{self, Import, Imported};
use idp_core::secret::Secret;
use openssl::pkcs12::Pkcs12;
use openssl::stack::Stack;
use openssl::x509::X509;

use crate::support::certificates::{Authority, Wanted};
use crate::support::files::Place;
use crate::support::{World, rng};

/// A trust store as WSO2 ships them: made by keytool, with two trusted entries and a private key.
const JAVA_KEY_STORE: &[u8] = include_bytes!("trust/client-truststore.jks");
/// The same two entries in the format of newer Java versions.
const JAVA_PKCS12: &[u8] = include_bytes!("trust/truststore.p12");

fn wish<'a>(alias: &'a str, bytes: &'a [u8]) -> Import<'a> {
    Import { alias: Some(alias), entry: None, bytes, password: None, replace: false }
}

fn import(world: &World, wish: Import<'_>) -> Result<Imported, AdminError> {
    trust::import(&world.admin(), wish, &mut rng())
}

fn password(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn aliases(world: &World) -> Vec<String> {
    let listed = trust::list(&world.admin()).unwrap();
    listed.into_iter().map(|certificate| certificate.alias).collect()
}

fn refusal(outcome: Result<Imported, AdminError>) -> String {
    outcome.expect_err("refused").to_string()
}

fn root() -> X509 {
    Authority::new("Example Root").certificate
}

fn pem_and_der_are_read(world: &World) {
    let root = root();
    let before = world.configuration_version();
    import(world, wish("Nexmo", &root.to_pem().unwrap())).unwrap();
    assert!(world.configuration_version() > before);
    assert!(world.audited("trusted-certificate-added"));
    let again = import(world, wish("nexmo", &root.to_der().unwrap())).unwrap();
    assert_eq!((again.changed.len(), again.unchanged), (0, vec!["nexmo".to_owned()]));
    let (view, der) = trust::show(&world.admin(), "NEXMO").unwrap();
    assert_eq!((view.alias.as_str(), view.ca), ("Nexmo", true));
    assert_eq!(view.subject, "CN=Example Root");
    assert_eq!(der, root.to_der().unwrap());
}

fn several_certificates_of_a_pem_file_are_numbered(world: &World) {
    let bundle = [Authority::new("One"), Authority::new("Two"), Authority::new("Three")]
        .map(|authority| authority.certificate.to_pem().unwrap());
    import(world, wish("Corporate", &bundle.concat())).unwrap();
    assert_eq!(aliases(world), ["Corporate", "Corporate-2", "Corporate-3"]);
}

fn the_trust_store_of_a_java_product_is_read(world: &World) {
    let secret = password("wso2carbon");
    let whole = Import { alias: None, password: Some(&secret), ..wish("", JAVA_KEY_STORE) };
    let imported = import(world, whole).unwrap();
    assert_eq!(aliases(world), ["bulksms", "nexmo"]);
    let warnings: Vec<String> = imported.warnings.iter().map(ToString::to_string).collect();
    let told = warnings.join("\n");
    assert!(told.contains("\"wso2carbon\" holds a private key"), "{told}");
    assert!(told.contains("bulksms: is no CA certificate"), "{told}");
    // The same certificates in the other format are known.
    let newer = Import { bytes: JAVA_PKCS12, ..whole };
    assert_eq!(import(world, newer).unwrap().unchanged.len(), 2);
}

fn one_entry_of_a_key_store_gets_the_alias_that_is_wished(world: &World) {
    let secret = password("wso2carbon");
    for (bytes, alias) in [(JAVA_KEY_STORE, "Vonage"), (JAVA_PKCS12, "Bulk")] {
        let entry = Some(if alias == "Bulk" { "bulksms" } else { "NEXMO" });
        let one = Import { entry, password: Some(&secret), ..wish(alias, bytes) };
        import(world, one).unwrap();
    }
    assert_eq!(aliases(world), ["Bulk", "Vonage"]);
    let other =
        Import { entry: Some("nexm"), password: Some(&secret), ..wish("x", JAVA_KEY_STORE) };
    let told = refusal(import(world, other));
    assert!(told.contains("did you mean \"nexmo\""), "{told}");
}

fn a_key_store_needs_its_password(world: &World) {
    let wrong = password("changeit");
    for bytes in [JAVA_KEY_STORE, JAVA_PKCS12] {
        let told = refusal(import(world, wish("x", bytes)));
        assert!(told.contains("password"), "{told}");
        let told = refusal(import(world, Import { password: Some(&wrong), ..wish("x", bytes) }));
        assert!(told.contains("password") && !told.contains("changeit"), "{told}");
    }
    assert!(aliases(world).is_empty());
}

fn a_pkcs12_file_of_another_tool_is_read(world: &World) {
    let (one, two) = (Authority::new("One"), Authority::new("Two"));
    let server = one.issue(&Wanted::server("sms.example.org"));
    let mut authorities = Stack::new().unwrap();
    authorities.push(one.certificate.clone()).unwrap();
    authorities.push(two.certificate.clone()).unwrap();
    let mut archive = Pkcs12::builder();
    archive.ca(authorities).cert(&server.certificate).pkey(&server.key).name("server");
    let archive = archive.build2("secret").unwrap().to_der().unwrap();
    let secret = password("secret");
    let imported =
        import(world, Import { password: Some(&secret), ..wish("Corp", &archive) }).unwrap();
    assert_eq!(aliases(world), ["Corp", "Corp-2"]);
    assert!(imported.warnings[0].message.contains("private key"), "{:?}", imported.warnings);
    let nul = password("a\0b");
    let told = refusal(import(world, Import { password: Some(&nul), ..wish("x", &archive) }));
    assert!(told.contains("NUL"), "{told}");
}

fn what_has_expired_is_refused_with_the_day(world: &World) {
    let expired = Authority::with(&Wanted { days: -3, ..Wanted::authority("Old") });
    let told = refusal(import(world, wish("Old", &expired.certificate.to_pem().unwrap())));
    assert!(told.starts_with("Old: expired on 2026-11-20"), "{told}");
}

fn what_can_be_forged_is_refused(world: &World) {
    let short = Authority::with(&Wanted { rsa_bits: Some(1024), ..Wanted::authority("Short") });
    let told = refusal(import(world, wish("Short", &short.certificate.to_pem().unwrap())));
    assert!(told.contains("1024 bits"), "{told}");
    let root = Authority::new("Root");
    let sha1 = root.issue(&Wanted { sha1: true, ..Wanted::server("sms.example.org") });
    let told = refusal(import(world, wish("Sha1", &sha1.certificate.to_pem().unwrap())));
    assert!(told.contains("SHA1"), "{told}");
    // The signature of a root proves nothing and does no harm.
    let old = Authority::with(&Wanted { sha1: true, ..Wanted::authority("Old root") });
    import(world, wish("Root", &old.certificate.to_pem().unwrap())).unwrap();
}

fn of_several_the_unusable_are_passed_over(world: &World) {
    let good = root().to_pem().unwrap();
    let expired = Authority::with(&Wanted { days: -3, ..Wanted::authority("Old") });
    let bundle = [good, expired.certificate.to_pem().unwrap()].concat();
    let imported = import(world, wish("Corp", &bundle)).unwrap();
    assert_eq!(aliases(world), ["Corp"]);
    let told = imported.warnings[0].to_string();
    assert!(told.starts_with("Corp-2: expired") && told.ends_with("passed over"), "{told}");
}

fn a_certificate_has_one_alias_and_an_alias_one_certificate(world: &World) {
    let (first, second) = (root(), root());
    import(world, wish("Nexmo", &first.to_pem().unwrap())).unwrap();
    let told = refusal(import(world, wish("Other", &first.to_pem().unwrap())));
    assert!(told.contains("trusted already as \"Nexmo\""), "{told}");
    let told = refusal(import(world, wish("NEXMO", &second.to_pem().unwrap())));
    assert!(told.contains("--replace"), "{told}");
    let pem = second.to_pem().unwrap();
    let replaced = import(world, Import { replace: true, ..wish("Nexmo", &pem) }).unwrap();
    assert!(replaced.changed[0].1.iter().any(|change| change.field == "fingerprint"));
    assert_eq!(aliases(world), ["Nexmo"]);
    assert!(world.audited("trusted-certificate-replaced"));
}

fn a_certificate_of_one_server_is_told_to_end_with_its_renewal(world: &World) {
    let pin = Authority::with(&Wanted { days: 90, ..Wanted::server("sms.example.org") });
    let imported = import(world, wish("Pin", &pin.certificate.to_pem().unwrap())).unwrap();
    let told = &imported.warnings[0].message;
    assert!(told.contains("renews it, on 2027-02-21 at the latest"), "{told}");
    let issued = Authority::new("Root").issue(&Wanted::server("sms.example.org"));
    let imported = import(world, wish("Leaf", &issued.certificate.to_pem().unwrap())).unwrap();
    let told = &imported.warnings[0].message;
    assert!(told.contains("issuer (CN=Root)"), "{told}");
    assert!(!trust::show(&world.admin(), "Leaf").unwrap().0.ca);
}

fn what_expires_soon_is_told(world: &World) {
    let soon = Authority::with(&Wanted { days: 20, ..Wanted::authority("Soon") });
    let imported = import(world, wish("Soon", &soon.certificate.to_pem().unwrap())).unwrap();
    assert!(imported.warnings[0].message.contains("expires on 2026-12-13"));
}

fn other_files_are_refused_with_what_to_do(world: &World) {
    let key = Authority::new("x").key.private_key_to_pem_pkcs8().unwrap();
    let private = [key, root().to_pem().unwrap()].concat();
    let trailing = [root().to_der().unwrap(), vec![0]].concat();
    let cut = &root().to_pem().unwrap()[..300];
    let large = vec![b'x'; trust::MAX_FILE + 1];
    for (bytes, part) in [
        (&b""[..], "no certificate"),
        (b"hello", "no certificate"),
        (b"-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----", "openssl pkcs7"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "cannot be read"),
        (b"\xCE\xCE\xCE\xCE\0\0\0\x02", "JCEKS"),
        (b"\x30\x03\x02\x01\x01", "neither a certificate"),
        (&private, "private key"),
        (&trailing, "something follows it"),
        (cut, "cannot be read"),
        (&large, "larger than 1024 kB"),
    ] {
        let told = refusal(import(world, wish("x", bytes)));
        assert!(told.contains(part), "{part}: {told}");
        assert!(told.len() < 400, "{told}");
    }
    for alias in ["", " x", "x\n", &"x".repeat(65)] {
        let told = refusal(import(world, wish(alias, &root().to_pem().unwrap())));
        assert!(told.starts_with("alias: must have"), "{told}");
    }
    assert!(aliases(world).is_empty());
}

fn a_certificate_is_removed_by_any_case_of_its_alias(world: &World) {
    import(world, wish("Nexmo", &root().to_pem().unwrap())).unwrap();
    trust::remove(&world.admin(), "nexmo", &mut rng()).unwrap();
    assert!(aliases(world).is_empty());
    assert!(world.audited("trusted-certificate-removed"));
    let gone = trust::remove(&world.admin(), "nexmo", &mut rng());
    assert!(matches!(gone, Err(AdminError::NotFound { .. })));
    assert!(matches!(trust::show(&world.admin(), "x"), Err(AdminError::NotFound { .. })));
}

/// A gateway that names these aliases.
fn gateway(world: &World, aliases: &[&str]) -> Result<(), AdminError> {
    let mut definition =
        GatewayDefinition::new("https://sms.example.org/?to=$ctx.num&text=$ctx.msg");
    definition.trust = aliases.iter().map(|alias| (*alias).to_owned()).collect();
    let draft = GatewayDraft { name: "Vonage".to_owned(), enabled: None, order: None, definition };
    sms_gateways::save(&world.admin(), draft, &mut rng()).map(|_| ())
}

fn a_gateway_names_certificates_that_are_there(world: &World) {
    import(world, wish("Nexmo", &root().to_pem().unwrap())).unwrap();
    let told = gateway(world, &["nexmo", "Nexmoo"]).expect_err("refused").to_string();
    assert!(told.starts_with("trust: there is no trusted certificate \"Nexmoo\""), "{told}");
    assert!(told.contains("did you mean \"Nexmo\""), "{told}");
    gateway(world, &["nexmo"]).unwrap();
    assert_eq!(trust::list(&world.admin()).unwrap()[0].gateways, ["Vonage"]);
}

fn a_certificate_that_a_gateway_names_is_replaced_but_not_removed(world: &World) {
    import(world, wish("Nexmo", &root().to_pem().unwrap())).unwrap();
    gateway(world, &["NEXMO"]).unwrap();
    let told = trust::remove(&world.admin(), "Nexmo", &mut rng()).expect_err("refused");
    assert!(told.to_string().contains("Vonage"), "{told}");
    let next = root().to_pem().unwrap();
    import(world, Import { replace: true, ..wish("Nexmo", &next) }).unwrap();
    gateway(world, &[]).unwrap();
    trust::remove(&world.admin(), "Nexmo", &mut rng()).unwrap();
}

fn a_file_is_looked_into_and_those_that_were_chosen_are_trusted(world: &World) {
    let known = root();
    import(world, wish("Known", &known.to_pem().unwrap())).unwrap();
    let old = Authority::with(&Wanted { days: -3, ..Wanted::authority("Old") });
    let (one, two) = (root(), root());
    let bundle = [&known, &old.certificate, &one, &two].map(|c| c.to_pem().unwrap()).concat();
    let content = trust::look_into(&world.admin(), &bundle, None).unwrap();
    let [first, expired, ..] = content.certificates.as_slice() else { panic!("four") };
    assert_eq!(first.known_as.as_deref(), Some("Known"));
    assert!(expired.refusal.as_ref().is_some_and(|reason| reason.starts_with("expired")));
    assert_eq!((expired.subject.as_str(), content.certificates.len()), ("CN=Old", 4));

    let der = |certificate: &X509| certificate.to_der().unwrap();
    let chosen = |wishes: &[(&str, &X509)]| {
        let wishes: Vec<_> =
            wishes.iter().map(|(alias, one)| ((*alias).to_owned(), der(one))).collect();
        trust::import_chosen(&world.admin(), &wishes, &mut rng())
    };
    // All or none, and every problem is told with its place.
    let refused = chosen(&[("One", &one), ("one", &two), ("", &two), ("Old", &old.certificate)]);
    let Err(AdminError::Invalid(problems)) = refused else { panic!("{refused:?}") };
    let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["alias-2", "alias-3", "alias-4"]);
    assert_eq!(aliases(world), ["Known"]);
    chosen(&[("One", &one), ("Two", &two)]).unwrap();
    assert_eq!(aliases(world), ["Known", "One", "Two"]);
    let listed = trust::list(&world.admin()).unwrap();
    let (found, found_der) =
        trust::find_by_fingerprint(&world.admin(), &listed[1].fingerprint).unwrap();
    assert_eq!((found.alias.as_str(), found_der), ("One", der(&one)));
}

/// Plans a file beside which lie these others.
fn planned(world: &World, text: &str, files: &[(&str, &[u8])]) -> Result<Plan, String> {
    let place = Place { name: "c.toml", beside: files, environment: &[("PASSWORD", "wso2carbon")] };
    place.plan(world, text).map_err(|error| error.to_string())
}

const FILE: &str = r#"
[[sms_gateway]]
name = "Vonage"
url = "https://sms.example.org/?to=$ctx.num&text=$ctx.msg"
trust = ["nexmo"]

[[trusted_certificate]]
alias = "Nexmo"
file = "nexmo.pem"

[[trusted_certificate]]
alias = "Bulk"
file = "trust.jks"
entry = "bulksms"
password = { env = "PASSWORD" }
"#;

fn a_configuration_file_brings_certificates_and_who_trusts_them(world: &World) {
    let pem = root().to_pem().unwrap();
    let files = [("nexmo.pem", &pem[..]), ("trust.jks", JAVA_KEY_STORE)];
    let plan = planned(world, FILE, &files).unwrap();
    let told = PlanReport::of(&plan).to_string();
    assert!(told.contains("+ trusted certificate \"Nexmo\""), "{told}");
    assert!(plan.warnings().iter().any(|w| w.contains("is no CA")), "{:?}", plan.warnings());
    config_file::apply(&world.admin(), plan, &mut rng()).unwrap();
    assert_eq!(aliases(world), ["Bulk", "Nexmo"]);

    let again = planned(world, FILE, &files).unwrap();
    assert!(again.is_empty(), "{}", PlanReport::of(&again));

    let next = root().to_pem().unwrap();
    let files = [("nexmo.pem", &next[..]), ("trust.jks", JAVA_KEY_STORE)];
    let plan = planned(world, FILE, &files).unwrap();
    let told = PlanReport::of(&plan).to_string();
    assert!(told.contains("~ trusted certificate \"Nexmo\"\n    fingerprint: "), "{told}");
    config_file::apply(&world.admin(), plan, &mut rng()).unwrap();
    assert_eq!(aliases(world), ["Bulk", "Nexmo"]);
}

fn mistakes_with_certificates_are_told_with_their_lines(world: &World) {
    let text = r#"
[[trusted_certificate]]
alias = "Old"
file = "old.pem"
[[trusted_certificate]]
alias = "Store"
file = "trust.jks"
password = "wso2carbon"
[[trusted_certificate]]
alias = "OLD"
file = "missing.pem"
[[sms_gateway]]
name = "Vonage"
url = "https://sms.example.org/?to=$ctx.num&text=$ctx.msg"
trust = ["nexmo"]
"#;
    let expired = Authority::with(&Wanted { days: -3, ..Wanted::authority("Old") });
    let pem = expired.certificate.to_pem().unwrap();
    let told = planned(world, text, &[("old.pem", &pem), ("trust.jks", JAVA_KEY_STORE)]);
    let told = told.err().expect("refused");
    for part in [
        "c.toml:4:1 trusted_certificate[0].file: Old: expired on",
        "c.toml:8:1 trusted_certificate[1].password: a secret must not stand in this file",
        "c.toml:15:1 sms_gateway[0].trust: there is no trusted certificate \"nexmo\"",
        "c.toml:11:1 trusted_certificate[2].file: the file ",
    ] {
        assert!(told.contains(part), "{part} is missing in\n{told}");
    }
}

on_both!(
    a_file_is_looked_into_and_those_that_were_chosen_are_trusted,
    a_configuration_file_brings_certificates_and_who_trusts_them,
    mistakes_with_certificates_are_told_with_their_lines,
    a_gateway_names_certificates_that_are_there,
    a_certificate_that_a_gateway_names_is_replaced_but_not_removed,
    pem_and_der_are_read,
    several_certificates_of_a_pem_file_are_numbered,
    the_trust_store_of_a_java_product_is_read,
    one_entry_of_a_key_store_gets_the_alias_that_is_wished,
    a_key_store_needs_its_password,
    a_pkcs12_file_of_another_tool_is_read,
    what_has_expired_is_refused_with_the_day,
    what_can_be_forged_is_refused,
    of_several_the_unusable_are_passed_over,
    a_certificate_has_one_alias_and_an_alias_one_certificate,
    a_certificate_of_one_server_is_told_to_end_with_its_renewal,
    what_expires_soon_is_told,
    other_files_are_refused_with_what_to_do,
    a_certificate_is_removed_by_any_case_of_its_alias,
);
