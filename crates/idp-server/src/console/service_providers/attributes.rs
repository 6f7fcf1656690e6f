//! What a service provider is told of people.

use idp_admin::Problem;
use idp_admin::claim_dialects::{self, DialectRow};
use idp_admin::claims;
use idp_admin::service_providers::{ServiceProviderDraft, suggested_claim, unverified};
use idp_core::attribute_release::{Release, RequestedAttribute};
use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_core::saml::urn::attribute_name_format as name_format;
use idp_core::service_provider::{AttributeRule, ServiceProvider, WithoutValue};

use super::field_names::capital;
use super::name_id::ClaimChoices;
use super::rows::{self, Offer, Row, Rows, Tools};
use super::section::{Content, Section};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::{Desk, Stop};
use crate::error::WebError;

/// The choice of the local dialect. Not empty: browsers send no form in which a required list stands on
/// an empty value.
const LOCAL: &str = "local";

/// What can be set.
pub struct Attributes {
    /// The URI of the dialect, or [`LOCAL`].
    dialect: String,
    release: String,
    rules: Vec<Rule>,
}

/// An attribute as it is typed.
#[derive(Default)]
struct Rule {
    claim: String,
    name: String,
    /// Empty for the uri format.
    name_format: String,
    friendly_name: String,
    mandatory: bool,
    without_value: String,
}

/// What is told of a person without a value.
const WITHOUT: [(WithoutValue, &str); 3] = [
    (WithoutValue::LeaveOut, "nothing: it is left out"),
    (WithoutValue::NoValue, "the attribute without a value"),
    (WithoutValue::Nil, "the attribute with the value nil"),
];

/// Identifiers that are made when they are told, as choices of a claim.
pub const MADE: [(&str, &str); 2] = [
    ("urn:oasis:names:tc:SAML:attribute:subject-id", "subject-id – the same for every application"),
    (
        "urn:oasis:names:tc:SAML:attribute:pairwise-id",
        "pairwise-id – another for every application",
    ),
];

/// How much is released, by name.
const RELEASE: [(Release, &str, &str); 3] = [
    (Release::All, "all", "all of them"),
    (Release::Requested, "requested", "those that it asks for"),
    (Release::Required, "required", "those that it marks as required"),
];

impl Section for Attributes {
    const PART: &'static str = "attributes";
    const TITLE: &'static str = "Attributes";
    const SAVED: &'static str = "The attributes are saved.";

    fn stored(sp: &ServiceProvider) -> Self {
        let release = RELEASE.iter().find(|(release, ..)| *release == sp.settings.release);
        let rule = |rule: &AttributeRule| Rule {
            claim: rule.claim.to_string(),
            name: rule.name.clone(),
            name_format: rule.name_format.clone().unwrap_or_default(),
            friendly_name: rule.friendly_name.clone().unwrap_or_default(),
            mandatory: rule.mandatory,
            without_value: rule.without_value.name().to_owned(),
        };
        Self {
            dialect: sp
                .settings
                .dialect
                .as_ref()
                .map_or_else(|| LOCAL.to_owned(), ToString::to_string),
            release: release.map(|(_, name, _)| (*name).to_owned()).unwrap_or_default(),
            rules: sp.settings.attributes.iter().map(rule).collect(),
        }
    }

    fn typed(form: &Form) -> Result<Self, WebError> {
        let rule = |prefix: &str| {
            let text = |part| form.text(&format!("{prefix}.{part}")).map(|t| t.trim().to_owned());
            Ok(Rule {
                claim: text("claim")?,
                name: text("name")?,
                name_format: text("name_format")?,
                friendly_name: text("friendly_name")?,
                mandatory: form.is_set(&format!("{prefix}.mandatory")),
                without_value: text("without_value")?,
            })
        };
        let rules = rows::read(form, "attributes", "claim", rule)?;
        let text = |name| form.text(name).map(str::to_owned);
        Ok(Self { dialect: text("dialect")?, release: text("release")?, rules })
    }

    fn press(&mut self, sp: &ServiceProvider, button: &str) -> Vec<Problem> {
        let Some(number) = button.strip_prefix("offer:") else {
            rows::press(&mut self.rules, button, Rule::default);
            return Vec::new();
        };
        let mut asked = asked(sp).into_iter();
        if let Some(asked) = number.parse().ok().and_then(|number| asked.nth(number)) {
            let claim = suggested_claim(&asked.name, asked.friendly_name.as_deref());
            self.rules.push(Rule {
                claim: claim.map(|claim| claim.to_string()).unwrap_or_default(),
                name: asked.name.clone(),
                name_format: own_format(asked.name_format.as_deref()),
                friendly_name: asked.friendly_name.clone().unwrap_or_default(),
                mandatory: asked.required,
                without_value: WithoutValue::default().name().to_owned(),
            });
        }
        Vec::new()
    }

