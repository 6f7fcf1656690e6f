//! HTTP clients that trust what a gateway names, and only for that gateway: each set of certificates has
//! a client of its own.
//!
//! A named authority is trusted beside those of the system. As soon as one of the named certificates
//! stands for itself (self-signed and no authority: a pin), nothing else is trusted, else the pin would
//! pin nothing. A server certificate that an authority issued cannot be a pin: the library accepts a
//! chain only up to a self-signed certificate. Importing one says so.

use idp_store::TrustedCertificate;
use reqwest::{Certificate, Client, ClientBuilder};

/// A client builder for a gateway that names these certificates; none means those of the system.
/// Fails when a stored certificate cannot be read.
pub fn client_builder(trusted: &[TrustedCertificate]) -> Result<ClientBuilder, reqwest::Error> {
    let certificates: Vec<Certificate> = trusted
        .iter()
        .map(|certificate| Certificate::from_der(&certificate.der))
        .collect::<Result<_, _>>()?;
    Ok(if trusted.iter().any(TrustedCertificate::is_pin) {
        Client::builder().tls_certs_only(certificates)
    } else {
        Client::builder().tls_certs_merge(certificates)
    })
}
