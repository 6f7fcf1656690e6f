//! The form of a question, as the query of the page holds it.

use std::str::FromStr;

use idp_admin::Problem;
use idp_admin::what_if::{NameIdWish, Question, SessionStep};
use idp_core::saml::request::Comparison;

use crate::console::Desk;
use crate::console::forms::Fields;
use crate::console::service_providers::step_label as label;

/// Names of fields that hold one text.
const TEXTS: [&str; 10] = [
    "service_provider",
    "user",
    "acs_url",
    "acs_index",
    "attribute_consuming_service_index",
    "name_id_format",
    "sp_name_qualifier",
    "comparison",
    "context_classes",
    "prefer",
];
/// Names of boxes.
const BOXES: [&str; 5] = ["force_authn", "is_passive", "signed", "name_id_policy", "allow_create"];

/// The form as it was sent, and the question: none before anything is asked, or what is wrong.
pub fn read(desk: &Desk<'_>) -> (Fields, Result<Option<Question>, Vec<Problem>>) {
    let text = |name: &str| desk.query(name).unwrap_or_default().trim().to_owned();
    let ticked = |name: &str| desk.query(name).is_some();
    let mut form = Fields::new();
    for name in TEXTS {
        form = form.with(name, text(name)).called(name, label_of(name));
    }
    for name in BOXES {
        form = form.with_box(name, ticked(name));
    }
    for (id, name) in authenticators(desk) {
        let field = session_field(&id);
        form = form.with(&field, text(&field)).called(&field, format!("Session: {name}"));
    }
    // A link names one of the two, and the person chooses the other; the form sends everything.
    let linked = desk.query("comparison").is_none() && text("service_provider").is_empty();
    if text("user").is_empty() || linked {
        return (form, Ok(None));
    }
    let mut problems = Vec::new();
    let question = Question {
        service_provider: text("service_provider"),
        user: text("user"),
        force_authn: ticked("force_authn"),
        is_passive: ticked("is_passive"),
        signed: ticked("signed"),
        acs_url: Some(text("acs_url")).filter(|url| !url.is_empty()),
        acs_index: number("acs_index", &text("acs_index"), &mut problems),
        attribute_consuming_service_index: number(
            "attribute_consuming_service_index",
            &text("attribute_consuming_service_index"),
            &mut problems,
        ),
        name_id_policy: ticked("name_id_policy").then(|| NameIdWish {
            format: Some(text("name_id_format")).filter(|format| !format.is_empty()),
            allow_create: ticked("allow_create"),
            sp_name_qualifier: Some(text("sp_name_qualifier")).filter(|name| !name.is_empty()),
        }),
        comparison: match text("comparison").as_str() {
            "minimum" => Comparison::Minimum,
            "maximum" => Comparison::Maximum,
            "better" => Comparison::Better,
            _ => Comparison::Exact,
        },
        context_classes: text("context_classes").split_whitespace().map(str::to_owned).collect(),
        session: authenticators(desk)
            .into_iter()
            .filter_map(|(authenticator, _)| {
                let field = session_field(&authenticator);
                let minutes_ago = number(&field, &text(&field), &mut problems)?;
                Some(SessionStep { authenticator, minutes_ago })
            })
            .collect(),
        prefer: Some(text("prefer")).filter(|name| !name.is_empty()).into_iter().collect(),
    };
    let asked = if problems.is_empty() { Ok(Some(question)) } else { Err(problems) };
    (form, asked)
}

/// Whether a field of those that are folded away says something.
pub fn says_more(desk: &Desk<'_>) -> bool {
    let said = |name: &str| desk.query(name).is_some_and(|value| !value.trim().is_empty());
    let folded = TEXTS.iter().skip(2).chain(&BOXES).filter(|name| **name != "comparison");
    let sessions = authenticators(desk);
    folded.into_iter().any(|name| said(name))
        || sessions.iter().any(|(id, _)| said(&session_field(id)))
}

fn number<T: FromStr>(field: &str, text: &str, problems: &mut Vec<Problem>) -> Option<T> {
    if text.is_empty() {
        return None;
    }
    let number = text.parse().ok();
    if number.is_none() {
        problems.push(Problem::new(field, "must be a whole number, or empty"));
    }
    number
}

/// Every authenticator with its name for people.
pub fn authenticators(desk: &Desk<'_>) -> Vec<(String, String)> {
    desk.app.registry.iter().map(|known| (known.id().to_string(), label(known))).collect()
}

/// The field that says how long ago a session passed this authenticator.
pub fn session_field(authenticator: &str) -> String {
    format!("session_{authenticator}")
}

fn label_of(name: &str) -> &'static str {
    match name {
        "service_provider" => "EntityID",
        "user" => "User name",
        "acs_url" => "AssertionConsumerServiceURL",
        "acs_index" => "AssertionConsumerServiceIndex",
        "attribute_consuming_service_index" => "AttributeConsumingServiceIndex",
        "name_id_format" => "Format",
        "sp_name_qualifier" => "SPNameQualifier",
        "comparison" => "Comparison",
        "context_classes" => "Classes",
        _ => "Chosen method",
    }
}
