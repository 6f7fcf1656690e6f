//! `idp-server what-if`: what would happen at a sign-in.

use std::fmt::{self, Write};
use std::path::Path;

use clap::Args;
use idp_admin::what_if::{self, Answer, NameIdWish, Outcome, Question, SessionStep, StepCourse};
use idp_core::saml::request::Comparison;
use serde::Serialize;

use super::context::{Context, rng};
use super::failure::Failure;
use super::output::Output;

/// What is asked.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  idp-server what-if saml2-web-app-pickup-dispatch.com alice
  idp-server what-if saml2-web-app-pickup-dispatch.com alice --json \\
      --passive --session basic-auth:10 --context https://refeds.org/profile/mfa")]
pub struct Arguments {
    #[command(flatten)]
    question: QuestionArguments,
}

/// A question.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "switches of the command line")]
pub struct QuestionArguments {
    /// The entityID of the service provider
    #[arg(value_name = "ENTITY_ID")]
    service_provider: String,
    /// The user name of the person
    #[arg(value_name = "USERNAME")]
    user: String,
    /// ForceAuthn
    #[arg(long)]
    force_authn: bool,
    /// IsPassive
    #[arg(long)]
    passive: bool,
    /// The request is signed with a key of the service provider
    #[arg(long)]
    signed: bool,
    /// AssertionConsumerServiceURL
    #[arg(long, value_name = "URL")]
    acs_url: Option<String>,
    /// AssertionConsumerServiceIndex
    #[arg(long, value_name = "INDEX")]
    acs_index: Option<u16>,
    /// AttributeConsumingServiceIndex
    #[arg(long, value_name = "INDEX")]
    attribute_index: Option<u16>,
    /// A NameIDPolicy, even if it wishes for nothing; the next three imply it
    #[arg(long)]
    name_id_policy: bool,
    /// NameIDPolicy with this Format: a short name or a URI
    #[arg(long, value_name = "FORMAT")]
    name_id_format: Option<String>,
    /// AllowCreate of the NameIDPolicy
    #[arg(long)]
    allow_create: bool,
    /// SPNameQualifier of the NameIDPolicy
    #[arg(long, value_name = "QUALIFIER")]
    sp_name_qualifier: Option<String>,
    /// A class of RequestedAuthnContext; repeat for more
    #[arg(long = "context", value_name = "CLASS")]
    context_classes: Vec<String>,
    /// Its Comparison: exact, minimum, maximum or better
    #[arg(long, value_parser = comparison, default_value = "exact")]
    comparison: Comparison,
    /// A step that the browser's session proves, and how many minutes ago; repeat for more
    #[arg(long = "session", value_name = "AUTHENTICATOR[:MINUTES]", value_parser = session_step)]
    session: Vec<SessionStep>,
    /// What the person chooses where a step offers several; repeat for more
    #[arg(long, value_name = "AUTHENTICATOR")]
    prefer: Vec<String>,
}

impl QuestionArguments {
    /// The question.
    pub fn question(&self) -> Question {
        let policy = NameIdWish {
            format: self.name_id_format.clone(),
            allow_create: self.allow_create,
            sp_name_qualifier: self.sp_name_qualifier.clone(),
        };
        Question {
            service_provider: self.service_provider.clone(),
            user: self.user.clone(),
            force_authn: self.force_authn,
            is_passive: self.passive,
            signed: self.signed,
            acs_url: self.acs_url.clone(),
            acs_index: self.acs_index,
            attribute_consuming_service_index: self.attribute_index,
            name_id_policy: Some(policy)
                .filter(|policy| self.name_id_policy || *policy != NameIdWish::default()),
            comparison: self.comparison,
            context_classes: self.context_classes.clone(),
            session: self.session.clone(),
            prefer: self.prefer.clone(),
        }
    }
}

fn comparison(text: &str) -> Result<Comparison, String> {
    match text {
        "exact" => Ok(Comparison::Exact),
        "minimum" => Ok(Comparison::Minimum),
        "maximum" => Ok(Comparison::Maximum),
        "better" => Ok(Comparison::Better),
        _ => Err("it must be exact, minimum, maximum or better".to_owned()),
    }
}

