//! The chain over the audit trail as it is stored: which row has which place, and the hashes. What a
//! hash is made of is decided in `idp-admin`.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
use idp_core::Instant;

use super::audit_events::beginning;
use super::plain_inserts::InsertSeal;
use crate::StoreError;
use crate::access::{Reader, TrailWriter};
use crate::connection::on_each;
use crate::convert::{instant, number};
use crate::error::expect_version;
use crate::schema::audit_chain::dsl;
use crate::schema::audit_seals::dsl as seals;

/// Both ends of the chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditChain {
    /// How many rows were ever sealed; the place of the last one.
    pub position: i64,
    /// The hash of the last row.
    pub hash: Vec<u8>,
    /// The place of the last row that was removed for its age; 0 when none was.
    pub base_position: i64,
    /// The hash of that row, on which the first one that is left rests.
    pub base_hash: Vec<u8>,
    /// Every row of this instant or earlier that could be seen then has its place.
    pub settled: Instant,
    /// Proves that all of the above was written by somebody with the server's keys.
    pub seal: Vec<u8>,
}

/// A row of the trail exactly as it is stored, readable or not.
#[derive(QueryableByName, Clone, PartialEq, Eq, Debug)]
pub struct StoredEvent {
    /// Names the event.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// When, in milliseconds since 1970.
    #[diesel(sql_type = BigInt)]
    pub at: i64,
    /// What kind of event.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// The code that was shown.
    #[diesel(sql_type = Nullable<Text>)]
    pub incident: Option<String>,
    /// The service provider it concerns.
    #[diesel(sql_type = Nullable<Text>)]
    pub service_provider_id: Option<String>,
    /// The account it concerns.
    #[diesel(sql_type = Nullable<Text>)]
    pub user_id: Option<String>,
    /// The session it concerns.
    #[diesel(sql_type = Nullable<Text>)]
    pub session_id: Option<String>,
    /// The network address it came from.
    #[diesel(sql_type = Nullable<Text>)]
    pub address: Option<String>,
    /// Everything else: a JSON document.
    #[diesel(sql_type = Text)]
    pub detail: String,
}

/// The place of a row in the chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditSeal {
    /// Its place, from 1.
    pub position: i64,
    /// Which row.
    pub event: String,
    /// Its hash.
    pub hash: Vec<u8>,
    /// Whether it was found long after its time.
    pub late: bool,
}

/// A place of the chain with the row that stands there, if it is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SealedEvent {
    /// The place.
    pub seal: AuditSeal,
    /// The row.
    pub event: Option<StoredEvent>,
}

/// A row of the join of places and rows.
#[derive(QueryableByName)]
struct Joined {
    #[diesel(sql_type = BigInt)]
    position: i64,
    #[diesel(sql_type = Text)]
    event_id: String,
    #[diesel(sql_type = Binary)]
    hash: Vec<u8>,
    #[diesel(sql_type = Bool)]
    late: bool,
    #[diesel(sql_type = Nullable<Text>)]
    id: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    at: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    kind: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    incident: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    service_provider_id: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    user_id: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    session_id: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    address: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    detail: Option<String>,
}

impl Joined {
    fn into_sealed(self) -> SealedEvent {
        let seal = AuditSeal {
            position: self.position,
            event: self.event_id,
            hash: self.hash,
            late: self.late,
        };
        let event = match (self.id, self.at, self.kind, self.detail) {
            (Some(id), Some(at), Some(kind), Some(detail)) => Some(StoredEvent {
                id,
                at,
                kind,
                incident: self.incident,
                service_provider_id: self.service_provider_id,
                user_id: self.user_id,
                session_id: self.session_id,
                address: self.address,
                detail,
            }),
            _ => None,
        };
        SealedEvent { seal, event }
    }
}

/// The identifier of a row.
#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = Text)]
    id: String,
}

