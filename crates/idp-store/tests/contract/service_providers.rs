//! Service providers and their chains.

use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::AuthenticatorId;
use idp_core::id::EntityId;
use idp_core::saml::urn::KeyKind;
use idp_store::testing::TestDatabase;
use idp_store::{Conflict, StoreError};
use serde_json::json;

use crate::samples::{
    at, chain, login, service_provider, session, stored_service_provider, stored_user,
};

on_both! {
    a_service_provider_is_read_back_as_it_was_stored,
    an_unknown_service_provider_is_none,
    two_service_providers_cannot_share_an_entity_id,
    an_update_needs_the_current_version,
    steps_are_replaced_as_a_whole,
    removal_takes_steps_and_logins_but_no_sessions,
    pages_follow_the_order_of_entity_ids,
    the_metadata_document_is_kept_beside,
    those_that_ask_for_an_authenticator_are_found,
    whether_one_asks_for_an_authenticator_alone_is_known,
    those_that_are_answered_with_a_kind_of_key_are_counted,
    those_that_use_a_claim_are_known_through_changes_and_removal,
    text_is_found_in_any_case_of_ascii_letters,
}

fn a_service_provider_is_read_back_as_it_was_stored(database: &TestDatabase) {
    let store = database.store();
    let stored = stored_service_provider(&store, "https://sp.example");
    let by_id = store.read(|r| r.service_provider_by_id(stored.id)).expect("read").expect("there");
    let by_entity_id =
        store.read(|r| r.service_provider_by_entity_id(&stored.entity_id)).expect("read");
    assert_eq!((&by_id.value, by_id.version, by_id.updated_at), (&stored, 1, at(0)));
    assert_eq!(by_entity_id, Some(by_id));
}

fn an_unknown_service_provider_is_none(database: &TestDatabase) {
    let store = database.store();
    stored_service_provider(&store, "https://sp.example");
    // Code point by code point: neither case nor a trailing slash is forgiven (saml-core 1.3.1).
    for other in ["https://SP.example", "https://sp.example/"] {
        let other = EntityId::parse(other).expect("an entityID");
        assert_eq!(store.read(|r| r.service_provider_by_entity_id(&other)), Ok(None));
    }
    let unknown = service_provider("https://other.example");
    assert_eq!(store.read(|r| r.service_provider_by_id(unknown.id)), Ok(None));
}

fn two_service_providers_cannot_share_an_entity_id(database: &TestDatabase) {
    let store = database.store();
    let first = stored_service_provider(&store, "https://a.example");
    let second = stored_service_provider(&store, "https://b.example");
    let taken = Err(StoreError::Conflict(Conflict::DuplicateEntityId));
    let again = service_provider("https://a.example");
    assert_eq!(store.write(|w| w.insert_service_provider(&again, None, at(1))), taken);
    let mut renamed = second;
    renamed.entity_id = first.entity_id;
    let update = store.write(|w| w.update_service_provider(&renamed, 1, at(1)).map(|_| ()));
    assert_eq!(update, taken);
    assert_eq!(store.read(|r| r.service_provider_count()), Ok(2));
}

fn an_update_needs_the_current_version(database: &TestDatabase) {
    let store = database.store();
    let mut changed = stored_service_provider(&store, "https://sp.example");
    changed.name = "Renamed".to_owned();
    changed.enabled = false;
    changed.chain = chain(&json!([["basic-auth"]]));
    assert_eq!(store.write(|w| w.update_service_provider(&changed, 1, at(5))), Ok(2));
    let read = store.read(|r| r.service_provider_by_id(changed.id)).expect("read").expect("there");
    assert_eq!((&read.value, read.version, read.updated_at), (&changed, 2, at(5)));

    let late = store.write(|w| w.update_service_provider(&changed, 1, at(6)));
    assert_eq!(late, Err(Conflict::Version.into()));
    let gone = service_provider("https://gone.example");
    let gone = store.write(|w| w.update_service_provider(&gone, 1, at(6)));
    assert_eq!(gone, Err(Conflict::Version.into()));
}

