//! Which mobile number of a person a code reached. A row says something about exactly its number: an
//! account with another one has none that is verified.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::UserId;

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::connection::on_each;
use crate::convert::instant;
use crate::schema::verified_numbers::dsl;

impl Reader<'_> {
    /// Since when it is known that this number is the person's; `None` while no code to it was entered.
    pub fn number_verified_at(
        &mut self,
        user: UserId,
        number: &str,
    ) -> Result<Option<Instant>, StoreError> {
        let at: Option<i64> = self.run(|c| {
            dsl::verified_numbers
                .find(user.to_string())
                .filter(dsl::number.eq(number))
                .select(dsl::verified_at)
                .first(c)
                .optional()
        })?;
        at.map(|at| instant("verified_numbers.verified_at", at)).transpose()
    }
}

impl Writer<'_> {
    /// Notes that a code to this number was entered by the person. Nothing is written, and the earlier
    /// instant stays, where that is known already.
    pub fn note_verified_number(
        &mut self,
        user: UserId,
        number: &str,
        now: Instant,
    ) -> Result<(), StoreError> {
        if self.number_verified_at(user, number)?.is_some() {
            return Ok(());
        }
        let known = (dsl::number.eq(number), dsl::verified_at.eq(now.timestamp_millis()));
        let row = (dsl::user_id.eq(user.to_string()), known.0, known.1);
        // Two logins of one person may find this out at once.
        self.run(|c| {
            on_each!(c, c => diesel::insert_into(dsl::verified_numbers)
                .values(row.clone())
                .on_conflict(dsl::user_id)
                .do_update()
                .set(known)
                .execute(c))
        })?;
        Ok(())
    }
}
