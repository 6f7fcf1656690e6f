//! What is measured on one database, in order.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::aggregate;
use crate::authn_request::Requester;
use crate::configuration::requester;
use crate::growth::requesters;
use crate::load::{Load, Target};
use crate::primitives::Primitives;
use crate::process::{Memory, Server};
use crate::results::{Hits, SiteResults, aim};
use crate::sending;
use crate::site::{DatabaseChoice, ENCRYPTED, P_256, RSA, Site};
use crate::statistics::{median, millis, number};

/// Service providers of a site before it grows. One more signs with P-256, and another one gets encrypted
/// assertions.
pub const FIRST_SERVICE_PROVIDERS: usize = 10;

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The server.
    pub binary: PathBuf,
    /// How long each load lasts.
    pub seconds: u64,
    /// Whole logins, each of another person.
    pub logins: usize,
    /// Runs of which growth takes the least.
    pub growth_runs: usize,
    /// Sizes that sites grow to.
    pub service_providers: Vec<usize>,
    /// Sizes that sites grow to.
    pub sessions: Vec<usize>,
    /// Service providers and people of the site whose console is looked at.
    pub console: (usize, usize),
    /// Service providers of the aggregate that is loaded.
    pub aggregate: usize,
    /// How often each of its pages is asked for.
    pub visits: usize,
}

impl Plan {
    /// Measures everything on one database; `say` is told what comes next.
    pub fn measure(
        &self,
        choice: &DatabaseChoice,
        primitives: &mut Primitives,
        say: &dyn Fn(&str),
    ) -> Result<SiteResults> {
        say("preparing people and service providers");
        let site = Site::build(&self.binary, choice, self.logins)?;
        site.register(0..FIRST_SERVICE_PROVIDERS, RSA)?;
        site.register(FIRST_SERVICE_PROVIDERS..FIRST_SERVICE_PROVIDERS + 1, P_256)?;
        site.register_encrypting(FIRST_SERVICE_PROVIDERS + 1)?;
        say("starting");
        let (server, start, memory_at_start) = start_several_times(&site)?;
        say("whole logins");
        let logins = sign_in_all(&site, &server, primitives)?;
        let (hits, memory_under_load) =
            self.hits((&site, &server), &logins.sessions, primitives, say)?;
        drop(server);
        say("codes on their way to gateways");
        let sending = sending::measure(&site, &logins.sessions)?;
        let by_service_providers = self.grow_service_providers(choice, say)?;
        let by_sessions = self.grow_sessions(choice, say)?;
        let pages = self.console_pages(choice, say)?;
        say("an aggregate of service providers");
        let aggregate = aggregate::load(&Site::build(&self.binary, choice, 1)?, self.aggregate)?;
        Ok(SiteResults {
            database: site.database.name(),
            ratio_aim: match choice {
                DatabaseChoice::Sqlite => aim::RATIO_SQLITE,
                DatabaseChoice::Postgres { .. } => aim::RATIO_POSTGRES,
            },
            hits,
            login_cpu: logins.cpu,
            login_hash: logins.hash,
            login_wall: logins.wall,
            start,
            memory_at_start,
            memory_under_load,
            sending,
            by_service_providers,
            by_sessions,
            pages,
            aggregate,
        })
    }

    fn hits(
        &self,
        (site, server): (&Site, &Server),
        sessions: &[String],
        primitives: &mut Primitives,
        say: &dyn Fn(&str),
    ) -> Result<(Vec<Hits>, Memory)> {
        let host = site.command.host();
        let rsa = requesters(FIRST_SERVICE_PROVIDERS, &host);
        let p_256 = [requester(FIRST_SERVICE_PROVIDERS, &host)];
        let encrypted = [requester(FIRST_SERVICE_PROVIDERS + 1, &host)];
        let sessions = sessions.get(..sessions.len().min(32)).unwrap_or_default();
        let mut measure = |key: &'static str, requesters, connections| -> Result<Hits> {
            say(&format!("SSO hits, {key}, connections: {connections}"));
            let target = target(site, server, &host, sessions, requesters);
            target.warm_up()?;
            let before = primitives.sample_signatures()?;
            let run = target.run(self.load(connections))?;
            let bare = f64::midpoint(before, primitives.sample_signatures()?);
            Ok(Hits { key, connections, bare, run })
        };
        let mut hits = Vec::new();
        for connections in [1, 8, 32] {
            hits.push(measure(RSA, &rsa, connections)?);
        }
        let memory = server.memory()?;
        hits.push(measure(P_256, &p_256, 8)?);
        hits.push(measure(ENCRYPTED, &encrypted, 8)?);
        Ok((hits, memory))
    }

    /// A load of this plan's length.
    pub fn load(&self, connections: usize) -> Load {
        Load { connections, duration: Duration::from_secs(self.seconds) }
    }
}

struct Logins {
    cpu: f64,
    hash: f64,
    wall: f64,
    sessions: Vec<String>,
}

/// What a load is sent to.
pub fn target<'a>(
    site: &Site,
    server: &'a Server,
    host: &'a str,
    sessions: &'a [String],
    requesters: &'a [Requester],
) -> Target<'a> {
    Target { server, host, database_pid: site.database.pid(), sessions, requesters }
}

/// The middle of five starts, and the server of the last one before it did anything else.
fn start_several_times(site: &Site) -> Result<(Server, f64, Memory)> {
    const STARTS: usize = 5;
    // The first start may have work to do that later ones have not.
    drop(site.command.start()?);
    let mut times = Vec::new();
    for _ in 1..STARTS {
        times.push(millis(site.command.start()?.first_answer));
    }
    let server = site.command.start()?;
    times.push(millis(server.first_answer));
    let memory = server.memory()?;
    Ok((server, median(&times).unwrap_or(f64::NAN), memory))
}

/// Signs everybody in, one after the other, with a bare password hash after each: what the hash in a
/// login costs depends on what else the machine does.
fn sign_in_all(site: &Site, server: &Server, primitives: &mut Primitives) -> Result<Logins> {
    let before = server.cpu()?;
    let (mut hash, mut wall) = (0.0, Duration::ZERO);
    let mut sessions = Vec::new();
    for person in &site.people {
        let begun = Instant::now();
        sessions.push(site.sign_in(server, person, 0)?);
        wall += begun.elapsed();
        hash += primitives.sample_hash(1)?;
    }
    let cpu = server.cpu()?.saturating_sub(before);
    let count = number(sessions.len());
    Ok(Logins {
        cpu: millis(cpu) / count,
        hash: hash / count,
        wall: millis(wall) / count,
        sessions,
    })
}
