//! What was sent: sums of the ledger, and the rows of a test.

use idp_core::Instant;
use idp_store::{LedgerSum, Reader, SendOutcome, SmsSend, StoreError, SumBy};
use rand::RngCore;
use serde_json::json;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::AdminError;

/// What the ledger adds up to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ledger {
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

/// The sums of what was sent since an instant; at most `limit` of them.
pub fn sends(
    admin: &Admin<'_>,
    by: SumBy,
    since: Instant,
    limit: usize,
) -> Result<Ledger, AdminError> {
    admin.actor.require(Permission::Read)?;
    let ledger = admin.store.read(|reader| {
        let mut sums = reader.sms_ledger(by, since)?;
        let more = sums.len() > limit;
        sums.truncate(limit);
        let rows = sums.into_iter().map(|sum| row(reader, by, sum));
        Ok(Ledger { rows: rows.collect::<Result<_, StoreError>>()?, more })
    })?;
    Ok(ledger)
}

fn row(reader: &mut Reader<'_>, by: SumBy, sum: LedgerSum) -> Result<LedgerRow, StoreError> {
    let LedgerSum { subject, sends, accepted, used } = sum;
    let name = match subject.filter(|subject| !subject.is_empty()) {
        Some(id) if by == SumBy::ServiceProvider => Some(service_provider(reader, id)?),
        other => other,
    };
    Ok(LedgerRow { name, sends, accepted, failed: sends - accepted, used })
}

fn service_provider(reader: &mut Reader<'_>, id: String) -> Result<String, StoreError> {
    let known = match id.parse() {
        Ok(id) => reader.service_provider_by_id(id)?,
        Err(_) => None,
    };
    Ok(known.map_or(id, |sp| sp.value.name))
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
