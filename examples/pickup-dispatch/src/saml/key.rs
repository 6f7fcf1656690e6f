//! The service provider's own key: RSA, with a self-signed certificate, in one PEM file that only
//! its owner can read.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use chrono::{DateTime, Utc};
use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::{X509, X509NameBuilder};

/// Ten years: metadata carries the certificate, nobody checks its end (saml-metadata 2.6).
const VALID_SECONDS: i64 = 10 * 365 * 86_400;

/// A private key and its certificate.
pub struct SigningKey {
    private: PKey<Private>,
    certificate: X509,
}

impl SigningKey {
    /// Reads the file, or makes a key and writes it there when there is no such file.
    pub fn load_or_generate(
        path: &Path,
        entity_id: &str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Self> {
        if !path.exists() {
            let made = Self::generate(entity_id, now).context("cannot make a signing key")?;
            made.save(path)
                .with_context(|| format!("cannot write the key to {}", path.display()))?;
            return Ok(made);
        }
        Self::load(path).with_context(|| format!("cannot use the key in {}", path.display()))
    }

    fn load(path: &Path) -> anyhow::Result<Self> {
        let mode = fs::metadata(path)?.permissions().mode();
        // The six lowest bits are what group and others may do.
        ensure!(mode.trailing_zeros() >= 6, "others can read it: run chmod 600 {}", path.display());
        let pem = fs::read(path)?;
        let private = PKey::private_key_from_pem(&pem).context("it holds no private key")?;
        let certificate = X509::from_pem(&pem).context("it holds no certificate")?;
        if private.rsa().is_err() {
            bail!("it is not an RSA key; this sample signs with RSA-SHA256");
        }
        ensure!(
            certificate.public_key()?.public_eq(&private),
            "key and certificate do not belong together"
        );
        Ok(Self { private, certificate })
    }

    fn generate(entity_id: &str, now: DateTime<Utc>) -> anyhow::Result<Self> {
        let private = PKey::from_rsa(Rsa::generate(2048)?)?;
        let mut name = X509NameBuilder::new()?;
        // X.520 allows 64 characters in a common name.
        name.append_entry_by_text("CN", &entity_id.chars().take(64).collect::<String>())?;
        let name = name.build();
        let mut serial = BigNum::new()?;
        serial.rand(127, MsbOption::MAYBE_ZERO, false)?;
        let serial = serial.to_asn1_integer()?;
        let begins = Asn1Time::from_unix(now.timestamp())?;
        let ends = Asn1Time::from_unix(now.timestamp() + VALID_SECONDS)?;
        let mut builder = X509::builder()?;
        builder.set_version(2)?;
        builder.set_serial_number(&serial)?;
        builder.set_subject_name(&name)?;
        builder.set_issuer_name(&name)?;
        builder.set_not_before(&begins)?;
        builder.set_not_after(&ends)?;
        builder.set_pubkey(&private)?;
        builder.sign(&private, MessageDigest::sha256())?;
        Ok(Self { private, certificate: builder.build() })
    }

    fn save(&self, path: &Path) -> anyhow::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(&self.private.private_key_to_pem_pkcs8()?)?;
        file.write_all(&self.certificate.to_pem()?)?;
        Ok(file.sync_all()?)
    }

    /// The private key, for signing a query.
    pub fn private(&self) -> &PKey<Private> {
        &self.private
    }

    /// The private key as DER, for signing XML.
    pub fn private_der(&self) -> Result<Vec<u8>, openssl::error::ErrorStack> {
        self.private.private_key_to_der()
    }

    /// The certificate as DER.
    pub fn certificate_der(&self) -> Result<Vec<u8>, openssl::error::ErrorStack> {
        self.certificate.to_der()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        let made = SigningKey::load_or_generate(&path, "sp", DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let read = SigningKey::load_or_generate(&path, "sp", DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(made.certificate_der().unwrap(), read.certificate_der().unwrap());

        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let refused = SigningKey::load_or_generate(&path, "sp", DateTime::UNIX_EPOCH);
        assert!(format!("{:#}", refused.err().unwrap()).contains("chmod 600"));
    }
}
