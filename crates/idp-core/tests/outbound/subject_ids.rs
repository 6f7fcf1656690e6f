//! subject-id and pairwise-id (SAML V2.0 Subject Identifier Attributes Profile 1.0).

use idp_core::claim::ClaimUri;
use idp_core::id::{ServiceProviderId, UserId};
use idp_core::saml::encryption::Protection;
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::subject_id::is_scope;
use roxmltree::Document;
use serde_json::json;

use crate::schemas::assert_valid;
use crate::support::{Scene, ec_key, now, other_rng, request};

fn scene() -> Scene {
    let mut scene = Scene::new(ec_key());
    scene.identity.scope = Some("example.org".to_owned());
    for claim in [ClaimUri::SUBJECT_ID, ClaimUri::PAIRWISE_ID] {
        let rule = json!({ "claim": claim, "name": claim });
        scene.sp.settings.attributes.push(serde_json::from_value(rule).unwrap());
    }
    scene
}

/// The values of both.
fn told(scene: &Scene) -> [Option<String>; 2] {
    let response = scene.issue().unwrap();
    assert_valid(response.xml());
    let document = Document::parse(response.xml()).unwrap();
    [ClaimUri::SUBJECT_ID, ClaimUri::PAIRWISE_ID].map(|claim| {
        let mut all =
            document.descendants().filter(|n| n.attribute("Name") == Some(claim.as_str()));
        let attribute = all.next()?;
        let uri = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri";
        assert_eq!(attribute.attribute("NameFormat"), Some(uri));
        let values: Vec<_> =
            attribute.children().filter_map(|value| value.text()).map(str::to_owned).collect();
        assert!(all.next().is_none() && values.len() == 1, "one attribute with one value");
        values.into_iter().next()
    })
}

fn elsewhere(mut scene: Scene) -> Scene {
    scene.sp.id = ServiceProviderId::new(now(), &mut other_rng());
    scene.request = request(&scene.sp, scene.request.wishes(), now());
    scene.protection = Protection::of(&scene.sp, DeniedAlgorithms::NONE);
    scene
}

/// C101. A part of letters and digits that says nothing, an @, our scope.
#[test]
fn both_are_an_opaque_part_and_our_scope() {
    for value in told(&scene()).into_iter().flatten() {
        let (unique, scope) = value.split_once('@').unwrap();
        assert_eq!(scope, "example.org");
        assert!(unique.len() <= 127 && unique.len() * 5 >= 160, "{value}");
        assert!(unique.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7')), "{value}");
        assert!(!value.contains("alice"), "{value}");
    }
    let [subject, pairwise] = told(&scene());
    assert_ne!(subject, pairwise);
}

/// C101. subject-id is the same everywhere, pairwise-id nowhere; both at every login.
#[test]
fn a_pairwise_id_is_another_one_at_every_service_provider() {
    let (here, there) = (told(&scene()), told(&elsewhere(scene())));
    assert_eq!(here, told(&scene()));
    assert_eq!(here[0], there[0]);
    assert_ne!(here[1], there[1]);
}

/// C101. Whatever two people have in common, even a name that passes from one to the other.
#[test]
fn nobody_gets_what_somebody_else_had() {
    let mut other = scene();
    other.user.id = UserId::new(now(), &mut other_rng());
    let (one, other) = (told(&scene()), told(&other));
    assert!(one[0] != other[0] && one[1] != other[1]);
}

#[test]
fn without_a_scope_there_is_none_and_the_login_goes_on() {
    let mut scene = scene();
    scene.identity.scope = None;
    assert_eq!(told(&scene), [None, None]);
}

/// C102. A scope is a name and no pattern.
#[test]
fn a_scope_is_made_of_letters_digits_hyphens_and_dots() {
    for good in ["example.org", "a", "x-1.example", &"a".repeat(127)] {
        assert!(is_scope(good), "{good}");
    }
    for bad in ["", ".org", "-a", "^(.+)example\\.org$", "a b", "a@b", "ä.org", &"a".repeat(128)] {
        assert!(!is_scope(bad), "{bad}");
    }
}
