//! Growth: the same load on a site that gets larger and larger. It should cost the same.

use anyhow::{Context, Result};

use crate::authn_request::Requester;
use crate::configuration::requester;
use crate::measure::{FIRST_SERVICE_PROVIDERS, Plan, target};
use crate::results::Growth;
use crate::site::{DatabaseChoice, RSA, Site};

/// Requests go to at most so many service providers, evenly spread over all there are.
const VISITED: usize = 1_000;

impl Plan {
    /// SSO hits while more and more service providers are registered.
    pub fn grow_service_providers(
        &self,
        choice: &DatabaseChoice,
        say: &dyn Fn(&str),
    ) -> Result<Vec<Growth>> {
        let site = Site::build(&self.binary, choice, 1)?;
        let mut registered = 0;
        let mut growth = Vec::new();
        for &size in &self.service_providers {
            say(&format!("SSO hits with {size} service providers"));
            site.register(registered..size, RSA)?;
            registered = size;
            growth.push(self.hits_after_growth(&site, size, registered)?);
        }
        Ok(growth)
    }

    /// SSO hits while more and more sessions are live.
    pub fn grow_sessions(
        &self,
        choice: &DatabaseChoice,
        say: &dyn Fn(&str),
    ) -> Result<Vec<Growth>> {
        let site = Site::build(&self.binary, choice, 10)?;
        site.register(0..FIRST_SERVICE_PROVIDERS, RSA)?;
        let mut live = first_sessions(&site)?;
        let mut growth = Vec::new();
        for &size in &self.sessions {
            say(&format!("SSO hits with {size} live sessions"));
            if size > live {
                site.database.add_sessions(i64::try_from(size - live)?)?;
                live = size;
            }
            growth.push(self.hits_after_growth(&site, size, FIRST_SERVICE_PROVIDERS)?);
        }
        Ok(growth)
    }

    /// CPU per hit on a site that has just grown: a new server, one person, eight connections.
    fn hits_after_growth(&self, site: &Site, number: usize, visited: usize) -> Result<Growth> {
        let server = site.command.start()?;
        let person = site.people.first().context("a site without people")?;
        let sessions = [site.sign_in(&server, person, 0)?];
        let host = site.command.host();
        let requesters = requesters(visited, &host);
        let target = target(site, &server, &host, &sessions, &requesters);
        target.warm_up()?;
        let mut least = f64::INFINITY;
        for _ in 0..self.growth_runs {
            least = least.min(target.run(self.load(8))?.cpu_per_request());
        }
        Ok(Growth { size: number, cpu: least })
    }
}

/// Signs everybody but the first person in, who signs in once at each size.
fn first_sessions(site: &Site) -> Result<usize> {
    let server = site.command.start()?;
    let others = site.people.get(1..).unwrap_or_default();
    for person in others {
        site.sign_in(&server, person, 0)?;
    }
    Ok(others.len() + 1)
}

/// The service providers that ask, evenly spread over all.
pub fn requesters(service_providers: usize, host: &str) -> Vec<Requester> {
    let step = service_providers.div_ceil(VISITED).max(1);
    (0..service_providers).step_by(step).map(|number| requester(number, host)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visited_service_providers_are_spread_over_all() {
        assert_eq!(requesters(10, "h").len(), 10);
        assert_eq!(requesters(1_000, "h").len(), 1_000);
        let many = requesters(10_000, "h");
        assert_eq!(many.len(), 1_000);
        assert_eq!(many[999].entity_id, "https://sp-09990.bench.example/");
    }
}
