//! The way of a question, which is the way of a request: verified, begun, gone through, outlined.

use std::net::{IpAddr, Ipv4Addr};

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::attribute_release::Selection;
use idp_core::flow::authenticator::{AuthenticatorId, CompletedStep, DenyReason};
use idp_core::flow::limits::Counters;
use idp_core::flow::login::RehearsedEnd;
use idp_core::flow::policy::{ContextPolicy, PassedStep};
use idp_core::flow::situation::{Application, Situation};
use idp_core::id::{LoginId, SessionToken};
use idp_core::saml::binding::redirect;
use idp_core::saml::encryption::{Protection, Recipe};
use idp_core::saml::name_id::NameIdPlan;
use idp_core::saml::request::{Reason, Rejected, VerifiedRequest};
use idp_core::saml::signature::verification_key::VerificationKey;
use idp_core::service_provider::SignedElements;
use idp_core::session::Session;
use idp_core::sso::{self, Beginning, EncryptedParts, Objection};
use idp_core::told::{ToldAttribute, Viewed, Withheld, told_attributes};
use idp_core::user::AccountState;
use idp_store::Reader;
use rand::RngCore;

use super::answer::{Answer, AttributeAnswer, Key, NameIdAnswer, NameIdOrigin, Outcome, SignedIn};
use super::inputs::Inputs;
use super::login_rules::LoginRules;
use super::question::Question;
use super::{Unaskable, course, message};

/// Everything that a question is judged by.
struct Case<'a> {
    rules: &'a LoginRules,
    question: &'a Question,
    inputs: &'a Inputs,
    now: Instant,
}

/// What comes of a question; never `None`.
pub(crate) fn judge(
    reader: &mut Reader<'_>,
    rules: &LoginRules,
    question: &Question,
    now: Instant,
    rng: &mut dyn RngCore,
) -> Result<Option<Answer>, Unaskable> {
    let inputs = Inputs::load(reader, rules, question)?;
    Ok(Some(judge_by(&inputs, rules, question, now, rng)))
}

/// What comes of a question by what was read for it.
pub(crate) fn judge_by(
    inputs: &Inputs,
    rules: &LoginRules,
    question: &Question,
    now: Instant,
    rng: &mut dyn RngCore,
) -> Answer {
    let mut answer = Answer {
        service_provider: inputs.sp.entity_id.to_string(),
        name: inputs.sp.name.clone(),
        user: inputs.person.user.username.to_string(),
        acs_url: None,
        steps: Vec::new(),
        outcome: Outcome::page(unwritten()),
        notes: Vec::new(),
    };
    Case { rules, question, inputs, now }.answer(&mut answer, rng);
    answer
}

