//! Which name identifier a service provider gets.

use idp_core::claim::ClaimUri;
use idp_core::id::{ServiceProviderId, SessionToken};
use idp_core::saml::name_id::{NameId, NameIdPlan, NameIdRefusal};
use idp_core::saml::request::{NameIdPolicy, RequestedSubject, Wishes};
use idp_core::saml::status::Status;
use idp_core::saml::urn::NameIdFormat;

use crate::support::{IDP, SP, Scene, ec_key, now, other_rng, rng};

fn scene(default_format: NameIdFormat) -> Scene {
    let mut scene = Scene::new(ec_key());
    scene.sp.settings.name_id.default_format = default_format;
    scene
}

fn policy(format: Option<&str>, allow_create: bool) -> Wishes {
    let policy =
        NameIdPolicy { format: format.map(str::to_owned), sp_name_qualifier: None, allow_create };
    Wishes { name_id_policy: Some(policy), ..Wishes::default() }
}

fn decide(scene: &Scene, wishes: &Wishes) -> Result<NameIdPlan, NameIdRefusal> {
    NameIdPlan::decide(&scene.identity.entity_id, &scene.sp, wishes, &scene.user)
}

fn ready(scene: &Scene, wishes: &Wishes) -> NameId {
    match decide(scene, wishes).unwrap() {
        NameIdPlan::Ready(name_id) => name_id,
        other => panic!("{other:?}"),
    }
}

fn new_persistent_value(wishes: &Wishes) -> Result<String, NameIdRefusal> {
    match decide(&scene(NameIdFormat::Persistent), wishes).unwrap() {
        NameIdPlan::Persistent(plan) => plan.new_value(&mut rng()),
        other => panic!("{other:?}"),
    }
}

fn transient(scene: &Scene, session: &str) -> NameId {
    match decide(scene, &Wishes::default()).unwrap() {
        NameIdPlan::Transient(plan) => {
            let session = SessionToken::parse(&session.repeat(64)).unwrap();
            plan.name_id(b"a key", &session.id()).unwrap()
        }
        other => panic!("{other:?}"),
    }
}

/// C060.
#[test]
fn without_a_policy_the_service_providers_default_is_used() {
    assert!(matches!(
        decide(&scene(NameIdFormat::Transient), &Wishes::default()),
        Ok(NameIdPlan::Transient(_))
    ));
    let unspecified = policy(Some(NameIdFormat::Unspecified.uri()), false);
    assert!(matches!(
        decide(&scene(NameIdFormat::Transient), &unspecified),
        Ok(NameIdPlan::Transient(_))
    ));
}

/// C059, C188.
#[test]
fn a_named_format_is_honoured() {
    let wishes = policy(Some(NameIdFormat::Transient.uri()), false);
    let plan = decide(&scene(NameIdFormat::Persistent), &wishes);
    assert!(matches!(plan, Ok(NameIdPlan::Transient(_))));
}

/// C059.
#[test]
fn a_format_we_do_not_make_or_may_not_give_is_refused() {
    let mut scene = scene(NameIdFormat::Persistent);
    for format in [
        "urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted",
        "urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos",
    ] {
        let refusal = decide(&scene, &policy(Some(format), true)).unwrap_err();
        assert_eq!(refusal.status, Status::InvalidNameIdPolicy);
        assert_eq!(refusal.reason.found, format);
    }
    scene.sp.settings.name_id.formats = vec![NameIdFormat::Persistent];
    let wishes = policy(Some(NameIdFormat::EmailAddress.uri()), true);
    assert_eq!(decide(&scene, &wishes).unwrap_err().status, Status::InvalidNameIdPolicy);
}

/// C061.
#[test]
fn the_namespace_of_another_service_provider_is_refused() {
    let mut wishes = policy(None, true);
    let scene = scene(NameIdFormat::Persistent);
    for (qualifier, accepted) in [(SP, true), ("https://rival.example.org", false), ("", false)] {
        wishes.name_id_policy.as_mut().unwrap().sp_name_qualifier = Some(qualifier.to_owned());
        assert_eq!(decide(&scene, &wishes).is_ok(), accepted, "{qualifier}");
    }
}

