//! From the password to the gateway: with a good gateway, with one in front of it that hangs, and
//! with hundreds of logins waiting for a slow one while others go on.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::browser::{Browser, Person};
use crate::configuration::{self, Gateway, requester};
use crate::gateways::{Hanging, Holding, small_thread};
use crate::growth::requesters;
use crate::http::Connection;
use crate::load::Load;
use crate::measure::{FIRST_SERVICE_PROVIDERS, target};
use crate::process::Server;
use crate::results::{InFlight, Sending};
use crate::site::Site;
use crate::statistics::{Latencies, number};

/// People who sign in at the same time.
const AT_ONCE: usize = 4;
/// Logins that wait for the slow gateway.
const IN_FLIGHT: usize = 500;
/// Of which so many are begun at a time.
const BEGUN_AT_ONCE: usize = 10;
/// How long others are measured meanwhile: as long as the gateway takes.
const WHILE_WAITING: Duration = Duration::from_secs(2);

/// Measures a site whose people are signed in with these sessions.
pub fn measure(site: &Site, sessions: &[String]) -> Result<Sending> {
    let hanging = Hanging::start()?;
    let server = site.start_with("")?;
    let healthy = logins(site, &server)?;
    drop(server);
    site.put_in_front(&Gateway { name: "first", url: &hanging.url()?, enabled: true })?;
    let server = site.start_with("[sms]\nbreaker_failures = 100\n")?;
    let hanging_closed = logins(site, &server)?;
    drop(server);
    let server = site.start_with("")?;
    // These find out that it hangs.
    logins(site, &server)?;
    let hanging_open = logins(site, &server)?;
    let in_flight = in_flight(site, &server, sessions)?;
    Ok(Sending { healthy, hanging_closed, hanging_open, in_flight })
}

/// Several people submit their passwords; how long until the gateway has their code.
fn logins(site: &Site, server: &Server) -> Result<Latencies> {
    const LOGINS: usize = 16;
    let people: Vec<&Person> = site.people.iter().take(LOGINS).collect();
    let measured = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let workers: Vec<_> = people
            .chunks(people.len().div_ceil(AT_ONCE).max(1))
            .map(|people| {
                let measured = &measured;
                scope.spawn(move || -> Result<()> {
                    for person in people {
                        let took = to_the_gateway(site, server, person)?;
                        measured.lock().unwrap_or_else(PoisonError::into_inner).push(took);
                    }
                    Ok(())
                })
            })
            .collect();
        for worker in workers {
            worker.join().map_err(|_| anyhow::anyhow!("a person's thread panicked"))??;
        }
        Ok::<(), anyhow::Error>(())
    })?;
    Ok(Latencies::new(measured.into_inner().unwrap_or_else(PoisonError::into_inner)))
}

fn to_the_gateway(site: &Site, server: &Server, person: &Person) -> Result<Duration> {
    let host = site.command.host();
    let mut browser = Browser::open(server.address(), &host)?;
    let request = requester(0, &host).redirect()?;
    let submitted = browser.submit_password(&request, person, site.phone())?;
    Ok(site.phone().arrival_for(&person.number)?.saturating_duration_since(submitted))
}

/// What others notice while hundreds of logins wait for a gateway.
fn in_flight(site: &Site, server: &Server, sessions: &[String]) -> Result<InFlight> {
    let holding = Arc::new(Holding::start()?);
    let with_password = sign_in_with_password(site, server)?;
    site.put_in_front(&Gateway { name: "first", url: &holding.url(), enabled: true })?;
    site.disable_phone()?;
    let host = site.command.host();
    let rsa = requesters(FIRST_SERVICE_PROVIDERS, &host);
    let sessions = sessions.get(..sessions.len().min(32)).unwrap_or_default();
    let target = target(site, server, &host, sessions, &rsa);
    target.warm_up()?;
    let load = Load { connections: 8, duration: WHILE_WAITING };
    let quiet = target.run(load)?;
    let (memory, threads) = (server.memory()?.now, server.threads()?);
    let count = IN_FLIGHT.min(with_password.len() * 4);
    let mut waiting = Vec::with_capacity(count);
    for index in 0..count {
        let cookies = with_password.get(index % with_password.len().max(1));
        let cookies = cookies.context("nobody is signed in with a password")?.clone();
        let (address, host) = (server.address(), host.clone());
        let request = requester(0, &host).redirect()?;
        let outcome = Arc::new(Mutex::new(None));
        let result = Arc::clone(&outcome);
        let thread = small_thread(move || {
            let status = Connection::open(address, &host)
                .and_then(|mut connection| connection.get(&request, &cookies))
                .map(|response| response.status);
            *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(status);
        })?;
        waiting.push((thread, outcome));
        if waiting.len() % BEGUN_AT_ONCE == 0 {
            holding.wait_for(waiting.len())?;
        }
    }
    holding.wait_for(count)?;
    let busy = target.run(load)?;
    let (memory_waiting, threads_waiting) = (server.memory()?.now, server.threads()?);
    holding.release();
    for (thread, outcome) in waiting {
        thread.join().map_err(|_| anyhow::anyhow!("a waiting browser's thread panicked"))?;
        let outcome = outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
        match outcome.context("a waiting browser has no answer")?? {
            303 => {}
            status => bail!("a login that waited for its gateway was answered with {status}"),
        }
    }
    let again = target.run(load)?;
    Ok(InFlight {
        logins: count,
        slowdown: f64::midpoint(quiet.rate(), again.rate()) / busy.rate(),
        memory: memory_waiting - memory,
        threads: number(threads_waiting) - number(threads),
    })
}

/// Sessions that prove the password only: whoever has one is sent a code at once when the service
/// provider asks for both, without another password hash.
fn sign_in_with_password(site: &Site, server: &Server) -> Result<Vec<String>> {
    let number = FIRST_SERVICE_PROVIDERS + 1;
    site.apply("password-only.toml", &configuration::password_only(number))?;
    let people = site.people.iter().take(IN_FLIGHT.div_ceil(4));
    people.map(|person| site.sign_in(server, person, number)).collect()
}
