//! When nothing may be issued.

use idp_core::id::{EntityId, ServiceProviderId, UserId};
use idp_core::saml::request::{RequestedSubject, Wishes};
use idp_core::saml::status::Status;
use idp_core::saml::urn::NameIdFormat;
use idp_core::sso::{IssueError, issue, refuse};
use idp_core::user::AccountState;

use crate::support::{ACS, REQUEST, Scene, ec_key, finished_login, now, other_rng, rng};

fn scene() -> Scene {
    Scene::new(ec_key())
}

fn issued_with(
    scene: &Scene,
    login: idp_core::flow::subject::AuthenticatedSubject,
) -> Result<(), IssueError> {
    issue(login, &scene.facts(), &scene.answer(), &mut rng()).map(|_| ())
}

#[test]
fn a_response_goes_where_the_request_was_verified_for() {
    let response = scene().issue().unwrap();
    assert_eq!(response.acs_url(), ACS);
    assert_eq!(response.relay_state().unwrap().as_str(), "ss:mem:1?a=b&c");
    assert!(response.xml().contains(response.response_id()));
    assert!(response.xml().contains(response.assertion_id().unwrap()));
    assert_eq!(scene().refuse(Status::Responder, None).assertion_id(), None);
}

/// C068.
#[test]
fn a_login_for_another_service_provider_issues_nothing() {
    let scene = scene();
    let rival = ServiceProviderId::new(now(), &mut other_rng());
    let login = finished_login(scene.user.id, rival, REQUEST, now());
    assert!(matches!(issued_with(&scene, login), Err(IssueError::Mismatch(_))));
}

/// C068.
#[test]
fn a_login_for_another_request_issues_nothing() {
    let scene = scene();
    let login = finished_login(scene.user.id, scene.sp.id, "_request2", now());
    assert!(matches!(issued_with(&scene, login), Err(IssueError::Mismatch(_))));
}

/// C068.
#[test]
fn facts_of_another_person_issue_nothing() {
    let scene = scene();
    let other = UserId::new(now(), &mut other_rng());
    let login = finished_login(other, scene.sp.id, REQUEST, now());
    assert!(matches!(issued_with(&scene, login), Err(IssueError::Mismatch(_))));
}

#[test]
fn another_service_provider_is_not_answered() {
    let mut scene = scene();
    scene.sp.id = ServiceProviderId::new(now(), &mut other_rng());
    assert!(matches!(scene.issue(), Err(IssueError::Mismatch(_))));
}

#[test]
fn a_service_provider_that_changed_its_entity_id_is_not_answered() {
    let mut scene = scene();
    scene.sp.entity_id = EntityId::parse("https://other.example.org").unwrap();
    assert!(matches!(scene.issue(), Err(IssueError::Mismatch(_))));
}

/// C176.
#[test]
fn a_disabled_service_provider_gets_no_answer_at_all() {
    let mut scene = scene();
    scene.sp.enabled = false;
    assert!(matches!(scene.issue(), Err(IssueError::ServiceProviderDisabled)));
    let refusal = refuse(&scene.answer(), Status::Responder, None, &mut rng());
    assert!(matches!(refusal, Err(IssueError::ServiceProviderDisabled)));
}

#[test]
fn an_address_that_was_removed_from_the_registration_gets_no_answer_at_all() {
    let mut scene = scene();
    scene.sp.settings.assertion_consumer_services[0].url = format!("{ACS}/");
    assert!(matches!(scene.issue(), Err(IssueError::AcsNotRegistered)));
    let refusal = refuse(&scene.answer(), Status::Responder, None, &mut rng());
    assert!(matches!(refusal, Err(IssueError::AcsNotRegistered)));
}

#[test]
fn an_account_disabled_meanwhile_is_not_told_of() {
    let mut scene = scene();
    scene.user.state = AccountState::Disabled;
    assert!(matches!(scene.issue(), Err(IssueError::AccountDisabled)));
}

#[test]
fn a_refusal_cannot_claim_success() {
    let scene = scene();
    let refusal = refuse(&scene.answer(), Status::Success, None, &mut rng());
    assert!(matches!(refusal, Err(IssueError::NotARefusal)));
}

fn wishing_for(value: &str, format: NameIdFormat) -> Wishes {
    let subject = RequestedSubject {
        value: value.to_owned(),
        format: Some(format.uri().to_owned()),
        name_qualifier: None,
        sp_name_qualifier: None,
    };
    Wishes { subject: Some(subject), ..Wishes::default() }
}

#[test]
fn the_person_the_request_names_is_told_of() {
    let scene = scene().wishing(&wishing_for("alice", NameIdFormat::Unspecified));
    assert!(scene.issue().is_ok());
}

/// C063.
#[test]
fn another_person_than_the_request_names_is_not_told_of() {
    let scene = scene().wishing(&wishing_for("bob", NameIdFormat::Unspecified));
    assert!(matches!(scene.issue(), Err(IssueError::SubjectMismatch)));
}

/// C063.
#[test]
fn a_named_person_is_never_answered_without_a_name_id() {
    let mut scene = scene().wishing(&wishing_for("alice", NameIdFormat::Unspecified));
    scene.with_name_id = false;
    assert!(matches!(scene.issue(), Err(IssueError::SubjectMismatch)));
}
