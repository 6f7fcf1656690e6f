//! `idp-server sms-gateway sends`: what the ledger of messages adds up to.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta};
use clap::{Args, ValueEnum};
use idp_admin::Admin;
use idp_admin::sms_gateways::{self, LedgerRow};
use idp_core::Instant;
use idp_store::SumBy;
use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::output::Output;

/// Arguments of `sms-gateway sends`.
#[derive(Args, Debug)]
pub struct SendsArguments {
    /// Since when: a date (2026-11-01), an instant (2026-11-01T08:00:00Z), or how long ago (12h, 30d)
    #[arg(long, value_name = "WHEN", default_value = "30d")]
    since: String,
    /// What to add up by
    #[arg(long, value_enum, default_value_t = By::Gateway)]
    by: By,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum By {
    /// Service provider
    Sp,
    /// Gateway
    Gateway,
    /// Country of the number
    Country,
    /// Codes, or tests by `sms-gateway test`
    Purpose,
}

#[derive(Serialize)]
struct Report {
    since: Instant,
    by: &'static str,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: Option<String>,
    /// Requests to gateways.
    sends: i64,
    accepted: i64,
    failed: i64,
    /// Accepted messages whose code came back.
    used: i64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rows.is_empty() {
            return writeln!(f, "no messages since {}", self.since.format("%Y-%m-%d %H:%M UTC"));
        }
        let shown = |row: &Row| row.name.clone().unwrap_or_else(|| "(none)".to_owned());
        let width = self.rows.iter().map(|row| shown(row).chars().count()).max().unwrap_or(0);
        let width = width.max(self.by.len());
        writeln!(
            f,
            "{:width$}  {:>8}  {:>8}  {:>8}  {:>8}",
            self.by, "sends", "accepted", "failed", "used"
        )?;
        for row in &self.rows {
            writeln!(
                f,
                "{:width$}  {:>8}  {:>8}  {:>8}  {:>8}",
                shown(row),
                row.sends,
                row.accepted,
                row.failed,
                row.used
            )?;
        }
        Ok(())
    }
}

/// Runs the command.
pub fn run(admin: &Admin<'_>, arguments: &SendsArguments, output: Output) -> Result<(), Failure> {
    let since = since(&arguments.since, admin.now).ok_or_else(|| {
        Failure::input(format!(
            "--since: \"{}\" is no date; write 2026-11-01, 2026-11-01T08:00:00Z, 12h or 30d",
            arguments.since
        ))
    })?;
    let (sums, by) = match arguments.by {
        By::Sp => (SumBy::ServiceProvider, "service provider"),
        By::Gateway => (SumBy::Gateway, "gateway"),
        By::Country => (SumBy::Country, "country"),
        By::Purpose => (SumBy::Purpose, "purpose"),
    };
    let ledger = sms_gateways::sends(admin, sums, since, usize::MAX)?;
    let rows = ledger.rows.into_iter().map(Row::from).collect();
    output.result(&Report { since, by, rows })
}

impl From<LedgerRow> for Row {
    fn from(row: LedgerRow) -> Self {
        let LedgerRow { name, sends, accepted, failed, used } = row;
        Self { name, sends, accepted, failed, used }
    }
}

/// The instant that was meant.
fn since(text: &str, now: Instant) -> Option<Instant> {
    let text = text.trim();
    let ago = |digits: &str, unit: fn(i64) -> Option<TimeDelta>| {
        let count: u32 = digits.parse().ok()?;
        now.checked_sub_signed(unit(count.into())?)
    };
    if let Some(hours) = text.strip_suffix('h') {
        return ago(hours, TimeDelta::try_hours);
    }
    if let Some(days) = text.strip_suffix('d') {
        return ago(days, TimeDelta::try_days);
    }
    if let Ok(date) = text.parse::<NaiveDate>() {
        return Some(date.and_time(NaiveTime::MIN).and_utc());
    }
    DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_may_be_a_date_an_instant_or_a_time_ago() {
        let now = Instant::from_timestamp(1_800_000_000, 0).unwrap();
        for (text, expected) in [
            ("2h", "2027-01-15T06:00:00Z"),
            ("30d", "2026-12-16T08:00:00Z"),
            ("2026-11-01", "2026-11-01T00:00:00Z"),
            ("2026-11-01T08:00:00+01:00", "2026-11-01T07:00:00Z"),
        ] {
            let expected = DateTime::parse_from_rfc3339(expected).unwrap();
            assert_eq!(since(text, now), Some(expected.to_utc()), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let now = Instant::from_timestamp(1_800_000_000, 0).unwrap();
        for text in ["", "d", "-3d", "3w", "yesterday", "2026-13-01", "99999999999d"] {
            assert_eq!(since(text, now), None, "{text}");
        }
    }
}
