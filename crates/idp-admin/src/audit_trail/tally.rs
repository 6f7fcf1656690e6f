//! What rows of the trail add up to: sums per hour, and how each service provider fares.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::DateTime;
use idp_core::Instant;
use idp_core::id::ServiceProviderId;
use idp_store::{HourSum, ServiceProviderHealth, StoreError, StoredEvent, TrailWriter, hour_of};
use serde::Deserialize;

/// What logins are counted under: `new`, `sso` and `own`.
pub const LOGIN: &str = "login";
/// What refusals are counted under, by their reasons.
pub const REFUSAL: &str = "refusal";
/// What factors are counted under, by authenticator.
pub const FACTOR: &str = "factor";

/// How old a request was when it came, in milliseconds: in the detail of rows about its arrival.
pub const REQUEST_AGE: &str = "requestAgeMs";

/// Of how many requests the clock of a service provider is judged.
const SAMPLES: usize = 15;
/// The longest name of a sum, in bytes: names are of our own making, and short.
const LONGEST: usize = 64;
/// Requests older than a day tell nothing of a clock.
const MOST_AGE_MS: i64 = 86_400_000;

/// What counts of the detail of a row; nothing else of it is kept.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Detail<'a> {
    request_age_ms: Option<i64>,
    #[serde(borrow)]
    code: Option<Cow<'a, str>>,
    #[serde(borrow)]
    found: Option<Cow<'a, str>>,
    #[serde(borrow)]
    what: Option<What<'a>>,
}

/// What happened in a login.
#[derive(Deserialize, Default)]
#[serde(default)]
struct What<'a> {
    #[serde(borrow)]
    authenticator: Option<Cow<'a, str>>,
}

/// What a batch of rows adds up to.
#[derive(Default)]
pub struct Tally {
    sums: BTreeMap<(Instant, &'static str, String), i64>,
    service_providers: BTreeMap<ServiceProviderId, Use>,
}

/// What a batch tells of a service provider.
#[derive(Default)]
struct Use {
    login: Option<Instant>,
    refusal: Option<(Instant, Option<String>)>,
    ages: Vec<i64>,
}

impl Tally {
    /// Adds up these rows. What cannot be read adds nothing; verifying tells of it.
    pub fn of(rows: &[StoredEvent]) -> Self {
        let mut tally = Self::default();
        rows.iter().for_each(|row| tally.add(row));
        tally
    }

    fn add(&mut self, row: &StoredEvent) {
        let Some(at) = Instant::from_timestamp_millis(row.at) else { return };
        let counted = matches!(
            row.kind.as_str(),
            "assertion.issued" | "local.signed-in" | "login.step-passed" | "login.started"
        );
        if !counted && row.incident.is_none() {
            return;
        }
        let detail: Detail<'_> = serde_json::from_str(&row.detail).unwrap_or_default();
        let age = detail.request_age_ms;
        match row.kind.as_str() {
            "assertion.issued" => {
                self.count(at, LOGIN, if age.is_some() { "sso" } else { "new" });
            }
            "local.signed-in" => self.count(at, LOGIN, "own"),
            "login.step-passed" => {
                let factor = detail.what.and_then(|what| what.authenticator);
                self.count(at, FACTOR, factor.as_deref().unwrap_or("unknown"));
            }
            _ => {}
        }
        let reason = detail.code.as_deref().unwrap_or(&row.kind);
        if row.incident.is_some() {
            self.count(at, REFUSAL, reason);
        }
        let id = row.service_provider_id.as_ref().and_then(|id| id.parse().ok());
        let Some(id) = id else { return };
        let used = self.service_providers.entry(id).or_default();
        if row.kind == "assertion.issued" {
            used.login = used.login.max(Some(at));
        }
        if row.incident.is_some() && used.refusal.as_ref().is_none_or(|(last, _)| *last <= at) {
            used.refusal = Some((at, row.incident.clone()));
        }
        let refused =
            || refused_age(at, reason, detail.found.as_deref()).filter(|_| row.incident.is_some());
        let age = age.or_else(refused).filter(|age| age.abs() <= MOST_AGE_MS);
        used.ages.extend(age);
    }

    fn count(&mut self, at: Instant, measure: &'static str, subject: &str) {
        let subject = subject.get(..LONGEST).unwrap_or(subject).to_owned();
        *self.sums.entry((hour_of(at), measure, subject)).or_default() += 1;
    }