/// C058.
#[test]
fn a_persistent_value_is_made_only_when_allowed() {
    let persistent = Some(NameIdFormat::Persistent.uri());
    assert!(new_persistent_value(&Wishes::default()).is_ok());
    assert!(new_persistent_value(&policy(persistent, true)).is_ok());
    assert!(new_persistent_value(&policy(None, false)).is_ok());
    let refusal = new_persistent_value(&policy(persistent, false)).unwrap_err();
    assert_eq!(refusal.status, Status::InvalidNameIdPolicy);
}

/// C058, C098.
#[test]
fn a_stored_persistent_value_is_given_even_when_none_may_be_made() {
    let wishes = policy(Some(NameIdFormat::Persistent.uri()), false);
    let Ok(NameIdPlan::Persistent(plan)) = decide(&scene(NameIdFormat::Persistent), &wishes) else {
        panic!("persistent was asked for")
    };
    let name_id = plan.name_id("stored".to_owned());
    assert_eq!(name_id.value(), "stored");
    assert_eq!(name_id.name_qualifier(), Some(IDP));
    assert_eq!(name_id.sp_name_qualifier(), Some(SP));
}

/// C096, C097.
#[test]
fn persistent_values_have_160_bits_and_one_case() {
    let value = new_persistent_value(&Wishes::default()).unwrap();
    assert_eq!(value.len(), 32);
    assert!(value.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7')), "{value}");
}

/// C094.
#[test]
fn a_transient_value_is_stable_in_a_session_and_unlinkable_beyond() {
    let mut scene = scene(NameIdFormat::Transient);
    let first = transient(&scene, "1");
    assert_eq!(first, transient(&scene, "1"));
    assert_ne!(first.value(), transient(&scene, "2").value());
    assert!(first.value().starts_with('_') && first.value().len() == 65);
    scene.sp.id = ServiceProviderId::new(now(), &mut other_rng());
    assert_ne!(first.value(), transient(&scene, "1").value());
}

/// C099.
#[test]
fn an_e_mail_name_id_is_a_bare_address() {
    let mut scene = scene(NameIdFormat::EmailAddress);
    scene.user.claims.set(ClaimUri::EMAIL, vec!["alice@example.org".to_owned()]);
    assert_eq!(ready(&scene, &Wishes::default()).value(), "alice@example.org");
    scene.user.claims.set(ClaimUri::EMAIL, vec!["Alice <alice@example.org>".to_owned()]);
    let refusal = decide(&scene, &Wishes::default()).unwrap_err();
    assert_eq!(refusal.reason.code, "name-id-address");
    assert!(!refusal.reason.found.contains("alice"));
}

#[test]
fn a_missing_claim_is_the_requests_fault_only_when_it_named_the_format() {
    let scene = scene(NameIdFormat::EmailAddress);
    let by_default = decide(&scene, &Wishes::default()).unwrap_err();
    assert_eq!(by_default.status, Status::Responder);
    let asked = policy(Some(NameIdFormat::EmailAddress.uri()), true);
    assert_eq!(decide(&scene, &asked).unwrap_err().status, Status::InvalidNameIdPolicy);
}

/// C091.
#[test]
fn an_unspecified_name_id_is_the_subject_claim_or_the_user_name() {
    let mut scene = scene(NameIdFormat::Unspecified);
    assert_eq!(ready(&scene, &Wishes::default()).value(), "alice");
    scene.sp.settings.name_id.subject_claim = Some(ClaimUri::MOBILE);
    scene.user.claims.set(ClaimUri::MOBILE, vec!["+15550100".to_owned()]);
    assert_eq!(ready(&scene, &Wishes::default()).value(), "+15550100");
    for unfit in [" ", "a\u{1}", &"x".repeat(257)] {
        scene.user.claims.set(ClaimUri::MOBILE, vec![unfit.to_owned()]);
        assert!(decide(&scene, &Wishes::default()).is_err());
    }
}

/// C063.
#[test]
fn a_subject_decides_the_format_when_no_policy_does() {
    let subject = RequestedSubject {
        value: "alice".to_owned(),
        format: None,
        name_qualifier: None,
        sp_name_qualifier: None,
    };
    let wishes = Wishes { subject: Some(subject), ..Wishes::default() };
    assert_eq!(ready(&scene(NameIdFormat::Persistent), &wishes).value(), "alice");
}
