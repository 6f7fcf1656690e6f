//! Which of the configured attributes an assertion carries (saml-core 3.4.1, saml-metadata 2.4.4,
//! IIP-IDP04).

use idp_core::attribute_release::{AttributeConsumingService, Release, UnknownService};
use idp_core::saml::request::Wishes;
use idp_core::saml::status::Status;
use idp_core::saml::urn::attribute_name_format;
use idp_core::sso::IssueError;
use roxmltree::Document;
use serde_json::{Value, json};

use crate::support::{Scene, ec_key};

/// Someone with three attributes, of which `colour` has two values.
fn scene(release: Release, services: Value) -> Scene {
    let mut scene = Scene::new(ec_key())
        .releasing("urn:mail", &["a@example.org"])
        .releasing("urn:phone", &["+94771234567"])
        .releasing("urn:colour", &["red", "blue"]);
    let settings = &mut scene.sp.settings;
    settings.release = release;
    settings.attribute_consuming_services = serde_json::from_value(services).unwrap();
    scene
}

fn wishing(index: Option<u16>) -> Wishes {
    Wishes { attribute_consuming_service_index: index, ..Wishes::default() }
}

/// What the assertion tells, as `name=value`.
fn told(scene: Scene, index: Option<u16>) -> Vec<String> {
    let response = scene.wishing(&wishing(index)).issue().unwrap();
    let document = Document::parse(response.xml()).unwrap();
    let values = document.descendants().filter(|n| n.tag_name().name() == "AttributeValue");
    values
        .map(|value| {
            let name = value.parent().unwrap().attribute("Name").unwrap().to_owned();
            format!("{name}={}", value.text().unwrap_or_default())
        })
        .collect()
}

const EVERYTHING: [&str; 4] =
    ["urn:mail=a@example.org", "urn:phone=+94771234567", "urn:colour=red", "urn:colour=blue"];

/// Two services: 1 asks for the mail (required) and the phone, 2 for the colour.
fn two_services() -> Value {
    json!([
        { "index": 1, "attributes": [
            { "name": "urn:mail", "required": true }, { "name": "urn:phone" } ] },
        { "index": 2, "attributes": [{ "name": "urn:colour" }] },
    ])
}

/// C107.
#[test]
fn everything_configured_is_released_unless_an_administrator_says_otherwise() {
    for services in [json!([]), two_services()] {
        assert_eq!(told(scene(Release::default(), services), None), EVERYTHING);
    }
    assert_eq!(told(scene(Release::All, two_services()), Some(2)), EVERYTHING);
}

/// C065, C109.
#[test]
fn the_index_selects_what_is_requested() {
    let told = |index| told(scene(Release::Requested, two_services()), index);
    assert_eq!(told(Some(1)), EVERYTHING[..2]);
    assert_eq!(told(Some(2)), EVERYTHING[2..]);
    assert_eq!(told(None), EVERYTHING[..2], "the first one is the default");
}

/// C109.
#[test]
fn only_what_is_required_is_released_where_so_chosen() {
    let told = |index| told(scene(Release::Required, two_services()), index);
    assert_eq!(told(Some(1)), EVERYTHING[..1]);
    assert_eq!(told(Some(2)), [""; 0]);
}

/// C065.
#[test]
fn the_default_service_is_found_as_metadata_says() {
    let service = |index: u16, is_default: Option<bool>, name: &str| json!({ "index": index, "is_default": is_default, "attributes": [{ "name": name }] });
    for (first, second, expected) in [
        (None, Some(true), "urn:phone=+94771234567"),
        (Some(false), None, "urn:phone=+94771234567"),
        (Some(false), Some(false), "urn:mail=a@example.org"),
        (Some(true), Some(true), "urn:mail=a@example.org"),
    ] {
        let services = json!([service(5, first, "urn:mail"), service(3, second, "urn:phone")]);
        assert_eq!(told(scene(Release::Requested, services), None), [expected]);
    }
}

