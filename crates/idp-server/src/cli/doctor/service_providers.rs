//! Service providers: a key of the kind they want, and certificates in their metadata that last.

use std::collections::BTreeSet;

use idp_admin::KeyDirectory;
use idp_admin::service_providers::{metadata_certificates, protection_of};
use idp_core::Instant;
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::service_provider::ServiceProvider;
use idp_store::{Store, StoreError};

use super::finding::{Findings, Level};

const CHECK: &str = "service providers";
/// Service providers read at once.
const PAGE: u32 = 500;

/// Every service provider.
pub fn all(store: &Store) -> Result<Vec<ServiceProvider>, StoreError> {
    let mut all: Vec<ServiceProvider> = Vec::new();
    loop {
        let last = all.last().map(|sp| sp.entity_id.clone());
        let page = store.read(|reader| reader.service_providers_after(last.as_ref(), PAGE))?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page.into_iter().map(|versioned| versioned.value));
    }
}

/// Tells to whom nothing can be signed or encrypted: the algorithm is denied here, or unknown there.
pub fn check_algorithms(
    service_providers: &[ServiceProvider],
    denied: DeniedAlgorithms,
    findings: &mut Findings,
) {
    for sp in service_providers.iter().filter(|sp| sp.enabled) {
        let kind = sp.settings.signing_key;
        if let Some(obstacle) = sp.settings.declared_algorithms.obstacle(kind, denied) {
            let advice = format!(
                "choose another kind of key: `idp-server sp set {} --signing-key KIND`",
                sp.entity_id
            );
            let message = format!("\"{}\" gets no answers: {obstacle}", sp.name);
            findings.error(CHECK, message, advice);
        }
        if let Some(obstacle) = protection_of(sp, denied).obstacle() {
            let message = format!("\"{}\" gets no answers: {obstacle}", sp.name);
            findings.error(CHECK, message, obstacle.advice());
        }
    }
}

/// Looks at all that are enabled.
pub fn check(
    store: &Store,
    service_providers: &[ServiceProvider],
    keys: Option<&KeyDirectory>,
    now: Instant,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let enabled: Vec<&ServiceProvider> = service_providers.iter().filter(|sp| sp.enabled).collect();
    if let Some(keys) = keys {
        kinds(&enabled, keys, now, findings);
    }
    for sp in &enabled {
        let Some(xml) = store.read(|reader| reader.service_provider_metadata(sp.id))? else {
            continue;
        };
        for (subject, not_after) in metadata_certificates(&xml) {
            let what = format!("the certificate ({subject}) in the metadata of \"{}\"", sp.name);
            let advice = "ask for its new metadata, and bring it in with `idp-server sp import`; until \
                          then its signatures are accepted, since keys count and not dates";
            let mut expiry = Findings::default();
            expiry.expiry(CHECK, &what, (not_after, now), advice);
            // Our side goes on working, so that an expiry is no error.
            for found in expiry.into_list() {
                if found.level != Level::Ok {
                    findings.warning(CHECK, found.message, advice);
                }
            }
        }
    }
    if findings.is_well(CHECK) {
        findings.ok(CHECK, format!("{} enabled", enabled.len()));
    }
    Ok(())
}

fn kinds(enabled: &[&ServiceProvider], keys: &KeyDirectory, now: Instant, findings: &mut Findings) {
    let wanted: BTreeSet<_> = enabled.iter().map(|sp| sp.settings.signing_key).collect();
    let present = keys.signing_kinds(now);
    for kind in wanted.into_iter().filter(|kind| !present.contains(kind)) {
        let names: Vec<&str> = enabled
            .iter()
            .filter(|sp| sp.settings.signing_key == kind)
            .map(|sp| sp.name.as_str())
            .take(5)
            .collect();
        findings.error(
            CHECK,
            format!(
                "{} want Responses signed with {}, of which no key may sign now",
                names.join(", "),
                kind.name()
            ),
            format!("`idp-server keys generate --kind {}`", kind.name()),
        );
    }
}
