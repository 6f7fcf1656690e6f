//! From the proof to the Response: context class, NameID, assertion, session, record.

use idp_core::flow::authenticator::AuthenticatorId;
use idp_core::flow::policy::PassedStep;
use idp_core::flow::subject::AuthenticatedSubject;
use idp_core::id::{ServiceProviderId, SessionId};
use idp_core::logout::Participation;
use idp_core::saml::name_id::{NameId, NameIdPlan};
use idp_core::saml::request::{Reason, Refusal, VerifiedRequest};
use idp_core::saml::status::Status;
use idp_core::session::Session;
use idp_core::sso::{
    self, EncryptedParts, IssueError, IssueFacts, MissingClaims, Objection, Question,
    SignedResponse,
};
use idp_core::user::User;
use idp_store::{AuditEvent, Generation, KnownParticipant, PairwiseId, Participant, SsoRecord};
use serde_json::{Value, json};

use super::begin::{Arrival, context_policy, not_open, replayed, seen};
use super::{Reply, Visit, trail};
use crate::app::App;
use crate::configuration::{Configuration, Registered};
use crate::error::WebError;
use crate::rng::rng;

/// A live session that suffices.
pub struct Hit<'a> {
    /// The session.
    pub session: &'a Session,
    /// Whose it is.
    pub user: &'a User,
    /// The stored pairwise identifier.
    pub pairwise: Option<String>,
    /// What the service provider was told of the session last.
    pub known: Option<KnownParticipant>,
    /// The generation of the facts, when they were remembered rather than read.
    pub based_on: Option<Generation>,
}

/// What is issued, before it is recorded.
pub struct Issued {
    /// The Response.
    pub response: SignedResponse,
    /// For the trail.
    pub event: AuditEvent,
    /// A new pairwise identifier to store.
    pub pairwise: Option<PairwiseId>,
    /// What the service provider is told of the session, for logout.
    pub participant: Participant,
}

/// Why no assertion is issued to a person who passed every step.
pub enum NotIssued {
    /// The service provider is answered with a status.
    Refused(Box<Refusal>),
    /// The person lacks mandatory claims, and reads a page about it.
    Missing(MissingClaims),
}

impl From<Refusal> for NotIssued {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

/// Everything that issuing needs besides the proof.
pub struct Particulars<'a> {
    /// The configuration in force.
    pub configuration: &'a Configuration,
    /// Whom it is for.
    pub registered: &'a Registered,
    /// What is answered.
    pub request: &'a VerifiedRequest,
    /// The session it belongs to.
    pub session: &'a Session,
    /// The person.
    pub user: &'a User,
    /// The stored pairwise identifier.
    pub pairwise: Option<String>,
}

/// An answer from a live session, not yet recorded: nothing of it may leave the server before.
pub struct Prepared {
    response: SignedResponse,
    application: String,
    /// To be recorded.
    pub record: SsoRecord,
}

impl Prepared {
    /// The reply, once the record is durable.
    pub fn reply(self, app: &App) -> Reply {
        app.metrics.login_finished("single_sign_on");
        let Self { response, application, .. } = self;
        Reply::Post { response: Box::new(response), application, session: None, over: None }
    }
}

/// Prepares the answer from a live session: no page, one signature, one write to come.
pub fn prepare(
    app: &App,
    visit: &Visit,
    configuration: &Configuration,
    registered: &Registered,
    request: &VerifiedRequest,
    subject: AuthenticatedSubject,
    hit: Hit<'_>,
) -> Result<Result<Prepared, NotIssued>, WebError> {
    let Hit { session, user, pairwise, known, based_on } = hit;
    let particulars = Particulars { configuration, registered, request, session, user, pairwise };
    let issued = match issue(app, visit, subject, &particulars)? {
        Ok(issued) => issued,
        Err(not_issued) => return Ok(Err(not_issued)),
    };
    let event = trail::with_request_age(issued.event, visit, request);
    let told_before = known.is_some_and(|known| known.covers(&issued.participant.told));
    let touch = session.needs_touch(visit.now).then(|| (session.id.clone(), visit.now));
    let record = SsoRecord {
        seen: seen(app, visit, request),
        event,
        touch,
        pairwise: issued.pairwise,
        participant: (!told_before).then_some(issued.participant),
        based_on,
    };
    let application = registered.service_provider.name.clone();
    Ok(Ok(Prepared { response: issued.response, application, record }))
}

