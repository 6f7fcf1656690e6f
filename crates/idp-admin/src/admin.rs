//! What every operation works with: the database, on whose behalf, when, and under which rules.

use std::net::IpAddr;

use authenticators::basic_auth::PasswordHasher;
use idp_core::Instant;
use idp_store::Store;

use crate::actor::Actor;
use crate::keys::ServerSecrets;
use crate::service_providers::ServiceProviderRules;

/// The surroundings of one operation.
pub struct Admin<'a> {
    /// The database.
    pub store: &'a Store,
    /// On whose behalf.
    pub actor: Actor,
    /// The network address that it was asked from, if it came over the network.
    pub address: Option<IpAddr>,
    /// The instant of the operation.
    pub now: Instant,
    /// What service providers may be like.
    pub rules: ServiceProviderRules<'a>,
    /// Hashes new passwords.
    pub passwords: &'a PasswordHasher,
    /// Seals secrets and names counters.
    pub secrets: &'a ServerSecrets,
}
