//! What an authenticator is: the interface a new factor implements, and the data that passes
//! through it.
//!
//! An authenticator is pure and synchronous. It sees its own credential, the claims it asked for
//! and its own challenge, and answers with a verdict; it performs no IO and keeps no state.

use std::borrow::Cow;
use std::fmt;

use chrono::TimeDelta;
use rand::RngCore;
use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::claim::{ClaimUri, Claims};
use crate::id::{LoginId, UserId};
use crate::secret::Secret;
use crate::user::Username;

pub use super::answer::Answer;
pub use super::enrolment::{Enrolled, EnrolmentGrant, EnrolmentProof};
pub use super::phrase::Phrase;
pub use super::prompt::{Action, Field, FieldKind, Notice, Prompt, Tone};
pub use super::registry::Registry;
pub use super::settings::{AuthenticatorSettings, SettingProblem, Severity};
pub use super::throttle::AttemptPermission;

/// The name of an authenticator, such as `basic-auth`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AuthenticatorId(Cow<'static, str>);

impl AuthenticatorId {
    /// A name known at compile time.
    pub const fn from_static(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AuthenticatorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for AuthenticatorId {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}

/// The type of a factor (NIST SP 800-63B-4): two of one type are not multi-factor.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    /// Something you know.
    Knowledge,
    /// Something you have.
    Possession,
    /// Something you are.
    Inherence,
}

/// How dear it is to judge an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cost {
    /// Microseconds: judged between reading the facts and the one write.
    Light,
    /// Milliseconds and megabytes (a password hash): the attempt is counted before it is judged,
    /// and only so many are judged at once.
    Heavy,
}

/// A step that was passed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CompletedStep {
    /// By what.
    pub authenticator: AuthenticatorId,
    /// The type of the factor at that time.
    pub factor: Factor,
    /// When.
    pub at: Instant,
    /// By something that stands in for the authenticator's own means, such as a backup code: the
    /// factor counts, the classes that name the means do not.
    #[serde(default)]
    pub substitute: bool,
}

/// What an authenticator stored about a person, in a form only it understands (a password hash, a
/// key handle). Never logged.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Credential(String);

impl Credential {
    /// Wraps an authenticator's own text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for its authenticator and for the store.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(…)")
    }
}

/// What an authenticator remembers between showing a step and judging the answer, such as the keyed
/// hash of a code. Part of the login's row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Challenge(serde_json::Value);

impl Challenge {
    /// Stores an authenticator's own state.
    pub fn new<T: Serialize>(state: &T) -> Result<Self, serde_json::Error> {
        serde_json::to_value(state).map(Self)
    }

    /// The state, when it has the expected form.
    pub fn read<T: for<'de> Deserialize<'de>>(&self) -> Option<T> {
        T::deserialize(&self.0).ok()
    }
}

/// The person as one authenticator may see them.
pub struct Subject<'a> {
    /// The account.
    pub id: UserId,
    /// The name the person signs in with.
    pub username: &'a Username,
    /// Only the claims the authenticator asked for.
    pub claims: ClaimView<'a>,
    /// The authenticator's own credential, if the person is enrolled.
    pub credential: Option<&'a Credential>,
}

/// Read access to the claims an authenticator named in [`Authenticator::claims`].
pub struct ClaimView<'a> {
    pub(super) claims: &'a Claims,
    pub(super) allowed: &'static [ClaimUri],
}

impl<'a> ClaimView<'a> {
    /// A view of the allowed claims.
    pub const fn new(claims: &'a Claims, allowed: &'static [ClaimUri]) -> Self {
        Self { claims, allowed }
    }

    /// The first value of a claim, when the authenticator asked for it and the person has it.
    pub fn first(&self, uri: &ClaimUri) -> Option<&'a str> {
        self.allowed.contains(uri).then(|| self.claims.first(uri)).flatten()
    }
}

/// Whether a message may be sent to the person now: the verdict of the limits per account, number
/// and address, counted from the first send and not evaded by starting over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SendingPermission {
    /// Yes.
    Allowed,
    /// Not before this instant.
    NotBefore(Instant),
}

