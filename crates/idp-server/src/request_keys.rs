//! The symmetric keys that requests are served with, derived once from the server's secret.

use hmac::{Hmac, Mac};
use idp_admin::keys::ServerSecrets;
use idp_core::flow::limits::KeyedHasher;
use idp_core::id::{BrowserToken, LoginId, SessionId, hex};
use idp_core::secret::Secret;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The keys.
pub struct RequestKeys {
    /// Transient name identifiers.
    pub transient_name_id: Secret<[u8; 32]>,
    /// Session indexes.
    pub session_index: KeyedHasher,
    /// What counters are keyed by.
    pub counters: KeyedHasher,
    csrf: Secret<[u8; 32]>,
}

impl RequestKeys {
    /// Derives them.
    pub fn new(secrets: &ServerSecrets) -> Self {
        Self {
            transient_name_id: secrets.transient_name_id(),
            session_index: KeyedHasher::new(Secret::new(secrets.session_index().expose().to_vec())),
            counters: KeyedHasher::new(Secret::new(secrets.lookup_hash().expose().to_vec())),
            csrf: secrets.csrf(),
        }
    }

    /// The token in the forms of a login: only a page that we made for this browser and this login
    /// has it.
    pub fn csrf(&self, login: LoginId, browser: &BrowserToken) -> String {
        Hmac::<Sha256>::new_from_slice(self.csrf.expose()).map_or_else(
            |_| String::new(),
            |mac| {
                let mac = mac.chain_update(login.to_string()).chain_update(browser.expose());
                hex(&mac.finalize().into_bytes())
            },
        )
    }

    /// A seal on a text that only we can have made, for this session and purpose.
    pub fn for_session(&self, session: &SessionId, purpose: &str, text: &str) -> String {
        // Begins unlike what is sealed for logins, which is an identifier.
        let sealed = format!("session|{}|{purpose}|{text}", session.as_str());
        Hmac::<Sha256>::new_from_slice(self.csrf.expose()).map_or_else(
            |_| String::new(),
            |mac| hex(&mac.chain_update(sealed).finalize().into_bytes()),
        )
    }

    /// Whether this is that seal.
    pub fn is_for_session(
        &self,
        session: &SessionId,
        purpose: &str,
        text: &str,
        presented: &str,
    ) -> bool {
        let expected = self.for_session(session, purpose, text);
        !expected.is_empty() && expected.as_bytes().ct_eq(presented.as_bytes()).into()
    }

    /// Whether a form of a login carries its token.
    pub fn csrf_matches(
        &self,
        login: LoginId,
        browser: &BrowserToken,
        presented: Option<&str>,
    ) -> bool {
        let expected = self.csrf(login, browser);
        !expected.is_empty()
            && presented
                .is_some_and(|presented| expected.as_bytes().ct_eq(presented.as_bytes()).into())
    }
}
