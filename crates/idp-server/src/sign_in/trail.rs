//! Rows of the audit trail that a sign-in leaves. No secrets, no codes, no numbers, no assertions.

use idp_admin::audit_trail::REQUEST_AGE;
use idp_core::flow::login::{Login, LoginEvent, Purpose};
use idp_core::id::{EntityId, EventId, ServiceProviderId, UserId};
use idp_core::saml::request::{Reason, VerifiedRequest};
use idp_store::AuditEvent;
use serde_json::{Value, json};

use super::Visit;
use crate::rng::rng;

/// A row without particulars.
pub fn event(visit: &Visit, kind: &str, detail: Value) -> AuditEvent {
    AuditEvent {
        id: EventId::new(visit.now, &mut rng()),
        at: visit.now,
        kind: kind.to_owned(),
        incident: None,
        service_provider: None,
        user: None,
        session: None,
        address: Some(visit.address.to_string()),
        detail,
    }
}

/// A refusal, with the rule that failed and the code under which it can be looked up.
pub fn refusal(
    visit: &Visit,
    kind: &str,
    reason: &Reason,
    incident: &str,
    service_provider: Option<ServiceProviderId>,
) -> AuditEvent {
    AuditEvent {
        incident: Some(incident.to_owned()),
        service_provider,
        ..event(visit, kind, json!(reason))
    }
}

/// The same row with the entityID that the request claims to come from.
pub fn with_issuer(mut row: AuditEvent, issuer: Option<&EntityId>) -> AuditEvent {
    if let (Value::Object(detail), Some(issuer)) = (&mut row.detail, issuer) {
        detail.insert("issuer".to_owned(), json!(issuer));
    }
    row
}

/// The same row with how old the request was when it came, which tells how the clock of the service
/// provider goes.
pub fn with_request_age(
    mut row: AuditEvent,
    visit: &Visit,
    request: &VerifiedRequest,
) -> AuditEvent {
    let age = (visit.now - request.issue_instant()).num_milliseconds();
    if let Value::Object(detail) = &mut row.detail {
        detail.insert(REQUEST_AGE.to_owned(), json!(age));
    }
    row
}

/// What happened in a login.
pub fn of_login(
    visit: &Visit,
    login: &Login,
    user: Option<UserId>,
    events: &[LoginEvent],
) -> Vec<AuditEvent> {
    let row = |what: &LoginEvent| {
        let mut detail = json!({ "login": login.id(), "what": what });
        if let (Purpose::Local { local }, Value::Object(fields)) = (login.purpose(), &mut detail) {
            fields.insert("local".to_owned(), json!(local));
        }
        AuditEvent {
            service_provider: login.purpose().service_provider(),
            user: user.or_else(|| login.user()),
            ..event(visit, kind(what), detail)
        }
    };
    events.iter().map(row).collect()
}

const fn kind(event: &LoginEvent) -> &'static str {
    match event {
        LoginEvent::StepPassed { .. } => "login.step-passed",
        LoginEvent::StepSkipped { .. } => "login.step-skipped",
        LoginEvent::SubstituteUsed { .. } => "backup-code.used",
        LoginEvent::Enrolled { .. } => "login.enrolled",
        LoginEvent::StepFailed { .. } => "login.step-failed",
        LoginEvent::Throttled { .. } => "login.throttled",
        LoginEvent::MessageSent { .. } => "login.message-sent",
        LoginEvent::Denied { .. } => "login.denied",
        LoginEvent::Restarted => "login.restarted",
    }
}
