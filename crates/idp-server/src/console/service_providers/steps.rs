//! The steps of a login: what the seed calls "Local & outbound authentication configuration".

use askama::Template;
use idp_admin::Problem;
use idp_admin::service_providers::ServiceProviderDraft;
use idp_core::flow::authenticator::{
    AttemptPermission, Authenticator, AuthenticatorSettings, Facts, SendingPermission,
};
use idp_core::flow::chain::{Chain, ChainError, Step, StepWish};
use idp_core::flow::step_policy::StepPolicy;
use idp_core::id::LoginId;
use idp_core::service_provider::ServiceProvider;

use super::rows::{self, Row, Rows, Tools};
use super::section::{Content, Section};
use crate::console::form::Form;
use crate::console::forms::{Field, Fields};
use crate::console::identity_providers::is_local;
use crate::console::{Desk, Stop};
use crate::error::WebError;
use crate::language::Language;
use crate::pages::render;
use crate::rng::rng;

/// The rows.
pub struct Steps(Vec<StepRow>);

/// A step as it is chosen.
struct StepRow {
    /// Names of authenticators.
    any: Vec<String>,
    /// The name of the policy.
    policy: String,
}

/// The policies, for people.
const POLICIES: [(StepPolicy, &str); 3] = [
    (StepPolicy::Required, "everybody"),
    (StepPolicy::UnlessDisabled, "everybody who did not disable it in the profile"),
    (StepPolicy::WhenEnrolled, "everybody who has what it needs, such as a mobile number"),
];

impl Section for Steps {
    const PART: &'static str = "steps";
    const TITLE: &'static str = "Login steps";
    const SAVED: &'static str = "The login steps are saved.";
    const GUARDED: bool = true;

    fn stored(sp: &ServiceProvider) -> Self {
        let row = |step: &Step| StepRow {
            any: step.options().iter().map(|option| option.as_str().to_owned()).collect(),
            policy: step.policy().name().to_owned(),
        };
        Self(sp.chain.steps().iter().map(row).collect())
    }

    fn typed(form: &Form) -> Result<Self, WebError> {
        let row = |prefix: &str| {
            let any = form.all(&format!("{prefix}.any")).map(str::to_owned).collect();
            Ok(StepRow { any, policy: form.text(&format!("{prefix}.policy"))?.to_owned() })
        };
        rows::read(form, "steps", "policy", row).map(Self)
    }

    fn press(&mut self, _sp: &ServiceProvider, button: &str) -> Vec<Problem> {
        rows::press(&mut self.0, button, || StepRow {
            any: Vec::new(),
            policy: StepPolicy::Required.name().to_owned(),
        });
        // The first step tells who the person is: everybody must pass it.
        if let Some(first) = self.0.first_mut() {
            StepPolicy::Required.name().clone_into(&mut first.policy);
        }
        Vec::new()
    }

    fn apply(&self, desk: &Desk<'_>, draft: &mut ServiceProviderDraft) -> Vec<Problem> {
        let wish = |row: &StepRow| {
            let policy = StepPolicy::from_name(&row.policy).unwrap_or_default();
            StepWish { any: row.any.clone(), policy }
        };
        draft.steps = self.0.iter().map(wish).collect();
        let errors = Chain::new(&draft.steps, &desk.app.registry).err().unwrap_or_default();
        errors.iter().map(at_its_step).collect()
    }

    fn fields(&self) -> Fields {
        self.0.iter().enumerate().fold(Fields::new(), |form, (number, row)| {
            let name = |part: &str| format!("steps[{number}].{part}");
            form.with_all(name("any"), row.any.iter().cloned())
                .called(name("any"), "")
                .with(name("policy"), &row.policy)
                .called(name("policy"), format!("Step {}", number + 1))
        })
    }

    fn content(
        &self,
        desk: &Desk<'_>,
        sp: &ServiceProvider,
        form: &Fields,
    ) -> Result<Content, Stop> {
        let offered = Offered::of(desk);
        let rows = Rows {
            title: "Steps in order",
            empty: "None: nobody could sign in.",
            list: (0..self.0.len()).map(|number| self.row(number, &offered, form)).collect(),
            adding: Vec::new(),
            add: "+ Add authentication step",
            offers: Vec::new(),
        };
        let intro = [
            "This is the local and outbound authentication configuration. A person passes the steps \
             in this order. A step with several authenticators lets the person choose one of them.",
            "Steps that were passed for another application in the same session are not asked again. \
             Who is signing in while you save goes on with the steps of before.",
        ];
        Ok(Content {
            intro: intro.map(str::to_owned).to_vec(),
            rows: Some(rows),
            below: self.preview(desk, sp),
            ..Content::default()
        })
    }
}

