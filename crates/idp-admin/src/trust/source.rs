//! The certificates in a file, whatever its format. What it is, is seen from its content: a file named
//! `.jks` is often a PKCS#12 file.

use idp_core::secret::Secret;
use openssl::pkcs12::Pkcs12;
use openssl::x509::{X509, X509Ref};

use super::{MAX_FILE, java_key_store};

/// How a JCEKS key store begins.
const JCEKS: [u8; 4] = [0xCE, 0xCE, 0xCE, 0xCE];
/// `SEQUENCE`: how everything in DER begins.
const SEQUENCE: u8 = 0x30;

/// What a file holds.
#[derive(Debug, Default)]
pub struct Source {
    /// The certificates in their order.
    pub certificates: Vec<Found>,
    /// What was passed over.
    pub notes: Vec<String>,
}

/// A certificate in a file.
#[derive(Debug)]
pub struct Found {
    /// The alias it has there.
    pub name: Option<String>,
    /// The certificate.
    pub der: Vec<u8>,
}

/// The certificates of a file, or why there are none.
pub fn read(bytes: &[u8], password: Option<&Secret<String>>) -> Result<Source, String> {
    if bytes.len() > MAX_FILE {
        return Err(format!("is larger than {} kB", MAX_FILE / 1024));
    }
    let source = if bytes.starts_with(&java_key_store::MAGIC) {
        java(bytes, needed(password)?)?
    } else if bytes.starts_with(&JCEKS) {
        return Err(
            "is a JCEKS key store; turn it into PKCS#12: keytool -importkeystore -srckeystore \
                    FILE -srcstoretype JCEKS -destkeystore trust.p12 -deststoretype PKCS12"
                .to_owned(),
        );
    } else if bytes.first() == Some(&SEQUENCE) {
        binary(bytes, password)?
    } else {
        pem(bytes)?
    };
    if source.certificates.is_empty() {
        let notes = source.notes.join("; ");
        return Err(format!("holds no certificate to trust; {notes}")
            .trim_end_matches("; ")
            .into());
    }
    Ok(source)
}

/// Whether a file is, by its first bytes, one that may have a password.
pub fn needs_password(bytes: &[u8]) -> bool {
    let binary = bytes.first() == Some(&SEQUENCE) && X509::from_der(bytes).is_err();
    bytes.starts_with(&java_key_store::MAGIC) || binary
}

fn needed(password: Option<&Secret<String>>) -> Result<&str, String> {
    password.map(|password| password.expose().as_str()).ok_or_else(|| {
        "is a key store; give its password too (that of WSO2's client-truststore.jks is wso2carbon \
         unless it was changed)"
            .to_owned()
    })
}

fn java(bytes: &[u8], password: &str) -> Result<Source, String> {
    let content = java_key_store::read(bytes, password).map_err(|error| error.to_string())?;
    let trusted = content.trusted.into_iter();
    Ok(Source {
        certificates: trusted.map(|(alias, der)| Found { name: Some(alias), der }).collect(),
        notes: content.private_keys.iter().map(|alias| passed_over(alias)).collect(),
    })
}

fn binary(bytes: &[u8], password: Option<&Secret<String>>) -> Result<Source, String> {
    if X509::from_der(bytes).is_ok() {
        let found = Found { name: None, der: bytes.to_vec() };
        return Ok(Source { certificates: vec![found], notes: Vec::new() });
    }
    let archive = Pkcs12::from_der(bytes)
        .map_err(|_| "is neither a certificate (DER) nor a PKCS#12 file".to_owned())?;
    let password = needed(password)?;
    if password.contains('\0') {
        return Err("has no password with the character NUL".to_owned());
    }
    let parsed = archive.parse2(password).map_err(|_| {
        "cannot be opened: the password is another one, the file is damaged, or it is encrypted in \
         the old way (RC2). In that case turn it into PEM: keytool -list -rfc -keystore FILE > \
         certificates.pem"
            .to_owned()
    })?;
    let mut source = Source::default();
    if let Some(own) = &parsed.cert {
        source.notes.push(passed_over(&alias(own).unwrap_or_default()));
    }
    for certificate in parsed.ca.iter().flatten() {
        let der = certificate.to_der().map_err(|_| "holds an unreadable certificate".to_owned())?;
        source.certificates.push(Found { name: alias(certificate), der });
    }
    Ok(source)
}

fn pem(bytes: &[u8]) -> Result<Source, String> {
    let text = String::from_utf8_lossy(bytes);
    if text.contains("PRIVATE KEY-----") {
        return Err("holds a private key; give the certificate only, and replace that key if it \
                    ever left its owner"
            .to_owned());
    }
    if text.contains("-----BEGIN PKCS7-----") {
        return Err(
            "is a PKCS#7 file; turn it into PEM: openssl pkcs7 -in FILE -print_certs".into()
        );
    }
    let begun = text.matches("-----BEGIN CERTIFICATE-----").count();
    if begun == 0 {
        return Err(
            "is no certificate: neither PEM (-----BEGIN CERTIFICATE-----) nor DER, PKCS#12 \
                    or a Java key store"
                .to_owned(),
        );
    }
    let unreadable = |_| "holds a certificate that cannot be read".to_owned();
    let certificates = X509::stack_from_pem(bytes).map_err(unreadable)?;
    if certificates.len() != begun {
        return Err("holds a certificate that cannot be read".to_owned());
    }
    let der = certificates.iter().map(|certificate| certificate.to_der().map_err(unreadable));
    let found = der.map(|der| Ok(Found { name: None, der: der? }));
    Ok(Source { certificates: found.collect::<Result<_, String>>()?, notes: Vec::new() })
}

fn alias(certificate: &X509Ref) -> Option<String> {
    certificate.alias().map(|alias| String::from_utf8_lossy(alias).into_owned())
}

fn passed_over(alias: &str) -> String {
    format!("the entry \"{alias}\" holds a private key and was passed over")
}