fn steps_are_replaced_as_a_whole(database: &TestDatabase) {
    let store = database.store();
    let other = stored_service_provider(&store, "https://other.example");
    let stored = stored_service_provider(&store, "https://sp.example");
    let choice = json!({"any": ["backup-code", "passkey"], "policy": "unless-disabled"});
    let optional = json!({"any": ["sms-otp"], "policy": "when-enrolled"});
    let longer = chain(&json!([["basic-auth"], optional, choice]));
    assert_eq!(store.write(|w| w.set_steps(stored.id, &longer, at(5))), Ok(2));
    let chains = store.read(|r| {
        let changed = r.service_provider_by_id(stored.id)?.expect("there");
        Ok((changed.value.chain, r.service_provider_by_id(other.id)?.expect("there").value.chain))
    });
    assert_eq!(chains, Ok((longer.clone(), other.chain)));
    let listed = store.read(|r| r.service_providers_after(None, 10)).expect("a page");
    assert_eq!(listed[1].value.chain, longer);
    let unknown = service_provider("https://unknown.example");
    let refused = store.write(|w| w.set_steps(unknown.id, &longer, at(5)));
    assert_eq!(refused, Err(Conflict::Version.into()));
}

fn removal_takes_steps_and_logins_but_no_sessions(database: &TestDatabase) {
    let store = database.store();
    let removed = stored_service_provider(&store, "https://a.example");
    let kept = stored_service_provider(&store, "https://b.example");
    let user = stored_user(&store, "ann");
    let (pending, other) = (login(&removed), login(&kept));
    let session = session(&user);
    store
        .write(|w| {
            w.insert_login(&pending)?;
            w.insert_login(&other)?;
            w.insert_session(&session)
        })
        .expect("stored");

    let gone = |version| store.write(|w| w.remove_service_provider(removed.id, version));
    assert_eq!(gone(2), Err(Conflict::Version.into()));
    assert_eq!(gone(1), Ok(()));
    assert_eq!(gone(1), Err(Conflict::Version.into()));
    assert_eq!(store.read(|r| r.service_provider_by_id(removed.id)), Ok(None));
    assert_eq!(store.read(|r| r.login(pending.id)), Ok(None));
    assert!(store.read(|r| r.login(other.id)).expect("read").is_some());
    assert!(store.read(|r| r.live_session(&session.id)).expect("read").is_some());
    let orphan = store.write(|w| w.insert_login(&login(&removed)));
    assert_eq!(orphan, Err(Conflict::Orphan.into()));
}

fn pages_follow_the_order_of_entity_ids(database: &TestDatabase) {
    let store = database.store();
    // In the order of their bytes, whatever the locale of the server.
    let ordered = ["https://B.example", "https://a.example", "https://c.example", "urn:z"];
    for entity_id in ["urn:z", "https://a.example", "https://c.example", "https://B.example"] {
        stored_service_provider(&store, entity_id);
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = store.read(|r| r.service_providers_after(after.as_ref(), 3)).expect("a page");
        let Some(last) = page.last() else { break };
        after = Some(last.value.entity_id.clone());
        assert!(page.iter().all(|sp| sp.value.chain.steps().len() == 2));
        seen.extend(page.into_iter().map(|sp| sp.value.entity_id.to_string()));
    }
    assert_eq!(seen, ordered);
    assert_eq!(store.read(|r| r.service_provider_count()), Ok(4));
}

fn those_that_ask_for_an_authenticator_are_found(database: &TestDatabase) {
    let store = database.store();
    let by_code = stored_service_provider(&store, "urn:b");
    let mut by_password = service_provider("urn:a");
    by_password.chain = chain(&json!([["basic-auth"]]));
    store.write(|w| w.insert_service_provider(&by_password, None, at(0))).expect("stored");
    let too = stored_service_provider(&store, "urn:c");
    let sms_otp = AuthenticatorId::from_static("sms-otp");
    let found = |after: Option<&EntityId>, limit| {
        let rows = store.read(|r| r.service_providers_asking_for(&sms_otp, after, limit));
        rows.expect("read").into_iter().map(|row| row.value).collect::<Vec<_>>()
    };
    assert_eq!(found(None, 9), [by_code.clone(), too.clone()]);
    assert_eq!(found(None, 1), std::slice::from_ref(&by_code));
    assert_eq!(found(Some(&by_code.entity_id), 9), [too]);
    assert_eq!(store.read(|r| r.service_provider_count_asking_for(&sms_otp)), Ok(2));
    let nobody = AuthenticatorId::from_static("nobody");
    assert_eq!(store.read(|r| r.service_provider_count_asking_for(&nobody)), Ok(0));
}

