//! What `export --output` tells.

use std::fmt;

use idp_admin::config_file::Exported;
use serde::Serialize;

/// The result of an export into a file.
#[derive(Serialize)]
pub struct Report {
    /// Where it is.
    pub file: String,
    /// What is in it.
    #[serde(flatten)]
    pub exported: Exported,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let look = if self.exported.appearance { ", the appearance" } else { "" };
        let Exported {
            claims,
            claim_dialects,
            release_rules,
            metadata_sources,
            trusted_certificates,
            sms_gateways,
            service_providers,
            scenarios,
            users,
            ..
        } = self.exported;
        writeln!(
            f,
            "{}: {service_providers} service providers, {sms_gateways} SMS gateways, \
             {metadata_sources} metadata sources, {trusted_certificates} trusted certificates, {claims} claims, \
             {claim_dialects} claim dialects, {release_rules} release rules, {scenarios} scenarios, {users} users{look}",
            self.file
        )?;
        if !self.exported.references.is_empty() {
            writeln!(f, "secrets to supply where nothing is stored yet:")?;
        }
        self.exported.references.iter().try_for_each(|name| writeln!(f, "  {name}"))
    }
}
