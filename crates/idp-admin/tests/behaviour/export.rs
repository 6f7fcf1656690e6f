//! Exported configuration: what is in it, what is not, and what applying it does.

use idp_admin::config_file::{self, ExportOptions, Exported, Passwords, PlanReport, ReferenceKind};
use idp_admin::service_providers::{self, ImportedMetadata, ServiceProviderPatch};
use idp_admin::users::{self, NewUser};
use idp_core::claim::ClaimUri;
use idp_core::id::UserId;
use idp_core::user::Username;

use crate::support::files::Place;
use crate::support::{PASSWORD, SP, World, now, rng};

pub const FILE: &str = r#"
[[service_provider]]
entity_id = "https://sp.example.org/saml"
name = "Vehicle \"desk\""
steps = [["basic-auth"], { any = ["sms-otp"], policy = "unless-disabled" }]
allow_sha1_until = 2027-01-31T00:00:00Z
attributes = [{ claim = "badge", name = "urn:badge", name_format = "uri" }]
acs = [{ url = "https://sp.example.org/$${acs}" }]
[service_provider.authenticators.sms-otp]
message = "{code} is your code"
messages = { de = "{code} ist Ihr Code" }

[[sms_gateway]]
name = "phone"
url = "https://sms.example.org/send?key=hidden-1"
headers = ["Content-Type: application/json", "Authorization: Bearer hidden-2"]
body = '{"to": "$ctx.num", "text": "$ctx.msg", "token": "hidden-3"}'
accept = "200-202"

[[sms_gateway]]
name = "other"
url = "https://sms.example.org/send"
body = "to=$ctx.num&text=$ctx.msg&key=$secret.key"
secrets = { key = { env = "KEY" } }

[[claim]]
uri = "badge"
display_name = "Badge"

[[user]]
username = "alice"
roles = ["auditor"]
password = { env = "PASSWORD" }
backup_codes = { env = "CODES" }
claims = { mobile = "+94771234567", badge = ["7", "8"] }
"#;

pub const PLACE: Place<'_> = Place {
    name: "config.toml",
    beside: &[],
    environment: &[("KEY", "hidden-4"), ("PASSWORD", PASSWORD), ("CODES", "1030055555")],
};

/// An installation with one of everything.
pub fn furnish(world: &World) {
    PLACE.apply(world, FILE);
}

pub fn exported(world: &World, options: ExportOptions) -> (String, Exported) {
    let mut out = Vec::new();
    let exported = config_file::export(&world.admin(), options, &mut out, &mut rng()).unwrap();
    (String::from_utf8(out).unwrap(), exported)
}

pub fn export(world: &World) -> String {
    exported(world, ExportOptions::default()).0
}

pub fn with_users(passwords: Passwords) -> ExportOptions {
    ExportOptions { users: Some(passwords), ..ExportOptions::default() }
}

/// Nothing of the environment of the first file.
fn plan(world: &World, text: &str) -> PlanReport {
    let place = Place { environment: &[], ..PLACE };
    PlanReport::of(&place.plan(world, text).unwrap_or_else(|error| panic!("{error}\n{text}")))
}

