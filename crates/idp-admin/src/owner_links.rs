//! A link for the owner of a service provider: whoever has it sees why requests of this one service
//! provider were refused, and nothing else. It ends by itself, and is withdrawn or replaced at will.

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::id::{LinkId, LinkToken, ServiceProviderId};
use idp_core::saml::request::Reason;
use idp_store::{AuditEvent, AuditFilter, OneTimeLink, Reader, Store, StoreError, Writer};
use rand::RngCore;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::AdminError;
use crate::service_providers;

/// How long a link works at most, in days.
pub const LONGEST_DAYS: u32 = 30;
/// How long failures are told.
const TOLD_FOR: TimeDelta = TimeDelta::days(30);
/// The most failures on the page.
const MOST: u32 = 50;
/// How many rejected requests of everybody are looked through for those that name the service provider.
const LOOKED_AT: u32 = 500;

const PURPOSE: &str = "owner-failures";
/// The purpose of the row that names the link of a service provider.
const NEWEST: &str = "newest-owner-failures";

/// What the owner of a service provider sees.
#[derive(Clone, Debug)]
pub struct OwnerReport {
    /// What the service provider is called.
    pub name: String,
    /// Its name in messages.
    pub entity_id: String,
    /// Until when the link works.
    pub until: Instant,
    /// What was refused, the newest first.
    pub failures: Vec<OwnerFailure>,
}

/// A request that was refused. Nothing of persons or browsers is in it.
#[derive(Clone, Debug)]
pub struct OwnerFailure {
    /// When.
    pub at: Instant,
    /// The code that the person was shown.
    pub incident: String,
    /// The rule that failed.
    pub reason: Reason,
    /// Whether it is sure that the request came from the service provider or was answered to it. Of
    /// others it is known only that they name it.
    pub proven: bool,
}

/// Makes a link that works so many days (1 to [`LONGEST_DAYS`]), in the place of an earlier one. The
/// token is known here only.
pub fn make(
    admin: &Admin<'_>,
    service_provider: ServiceProviderId,
    days: u32,
    rng: &mut dyn RngCore,
) -> Result<(LinkToken, Instant), AdminError> {
    admin.actor.require(Permission::Change)?;
    service_providers::find_by_id(admin, service_provider)?;
    if !(1..=LONGEST_DAYS).contains(&days) {
        let message = format!("must be between 1 and {LONGEST_DAYS}");
        return Err(AdminError::invalid("days", message));
    }
    let token = LinkToken::new(rng);
    let expires_at = admin.now + TimeDelta::days(days.into());
    let about = About::service_provider(service_provider);
    let event = admin.event("owner-link-made", about, &json!({"expires_at": expires_at}), rng);
    let row = |id, purpose: &str, document: String| OneTimeLink {
        id,
        purpose: purpose.to_owned(),
        document,
        expires_at,
    };
    let link = row(token.id(), PURPOSE, service_provider.to_string());
    let newest = row(newest_of(service_provider), NEWEST, token.id().as_str().to_owned());
    admin.store.write(|writer| {
        withdraw(writer, service_provider)?;
        writer.insert_one_time_link(&link)?;
        writer.insert_one_time_link(&newest)?;
        writer.insert_audit_events(&[event])
    })?;
    Ok((token, expires_at))
}

/// Until when the link of a service provider works; `None` without one.
pub fn until(
    admin: &Admin<'_>,
    service_provider: ServiceProviderId,
) -> Result<Option<Instant>, AdminError> {
    admin.actor.require(Permission::Read)?;
    service_providers::find_by_id(admin, service_provider)?;
    let newest = newest_of(service_provider);
    let found = admin.store.read(|reader| reader.peek_one_time_link(&newest))?;
    Ok(found.map(|link| link.expires_at).filter(|end| admin.now < *end))
}

/// Ends the link of a service provider at once.
pub fn revoke(
    admin: &Admin<'_>,
    service_provider: ServiceProviderId,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    service_providers::find_by_id(admin, service_provider)?;
    let about = About::service_provider(service_provider);
    let event = admin.event("owner-link-revoked", about, &json!("revoked"), rng);
    admin.store.write(|writer| {
        withdraw(writer, service_provider)?;
        writer.insert_audit_events(&[event])
    })?;
    Ok(())
}

/// What the bearer of this token sees; `None` when it does not work (any more). Asks for no actor: the
/// token is the permission.
pub fn report(
    store: &Store,
    token: &LinkToken,
    now: Instant,
) -> Result<Option<OwnerReport>, StoreError> {
    store.read(|reader| read_report(reader, token, now))
}

fn read_report(
    reader: &mut Reader<'_>,
    token: &LinkToken,
    now: Instant,
) -> Result<Option<OwnerReport>, StoreError> {
    let link = reader.peek_one_time_link(&token.id())?;
    let Some(link) = link.filter(|link| link.purpose == PURPOSE && now < link.expires_at) else {
        return Ok(None);
    };
    let Ok(id) = link.document.parse::<ServiceProviderId>() else { return Ok(None) };
    let Some(found) = reader.service_provider_by_id(id)? else { return Ok(None) };
    let sp = found.value;
    let filter = |service_provider, kind: &str| AuditFilter {
        kind: Some(kind.to_owned()),
        service_provider,
        from: Some(now - TOLD_FOR),
        ..AuditFilter::default()
    };
    // Answered with a status: the service provider is sure. What was rejected only names one.
    let mut events =
        reader.audit_events_before(&filter(Some(id), "request.refused"), None, MOST)?;
    let rejected =
        reader.audit_events_before(&filter(None, "request.rejected"), None, LOOKED_AT)?;
    let names_it = |event: &AuditEvent| {
        event.detail.get("issuer").and_then(Value::as_str) == Some(sp.entity_id.as_str())
    };
    events.extend(rejected.into_iter().filter(names_it));
    let failure = |event: AuditEvent| {
        let reason = Reason::deserialize(&event.detail).ok()?;
        let proven = event.service_provider == Some(id);
        Some(OwnerFailure { at: event.at, incident: event.incident?, reason, proven })
    };
    let mut failures: Vec<OwnerFailure> = events.into_iter().filter_map(failure).collect();
    failures.sort_by_key(|failure| std::cmp::Reverse(failure.at));
    failures.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let entity_id = sp.entity_id.to_string();
    Ok(Some(OwnerReport { name: sp.name, entity_id, until: link.expires_at, failures }))
}

fn withdraw(writer: &mut Writer<'_>, id: ServiceProviderId) -> Result<(), StoreError> {
    let newest = newest_of(id);
    let Some(earlier) = writer.peek_one_time_link(&newest)? else { return Ok(()) };
    // Rows that have expired are not consumed.
    let before_its_end = earlier.expires_at - TimeDelta::milliseconds(1);
    writer.consume_one_time_link(&newest, NEWEST, before_its_end)?;
    let link = LinkId::from_stored(earlier.document);
    writer.consume_one_time_link(&link, PURPOSE, before_its_end)?;
    Ok(())
}

/// Not of the form of a token's hash, so no token leads to it.
fn newest_of(id: ServiceProviderId) -> LinkId {
    LinkId::from_stored(format!("{NEWEST}:{id}"))
}
