//! What the ledger of text messages adds up to within the last days. Rows are counted in the
//! background when their codes can no longer come back, and leave the sums when they get too old;
//! whoever reads the sums adds the rows that are not counted yet.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use idp_core::Instant;

use super::sms_ledger::{LedgerSum, SumBy};
use crate::access::{Reader, Writer};
use crate::connection::{Conn, on_each};
use crate::convert::{instant, number};
use crate::schema::{sms_sends, sms_windows};
use crate::{Store, StoreError};

/// Days that sums are kept of.
pub const SMS_WINDOWS: [u32; 4] = [1, 7, 30, 365];

/// The milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1_000;
/// No code is valid for so many milliseconds: half an hour.
const SETTLED: i64 = 30 * 60 * 1_000;

/// Sums of a window.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WindowSums {
    /// Since when rows are in them.
    pub since: Instant,
    /// The largest first.
    pub sums: Vec<LedgerSum>,
}

/// A window, in milliseconds.
#[derive(Queryable, Clone, Copy)]
struct Window {
    days: i64,
    since: i64,
}

/// Whether rows come into sums or leave them.
#[derive(Clone, Copy)]
enum Direction {
    In,
    Out,
}

impl Reader<'_> {
    /// The sums of what was sent within so many days, at most `limit` of them; `None` where no sums of
    /// so many days are kept. Its beginning moves on every minute or so.
    pub fn sms_window(
        &mut self,
        by: SumBy,
        days: u32,
        limit: u32,
    ) -> Result<Option<WindowSums>, StoreError> {
        let since: Option<i64> = self.run(|c| {
            let window = sms_windows::table.find(i64::from(days));
            window.select(sms_windows::since).first(c).optional()
        })?;
        let Some(since) = since else { return Ok(None) };
        let query = largest(by, days, limit);
        let sums = self.run(|c| on_each!(c, c => diesel::sql_query(&query).load(c)))?;
        Ok(Some(WindowSums { since: instant("sms_windows.since", since)?, sums }))
    }

    fn sms_windows(&mut self) -> Result<Vec<Window>, StoreError> {
        self.run(|c| sms_windows::table.order(sms_windows::days).load(c))
    }
}

/// The largest sums: those of the largest that are counted, and of all that have rows which are not.
/// In one statement, so that no row is counted in between.
fn largest(by: SumBy, days: u32, limit: u32) -> String {
    let (column, window) = (by.column(), format!("days = {days} AND measure = '{}'", by.column()));
    format!(
        "WITH fresh AS (\
             SELECT COALESCE({column}, '') AS subject, COUNT(*) AS sends, \
                 SUM(CASE WHEN outcome = 'accepted' THEN 1 ELSE 0 END) AS accepted, \
                 SUM(CASE WHEN used THEN 1 ELSE 0 END) AS used \
             FROM sms_sends \
             WHERE NOT counted AND at >= (SELECT since FROM sms_windows WHERE days = {days}) \
             GROUP BY COALESCE({column}, '')), \
         kept AS (\
             SELECT subject, sends, accepted, used FROM (\
                 SELECT subject, sends, accepted, used FROM sms_sums WHERE {window} \
                 ORDER BY sends DESC, subject LIMIT {limit}) AS most \
             UNION \
             SELECT subject, sends, accepted, used FROM sms_sums \
                 WHERE {window} AND subject IN (SELECT subject FROM fresh)) \
         SELECT NULLIF(subject, '') AS subject, CAST(SUM(sends) AS BIGINT) AS sends, \
             CAST(SUM(accepted) AS BIGINT) AS accepted, CAST(SUM(used) AS BIGINT) AS used \
         FROM (SELECT * FROM kept UNION ALL SELECT * FROM fresh) AS parts \
         GROUP BY parts.subject ORDER BY 2 DESC, 1 LIMIT {limit}"
    )
}

impl Store {
    /// Moves the sums of messages on to an instant: counts rows whose codes cannot come back any more,
    /// and lets go of those that are too old, at most about `limit` rows in each transaction. Returns
    /// how many there were; call again until that is 0.
    ///
    /// # Errors
    /// `Conflict` when another node does the same at the same time; nothing is lost.
    pub fn move_sms_windows(&self, now: Instant, limit: u32) -> Result<u64, StoreError> {
        let mut moved = 0;
        for Window { days, .. } in self.read(|reader| reader.sms_windows())? {
            let target = now.timestamp_millis() - DAY * days;
            moved += self.write(|writer| {
                writer.see_one_state()?;
                writer.leave_sms_window(days, target, limit)
            })?;
        }
        let settled = now.timestamp_millis() - SETTLED;
        moved += self.write(|writer| {
            writer.see_one_state()?;
            writer.count_sms_sends(settled, limit)
        })?;
        Ok(moved)
    }

    /// Deletes about `limit` rows of the ledger that are older than an instant, also from the sums.
    /// Returns how many were deleted; call again until that is 0.
    ///
    /// # Errors
    /// `Conflict` when another node does the same at the same time; nothing is lost.
    pub fn purge_sms_sends(&self, before: Instant, limit: u32) -> Result<u64, StoreError> {
        self.write(|writer| {
            writer.see_one_state()?;
            writer.purge_sms_sends(before.timestamp_millis(), limit)
        })
    }
}

