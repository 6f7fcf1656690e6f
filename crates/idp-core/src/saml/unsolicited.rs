//! A sign-in that begins at the identity provider (saml-profiles 4.1.5): what would have stood in a
//! request is decided here. Only service providers that allow it, only their default endpoint, and only a
//! RelayState that an administrator listed.

use rand::RngCore;

use super::authn_request::{default_endpoint, disabled};
use super::message_id::MessageId;
use super::request::{Reason, RelayState, VerifiedRequest, Wishes};
use crate::Instant;
use crate::service_provider::ServiceProvider;

impl VerifiedRequest {
    /// What is answered although nobody asked.
    ///
    /// # Errors
    /// Why it is not: nothing is sent to the service provider.
    pub fn unsolicited(
        sp: &ServiceProvider,
        relay_state: Option<&str>,
        now: Instant,
        rng: &mut dyn RngCore,
    ) -> Result<Self, Reason> {
        if !sp.enabled {
            return Err(disabled(sp));
        }
        let Some(allowed) = &sp.settings.idp_initiated else { return Err(off(sp)) };
        let relay_state = match relay_state.filter(|value| !value.is_empty()) {
            None => None,
            Some(value) if allowed.relay_states.iter().any(|one| one == value) => {
                Some(RelayState::parse(value).ok_or_else(|| unlisted(value))?)
            }
            Some(value) => return Err(unlisted(value)),
        };
        Ok(Self {
            id: MessageId::new(rng).as_str().to_owned(),
            unsolicited: true,
            service_provider: sp.id,
            issuer: sp.entity_id.clone(),
            acs_url: default_endpoint(sp)?,
            relay_state,
            issue_instant: now,
            signed: false,
            wishes: Wishes::default(),
        })
    }
}

fn off(sp: &ServiceProvider) -> Reason {
    Reason::new(
        "idp-initiated-off",
        "saml-profiles 4.1.5, C202",
        "a service provider for which sign-ins may begin here",
        sp.entity_id.as_str(),
        "Begin at the application, or let an administrator allow it: on the page of the service provider \
         in the console, or with \"idp-server sp set --idp-initiated true\".",
    )
}

fn unlisted(value: &str) -> Reason {
    Reason::new(
        "relay-state-unlisted",
        "saml-profiles 4.1.5, C202",
        "no RelayState, or one of those listed for the service provider, exactly",
        value,
        "Leave it out, or let an administrator list it for the service provider.",
    )
}
