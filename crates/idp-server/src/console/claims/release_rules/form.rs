//! The form of a release rule: of a new one, and of one that is there.

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::claim_dialects::{self, DialectRow};
use idp_admin::release_rules::{find, replace, with};
use idp_admin::{AdminError, Permission, Problem};
use idp_core::claim::ClaimUri;
use idp_core::release_rules::{ENTITY_CATEGORY, ReleaseRule};
use idp_core::service_provider::{AttributeRule, WithoutValue};
use idp_core::subject_id::REQUIREMENT;
use idp_store::{Conflict, StoreError};

use super::{EDIT, LIST, about, below, named, shown};
use crate::console::claims::version_of;
use crate::console::desk::{CONFIRMED, Desk};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::frame::Frame;
use crate::console::serve::{Answer, change, show};
use crate::console::service_providers::{ClaimChoices, MADE, PRESS, Row, Rows, Tools, press, read};
use crate::console::stop::Stop;
use crate::error::WebError;
use crate::handlers::Shared;
use crate::pages::render;
use crate::rng::rng;

/// The choice of the local dialect.
const LOCAL: &str = "local";

/// The form.
#[derive(Template)]
#[template(path = "console/claims/release_rule_form.html")]
struct FormPage {
    frame: Frame,
    form: Fields,
    rows: Rows,
    /// Whose metadata says what.
    subject: Vec<String>,
    dialect: String,
    action: String,
    back: &'static str,
    /// The rule that is changed.
    existing: Option<(String, String)>,
    version: i64,
    unsaved: bool,
}

/// A rule as it is typed.
#[derive(Default)]
struct Typed {
    entity_attribute: String,
    value: String,
    dialect: String,
    attributes: Vec<TypedAttribute>,
}

#[derive(Default)]
struct TypedAttribute {
    claim: String,
    name: String,
    /// What the form does not show, kept.
    kept: Option<AttributeRule>,
}

impl Typed {
    fn of(rule: &ReleaseRule) -> Self {
        let attribute = |one: &AttributeRule| TypedAttribute {
            claim: one.claim.to_string(),
            name: one.name.clone(),
            kept: None,
        };
        Self {
            entity_attribute: rule.entity_attribute.clone(),
            value: rule.value.clone(),
            dialect: rule.dialect.as_ref().map_or_else(|| LOCAL.to_owned(), ToString::to_string),
            attributes: rule.attributes.iter().map(attribute).collect(),
        }
    }

    /// What was sent; `before` is the rule that is there.
    fn sent(form: &Form, before: Option<&ReleaseRule>) -> Result<Self, WebError> {
        let text = |name: &str| form.text(name).map(|text| text.trim().to_owned());
        let attribute = |prefix: &str| {
            let claim = text(&format!("{prefix}.claim"))?;
            let known = before.into_iter().flat_map(|rule| &rule.attributes);
            let kept = known.into_iter().find(|one| one.claim.as_str() == claim).cloned();
            Ok(TypedAttribute { claim, name: text(&format!("{prefix}.name"))?, kept })
        };
        let attributes = read(form, "attributes", "claim", attribute)?;
        let (entity_attribute, value) = match before {
            Some(rule) => (rule.entity_attribute.clone(), rule.value.clone()),
            None => (text("entity_attribute")?, text("value")?),
        };
        Ok(Self { entity_attribute, value, dialect: text("dialect")?, attributes })
    }