fn the_metadata_document_is_kept_beside(database: &TestDatabase) {
    let store = database.store();
    let stored = service_provider("https://sp.example");
    let insert = |w: &mut idp_store::Writer<'_>| {
        w.insert_service_provider(&stored, Some("<md:EntityDescriptor/>"), at(0))
    };
    store.write(insert).expect("stored");
    let metadata = || store.read(|r| r.service_provider_metadata(stored.id)).expect("read");
    assert_eq!(metadata().as_deref(), Some("<md:EntityDescriptor/>"));
    let of_all = || store.read(|r| r.service_provider_metadata_of(&[stored.id])).expect("read");
    assert_eq!(of_all().remove(&stored.id).as_deref(), Some("<md:EntityDescriptor/>"));
    store.write(|w| w.set_service_provider_metadata(stored.id, None, at(1))).expect("set");
    assert_eq!(metadata(), None);
    assert!(of_all().is_empty());
    // Not part of the version: an editor's update is not refused because of it.
    assert_eq!(store.write(|w| w.update_service_provider(&stored, 1, at(2))), Ok(2));
}

fn whether_one_asks_for_an_authenticator_alone_is_known(database: &TestDatabase) {
    let store = database.store();
    let [password, code] = ["basic-auth", "sms-otp"].map(|id| AuthenticatorId::from(id.to_owned()));
    let alone = |id: &AuthenticatorId| store.read(|r| r.is_asked_for_alone(id)).expect("read");
    let mut sp = stored_service_provider(&store, "urn:sp");
    assert!(!alone(&password), "a code is required as well");
    sp.chain = chain(&json!([["basic-auth"], {"any": ["sms-otp"], "policy": "when-enrolled"}]));
    store.write(|w| w.update_service_provider(&sp, 1, at(1)).map(|_| ())).expect("stored");
    assert!(alone(&password), "who is not enrolled gives no code");
    assert!(!alone(&code), "a step that may be left out is not all that is required");
    sp.chain = chain(&json!([["basic-auth"], ["sms-otp"]]));
    store.write(|w| w.set_steps(sp.id, &sp.chain, at(2)).map(|_| ())).expect("stored");
    assert!(!alone(&password));
}

fn those_that_are_answered_with_a_kind_of_key_are_counted(database: &TestDatabase) {
    let store = database.store();
    let one = stored_service_provider(&store, "urn:one");
    stored_service_provider(&store, "urn:two");
    let count = |kind| store.read(|r| r.key_user_count(kind)).expect("read");
    let ready = || store.read(|r| r.ready_key_user_count(KeyKind::EcP256, at(5))).expect("read");
    assert_eq!((count(KeyKind::EcP256), count(KeyKind::Rsa2048), ready()), (2, 0, 0));
    store.write(|w| w.set_metadata_fetched(one.id, at(4))).expect("stored");
    assert_eq!(ready(), 0, "it read what was there before");
    store.write(|w| w.set_metadata_fetched(one.id, at(5))).expect("stored");
    assert_eq!(ready(), 1);
}

fn those_that_use_a_claim_are_known_through_changes_and_removal(database: &TestDatabase) {
    let store = database.store();
    let mut sp = stored_service_provider(&store, "urn:sp");
    let using = |claim| {
        let found = store.read(|r| r.service_providers_with_claim(claim, 5)).expect("read");
        let count = store.read(|r| r.service_provider_count_with_claim(claim)).expect("read");
        assert_eq!(found.len() as u64, count);
        count
    };
    let (email, mobile) = (&ClaimUri::EMAIL, &ClaimUri::MOBILE);
    assert_eq!((using(email), using(mobile)), (0, 0));
    sp.settings.name_id.subject_claim = Some(email.clone());
    let attribute = json!({"claim": mobile, "name": "mobile"});
    sp.settings.attributes = vec![serde_json::from_value(attribute).expect("a rule")];
    store.write(|w| w.update_service_provider(&sp, 1, at(1)).map(|_| ())).expect("stored");
    assert_eq!((using(email), using(mobile)), (1, 1));
    sp.settings.attributes.clear();
    sp.entity_id = EntityId::parse("urn:renamed").expect("an entityID");
    store.write(|w| w.update_service_provider(&sp, 2, at(2)).map(|_| ())).expect("stored");
    assert_eq!((using(email), using(mobile)), (1, 0));
    store.write(|w| w.remove_service_provider(sp.id, 3)).expect("removed");
    assert_eq!((using(email), using(mobile)), (0, 0));
}

fn text_is_found_in_any_case_of_ascii_letters(database: &TestDatabase) {
    let store = database.store();
    stored_service_provider(&store, "urn:One%Two");
    let found = |text: &str| {
        let rows = store.read(|r| r.service_providers_containing(text, None, 5)).expect("read");
        rows.len()
    };
    assert_eq!([found("e%t"), found("E%T"), found("DISPATCH"), found("e_t")], [1, 1, 1, 0]);
}