impl Case<'_> {
    fn answer(&self, answer: &mut Answer, rng: &mut dyn RngCore) {
        let request = match self.request() {
            Ok(request) => request,
            Err(Rejected::Local(error)) => return answer.outcome = Outcome::page(error.reason),
            Err(Rejected::ToServiceProvider(refusal)) => {
                answer.acs_url = Some(refusal.request.acs_url().to_owned());
                answer.outcome =
                    self.unless_unsigned(|| Outcome::refused(refusal.status, refusal.reason));
                return;
            }
        };
        answer.acs_url = Some(request.acs_url().to_owned());
        if let Some(page) = self.cannot_sign() {
            return answer.outcome = page;
        }
        let session = self.session(&mut answer.notes, rng);
        let protection = self.protection();
        let arrival = sso::Arrival {
            request: &request,
            service_provider: &self.inputs.sp,
            protection: &protection,
            registry: &self.rules.registry,
            policy: self.policy(),
            session: session.as_ref().map(|session| (session, &self.inputs.person.user)),
            person: session.as_ref().map(|_| &self.inputs.person),
            id: LoginId::new(self.now, rng),
            now: self.now,
            lifetime: self.rules.login_lifetime,
        };
        match sso::begin(&arrival) {
            Beginning::Refused(refusal) => {
                answer.outcome = Outcome::refused(refusal.status, refusal.reason);
            }
            Beginning::NotOpen => answer.outcome = Outcome::page(not_open()),
            Beginning::Complete(subject) => {
                answer.steps = course::of_session(&self.inputs.sp.chain, &subject, self.now);
                let passed: Vec<_> = subject.steps().iter().map(PassedStep::from).collect();
                answer.outcome = self.outline(&request, &passed, rng);
            }
            Beginning::Ask(login) => {
                let must_not_skip = login.must_not_skip();
                if self.inputs.person.user.state != AccountState::Active {
                    let text =
                        "The account is disabled: its password is answered as if it were wrong.";
                    answer.notes.push(text.to_owned());
                    answer.outcome = denied(DenyReason::AccountDisabled, must_not_skip);
                    return;
                }
                let prefer: Vec<AuthenticatorId> =
                    self.question.prefer.iter().filter_map(|name| self.id_of(name)).collect();
                let counters = Counters::new();
                let rehearsal = login.rehearse(&self.situation(&counters), &prefer, rng);
                answer.steps = rehearsal.steps.iter().map(|s| course::step(s, self.now)).collect();
                answer.outcome = match rehearsal.end {
                    RehearsedEnd::Finished(passed) => self.outline(&request, &passed, rng),
                    RehearsedEnd::Denied(DenyReason::NotOpen) => Outcome::page(not_open()),
                    RehearsedEnd::Denied(reason) => denied(reason, must_not_skip),
                };
            }
        }
    }

    /// The request as the service provider would send it, verified.
    fn request(&self) -> Result<VerifiedRequest, Rejected> {
        let own = &self.inputs.sp.settings.signing_keys;
        let has_keys = own.iter().any(|key| VerificationKey::parse(key).is_ok());
        let written = message::write(self.question, &self.rules.sso_url, has_keys, self.now);
        let unwritable = || {
            Rejected::Local(idp_core::saml::request::RequestError {
                issuer: Some(self.inputs.sp.entity_id.clone()),
                reason: unwritten(),
            })
        };
        let message = written.ok_or_else(unwritable)?;
        let unverified = redirect::decode(&message.query).map_err(Rejected::Local)?;
        unverified.verify(&self.inputs.sp, &message.keys, &self.rules.request(self.now))
    }

    fn policy(&self) -> ContextPolicy<'_> {
        ContextPolicy {
            also_satisfies: &self.inputs.sp.settings.also_satisfies,
            protected_transport: self.rules.protected_transport,
        }
    }

    fn id_of(&self, name: &str) -> Option<AuthenticatorId> {
        self.rules.registry.find(name).map(|known| known.id())
    }

    /// The session that the question speaks of, while one of its age lives.
    fn session(&self, notes: &mut Vec<String>, rng: &mut dyn RngCore) -> Option<Session> {
        let steps = self.question.session.iter().filter_map(|step| {
            let known = self.rules.registry.find(&step.authenticator)?;
            Some(CompletedStep {
                authenticator: known.id(),
                factor: known.factor(),
                at: self.now - TimeDelta::minutes(step.minutes_ago.into()),
                substitute: false,
            })
        });
        let steps: Vec<CompletedStep> = steps.collect();
        let created_at = steps.iter().map(|step| step.at).min()?;
        let session = Session {
            id: SessionToken::new(rng).id(),
            user: self.inputs.person.user.id,
            steps,
            created_at,
            last_seen_at: self.now,
            expires_at: created_at + self.rules.session.absolute,
        };
        let lives = session.is_live(self.now, self.rules.session);
        if !lives {
            let minutes = self.rules.session.absolute.num_minutes();
            notes.push(format!(
                "The session is over: none lasts longer than {minutes} minutes after its first step."
            ));
        }
        let active = self.inputs.person.user.state == AccountState::Active;
        Some(session).filter(|_| lives && active)
    }

    fn situation<'s>(&'s self, counters: &'s Counters) -> Situation<'s> {
        let settings = &self.inputs.sp.settings;
        let (authenticators, quarantine) = (&settings.authenticators, settings.quarantine.as_ref());
        Situation {
            registry: &self.rules.registry,
            limits: &self.rules.limits,
            hasher: &self.rules.hasher,
            now: self.now,
            person: Some(&self.inputs.person),
            counters,
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            application: Application {
                name: &self.inputs.sp.name,
                settings: authenticators,
                quarantine,
            },
            enrolment_link: None,
            languages: &[],
            chosen_language: None,
            host: &self.rules.host,
        }
    }

    fn protection(&self) -> Protection {
        Protection::of(&self.inputs.sp, self.rules.denied_algorithms)
    }

    fn outline(
        &self,
        request: &VerifiedRequest,
        passed: &[PassedStep],
        rng: &mut dyn RngCore,
    ) -> Outcome {
        let question = sso::Question {
            request,
            service_provider: &self.inputs.sp,
            identity: &self.rules.identity,
            registry: &self.rules.registry,
            policy: self.policy(),
        };
        let outline = match sso::outline(question, &self.inputs.person.user, passed) {
            Ok(outline) => outline,
            Err(Objection::NotOpen) => return Outcome::page(not_open()),
            Err(Objection::Refused(status, reason)) => return Outcome::refused(status, *reason),
            Err(Objection::Missing(missing)) => return Outcome::page(missing.reason()),
        };
        let name_id = match self.name_id(outline.name, rng) {
            Ok(name_id) => name_id,
            Err(refusal) => return Outcome::refused(refusal.status, *refusal.reason),
        };
        let wanted = request.wishes().attribute_consuming_service_index;
        let selection = match Selection::of(&self.inputs.sp.settings, wanted) {
            Ok(selection) => selection,
            Err(unknown) => {
                let (status, reason) = unknown.refusal();
                return Outcome::refused(status, reason);
            }
        };
        let told = told_attributes(
            &self.inputs.sp,
            selection,
            Viewed::new(&self.inputs.person.user, self.inputs.sp.id, &self.rules.identity),
        );
        if !told.iter().all(ToldAttribute::is_printable) {
            let (status, reason) = sso::unprintable("a character that XML does not allow");
            return Outcome::refused(status, reason);
        }
        let protection = self.protection();
        let encrypted = match EncryptedParts::of(&protection, request.wishes()) {
            Ok(encrypted) => encrypted,
            Err(obstacle) => {
                let refusal = sso::cannot_encrypt(request.clone(), &obstacle);
                return Outcome::refused(refusal.status, refusal.reason);
            }
        };
        let Some(key) = self.key() else { return Outcome::page(no_key()) };
        Outcome::SignedIn(Box::new(SignedIn {
            name_id,
            attributes: told.iter().map(attribute).collect(),
            context_class: outline.context_class,
            signed: signed(self.inputs.sp.settings.sign, encrypted),
            key,
            encrypted: encrypted.assertion.is_some(),
            encryption: encrypted.in_words(),
            lifetime_seconds: self.inputs.sp.settings.assertion_lifetime_seconds,
        }))
    }

    fn name_id(
        &self,
        plan: NameIdPlan,
        rng: &mut dyn RngCore,
    ) -> Result<Option<NameIdAnswer>, idp_core::saml::name_id::NameIdRefusal> {
        use idp_core::saml::urn::NameIdFormat::{Persistent, Transient};
        let (format, origin, value) = match plan {
            NameIdPlan::Omitted => return Ok(None),
            NameIdPlan::Ready(name) => {
                (name.format(), NameIdOrigin::Account, Some(name.value().to_owned()))
            }
            NameIdPlan::Transient(_) => (Transient, NameIdOrigin::PerSession, None),
            NameIdPlan::Persistent(plan) => {
                if let Some(stored) = &self.inputs.pairwise {
                    (Persistent, NameIdOrigin::Stored, Some(stored.clone()))
                } else {
                    // Asked whether one may be made; what it would be is forgotten.
                    plan.new_value(rng)?;
                    (Persistent, NameIdOrigin::WouldBeMade, None)
                }
            }
        };
        Ok(Some(NameIdAnswer { format: format.short().to_owned(), origin, value }))
    }

    fn key(&self) -> Option<Key> {
        let kind = self.inputs.sp.settings.signing_key;
        let mut usable = self.rules.signers.iter().filter(|signer| signer.kind == kind);
        let chosen =
            usable.clone().find(|signer| Some(&signer.id) == self.inputs.chosen_key.as_ref());
        let signer = chosen.or_else(|| usable.find(|signer| signer.signs_for_all))?;
        Some(Key {
            id: signer.id.clone(),
            kind: kind.name(),
            algorithm: kind.signature_algorithm(),
        })
    }

    /// The page that everybody reads while no answer can be signed.
    fn cannot_sign(&self) -> Option<Outcome> {
        let settings = &self.inputs.sp.settings;
        let obstacle = settings
            .declared_algorithms
            .obstacle(settings.signing_key, self.rules.denied_algorithms);
        if let Some(obstacle) = obstacle {
            let words = (obstacle.code(), obstacle.to_string());
            return Some(Outcome::page(unsigned(words.0, &words.1)));
        }
        self.key().is_none().then(|| Outcome::page(no_key()))
    }

    fn unless_unsigned(&self, outcome: impl FnOnce() -> Outcome) -> Outcome {
        self.cannot_sign().unwrap_or_else(outcome)
    }
}

