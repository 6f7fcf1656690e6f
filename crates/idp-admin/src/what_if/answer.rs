//! What would happen, in a form that pages show and scripts read.

use idp_core::flow::authenticator::DenyReason;
use idp_core::flow::phrase::Phrase;
use idp_core::flow::step_policy::SkipReason;
use idp_core::saml::clause::clause;
use idp_core::saml::request::Reason;
use idp_core::saml::status::Status;
use serde::{Deserialize, Serialize};

/// What would happen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Answer {
    /// The entityID of the service provider.
    pub service_provider: String,
    /// Its name.
    pub name: String,
    /// The user name of the person.
    pub user: String,
    /// Where the answer goes; `None` when nothing is answered.
    pub acs_url: Option<String>,
    /// Every step in order; none when the request fails before.
    pub steps: Vec<StepAnswer>,
    /// How it ends.
    pub outcome: Outcome,
    /// What is worth knowing beside it, in full sentences.
    pub notes: Vec<String>,
}

/// What would become of a step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StepAnswer {
    /// What passes it: any one of these.
    pub authenticators: Vec<String>,
    /// What would become of it.
    #[serde(flatten)]
    pub course: StepCourse,
}

/// What would become of a step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "course", rename_all = "kebab-case")]
pub enum StepCourse {
    /// The session proves it, so it is not asked.
    Session {
        /// By which authenticator.
        authenticator: String,
        /// How long ago, in minutes.
        minutes_ago: i64,
    },
    /// It is left out, as its policy lets this person.
    Skipped {
        /// Why.
        reason: SkipReason,
    },
    /// The person is asked.
    Asked {
        /// What they can choose from.
        offered: Vec<String>,
        /// What this answer goes on with.
        authenticator: String,
        /// The heading of its page.
        title: Phrase,
        /// What it asks for: the labels of its fields.
        fields: Vec<Phrase>,
        /// Whether a text message would be sent.
        sends_message: bool,
    },
    /// The login ends before.
    NotReached,
}

/// How it ends.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Outcome {
    /// An assertion is sent.
    SignedIn(Box<SignedIn>),
    /// The service provider is answered with a status.
    Refused(Refusal),
    /// The person reads a page of ours, and the service provider is told nothing.
    Page {
        /// A stable code such as `not-open`.
        code: String,
        /// The clause.
        rule: String,
        /// What the rule expects.
        expected: String,
        /// What was found.
        found: String,
        /// What to do.
        advice: String,
    },
    /// The login ends without an assertion: the person reads why, and goes back to the service
    /// provider, which gets this status.
    Denied {
        /// Why.
        reason: DenyReason,
        /// The top-level status code.
        status: String,
        /// The second-level status code.
        second_level: Option<String>,
    },
}

/// What an assertion would say.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SignedIn {
    /// The NameID; `None` when it is left out.
    pub name_id: Option<NameIdAnswer>,
    /// Every configured attribute.
    pub attributes: Vec<AttributeAnswer>,
    /// The AuthnContextClassRef.
    pub context_class: String,
    /// Which elements are signed: `assertion`, `response`.
    pub signed: Vec<&'static str>,
    /// What signs.
    pub key: Key,
    /// Whether assertions are encrypted.
    pub encrypted: bool,
    /// What is encrypted, and with what; `None` when nothing is.
    pub encryption: Option<String>,
    /// How long the assertion may be presented, in seconds.
    pub lifetime_seconds: u32,
}

/// A NameID.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NameIdAnswer {
    /// The short name of its format.
    pub format: String,
    /// Where its value comes from.
    pub origin: NameIdOrigin,
    /// The value, if it is known beforehand.
    pub value: Option<String>,
}

/// Where the value of a NameID comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameIdOrigin {
    /// It follows from the account.
    Account,
    /// It is stored since an earlier sign-in.
    Stored,
    /// It would be made, and stay the same from then on. Asking makes none.
    WouldBeMade,
    /// Another one at every session.
    PerSession,
}

/// A configured attribute.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AttributeAnswer {
    /// Its Name.
    pub name: String,
    /// Its FriendlyName.
    pub friendly_name: Option<String>,
    /// The claim that fills it.
    pub claim: String,
    /// What is told.
    pub values: Vec<String>,
    /// Why it is left out: `no-value` or `not-asked-for`.
    pub left_out: Option<&'static str>,
}

/// A key that signs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Key {
    /// Its name in the key directory.
    pub id: String,
    /// Its kind.
    pub kind: &'static str,
    /// The URI of the signature algorithm.
    pub algorithm: &'static str,
}

/// An answer without an assertion.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Refusal {
    /// The top-level status code.
    pub status: String,
    /// The second-level status code.
    pub second_level: Option<String>,
    /// A stable code such as `passive-impossible`.
    pub code: String,
    /// The clause of the rule.
    pub rule: String,
    /// What the rule expects.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// The StatusMessage, to which a real answer adds an incident code.
    pub message: String,
}

impl Outcome {
    pub(super) fn refused(status: Status, reason: Reason) -> Self {
        let Reason { code, rule, expected, found, advice } = reason;
        Self::Refused(Refusal {
            status: status.top_level(),
            second_level: status.second_level(),
            code,
            rule: clause(&rule),
            expected,
            found,
            message: advice,
        })
    }

    pub(super) fn page(reason: Reason) -> Self {
        let Reason { code, rule, expected, found, advice } = reason;
        Self::Page { code, rule: clause(&rule), expected, found, advice }
    }
}