const COLUMNS: &str = "e.id, e.at, e.kind, e.incident, e.service_provider_id, e.user_id, \
    e.session_id, e.address, e.detail";

/// Whether two counts are the same.
#[derive(QueryableByName)]
struct Same {
    #[diesel(sql_type = Bool)]
    same: bool,
}

/// What has no place in the chain.
const UNSEALED: &str =
    "NOT EXISTS (SELECT 1 FROM audit_seals s WHERE s.event_id = e.id) ORDER BY e.id LIMIT";

impl Reader<'_> {
    /// Both ends of the chain.
    pub fn audit_chain(&mut self) -> Result<AuditChain, StoreError> {
        type Row = (i64, Vec<u8>, i64, Vec<u8>, i64, Vec<u8>);
        let columns =
            (dsl::position, dsl::hash, dsl::base_position, dsl::base_hash, dsl::settled, dsl::seal);
        let row: Row =
            self.run(|c| on_each!(c, c => dsl::audit_chain.select(columns).get_result(c)))?;
        let (position, hash, base_position, base_hash, settled, seal) = row;
        let settled = instant("audit_chain.settled", settled)?;
        Ok(AuditChain { position, hash, base_position, base_hash, settled, seal })
    }

    /// At most `limit` rows without a place in the chain, the oldest first, from the first one after
    /// `after`; an empty text begins at the first of all.
    pub fn unsealed_events_after(
        &mut self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let query =
            format!("SELECT {COLUMNS} FROM audit_events e WHERE e.id > $1 AND {UNSEALED} $2");
        self.run(|c| {
            on_each!(c, c => diesel::sql_query(&query)
                .bind::<Text, _>(after)
                .bind::<BigInt, _>(i64::from(limit))
                .load(c))
        })
    }

    /// The same up to `last`.
    pub fn unsealed_events_between(
        &mut self,
        after: &str,
        last: &str,
        limit: u32,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let query = format!(
            "SELECT {COLUMNS} FROM audit_events e WHERE e.id > $1 AND e.id <= $2 AND {UNSEALED} $3"
        );
        self.run(|c| {
            on_each!(c, c => diesel::sql_query(&query)
                .bind::<Text, _>(after)
                .bind::<Text, _>(last)
                .bind::<BigInt, _>(i64::from(limit))
                .load(c))
        })
    }

    /// Whether there are as many places as rows after `after` up to `last`: then, unless rows were
    /// removed by somebody else than this program, every row has its place. Counting takes a small part
    /// of the time that looking for each row would.
    pub fn as_many_seals_as_events(&mut self, after: &str, last: &str) -> Result<bool, StoreError> {
        let query = "SELECT \
            (SELECT COUNT(*) FROM audit_events WHERE id > $1 AND id <= $2) = \
            (SELECT COUNT(*) FROM audit_seals WHERE event_id > $1 AND event_id <= $2) AS same";
        let found: Same = self.run(|c| {
            on_each!(c, c => diesel::sql_query(query)
                .bind::<Text, _>(after)
                .bind::<Text, _>(last)
                .get_result(c))
        })?;
        Ok(found.same)
    }

    /// The identifier of the row that comes `count` rows after `after`, or of the last one there is.
    pub fn audit_event_so_far_after(
        &mut self,
        after: &str,
        count: u32,
    ) -> Result<Option<String>, StoreError> {
        let forward = "SELECT id FROM audit_events WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2";
        let found: Option<Id> = self.run(|c| {
            on_each!(c, c => diesel::sql_query(forward)
                .bind::<Text, _>(after)
                .bind::<BigInt, _>(i64::from(count.saturating_sub(1)))
                .get_result(c)
                .optional())
        })?;
        if let Some(found) = found {
            return Ok(Some(found.id));
        }
        let last = "SELECT id FROM audit_events WHERE id > $1 ORDER BY id DESC LIMIT 1";
        let found: Option<Id> = self.run(|c| {
            on_each!(c, c => diesel::sql_query(last)
                .bind::<Text, _>(after)
                .get_result(c)
                .optional())
        })?;
        Ok(found.map(|found| found.id))
    }

    /// At most `limit` places of the chain with their rows, in order, from the first one after
    /// `position`.
    pub fn sealed_events_after(
        &mut self,
        position: i64,
        limit: u32,
    ) -> Result<Vec<SealedEvent>, StoreError> {
        let query = format!(
            "SELECT s.position, s.event_id, s.hash, s.late, {COLUMNS} FROM audit_seals s \
             LEFT JOIN audit_events e ON e.id = s.event_id \
             WHERE s.position > $1 ORDER BY s.position LIMIT $2"
        );
        let rows: Vec<Joined> = self.run(|c| {
            on_each!(c, c => diesel::sql_query(&query)
                .bind::<BigInt, _>(position)
                .bind::<BigInt, _>(i64::from(limit))
                .load(c))
        })?;
        Ok(rows.into_iter().map(Joined::into_sealed).collect())
    }

    /// The last place that a row has; 0 when none has one.
    pub fn last_audit_place(&mut self) -> Result<i64, StoreError> {
        let last: Option<i64> = self.run(|c| {
            on_each!(c, c => seals::audit_seals
                .select(seals::position)
                .order(seals::position.desc())
                .first(c)
                .optional())
        })?;
        Ok(last.unwrap_or_default())
    }

    /// The hash of the row at this place.
    pub fn audit_seal_hash(&mut self, position: i64) -> Result<Option<Vec<u8>>, StoreError> {
        self.run(|c| {
            on_each!(c, c => seals::audit_seals
                .find(position)
                .select(seals::hash)
                .first(c)
                .optional())
        })
    }
}

