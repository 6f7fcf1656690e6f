//! Pages of the console and of the account pages, on a site with ten thousand service providers and a
//! hundred thousand people: what one GET costs the server.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::browser::{Browser, Person};
use crate::configuration::{PASSWORD_VARIABLE, entity_id};
use crate::crowd;
use crate::http::Connection;
use crate::measure::Plan;
use crate::process::{Server, cpu_of_family};
use crate::results::PageCost;
use crate::site::{DatabaseChoice, RSA, Site};
use crate::statistics::{millis, number};

/// What the server does in the background may last so long after its start.
const SETTLING: Duration = Duration::from_secs(20);
/// A server is quiet that uses less CPU time than this in a quarter of a second.
const QUIET: Duration = Duration::from_millis(20);

impl Plan {
    /// What each page costs on a large site of its own.
    pub fn console_pages(
        &self,
        choice: &DatabaseChoice,
        say: &dyn Fn(&str),
    ) -> Result<Vec<PageCost>> {
        let (providers, people) = self.console;
        say(&format!("console pages with {providers} service providers and {people} people"));
        let site = Site::build(&self.binary, choice, 1)?;
        site.register(0..providers, RSA)?;
        let administrator = administrator(&site)?;
        let crowd = i64::try_from(people.min(crowd::MOST))?;
        let sends = i64::try_from(people / 5)?;
        site.database.add_crowd(crowd, sends, now())?;
        let server = site.command.start()?;
        wait_until_quiet(&server)?;
        let mut browser = Browser::open(server.address(), &site.command.host())?;
        browser.enter("/console", &administrator, site.phone())?;
        browser.enter("/account", &administrator, site.phone())?;
        let middle = (providers / 2, people / 2);
        let sp = site.database.service_provider(&entity_id(middle.0))?;
        let mut connection = Connection::open(server.address(), &site.command.host())?;
        let mut pages = Vec::new();
        for (name, path) in addresses(&sp, middle) {
            let visit = Visit { path, cookies: browser.cookies(), times: self.visits };
            let (cpu, database_cpu) = visit
                .measure(&server, site.database.pid(), &mut connection)
                .with_context(|| format!("measuring the page \"{name}\""))?;
            pages.push(PageCost { name, cpu, database_cpu });
        }
        Ok(pages)
    }
}

/// Somebody who may see every page, and who signs in with a password alone.
fn administrator(site: &Site) -> Result<Person> {
    let person = site.people.first().context("a site without people")?;
    site.apply(
        "administrator.toml",
        &format!(
            "[[user]]\nusername = \"root\"\nroles = [\"administrator\"]\n\
             password = {{ env = \"{PASSWORD_VARIABLE}\" }}\n\
             [user.claims]\ngivenname = \"Root\"\nemailaddress = \"root@bench.example\"\n"
        ),
    )?;
    Ok(Person { username: "root".to_owned(), ..person.clone() })
}

/// What is measured: its name in the report, and its address.
fn addresses(sp: &str, (provider, person): (usize, usize)) -> Vec<(&'static str, String)> {
    let (user, name, entity) =
        (crowd::user_id(person), crowd::username(person), entity_id(provider));
    let entity = entity.replace(':', "%3A").replace('/', "%2F");
    let console = |path: &str| format!("/console{path}");
    vec![
        ("overview, 30 days", console("?range=month")),
        ("service providers", console("/service-providers")),
        (
            "service providers, from the middle",
            console(&format!("/service-providers?after={entity}")),
        ),
        ("service providers, search in vain", console("/service-providers?search=nothing")),
        ("a service provider", console(&format!("/service-providers/{sp}"))),
        ("a service provider, attributes", console(&format!("/service-providers/{sp}/attributes"))),
        ("users", console("/users")),
        ("users, from the middle", console(&format!("/users?after={name}"))),
        ("users, search", console(&format!("/users?search={name}"))),
        ("a user", console(&format!("/users/{user}"))),
        ("a user, profile", console(&format!("/users/{user}/profile"))),
        ("a user, timeline", console(&format!("/users/{user}/timeline"))),
        ("what-if, answered", console(&format!("/what-if?service_provider={entity}&user={name}"))),
        ("scenarios", console("/what-if/scenarios")),
        ("SMS gateways", console("/sms-gateways")),
        (
            "sent, by service provider, 12 months",
            console("/sms-gateways/sends?by=service-provider&days=365"),
        ),
        ("who asks for codes", console("/sms-gateways/service-providers")),
        ("claims", console("/claims")),
        ("keys", console("/keys")),
        ("keys, readiness", console("/keys/rsa-2048")),
        ("audit", console("/audit")),
        ("audit, logins", console("/audit?kind=login.")),
        ("audit, assertions", console("/audit?kind=assertion.issued")),
        ("audit, one user", console(&format!("/audit?user={name}"))),
        ("access tokens", console("/access-tokens")),
        ("account, overview", "/account".to_owned()),
        ("account, profile", "/account/profile".to_owned()),
        ("account, code by text message", "/account/sms-otp".to_owned()),
        ("account, sessions", "/account/sessions".to_owned()),
        ("account, activity", "/account/activity".to_owned()),
    ]
}

/// A page that is asked for several times.
struct Visit {
    path: String,
    cookies: String,
    times: usize,
}

impl Visit {
    /// CPU milliseconds of the server, and of the database server, per GET.
    fn measure(
        &self,
        server: &Server,
        database: Option<u32>,
        connection: &mut Connection,
    ) -> Result<(f64, Option<f64>)> {
        // The first one reads what later ones find in memory.
        self.get(connection)?;
        let database_cpu = || database.map(cpu_of_family).transpose();
        let (before, database_before) = (server.cpu()?, database_cpu()?);
        for _ in 0..self.times {
            self.get(connection)?;
        }
        let (after, database_after) = (server.cpu()?, database_cpu()?);
        let each = |used: Duration| millis(used) / number(self.times);
        let in_database = database_before
            .zip(database_after)
            .map(|(before, after)| each(after.saturating_sub(before)));
        Ok((each(after.saturating_sub(before)), in_database))
    }

    fn get(&self, connection: &mut Connection) -> Result<()> {
        let response = connection.get(&self.path, &self.cookies)?;
        if response.status != 200 {
            let location = response.header("location").unwrap_or_default();
            bail!("{} was answered with {} {location}", self.path, response.status);
        }
        Ok(())
    }
}

/// Waits for what a server does after its start: it seals the trail and adds up what was sent.
fn wait_until_quiet(server: &Server) -> Result<()> {
    let begun = Instant::now();
    let mut quiet = 0;
    // It looks every two seconds.
    while quiet < 9 && begun.elapsed() < SETTLING {
        let before = server.cpu()?;
        pause();
        quiet = if server.cpu()?.saturating_sub(before) < QUIET { quiet + 1 } else { 0 };
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "what a process does by itself cannot be waited on")]
fn pause() {
    std::thread::sleep(Duration::from_millis(250));
}

#[expect(clippy::disallowed_methods, reason = "the server compares with the true time")]
fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_measured_once_and_is_one_word() {
        let mut paths: Vec<String> =
            addresses("sp", (5, 7)).into_iter().map(|(_, path)| path).collect();
        assert!(paths.iter().all(|path| path.starts_with('/') && !path.contains(' ')));
        assert!(paths.iter().any(|path| path.contains("sp-00005.bench.example%2F")));
        let count = paths.len();
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), count);
    }
}
