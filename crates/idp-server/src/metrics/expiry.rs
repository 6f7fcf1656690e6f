//! When the certificates that this server depends on expire.

use super::Metrics;
use crate::configuration::Configuration;

/// Fills in the expiry of every certificate of the configuration in memory.
pub fn certificates(metrics: &Metrics, configuration: &Configuration) {
    for key in configuration.keys().list() {
        let id = key.key.id();
        let short = id.get(..16).unwrap_or(id);
        metrics.expires("signing", short, key.key.not_after().timestamp());
    }
    for certificate in configuration.trusted_certificates() {
        metrics.certificate_expiry(&certificate.alias, certificate.not_after.timestamp());
    }
}
