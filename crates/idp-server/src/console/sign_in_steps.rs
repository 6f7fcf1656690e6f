//! `/console/sign-in-steps/…`: which steps the console and the account pages ask for. The model of a
//! page that changes something which guards the server.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::{AdminError, Permission, local_applications};
use idp_core::flow::chain::StepWish;
use idp_core::flow::step_policy::StepPolicy;
use idp_core::local_application::{LocalApplication, LocalSettings};

use super::desk::{CONFIRMED, Desk};
use super::form::Form;
use super::forms::{Field, Fields};
use super::frame::{Frame, Section};
use super::serve::{Answer, change, show};
use super::stop::Stop;
use super::{routes, words};
use crate::error::WebError;
use crate::handlers::Shared;
use crate::pages::render;
use crate::rng::rng;

/// The choice that leaves a step out of the chain.
const NOBODY: &str = "nobody";

/// The form.
pub async fn edit(app: Shared, request: HttpRequest, name: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        let settings = editable(desk, &name)?;
        let form = fields(desk, &settings);
        Ok(Answer::Page(page(desk, &settings, form)))
    })
    .await
}

/// Saves it.
pub async fn save(
    app: Shared,
    request: HttpRequest,
    name: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let settings = editable(desk, &name)?;
        let application = settings.application;
        let steps = wished(desk, &settings, form)?;
        match local_applications::set_steps(&desk.admin(), application, &steps, &mut rng()) {
            Ok(_) => {
                let text = format!("The steps of “{}” are saved.", application.title());
                Answer::done(routes::OVERVIEW, text)
            }
            Err(AdminError::Invalid(problems)) => {
                let form = fields(desk, &settings).typed(form, problems);
                Ok(Answer::Wrong(page(desk, &settings, form)))
            }
            Err(other) => Err(other.into()),
        }
    })
    .await
}

/// The settings of the application in the address, to be changed by this person now.
fn editable(desk: &Desk<'_>, name: &str) -> Result<LocalSettings, Stop> {
    let application = LocalApplication::from_name(name).ok_or(Stop::NotFound)?;
    desk.require(Permission::Change)?;
    desk.recent(CONFIRMED, &routes::sign_in_steps(application))?;
    let settings = local_applications::find(&desk.admin(), application)?.value;
    let simple = settings.chain.steps().iter().skip(1).all(|step| step.options().len() == 1);
    simple.then_some(settings).ok_or_else(|| {
        Stop::Conflict(format!(
            "One of the steps lets people choose, which this page cannot show. Use `idp-server \
             local-application set-steps {application}` on the server's command line."
        ))
    })
}

/// The factors that a further step can ask for.
fn further(desk: &Desk<'_>) -> Vec<(String, &'static str)> {
    let further = desk.app.registry.iter().filter(|factor| !factor.identifies());
    further.map(|factor| (factor.id().as_str().to_owned(), factor.display_name())).collect()
}

fn fields(desk: &Desk<'_>, settings: &LocalSettings) -> Fields {
    let policy = |name: &str| {
        let steps = settings.chain.steps().iter();
        let mut of_factor = steps.filter(|s| s.options().iter().any(|o| o.as_str() == name));
        of_factor.next().map_or(NOBODY, |step| step.policy().name())
    };
    further(desk).into_iter().fold(Fields::new(), |form, (name, _)| {
        let policy = policy(&name);
        form.with(name, policy)
    })
}

/// The first step as it is, then a step for each factor that is asked for.
fn wished(
    desk: &Desk<'_>,
    settings: &LocalSettings,
    form: &Form,
) -> Result<Vec<StepWish>, WebError> {
    let first = settings.chain.steps().first().cloned().map(StepWish::from);
    let mut steps: Vec<StepWish> = first.into_iter().collect();
    for (name, _) in further(desk) {
        if let Some(policy) = StepPolicy::from_name(form.text(&name)?) {
            steps.push(StepWish { any: vec![name], policy });
        }
    }
    Ok(steps)
}

/// What the page shows.
#[derive(Template)]
#[template(path = "console/sign_in_steps.html")]
struct StepsPage {
    frame: Frame,
    form: Fields,
    action: String,
    first: String,
    choices: Vec<Field>,
}

fn page(desk: &Desk<'_>, settings: &LocalSettings, form: Fields) -> String {
    let title = format!("Steps of “{}”", settings.application.title());
    let offered = [
        (NOBODY, "nobody"),
        (StepPolicy::WhenEnrolled.name(), words::policy(StepPolicy::WhenEnrolled)),
        (StepPolicy::UnlessDisabled.name(), words::policy(StepPolicy::UnlessDisabled)),
        (StepPolicy::Required.name(), words::policy(StepPolicy::Required)),
    ];
    let choice = |(name, label): (String, &str)| {
        form.radios(&name, &format!("{label}: asked of"), &offered).required()
    };
    let choices = further(desk).into_iter().map(choice).collect();
    let first = settings.chain.steps().first();
    let first = first.map(|step| words::step(&desk.app.registry, step)).unwrap_or_default();
    let frame = desk.frame(Section::Overview, title).around(&form);
    let action = routes::sign_in_steps(settings.application);
    render(&StepsPage { frame, form, action, first, choices }, 8 * 1024)
}
