//! What one service provider was told of one session: the names by which it will ask for, or be asked
//! for, a logout.

use sha2::{Digest, Sha256};

use crate::id::{ServiceProviderId, SessionId, UserId, hex};
use crate::saml::logout::VerifiedLogoutRequest;
use crate::saml::name_id::NameId;

use super::run::Participant;

/// A session as a service provider knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Participation {
    /// Our session.
    pub session: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// Who was told.
    pub service_provider: ServiceProviderId,
    /// The NameID as it was sent; `None` when the assertions had none.
    pub name_id: Option<NameId>,
    /// The SessionIndex as it was sent.
    pub session_index: String,
    /// The longest life of an assertion that was sent, in seconds.
    pub assertion_lifetime_seconds: u32,
}

impl Participation {
    /// Tells apart what one service provider was told of one session: the same for the same NameID
    /// and SessionIndex, and no longer than a key should be.
    pub fn fingerprint(&self) -> String {
        let part = |text: Option<&str>| text.unwrap_or("\u{1}").to_owned();
        let name_id = self.name_id.as_ref();
        let parts = [
            self.session_index.clone(),
            part(name_id.map(NameId::value)),
            part(name_id.map(|name| name.format().short())),
            part(name_id.and_then(NameId::name_qualifier)),
            part(name_id.and_then(NameId::sp_name_qualifier)),
        ];
        let mut fingerprint = hex(&Sha256::digest(parts.join("\u{0}").as_bytes()));
        fingerprint.truncate(32);
        fingerprint
    }

    /// Whether a verified request of its service provider means this session: it names the person by
    /// what was sent (saml-core 3.3.4), and the session or none.
    pub fn is_meant_by(&self, request: &VerifiedLogoutRequest) -> bool {
        let indexes = request.session_indexes();
        self.service_provider == request.origin().service_provider
            && self.name_id.as_ref().is_some_and(|name| name.matches(request.name_id()))
            && (indexes.is_empty() || indexes.contains(&self.session_index))
    }
}

/// The participants to be told, in the order in which they were first signed in to: one for each
/// service provider and NameID, with every SessionIndex. `asking` is the service provider that asked
/// for the logout, which knows.
pub fn participants(told: &[Participation], asking: Option<ServiceProviderId>) -> Vec<Participant> {
    let mut participants: Vec<Participant> = Vec::new();
    for one in told.iter().filter(|one| Some(one.service_provider) != asking) {
        let same = participants.iter_mut().find(|known| {
            known.service_provider == one.service_provider && known.name_id == one.name_id
        });
        match same {
            Some(known) => known.add(one),
            None => participants.push(Participant::of(one)),
        }
    }
    participants
}
