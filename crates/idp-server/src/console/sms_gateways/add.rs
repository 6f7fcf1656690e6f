//! A new gateway: of a provider that is known by name, which asks for the account's values alone, or
//! of any other.

use std::collections::BTreeMap;

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use authenticators::gateway::GatewayDefinition;
use authenticators::gateway::presets::{Preset, PresetValue, presets};
use idp_admin::sms_gateways::{self, Examined, GatewayDraft, SavedGateway};
use idp_admin::{Permission, Problem};
use idp_core::secret::Secret;

use super::definition::{Read, read};
use super::fields::{self, GatewayForm, SECRET};
use super::{TITLE, wrong};
use crate::console::desk::{CONFIRMED, Desk};
use crate::console::form::Form;
use crate::console::forms::{Field, Fields};
use crate::console::frame::{Frame, Section};
use crate::console::routes;
use crate::console::serve::{Answer, Outcome, change, show};
use crate::console::stop::Stop;
use crate::handlers::Shared;
use crate::pages::render;
use crate::rng::rng;

/// The address of the form for any provider.
const OTHER: &str = "other";

/// The providers to choose from.
#[derive(Template)]
#[template(path = "console/sms_gateways/providers.html")]
struct ProvidersPage {
    frame: Frame,
    presets: &'static [Preset],
}

/// The form of a provider that is known by name.
#[derive(Template)]
#[template(path = "console/sms_gateways/preset.html")]
struct PresetPage {
    frame: Frame,
    form: Fields,
    preset: &'static Preset,
    action: String,
    values: Vec<Field>,
}

/// The choice of a provider.
pub fn providers(desk: &Desk<'_>) -> String {
    let frame = desk
        .frame(Section::SmsGateways, "Add a gateway")
        .below(Section::IdentityProviders.title(), routes::IDENTITY_PROVIDERS)
        .below(TITLE, routes::SMS_GATEWAYS);
    render(&ProvidersPage { frame, presets: presets() }, 8 * 1024)
}

/// The form.
pub async fn form(app: Shared, request: HttpRequest, provider: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        allowed(desk, &provider)?;
        let page = if let Some(preset) = preset(&provider)? {
            preset_page(desk, preset, preset_fields(preset))
        } else {
            let empty = GatewayDefinition::new("");
            blank(fields::of(desk, "", &empty), Vec::new(), None).page(desk)?
        };
        Ok(Answer::Page(page))
    })
    .await
}

/// Adds the gateway, or only looks at it.
pub async fn save(
    app: Shared,
    request: HttpRequest,
    provider: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        allowed(desk, &provider)?;
        match preset(&provider)? {
            Some(preset) => save_preset(desk, preset, form),
            None => save_other(desk, form),
        }
    })
    .await
}

/// Where codes go guards accounts.
fn allowed(desk: &Desk<'_>, provider: &str) -> Result<(), Stop> {
    desk.require(Permission::Change)?;
    preset(provider)?;
    desk.recent(CONFIRMED, &routes::new_sms_gateway(provider))
}

/// The preset of this name; `None` for any other provider.
fn preset(provider: &str) -> Result<Option<&'static Preset>, Stop> {
    if provider == OTHER {
        return Ok(None);
    }
    let found = presets().iter().find(|preset| preset.name == provider);
    found.map(Some).ok_or(Stop::NotFound)
}

fn save_preset(desk: &Desk<'_>, preset: &'static Preset, form: &Form) -> Outcome {
    let saved = preset_definition(preset, form)
        .and_then(|definition| added(desk, form.text("name")?, definition));
    saved.or_else(|error| {
        let page = |problems| {
            let names: Vec<String> =
                preset.values.iter().map(|value| value.name.to_owned()).collect();
            let form = fields::typed(preset_fields(preset), &names, form, problems);
            Ok(preset_page(desk, preset, form))
        };
        wrong(page, error)
    })
}

