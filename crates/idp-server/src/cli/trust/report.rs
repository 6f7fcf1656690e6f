//! What the commands of trusted certificates write.

use std::fmt;

use chrono::TimeDelta;
use idp_admin::difference::FieldChange;
use idp_admin::trust::{CertificateView, Imported, to_pem};
use idp_core::Instant;
use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::output::Output;

/// Certificates that expire sooner are marked in the list.
const SOON: TimeDelta = TimeDelta::days(30);

/// All trusted certificates.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Listing {
    certificates: Vec<CertificateView>,
    #[serde(skip)]
    now: Instant,
}

impl Listing {
    /// At this instant.
    pub const fn of(certificates: Vec<CertificateView>, now: Instant) -> Self {
        Self { certificates, now }
    }
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.certificates.is_empty() {
            return writeln!(
                f,
                "no trusted certificates beside those of the system; add one with `idp-server trust \
                 import`"
            );
        }
        for certificate in &self.certificates {
            let CertificateView { alias, subject, not_after, ca, gateways, .. } = certificate;
            let kind = if *ca { "CA" } else { "server" };
            let state = if *not_after <= self.now {
                "  EXPIRED"
            } else if *not_after - self.now <= SOON {
                "  expires soon"
            } else {
                ""
            };
            let used =
                if gateways.is_empty() { "no gateway".to_owned() } else { gateways.join(", ") };
            let until = not_after.format("%Y-%m-%d");
            writeln!(f, "{alias}  {kind}  until {until}{state}  {subject}  (named by {used})")?;
        }
        Ok(())
    }
}

/// One certificate.
#[derive(Serialize)]
pub struct Shown {
    #[serde(flatten)]
    view: CertificateView,
    pem: String,
}

impl Shown {
    /// With its certificate (DER).
    pub fn of(view: CertificateView, der: &[u8]) -> Self {
        Self { view, pem: to_pem(der) }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let view = &self.view;
        let kind = if view.ca { "a CA certificate" } else { "the certificate of one server" };
        let used = if view.gateways.is_empty() {
            "no gateway".to_owned()
        } else {
            view.gateways.join(", ")
        };
        writeln!(f, "alias: {} ({kind})", view.alias)?;
        writeln!(f, "subject: {}", view.subject)?;
        writeln!(f, "issuer: {}", view.issuer)?;
        let (from, to) = (view.not_before.format("%Y-%m-%d"), view.not_after.format("%Y-%m-%d"));
        writeln!(f, "valid: {from} to {to}")?;
        writeln!(f, "SHA-256: {}", view.fingerprint)?;
        writeln!(f, "named by: {used}")?;
        write!(f, "{}", self.pem)
    }
}

/// What was imported.
#[derive(Serialize)]
pub struct ImportReport {
    changed: Vec<Changed>,
    unchanged: Vec<String>,
    warnings: Vec<String>,
}

#[derive(Serialize)]
struct Changed {
    alias: String,
    fields: Vec<FieldChange>,
}

impl ImportReport {
    /// Writes it, warnings on standard error.
    pub fn write(imported: Imported, output: Output) -> Result<(), Failure> {
        let Imported { changed, unchanged, warnings } = imported;
        let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        if !output.json {
            warnings.iter().for_each(|warning| output.warning(warning));
        }
        let changed = changed.into_iter().map(|(alias, fields)| Changed { alias, fields });
        output.result(&Self { changed: changed.collect(), unchanged, warnings })
    }
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Changed { alias, fields } in &self.changed {
            writeln!(f, "trusted {alias}")?;
            fields.iter().try_for_each(|field| writeln!(f, "  {field}"))?;
        }
        for alias in &self.unchanged {
            writeln!(f, "{alias} is trusted already; nothing changed")?;
        }
        if !self.changed.is_empty() {
            writeln!(f, "gateways trust it once they name its alias")?;
        }
        Ok(())
    }
}

/// A certificate that is trusted no more.
#[derive(Serialize)]
pub struct Removed {
    /// Which it was.
    pub alias: String,
}

impl fmt::Display for Removed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "removed {}", self.alias)
    }
}
