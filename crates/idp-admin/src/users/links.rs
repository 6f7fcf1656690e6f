//! Links made for one person that work once. Each kind has at most one live link per person: the row
//! that names it lets it be replaced and withdrawn without its token.

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::id::{LinkId, LinkToken, UserId};
use idp_store::{Conflict, OneTimeLink, Reader, StoreError, Writer};
use rand::RngCore;

use crate::error::AdminError;

/// How long a link works unless the administrator says otherwise, in hours.
pub const LINK_HOURS: u32 = 24;
/// The longest, in hours.
pub const LONGEST_LINK_HOURS: u32 = 7 * 24;

/// What a link is for.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    purpose: &'static str,
    /// The purpose of the row that names the newest link.
    newest: &'static str,
}

/// Lets a person enrol for a factor during a login.
pub(super) const ENROLMENT: Kind = Kind { purpose: "enrolment", newest: "newest-enrolment-link" };
/// Lets a person choose a password.
pub(super) const PASSWORD: Kind = Kind { purpose: "password", newest: "newest-password-link" };

/// A link on its way into the database.
pub(super) struct NewLink {
    pub(super) token: LinkToken,
    pub(super) expires_at: Instant,
    kind: Kind,
    user: UserId,
}

impl Kind {
    /// A link for this person. Works `hours` long (1 to 168).
    pub(super) fn prepare(
        self,
        user: UserId,
        hours: u32,
        now: Instant,
        rng: &mut dyn RngCore,
    ) -> Result<NewLink, AdminError> {
        if !(1..=LONGEST_LINK_HOURS).contains(&hours) {
            let message = format!("is {hours}; a link works 1 to {LONGEST_LINK_HOURS} hours");
            return Err(AdminError::invalid("hours", message));
        }
        let expires_at = now + TimeDelta::hours(hours.into());
        Ok(NewLink { token: LinkToken::new(rng), expires_at, kind: self, user })
    }

    /// Whose link it is, and until when it works; `None` when it does not (any more).
    pub(super) fn of(
        self,
        reader: &mut Reader<'_>,
        token: &LinkToken,
        now: Instant,
    ) -> Result<Option<(UserId, Instant)>, StoreError> {
        let link = reader.peek_one_time_link(&token.id())?;
        let live = link.filter(|link| link.purpose == self.purpose && now < link.expires_at);
        Ok(live.and_then(|link| Some((link.document.parse().ok()?, link.expires_at))))
    }

    /// Uses the link of this person up. Somebody may have been faster: then nothing may be done with
    /// it, and the transaction must not be.
    pub(super) fn consume(
        self,
        writer: &mut Writer<'_>,
        token: &LinkToken,
        user: UserId,
        now: Instant,
    ) -> Result<(), StoreError> {
        let document = writer.consume_one_time_link(&token.id(), self.purpose, now)?;
        let is_theirs = document.is_some_and(|document| document == user.to_string());
        if is_theirs { Ok(()) } else { Err(Conflict::Version.into()) }
    }

    /// Removes this person's newest link, used or not.
    pub(super) fn withdraw(self, writer: &mut Writer<'_>, user: UserId) -> Result<(), StoreError> {
        let newest = self.newest_of(user);
        let Some(earlier) = writer.peek_one_time_link(&newest)? else { return Ok(()) };
        // Rows that have expired are not consumed.
        let before_its_end = earlier.expires_at - TimeDelta::milliseconds(1);
        writer.consume_one_time_link(&newest, self.newest, before_its_end)?;
        let link = LinkId::from_stored(earlier.document);
        writer.consume_one_time_link(&link, self.purpose, before_its_end)?;
        Ok(())
    }

    /// Not of the form of a token's hash, so no token leads to it.
    fn newest_of(self, user: UserId) -> LinkId {
        LinkId::from_stored(format!("{}:{user}", self.newest))
    }
}

impl NewLink {
    /// Writes it in the place of earlier ones.
    pub(super) fn write(&self, writer: &mut Writer<'_>) -> Result<(), StoreError> {
        self.kind.withdraw(writer, self.user)?;
        let row = |id: LinkId, purpose: &str, document: String| OneTimeLink {
            id,
            purpose: purpose.to_owned(),
            document,
            expires_at: self.expires_at,
        };
        let link = row(self.token.id(), self.kind.purpose, self.user.to_string());
        let newest = self.kind.newest_of(self.user);
        let newest = row(newest, self.kind.newest, self.token.id().as_str().to_owned());
        writer.insert_one_time_link(&link)?;
        writer.insert_one_time_link(&newest)
    }
}
