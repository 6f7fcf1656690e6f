//! Writes the configuration as a file that `apply` reads: the same file each time nothing has changed.
//!
//! One module per kind of table, as on the reading side. Service providers and users are read and
//! written a page at a time. Secrets stay where they are: `references` names what must be supplied where
//! nothing is stored.

mod attribute_consuming_services;
mod authenticator_settings;
mod branding;
mod claim;
mod claim_dialect;
mod entry;
mod metadata_source;
mod references;
mod release_rule;
mod scenario;
mod service_provider;
mod sms_gateway;
mod trusted_certificate;
mod user;

use std::io::{self, Write};

use idp_core::id::{EntityId, ServiceProviderId};
use rand::RngCore;
use serde::Serialize;
use serde_json::json;

use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::AdminError;
use crate::sms_gateways::open_all;

pub use references::ReferenceKind;

use references::References;

/// How many service providers are read at a time. Their metadata may be long.
const PAGE: u32 = 100;

/// What is exported, and how.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ExportOptions {
    /// What stands in the place of secrets.
    pub references: ReferenceKind,
    /// Whether accounts are exported, and what of them.
    pub users: Option<Passwords>,
}

/// What is exported of passwords.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Passwords {
    /// Nothing: people need new ones where the accounts are made.
    LeftOut,
    /// Their hashes. Whoever has them can try passwords at leisure.
    Hashes,
}

/// What was exported.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Exported {
    /// Whether the look of the pages of people is in it.
    pub appearance: bool,
    /// Local claims that are not as every installation has them.
    pub claims: usize,
    /// Claim dialects beside those of the product.
    pub claim_dialects: usize,
    /// Release rules.
    pub release_rules: usize,
    /// Metadata sources.
    pub metadata_sources: usize,
    /// Certificates that gateways may name.
    pub trusted_certificates: usize,
    /// SMS gateways.
    pub sms_gateways: usize,
    /// Service providers.
    pub service_providers: usize,
    /// Questions with the answers that are expected of them.
    pub scenarios: usize,
    /// Accounts.
    pub users: usize,
    /// The variables or files that stand for secrets.
    pub references: Vec<String>,
}

/// Why there is no export, or only a part of one.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Reading the configuration failed.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// Writing the file failed.
    #[error("the export cannot be written: {0}")]
    Write(#[from] io::Error),
}

impl From<idp_store::StoreError> for ExportError {
    fn from(error: idp_store::StoreError) -> Self {
        Self::Admin(error.into())
    }
}

/// Writes the configuration. What was written is good only when this returns `Ok`: a change meanwhile
/// is an error. Hashes of passwords are for administrators; everything else for everybody who may read.
pub fn export(
    admin: &Admin<'_>,
    options: ExportOptions,
    out: &mut dyn Write,
    rng: &mut dyn RngCore,
) -> Result<Exported, ExportError> {
    let hashes = options.users == Some(Passwords::Hashes);
    admin.actor.require(if hashes { Permission::Change } else { Permission::Read })?;
    let what = json!({"users": options.users.is_some(), "password_hashes": hashes});
    let event = admin.event("configuration-exported", About::NOTHING, &what, rng);
    admin.store.write(|writer| writer.insert_audit_events(&[event]))?;
    let version = admin.store.read(|reader| reader.configuration_version())?;
    out.write_all(header().as_bytes())?;
    let mut exporter = Exporter { admin, out, exported: Exported::default() };
    exporter.branding()?;
    exporter.claims()?;
    exporter.claim_dialects()?;
    exporter.release_rules()?;
    exporter.metadata_sources()?;
    exporter.trusted_certificates()?;
    exporter.gateways(options.references)?;
    exporter.service_providers()?;
    exporter.scenarios()?;
    if let Some(passwords) = options.users {
        exporter.users(passwords)?;
    }
    let exported = exporter.exported;
    out.flush()?;
    if admin.store.read(|reader| reader.configuration_version())? != version {
        let message = "the configuration was changed while it was exported; export it again";
        return Err(AdminError::Conflict(message.to_owned()).into());
    }
    Ok(exported)
}

