//! The key directory: made once however many nodes start, private, and readable by its owner only.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::Barrier;

use chrono::TimeDelta;
use idp_admin::keys::{self, Standing};
use idp_admin::{Admin, KeyDirectory, KeyError, service_providers};
use idp_core::saml::urn::KeyKind;
use tempfile::TempDir;

use crate::support::{SP, World, at, chain, now, rng};

fn open(path: &Path) -> Result<KeyDirectory, KeyError> {
    KeyDirectory::open(path, &mut rng())
}

fn with_key(path: &Path) -> KeyDirectory {
    let mut keys = open(path).unwrap();
    keys.ensure_signing_key(KeyKind::EcP256, "idp.example.org", now(), &mut rng()).unwrap();
    keys
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn eight_nodes_that_start_at_once_agree_on_one_secret_and_one_key() {
    let place = TempDir::new().unwrap();
    let directory = place.path().join("keys");
    let start = Barrier::new(8);
    let found: Vec<([u8; 32], String)> = std::thread::scope(|scope| {
        let nodes: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    let keys = with_key(&directory);
                    let active = keys.active(KeyKind::EcP256, now()).unwrap().id().to_owned();
                    (*keys.secrets().csrf().expose(), active)
                })
            })
            .collect();
        nodes.into_iter().map(|node| node.join().unwrap()).collect()
    });
    assert!(found.iter().all(|node| *node == found[0]));
    let mut names: Vec<String> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["secret.key", "signing-ec-p256-1.pem"], "nothing else is left behind");
}

#[test]
fn what_is_made_is_for_its_owner_only() {
    let place = TempDir::new().unwrap();
    let directory = place.path().join("keys");
    with_key(&directory);
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(mode(&directory.join("secret.key")), 0o600);
    assert_eq!(mode(&directory.join("signing-ec-p256-1.pem")), 0o600);
}

#[test]
fn a_private_key_that_others_can_read_is_refused_with_the_remedy() {
    for file in ["secret.key", "signing-ec-p256-1.pem"] {
        let place = TempDir::new().unwrap();
        with_key(place.path());
        let path = place.path().join(file);
        set_mode(&path, 0o640);
        let error = open(place.path()).unwrap_err().to_string();
        assert!(error.contains(&format!("chmod 0600 {}", path.display())), "{error}");
    }
}

#[test]
fn a_directory_that_others_can_write_to_is_refused() {
    let place = TempDir::new().unwrap();
    set_mode(place.path(), 0o777);
    let error = open(place.path()).unwrap_err();
    assert!(matches!(error, KeyError::Exposed { wanted: 0o700, .. }), "{error}");
}

#[test]
fn a_damaged_secret_is_refused_and_never_replaced() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("secret.key");
    fs::write(&path, "not hexadecimal").unwrap();
    set_mode(&path, 0o600);
    assert!(matches!(open(place.path()), Err(KeyError::Malformed { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), "not hexadecimal");
}

#[test]
fn a_key_under_a_wrong_name_is_an_error_and_not_ignored() {
    let place = TempDir::new().unwrap();
    with_key(place.path());
    let from = place.path().join("signing-ec-p256-1.pem");
    for name in ["signing-new.pem", "signing-rsa-2048-1.pem"] {
        let to = place.path().join(name);
        fs::copy(&from, &to).unwrap();
        let error = open(place.path()).unwrap_err();
        assert!(matches!(error, KeyError::Malformed { .. }), "{name}: {error}");
        fs::remove_file(to).unwrap();
    }
}

#[test]
fn the_newest_key_that_has_begun_signs_and_all_are_published() {
    let place = TempDir::new().unwrap();
    let mut keys = with_key(place.path());
    let week = now() + TimeDelta::days(7);
    let generate = |keys: &mut KeyDirectory, begins| {
        keys.generate(KeyKind::EcP256, "idp", begins, &mut rng()).unwrap().key.id().to_owned()
    };
    let second = generate(&mut keys, now());
    let third = generate(&mut keys, week);
    assert_eq!(keys.list().len(), 3);
    assert_eq!(keys.active(KeyKind::EcP256, now()).unwrap().id(), second);
    assert_eq!(keys.active(KeyKind::EcP256, week).unwrap().id(), third);
}

#[test]
fn a_kind_without_a_key_names_the_command_that_makes_one() {
    let place = TempDir::new().unwrap();
    let keys = with_key(place.path());
    let error = keys.active(KeyKind::Rsa3072, now()).unwrap_err().to_string();
    assert!(error.contains("idp-server keys generate --kind rsa-3072"), "{error}");
    assert_eq!(keys.signing_kinds(now()), [KeyKind::EcP256]);
}

fn a_generated_key_is_announced_to_every_node(world: &World) {
    let place = TempDir::new().unwrap();
    let version = world.configuration_version();
    let what = (KeyKind::EcP256, "idp.example.org", now());
    keys::generate(&world.admin(), place.path(), what, &mut rng()).unwrap();
    assert!(world.configuration_version() > version);
    assert!(world.audited("signing-key-generated"));
}

/// How far the only service provider is with the next key.
fn standing(world: &World, place: &TempDir) -> Standing {
    let mut opened = open(place.path()).unwrap();
    opened.adopt(&world.store.read(|reader| reader.signing_key_rows()).unwrap()).unwrap();
    let users = keys::users(&world.admin(), &opened, KeyKind::EcP256, (None, 10)).unwrap();
    users.first().expect("the service provider").standing
}

fn a_key_is_not_taken_for_read_by_who_read_metadata_without_it(world: &World) {
    let place = TempDir::new().unwrap();
    let opened = with_key(place.path());
    let admin = Admin { secrets: opened.secrets(), ..world.admin() };
    let mut patch = at("https://sp.example.org/acs");
    patch.steps = Some(chain(&["basic-auth"]));
    patch.signing_key = Some(KeyKind::EcP256);
    service_providers::add(&world.admin(), SP, &patch, &mut rng()).unwrap();
    let id = service_providers::find(&world.admin(), SP).unwrap().value.id;
    // Read after the key was asked for, and before it was made.
    let while_it_is_made = now() + TimeDelta::seconds(2);
    keys::note_fetch(&world.store, id, None, while_it_is_made).unwrap();
    let what = (KeyKind::EcP256, "idp.example.org");
    let made = keys::publish(&admin, place.path(), what, &mut rng()).unwrap();
    assert_eq!(standing(world, &place), Standing::Waiting);
    // Read before it was published, and noted after it.
    let later = while_it_is_made + TimeDelta::hours(1);
    keys::note_fetch(&world.store, id, None, later).unwrap();
    assert_eq!(standing(world, &place), Standing::Waiting);
    keys::note_fetch(&world.store, id, made.published_at, later).unwrap();
    assert_eq!(standing(world, &place), Standing::Ready);
}

on_both!(
    a_generated_key_is_announced_to_every_node,
    a_key_is_not_taken_for_read_by_who_read_metadata_without_it,
);
