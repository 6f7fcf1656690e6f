//! Accounts and credentials.

use idp_core::claim::{ClaimUri, Claims};
use idp_core::flow::authenticator::{AuthenticatorId, Credential};
use idp_core::user::{AccountState, Role, Username};
use idp_store::testing::TestDatabase;
use idp_store::{Conflict, Contact};

use crate::samples::{at, stored_user, user};

const PASSWORD: AuthenticatorId = AuthenticatorId::from_static("basic-auth");
const BACKUP: AuthenticatorId = AuthenticatorId::from_static("backup-code");

on_both! {
    an_account_is_read_back_as_it_was_stored,
    two_accounts_cannot_share_a_user_name,
    an_update_of_an_account_needs_the_current_version,
    a_person_comes_with_every_credential,
    a_credential_is_stored_replaced_and_removed,
    a_rehash_does_not_undo_a_change_of_password,
    pages_follow_the_order_of_user_names,
    an_administrator_is_found,
    accounts_are_found_by_the_beginning_of_their_names,
    accounts_are_found_by_address_and_number,
    accounts_with_roles_are_found,
    taken_names_are_found_among_many,
}

fn credential(text: &str) -> Credential {
    Credential::new(text.to_owned())
}

fn an_account_is_read_back_as_it_was_stored(database: &TestDatabase) {
    let store = database.store();
    let stored = stored_user(&store, "Ännchen");
    let by_id = store.read(|r| r.user_by_id(stored.id)).expect("read").expect("there");
    assert_eq!((&by_id.value, by_id.version, by_id.updated_at), (&stored, 1, at(0)));
    assert_eq!(store.read(|r| r.user_by_username(&stored.username)), Ok(Some(by_id)));
    assert_eq!(store.read(|r| r.user_by_username(&user("ann").username)), Ok(None));
    assert_eq!(store.read(|r| r.user_by_id(user("ann").id)), Ok(None));
}

fn two_accounts_cannot_share_a_user_name(database: &TestDatabase) {
    let store = database.store();
    stored_user(&store, "ann");
    let again = store.write(|w| w.insert_user(&user("ANN")));
    assert_eq!(again, Err(Conflict::DuplicateUsername.into()));
    assert_eq!(store.read(|r| r.user_count()), Ok(1));
}

fn an_update_of_an_account_needs_the_current_version(database: &TestDatabase) {
    let store = database.store();
    let mut changed = stored_user(&store, "ann");
    changed.state = AccountState::Disabled;
    changed.roles = vec![Role::Auditor, Role::Administrator];
    assert_eq!(store.write(|w| w.update_user(&changed, 1, at(5))), Ok(2));
    let read = store.read(|r| r.user_by_id(changed.id)).expect("read").expect("there");
    assert_eq!((read.value, read.version, read.updated_at), (changed.clone(), 2, at(5)));
    let late = store.write(|w| w.update_user(&changed, 1, at(6)));
    assert_eq!(late, Err(Conflict::Version.into()));
}

fn a_person_comes_with_every_credential(database: &TestDatabase) {
    let store = database.store();
    let ann = stored_user(&store, "ann");
    let bob = stored_user(&store, "bob");
    store
        .write(|w| {
            w.set_credential(ann.id, &PASSWORD, &credential("hash"), at(0))?;
            w.set_credential(ann.id, &BACKUP, &credential("codes"), at(0))
        })
        .expect("stored");
    let person = store.read(|r| r.person_by_username(&ann.username)).expect("read").expect("there");
    assert_eq!(person.user, ann);
    let credentials: Vec<_> =
        person.credentials.iter().map(|(id, c)| (id.as_str(), c.expose())).collect();
    assert_eq!(credentials, [("backup-code", "codes"), ("basic-auth", "hash")]);
    let hashes = store.read(|r| r.credentials_of(&PASSWORD, &[ann.id, bob.id])).expect("read");
    let hashes: Vec<_> = hashes.iter().map(|(id, c)| (*id, c.expose())).collect();
    assert_eq!(hashes, [(ann.id, "hash")]);
    let by_id = store.read(|r| r.person_by_id(ann.id)).expect("read").expect("there");
    assert_eq!((by_id.user, by_id.credentials.len()), (ann, 2));

    let bare = store.read(|r| r.person_by_id(bob.id)).expect("read").expect("there");
    assert_eq!((bare.user, bare.credentials.len()), (bob, 0));
    assert!(store.read(|r| r.person_by_username(&user("eve").username)).expect("read").is_none());
    assert!(store.read(|r| r.person_by_id(user("eve").id)).expect("read").is_none());
}

fn a_credential_is_stored_replaced_and_removed(database: &TestDatabase) {
    let store = database.store();
    let ann = stored_user(&store, "ann");
    let stored = || {
        let person = store.read(|r| r.person_by_id(ann.id)).expect("read").expect("there");
        person.credentials.get(&PASSWORD).map(|c| c.expose().to_owned())
    };
    for text in ["first", "second"] {
        store
            .write(|w| w.set_credential(ann.id, &PASSWORD, &credential(text), at(0)))
            .expect("set");
        assert_eq!(stored().as_deref(), Some(text));
    }
    assert_eq!(store.write(|w| w.remove_credential(ann.id, &PASSWORD)), Ok(true));
    assert_eq!(store.write(|w| w.remove_credential(ann.id, &PASSWORD)), Ok(false));
    assert_eq!(stored(), None);
    let orphan =
        store.write(|w| w.set_credential(user("eve").id, &PASSWORD, &credential("x"), at(0)));
    assert_eq!(orphan, Err(Conflict::Orphan.into()));
}

