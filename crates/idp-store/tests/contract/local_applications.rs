//! What is set for the applications of this server.

use idp_core::flow::chain::{Chain, StepWish};
use idp_core::flow::step_policy::StepPolicy;
use idp_core::local_application::LocalApplication;
use idp_store::Conflict;
use idp_store::testing::TestDatabase;

use crate::samples::at;

on_both! {
    each_asks_for_a_password_and_for_a_code_of_who_has_a_number,
    a_change_needs_the_current_version_and_is_told_to_every_node,
}

fn each_asks_for_a_password_and_for_a_code_of_who_has_a_number(database: &TestDatabase) {
    let store = database.store();
    for application in LocalApplication::ALL {
        let stored = store.read(|r| r.local_application(application)).expect("read");
        let steps: Vec<StepWish> =
            stored.value.chain.steps().iter().cloned().map(StepWish::from).collect();
        let code = StepWish { any: vec!["sms-otp".to_owned()], policy: StepPolicy::WhenEnrolled };
        assert_eq!(steps, [vec!["basic-auth".to_owned()].into(), code]);
        assert!(stored.value.authenticators.is_empty());
        assert_eq!((stored.value.application, stored.version), (application, 1));
    }
}

fn a_change_needs_the_current_version_and_is_told_to_every_node(database: &TestDatabase) {
    let store = database.store();
    let version = || store.read(|r| r.configuration_version()).expect("read");
    let before = version();
    let mut settings =
        store.read(|r| r.local_application(LocalApplication::Console)).expect("read").value;
    settings.chain = serde_json::from_str::<Chain>(r#"[["basic-auth"], ["sms-otp"]]"#).unwrap();
    let update = |expected| store.write(|w| w.update_local_application(&settings, expected, at(0)));
    assert_eq!(update(1), Ok(2));
    assert_eq!(update(1), Err(Conflict::Version.into()));
    let stored = store.read(|r| r.local_application(LocalApplication::Console)).expect("read");
    assert_eq!(stored.value, settings);
    assert_eq!(stored.updated_at, at(0));
    assert!(version() > before);
}
