//! What would happen at a sign-in. Nothing is sent, signed or stored.

use idp_admin::access_tokens::Scope;
use idp_admin::what_if::{self, Question};
use utoipa::ToSchema;

use super::call::Call;
use super::operation::Operation;
use super::refusal::Refusal;
use super::reply::Reply;
use crate::rng::rng;

/// A question. Everything but the service provider and the person has a default: a request without
/// wishes, by a browser without a session.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the fields of a question, for the document")]
pub struct WhatIfQuestion {
    /// The entityID of the service provider.
    service_provider: String,
    /// The user name of the person.
    user: String,
    /// ForceAuthn: every step is to be passed anew.
    force_authn: Option<bool>,
    /// IsPassive: no page may be shown.
    is_passive: Option<bool>,
    /// The request carries a signature of the service provider's own key.
    signed: Option<bool>,
    /// AssertionConsumerServiceURL.
    acs_url: Option<String>,
    /// AssertionConsumerServiceIndex.
    acs_index: Option<u16>,
    /// AttributeConsumingServiceIndex.
    attribute_consuming_service_index: Option<u16>,
    /// NameIDPolicy.
    name_id_policy: Option<WhatIfNameIdPolicy>,
    /// Comparison of RequestedAuthnContext: `exact`, `minimum`, `maximum` or `better`.
    comparison: Option<String>,
    /// The classes of RequestedAuthnContext, the preferred one first.
    context_classes: Option<Vec<String>>,
    /// The steps that the live session of the browser proves.
    session: Option<Vec<WhatIfSessionStep>>,
    /// What the person chooses where a step offers several authenticators; otherwise the first.
    prefer: Option<Vec<String>>,
}

/// A NameIDPolicy.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the fields of a NameIDPolicy, for the document")]
pub struct WhatIfNameIdPolicy {
    /// Format: a URI or the short name of one.
    format: Option<String>,
    /// AllowCreate.
    allow_create: Option<bool>,
    /// SPNameQualifier.
    sp_name_qualifier: Option<String>,
}

/// A step that a session proves.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the fields of a step, for the document")]
pub struct WhatIfSessionStep {
    /// The authenticator it was passed with.
    authenticator: String,
    /// How long ago, in minutes.
    minutes_ago: Option<u32>,
}

/// What would happen.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the fields of an answer, for the document")]
pub struct WhatIfAnswer {
    /// The entityID of the service provider.
    service_provider: String,
    /// Its name.
    name: String,
    /// The user name of the person.
    user: String,
    /// Where the answer goes; `null` when nothing is answered.
    acs_url: Option<String>,
    /// Every step in order; none when the request fails before.
    steps: Vec<WhatIfStep>,
    /// How it ends.
    outcome: WhatIfOutcome,
    /// What is worth knowing beside it.
    notes: Vec<String>,
}

/// What would become of a step. Which fields there are depends on `course`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the fields of a step, for the document")]
pub struct WhatIfStep {
    /// What passes it: any one of these.
    authenticators: Vec<String>,
    /// `session`, `skipped`, `asked` or `not-reached`.
    course: String,
    /// By which authenticator the session proves it, or with which one this answer goes on.
    authenticator: Option<String>,
    /// `session`: how long ago, in minutes.
    minutes_ago: Option<i64>,
    /// `skipped`: why.
    reason: Option<String>,
    /// `asked`: what the person can choose from.
    offered: Option<Vec<String>>,
    /// `asked`: the heading of the page, as a phrase that the pages translate.
    #[schema(value_type = Option<Object>)]
    title: Option<String>,
    /// `asked`: the labels of the fields, as phrases that the pages translate.
    #[schema(value_type = Option<Vec<Object>>)]
    fields: Option<Vec<String>>,
    /// `asked`: whether a text message would be sent.
    sends_message: Option<bool>,
}

/// How it ends. Which fields there are depends on `result`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the fields of an outcome, for the document")]
pub struct WhatIfOutcome {
    /// `signed-in`, `refused` (the service provider gets a status), `page` (the person reads a page
    /// here) or `denied` (the login ends without an assertion).
    result: String,
    /// `signed-in`: format, origin and, if it is known beforehand, value of the NameID.
    #[schema(value_type = Option<Object>)]
    name_id: Option<String>,
    /// `signed-in`: every configured attribute with its values, or why it is left out.
    #[schema(value_type = Option<Vec<Object>>)]
    attributes: Option<Vec<String>>,
    /// `signed-in`: the AuthnContextClassRef.
    context_class: Option<String>,
    /// `signed-in`: which elements are signed.
    signed: Option<Vec<String>>,
    /// `signed-in`: the key that signs: id, kind and algorithm.
    #[schema(value_type = Option<Object>)]
    key: Option<String>,
    /// `signed-in`: whether the assertion is encrypted.
    encrypted: Option<bool>,
    /// `signed-in`: what is encrypted, and with what; absent when nothing is.
    encryption: Option<String>,
    /// `signed-in`: how long the assertion may be presented.
    lifetime_seconds: Option<u32>,
    /// `refused`, `denied`: the top-level status code.
    status: Option<String>,
    /// `refused`, `denied`: the second-level status code.
    second_level: Option<String>,
    /// `refused`, `page`: a stable name of the rule that failed.
    code: Option<String>,
    /// `refused`, `page`: the clause of the standard.
    rule: Option<String>,
    /// `refused`, `page`: what the rule expects.
    expected: Option<String>,
    /// `refused`, `page`: what was found.
    found: Option<String>,
    /// `refused`: the StatusMessage.
    message: Option<String>,
    /// `page`: what to do.
    advice: Option<String>,
    /// `denied`: why.
    reason: Option<String>,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let names = ("/what-if", "whatIf", "What would happen at a sign-in; needs users:read as well");
    vec![
        Operation::post(names, Scope::ScenariosRead, ask)
            .takes::<WhatIfQuestion>()
            .answers::<WhatIfAnswer>()
            .asking(),
    ]
}

fn ask(call: &Call<'_>) -> Result<Reply, Refusal> {
    // The answer has what is known of the person.
    call.require(Scope::UsersRead)?;
    let question: Question = call.json()?;
    let rules = call.app.login_rules(call.configuration(), call.now)?;
    Reply::json(&what_if::ask(&call.admin(), &rules, &question, &mut rng())?)
}