fn session_step(text: &str) -> Result<SessionStep, String> {
    let (name, minutes) = text.split_once(':').unwrap_or((text, "0"));
    let minutes_ago =
        minutes.parse().map_err(|_| format!("\"{minutes}\" is no number of minutes"))?;
    Ok(SessionStep { authenticator: name.to_owned(), minutes_ago })
}

/// Runs the command.
pub fn run(arguments: &Arguments, config: Option<&Path>, output: Output) -> Result<(), Failure> {
    let context = Context::open(config)?;
    let rules = context.login_rules()?;
    let question = arguments.question.question();
    let answer = what_if::ask(&context.admin(), &rules, &question, &mut rng())?;
    output.result(&Told(answer))
}

/// An answer for people and scripts.
#[derive(Serialize)]
#[serde(transparent)]
struct Told(Answer);

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answer = &self.0;
        writeln!(f, "{} at {} ({})", answer.user, answer.name, answer.service_provider)?;
        for (number, step) in (1..).zip(&answer.steps) {
            writeln!(
                f,
                "  step {number}, {}: {}",
                step.authenticators.join(" or "),
                course(&step.course)
            )?;
        }
        if let Some(url) = &answer.acs_url {
            writeln!(f, "  answered to: {url}")?;
        }
        answer.notes.iter().try_for_each(|note| writeln!(f, "  note: {note}"))?;
        write_outcome(f, &answer.outcome)
    }
}

fn course(course: &StepCourse) -> String {
    match course {
        StepCourse::Session { minutes_ago, .. } => {
            format!("not asked, the session proves it since {minutes_ago} minutes")
        }
        StepCourse::Skipped { reason } => {
            let reason = serde_json::to_value(reason).unwrap_or_default();
            format!("left out by its policy ({})", reason.as_str().unwrap_or_default())
        }
        StepCourse::Asked { authenticator, sends_message, .. } => {
            let sends = if *sends_message { ", and a text message would be sent" } else { "" };
            format!("asked, with {authenticator}{sends}")
        }
        StepCourse::NotReached => "not reached".to_owned(),
    }
}

fn write_outcome(f: &mut fmt::Formatter<'_>, outcome: &Outcome) -> fmt::Result {
    match outcome {
        Outcome::SignedIn(told) => {
            writeln!(f, "signed in")?;
            if let Some(name) = &told.name_id {
                let value = name.value.as_deref().unwrap_or("not known beforehand");
                writeln!(f, "  NameID: {value} ({})", name.format)?;
            }
            writeln!(f, "  context class: {}", told.context_class)?;
            for attribute in &told.attributes {
                match attribute.left_out {
                    Some(why) => writeln!(f, "  {}: left out, {why}", attribute.name)?,
                    None => writeln!(f, "  {}: {}", attribute.name, attribute.values.join(", "))?,
                }
            }
            let key = &told.key;
            writeln!(
                f,
                "  signed: {}, key {} ({})",
                told.signed.join(" and "),
                key.id,
                key.algorithm
            )
        }
        Outcome::Refused(refusal) => {
            let mut status = refusal.status.clone();
            refusal.second_level.iter().try_for_each(|second| write!(status, ", {second}"))?;
            writeln!(f, "refused: {status}")?;
            writeln!(
                f,
                "  {} ({}): expected {}, found {}",
                refusal.rule, refusal.code, refusal.expected, refusal.found
            )?;
            writeln!(f, "  {}", refusal.message)
        }
        Outcome::Page { code, rule, expected, found, advice } => {
            writeln!(f, "a page here, and nothing is answered")?;
            writeln!(f, "  {rule} ({code}): expected {expected}, found {found}")?;
            writeln!(f, "  {advice}")
        }
        Outcome::Denied { reason, status, second_level } => {
            let reason = serde_json::to_value(reason).unwrap_or_default();
            writeln!(f, "denied: {}", reason.as_str().unwrap_or_default())?;
            writeln!(
                f,
                "  when the person goes back: {}",
                second_level.as_deref().unwrap_or(status)
            )
        }
    }
}
