//! What happened per hour, for charts: small sums that are kept while rows of the trail are sealed,
//! and those of the ledger of messages.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use idp_core::Instant;

use crate::access::{Reader, TrailWriter};
use crate::connection::on_each;
use crate::convert::{instant, number};
use crate::schema::activity_hours::dsl;
use crate::{Store, StoreError};

/// The milliseconds of an hour.
const HOUR: i64 = 3_600_000;
/// What the sums of messages are kept under.
const SMS: &str = "sms";

/// A sum of one hour.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct HourSum {
    /// The beginning of the hour.
    pub hour: Instant,
    /// What was counted, such as `login`.
    pub measure: String,
    /// Of which sort.
    pub subject: String,
    /// How many.
    pub count: i64,
}

/// The beginning of the hour of an instant.
pub fn hour_of(at: Instant) -> Instant {
    let millis = at.timestamp_millis().div_euclid(HOUR) * HOUR;
    Instant::from_timestamp_millis(millis).unwrap_or(at)
}

/// A sum as it is read.
#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    hour: i64,
    #[diesel(sql_type = Text)]
    measure: String,
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Reader<'_> {
    /// The sums of this measure from an hour on, in slots of so many hours, in the order of time.
    pub fn hour_sums(
        &mut self,
        measure: &str,
        from: Instant,
        slot_hours: u32,
    ) -> Result<Vec<HourSum>, StoreError> {
        let slot = HOUR * i64::from(slot_hours.max(1));
        let query = format!(
            "SELECT (hour / {slot}) * {slot} AS hour, measure, subject, \
             CAST(SUM(count) AS BIGINT) AS count FROM activity_hours \
             WHERE measure = $1 AND hour >= $2 \
             GROUP BY (hour / {slot}) * {slot}, measure, subject ORDER BY 1, 3"
        );
        let rows: Vec<Row> = self.run(|c| {
            on_each!(c, c => diesel::sql_query(&query)
                .bind::<Text, _>(measure)
                .bind::<BigInt, _>(from.timestamp_millis())
                .load(c))
        })?;
        let sum = |row: Row| {
            let hour = instant("activity_hours.hour", row.hour)?;
            let Row { measure, subject, count, .. } = row;
            Ok(HourSum { hour, measure, subject, count })
        };
        rows.into_iter().map(sum).collect()
    }
}

impl TrailWriter<'_, '_> {
    /// Adds to sums. Whoever calls it holds the chain, so that nobody else adds at the same time.
    pub fn add_hour_sums(&mut self, sums: &[HourSum]) -> Result<(), StoreError> {
        for sum in sums {
            let hour = sum.hour.timestamp_millis();
            let key = (sum.measure.as_str(), hour, sum.subject.as_str());
            let updated = self.run(|c| {
                on_each!(c, c => diesel::update(dsl::activity_hours.find(key))
                    .set(dsl::count.eq(dsl::count + sum.count))
                    .execute(c))
            })?;
            if updated == 0 {
                self.run(|c| {
                    on_each!(c, c => diesel::insert_into(dsl::activity_hours)
                        .values((
                            dsl::hour.eq(hour),
                            dsl::measure.eq(&sum.measure),
                            dsl::subject.eq(&sum.subject),
                            dsl::count.eq(sum.count),
                        ))
                        .execute(c))
                })?;
            }
        }
        Ok(())
    }
}

impl Store {
    /// Adds up the messages of these hours anew, `from` to before `until`, both beginnings of an hour.
    /// Tests of gateways do not count. When another node adds up the same hours at the same time, one
    /// of the two gives up with a conflict.
    pub fn count_sms_hours(&self, from: Instant, until: Instant) -> Result<(), StoreError> {
        let (from, until) = (from.timestamp_millis(), until.timestamp_millis());
        self.write(|w| {
            w.run(|c| {
                on_each!(c, c => diesel::delete(dsl::activity_hours)
                    .filter(dsl::measure.eq(SMS))
                    .filter(dsl::hour.ge(from))
                    .filter(dsl::hour.lt(until))
                    .execute(c))
            })?;
            w.run(|c| {
                on_each!(c, c => diesel::sql_query(
                    "INSERT INTO activity_hours (hour, measure, subject, count) \
                     SELECT (at / 3600000) * 3600000, 'sms', outcome, COUNT(*) FROM sms_sends \
                     WHERE at >= $1 AND at < $2 AND purpose <> 'test' \
                     GROUP BY (at / 3600000) * 3600000, outcome")
                    .bind::<BigInt, _>(from)
                    .bind::<BigInt, _>(until)
                    .execute(c))
            })?;
            Ok(())
        })
    }

    /// Forgets the sums of the hours before an instant. Returns how many.
    pub fn purge_hour_sums(&self, before: Instant) -> Result<u64, StoreError> {
        let deleted = self.write(|w| {
            w.run(|c| {
                on_each!(c, c => diesel::delete(dsl::activity_hours)
                    .filter(dsl::hour.lt(before.timestamp_millis()))
                    .execute(c))
            })
        })?;
        Ok(number(deleted))
    }
}