/// Records what an answer leaves behind.
pub fn record(
    app: &App,
    request: &VerifiedRequest,
    record: SsoRecord,
    arrival: Arrival,
) -> Result<(), WebError> {
    match arrival {
        Arrival::Now => app.store.record_sso(record),
        Arrival::SeenBefore | Arrival::Unnoted => app.store.write(|w| {
            w.insert_audit_events(std::slice::from_ref(&record.event))?;
            if let Some((id, now)) = &record.touch {
                w.touch_session(id, *now)?;
            }
            if let Some(participant) = &record.participant {
                w.insert_participant(participant)?;
            }
            record.pairwise.as_ref().map_or(Ok(()), |pairwise| w.insert_pairwise_id(pairwise))
        }),
    }
    .map_err(|error| replayed(error, request))
}

/// Spends a proof on a Response, or finds a reason to refuse the service provider.
pub fn issue(
    app: &App,
    visit: &Visit,
    subject: AuthenticatedSubject,
    particulars: &Particulars<'_>,
) -> Result<Result<Issued, NotIssued>, WebError> {
    let Particulars { configuration, registered, request, session, user, .. } = particulars;
    let sp = &registered.service_provider;
    let passed: Vec<PassedStep> = subject.steps().iter().map(PassedStep::from).collect();
    let steps: Vec<AuthenticatorId> = passed.iter().map(|p| p.authenticator.clone()).collect();
    let skipped = subject.skipped().to_vec();
    let question = Question {
        request,
        service_provider: sp,
        identity: &app.identity,
        registry: &app.registry,
        policy: context_policy(app, sp),
    };
    let sso::Outline { context_class, name } = match sso::outline(question, user, &passed) {
        Ok(outline) => outline,
        Err(Objection::NotOpen) => return Err(not_open(sp)),
        Err(Objection::Refused(status, reason)) => {
            let (request, reason) = ((*request).clone(), *reason);
            return Ok(Err(Refusal { request, status, reason }.into()));
        }
        Err(Objection::Missing(missing)) => return Ok(Err(NotIssued::Missing(missing))),
    };
    let (name_id, new_pairwise) = match name_id(app, particulars, name)? {
        Ok(made) => made,
        Err(refusal) => return Ok(Err(NotIssued::Refused(refusal))),
    };
    let facts = IssueFacts {
        user,
        session_index: session_index(app, &session.id, sp.id),
        session_not_on_or_after: session.expires_at,
        name_id,
        context_class,
    };
    let key = configuration.signing_key_for(sp, app.limits.denied_algorithms, visit.now)?;
    let answer = sso::Answer {
        request,
        service_provider: sp,
        identity: &app.identity,
        key,
        protection: &registered.protection,
        now: visit.now,
    };
    let response = match sso::issue(subject, &facts, &answer, &mut rng()) {
        Ok(response) => response,
        Err(IssueError::NotOpen) => return Err(not_open(sp)),
        Err(IssueError::SubjectMismatch) => return Ok(Err(other_subject(request).into())),
        Err(IssueError::MissingClaims(missing)) => return Ok(Err(NotIssued::Missing(missing))),
        Err(IssueError::UnknownAttributeService(unknown)) => {
            let (status, reason) = unknown.refusal();
            return Ok(Err(Refusal { request: (*request).clone(), status, reason }.into()));
        }
        Err(IssueError::CannotEncrypt(obstacle)) => {
            return Ok(Err(sso::cannot_encrypt((*request).clone(), &obstacle).into()));
        }
        Err(IssueError::Illegal(illegal)) => {
            let (status, reason) = sso::unprintable(&illegal.to_string());
            return Ok(Err(Refusal { request: (*request).clone(), status, reason }.into()));
        }
        Err(error) => return Err(WebError::Internal(error.to_string())),
    };
    let mut detail = json!({
        "assertion": response.assertion_id(),
        "request": request.id(),
        "context": facts.context_class,
        "steps": steps,
        "skipped": skipped,
        "nameIdFormat": facts.name_id.as_ref().map(|n| n.format().short()),
        "sessionIndex": facts.session_index,
    });
    note_encryption(&mut detail, registered, request);
    let event = AuditEvent {
        service_provider: Some(sp.id),
        user: Some(user.id),
        session: Some(session.id.clone()),
        ..trail::event(visit, "assertion.issued", detail)
    };
    let told = Participation {
        session: session.id.clone(),
        user: user.id,
        service_provider: sp.id,
        name_id: facts.name_id,
        session_index: facts.session_index,
        assertion_lifetime_seconds: sp.settings.assertion_lifetime_seconds,
    };
    let participant = Participant { told, at: visit.now, expires_at: session.expires_at };
    Ok(Ok(Issued { response, event, pairwise: new_pairwise, participant }))
}

