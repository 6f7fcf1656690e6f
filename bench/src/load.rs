//! Single sign-on hits under load: each connection sends a fresh AuthnRequest, reads the page with
//! the signed Response, and goes on at once.

use std::net::SocketAddr;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::authn_request::Requester;
use crate::browser::{carries_response, check_success};
use crate::http::{Connection, Response};
use crate::process::{Server, cpu_of_family};
use crate::statistics::{Latencies, millis, number};

/// One in so many answers is decoded and looked into, besides the first of each connection.
const LOOK_INTO: usize = 250;

/// What the load is sent to, and as whom.
pub struct Target<'a> {
    /// The server under load.
    pub server: &'a Server,
    /// Its host and port.
    pub host: &'a str,
    /// The database server's process, when it is one of its own.
    pub database_pid: Option<u32>,
    /// The Cookie field of each signed-in browser; connections take them in turn.
    pub sessions: &'a [String],
    /// The service providers that ask; each connection goes through all of them in turn.
    pub requesters: &'a [Requester],
}

/// How much load.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Connections, each with one request at a time.
    pub connections: usize,
    /// How long.
    pub duration: Duration,
}

/// What a run measured.
#[derive(Clone, Debug)]
pub struct Run {
    /// How long it really took.
    pub wall: Duration,
    /// The server's CPU time.
    pub server_cpu: Duration,
    /// The database server's CPU time.
    pub database_cpu: Option<Duration>,
    /// Of every request.
    pub latencies: Latencies,
}

impl Run {
    /// Answers per second.
    pub fn rate(&self) -> f64 {
        number(self.latencies.count()) / self.wall.as_secs_f64()
    }

    /// The server's CPU milliseconds per request.
    pub fn cpu_per_request(&self) -> f64 {
        millis(self.server_cpu) / number(self.latencies.count())
    }

    /// The database server's CPU milliseconds per request.
    pub fn database_cpu_per_request(&self) -> Option<f64> {
        self.database_cpu.map(|cpu| millis(cpu) / number(self.latencies.count()))
    }
}

impl Target<'_> {
    /// Lets every signed-in browser visit every service provider once. After that, what the server
    /// keeps in memory is there, and everybody has the persistent NameID that a first visit makes.
    pub fn warm_up(&self) -> Result<()> {
        for index in 0..self.sessions.len() {
            let mut worker = self.worker(index)?;
            for _ in 0..self.requesters.len() {
                let request = worker.next_request()?;
                worker.hit(&request)?;
            }
        }
        Ok(())
    }

    /// Puts the server under load and measures it.
    pub fn run(&self, load: Load) -> Result<Run> {
        let ready = Barrier::new(load.connections + 1);
        let go = Barrier::new(load.connections + 1);
        thread::scope(|scope| {
            let threads: Vec<_> = (0..load.connections)
                .map(|index| {
                    let (ready, go) = (&ready, &go);
                    scope.spawn(move || {
                        let prepared = self.prepare(index, load);
                        ready.wait();
                        go.wait();
                        prepared.and_then(|(worker, requests)| worker.work(requests, load.duration))
                    })
                })
                .collect();
            ready.wait();
            let before = (self.server.cpu(), self.database_cpu());
            let begun = Instant::now();
            go.wait();
            let results: Vec<_> = threads.into_iter().map(thread::ScopedJoinHandle::join).collect();
            let wall = begun.elapsed();
            let mut measured = Vec::new();
            for result in results {
                measured.extend(result.map_err(|_| anyhow!("a connection's thread panicked"))??);
            }
            self.conclude(before, wall, measured)
        })
    }

    fn conclude(
        &self,
        before: (Result<Duration>, Result<Option<Duration>>),
        wall: Duration,
        measured: Vec<Duration>,
    ) -> Result<Run> {
        let server_cpu = self.server.cpu()?.saturating_sub(before.0?);
        let database_cpu = match (before.1?, self.database_cpu()?) {
            (Some(before), Some(after)) => Some(after.saturating_sub(before)),
            _ => None,
        };
        if measured.is_empty() {
            bail!("no request was answered in {wall:?}");
        }
        Ok(Run { wall, server_cpu, database_cpu, latencies: Latencies::new(measured) })
    }

    fn database_cpu(&self) -> Result<Option<Duration>> {
        self.database_pid.map(cpu_of_family).transpose()
    }

    /// A connection that works already, and enough requests made before the clock runs.
    fn prepare(&self, index: usize, load: Load) -> Result<(Worker<'_>, Vec<String>)> {
        const EXPECTED_PER_SECOND: usize = 6_000;
        let mut worker = self.worker(index)?;
        let seconds = usize::try_from(load.duration.as_secs())?.max(1);
        let requests = (0..EXPECTED_PER_SECOND * seconds / load.connections)
            .map(|_| worker.next_request())
            .collect::<Result<Vec<_>>>()?;
        let first = worker.next_request()?;
        check_success(&worker.hit(&first)?)?;
        Ok((worker, requests))
    }

    fn worker(&self, index: usize) -> Result<Worker<'_>> {
        let cookies = self.sessions.get(index % self.sessions.len().max(1));
        Ok(Worker {
            connection: Connection::open(self.address(), self.host)?,
            cookies: cookies.context("no browser is signed in")?,
            requesters: self.requesters,
            // Connections start at different service providers.
            turn: index * 7,
        })
    }

    fn address(&self) -> SocketAddr {
        self.server.address()
    }
}

struct Worker<'a> {
    connection: Connection,
    cookies: &'a str,
    requesters: &'a [Requester],
    turn: usize,
}

impl Worker<'_> {
    fn next_request(&mut self) -> Result<String> {
        let requester = self.requesters.get(self.turn % self.requesters.len().max(1));
        self.turn += 1;
        requester.context("no service provider asks")?.redirect()
    }

    fn hit(&mut self, request: &str) -> Result<Response> {
        let response = self.connection.get(request, self.cookies)?;
        if !carries_response(&response) {
            bail!(
                "a single sign-on hit was answered with {} and no Response: {} {}",
                response.status,
                response.header("location").unwrap_or_default(),
                response.excerpt()
            );
        }
        Ok(response)
    }

    fn work(mut self, prepared: Vec<String>, duration: Duration) -> Result<Vec<Duration>> {
        let mut prepared = prepared.into_iter();
        let mut latencies = Vec::with_capacity(prepared.len());
        let deadline = Instant::now() + duration;
        while Instant::now() < deadline {
            let request = match prepared.next() {
                Some(request) => request,
                None => self.next_request()?,
            };
            let begun = Instant::now();
            let response = self.hit(&request)?;
            latencies.push(begun.elapsed());
            if latencies.len() % LOOK_INTO == 0 {
                check_success(&response)?;
            }
        }
        Ok(latencies)
    }
}