/// Everything an authenticator may know when it shows a step or judges an answer.
pub struct Facts<'a> {
    /// The instant of this request.
    pub now: Instant,
    /// The login this happens in; binds codes to it.
    pub login: LoginId,
    /// The person. `None` when nobody with that name exists or nobody is named yet; the
    /// authenticator takes the same path and time either way.
    pub subject: Option<Subject<'a>>,
    /// What the authenticator remembered of this step.
    pub challenge: Option<&'a Challenge>,
    /// The service provider asked for fresh authentication (saml-core 3.4.1, ForceAuthn).
    pub force_authn: bool,
    /// Whether a message may be sent now.
    pub sending: SendingPermission,
    /// Whether a substitute such as a backup code may be judged now; wrong ones have a counter of
    /// their own.
    pub substitutes: AttemptPermission,
    /// What shows, besides the factor itself, that the person may enrol something in this login.
    pub enrolment: Option<EnrolmentGrant>,
    /// The name of the application the person wants to use, from its registration.
    pub application: &'a str,
    /// What is set for this authenticator at that application.
    pub settings: &'a AuthenticatorSettings,
    /// The languages that the person's browser asks for, best first, as RFC 5646 writes them.
    pub languages: &'a [String],
    /// The language that the person chose here, as RFC 5646 writes it. It counts before all others.
    pub chosen_language: Option<&'a str>,
    /// The host people see in the address bar, for origin-bound codes.
    pub host: &'a str,
}

/// Something to do in the world, carried out after the state is saved.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Send a text message.
    SendText(TextMessage),
}

/// A text message to a person's phone.
#[derive(Clone, Debug)]
pub struct TextMessage {
    /// The number in E.164 form with the plus sign.
    pub to: Secret<String>,
    /// The whole message, code included.
    pub body: Secret<String>,
    /// The bare code, for gateways with a field of its own; empty in a notice.
    pub code: Secret<String>,
    /// What the message says, for gateways that word it themselves; `None` for a notice, which
    /// carries no code and is sent as it is.
    pub wording: Option<CodeWording>,
}

/// Where messages go, as far as limits count them. Not printable: a number is nobody else's business.
#[derive(Clone)]
pub struct Recipient {
    /// The number in E.164 form.
    pub number: Secret<String>,
    /// Its first digits: numbers that cost alike.
    pub prefix: Secret<String>,
    /// The country it belongs to (ISO 3166-1 alpha-2); `None` for services and unassigned codes.
    pub country: Option<&'static str>,
}

/// What a message with a code says besides the code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeWording {
    /// The name of the application, from its registration.
    pub application: String,
    /// How long the code lives.
    pub lifetime: TimeDelta,
    /// The host that the code is bound to in the message's last line; `None` leaves the line out.
    pub origin: Option<String>,
}

/// What became of an effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Delivery {
    /// The gateway accepted the message.
    Accepted,
    /// It did not, or no gateway is configured.
    Failed,
}

/// What happens when a person comes to a step.
pub enum Entry {
    /// The step is shown.
    Ask {
        /// What to remember.
        challenge: Option<Challenge>,
        /// What to do after saving.
        effect: Option<Effect>,
    },
    /// The person cannot pass this step.
    Unavailable(DenyReason),
}

/// The judgement of an answer.
pub enum Verdict {
    /// The person proved it.
    Passed {
        /// A new credential to store instead of the old one (a hash with newer parameters).
        credential: Option<Credential>,
    },
    /// The person proved it by a substitute that works once, such as a backup code.
    PassedBySubstitute {
        /// The credential without the substitute. It is stored in the transaction that passes the
        /// step; when that fails, the step is not passed.
        credential: Credential,
        /// How many substitutes are left.
        left: u32,
    },
    /// The person enrolled something in this login and proved that it is theirs.
    Enrolled(Box<Enrolled>),
    /// A wrong answer. It counts toward delays and lockout.
    Wrong {
        /// What to remember instead; `None` keeps what there was.
        challenge: Option<Challenge>,
        /// What to tell the person.
        notice: Notice,
    },
    /// No attempt at all (an empty field, a request for another code, an expired code): not
    /// counted.
    Incomplete {
        /// What to remember instead; `None` keeps what there was.
        challenge: Option<Challenge>,
        /// What to do after saving.
        effect: Option<Effect>,
        /// What to tell the person.
        notice: Option<Notice>,
    },
    /// The person cannot pass this step any more.
    Unavailable(DenyReason),
}

