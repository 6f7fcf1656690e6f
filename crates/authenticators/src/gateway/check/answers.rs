//! Rules for answers, the gateway's own message, trusted certificates and the names of secrets.

use chrono::TimeDelta;
use idp_core::flow::authenticator::CodeWording;
use idp_core::secret::Secret;

use super::{Place, Problem, error, templates, warning};
use crate::gateway::GatewayDefinition;
use crate::gateway::secrets::NamedSecrets;
use crate::gateway::template::{Variable, variables};
use crate::message::{MessageTemplate, dear};

const MOST_RULES: usize = 10;
const LONGEST_ALIAS: usize = 64;

pub(super) fn check(definition: &GatewayDefinition, problems: &mut Vec<Problem>) {
    for (position, rule) in definition.answer.iter().enumerate() {
        if let Some(text) = rule.problem() {
            problems.push(error(Place::Answer, format!("rule {} {text}", position + 1)));
        }
    }
    if definition.answer.len() > MOST_RULES {
        let text = format!("has more than {MOST_RULES} rules; one regular expression can say much");
        problems.push(error(Place::Answer, text));
    }
    if let Some(template) = &definition.message {
        check_message(definition, template, problems);
    }
    for alias in &definition.trust {
        if alias.trim().is_empty() || alias.chars().count() > LONGEST_ALIAS {
            let text = "has an alias that is blank or too long; name a certificate of `trust list`";
            problems.push(error(Place::Trust, text));
        }
    }
    for name in definition.secrets.names() {
        if !NamedSecrets::is_name(name) {
            let text =
                "a name has other characters than letters, digits and underscores, or more than 64";
            problems.push(error(Place::Secrets, text));
        } else if definition.secrets.value(name).is_none_or(|value| value.trim().is_empty()) {
            problems.push(error(Place::Secrets, format!("the secret {name} is empty")));
        }
    }
}

fn check_message(definition: &GatewayDefinition, template: &str, problems: &mut Vec<Problem>) {
    let used = templates(definition).any(|(_, text)| variables(text).contains(&Variable::Message));
    if !used {
        let text = "is never sent: $ctx.msg stands nowhere in the request";
        problems.push(warning(Place::Message, text));
    }
    match MessageTemplate::parse(template) {
        Err(text) => problems.push(error(Place::Message, text)),
        Ok(template) => {
            let sample = template.render(&Secret::new("123456".to_owned()), &sample_wording());
            if let Some((cost, advice)) = dear(sample.expose()) {
                let text = format!("{cost} with a name and a host of usual length; {advice}");
                problems.push(warning(Place::Message, text));
            }
        }
    }
}

/// A name and a host as they are in many places.
fn sample_wording() -> CodeWording {
    CodeWording {
        application: "Pickup Dispatch".to_owned(),
        lifetime: TimeDelta::minutes(5),
        origin: Some("login.example.com".to_owned()),
    }
}
