//! Certificates made for a test, valid around the instant of the tests.

use chrono::TimeDelta;
use openssl::asn1::{Asn1Integer, Asn1Time};
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509Name, X509NameBuilder};

/// What a certificate is to be like.
pub struct Wanted {
    pub name: String,
    pub ca: bool,
    /// Valid for so many days from the instant of the tests on.
    pub days: i64,
    pub rsa_bits: Option<u32>,
    pub sha1: bool,
}

impl Wanted {
    pub fn authority(name: &str) -> Self {
        Self { name: name.to_owned(), ca: true, days: 3_650, rsa_bits: None, sha1: false }
    }

    pub fn server(name: &str) -> Self {
        Self { ca: false, days: 365, ..Self::authority(name) }
    }
}

/// A certificate with its key.
pub struct Authority {
    pub certificate: X509,
    pub key: PKey<Private>,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        Self::with(&Wanted::authority(name))
    }

    /// Signed with its own key.
    pub fn with(wanted: &Wanted) -> Self {
        let key = key(wanted);
        Self { certificate: certificate(wanted, &key, &name(&wanted.name), &key), key }
    }

    /// Signed by this one.
    pub fn issue(&self, wanted: &Wanted) -> Self {
        let own = key(wanted);
        let issuer = name(&cn(&self.certificate));
        Self { certificate: certificate(wanted, &own, &issuer, &self.key), key: own }
    }
}

fn key(wanted: &Wanted) -> PKey<Private> {
    if let Some(bits) = wanted.rsa_bits {
        return PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap();
    }
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

fn cn(certificate: &X509) -> String {
    let mut names = certificate.subject_name().entries_by_nid(Nid::COMMONNAME);
    names.next().unwrap().data().to_string().unwrap()
}

fn name(common_name: &str) -> X509Name {
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_nid(Nid::COMMONNAME, common_name).unwrap();
    name.build()
}

fn certificate(
    wanted: &Wanted,
    key: &PKey<Private>,
    issuer: &X509Name,
    issuer_key: &PKey<Private>,
) -> X509 {
    let now = super::now();
    let time = |instant: idp_core::Instant| Asn1Time::from_unix(instant.timestamp()).unwrap();
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    let mut serial = BigNum::new().unwrap();
    serial.rand(100, MsbOption::MAYBE_ZERO, false).unwrap();
    builder.set_serial_number(&Asn1Integer::from_bn(&serial).unwrap()).unwrap();
    builder.set_subject_name(&name(&wanted.name)).unwrap();
    builder.set_issuer_name(issuer).unwrap();
    builder.set_not_before(&time(now - TimeDelta::days(365))).unwrap();
    builder.set_not_after(&time(now + TimeDelta::days(wanted.days))).unwrap();
    builder.set_pubkey(key).unwrap();
    let mut constraints = BasicConstraints::new();
    constraints.critical();
    if wanted.ca {
        constraints.ca();
    } else {
        let mut names = SubjectAlternativeName::new();
        let names = names.dns(&wanted.name).build(&builder.x509v3_context(None, None)).unwrap();
        builder.append_extension(names).unwrap();
    }
    builder.append_extension(constraints.build().unwrap()).unwrap();
    let digest = if wanted.sha1 { MessageDigest::sha1() } else { MessageDigest::sha256() };
    builder.sign(issuer_key, digest).unwrap();
    builder.build()
}

/// Metadata of a service provider with a certificate that ends a day after the metadata itself.
pub fn expiring_metadata(entity_id: &str, end: idp_core::Instant) -> String {
    use base64::Engine;
    let days = (end - super::now()).num_days() + 1;
    let server = Authority::with(&Wanted { days, ..Wanted::server("sp.example.org") });
    let der = server.certificate.to_der().unwrap();
    let certificate = base64::engine::general_purpose::STANDARD.encode(der);
    let until = end.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity_id}"
            validUntil="{until}"><md:SPSSODescriptor
            protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor
            use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
            <ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
            </md:KeyDescriptor><md:AssertionConsumerService index="0"
            Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
            Location="https://sp.example.org/acs"/></md:SPSSODescriptor></md:EntityDescriptor>"#
    )
}