fn an_export_is_readable(world: &World) {
    furnish(world);
    let text = export(world);
    let expected = r#"
[[sms_gateway]]
name = "other"
enabled = true
order = 2
url = "https://sms.example.org/send"
method = "POST"
body = "to=$ctx.num&text=$ctx.msg&key=$secret.key"
connect_timeout_ms = 2000
total_timeout_ms = 10000

# Needed where nothing is stored yet; left out, the stored ones stay.
[sms_gateway.secrets]
key = { env = "IDP_SECRET_OTHER_KEY", otherwise = "keep" }

[[service_provider]]
entity_id = "https://sp.example.org/saml"
name = 'Vehicle "desk"'
enabled = true
steps = [["basic-auth"], { any = ["sms-otp"], policy = "unless-disabled" }]
acs = [
  { url = "https://sp.example.org/$${acs}", index = 0 },
]
slo = []
signing_certificates = []
authn_requests_signed = false
allow_sha1_until = 2027-01-31T00:00:00Z
sign = "response"
signing_key = "rsa-2048"
declared_algorithms = {}
encryption = { assertions = "auto" }
encryption_keys = []
name_id = { format = "persistent" }
dialect = "local"
attributes = [
  { claim = "badge", name = "urn:badge", name_format = "uri" },
]
release = "all"
attribute_consuming_services = []
entity_attributes = []
appearance = {}
also_satisfies = [
  "urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
  "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
]
assertion_lifetime_seconds = 300
idp_initiated = false
quarantine = false

[service_provider.authenticators.sms-otp]
message = "{code} is your code"

[service_provider.authenticators.sms-otp.messages]
de = "{code} ist Ihr Code"
"#;
    assert!(text.ends_with(expected), "{text}");
    let version = env!("CARGO_PKG_VERSION");
    assert!(text.starts_with(&format!("# The configuration of Portcullis {version}, ")), "{text}");
    assert_eq!(export(world), text);
}

fn applied_where_it_comes_from_it_changes_nothing(world: &World) {
    furnish(world);
    for users in [None, Some(Passwords::LeftOut), Some(Passwords::Hashes)] {
        for references in [ReferenceKind::Environment, ReferenceKind::Files] {
            let (text, exported) = exported(world, ExportOptions { references, users });
            let report = plan(world, &text);
            assert!(report.changes.is_empty(), "{report}");
            assert_eq!(report.unchanged, 4 + exported.users);
        }
    }
}

/// What was allowed after the export is taken back: every setting is in it.
fn an_export_takes_back_what_came_after_it(world: &World) {
    world.with_service_provider(&["basic-auth"]);
    let text = export(world);
    let later = r#"
[[service_provider]]
entity_id = "https://sp.example.org/saml"
allow_sha1_until = 2027-01-31T00:00:00Z
attributes = [{ claim = "mobile" }]
attribute_consuming_services = [{ attributes = [{ name = "urn:a" }] }]
declared_algorithms = { digests = ["http://www.w3.org/2001/04/xmlenc#sha256"] }
authenticators = { sms-otp = { no_number = "enrol" } }
name_id = { format = "transient", formats = ["transient"], omit = true }
"#;
    assert_eq!(PLACE.apply(world, later).changes[0].fields.len(), 6);
    assert_eq!(PLACE.apply(world, &text).changes[0].fields.len(), 6);
    assert_eq!(export(world), text);
}

fn what_metadata_said_is_exported_and_the_document_is_kept(world: &World) {
    let document = include_bytes!("../../../../metadata/pickup-dispatch.xml");
    // Nothing in a stored document needs to be valid any more.
    let text = String::from_utf8(document.to_vec()).unwrap();
    let metadata = ImportedMetadata::parse(document, now()).unwrap();
    let id = metadata.entity_id.clone();
    service_providers::import(
        &world.admin(),
        &metadata,
        &ServiceProviderPatch::default(),
        &mut rng(),
    )
    .unwrap();
    let first = export(world);
    let target = World::new(world.backend());
    let report = PLACE.apply(&target, &first);
    assert_eq!(report.changes.len(), 1, "{report}");
    assert_eq!(export(&target), first);
    let find = |world: &World| {
        let stored = world.store.read(|r| r.service_provider_by_entity_id(&id)).unwrap().unwrap();
        let kept = world.store.read(|r| r.service_provider_metadata(stored.value.id)).unwrap();
        (stored.value.settings, stored.value.name, kept)
    };
    assert_eq!(find(world), find(&target));
    assert_eq!(find(&target).2.as_deref(), Some(text.as_str()));
    // Another document is a change, told without the document.
    let other = first.replace("</md:EntityDescriptor>", "</md:EntityDescriptor><!-- later -->");
    assert_ne!(other, first, "{first}");
    let report = PLACE.apply(&target, &other).to_string();
    assert!(
        report.contains("metadata_document: \"sha256:") && !report.contains("later"),
        "{report}"
    );
    assert_eq!(export(&target), other);
}