fn preset_definition(preset: &Preset, form: &Form) -> Result<GatewayDefinition, Stop> {
    let mut values = BTreeMap::new();
    for PresetValue { name, .. } in preset.values {
        let value = form.text(&format!("{SECRET}{name}"))?.trim();
        if !value.is_empty() {
            values.insert((*name).to_owned(), Secret::new(value.to_owned()));
        }
    }
    preset.definition(values).map_err(|error| Stop::Conflict(error.to_string()))
}

fn save_other(desk: &Desk<'_>, form: &Form) -> Outcome {
    let read = read(form, None)?;
    let asked_for = read.definition.secrets_asked_for();
    let again = |problems: Vec<Problem>, examined: Option<Examined>| {
        let empty = fields::of(desk, "", &GatewayDefinition::new(""));
        let typed = fields::typed(empty, &asked_for, form, problems);
        blank(typed, asked_for.clone(), examined).page(desk)
    };
    if !read.problems.is_empty() {
        let problems = read.all_problems(desk, form.text("name")?, None)?;
        return Ok(Answer::Wrong(again(problems, None)?));
    }
    let Read { definition, .. } = read;
    let outcome = if form.text("action")? == "check" {
        let draft = draft(form.text("name")?, definition);
        let examined = sms_gateways::examine(&desk.admin(), draft, None);
        examined
            .map_err(Stop::from)
            .and_then(|examined| Ok(Answer::Page(again(Vec::new(), Some(examined))?)))
    } else {
        form.text("name").map_err(Stop::from).and_then(|name| added(desk, name, definition))
    };
    outcome.or_else(|error| wrong(|problems| again(problems, None), error))
}

fn added(desk: &Desk<'_>, name: &str, definition: GatewayDefinition) -> Outcome {
    let draft = draft(name, definition);
    let name = draft.name.clone();
    let admin = desk.admin();
    if sms_gateways::all(&admin)?.iter().any(|row| row.name == name) {
        let message = "is the name of another gateway; choose another one";
        return Err(Stop::Invalid(vec![Problem::new("name", message)]));
    }
    let SavedGateway { id, .. } = sms_gateways::add(&admin, draft, &mut rng())?;
    let text = format!("“{name}” was added. Send a test message to see that it works.");
    Answer::done(routes::sms_gateway(id), text)
}

fn draft(name: &str, definition: GatewayDefinition) -> GatewayDraft {
    GatewayDraft { name: name.trim().to_owned(), enabled: None, order: None, definition }
}

fn blank(
    fields: Fields,
    asked_for: Vec<String>,
    examined: Option<Examined>,
) -> GatewayForm<'static> {
    GatewayForm {
        title: "Add a gateway of any provider".to_owned(),
        action: routes::new_sms_gateway(OTHER),
        back: routes::SMS_GATEWAYS.to_owned(),
        save: "Add the gateway",
        version: None,
        stored_secrets: &[],
        fields,
        asked_for,
        examined,
    }
}

fn preset_fields(preset: &Preset) -> Fields {
    let fields = Fields::new().with("name", preset.name);
    let with =
        |fields: Fields, value: &PresetValue| fields.with(format!("{SECRET}{}", value.name), "");
    preset.values.iter().fold(fields, with)
}

fn preset_page(desk: &Desk<'_>, preset: &'static Preset, form: Fields) -> String {
    let field = |value: &PresetValue| {
        let (name, label) = (format!("{SECRET}{}", value.name), in_words(value.name));
        let field =
            if value.secret { form.secret(&name, &label) } else { form.text(&name, &label) };
        field.hint(value.hint).required()
    };
    let values = preset.values.iter().map(field).collect();
    let frame = desk
        .frame(Section::SmsGateways, preset.title)
        .below(Section::IdentityProviders.title(), routes::IDENTITY_PROVIDERS)
        .below(TITLE, routes::SMS_GATEWAYS)
        .below("Add a gateway", routes::NEW_SMS_GATEWAY)
        .around(&form);
    let action = routes::new_sms_gateway(preset.name);
    render(&PresetPage { frame, form, preset, action, values }, 8 * 1024)
}

/// `api_key` as a label.
fn in_words(name: &str) -> String {
    let mut words = name.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words.replace("Api ", "API ").replace(" sid", " SID").replace(" id", " ID")
}
