//! What a run found, and what was aimed at.

use crate::aggregate;
use crate::load::Run;
use crate::process::Memory;
use crate::statistics::Latencies;

/// The aims, as docs/operations.md states them.
pub mod aim {
    /// CPU per SSO hit on SQLite, in bare RSA-2048 signatures.
    pub const RATIO_SQLITE: f64 = 1.6;
    /// The same on PostgreSQL.
    pub const RATIO_POSTGRES: f64 = 2.2;
    /// CPU per SSO hit signed with P-256, in milliseconds.
    pub const P_256_MS: f64 = 0.15;
    /// CPU per SSO hit with an encrypted assertion, in that of one in clear.
    pub const ENCRYPTED: f64 = 1.3;
    /// CPU of a whole login without its password hash, in milliseconds.
    pub const LOGIN_MS: f64 = 3.0;
    /// CPU per SSO hit on the largest site, in that of the smallest.
    pub const GROWTH: f64 = 1.10;
    /// Resident memory after the start, in MiB.
    pub const MEMORY_START_MIB: f64 = 40.0;
    /// Resident memory under load, in MiB.
    pub const MEMORY_LOAD_MIB: f64 = 120.0;
    /// From password to gateway at p95, with a good gateway or an open breaker, in milliseconds.
    pub const SENDING_MS: f64 = 500.0;
    /// The same with a gateway in front that hangs.
    pub const HANGING_MS: f64 = 3_000.0;
    /// The time of an SSO hit while logins wait for their gateway, in that of a quiet time.
    pub const SLOWDOWN: f64 = 1.10;
    /// Resident memory of 500 waiting logins, in MiB.
    pub const WAITING_MIB: f64 = 40.0;
    /// Threads of 500 waiting logins.
    pub const WAITING_THREADS: f64 = 16.0;
    /// CPU per page of the console, in milliseconds.
    pub const PAGE_MS: f64 = 10.0;
    /// From the fetch of an aggregate of 10,000 service providers to the last of them, in seconds.
    pub const AGGREGATE_S: f64 = 10.0;
    /// Resident memory meanwhile, in MiB.
    pub const AGGREGATE_MIB: f64 = 300.0;
    /// From the start of the process to its first answer, in milliseconds.
    pub const START_MS: f64 = 200.0;
}

/// Everything a run found.
#[derive(Debug)]
pub struct Results {
    /// One bare RSA-2048 signature, in CPU milliseconds: the middle of all samples.
    pub rsa_2048: f64,
    /// One bare P-256 signature, likewise.
    pub p_256: f64,
    /// One Argon2id hash, likewise.
    pub argon2: f64,
    /// What each database gave.
    pub sites: Vec<SiteResults>,
}

/// What was measured on one database.
#[derive(Debug)]
pub struct SiteResults {
    /// The database's name.
    pub database: &'static str,
    /// CPU per SSO hit that is aimed at, in bare RSA-2048 signatures.
    pub ratio_aim: f64,
    /// SSO hits at several numbers of connections.
    pub hits: Vec<Hits>,
    /// CPU milliseconds of a whole login, with its password hash.
    pub login_cpu: f64,
    /// CPU milliseconds of a bare password hash, measured between the logins.
    pub login_hash: f64,
    /// Milliseconds a whole login took, between its first request and its Response.
    pub login_wall: f64,
    /// Start to first answer, in milliseconds, the middle of several starts.
    pub start: f64,
    /// Memory after the start.
    pub memory_at_start: Memory,
    /// Memory after the run at 32 connections; its peak is the one under load.
    pub memory_under_load: Memory,
    /// Codes on their way to gateways.
    pub sending: Sending,
    /// Growth of the number of service providers.
    pub by_service_providers: Vec<Growth>,
    /// Growth of the number of live sessions.
    pub by_sessions: Vec<Growth>,
    /// Pages of the console and of the account pages.
    pub pages: Vec<PageCost>,
    /// An aggregate of service providers.
    pub aggregate: aggregate::Load,
}

/// From the submitted password, its hash included, to the message at the gateway that takes it.
#[derive(Debug)]
pub struct Sending {
    /// With one good gateway.
    pub healthy: Latencies,
    /// With one in front that hangs, and is tried every time.
    pub hanging_closed: Latencies,
    /// With one in front that hangs, and is left alone since.
    pub hanging_open: Latencies,
    /// With hundreds of logins waiting for their gateway.
    pub in_flight: InFlight,
}

/// What others notice of logins that wait for their gateway.
#[derive(Clone, Copy, Debug)]
pub struct InFlight {
    /// How many wait.
    pub logins: usize,
    /// The time of an SSO hit meanwhile, in that of a quiet time.
    pub slowdown: f64,
    /// Resident memory that they cost, in MiB.
    pub memory: f64,
    /// Threads that they cost.
    pub threads: f64,
}

/// SSO hits with one kind of key and so many connections.
#[derive(Debug)]
pub struct Hits {
    /// The kind of key.
    pub key: &'static str,
    /// Connections.
    pub connections: usize,
    /// CPU milliseconds of a bare RSA-2048 signature, measured before and after the run.
    pub bare: f64,
    /// What was measured.
    pub run: Run,
}

/// SSO hits on a site of some size.
#[derive(Clone, Copy, Debug)]
pub struct Growth {
    /// How many there are of what grows.
    pub size: usize,
    /// CPU milliseconds per SSO hit, the least of several runs.
    pub cpu: f64,
}

/// What one GET of a page costs.
#[derive(Clone, Copy, Debug)]
pub struct PageCost {
    /// What the page shows.
    pub name: &'static str,
    /// CPU milliseconds of the server.
    pub cpu: f64,
    /// CPU milliseconds of the database server, when it is one of its own.
    pub database_cpu: Option<f64>,
}
