//! A run as people see it: where each application stands.

use std::sync::Arc;

use idp_core::id::ServiceProviderId;
use idp_core::logout::{LogoutRun, ParticipantState, Party};

use crate::app::App;
use crate::configuration::{Configuration, Registered};
use crate::error::WebError;

/// Where an application stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Its turn is to come.
    Pending,
    /// It is being told.
    Waiting,
    /// It signed the person out.
    Ended,
    /// It did not.
    Refused,
    /// It did not answer in time.
    TimedOut,
    /// There is no way to tell it.
    CannotBeTold,
}

/// A run as people see it.
pub struct View {
    /// Every application with its name, and where it stands.
    pub applications: Vec<(String, Standing)>,
    /// The application that asked for the logout.
    pub asked_by: Option<String>,
    /// Everybody confirmed.
    pub complete: bool,
    /// Somebody may be told again.
    pub retry: bool,
}

impl View {
    pub(super) fn of(
        app: &App,
        configuration: &Configuration,
        run: &LogoutRun,
    ) -> Result<Self, WebError> {
        let mut applications = Vec::new();
        for participant in run.participants() {
            let name = name(app, configuration, participant.service_provider)?;
            applications.push((name, standing(&participant.state)));
        }
        let asked_by = match run.asked_by() {
            Party::ServiceProvider(origin) => {
                Some(name(app, configuration, origin.service_provider)?)
            }
            Party::Person => None,
        };
        Ok(Self {
            applications,
            asked_by,
            complete: run.is_complete(),
            retry: run.can_be_retried(),
        })
    }

    /// The application that is being told.
    pub fn told_now(&self) -> Option<&str> {
        let waits = |(_, standing): &&(String, Standing)| *standing == Standing::Waiting;
        self.applications.iter().find(waits).map(|(name, _)| name.as_str())
    }
}

const fn standing(state: &ParticipantState) -> Standing {
    match state {
        ParticipantState::Pending => Standing::Pending,
        ParticipantState::Waiting { .. } => Standing::Waiting,
        ParticipantState::Ended => Standing::Ended,
        ParticipantState::Refused(_) => Standing::Refused,
        ParticipantState::TimedOut => Standing::TimedOut,
        ParticipantState::CannotBeTold(_) => Standing::CannotBeTold,
    }
}

fn name(
    app: &App,
    configuration: &Configuration,
    id: ServiceProviderId,
) -> Result<String, WebError> {
    let found = registered(app, configuration, id)?;
    Ok(found.map_or_else(|| "–".to_owned(), |found| found.service_provider.name.clone()))
}

/// The service provider with this identifier, as registered now.
pub(super) fn registered(
    app: &App,
    configuration: &Configuration,
    id: ServiceProviderId,
) -> Result<Option<Arc<Registered>>, WebError> {
    let Some(found) = app.store.read(|r| r.service_provider_by_id(id))? else { return Ok(None) };
    configuration.service_provider(&app.store, &found.value.entity_id)
}
