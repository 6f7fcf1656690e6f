//! What was sent: sums of the ledger, and the rows of a test.

use std::collections::HashMap;

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::id::ServiceProviderId;
use idp_store::{LedgerSum, Reader, SendOutcome, SmsSend, StoreError, SumBy};
use rand::RngCore;
use serde_json::json;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::AdminError;

/// The sums of so many days are kept up while they are not read, unless nothing keeps them up: then
/// they are behind by more than this.
const BEHIND: TimeDelta = TimeDelta::minutes(15);

/// What the ledger adds up to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ledger {
    /// Since when.
    pub since: Instant,
    /// The largest first.
    pub rows: Vec<LedgerRow>,
    /// There were more than asked for.
    pub more: bool,
}

/// The sums of one service provider, gateway, country or purpose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LedgerRow {
    /// Its name; `None` where there was none. A service provider that was removed is known by its
    /// identifier only.
    pub name: Option<String>,
    /// Requests to gateways.
    pub sends: i64,
    /// Those that were accepted.
    pub accepted: i64,
    /// Those that were not.
    pub failed: i64,
    /// Accepted messages whose code came back.
    pub used: i64,
}

/// The sums of what was sent since an instant; at most `limit` of them. Goes through every row of the
/// ledger since then.
pub fn sends(
    admin: &Admin<'_>,
    by: SumBy,
    since: Instant,
    limit: usize,
) -> Result<Ledger, AdminError> {
    admin.actor.require(Permission::Read)?;
    Ok(admin.store.read(|reader| {
        let sums = reader.sms_ledger(by, since)?;
        ledger(reader, by, since, sums, limit)
    })?)
}

/// The sums of what was sent within one of [`idp_store::SMS_WINDOWS`], in days; at most `limit` of them. They are
/// kept, however long the ledger is; their beginning moves on every minute or so.
pub fn sends_within(
    admin: &Admin<'_>,
    by: SumBy,
    days: u32,
    limit: usize,
) -> Result<Ledger, AdminError> {
    admin.actor.require(Permission::Read)?;
    let since = admin.now - TimeDelta::days(days.into());
    // One more than asked for tells whether there are more.
    let one_more = u32::try_from(limit).unwrap_or(u32::MAX).saturating_add(1);
    let kept = admin.store.read(|reader| {
        let Some(kept) = reader.sms_window(by, days, one_more)? else { return Ok(None) };
        if since - kept.since > BEHIND {
            return Ok(None);
        }
        ledger(reader, by, kept.since, kept.sums, limit).map(Some)
    })?;
    kept.map_or_else(|| sends(admin, by, since, limit), Ok)
}

fn ledger(
    reader: &mut Reader<'_>,
    by: SumBy,
    since: Instant,
    mut sums: Vec<LedgerSum>,
    limit: usize,
) -> Result<Ledger, StoreError> {
    let more = sums.len() > limit;
    sums.truncate(limit);
    let names = match by {
        SumBy::ServiceProvider => {
            let ids = sums.iter().filter_map(|sum| sum.subject.as_deref()?.parse().ok());
            reader.service_provider_names(&ids.collect::<Vec<_>>())?
        }
        SumBy::Gateway | SumBy::Country | SumBy::Purpose => HashMap::new(),
    };
    let rows = sums.into_iter().map(|LedgerSum { subject, sends, accepted, used }| {
        let subject = subject.filter(|subject| !subject.is_empty());
        let known = |subject: &str| names.get(&subject.parse::<ServiceProviderId>().ok()?).cloned();
        let name = subject.map(|subject| known(&subject).unwrap_or(subject));
        LedgerRow { name, sends, accepted, failed: sends - accepted, used }
    });
    Ok(Ledger { since, rows: rows.collect(), more })
}

/// Enters a test message in the ledger and in the audit trail: it may have cost money.
pub fn note_test(
    admin: &Admin<'_>,
    gateway: &str,
    outcome: SendOutcome,
    rows: &[SmsSend],
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let countries: Vec<&str> = rows.iter().map(|row| row.country.as_str()).collect();
    let what = json!({
        "name": gateway,
        "outcome": outcome.as_str(),
        "country": countries.first(),
    });
    let event = admin.event("sms-gateway-tested", About::NOTHING, &what, rng);
    admin.store.write(|writer| {
        writer.insert_sms_sends(rows)?;
        writer.insert_audit_events(&[event])
    })?;
    Ok(())
}
