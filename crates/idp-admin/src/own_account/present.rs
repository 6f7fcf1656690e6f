//! The person and their session as they are now, read anew by every operation.

use authenticators::sms_otp::SmsOtp;
use idp_core::flow::authenticator::{Authenticator, Subject};
use idp_core::session::Session;
use idp_core::user::{AccountState, Person, User};
use idp_store::Versioned;

use super::{OwnAccount, OwnError};
use crate::actor::Actor;
use crate::error::AdminError;

/// Who acts.
pub(super) struct Present {
    /// The session in which they do.
    pub(super) session: Session,
    /// The account with its version.
    pub(super) user: Versioned<User>,
    /// The account with its credentials.
    pub(super) person: Person,
}

impl OwnAccount<'_> {
    /// The person, while the session lives and the account may be used. Nobody else than an
    /// [`Actor::Owner`] has an account here.
    pub(super) fn present(&self) -> Result<Present, OwnError> {
        let Actor::Owner { id, session, .. } = &self.admin.actor else {
            let actor = self.admin.actor.to_string();
            return Err(AdminError::Forbidden { actor, needs: "owner of the account" }.into());
        };
        let found = self.admin.store.read(|reader| {
            let session = reader.live_session(session)?.map(|(session, _)| session);
            Ok((session, reader.user_by_id(*id)?, reader.person_by_id(*id)?))
        })?;
        let (Some(session), Some(user), Some(person)) = found else {
            return Err(OwnError::SignedOut);
        };
        let is_theirs = session.user == *id && session.is_live(self.admin.now, self.session_limits);
        if !is_theirs || user.value.state != AccountState::Active {
            return Err(OwnError::SignedOut);
        }
        Ok(Present { session, user, person })
    }

    /// The factor that codes by text message are.
    pub(super) fn sms_otp(&self) -> Result<&dyn Authenticator, OwnError> {
        let found = self.admin.rules.registry.find(SmsOtp::ID.as_str());
        let missing = || AdminError::Conflict("this server sends no codes".to_owned());
        Ok(found.ok_or_else(missing)?)
    }
}

impl Present {
    /// The person as this factor may see them.
    pub(super) fn subject(&self, authenticator: &dyn Authenticator) -> Subject<'_> {
        Subject::of(&self.person, authenticator)
    }
}
