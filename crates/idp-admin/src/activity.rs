//! What happened over time: logins, refusals, text messages and factors, from sums per hour that are
//! kept while rows of the trail are sealed.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use idp_core::Instant;
use idp_store::{HourSum, Store, StoreError, hour_of};
use serde::Serialize;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit_trail::{FACTOR, LOGIN, REFUSAL};
use crate::error::AdminError;

/// What the sums of messages are kept under.
const SMS: &str = "sms";
/// The most series of a measure; what is left is put together under [`OTHERS`].
const MOST_SERIES: usize = 5;
/// The subject of what is left.
pub const OTHERS: &str = "others";
/// How long sums are kept.
pub const KEPT: TimeDelta = TimeDelta::days(400);

/// How far back, in how many slots.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Range {
    /// 24 hours, by the hour.
    Day,
    /// 7 days, by six hours.
    Week,
    /// 30 days, by the day (UTC).
    Month,
}

impl Range {
    /// All of them, the shortest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// Slots and the hours of each.
    const fn slots(self) -> (i32, u32) {
        match self {
            Self::Day => (24, 1),
            Self::Week => (28, 6),
            Self::Month => (30, 24),
        }
    }
}

/// What was counted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Activity {
    /// How far back.
    pub range: Range,
    /// The beginnings of the slots, the oldest first; the last one is not over.
    pub slots: Vec<Instant>,
    /// Logins: `new` with steps, `sso` from a live session, `own` to the console and account pages.
    pub logins: Vec<Series>,
    /// Refusals by reason, the most frequent first.
    pub refusals: Vec<Series>,
    /// Requests to SMS gateways by outcome.
    pub sms: Vec<Series>,
    /// Steps that were passed, by authenticator.
    pub factors: Vec<Series>,
}

/// How often something happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Series {
    /// What.
    pub subject: String,
    /// In each slot.
    pub counts: Vec<i64>,
}

impl Series {
    /// In all slots.
    pub fn total(&self) -> i64 {
        self.counts.iter().sum()
    }
}

/// What happened in this range.
pub fn activity(admin: &Admin<'_>, range: Range) -> Result<Activity, AdminError> {
    admin.actor.require(Permission::Read)?;
    let (count, hours) = range.slots();
    let width = TimeDelta::hours(hours.into());
    let millis = width.num_milliseconds();
    let last = admin.now.timestamp_millis().div_euclid(millis) * millis;
    let last = Instant::from_timestamp_millis(last).unwrap_or(admin.now);
    let first = last - width * (count - 1);
    let slots: Vec<Instant> = (0..count).map(|slot| first + width * slot).collect();
    let read = |measure| {
        let sums = admin.store.read(|reader| reader.hour_sums(measure, first, hours))?;
        Ok::<_, StoreError>(series(&slots, sums))
    };
    Ok(Activity {
        range,
        logins: read(LOGIN)?,
        refusals: read(REFUSAL)?,
        sms: read(SMS)?,
        factors: read(FACTOR)?,
        slots,
    })
}

/// One series per subject, the most frequent first.
fn series(slots: &[Instant], sums: Vec<HourSum>) -> Vec<Series> {
    let mut by_subject: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for sum in sums {
        let Some(slot) = slots.iter().position(|slot| *slot == sum.hour) else { continue };
        let counts = by_subject.entry(sum.subject).or_insert_with(|| vec![0; slots.len()]);
        if let Some(count) = counts.get_mut(slot) {
            *count += sum.count;
        }
    }
    let mut all: Vec<Series> =
        by_subject.into_iter().map(|(subject, counts)| Series { subject, counts }).collect();
    all.sort_by_key(|series| -series.total());
    if all.len() > MOST_SERIES {
        let rest = all.split_off(MOST_SERIES - 1);
        let mut counts = vec![0; slots.len()];
        for series in rest {
            counts.iter_mut().zip(series.counts).for_each(|(sum, count)| *sum += count);
        }
        all.push(Series { subject: OTHERS.to_owned(), counts });
    }
    all
}

/// Adds up the messages of the last hours; of the last 30 days when `anew`.
pub fn count_messages(store: &Store, now: Instant, anew: bool) -> Result<(), StoreError> {
    let end = hour_of(now) + TimeDelta::hours(1);
    let hours = |count: i64| TimeDelta::hours(count);
    if !anew {
        return store.count_sms_hours(end - hours(3), end);
    }
    // A day at a time, so that nobody waits long for the database.
    (1..=31).try_for_each(|day| {
        let end = end - hours(24) * (day - 1);
        store.count_sms_hours(end - hours(24), end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_subjects_are_put_together() {
        let slots = [Instant::UNIX_EPOCH];
        let sum = |number: i64| HourSum {
            hour: Instant::UNIX_EPOCH,
            measure: REFUSAL.to_owned(),
            subject: format!("reason-{number}"),
            count: number,
        };
        let all = series(&slots, (1..=7).map(sum).collect());
        let named: Vec<(&str, i64)> =
            all.iter().map(|series| (series.subject.as_str(), series.total())).collect();
        let expected =
            [("reason-7", 7), ("reason-6", 6), ("reason-5", 5), ("reason-4", 4), (OTHERS, 6)];
        assert_eq!(named, expected);
    }
}