    fn apply(&self, desk: &Desk<'_>, draft: &mut ServiceProviderDraft) -> Vec<Problem> {
        let settings = &mut draft.settings;
        let mut problems = Vec::new();
        let claims = claims::list(&desk.admin()).unwrap_or_default();
        match RELEASE.iter().find(|(_, name, _)| *name == self.release) {
            Some((release, ..)) => settings.release = *release,
            None => problems.push(Problem::new("release", "must be one of the choices")),
        }
        settings.dialect = ClaimUri::parse(&self.dialect).filter(|_| self.dialect != LOCAL);
        if settings.dialect.is_none() && self.dialect != LOCAL {
            problems.push(Problem::new("dialect", "must be one of the choices"));
        }
        let mut rules = Vec::new();
        for (number, rule) in self.rules.iter().enumerate() {
            let Some(claim) = ClaimUri::parse(&rule.claim) else {
                let field = format!("attributes[{number}].claim");
                problems.push(Problem::new(field, "choose the claim that the values come from"));
                continue;
            };
            let said = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
            let friendly_name = said(&rule.friendly_name);
            let (name, name_format) = match said(&rule.name) {
                Some(name) => (name, said(&rule.name_format)),
                // What the dialect calls it, whenever it is told.
                None if settings.dialect.is_some() => (String::new(), said(&rule.name_format)),
                None => proposed(&claims, &claim),
            };
            let mandatory = rule.mandatory;
            let without_value = WithoutValue::from_name(&rule.without_value).unwrap_or_default();
            rules.push(AttributeRule {
                claim,
                name,
                name_format,
                friendly_name,
                mandatory,
                without_value,
            });
        }
        settings.attributes = rules;
        problems
    }

    fn fields(&self) -> Fields {
        let form = Fields::new()
            .with("dialect", &self.dialect)
            .called("dialect", "Names by dialect")
            .with("release", &self.release)
            .called("release", "Release");
        self.rules.iter().enumerate().fold(form, |form, (number, rule)| {
            let parts = [
                ("claim", &*rule.claim, "Claim"),
                ("name", &rule.name, "Name"),
                ("name_format", &rule.name_format, "NameFormat"),
                ("friendly_name", &rule.friendly_name, "FriendlyName"),
                ("without_value", &rule.without_value, "Without a value"),
            ];
            let form = form.with_row(("attributes", number), "attribute", &parts);
            let name = format!("attributes[{number}].mandatory");
            let label = format!("Mandatory of attribute {}", number + 1);
            form.with_box(&name, rule.mandatory).called(name, label)
        })
    }

    fn content(
        &self,
        desk: &Desk<'_>,
        sp: &ServiceProvider,
        form: &Fields,
    ) -> Result<Content, Stop> {
        let known = ClaimChoices::of(desk, self.rules.iter().map(|rule| rule.claim.as_str()))?;
        let rows = Rows {
            title: "Attributes",
            empty: "None: the service provider is told nothing but the NameID.",
            list: (0..self.rules.len()).map(|number| self.row(number, &known, form)).collect(),
            adding: Vec::new(),
            add: "Add an attribute",
            offers: self.offers(sp),
        };
        let dialects = claim_dialects::list(&desk.admin())?;
        let mut names = vec![(LOCAL, "Local")];
        let named =
            |row: &DialectRow| format!("{} – {}", row.dialect.display_name, row.dialect.uri);
        let labels: Vec<String> = dialects.iter().map(named).collect();
        let uris = dialects.iter().map(|row| row.dialect.uri.as_str());
        names.extend(uris.zip(labels.iter().map(String::as_str)));
        let dialect = form
            .choice("dialect", "Names by dialect", &names)
            .hint("What attributes are called that have no name of their own below.")
            .required();
        let release: Vec<(&str, &str)> =
            RELEASE.iter().map(|(_, name, text)| (*name, *text)).collect();
        let release = form
            .radios("release", "Which of these it is told", &release)
            .hint("What it asks for and requires is written in its metadata.")
            .required();
        let intro = "An attribute is told as far as a person has a value. Tell no more than the \
                     service provider needs.";
        let mut settings = sp.settings.clone();
        settings.attributes = self.typed_rules();
        let unverified = unverified(&claims::list(&desk.admin())?, &settings);
        let mut intro = vec![intro.to_owned()];
        intro.extend(said_of_it(sp));
        Ok(Content {
            warning: unverified.map(|problem| format!("{}.", capital(&problem.message))),
            intro,
            before: vec![dialect],
            rows: Some(rows),
            after: vec![release],
            ..Content::default()
        })
    }
}

