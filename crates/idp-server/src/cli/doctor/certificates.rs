//! The certificates that gateways trust.

use idp_admin::sms_gateways::Gateway;
use idp_core::Instant;
use idp_store::{TrustedCertificate, alias_key};

use super::finding::Findings;

const CHECK: &str = "trusted";

/// Tells what expires. What no enabled gateway names can do no harm.
pub fn check(
    trusted: &[TrustedCertificate],
    gateways: &[Gateway],
    now: Instant,
    findings: &mut Findings,
) {
    for certificate in trusted {
        let alias = &certificate.alias;
        let names = |gateway: &&Gateway| {
            let named = &gateway.definition.trust;
            gateway.enabled && named.iter().any(|name| alias_key(name) == alias_key(alias))
        };
        let users: Vec<&str> =
            gateways.iter().filter(names).map(|gateway| gateway.name.as_str()).collect();
        let what = format!("the certificate \"{alias}\"");
        if users.is_empty() {
            if certificate.not_after <= now {
                findings.warning(
                    CHECK,
                    format!("{what} has expired, and no gateway in use names it"),
                    format!("`idp-server trust remove {alias}`"),
                );
            }
            continue;
        }
        let advice = format!(
            "ask the provider of {} for the next one: `idp-server trust import --replace --alias \
             {alias} FILE`",
            users.join(", ")
        );
        findings.expiry(CHECK, &what, (certificate.not_after, now), advice);
    }
}