    fn rule(&self) -> Result<ReleaseRule, Vec<Problem>> {
        let mut problems = Vec::new();
        let dialect = ClaimUri::parse(&self.dialect).filter(|_| self.dialect != LOCAL);
        if dialect.is_none() && self.dialect != LOCAL {
            problems.push(Problem::new("dialect", "must be one of the choices"));
        }
        let mut attributes = Vec::new();
        for (number, typed) in self.attributes.iter().enumerate() {
            let Some(claim) = ClaimUri::parse(&typed.claim) else {
                let field = format!("attributes[{number}].claim");
                problems.push(Problem::new(field, "choose what is told"));
                continue;
            };
            let kept = typed.kept.as_ref();
            attributes.push(AttributeRule {
                claim,
                name: typed.name.clone(),
                name_format: kept.and_then(|one| one.name_format.clone()),
                friendly_name: kept.and_then(|one| one.friendly_name.clone()),
                mandatory: kept.is_some_and(|one| one.mandatory),
                without_value: kept.map_or_else(WithoutValue::default, |one| one.without_value),
            });
        }
        let (entity_attribute, value) = (self.entity_attribute.clone(), self.value.clone());
        if problems.is_empty() {
            Ok(ReleaseRule { entity_attribute, value, dialect, attributes })
        } else {
            Err(problems)
        }
    }

    fn fields(&self) -> Fields {
        let form = Fields::new()
            .with("entity_attribute", &self.entity_attribute)
            .called("entity_attribute", "Entity attribute")
            .with("value", &self.value)
            .called("value", "Value")
            .with("dialect", &self.dialect)
            .called("dialect", "Names by dialect");
        self.attributes.iter().enumerate().fold(form, |form, (number, typed)| {
            let parts = [("claim", &*typed.claim, "Claim"), ("name", &typed.name, "Name")];
            form.with_row(("attributes", number), "attribute", &parts)
        })
    }

    fn rows(&self, desk: &Desk<'_>, form: &Fields) -> Result<Rows, Stop> {
        let known = ClaimChoices::of(desk, self.attributes.iter().map(|one| one.claim.as_str()))?;
        let row = |number| row(number, self.attributes.len(), &known, form);
        Ok(Rows {
            title: "Attributes",
            empty: "None yet. Add what these service providers are told.",
            list: (0..self.attributes.len()).map(row).collect(),
            adding: Vec::new(),
            add: "Add an attribute",
            offers: Vec::new(),
        })
    }
}

fn row(number: usize, count: usize, known: &ClaimChoices, form: &Fields) -> Row {
    let name = |part: &str| format!("attributes[{number}].{part}");
    let mut claims = vec![("", "choose …")];
    claims.extend(known.options().filter(|(uri, _)| !MADE.iter().any(|(made, _)| made == uri)));
    claims.extend(MADE);
    let legend = format!("Attribute {}", number + 1);
    Row {
        facts: Vec::new(),
        hidden: Vec::new(),
        fields: vec![
            form.choice(&name("claim"), "Claim", &claims).required(),
            form.text(&name("name"), "Name in the assertion")
                .hint("Left empty, the name in the dialect.")
                .mono(),
        ],
        tools: Tools::new(&legend, number, count, true),
        legend,
    }
}

/// The form: of the rule that the address names, else of a new one.
pub async fn edit(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        desk.require(Permission::Change)?;
        if desk.query("value").is_none() {
            desk.recent(CONFIRMED, EDIT)?;
            let typed = Typed {
                entity_attribute: ENTITY_CATEGORY.to_owned(),
                dialect: LOCAL.to_owned(),
                attributes: vec![TypedAttribute::default()],
                ..Typed::default()
            };
            let version = find(&desk.admin())?.version;
            return page(desk, None, version, &typed, Vec::new(), false).map(Answer::Page);
        }
        let found = named(desk)?;
        desk.recent(CONFIRMED, &about(EDIT, &found.value))?;
        let (rule, typed) = (&found.value, Typed::of(&found.value));
        page(desk, Some(rule), found.version, &typed, Vec::new(), false).map(Answer::Page)
    })
    .await
}

/// Saves it.
pub async fn save(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, |desk, form| {
        let before = match desk.query("value") {
            Some(_) => Some(named(desk)?.value),
            None => None,
        };
        let here = before.as_ref().map_or_else(|| EDIT.to_owned(), |rule| about(EDIT, rule));
        desk.recent(CONFIRMED, &here)?;
        let (mut typed, version) = (Typed::sent(form, before.as_ref())?, version_of(form)?);
        let button = form.text(PRESS)?;
        press(&mut typed.attributes, button, TypedAttribute::default);
        if !button.is_empty() {
            let html = page(desk, before.as_ref(), version, &typed, Vec::new(), true);
            return html.map(Answer::Page);
        }
        let problems = match typed.rule() {
            Err(problems) => problems,
            Ok(rule) => match saved(desk, before.as_ref(), version, rule)? {
                Ok(()) => return Answer::done(LIST, "The rule is saved."),
                Err(problems) => problems,
            },
        };
        page(desk, before.as_ref(), version, &typed, problems, false).map(Answer::Wrong)
    })
    .await
}

