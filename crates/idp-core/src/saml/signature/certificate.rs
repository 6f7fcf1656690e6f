//! The self-signed certificate around a signing key.
//!
//! SAML peers take the certificate as a carrier of the key and judge neither its dates nor its
//! issuer (metadata interoperability profile), but many want one to exist.

use chrono::TimeDelta;
use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::bn::{BigNum, MsbOption};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, KeyUsage, SubjectKeyIdentifier};
use openssl::x509::{X509, X509Builder, X509Name};

use crate::Instant;

/// The longest common name X.520 allows, in characters.
const MAX_COMMON_NAME: usize = 64;

/// A certificate for this key, signed with it, valid from `now` for `lifetime`. A longer common
/// name is cut: it is for people to read, nothing compares it.
pub(super) fn self_signed(
    key: &PKey<Private>,
    common_name: &str,
    now: Instant,
    lifetime: TimeDelta,
) -> Result<X509, ErrorStack> {
    let name = subject(common_name)?;
    let mut builder = X509Builder::new()?;
    builder.set_version(2)?;
    let serial = serial_number()?.to_asn1_integer()?;
    builder.set_serial_number(&serial)?;
    builder.set_subject_name(&name)?;
    builder.set_issuer_name(&name)?;
    let (from, to) = (now.timestamp(), (now + lifetime).timestamp());
    let (not_before, not_after) = (Asn1Time::from_unix(from)?, Asn1Time::from_unix(to)?);
    builder.set_not_before(&not_before)?;
    builder.set_not_after(&not_after)?;
    builder.set_pubkey(key)?;
    builder.append_extension(BasicConstraints::new().critical().build()?)?;
    builder.append_extension(KeyUsage::new().critical().digital_signature().build()?)?;
    let identifier = SubjectKeyIdentifier::new().build(&builder.x509v3_context(None, None))?;
    builder.append_extension(identifier)?;
    builder.sign(key, MessageDigest::sha256())?;
    Ok(builder.build())
}

fn subject(common_name: &str) -> Result<X509Name, ErrorStack> {
    let cut: String = common_name.chars().take(MAX_COMMON_NAME).collect();
    let mut name = X509Name::builder()?;
    name.append_entry_by_nid(Nid::COMMONNAME, &cut)?;
    Ok(name.build())
}

/// A positive number of 159 random bits (RFC 5280 4.1.2.2: at most 20 octets).
fn serial_number() -> Result<BigNum, ErrorStack> {
    let mut serial = BigNum::new()?;
    serial.rand(159, MsbOption::ONE, false)?;
    Ok(serial)
}

/// A certificate's date as an instant; `None` when it is not a date.
pub(super) fn instant(date: &Asn1TimeRef) -> Option<Instant> {
    let since_epoch = Asn1Time::from_unix(0).ok()?.diff(date).ok()?;
    let seconds = i64::from(since_epoch.days) * 86_400 + i64::from(since_epoch.secs);
    Instant::from_timestamp(seconds, 0)
}
