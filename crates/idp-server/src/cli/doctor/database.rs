//! Whether the database answers, has its tables, and agrees with this machine about the time.

use std::path::Path;

use chrono::{DateTime, TimeDelta};
use idp_core::Instant;
use idp_store::{AuditFilter, Store, StoreError, StoreOptions};

use super::finding::Findings;

const CHECK: &str = "database";
const CLOCK: &str = "clock";
/// How far the clocks of several nodes may differ without a word.
const SKEW: TimeDelta = TimeDelta::minutes(2);
/// This program did not exist before: 1 November 2026.
const LONG_AGO: i64 = 1_793_491_200;

/// The database, when it answers and has all its tables.
pub fn open(url: &str, findings: &mut Findings) -> Option<Store> {
    let kind = match url.strip_prefix("sqlite:") {
        Some(path) => {
            let path = path.strip_prefix("//").unwrap_or(path);
            // Opening would make the file.
            if !Path::new(path).exists() {
                let advice = "`idp-server serve` or `idp-server migrate` makes it; if it was there, \
                              restore it from the backup";
                findings.error(CHECK, format!("there is no file {path}"), advice);
                return None;
            }
            format!("SQLite, {path}")
        }
        None => "PostgreSQL".to_owned(),
    };
    let unreachable = "check database_url, and that the database runs and lets this user in";
    let store = Store::open(&StoreOptions { pool_size: 2, ..StoreOptions::new(url) })
        .map_err(|error| findings.error(CHECK, error.to_string(), unreachable))
        .ok()?;
    match store.pending_migrations() {
        Ok(pending) if pending.is_empty() => {
            findings.ok(CHECK, format!("{kind}; all tables are there"));
            Some(store)
        }
        Ok(pending) => {
            let message = format!("{kind}; it lacks {} migrations", pending.len());
            findings.error(CHECK, message, "run `idp-server migrate`");
            None
        }
        Err(error) => {
            findings.error(CHECK, error.to_string(), unreachable);
            None
        }
    }
}

/// Whether this machine's clock can be right: not before this program was made, not before what was
/// written last.
pub fn clock(store: &Store, now: Instant, findings: &mut Findings) -> Result<(), StoreError> {
    let newest = store.read(|r| r.audit_events_before(&AuditFilter::default(), None, 1))?;
    judge_clock(now, newest.first().map(|event| event.at), findings);
    Ok(())
}

fn judge_clock(now: Instant, newest: Option<Instant>, findings: &mut Findings) {
    let advice = "synchronise the clocks of all nodes (chrony, systemd-timesyncd)";
    let shown = now.format("%Y-%m-%d %H:%M:%S UTC");
    if now < DateTime::from_timestamp(LONG_AGO, 0).unwrap_or_default() {
        findings.error(CLOCK, format!("it is {shown} here, which is before this program"), advice);
    } else if let Some(newest) = newest.filter(|newest| *newest > now + SKEW) {
        let written = newest.format("%Y-%m-%d %H:%M:%S UTC");
        let message = format!("it is {shown} here, but the database holds an event of {written}");
        findings.error(CLOCK, message, advice);
    } else {
        findings.ok(CLOCK, format!("it is {shown}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(now: &str, newest: Option<&str>) -> String {
        let mut findings = Findings::default();
        let newest = newest.map(|newest| newest.parse().unwrap());
        judge_clock(now.parse().unwrap(), newest, &mut findings);
        findings.into_list().remove(0).to_string()
    }

    #[test]
    fn a_clock_that_cannot_be_right_is_told() {
        assert!(told("1970-01-01T00:10:00Z", None).contains("before this program"));
        let behind = told("2027-01-01T10:00:00Z", Some("2027-01-01T11:00:00Z"));
        assert!(behind.starts_with("error") && behind.contains("11:00:00"), "{behind}");
    }

    #[test]
    fn a_little_difference_between_nodes_is_none() {
        assert!(told("2027-01-01T10:00:00Z", Some("2027-01-01T10:01:00Z")).starts_with("ok"));
        assert!(told("2027-01-01T10:00:00Z", None).starts_with("ok"));
    }
}
