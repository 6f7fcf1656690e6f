//! The session goes on under another token when the person gained something: another password, another
//! factor. Whoever knew the old token, for having stolen or planted it, is left behind (NIST SP
//! 800-63B-4, 5.1; OWASP, session fixation).

use std::fmt;

use idp_core::flow::authenticator::TextMessage;
use idp_core::id::{SessionId, SessionToken};
use idp_core::session::Session;
use idp_store::{NumberChange, StoreError, Writer};
use rand::RngCore;

use super::present::Present;
use super::{OwnAccount, OwnError};

/// What a change came to that gave the session another token.
pub struct Changed {
    /// The messages that tell the person.
    pub notices: Vec<TextMessage>,
    /// The token of the session from now on; that of the request is dead.
    pub session: SessionToken,
}

impl fmt::Debug for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changed").field("notices", &self.notices.len()).finish_non_exhaustive()
    }
}

/// The session under another token, to be saved with the change.
pub(super) struct Renewal {
    pub(super) token: SessionToken,
    old: SessionId,
    session: Session,
    /// The number that waits for its code, which goes on in the session.
    waiting: Option<(NumberChange, i64)>,
}

impl Present {
    /// The same session under another token.
    pub(super) fn renewal(&self, rng: &mut dyn RngCore) -> Renewal {
        let token = SessionToken::new(rng);
        let session = Session { id: token.id(), ..self.session.clone() };
        Renewal { token, old: self.session.id.clone(), session, waiting: None }
    }
}

impl OwnAccount<'_> {
    /// The same with the number that waits for its code, if one does.
    pub(super) fn renewal_with_number(
        &self,
        present: &Present,
        rng: &mut dyn RngCore,
    ) -> Result<Renewal, OwnError> {
        let waiting = self.under_way(present)?;
        Ok(Renewal { waiting, ..present.renewal(rng) })
    }
}

impl Renewal {
    /// Writes it. A session that was ended meanwhile does not come back to life: then nothing may be
    /// changed in it either.
    pub(super) fn write(&self, writer: &mut Writer<'_>) -> Result<(), StoreError> {
        writer.replace_session(&self.old, &self.session)?;
        // What service providers were told of it still ends it.
        writer.move_participants(&self.old, &self.session.id)?;
        if let Some((change, version)) = &self.waiting {
            writer.end_number_change(change, *version)?;
            let session = self.session.id.clone();
            writer.begin_number_change(&NumberChange { session, ..change.clone() })?;
        }
        Ok(())
    }
}
