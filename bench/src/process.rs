//! The server as a process: started, timed, asked for its CPU time and its memory, ended.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::http::Connection;

/// Linux counts CPU time for user space in hundredths of a second (`man 5 proc`, `_SC_CLK_TCK`).
const TICK: Duration = Duration::from_millis(10);

const START_LIMIT: Duration = Duration::from_secs(30);

/// How to run the server: the binary, its settings and where its log goes.
#[derive(Clone, Debug)]
pub struct ServerCommand {
    /// The binary.
    pub binary: PathBuf,
    /// The settings file.
    pub settings: PathBuf,
    /// The file that takes the log.
    pub log: PathBuf,
    /// Where it listens, and so its public host and port.
    pub address: SocketAddr,
}

/// A running server. Dropping it ends it.
pub struct Server {
    child: Child,
    address: SocketAddr,
    /// From the start of the process to the end of its first answer.
    pub first_answer: Duration,
}

/// Resident memory, in MiB.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Now.
    pub now: f64,
    /// The most there ever was.
    pub peak: f64,
}

impl ServerCommand {
    /// Starts the server and waits for its first answer.
    pub fn start(&self) -> Result<Server> {
        let log = fs::File::create(&self.log)
            .with_context(|| format!("creating {}", self.log.display()))?;
        let begun = Instant::now();
        // setpriv is in every Debian; with it the server ends when the benchmark is killed.
        let mut child = Command::new("setpriv")
            .args(["--pdeathsig", "TERM", "--"])
            .arg(&self.binary)
            .arg("--config")
            .arg(&self.settings)
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("starting the server through setpriv (Debian package util-linux)")?;
        match self.first_answer(&mut child, begun) {
            Ok(first_answer) => Ok(Server { child, address: self.address, first_answer }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error.context(format!("the server's log ends with:\n{}", tail(&self.log))))
            }
        }
    }

    fn first_answer(&self, child: &mut Child, begun: Instant) -> Result<Duration> {
        loop {
            if let Some(status) = child.try_wait()? {
                bail!("the server ended at its start with {status}");
            }
            if let Ok(mut connection) = Connection::open(self.address, &self.host()) {
                let answer = connection.get("/healthz", "")?;
                if answer.status != 200 {
                    bail!("/healthz answered {}: {}", answer.status, answer.excerpt());
                }
                return Ok(begun.elapsed());
            }
            if begun.elapsed() > START_LIMIT {
                bail!("the server does not listen on {} after {START_LIMIT:?}", self.address);
            }
            pause();
        }
    }

    /// The host and port of the public URL.
    pub fn host(&self) -> String {
        format!("localhost:{}", self.address.port())
    }
}

#[expect(clippy::disallowed_methods, reason = "a port that is not open yet cannot be waited on")]
fn pause() {
    std::thread::sleep(Duration::from_micros(500));
}

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The CPU time it used so far, in user and kernel mode, all threads.
    pub fn cpu(&self) -> Result<Duration> {
        let path = format!("/proc/{}/stat", self.child.id());
        let stat = fs::read_to_string(&path)
            .with_context(|| format!("reading {path}: did the server end?"))?;
        parse_stat(&stat).map(|stat| stat.own).with_context(|| format!("reading {path}"))
    }

    /// How many threads it has.
    pub fn threads(&self) -> Result<usize> {
        let path = format!("/proc/{}/task", self.child.id());
        let tasks =
            fs::read_dir(&path).with_context(|| format!("reading {path}: did the server end?"))?;
        Ok(tasks.count())
    }

    /// Its memory.
    pub fn memory(&self) -> Result<Memory> {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(&path)
            .with_context(|| format!("reading {path}: did the server end?"))?;
        let field = |name| kibibytes(&status, name).with_context(|| format!("no {name} in {path}"));
        Ok(Memory { now: field("VmRSS:")? / 1024.0, peak: field("VmHWM:")? / 1024.0 })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The CPU time of a process and of all its children, living and gone: a database server.
pub fn cpu_of_family(parent: u32) -> Result<Duration> {
    let mut total = Duration::ZERO;
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // A process may end between being listed and being read.
        let Ok(text) = fs::read_to_string(entry.path().join("stat")) else { continue };
        let Some(stat) = parse_stat(&text) else { continue };
        if pid == parent {
            total += stat.own + stat.ended_children;
        } else if stat.parent == parent {
            total += stat.own;
        }
    }
    Ok(total)
}

/// The CPU time of the calling thread.
pub fn own_thread_cpu() -> Result<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")
        .context("reading /proc/thread-self/schedstat")?;
    let nanoseconds = text.split(' ').next().and_then(|field| field.parse().ok());
    Ok(Duration::from_nanos(nanoseconds.context("no number in /proc/thread-self/schedstat")?))
}

/// A port of the loopback interface that was free a moment ago.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0").context("looking for a free port")?.local_addr()?)
}

/// The last lines of a log.
pub fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines.get(lines.len().saturating_sub(15)..).unwrap_or_default().join("\n")
}

struct Stat {
    parent: u32,
    own: Duration,
    ended_children: Duration,
}

/// The fields of /proc/PID/stat, which stand behind a name that may hold blanks and parentheses.
fn parse_stat(text: &str) -> Option<Stat> {
    let (_, fields) = text.rsplit_once(") ")?;
    let fields: Vec<_> = fields.split(' ').collect();
    // Field 3 of `man 5 proc` is the first here.
    let ticks = |number: usize| fields.get(number - 3)?.parse::<u32>().ok();
    Some(Stat {
        parent: ticks(4)?,
        own: TICK * (ticks(14)? + ticks(15)?),
        ended_children: TICK * (ticks(16)? + ticks(17)?),
    })
}

fn kibibytes(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_read_behind_any_name() {
        let stat = "42 (a) b) S 7 1 1 0 -1 0 0 0 0 0 150 25 3 4 20 0 1 0 100 1 1 1";
        let stat = parse_stat(stat).unwrap();
        assert_eq!(stat.parent, 7);
        assert_eq!(stat.own, Duration::from_millis(1750));
        assert_eq!(stat.ended_children, Duration::from_millis(70));
    }

    #[test]
    fn memory_is_read_from_its_line() {
        let status = "Name:\tx\nVmHWM:\t   20480 kB\nVmRSS:\t   10240 kB\n";
        assert_eq!(kibibytes(status, "VmRSS:"), Some(10240.0));
        assert_eq!(kibibytes(status, "VmHWM:"), Some(20480.0));
        assert_eq!(kibibytes(status, "VmData:"), None);
    }

    #[test]
    fn this_process_has_used_cpu_time() {
        assert!(own_thread_cpu().is_ok());
        assert!(cpu_of_family(std::process::id()).is_ok());
    }
}