impl Writer<'_> {
    /// Every statement of this transaction sees the rows that there were at its beginning, so that none
    /// is counted that was not added. SQLite has one writer at a time anyway.
    fn see_one_state(&mut self) -> Result<(), StoreError> {
        const SEE: &str = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";
        self.run(|c| match c {
            Conn::Sqlite(_) => Ok(()),
            Conn::Postgres(c) => c.batch_execute(SEE),
        })
    }

    /// Adds rows to every window that they are in.
    fn count_sms_sends(&mut self, settled: i64, limit: u32) -> Result<u64, StoreError> {
        let oldest: Vec<i64> = self.run(|c| {
            on_each!(c, c => sms_sends::table
                .filter(diesel::dsl::not(sms_sends::counted))
                .filter(sms_sends::at.lt(settled))
                .order(sms_sends::at)
                .limit(limit.into())
                .select(sms_sends::at)
                .load(c))
        })?;
        let Some(last) = oldest.last() else { return Ok(0) };
        for Window { days, since } in self.sms_windows()? {
            if *last >= since {
                let rows = format!("NOT counted AND at <= {last} AND at >= {since}");
                self.add_up(days, &rows, Direction::In)?;
            }
        }
        let count =
            format!("UPDATE sms_sends SET counted = true WHERE NOT counted AND at <= {last}");
        let counted = self.run(|c| on_each!(c, c => diesel::sql_query(&count).execute(c)))?;
        Ok(number(counted))
    }

    /// Moves the beginning of a window on, at most past `limit` rows.
    fn leave_sms_window(&mut self, days: i64, until: i64, limit: u32) -> Result<u64, StoreError> {
        let since: Option<i64> = self.run(|c| {
            sms_windows::table.find(days).select(sms_windows::since).first(c).optional()
        })?;
        let Some(since) = since.filter(|since| *since < until) else { return Ok(0) };
        let leaving: Vec<i64> = self.run(|c| {
            on_each!(c, c => sms_sends::table
                .filter(sms_sends::counted)
                .filter(sms_sends::at.ge(since))
                .filter(sms_sends::at.lt(until))
                .order(sms_sends::at)
                .limit(limit.into())
                .select(sms_sends::at)
                .load(c))
        })?;
        // With the last one go all of the same millisecond.
        let all = leaving.len() < usize::try_from(limit).unwrap_or(usize::MAX);
        let until = leaving.last().filter(|_| !all).map_or(until, |last| last + 1);
        if !leaving.is_empty() {
            let rows = format!("counted AND at >= {since} AND at < {until}");
            self.add_up(days, &rows, Direction::Out)?;
        }
        let window = sms_windows::table.find(days);
        self.run(|c| diesel::update(window).set(sms_windows::since.eq(until)).execute(c))?;
        Ok(number(leaving.len()))
    }

    fn add_up(&mut self, days: i64, rows: &str, direction: Direction) -> Result<(), StoreError> {
        let sign = match direction {
            Direction::In => "",
            Direction::Out => "-",
        };
        for by in SumBy::ALL {
            let column = by.column();
            let add = format!(
                "INSERT INTO sms_sums (days, measure, subject, sends, accepted, used) \
                 SELECT {days}, '{column}', COALESCE({column}, ''), {sign}COUNT(*), \
                     {sign}SUM(CASE WHEN outcome = 'accepted' THEN 1 ELSE 0 END), \
                     {sign}SUM(CASE WHEN used THEN 1 ELSE 0 END) \
                 FROM sms_sends WHERE {rows} GROUP BY COALESCE({column}, '') \
                 ON CONFLICT (days, measure, subject) DO UPDATE SET \
                     sends = sms_sums.sends + excluded.sends, \
                     accepted = sms_sums.accepted + excluded.accepted, \
                     used = sms_sums.used + excluded.used"
            );
            self.run(|c| on_each!(c, c => diesel::sql_query(&add).execute(c)))?;
            if matches!(direction, Direction::Out) {
                let drop = format!(
                    "DELETE FROM sms_sums WHERE days = {days} AND measure = '{column}' AND sends <= 0"
                );
                self.run(|c| on_each!(c, c => diesel::sql_query(&drop).execute(c)))?;
            }
        }
        Ok(())
    }

    fn purge_sms_sends(&mut self, before: i64, limit: u32) -> Result<u64, StoreError> {
        let oldest: Vec<i64> = self.run(|c| {
            on_each!(c, c => sms_sends::table
                .filter(sms_sends::at.lt(before))
                .order(sms_sends::at)
                .limit(limit.into())
                .select(sms_sends::at)
                .load(c))
        })?;
        let Some(last) = oldest.last() else { return Ok(0) };
        for Window { days, since } in self.sms_windows()? {
            while since <= *last && self.leave_sms_window(days, last + 1, limit)? > 0 {}
        }
        let old = sms_sends::table.filter(sms_sends::at.le(last));
        let deleted = self.run(|c| on_each!(c, c => diesel::delete(old).execute(c)))?;
        Ok(number(deleted))
    }
}