impl Attributes {
    fn row(&self, number: usize, known: &ClaimChoices, form: &Fields) -> Row {
        let name = |part: &str| format!("attributes[{number}].{part}");
        let mut claims = vec![("", "choose …")];
        claims.extend(known.options().filter(|(uri, _)| !MADE.iter().any(|(made, _)| made == uri)));
        claims.extend(MADE);
        let without: Vec<(&str, &str)> =
            WITHOUT.iter().map(|(choice, text)| (choice.name(), *text)).collect();
        let mut formats = vec![
            ("", if self.dialect == LOCAL { "uri" } else { "uri, or as in the dialect" }),
            (name_format::BASIC, "basic"),
            (name_format::UNSPECIFIED, "unspecified"),
        ];
        let format = form.value(&name("name_format")).to_owned();
        if !formats.iter().any(|(known, _)| *known == format) {
            formats.push((&format, &format));
        }
        let legend = format!("Attribute {}", number + 1);
        Row {
            facts: Vec::new(),
            hidden: Vec::new(),
            fields: vec![
                form.choice(&name("claim"), "Claim", &claims).required(),
                form.text(&name("name"), "Name in the assertion")
                    .hint("Left empty, the name in the dialect, or else the mapped attribute or the URI.")
                    .mono(),
                form.choice(&name("name_format"), "NameFormat", &formats),
                form.text(&name("friendly_name"), "FriendlyName"),
                form.tick(&name("mandatory"), "Mandatory")
                    .hint("Nobody is signed in without a value: people read what is missing."),
                form.choice(&name("without_value"), "Told of who has no value", &without),
            ],
            tools: Tools::new(&legend, number, self.rules.len(), true),
            legend,
        }
    }

    /// The claims that are chosen so far.
    fn typed_rules(&self) -> Vec<AttributeRule> {
        let rule = |rule: &Rule| {
            let claim = ClaimUri::parse(&rule.claim)?;
            let name = rule.name.clone();
            let (name_format, friendly_name, mandatory) = (None, None, rule.mandatory);
            Some(AttributeRule {
                claim,
                name,
                name_format,
                friendly_name,
                mandatory,
                without_value: WithoutValue::default(),
            })
        };
        self.rules.iter().filter_map(rule).collect()
    }

    /// What the service provider asks for, with a button for each attribute that is not there yet.
    fn offers(&self, sp: &ServiceProvider) -> Vec<Offer> {
        let offer = |(number, asked): (usize, &RequestedAttribute)| {
            let friendly = asked.friendly_name.as_ref().map(|name| format!(" ({name})"));
            let required = if asked.required { ", required" } else { "" };
            let there = self.rules.iter().any(|rule| rule.name == asked.name);
            Offer {
                text: format!("{}{}{required}", asked.name, friendly.unwrap_or_default()),
                button: (!there).then(|| format!("offer:{number}")),
            }
        };
        asked(sp).into_iter().enumerate().map(offer).collect()
    }
}

/// What release rules go by, if anything is said.
fn said_of_it(sp: &ServiceProvider) -> Option<String> {
    let said = sp.settings.entity_attributes.iter().flat_map(|attribute| &attribute.values);
    let said: Vec<String> = said.map(|value| crate::pages::short(value).into_owned()).collect();
    (!said.is_empty()).then(|| {
        format!(
            "Its metadata says of it: {}. What release rules tell because of that comes on top; \
             “What it would be told” shows both.",
            said.join(", ")
        )
    })
}

/// The name of an attribute that nobody named, with its format: the mapped attribute of its claim, or
/// the URI.
fn proposed(claims: &[ClaimDefinition], claim: &ClaimUri) -> (String, Option<String>) {
    let mapped = claims.iter().find(|known| known.uri == *claim);
    let mapped = mapped.map(|known| &known.mapped_attribute).filter(|name| !name.is_empty());
    let name = mapped.cloned().unwrap_or_else(|| claim.to_string());
    let is_uri = ClaimUri::parse(&name).is_some();
    (name, (!is_uri).then(|| name_format::BASIC.to_owned()))
}

/// What the service provider asks for, each name once.
fn asked(sp: &ServiceProvider) -> Vec<&RequestedAttribute> {
    let mut all: Vec<&RequestedAttribute> = Vec::new();
    let services = &sp.settings.attribute_consuming_services;
    for attribute in services.iter().flat_map(|service| &service.attributes) {
        if !all.iter().any(|known| known.name == attribute.name) {
            all.push(attribute);
        }
    }
    all
}

/// The format of an attribute that is asked for in this one; what is open we make a URI.
fn own_format(asked: Option<&str>) -> String {
    let named =
        asked.filter(|format| ![name_format::URI, name_format::UNSPECIFIED].contains(format));
    named.unwrap_or_default().to_owned()
}