fn accounts_are_exported_when_they_are_asked_for(world: &World) {
    furnish(world);
    assert!(!export(world).contains("alice"));
    let (text, exported) = exported(world, with_users(Passwords::LeftOut));
    let expected = r#"
[[user]]
username = "alice"
enabled = true
roles = ["auditor"]

[user.claims]
badge = ["7", "8"]
mobile = "+94771234567"
"#;
    assert!(text.ends_with(expected) && exported.users == 1, "{text}");
    assert!(text.contains("\n# Users. Passwords are not in this file"), "{text}");
}

/// A writer that changes the configuration while it is written to.
struct Meddler<'a>(&'a World, Vec<u8>);

impl std::io::Write for Meddler<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.1.is_empty() {
            self.0.with_service_provider(&["basic-auth"]);
        }
        self.1.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn a_change_meanwhile_is_told(world: &World) {
    let mut out = Meddler(world, Vec::new());
    let outcome =
        config_file::export(&world.admin(), ExportOptions::default(), &mut out, &mut rng());
    assert!(outcome.unwrap_err().to_string().contains("changed while it was exported"));
    assert!(export(world).contains(SP));
}

fn claims_that_differ_from_the_catalogue_are_exported(world: &World) {
    let text = "[[claim]]\nuri = \"mobile\"\ndisplay_name = \"Handset\"\nread_only = true\n";
    PLACE.apply(world, text);
    furnish(world);
    let first = export(world);
    let order: Vec<&str> = first.lines().filter(|line| line.starts_with("uri = ")).collect();
    assert_eq!(order, ["uri = \"mobile\"", "uri = \"badge\""]);
    let claims = first.split("[[sms_gateway]]").next().unwrap();
    let target = World::new(world.backend());
    PLACE.apply(&target, claims);
    let list = |world: &World| idp_admin::claims::list(&world.admin()).unwrap();
    assert_eq!(list(&target), list(world));
}

fn many_accounts_are_exported_page_by_page(world: &World) {
    for number in 0..1_100 {
        let user = idp_core::user::User {
            id: UserId::new(now(), &mut rng()),
            username: Username::parse(&format!("user{number}")).unwrap(),
            state: idp_core::user::AccountState::Active,
            roles: Vec::new(),
            claims: {
                let mut claims = idp_core::claim::Claims::default();
                claims.set(ClaimUri::GIVEN_NAME, vec![format!("N{number}")]);
                claims
            },
            created_at: now(),
        };
        world.store.write(|writer| writer.insert_user(&user)).unwrap();
    }
    let (text, exported) = exported(world, with_users(Passwords::Hashes));
    assert_eq!((exported.users, text.matches("[[user]]").count()), (1_100, 1_100));
}

fn a_user_without_claims_has_no_table_of_them(world: &World) {
    let new = NewUser { username: "bob", password: None, roles: Vec::new(), claims: Vec::new() };
    users::add(&world.admin(), new, &mut rng()).unwrap();
    users::disable(&world.admin(), "bob", &mut rng()).unwrap();
    let (text, _) = exported(world, with_users(Passwords::Hashes));
    let expected = "\n[[user]]\nusername = \"bob\"\nenabled = false\nroles = []\n";
    assert!(text.ends_with(expected), "{text}");
    let target = World::new(world.backend());
    PLACE.apply(&target, &text);
    assert_eq!(exported(&target, with_users(Passwords::Hashes)).0, text);
}

on_both!(
    an_export_is_readable,
    applied_where_it_comes_from_it_changes_nothing,
    an_export_takes_back_what_came_after_it,
    what_metadata_said_is_exported_and_the_document_is_kept,
    accounts_are_exported_when_they_are_asked_for,
    a_change_meanwhile_is_told,
    claims_that_differ_from_the_catalogue_are_exported,
    many_accounts_are_exported_page_by_page,
    a_user_without_claims_has_no_table_of_them,
);
