//! Exported configuration holds no secrets: what stands in their place, and what applying that does.

use idp_admin::config_file::{self, ExportOptions, Passwords, ReferenceKind};
use idp_admin::{Actor, AdminError, users};
use idp_core::id::UserId;
use idp_core::secret::Secret;
use idp_core::user::{Role, Username};
use tempfile::TempDir;

use crate::export::{PLACE, export, exported, furnish, with_users};
use crate::support::files::{self, Place};
use crate::support::{PASSWORD, World, now, rng};

fn no_export_holds_a_secret(world: &World) {
    furnish(world);
    let (text, exported) = exported(world, with_users(Passwords::LeftOut));
    for secret in ["hidden", PASSWORD, "argon2", "1030055555", "xxxx"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let expected = ["PHONE_URL", "PHONE_AUTHORIZATION", "PHONE_BODY", "OTHER_KEY"];
    assert_eq!(exported.references, expected.map(|name| format!("IDP_SECRET_{name}")));
    assert!(world.audited("configuration-exported"));
}

fn every_missing_secret_is_named_at_once(world: &World) {
    furnish(world);
    let target = World::new(world.backend());
    let place = Place { environment: &[], ..PLACE };
    let mistakes = files::mistakes(place.plan(&target, &export(world)));
    for key in ["[0].url", "[0].headers[1].value", "[0].body", "[1].secrets.key"] {
        assert!(
            mistakes.contains(&format!("sms_gateway{key}: the environment variable")),
            "{mistakes}"
        );
    }
    assert_eq!(mistakes.lines().count(), 4, "{mistakes}");
    let (text, _) =
        exported(world, ExportOptions { references: ReferenceKind::Files, users: None });
    let mistakes = files::mistakes(place.plan(&target, &text));
    assert!(mistakes.contains("there is no file secrets/other_key"), "{mistakes}");
}

fn a_reference_that_leads_somewhere_counts(world: &World) {
    furnish(world);
    let changed = Place { environment: &[("IDP_SECRET_OTHER_KEY", "hidden-5")], ..PLACE };
    changed.apply(world, &export(world));
    let key = |world: &World| {
        let gateway = idp_admin::sms_gateways::definition_by_name(&world.admin(), "other");
        gateway.unwrap().definition.secrets.value("key").map(str::to_owned)
    };
    assert_eq!(key(world).as_deref(), Some("hidden-5"));
    let directory = TempDir::new().unwrap();
    std::fs::create_dir(directory.path().join("secrets")).unwrap();
    std::fs::write(directory.path().join("secrets/other_key"), "hidden-6\n").unwrap();
    let (text, _) =
        exported(world, ExportOptions { references: ReferenceKind::Files, users: None });
    let plan = PLACE.plan_in(directory.path(), world, &text).unwrap();
    config_file::apply(&world.admin(), plan, &mut rng()).unwrap();
    assert_eq!(key(world).as_deref(), Some("hidden-6"));
}

fn a_reference_without_otherwise_must_lead_somewhere(world: &World) {
    furnish(world);
    let text = export(world).replace(", otherwise = \"keep\"", "");
    let place = Place { environment: &[], ..PLACE };
    assert!(files::mistakes(place.plan(world, &text)).contains("IDP_SECRET_OTHER_KEY is not set"));
    let text = export(world).replace("otherwise = \"keep\"", "otherwise = \"drop\"");
    assert!(files::mistakes(place.plan(world, &text)).contains("must be \"keep\""));
}

fn hashes_of_passwords_make_accounts_that_work(world: &World) {
    furnish(world);
    let (text, told) = exported(world, with_users(Passwords::Hashes));
    assert_eq!(told.users, 1);
    assert!(text.contains("password_hash = \"$argon2id$"), "{text}");
    let secrets = [
        ("IDP_SECRET_PHONE_URL", "https://sms.example.org/send?key=hidden-1"),
        ("IDP_SECRET_PHONE_AUTHORIZATION", "Bearer hidden-2"),
        ("IDP_SECRET_PHONE_BODY", r#"{"to": "$ctx.num", "text": "$ctx.msg", "token": "hidden-3"}"#),
        ("IDP_SECRET_OTHER_KEY", "hidden-4"),
    ];
    let target = World::new(world.backend());
    let report = Place { environment: &secrets, ..PLACE }.apply(&target, &text).to_string();
    assert!(report.contains("password: \"(hidden)\"") && !report.contains("argon2"), "{report}");
    let hash = |world: &World| {
        let person = world.person("alice").unwrap();
        person.credentials[&authenticators::basic_auth::BasicAuth::ID].expose().to_owned()
    };
    assert_eq!(hash(world), hash(&target));
    assert_eq!(exported(&target, with_users(Passwords::Hashes)).0, text);
    assert!(!target.audit_text().contains("argon2"));
    // Whoever has changed their password keeps it.
    let other = Secret::new("gravel otter plum sings".to_owned());
    users::set_password(&target.admin(), "alice", &other, &mut rng()).unwrap();
    let chosen = hash(&target);
    PLACE.apply(&target, &text);
    assert_eq!(hash(&target), chosen);
}

fn a_hash_that_is_none_is_not_taken_and_not_repeated(world: &World) {
    let text = |hash: &str| format!("[[user]]\nusername = \"bob\"\npassword_hash = '{hash}'\n");
    for hash in [
        "hidden",
        "$argon2id$v=19$m=4194304,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$hiddenhiddenhiddenhidden",
    ] {
        let mistakes = files::mistakes(PLACE.plan(world, &text(hash)));
        assert!(mistakes.contains("password_hash: must be a hash by Argon2id"), "{mistakes}");
        assert!(!mistakes.contains("hidden"), "{mistakes}");
    }
    let both = format!("{}password = {{ env = \"PASSWORD\" }}\n", text("hidden"));
    assert!(files::mistakes(PLACE.plan(world, &both)).contains("cannot stand beside password"));
}

fn who_may_read_may_export_but_not_the_hashes(world: &World) {
    furnish(world);
    let actor = |role| Actor::User {
        id: UserId::new(now(), &mut rng()),
        username: Username::parse("ann").unwrap(),
        roles: vec![role],
    };
    let outcome = |role, users| {
        let admin = world.admin_as(actor(role));
        let options = ExportOptions { users, ..ExportOptions::default() };
        config_file::export(&admin, options, &mut Vec::new(), &mut rng())
    };
    assert!(outcome(Role::Auditor, Some(Passwords::LeftOut)).is_ok());
    let refused = outcome(Role::Auditor, Some(Passwords::Hashes));
    let forbidden = config_file::ExportError::Admin(AdminError::Forbidden {
        actor: "user ann".to_owned(),
        needs: "administrator",
    });
    assert_eq!(refused.unwrap_err().to_string(), forbidden.to_string());
    assert!(outcome(Role::Administrator, Some(Passwords::Hashes)).is_ok());
}

on_both!(
    no_export_holds_a_secret,
    every_missing_secret_is_named_at_once,
    a_reference_that_leads_somewhere_counts,
    a_reference_without_otherwise_must_lead_somewhere,
    hashes_of_passwords_make_accounts_that_work,
    a_hash_that_is_none_is_not_taken_and_not_repeated,
    who_may_read_may_export_but_not_the_hashes,
);
