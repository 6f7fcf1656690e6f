//! Certificates and public keys as administrators paste them, turned into the keys they carry
//! (C027: a certificate in SAML metadata is only the carrier of its key).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_core::service_provider::PublicKeyDer;
use openssl::pkey::{Id, PKey, Public};
use openssl::x509::X509;

/// RSA keys below this many bits can be broken.
const LEAST_RSA_BITS: u32 = 2048;
/// So can keys on shorter curves.
const LEAST_EC_BITS: u32 = 256;

/// The key in a PEM certificate or PEM public key, or what is wrong with it.
pub fn public_key(pem: &str) -> Result<PublicKeyDer, String> {
    let key = parsed(pem)?;
    check_strength(&key)?;
    in_der(&key)
}

/// The same, whatever the key is good for: of keys for encryption those are kept too that cannot be used.
pub fn any_public_key(pem: &str) -> Result<PublicKeyDer, String> {
    in_der(&parsed(pem)?)
}

fn in_der(key: &PKey<Public>) -> Result<PublicKeyDer, String> {
    let der = key.public_key_to_der().map_err(|_| "holds an unreadable key".to_owned())?;
    Ok(PublicKeyDer(STANDARD.encode(der)))
}

fn parsed(pem: &str) -> Result<PKey<Public>, String> {
    if pem.contains("PRIVATE KEY") {
        return Err("holds a private key; give the certificate only, and replace that key if it \
                    ever left its owner"
            .to_owned());
    }
    let key = if pem.contains("BEGIN CERTIFICATE") {
        X509::from_pem(pem.as_bytes()).and_then(|certificate| certificate.public_key())
    } else {
        PKey::public_key_from_pem(pem.as_bytes())
    };
    key.map_err(|_| {
        "is not a PEM certificate; it must begin with -----BEGIN CERTIFICATE-----".to_owned()
    })
}

/// What kind of key it is, for people: `RSA, 2048 bits`; `None` when it cannot be read.
pub fn describe_key(key: &PublicKeyDer) -> Option<String> {
    let key = PKey::public_key_from_der(&STANDARD.decode(&key.0).ok()?).ok()?;
    let kind = match key.id() {
        Id::RSA => "RSA",
        Id::EC => "elliptic curve",
        _ => return None,
    };
    Some(format!("{kind}, {} bits", key.bits()))
}

/// Refuses keys that can be broken or that no accepted signature algorithm uses.
fn check_strength(key: &PKey<Public>) -> Result<(), String> {
    match key.id() {
        Id::RSA if key.bits() >= LEAST_RSA_BITS => Ok(()),
        Id::RSA => Err(format!(
            "holds an RSA key of {} bits; at least {LEAST_RSA_BITS} are needed",
            key.bits()
        )),
        // As for keys in metadata: what is verified with in the end is the same.
        Id::EC if key.bits() >= LEAST_EC_BITS => Ok(()),
        Id::EC => Err(format!(
            "holds an elliptic-curve key of {} bits; at least {LEAST_EC_BITS} are needed",
            key.bits()
        )),
        _ => Err("holds neither an RSA nor an elliptic curve key".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openssl::ec::{EcGroup, EcKey};
    use openssl::nid::Nid;
    use openssl::rsa::Rsa;

    fn rsa(bits: u32) -> String {
        String::from_utf8(Rsa::generate(bits).unwrap().public_key_to_pem().unwrap()).unwrap()
    }

    #[test]
    fn a_public_key_is_taken_as_it_is() {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let key = EcKey::generate(&group).unwrap();
        let pem = String::from_utf8(key.public_key_to_pem().unwrap()).unwrap();
        let expected = STANDARD.encode(key.public_key_to_der().unwrap());
        assert_eq!(public_key(&pem), Ok(PublicKeyDer(expected)));
    }

    #[test]
    fn weak_keys_are_refused() {
        assert!(public_key(&rsa(1024)).unwrap_err().contains("1024 bits"));
    }

    #[test]
    fn a_private_key_is_refused_without_being_repeated() {
        let key = Rsa::generate(1024).unwrap().private_key_to_pem().unwrap();
        let message = public_key(&String::from_utf8(key).unwrap()).unwrap_err();
        assert!(message.contains("private key") && message.len() < 150, "{message}");
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "MIIC", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"] {
            assert!(public_key(text).is_err(), "{text}");
        }
    }
}
