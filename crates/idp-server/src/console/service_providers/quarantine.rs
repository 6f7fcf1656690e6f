//! The quarantine of a service provider: who tests it, and opening it for everybody.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::service_providers::{
    RoundTrip, ServiceProviderDraft, Unproven, promote as end, round_trips, unknown,
};
use idp_admin::{Permission, Problem};
use idp_core::quarantine::Quarantine;
use idp_core::service_provider::ServiceProvider;
use idp_core::user::Username;

use super::section::{Content, Section, frame, version_of};
use super::{addresses, find};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::frame::Frame;
use crate::console::serve::{Answer, change, show};
use crate::console::{Desk, Stop, routes, words};
use crate::error::WebError;
use crate::handlers::Shared;
use crate::pages::{render, short};
use crate::rng::rng;

/// The box by which it is opened untested.
const UNTESTED: &str = "untested";

/// Who tests it. Saving puts it into quarantine, if it is in none.
pub struct TestUsers {
    names: String,
}

impl Section for TestUsers {
    const PART: &'static str = "test-users";
    const TITLE: &'static str = "Test users";
    const SAVED: &'static str = "The test users are saved. Nobody else can sign in.";

    fn stored(sp: &ServiceProvider) -> Self {
        let users = sp.settings.quarantine.iter().flat_map(|own| &own.test_users);
        let names: Vec<&str> = users.map(Username::as_str).collect();
        Self { names: names.join("\n") }
    }

    fn typed(form: &Form) -> Result<Self, WebError> {
        Ok(Self { names: form.text("test_users")?.to_owned() })
    }

    fn apply(&self, desk: &Desk<'_>, draft: &mut ServiceProviderDraft) -> Vec<Problem> {
        let wrong = |message: String| vec![Problem::new("test_users", message)];
        let typed = self.names.split([',', '\n']).map(str::trim).filter(|name| !name.is_empty());
        let mut users = Vec::new();
        for name in typed {
            match Username::parse(name) {
                Some(user) => users.push(user),
                None => return wrong(format!("“{name}” is no user name")),
            }
        }
        if users.is_empty() {
            return wrong("Name at least one: nobody else can sign in.".to_owned());
        }
        let missing = match unknown(&desk.admin(), &users) {
            Ok(missing) => missing,
            Err(error) => return wrong(error.to_string()),
        };
        if !missing.is_empty() {
            let names: Vec<&str> = missing.iter().map(Username::as_str).collect();
            return wrong(format!("There is no account with this name: {}", names.join(", ")));
        }
        let since = draft.settings.quarantine.as_ref().and_then(|own| own.since);
        draft.settings.quarantine = Some(Quarantine { since, ..Quarantine::of(users) });
        Vec::new()
    }

    fn fields(&self) -> Fields {
        Fields::new().with("test_users", &self.names).called("test_users", "Test users")
    }

    fn content(
        &self,
        _desk: &Desk<'_>,
        sp: &ServiceProvider,
        form: &Fields,
    ) -> Result<Content, Stop> {
        let names = form
            .area("test_users", "User names")
            .hint("One on each line. Everybody else reads that the application is not open yet.")
            .rows(4)
            .required();
        let intro = match sp.settings.quarantine {
            Some(_) => "While it is in quarantine, these people alone can sign in to it.",
            None => {
                "It is open for everybody now. When you save this, it is put into quarantine: these \
                 people alone can sign in to it, until it is opened again. Who is signed in there \
                 already stays so until the application ends its session."
            }
        };
        Ok(Content { intro: vec![intro.to_owned()], before: vec![names], ..Content::default() })
    }
}

/// The state of a quarantine, on the page of the service provider.
pub struct State {
    /// Who may sign in.
    pub test_users: Vec<String>,
    /// What was sent so far, the latest first.
    pub round_trips: Vec<RoundTrip>,
}

/// The state of this one; `None` when it is open.
pub fn state(desk: &Desk<'_>, sp: &ServiceProvider) -> Result<Option<State>, Stop> {
    let Some(quarantine) = &sp.settings.quarantine else { return Ok(None) };
    let test_users = quarantine.test_users.iter().map(ToString::to_string).collect();
    Ok(Some(State { test_users, round_trips: round_trips(&desk.admin(), sp)? }))
}

/// The page that asks whether it is to be opened.
#[derive(Template)]
#[template(path = "console/service_providers/promote.html")]
struct PromotePage {
    frame: Frame,
    form: Fields,
    state: State,
    action: String,
    back: String,
    version: i64,
}

/// Asks whether it is meant, and says what is known.
pub async fn confirm(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        desk.require(Permission::Change)?;
        page(desk, &id, Vec::new()).map(Answer::Page)
    })
    .await
}

/// Opens it for everybody.
pub async fn promote(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let sp = find(desk, &id)?.value;
        if sp.settings.quarantine.is_none() {
            // Pressed twice, or somebody else was faster: it is as it should be.
            let text =
                format!("“{}” is open already: everybody can sign in to it.", short(&sp.name));
            return Answer::done(routes::service_provider(sp.id), text);
        }
        let unproven = if form.is_set(UNTESTED) { Unproven::Accept } else { Unproven::Refuse };
        let untested = round_trips(&desk.admin(), &sp)?.is_empty();
        if untested && unproven == Unproven::Refuse {
            let message = "Nobody was signed in as a test yet. Tick this if it is to be opened all \
                           the same.";
            let problems = vec![Problem::new(UNTESTED, message)];
            return page(desk, &id, problems).map(Answer::Wrong);
        }
        end(&desk.admin(), sp.id, version_of(form)?, unproven, &mut rng())?;
        let text = format!("“{}” is open: everybody can sign in to it.", short(&sp.name));
        Answer::done(routes::service_provider(sp.id), text)
    })
    .await
}

fn page(desk: &Desk<'_>, id: &str, problems: Vec<Problem>) -> Result<String, Stop> {
    let found = find(desk, id)?;
    let sp = &found.value;
    let Some(state) = state(desk, sp)? else {
        return Err(Stop::Conflict(format!(
            "“{}” is open for everybody already.",
            short(&sp.name)
        )));
    };
    let label = "Open it without a test";
    let form =
        Fields::new().with_box(UNTESTED, false).called(UNTESTED, label).with_problems(problems);
    let page = PromotePage {
        frame: frame(desk, sp, format!("Open “{}” for everybody?", short(&sp.name))).around(&form),
        form,
        state,
        action: addresses::below(sp.id, addresses::PROMOTE),
        back: routes::service_provider(sp.id),
        version: found.version,
    };
    Ok(render(&page, 8 * 1024))
}
