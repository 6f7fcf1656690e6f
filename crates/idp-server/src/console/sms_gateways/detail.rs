//! Everything about one gateway, the request it sends, and the form for a test message.

use askama::Template;
use authenticators::gateway::{AnswerRule, NumberForm};
use idp_admin::Permission;
use idp_admin::sms_gateways::{self, ShownGateway};
use idp_core::id::GatewayId;

use super::TITLE;
use super::standing::{State, state};
use crate::console::forms::Fields;
use crate::console::frame::{Frame, Section};
use crate::console::{Desk, Stop, routes, words};
use crate::pages::{render, short};
use crate::sms::trial::Trial;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/sms_gateways/detail.html")]
struct DetailPage {
    frame: Frame,
    gateway: ShownGateway,
    path: String,
    state: State,
    /// The form for a test.
    form: Fields,
    trial: Option<Trial>,
}

/// The form for a test message.
pub fn test_fields() -> Fields {
    Fields::new().with("to", "").with_box("dry_run", false)
}

/// The page, with what a test came to.
pub fn page(
    desk: &Desk<'_>,
    id: GatewayId,
    form: Fields,
    trial: Option<Trial>,
) -> Result<String, Stop> {
    desk.require(Permission::Read)?;
    let gateway = sms_gateways::find(&desk.admin(), id)?;
    let frame = desk
        .frame(Section::SmsGateways, short(&gateway.row.name))
        .below(Section::IdentityProviders.title(), routes::IDENTITY_PROVIDERS)
        .below(TITLE, routes::SMS_GATEWAYS)
        .around(&form);
    let (path, state) = (routes::sms_gateway(id), state(&gateway.row, desk.now));
    Ok(render(&DetailPage { frame, gateway, path, state, form, trial }, 32 * 1024))
}

impl DetailPage {
    /// A rule in words.
    fn rule(rule: &AnswerRule) -> String {
        match rule {
            AnswerRule::Equals { pointer, equals } => {
                let place = if pointer.is_empty() { "the whole answer" } else { pointer };
                format!("{place} is {equals}")
            }
            AnswerRule::Contains { contains } => format!("it contains {contains}"),
            AnswerRule::Matches { matches } => format!("it matches {matches}"),
        }
    }

    fn number_form(&self) -> &'static str {
        number_form(self.gateway.number_form)
    }

    /// The verdict as a badge: its class and its words.
    fn verdict(trial: &Trial) -> (&'static str, String) {
        match &trial.outcome {
            None => ("off", "Nothing was sent".to_owned()),
            Some(outcome) => {
                let class = if trial.is_accepted() { "good" } else { "bad" };
                let mut words = outcome.replace('_', " ");
                if let Some(first) = words.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                (class, words)
            }
        }
    }
}

/// How a number is written, with an example.
pub fn number_form(form: NumberForm) -> &'static str {
    match form {
        NumberForm::E164 => "with plus sign and country code (+94771234567)",
        NumberForm::Digits => "digits with country code (94771234567)",
        NumberForm::National => "without country code (771234567)",
    }
}