impl Steps {
    fn row(&self, number: usize, offered: &Offered, form: &Fields) -> Row {
        let legend = format!("Step {}", number + 1);
        let name = |part: &str| format!("steps[{number}].{part}");
        let mut fields = offered.fields(&name("any"), form);
        let (mut hidden, mut facts) = (Vec::new(), Vec::new());
        if number == 0 {
            facts
                .push(("Asked of", "everybody: the first step tells who the person is".to_owned()));
            hidden.push((name("policy"), StepPolicy::Required.name().to_owned()));
        } else {
            let policies = POLICIES.map(|(policy, text)| (policy.name(), text));
            let hint = "Who is let past the step has proven less; the application is told so by a \
                        weaker context class.";
            fields.push(form.choice(&name("policy"), "Asked of", &policies).hint(hint).required());
        }
        let tools = Tools::new(&legend, number, self.0.len(), true);
        Row { legend, facts, hidden, fields, tools }
    }

    /// The pages that a person would meet with the steps as they stand in the form.
    fn preview(&self, desk: &Desk<'_>, sp: &ServiceProvider) -> String {
        let meeting = |row: &StepRow| {
            let registry = &desk.app.registry;
            let found: Vec<&dyn Authenticator> =
                row.any.iter().filter_map(|name| registry.find(name)).collect();
            let pages = found.iter().map(|authenticator| Shown {
                title: title(desk, sp, *authenticator),
                label: label(*authenticator),
            });
            let policy = StepPolicy::from_name(&row.policy).unwrap_or_default();
            let only = POLICIES.iter().find(|(known, _)| *known == policy && policy.may_skip());
            Meeting { pages: pages.collect(), only: only.map(|(_, text)| *text) }
        };
        render(&Preview { steps: self.0.iter().map(meeting).collect() }, 2 * 1024)
    }
}

/// What a step can be made of: id and label.
struct Offered {
    local: Vec<(String, String)>,
    identity_providers: Vec<(String, String)>,
}

impl Offered {
    fn of(desk: &Desk<'_>) -> Self {
        let named = |one: &dyn Authenticator| (one.id().as_str().to_owned(), label(one));
        let (local, others): (Vec<&dyn Authenticator>, Vec<&dyn Authenticator>) =
            desk.app.registry.iter().partition(|one| is_local(*one));
        Self {
            local: local.into_iter().map(named).collect(),
            identity_providers: others.into_iter().map(named).collect(),
        }
    }

    /// Both groups of boxes; they go to one field.
    fn fields(&self, name: &str, form: &Fields) -> Vec<Field> {
        let boxes = |label: &str, offered: &[(String, String)]| {
            let options: Vec<(&str, &str)> =
                offered.iter().map(|(id, label)| (id.as_str(), label.as_str())).collect();
            form.boxes(name, label, &options)
        };
        let mut fields = vec![boxes("Passed with any one of: local authenticators", &self.local)];
        if !self.identity_providers.is_empty() {
            fields.push(boxes("Or with identity providers", &self.identity_providers).continued());
        }
        fields
    }
}

/// What a person meets at a step.
struct Meeting {
    pages: Vec<Shown>,
    /// Of whom it is asked, unless of everybody.
    only: Option<&'static str>,
}

/// A page of a login.
struct Shown {
    title: String,
    label: String,
}

/// What follows the form.
#[derive(Template)]
#[template(path = "console/service_providers/steps_preview.html")]
struct Preview {
    steps: Vec<Meeting>,
}

/// The name of an authenticator for people, and the one that imported configurations know.
pub fn label(authenticator: &dyn Authenticator) -> String {
    let name = authenticator.display_name();
    match authenticator.aliases().first().filter(|alias| **alias != name) {
        Some(alias) => format!("{name} ({alias})"),
        None => name.to_owned(),
    }
}

/// The heading of the page that an authenticator shows to somebody of whom nothing is known yet.
fn title(desk: &Desk<'_>, sp: &ServiceProvider, authenticator: &dyn Authenticator) -> String {
    let facts = Facts {
        now: desk.now,
        login: LoginId::new(desk.now, &mut rng()),
        subject: None,
        challenge: None,
        force_authn: false,
        sending: SendingPermission::Allowed,
        substitutes: AttemptPermission::Allowed,
        enrolment: None,
        application: &sp.name,
        settings: &AuthenticatorSettings::default(),
        languages: &[],
        chosen_language: None,
        host: desk.app.public_url.host(),
    };
    Language::English.words().say(&authenticator.prompt(&facts).title).plain()
}

/// What is wrong with the chain, at the step it is about.
fn at_its_step(error: &ChainError) -> Problem {
    let step = match error {
        ChainError::Empty => None,
        ChainError::EmptyStep(number)
        | ChainError::Unknown { step: number, .. }
        | ChainError::Repeated { step: number, .. }
        | ChainError::AddsNothing { step: number, .. } => Some(*number),
        ChainError::FirstStepDoesNotIdentify(_) | ChainError::FirstStepMayBeSkipped(_) => Some(1),
    };
    let field = step.map(|number| format!("steps[{}].any", number.saturating_sub(1)));
    Problem::new(field.unwrap_or_default(), error.to_string())
}