/// Why a login ends without an assertion. The wording for people is the server's.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DenyReason {
    /// The account was disabled while the login was running.
    AccountDisabled,
    /// The account vanished while the login was running.
    AccountGone,
    /// The step needs something the person has not got, such as a mobile number.
    NotEnrolled,
    /// The person could enrol what the step needs, but nothing shows that it is really them.
    EnrolmentUnproven,
    /// Codes are not sent to the country of the person's number.
    NumberNotServed,
    /// The application is in quarantine, and the person is none of those who test it.
    NotOpen,
    /// The login took longer than allowed.
    Expired,
    /// Too many codes were asked for in this login.
    TooManySends,
    /// Too many wrong answers in this login.
    TooManyAttempts,
    /// The person pressed Cancel.
    Cancelled,
    /// The pinned chain names an authenticator that this server does not have.
    AuthenticatorMissing,
    /// An authenticator could not work (its state is unreadable); the login fails closed.
    InternalError,
}

/// A factor: how a person proves something.
pub trait Authenticator: Send + Sync {
    /// Its name in chains, files and the database.
    fn id(&self) -> AuthenticatorId;

    /// Its name for administrators, such as "Username & Password".
    fn display_name(&self) -> &'static str;

    /// Its name for people who choose among several ways to sign in.
    fn offer(&self) -> Phrase {
        Phrase::literal(self.display_name())
    }

    /// Other names it is known by in imported configurations.
    fn aliases(&self) -> &'static [&'static str] {
        &[]
    }

    /// What is wrong with settings of a service provider for this authenticator, or unwise. It has
    /// none of its own unless it says so.
    fn check_settings(
        &self,
        settings: &AuthenticatorSettings,
        _application: &str,
    ) -> Vec<SettingProblem> {
        let refused = |key| {
            let message = format!("is no setting of {}; it has none per application", self.id());
            SettingProblem::new(key, message)
        };
        settings.iter().map(|(key, _)| refused(key)).collect()
    }

    /// The type of factor it proves.
    fn factor(&self) -> Factor;

    /// Whether it can establish who the person is, and so stand first in a chain.
    fn identifies(&self) -> bool {
        false
    }

    /// How dear it is to judge an answer.
    fn cost(&self) -> Cost {
        Cost::Light
    }

    /// The claims it needs to see.
    fn claims(&self) -> &'static [ClaimUri] {
        &[]
    }

    /// The authentication context classes (saml-authn-context) that passing it alone satisfies,
    /// strongest first; empty for a factor that no class names.
    fn context_classes(&self) -> &'static [&'static str] {
        &[]
    }

    /// Further classes that hold when it was passed together with a factor of another type.
    fn multi_factor_classes(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether an answer is an attempt to prove something, which counts, rather than an unfinished
    /// form or a button.
    fn is_attempt(&self, _answer: &Answer) -> bool {
        true
    }

    /// Whether people may have substitutes for this factor, such as backup codes.
    fn has_substitutes(&self) -> bool {
        false
    }

    /// Whether an answer tries a substitute, alone or beside the factor itself. When it is wrong it
    /// counts among the wrong substitutes too.
    fn tries_substitute(&self, _facts: &Facts<'_>, _answer: &Answer) -> bool {
        false
    }

    /// Where a text message of this authenticator would go, so that sends can be counted: to the
    /// person's number, or to the one that they give in this login. `None` when there is no number, or
    /// one that nothing may be sent to.
    fn recipient(
        &self,
        _subject: &Subject<'_>,
        _challenge: Option<&Challenge>,
        _answer: Option<&Answer>,
    ) -> Option<Recipient> {
        None
    }

    /// Whether the person chose not to be asked for this. It counts only at steps whose policy says
    /// so.
    fn opted_out(&self, _subject: &Subject<'_>) -> bool {
        false
    }

    /// Whether the person has what this asks for, such as a mobile number. In doubt they have: a
    /// policy may let people without it past the step.
    fn enrolled(&self, _subject: &Subject<'_>) -> bool {
        true
    }

    /// The name a person typed, for an authenticator that identifies.
    fn identifier<'a>(&self, _answer: &'a Answer) -> Option<&'a str> {
        None
    }

    /// Called once when the person comes to the step.
    fn enter(&self, facts: &Facts<'_>, rng: &mut dyn RngCore) -> Entry;

    /// What to show. Called for every display of the step.
    fn prompt(&self, facts: &Facts<'_>) -> Prompt;

    /// Judges an answer.
    fn answer(&self, facts: &Facts<'_>, answer: &Answer, rng: &mut dyn RngCore) -> Verdict;

    /// Takes note of what became of the effect it asked for.
    fn delivered(&self, challenge: &Challenge, _outcome: Delivery, _now: Instant) -> Challenge {
        challenge.clone()
    }
}