/// What was encrypted, and with what; nothing where nothing was.
fn note_encryption(detail: &mut Value, registered: &Registered, request: &VerifiedRequest) {
    let Ok(encrypted) = EncryptedParts::of(&registered.protection, request.wishes()) else {
        return;
    };
    let parts = [("assertion", encrypted.assertion), ("nameId", encrypted.name_id)];
    let parts: serde_json::Map<String, Value> = parts
        .into_iter()
        .filter_map(|(what, recipe)| Some((what.to_owned(), json!(recipe?.in_words()))))
        .collect();
    if !parts.is_empty() {
        detail["encrypted"] = Value::Object(parts);
    }
}

type Named = (Option<NameId>, Option<PairwiseId>);

fn name_id(
    app: &App,
    particulars: &Particulars<'_>,
    plan: NameIdPlan,
) -> Result<Result<Named, Box<Refusal>>, WebError> {
    let Particulars { registered, request, session, user, pairwise, .. } = particulars;
    let sp = &registered.service_provider;
    let refused = |refusal: idp_core::saml::name_id::NameIdRefusal| {
        let (status, reason) = (refusal.status, *refusal.reason);
        Ok(Err(Box::new(Refusal { request: (*request).clone(), status, reason })))
    };
    let made = match plan {
        NameIdPlan::Omitted => (None, None),
        NameIdPlan::Ready(name_id) => (Some(name_id), None),
        NameIdPlan::Transient(plan) => {
            let name_id = plan.name_id(app.keys.transient_name_id.expose(), &session.id);
            (Some(name_id.map_err(|error| WebError::Internal(error.to_string()))?), None)
        }
        NameIdPlan::Persistent(plan) => match pairwise {
            Some(stored) => (Some(plan.name_id(stored.clone())), None),
            None => match plan.new_value(&mut rng()) {
                Err(refusal) => return refused(refusal),
                Ok(value) => {
                    let new =
                        PairwiseId { user: user.id, service_provider: sp.id, value: value.clone() };
                    (Some(plan.name_id(value)), Some(new))
                }
            },
        },
    };
    Ok(Ok(made))
}

/// SessionIndex: the same for one session and one service provider, and no link between two.
fn session_index(app: &App, session: &SessionId, sp: ServiceProviderId) -> String {
    format!("_{}", app.keys.session_index.hash(&format!("{}|{sp}", session.as_str())))
}

fn other_subject(request: &VerifiedRequest) -> Refusal {
    let reason = Reason {
        code: "subject-mismatch".to_owned(),
        rule: "saml-core 3.4.1.4, C063".to_owned(),
        expected: "the person named in the request's Subject".to_owned(),
        found: "another person signed in".to_owned(),
        advice: "Let the person you named sign in, or send the request without a Subject."
            .to_owned(),
    };
    Refusal { request: request.clone(), status: Status::UnknownPrincipal, reason }
}
