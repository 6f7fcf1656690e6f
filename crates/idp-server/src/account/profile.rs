//! `/account/profile`: what is known of the person, each claim with an editor of its type.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::own_account::{Fixed, OwnError, Profile, ProfileField, profile, set_profile};
use idp_admin::{AdminError, Problem};
use idp_core::claim::{ClaimDefinition, ClaimUri};

use super::frame::{Frame, Section};
use super::inputs::Mistakes;
use super::serve::{Answer, Outcome, change, show as show_page};
use super::{Seat, Stop, routes};
use crate::handlers::Shared;
use crate::language::{Text, Words};
use crate::pages::render;
use crate::rng::rng;
use crate::signed_in::countries::COUNTRIES;
use crate::signed_in::form::Form;

const COUNTRY: ClaimUri = ClaimUri::from_static("http://wso2.org/claims/country");
const ORGANIZATION: ClaimUri = ClaimUri::from_static("http://wso2.org/claims/organization");
/// Names the claims that a form shows, so that nothing else is changed by it.
const SHOWN: &str = "shown";

/// What the page shows.
#[derive(Template)]
#[template(path = "account/profile.html")]
struct ProfilePage {
    frame: Frame,
    words: Words,
    version: i64,
    mistakes: Mistakes,
    editors: Vec<Editor>,
    countries: &'static [&'static str],
}

/// The editor of one claim.
struct Editor {
    id: String,
    uri: ClaimUri,
    label: Text,
    description: String,
    /// The keyboard of phones.
    mode: &'static str,
    /// What browsers fill in.
    autocomplete: &'static str,
    values: Vec<String>,
    required: bool,
    fixed: Option<Fixed>,
    mistakes: Vec<Text>,
}

impl Editor {
    fn of(words: Words, number: usize, field: ProfileField) -> Self {
        let ProfileField { claim, values, fixed } = field;
        let (mode, autocomplete) = match &claim.uri {
            uri if *uri == ClaimUri::EMAIL => ("email", "email"),
            uri if *uri == ClaimUri::GIVEN_NAME => ("text", "given-name"),
            uri if *uri == ClaimUri::LAST_NAME => ("text", "family-name"),
            uri if *uri == COUNTRY => ("text", "country-name"),
            uri if *uri == ORGANIZATION => ("text", "organization"),
            _ => ("text", "off"),
        };
        let known = known_label(words, &claim);
        Self {
            id: format!("claim-{number}"),
            // A description in the language of the administrator helps where our words are missing.
            description: if known.is_some() { String::new() } else { claim.description },
            label: known.unwrap_or_else(|| Text::literal(claim.display_name)),
            uri: claim.uri,
            mode,
            autocomplete,
            values,
            required: claim.required,
            fixed,
            mistakes: Vec::new(),
        }
    }

    /// The name of its fields.
    fn field(&self) -> String {
        format!("claims.{}", self.uri)
    }

    fn is_country(&self) -> bool {
        self.uri == COUNTRY
    }

    /// What the fields hold; one empty field when there is no value.
    fn shown(&self) -> Vec<&str> {
        if self.values.is_empty() {
            return vec![""];
        }
        self.values.iter().map(String::as_str).collect()
    }