/// What the file is. No date: it would make two exports of one configuration differ.
fn header() -> String {
    format!(
        "# The configuration of Portcullis {}, written by `idp-server export`.\n\
         # `idp-server apply` reads it; docs/configuration-file.md tells what each key means.\n\
         # Keys that sign, settings of the server and secrets are not in it. A reference with\n\
         # otherwise = \"keep\" stands in the place of a secret: where it leads nowhere, the stored\n\
         # secret stays.\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// What is said before the users.
fn users_header(passwords: Passwords) -> String {
    let passwords = match passwords {
        Passwords::LeftOut => {
            "Passwords are not in this file (--password-hashes exports their hashes): an\n\
             # account that is made from it has none until one is set."
        }
        Passwords::Hashes => {
            "Hashes of passwords are in this file; keep it as you keep the database. Each is\n\
             # taken when the account is made and never afterwards."
        }
    };
    format!(
        "\n# Users. {passwords} Backup codes are not in it\n\
         # either: their hashes are good for one account of one installation. Generate new ones.\n"
    )
}

/// Writes one kind of table after the other.
struct Exporter<'a> {
    admin: &'a Admin<'a>,
    out: &'a mut dyn Write,
    exported: Exported,
}

impl Exporter<'_> {
    fn branding(&mut self) -> Result<(), ExportError> {
        let branding = self.admin.store.read(|reader| reader.branding())?.value;
        if !branding.is_plain() {
            branding::entry(&branding).write_alone("appearance", self.out)?;
            self.exported.appearance = true;
        }
        Ok(())
    }

    fn claims(&mut self) -> Result<(), ExportError> {
        let claims = self.admin.store.read(|reader| reader.claim_rows())?;
        for claim in claim::to_export(claims) {
            claim::entry(&claim).write("claim", self.out)?;
            self.exported.claims += 1;
        }
        Ok(())
    }

    fn release_rules(&mut self) -> Result<(), ExportError> {
        let rules = self.admin.store.read(|reader| reader.release_rules())?.value;
        let entries = release_rule::entries(&rules);
        self.exported.release_rules = entries.len();
        for entry in entries {
            entry.write("release_rule", self.out)?;
        }
        Ok(())
    }

    fn claim_dialects(&mut self) -> Result<(), ExportError> {
        let rows = self.admin.store.read(|reader| reader.claim_dialects())?;
        for row in &rows {
            claim_dialect::entry(&row.dialect).write("claim_dialect", self.out)?;
        }
        self.exported.claim_dialects = rows.len();
        Ok(())
    }

    fn metadata_sources(&mut self) -> Result<(), ExportError> {
        let rows = self.admin.store.read(|reader| reader.metadata_sources())?;
        for row in &rows {
            metadata_source::entry(&row.source).write("metadata_source", self.out)?;
        }
        self.exported.metadata_sources = rows.len();
        Ok(())
    }

    fn trusted_certificates(&mut self) -> Result<(), ExportError> {
        let certificates = self.admin.store.read(|reader| reader.trusted_certificates())?;
        for certificate in &certificates {
            trusted_certificate::entry(certificate).write("trusted_certificate", self.out)?;
        }
        self.exported.trusted_certificates = certificates.len();
        Ok(())
    }

    fn gateways(&mut self, kind: ReferenceKind) -> Result<(), ExportError> {
        let gateways = open_all(self.admin.store, &self.admin.secrets.sealing())?;
        let mut references = References::new(kind);
        for gateway in &gateways {
            sms_gateway::entry(gateway, &mut references).write("sms_gateway", self.out)?;
        }
        self.exported.sms_gateways = gateways.len();
        self.exported.references = references.into_names();
        Ok(())
    }

    fn service_providers(&mut self) -> Result<(), ExportError> {
        let mut last: Option<EntityId> = None;
        loop {
            let page = self.admin.store.read(|r| r.service_providers_after(last.as_ref(), PAGE))?;
            let ids: Vec<ServiceProviderId> = page.iter().map(|one| one.value.id).collect();
            let documents = self.admin.store.read(|r| r.service_provider_metadata_of(&ids))?;
            for service_provider in page.iter().map(|versioned| &versioned.value) {
                let document = documents.get(&service_provider.id).map(String::as_str);
                service_provider::entry(service_provider, document)
                    .write("service_provider", self.out)?;
            }
            self.exported.service_providers += page.len();
            let Some(end) = page.last() else { return Ok(()) };
            last = Some(end.value.entity_id.clone());
        }
    }

    fn scenarios(&mut self) -> Result<(), ExportError> {
        let saved = self.admin.store.read(crate::scenarios::stored)?;
        for saved in &saved {
            scenario::entry(&saved.scenario).write("scenario", self.out)?;
        }
        self.exported.scenarios = saved.len();
        Ok(())
    }

    fn users(&mut self, passwords: Passwords) -> Result<(), ExportError> {
        self.out.write_all(users_header(passwords).as_bytes())?;
        let mut last = None;
        loop {
            let page = user::Page::after(self.admin.store, last.as_ref(), passwords)?;
            let entries = page.entries();
            self.exported.users += entries.len();
            entries.into_iter().try_for_each(|entry| entry.write("user", self.out))?;
            last = page.last();
            if last.is_none() {
                return Ok(());
            }
        }
    }
}
