//! What this service provider says about itself (saml-metadata 2.4.4). A template writes it,
//! because samael's own `metadata()` promises more algorithms than samael decrypts, and changes with every
//! call. Single logout and encryption are offered only with a key.

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use super::Sp;

/// Why the metadata cannot be written.
#[derive(Debug, Error)]
pub enum MetadataError {
    /// The certificate cannot be encoded.
    #[error("the certificate cannot be encoded")]
    Certificate(#[from] openssl::error::ErrorStack),
    /// The template failed.
    #[error("the metadata cannot be written")]
    Template(#[from] askama::Error),
}

#[derive(Template)]
#[template(path = "metadata.xml")]
struct Metadata<'a> {
    sp: &'a Sp,
    certificate: Option<String>,
}

/// The EntityDescriptor. It says nothing that passes with time, so a copy of it stays right.
pub fn document(sp: &Sp) -> Result<String, MetadataError> {
    let certificate =
        sp.key.as_ref().map(|key| key.certificate_der().map(|der| STANDARD.encode(der)));
    let mut text = Metadata { sp, certificate: certificate.transpose()? }.render()?;
    text.push('\n');
    Ok(text)
}