    /// The ids of the texts that explain it.
    fn described_by(&self) -> Option<String> {
        let mistake = (!self.mistakes.is_empty()).then(|| format!("{}-mistake", self.id));
        let hint = (!self.description.is_empty()).then(|| format!("{}-hint", self.id));
        let ids: Vec<String> = mistake.into_iter().chain(hint).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// The values that a form asks for.
    fn wished(&self, form: &Form) -> Vec<String> {
        let field = self.field();
        let typed = form.all(&field).map(str::trim).filter(|value| !value.is_empty());
        typed.map(str::to_owned).collect()
    }
}

/// What is wrong, in words for the person.
fn told(words: Words, problem: &Problem) -> Text {
    match &problem.phrase {
        Some(phrase) => words.say(phrase),
        None => words.account_mistake_value(),
    }
}

/// What people call a claim: our own words, or those of the administrator.
pub fn claim_label(words: Words, claim: &ClaimDefinition) -> Text {
    let label = match &claim.uri {
        uri if *uri == ClaimUri::MOBILE && claim.display_name == "Mobile" => {
            Some(words.account_mobile())
        }
        _ => known_label(words, claim),
    };
    label.unwrap_or_else(|| Text::literal(claim.display_name.clone()))
}

/// Our own words for a claim that the administrator did not rename.
fn known_label(words: Words, claim: &ClaimDefinition) -> Option<Text> {
    let (english, label) = match &claim.uri {
        uri if *uri == ClaimUri::GIVEN_NAME => ("First name", words.account_claim_givenname()),
        uri if *uri == ClaimUri::LAST_NAME => ("Last name", words.account_claim_lastname()),
        uri if *uri == ClaimUri::EMAIL => ("Email", words.account_claim_emailaddress()),
        uri if *uri == ORGANIZATION => ("Organization", words.account_claim_organization()),
        uri if *uri == COUNTRY => ("Country", words.account_claim_country()),
        _ => return None,
    };
    (claim.display_name == english).then_some(label)
}

/// Shows it.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |seat| {
        let Profile { version, fields } = profile(&seat.own())?;
        Ok(Answer::Page(page(seat, version, editors(seat.words, fields))))
    })
    .await
}

/// Saves it.
pub async fn submit(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, save).await
}

fn save(seat: &Seat<'_>, form: &Form) -> Outcome {
    let version = form.text("version")?.parse().map_err(|_| Stop::NotFound)?;
    let mut editors = editors(seat.words, profile(&seat.own())?.fields);
    let shown: Vec<&str> = form.all(SHOWN).collect();
    let asked = |editor: &&Editor| editor.fixed.is_none() && shown.contains(&editor.uri.as_str());
    let wishes: Vec<(String, Vec<String>)> = editors
        .iter()
        .filter(asked)
        .map(|editor| (editor.uri.to_string(), editor.wished(form)))
        .collect();
    match set_profile(&seat.own(), version, &wishes, &mut rng()) {
        Ok(()) => Answer::done(routes::PROFILE, seat.words.account_profile_saved().plain()),
        Err(OwnError::Admin(AdminError::Invalid(problems))) => {
            for editor in editors.iter_mut().filter(|editor| editor.fixed.is_none()) {
                editor.values = editor.wished(form);
                let field = editor.field();
                let own = problems.iter().filter(|problem| problem.field == field);
                editor.mistakes = own.map(|problem| told(seat.words, problem)).collect();
            }
            Ok(Answer::Wrong(page(seat, version, editors)))
        }
        Err(other) => Err(other.into()),
    }
}

fn editors(words: Words, fields: Vec<ProfileField>) -> Vec<Editor> {
    let numbered = fields.into_iter().enumerate();
    numbered.map(|(number, field)| Editor::of(words, number, field)).collect()
}

fn page(seat: &Seat<'_>, version: i64, editors: Vec<Editor>) -> String {
    let words = seat.words;
    let all = editors.iter().flat_map(|editor| {
        let named = |mistake: &Text| {
            Text::literal(format!("{}: {}", editor.label.plain(), mistake.plain()))
        };
        editor.mistakes.iter().map(move |mistake| (editor.id.clone(), named(mistake)))
    });
    let mistakes = Mistakes { words, all: all.collect() };
    let frame = seat.frame(Section::Profile).with_mistakes(!mistakes.all.is_empty());
    let any = editors.iter().any(|editor| editor.is_country() && editor.fixed.is_none());
    let countries: &[&str] = if any { &COUNTRIES } else { &[] };
    let page = ProfilePage { frame, words, version, mistakes, editors, countries };
    render(&page, 16 * 1024)
}