#[test]
fn where_no_service_is_known_nothing_is_requested() {
    for release in [Release::Requested, Release::Required] {
        assert_eq!(told(scene(release, json!([])), None), [""; 0]);
    }
}

/// C109.
#[test]
fn only_the_values_asked_for_are_released() {
    let asking = |attributes: Value| {
        let services = json!([{ "index": 0, "attributes": attributes }]);
        told(scene(Release::Requested, services), None)
    };
    let colour = |values: &[&str]| json!({ "name": "urn:colour", "values": values });
    assert_eq!(asking(json!([colour(&["blue", "green"])])), ["urn:colour=blue"]);
    assert_eq!(asking(json!([colour(&["green"])])), [""; 0], "not even an empty attribute");
    // Asked for twice, either way counts.
    let twice = asking(json!([colour(&["blue"]), colour(&["red"])]));
    assert_eq!(twice, ["urn:colour=red", "urn:colour=blue"]);
}

#[test]
fn a_required_value_does_not_let_out_one_that_is_merely_requested() {
    let services = json!([{ "index": 0, "attributes": [
        { "name": "urn:colour", "required": true, "values": ["red"] }, { "name": "urn:colour" } ] }]);
    assert_eq!(told(scene(Release::Required, services), None), ["urn:colour=red"]);
}

/// C035, C109.
#[test]
fn an_attribute_is_the_one_with_its_name_and_format() {
    let (uri, basic, open) = (
        attribute_name_format::URI,
        attribute_name_format::BASIC,
        attribute_name_format::UNSPECIFIED,
    );
    for (made, wanted, released) in [
        (None, None, true),
        (None, Some(open), true),
        (None, Some(uri), true),
        (None, Some(basic), false),
        (Some(basic), Some(basic), true),
        (Some(basic), Some(uri), false),
        (Some(basic), None, true),
        (Some(open), Some(basic), true),
        (Some("urn:own"), Some("urn:own"), true),
        (Some("urn:own"), Some("urn:Own"), false),
    ] {
        let requested = json!({ "name": "urn:mail", "name_format": wanted });
        let services = json!([{ "index": 0, "attributes": [requested] }]);
        let mut scene = scene(Release::Requested, services);
        scene.sp.settings.attributes[0].name_format = made.map(str::to_owned);
        assert_eq!(told(scene, None).len(), usize::from(released), "{made:?} {wanted:?}");
    }
    let services = json!([{ "index": 0, "attributes": [{ "name": "urn:Mail" }] }]);
    assert_eq!(told(scene(Release::Requested, services), None), [""; 0], "names differ by case");
}

/// C109.
#[test]
fn a_required_attribute_without_a_value_is_left_out() {
    let services = json!([{ "index": 0, "attributes": [
        { "name": "urn:mail", "required": true }, { "name": "urn:none", "required": true } ] }]);
    let scene = scene(Release::Required, services).releasing("urn:none", &[]);
    assert_eq!(told(scene, None), EVERYTHING[..1]);
}

#[test]
fn a_service_that_was_removed_meanwhile_is_not_guessed() {
    for release in [Release::All, Release::Requested] {
        let outcome = scene(release, two_services()).wishing(&wishing(Some(3))).issue();
        let Err(IssueError::UnknownAttributeService(unknown)) = outcome else { panic!("issued") };
        assert_eq!(unknown, UnknownService { index: 3 });
        let (status, reason) = unknown.refusal();
        assert_eq!((status, reason.found.as_str()), (Status::ResourceNotRecognized, "3"));
    }
}

#[test]
fn what_is_stored_is_read_again() {
    let services: Vec<AttributeConsumingService> = serde_json::from_value(two_services()).unwrap();
    let text = serde_json::to_string(&services).unwrap();
    assert_eq!(serde_json::from_str::<Vec<AttributeConsumingService>>(&text).unwrap(), services);
    assert_eq!(serde_json::to_string(&Release::Required).unwrap(), "\"required\"");
}