fn a_rehash_does_not_undo_a_change_of_password(database: &TestDatabase) {
    let store = database.store();
    let ann = stored_user(&store, "ann");
    let (judged, rehashed) = (credential("old hash"), credential("old hash, new parameters"));
    let changed = credential("hash of another password");
    store.write(|w| w.set_credential(ann.id, &PASSWORD, &judged, at(0))).expect("set");
    let rehash =
        || store.write(|w| w.replace_credential(ann.id, &PASSWORD, &judged, &rehashed, at(1)));
    assert_eq!(rehash(), Ok(()));
    store.write(|w| w.set_credential(ann.id, &PASSWORD, &changed, at(2))).expect("set");
    assert_eq!(rehash(), Err(Conflict::Version.into()));
    let person = store.read(|r| r.person_by_id(ann.id)).expect("read").expect("there");
    assert_eq!(person.credentials.get(&PASSWORD).map(Credential::expose), Some(changed.expose()));
}

fn pages_follow_the_order_of_user_names(database: &TestDatabase) {
    let store = database.store();
    for name in ["zoe", "a-b", "ab", "a.b", "émile"] {
        stored_user(&store, name);
    }
    let names = |after: Option<&str>, limit| {
        let after = after.map(|name| user(name).username);
        let page = store.read(|r| r.users_after(after.as_ref(), limit)).expect("a page");
        page.into_iter().map(|u| u.value.username.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(None, 10), ["a-b", "a.b", "ab", "zoe", "émile"]);
    assert_eq!(names(Some("a.b"), 2), ["ab", "zoe"]);
    assert!(names(Some("émile"), 2).is_empty());
    assert_eq!(store.read(|r| r.user_count()), Ok(5));
}

fn an_administrator_is_found(database: &TestDatabase) {
    let store = database.store();
    let mut ann = stored_user(&store, "ann");
    assert_eq!(store.read(|r| r.any_administrator()), Ok(false));
    ann.roles = vec![Role::Administrator];
    store.write(|w| w.update_user(&ann, 1, at(1))).expect("updated");
    assert_eq!(store.read(|r| r.any_administrator()), Ok(true));
}

fn accounts_are_found_by_the_beginning_of_their_names(database: &TestDatabase) {
    let store = database.store();
    for name in ["ann", "anna", "anna.z", "anton", "annä", "bert", "an"] {
        stored_user(&store, name);
    }
    let found = |beginning: &str, after: Option<&str>, limit| {
        let beginning = Username::parse(beginning).expect("a name");
        let after = after.and_then(Username::parse);
        let rows = store.read(|r| r.users_beginning_with(&beginning, after.as_ref(), limit));
        let names = rows.expect("read").into_iter().map(|row| row.value.username.to_string());
        names.collect::<Vec<_>>()
    };
    assert_eq!(found("ann", None, 10), ["ann", "anna", "anna.z", "annä"]);
    assert_eq!(found("ann", None, 2), ["ann", "anna"]);
    assert_eq!(found("ann", Some("anna"), 10), ["anna.z", "annä"]);
    assert_eq!(found("annz", None, 10), Vec::<String>::new());
}

fn accounts_are_found_by_address_and_number(database: &TestDatabase) {
    let store = database.store();
    let stored = |name: &str, claim: &ClaimUri, values: &[&str]| {
        let mut user = user(name);
        user.claims = Claims::default();
        user.claims.set(claim.clone(), values.iter().map(|v| (*v).to_owned()).collect());
        store.write(|w| w.insert_user(&user)).expect("stored");
    };
    stored("ann", &ClaimUri::EMAIL, &["Ann@Example.org", "second@example.org"]);
    stored("bert", &ClaimUri::MOBILE, &["+94771234567"]);
    stored("carl", &ClaimUri::MOBILE, &["+94771234567"]);
    stored("dora", &ClaimUri::LAST_NAME, &["+94771234567"]);
    let found = |contact| {
        let rows = store.read(|r| r.users_with_contact(contact, 10)).expect("read");
        rows.into_iter().map(|row| row.value.username.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found(Contact::Email("ann@EXAMPLE.org")), ["ann"]);
    assert_eq!(found(Contact::Email("ann@example.or")), Vec::<String>::new());
    assert_eq!(found(Contact::Mobile("+94771234567")), ["bert", "carl"]);
    assert_eq!(found(Contact::Mobile("' OR 1=1 --")), Vec::<String>::new());
}

fn accounts_with_roles_are_found(database: &TestDatabase) {
    let store = database.store();
    for (name, roles) in [("ann", vec![]), ("bert", vec![Role::Auditor]), ("carl", vec![])] {
        let user = idp_core::user::User { roles, ..user(name) };
        store.write(|w| w.insert_user(&user)).expect("stored");
    }
    stored_user(&store, "dora");
    let found = |after: Option<&str>, limit| {
        let after = after.and_then(Username::parse);
        let rows = store.read(|r| r.users_with_roles(after.as_ref(), limit)).expect("read");
        rows.into_iter().map(|row| row.value.username.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found(None, 10), ["bert", "dora"]);
    assert_eq!(found(None, 1), ["bert"]);
    assert_eq!(found(Some("bert"), 10), ["dora"]);
}

fn taken_names_are_found_among_many(database: &TestDatabase) {
    let store = database.store();
    for name in ["n0007", "n0600", "other"] {
        stored_user(&store, name);
    }
    let names: Vec<Username> =
        (0..1_100).filter_map(|n| Username::parse(&format!("n{n:04}"))).collect();
    let taken = store.read(|r| r.taken_usernames(&names)).expect("read");
    assert_eq!(taken.iter().map(Username::as_str).collect::<Vec<_>>(), ["n0007", "n0600"]);
    assert_eq!(store.read(|r| r.taken_usernames(&[])), Ok(vec![]));
}
