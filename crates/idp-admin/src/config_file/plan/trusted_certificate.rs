//! What a `[[trusted_certificate]]` would change.

use idp_store::alias_key;

use super::{PlannedStep, Planner, Write};
use crate::config_file::report::join;
use crate::config_file::trusted_certificate::TrustedCertificateEntry;
use crate::error::{AdminError, Problem};
use crate::trust::{Import, PreparedImport, to_pem};

impl Planner<'_> {
    pub(super) fn trusted_certificate(
        &mut self,
        entry: &TrustedCertificateEntry,
    ) -> Result<(), AdminError> {
        if self.is_trusted(entry) {
            self.unchanged += 1;
            return Ok(());
        }
        let wish = Import {
            alias: Some(&entry.alias),
            entry: entry.entry.as_deref(),
            bytes: &entry.bytes,
            password: entry.password.as_ref(),
            replace: true,
        };
        let prepared = match PreparedImport::new(self.admin, wish, &self.trusted, self.rng) {
            Err(AdminError::Invalid(problems)) => {
                self.certificate_problems(entry, &problems);
                return Ok(());
            }
            Err(AdminError::Conflict(message)) => {
                self.report.follow_up(&join(&entry.path, entry.key), &message);
                return Ok(());
            }
            other => other?,
        };
        self.unchanged += prepared.unchanged.len();
        let told = prepared.warnings.iter().map(|warning| format!("{}: {warning}", entry.path));
        self.warnings.extend(told);
        for change in prepared.changes {
            // The gateways of the file may name it.
            let key = alias_key(&change.certificate.alias);
            self.trusted.retain(|before| alias_key(&before.alias) != key);
            self.trusted.push(change.certificate.clone());
            self.steps.push(PlannedStep {
                noun: "trusted certificate",
                name: change.certificate.alias.clone(),
                created: change.replaces.is_none(),
                changes: change.changes.clone(),
                write: Write::TrustedCertificate(Box::new(change)),
            });
        }
        Ok(())
    }

    /// Whether this very certificate has the alias: then it is not judged again, for it may have
    /// expired since.
    fn is_trusted(&self, entry: &TrustedCertificateEntry) -> bool {
        let key = alias_key(&entry.alias);
        let named = self.trusted.iter().find(|one| alias_key(&one.alias) == key);
        named.is_some_and(|one| to_pem(&one.der).as_bytes() == entry.bytes)
    }

    /// What is wrong with a certificate is told under its alias, which is no key of the file.
    fn certificate_problems(&mut self, entry: &TrustedCertificateEntry, problems: &[Problem]) {
        for problem in problems {
            let (key, text) = match problem.field.as_str() {
                "file" => (entry.key, problem.message.clone()),
                key @ ("entry" | "alias") => (key, problem.message.clone()),
                _ => (entry.key, problem.to_string()),
            };
            self.report.follow_up(&join(&entry.path, key), &text);
        }
    }
}
