//! Placeholders that are missing, misspelt or unknown, and notations whose braces do not fit.

use super::{Place, Problem, error, templates, warning};
use crate::gateway::GatewayDefinition;
use crate::gateway::template::{Piece, Variable, pieces, variables};

pub(super) fn check(definition: &GatewayDefinition, problems: &mut Vec<Problem>) {
    for (place, template) in templates(definition) {
        check_pieces(place, template, &pieces(template), problems);
    }
    let used: Vec<Variable<'_>> =
        templates(definition).flat_map(|(_, template)| variables(template)).collect();
    if !used.contains(&Variable::Number) {
        let text = "$ctx.num stands nowhere; without it the provider does not know whom to text";
        problems.push(error(Place::Whole, text));
    }
    if !used.contains(&Variable::Message) && !used.contains(&Variable::Code) {
        let text = "neither $ctx.msg nor $ctx.otp stands anywhere; without one nobody gets a code";
        problems.push(error(Place::Whole, text));
    }
    check_secrets(definition, &used, problems);
}

fn check_pieces(place: Place, template: &str, pieces: &[Piece<'_>], problems: &mut Vec<Problem>) {
    for piece in pieces {
        match piece {
            Piece::Unknown(name) if name.starts_with("$secret") => {
                let text =
                    "$secret. needs the name of a secret, of letters, digits and underscores";
                problems.push(error(place, text));
            }
            Piece::Unknown(name) => {
                let text = format!(
                    "{name} is no placeholder; there are $ctx.num, $ctx.msg, $ctx.otp and $ctx.type"
                );
                problems.push(error(place, text));
            }
            Piece::Broken(notation) => {
                let text = format!(
                    "{notation} needs its closing }} and no other brace before it; a notation cannot stand in another"
                );
                problems.push(error(place, text));
            }
            Piece::Text(text) => check_dollar_signs(place, template, text, problems),
            Piece::Encoded(_, inner) => check_pieces(place, template, inner, problems),
            Piece::Value(_) => {}
        }
    }
}

fn check_dollar_signs(place: Place, template: &str, text: &str, problems: &mut Vec<Problem>) {
    for name in ["ctx.num", "ctx.msg", "ctx.otp", "ctx.type"] {
        if text.contains(name) {
            let corrected = corrected(template, name);
            let text = format!(
                "{name} stands there without its dollar sign and would be sent as it is; write {corrected}"
            );
            problems.push(error(place, text));
        }
    }
}

/// The field around a name that lacks its dollar sign, with it: `"dst":"$ctx.num"`.
fn corrected(template: &str, name: &str) -> String {
    let bare = template.match_indices(name).find(|(position, _)| {
        !template.get(..*position).is_some_and(|before| before.ends_with('$'))
    });
    let (before, after) =
        bare.and_then(|(position, _)| template.split_at_checked(position)).unwrap_or(("", name));
    let start = before
        .rfind(['{', '[', ',', '&', '?', '\n', ';', ' ', '/'])
        .map_or(0, |position| position + 1);
    let end = after.find(['}', ']', ',', '&', '\n', ';', ' ', '/', '?']).unwrap_or(after.len());
    let field = (before.get(start..).unwrap_or_default().trim_start(), after.get(..end));
    format!("{}${}", field.0, field.1.unwrap_or(name).trim_end())
}

fn check_secrets(
    definition: &GatewayDefinition,
    used: &[Variable<'_>],
    problems: &mut Vec<Problem>,
) {
    let mut unknown: Vec<&str> = Vec::new();
    for variable in used {
        if let Variable::Secret(name) = variable
            && definition.secrets.value(name).is_none()
            && !unknown.contains(name)
        {
            unknown.push(name);
            let text = format!("$secret.{name} has no value; give the secret {name} one");
            problems.push(error(Place::Secrets, text));
        }
    }
    for name in definition.secrets.names() {
        if !used.contains(&Variable::Secret(name)) {
            let text = format!(
                "the secret {name} is used nowhere; write $secret.{name} where it belongs, or leave it out"
            );
            problems.push(warning(Place::Secrets, text));
        }
    }
}