/// How the identifiers of this instant's events begin; those of this instant or later sort after it.
pub fn audit_ids_from(at: Instant) -> String {
    beginning(at)
}

impl TrailWriter<'_, '_> {
    /// Moves an end of the chain, unless somebody else did meanwhile: `Conflict::Version`. Asked for
    /// first, it keeps others out until the transaction ends.
    pub fn advance_audit_chain(
        &mut self,
        from: &AuditChain,
        to: &AuditChain,
    ) -> Result<(), StoreError> {
        let moved = self.run(|c| {
            on_each!(c, c => diesel::update(dsl::audit_chain)
                .filter(dsl::position.eq(from.position))
                .filter(dsl::base_position.eq(from.base_position))
                .filter(dsl::seal.eq(&from.seal))
                .set((
                    dsl::position.eq(to.position),
                    dsl::hash.eq(&to.hash),
                    dsl::base_position.eq(to.base_position),
                    dsl::base_hash.eq(&to.base_hash),
                    dsl::settled.eq(to.settled.timestamp_millis()),
                    dsl::seal.eq(&to.seal),
                ))
                .execute(c))
        })?;
        expect_version(moved)
    }

    /// Gives rows their places.
    pub fn insert_audit_seals(&mut self, sealed: &[AuditSeal]) -> Result<(), StoreError> {
        self.run(|c| {
            sealed.iter().try_for_each(|seal| {
                let insert = InsertSeal(seal);
                on_each!(c, c => insert.execute(c)).map(|_| ())
            })
        })
    }

    /// Removes the rows up to this place of the chain, and their places. Returns how many rows.
    pub fn remove_sealed_events(&mut self, through: i64) -> Result<u64, StoreError> {
        let removed = self.run(|c| {
            on_each!(c, c => diesel::sql_query(
                "DELETE FROM audit_events WHERE id IN \
                 (SELECT event_id FROM audit_seals WHERE position <= $1)")
                .bind::<BigInt, _>(through)
                .execute(c))
        })?;
        self.run(|c| {
            on_each!(c, c => diesel::delete(seals::audit_seals)
                .filter(seals::position.le(through))
                .execute(c))
        })?;
        Ok(number(removed))
    }
}
