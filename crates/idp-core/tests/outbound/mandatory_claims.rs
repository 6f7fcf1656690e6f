//! Mandatory claims: nobody is told of without a value, unless it would not be told anyway.

use idp_core::attribute_release::{Release, Selection};
use idp_core::claim::ClaimUri;
use idp_core::saml::status::Status;
use idp_core::sso::{IssueError, MissingClaims};
use idp_core::told::{Viewed, Withheld, told_attributes};
use serde_json::json;

use crate::support::{Scene, ec_key};

/// Someone with a mail address and these values of a mandatory attribute.
fn scene(values: &[&str]) -> Scene {
    let mut scene = Scene::new(ec_key())
        .releasing("urn:mail", &["a@example.org"])
        .releasing("urn:badge", values);
    scene.sp.settings.attributes[1].mandatory = true;
    scene
}

fn missing(scene: &Scene) -> Option<MissingClaims> {
    match scene.issue() {
        Ok(_) => None,
        Err(IssueError::MissingClaims(missing)) => Some(missing),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn nothing_is_issued_without_a_value() {
    assert_eq!(missing(&scene(&["7"])), None);
    for values in [&[][..], &[""], &[" \t\n"], &["", " "]] {
        let found = missing(&scene(values)).unwrap();
        assert_eq!(found.claims(), [ClaimUri::parse("urn:test:1").unwrap()], "{values:?}");
        let reason = found.reason();
        assert_eq!(reason.code, "claim-missing");
        assert!(reason.found.contains("urn:test:1"), "{}", reason.found);
    }
    assert_eq!(missing(&scene(&["", "7"])), None, "one value is enough");
}

#[test]
fn a_claim_is_missed_once_however_often_it_is_told() {
    let mut scene = scene(&[]);
    let mut again = scene.sp.settings.attributes[1].clone();
    again.name = "urn:badge:again".to_owned();
    scene.sp.settings.attributes.push(again);
    assert_eq!(missing(&scene).unwrap().claims().len(), 1);
}

#[test]
fn what_is_not_released_anyway_is_not_missed() {
    let asking = |name: &str, required: bool, release| {
        let mut scene = scene(&[]);
        scene.sp.settings.release = release;
        let services =
            json!([{ "index": 0, "attributes": [{ "name": name, "required": required }] }]);
        scene.sp.settings.attribute_consuming_services = serde_json::from_value(services).unwrap();
        missing(&scene).is_some()
    };
    assert!(asking("urn:mail", true, Release::All));
    assert!(!asking("urn:mail", true, Release::Requested));
    assert!(asking("urn:badge", false, Release::Requested));
    assert!(!asking("urn:badge", false, Release::Required));
    assert!(asking("urn:badge", true, Release::Required));
}

#[test]
fn a_value_that_is_not_asked_for_is_no_missing_one() {
    let mut scene = scene(&["7"]);
    scene.sp.settings.release = Release::Requested;
    let services =
        json!([{ "index": 0, "attributes": [{ "name": "urn:badge", "values": ["8"] }] }]);
    scene.sp.settings.attribute_consuming_services = serde_json::from_value(services).unwrap();
    assert_eq!(missing(&scene), None);
}

#[test]
fn who_asks_beforehand_is_told_the_same() {
    let scene = scene(&[" "]);
    let told = told_attributes(
        &scene.sp,
        Selection::by_default(&scene.sp.settings),
        Viewed::new(&scene.user, scene.sp.id, &scene.identity),
    );
    assert_eq!(told[0].withheld, None);
    assert_eq!((told[1].withheld, told[1].values.len()), (Some(Withheld::Missing), 0));
}

#[test]
fn who_goes_back_without_it_is_denied() {
    let scene = scene(&[]);
    let refusal = missing(&scene).unwrap().refusal(scene.request.clone());
    assert_eq!(refusal.status, Status::RequestDenied);
}

#[test]
fn what_is_stored_is_as_before_for_attributes_that_are_not_mandatory() {
    let scene = scene(&[]);
    let stored = |index: usize| serde_json::to_value(&scene.sp.settings.attributes[index]).unwrap();
    assert_eq!(stored(0).get("mandatory"), None);
    assert_eq!(stored(1).get("mandatory"), Some(&json!(true)));
}