/// Saves a rule, or finds what is wrong with it, by the names of the form.
fn saved(
    desk: &Desk<'_>,
    before: Option<&ReleaseRule>,
    version: i64,
    rule: ReleaseRule,
) -> Result<Result<(), Vec<Problem>>, Stop> {
    let rules = find(&desk.admin())?.value;
    let place = |rule: &ReleaseRule| {
        rules.rules.iter().position(|known| {
            known.entity_attribute == rule.entity_attribute && known.value == rule.value
        })
    };
    let at = place(&rule);
    if before.is_none() && at.is_some() {
        let message = "there is a rule about it already; change that one";
        return Ok(Err(vec![Problem::new("value", message)]));
    }
    let path = format!("rules[{}].", at.unwrap_or(rules.rules.len()));
    match replace(&desk.admin(), version, with(rules, rule), &mut rng()) {
        Ok(_) => Ok(Ok(())),
        Err(AdminError::Invalid(mut problems)) => {
            for problem in &mut problems {
                if let Some(field) = problem.field.strip_prefix(&path) {
                    problem.field = field.to_owned();
                }
            }
            Ok(Err(problems))
        }
        Err(AdminError::Store(StoreError::Conflict(Conflict::Version))) => {
            Ok(Err(vec![outdated()]))
        }
        Err(other) => Err(other.into()),
    }
}

/// Somebody else was faster.
fn outdated() -> Problem {
    Problem::new(
        "",
        "Somebody else changed the release rules after you opened this page. Open the page again to see \
         them as they are now, then make your change once more.",
    )
}

fn page(
    desk: &Desk<'_>,
    existing: Option<&ReleaseRule>,
    version: i64,
    typed: &Typed,
    problems: Vec<Problem>,
    unsaved: bool,
) -> Result<String, Stop> {
    let form = typed.fields().with_problems(problems);
    let rows = typed.rows(desk, &form)?;
    let title = if existing.is_some() { "Change a release rule" } else { "Add a release rule" };
    let action = existing.map_or_else(|| EDIT.to_owned(), |rule| about(EDIT, rule));
    let usual = [
        (ENTITY_CATEGORY, "Category (http://macedir.org/entity-category)"),
        (REQUIREMENT, "Identifier that it needs (subject-id:req)"),
    ];
    let subject = vec![
        form.choice("entity_attribute", "What the metadata says", &usual).required().to_string(),
        form.text("value", "Value")
            .hint("Such as https://refeds.org/category/research-and-scholarship, compared as a whole.")
            .required()
            .mono()
            .to_string(),
    ];
    let dialects = claim_dialects::list(&desk.admin())?;
    let named = |row: &DialectRow| format!("{} – {}", row.dialect.display_name, row.dialect.uri);
    let labels: Vec<String> = dialects.iter().map(named).collect();
    let mut names = vec![(LOCAL, "Local")];
    let uris = dialects.iter().map(|row| row.dialect.uri.as_str());
    names.extend(uris.zip(labels.iter().map(String::as_str)));
    let dialect = form
        .choice("dialect", "Names by dialect", &names)
        .hint("What attributes are called that have no name of their own below.")
        .required()
        .to_string();
    let existing = existing.map(|rule| (shown(&rule.entity_attribute), shown(&rule.value)));
    let frame = below(desk, title).around(&form);
    let page = FormPage {
        frame,
        form,
        rows,
        subject,
        dialect,
        action,
        back: LIST,
        existing,
        version,
        unsaved,
    };
    Ok(render(&page, 16 * 1024))
}