fn attribute(told: &ToldAttribute<'_>) -> AttributeAnswer {
    AttributeAnswer {
        name: told.rule.name.clone(),
        friendly_name: told.rule.friendly_name.clone(),
        claim: told.rule.claim.to_string(),
        values: told.values.iter().map(ToString::to_string).collect(),
        left_out: told.withheld.map(|withheld| match withheld {
            Withheld::NoValue => "no-value",
            Withheld::Missing => "missing",
            Withheld::NotAskedFor => "not-asked-for",
        }),
    }
}

fn denied(reason: DenyReason, must_not_skip: bool) -> Outcome {
    let status = sso::status_of_denial(reason, must_not_skip);
    Outcome::Denied { reason, status: status.top_level(), second_level: status.second_level() }
}

fn reason(code: &str, rule: &str, expected: &str, found: &str, advice: &str) -> Reason {
    Reason {
        code: code.to_owned(),
        rule: rule.to_owned(),
        expected: expected.to_owned(),
        found: found.to_owned(),
        advice: advice.to_owned(),
    }
}

fn not_open() -> Reason {
    reason(
        "not-open",
        "own: quarantine",
        "a test user of the service provider, which is in quarantine",
        "somebody else",
        "Name the person as a test user, or open the service provider for everybody.",
    )
}

fn unsigned(code: &str, found: &str) -> Reason {
    reason(
        code,
        "IIP-ALG08, IIP-MD10, C113, C114",
        "a signing key whose algorithm is allowed here and known to the service provider",
        found,
        "Choose another kind of key for the service provider.",
    )
}

fn no_key() -> Reason {
    unsigned("signing-key-missing", "no key of the kind that is chosen for the service provider")
}

fn unwritten() -> Reason {
    reason("server-error", "own", "a message", "none could be written", "Look at the server's log.")
}

/// What is signed: the Response in any case when the encryption of the assertion is not authenticated.
fn signed(elements: SignedElements, encrypted: EncryptedParts<'_>) -> Vec<&'static str> {
    let weakly = |recipe: &Recipe| !recipe.data().is_authenticated();
    match elements {
        SignedElements::Response => vec!["response"],
        SignedElements::Assertion if !encrypted.assertion.is_some_and(weakly) => vec!["assertion"],
        SignedElements::Assertion | SignedElements::Both => vec!["assertion", "response"],
    }
}
