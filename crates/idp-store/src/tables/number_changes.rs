//! Mobile numbers that people give on the account pages and that are not verified yet. Changed by
//! compare-and-set, so that a code counts once and guesses at once are judged one after the other.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::flow::authenticator::{Challenge, EnrolmentProof};
use idp_core::id::{LoginId, SessionId, UserId};

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::convert::{document, instant, json, stored};
use crate::error::expect_version;
use crate::schema::number_changes::dsl;

/// A number that waits for its code.
#[derive(Clone, PartialEq, Debug)]
pub struct NumberChange {
    /// Names it; its codes and the rows of the ledger are bound to it.
    pub id: LoginId,
    /// Whose number it will be.
    pub user: UserId,
    /// The session in which it began, the only one in which it goes on.
    pub session: SessionId,
    /// What showed, when it began, that it is the person.
    pub proof: EnrolmentProof,
    /// What the authenticator remembers: the number, and a keyed hash of the code.
    pub challenge: Challenge,
    /// When it is over.
    pub expires_at: Instant,
}

/// A row: id, version, session, proof, challenge, expires at.
type Row = (String, i64, String, String, String, i64);

impl Reader<'_> {
    /// The change of a person that is under way, over or not, with its version.
    pub fn number_change(
        &mut self,
        user: UserId,
    ) -> Result<Option<(NumberChange, i64)>, StoreError> {
        let row: Option<Row> = self.run(|c| {
            dsl::number_changes
                .find(user.to_string())
                .select((
                    dsl::id,
                    dsl::version,
                    dsl::session_id,
                    dsl::proof,
                    dsl::challenge,
                    dsl::expires_at,
                ))
                .first(c)
                .optional()
        })?;
        let Some((id, version, session, proof, challenge, expires_at)) = row else {
            return Ok(None);
        };
        let change = NumberChange {
            id: stored("number_changes.id", id)?,
            user,
            session: SessionId::from_stored(session),
            proof: document("number_changes.proof", &proof)?,
            challenge: document("number_changes.challenge", &challenge)?,
            expires_at: instant("number_changes.expires_at", expires_at)?,
        };
        Ok(Some((change, version)))
    }
}

impl Writer<'_> {
    /// Stores a change that begins, in the place of an earlier one.
    pub fn begin_number_change(&mut self, change: &NumberChange) -> Result<(), StoreError> {
        let user = change.user.to_string();
        let proof = json("number_changes.proof", &change.proof)?;
        let challenge = json("number_changes.challenge", &change.challenge)?;
        self.run(|c| diesel::delete(dsl::number_changes.find(&user)).execute(c))?;
        self.run(|c| {
            diesel::insert_into(dsl::number_changes)
                .values((
                    dsl::user_id.eq(&user),
                    dsl::id.eq(change.id.to_string()),
                    dsl::version.eq(1_i64),
                    dsl::session_id.eq(change.session.as_str()),
                    dsl::proof.eq(&proof),
                    dsl::challenge.eq(&challenge),
                    dsl::expires_at.eq(change.expires_at.timestamp_millis()),
                ))
                .execute(c)
        })?;
        Ok(())
    }

    /// Notes how a change goes on, if its row still has this version.
    pub fn save_number_change(
        &mut self,
        change: &NumberChange,
        expected_version: i64,
    ) -> Result<(), StoreError> {
        let challenge = json("number_changes.challenge", &change.challenge)?;
        let row = dsl::number_changes
            .find(change.user.to_string())
            .filter(dsl::id.eq(change.id.to_string()))
            .filter(dsl::version.eq(expected_version));
        let updated = self.run(|c| {
            diesel::update(row.clone())
                .set((dsl::challenge.eq(&challenge), dsl::version.eq(expected_version + 1)))
                .execute(c)
        })?;
        expect_version(updated)
    }

    /// Ends a change, if its row still has this version.
    pub fn end_number_change(
        &mut self,
        change: &NumberChange,
        expected_version: i64,
    ) -> Result<(), StoreError> {
        let row = dsl::number_changes
            .find(change.user.to_string())
            .filter(dsl::id.eq(change.id.to_string()))
            .filter(dsl::version.eq(expected_version));
        let ended = self.run(|c| diesel::delete(row.clone()).execute(c))?;
        expect_version(ended)
    }
}