    /// Saves it. Whoever calls it holds the chain.
    pub fn save(&self, writer: &mut TrailWriter<'_, '_>) -> Result<(), StoreError> {
        let sum = |((hour, measure, subject), count): (&(Instant, &str, String), &i64)| HourSum {
            hour: *hour,
            measure: (*measure).to_owned(),
            subject: subject.clone(),
            count: *count,
        };
        let sums: Vec<HourSum> = self.sums.iter().map(sum).collect();
        writer.add_hour_sums(&sums)?;
        let ids: Vec<ServiceProviderId> = self.service_providers.keys().copied().collect();
        if ids.is_empty() {
            return Ok(());
        }
        let mut known = writer.reader().service_provider_health(&ids)?;
        for (id, used) in &self.service_providers {
            let mut health = known.remove(id).unwrap_or_default();
            used.merge_into(&mut health);
            writer.save_service_provider_use(*id, &health)?;
        }
        Ok(())
    }
}

impl Use {
    fn merge_into(&self, health: &mut ServiceProviderHealth) {
        health.last_login = health.last_login.max(self.login);
        if let Some((at, incident)) = &self.refusal
            && health.last_refusal.is_none_or(|last| last <= *at)
        {
            health.last_refusal = Some(*at);
            health.last_incident.clone_from(incident);
        }
        health.clock_samples.extend(&self.ages);
        let surplus = health.clock_samples.len().saturating_sub(SAMPLES);
        health.clock_samples.drain(..surplus);
        health.clock_drift = median(&health.clock_samples);
    }
}

/// One request that waited in a browser does not make a clock wrong.
fn median(samples: &[i64]) -> Option<i64> {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied()
}

/// How old a request was that was refused for its age.
fn refused_age(at: Instant, reason: &str, found: Option<&str>) -> Option<i64> {
    if !matches!(reason, "request-too-old" | "request-from-the-future") {
        return None;
    }
    let issued = DateTime::parse_from_rfc3339(found?).ok()?;
    Some((at - issued.to_utc()).num_milliseconds())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn row(kind: &str, incident: Option<&str>, detail: &Value) -> StoredEvent {
        StoredEvent {
            id: String::new(),
            at: 1_800_000_000_000,
            kind: kind.to_owned(),
            incident: incident.map(str::to_owned),
            service_provider_id: Some("0190f5a0-0000-7000-8000-000000000000".to_owned()),
            user_id: None,
            session_id: None,
            address: None,
            detail: detail.to_string(),
        }
    }

    #[test]
    fn the_median_of_the_last_requests_tells_the_clock() {
        let ages = [90_000, 91_000, 2_000_000, 89_000, 90_500];
        let rows = ages.map(|age| row("login.started", None, &json!({ REQUEST_AGE: age })));
        let mut health = ServiceProviderHealth::default();
        for used in Tally::of(&rows).service_providers.values() {
            used.merge_into(&mut health);
        }
        assert_eq!(health.clock_drift, Some(90_500));
    }

    #[test]
    fn only_the_last_samples_are_kept() {
        let rows: Vec<_> = (0..40)
            .map(|age| row("assertion.issued", None, &json!({ REQUEST_AGE: age * 1_000 })))
            .collect();
        let mut health = ServiceProviderHealth::default();
        for used in Tally::of(&rows).service_providers.values() {
            used.merge_into(&mut health);
        }
        assert_eq!(health.clock_samples.len(), SAMPLES);
        assert_eq!(health.clock_drift, Some(32_000));
    }

    #[test]
    fn a_request_that_is_refused_for_its_age_tells_of_the_clock_as_well() {
        let detail = json!({ "code": "request-too-old", "found": "2027-01-15T07:00:00Z" });
        let tally = Tally::of(&[row("request.refused", Some("AAAA-BBBB"), &detail)]);
        let used = tally.service_providers.values().next().unwrap();
        assert_eq!(used.ages, [3_600_000]);
        let mut sums = tally.sums.keys().map(|(_, measure, subject)| (*measure, subject.as_str()));
        assert_eq!(sums.next(), Some((REFUSAL, "request-too-old")));
    }

    #[test]
    fn what_cannot_be_read_adds_nothing() {
        let broken = StoredEvent { at: i64::MAX, ..row("assertion.issued", None, &json!({})) };
        assert!(Tally::of(&[broken]).sums.is_empty());
        let text = StoredEvent { detail: "{".to_owned(), ..row("other", None, &json!({})) };
        assert!(Tally::of(&[text]).sums.is_empty());
    }
}
