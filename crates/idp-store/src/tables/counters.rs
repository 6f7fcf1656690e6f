//! The counters that slow down guessing and sending, changed by compare-and-set.

use std::collections::BTreeMap;

use diesel::prelude::*;
use idp_core::flow::throttle::{Counter, CounterChange, CounterKey, LoadedCounter};

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::connection::{Conn, on_each};
use crate::convert::{corrupt, instant};
use crate::error::expect_version;
use crate::schema::counters::dsl;

/// A row: key, count, since, last, version.
type Row = (String, i64, i64, i64, i64);

impl Reader<'_> {
    /// The counters with these keys. A key without a row has the default value.
    pub fn load_counters(
        &mut self,
        keys: &[CounterKey],
    ) -> Result<BTreeMap<CounterKey, LoadedCounter>, StoreError> {
        let texts: Vec<&str> = keys.iter().map(CounterKey::as_str).collect();
        let columns = (dsl::key, dsl::count, dsl::since, dsl::last, dsl::version);
        let rows: Vec<Row> = self.run(|c| match c {
            // To write and prepare a query for so many keys costs more than to ask for each.
            Conn::Sqlite(c) => {
                let row = |key| dsl::counters.find(key).select(columns).get_result(c).optional();
                texts.iter().copied().map(row).filter_map(Result::transpose).collect()
            }
            // One array is one prepared statement for any number of keys.
            Conn::Postgres(c) => {
                dsl::counters.filter(dsl::key.eq_any(&texts)).select(columns).load(c)
            }
        })?;
        let mut found: BTreeMap<String, LoadedCounter> = BTreeMap::new();
        for (key, count, since, last, version) in rows {
            let value = Some(Counter {
                count: u32::try_from(count).map_err(|cause| corrupt("counters.count", &cause))?,
                since: instant("counters.since", since)?,
                last: instant("counters.last", last)?,
            });
            found.insert(key, LoadedCounter { value, version });
        }
        Ok(keys
            .iter()
            .map(|key| (key.clone(), found.get(key.as_str()).copied().unwrap_or_default()))
            .collect())
    }
}

impl Writer<'_> {
    /// Applies changes, each only if the counter still has the version it was loaded with:
    /// `Conflict::Version` when one lost, and then none is applied. Removals ask for no version.
    pub fn apply_counters(&mut self, changes: &[CounterChange]) -> Result<(), StoreError> {
        let mut changes: Vec<&CounterChange> = changes.iter().collect();
        // Always in one order, so that two transactions never wait for each other.
        changes.sort_by(|a, b| a.key.cmp(&b.key));
        for change in changes {
            let rows = match &change.value {
                Some(value) if change.expected_version == CounterChange::TALLY => {
                    self.add_to_counter(change, value)?
                }
                Some(value) if change.expected_version == 0 => {
                    self.insert_counter(change, value)?
                }
                Some(value) => self.update_counter(change, value)?,
                None => {
                    self.remove_counter(change)?;
                    continue;
                }
            };
            expect_version(rows)?;
        }
        Ok(())
    }

    /// A new counter does not begin at version 1 but at its instant, so that a row that was removed
    /// and made anew is not taken for the old one.
    fn insert_counter(
        &mut self,
        change: &CounterChange,
        value: &Counter,
    ) -> Result<usize, StoreError> {
        self.run(|c| {
            on_each!(c, c => diesel::insert_into(dsl::counters)
                .values((
                    dsl::key.eq(change.key.as_str()),
                    dsl::count.eq(i64::from(value.count)),
                    dsl::since.eq(value.since.timestamp_millis()),
                    dsl::last.eq(value.last.timestamp_millis()),
                    dsl::version.eq(value.last.timestamp_millis().max(1)),
                    dsl::forget_at.eq(change.forget_at.timestamp_millis()),
                ))
                .execute(c))
        })
    }

    fn update_counter(
        &mut self,
        change: &CounterChange,
        value: &Counter,
    ) -> Result<usize, StoreError> {
        self.run(|c| {
            on_each!(c, c => diesel::update(dsl::counters.find(change.key.as_str()))
                .filter(dsl::version.eq(change.expected_version))
                .set((
                    dsl::count.eq(i64::from(value.count)),
                    dsl::since.eq(value.since.timestamp_millis()),
                    dsl::last.eq(value.last.timestamp_millis()),
                    dsl::version.eq(change.expected_version + 1),
                    dsl::forget_at.eq(change.forget_at.timestamp_millis()),
                ))
                .execute(c))
        })
    }

    /// Adds one, whatever others added meanwhile.
    fn add_to_counter(
        &mut self,
        change: &CounterChange,
        value: &Counter,
    ) -> Result<usize, StoreError> {
        self.run(|c| {
            on_each!(c, c => diesel::update(dsl::counters.find(change.key.as_str()))
                .filter(dsl::since.eq(value.since.timestamp_millis()))
                .set((
                    dsl::count.eq(dsl::count + 1),
                    dsl::last.eq(value.last.timestamp_millis()),
                    dsl::version.eq(dsl::version + 1),
                    dsl::forget_at.eq(change.forget_at.timestamp_millis()),
                ))
                .execute(c))
        })
    }

    /// Whatever was counted meanwhile is forgotten with it.
    fn remove_counter(&mut self, change: &CounterChange) -> Result<(), StoreError> {
        let key = change.key.as_str();
        self.run(|c| on_each!(c, c => diesel::delete(dsl::counters.find(key)).execute(c)))?;
        Ok(())
    }
}
