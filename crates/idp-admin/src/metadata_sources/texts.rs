//! Keys and steps of a source as people type them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_core::flow::chain::StepWish;
use idp_core::flow::step_policy::StepPolicy;
use idp_core::saml::signature::verification_key::VerificationKey;
use idp_core::service_provider::PublicKeyDer;

use crate::service_providers::public_key;

/// A key to pin, from a certificate or a public key in PEM, or from the latter in base64.
pub fn pinned_key(text: &str) -> Result<PublicKeyDer, String> {
    if text.contains("-----BEGIN") {
        return public_key(text);
    }
    let key = PublicKeyDer(text.split_ascii_whitespace().collect());
    VerificationKey::parse(&key)
        .map_err(|why| format!("is neither a certificate nor a public key in PEM: {why}"))?;
    Ok(key)
}

/// Keys to pin, in PEM one after the other.
pub fn pinned_keys(text: &str) -> Result<Vec<PublicKeyDer>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let Some(first) = text.find("-----BEGIN") else { return Ok(vec![pinned_key(text)?]) };
    let blocks = text.get(first..).unwrap_or_default().split("-----BEGIN").skip(1);
    let mut keys = Vec::new();
    for (number, block) in (1..).zip(blocks) {
        let key = pinned_key(&format!("-----BEGIN{block}"));
        let key = key.map_err(|why| format!("the {number}. of them {why}"))?;
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    Ok(keys)
}

/// A public key in PEM.
pub fn pem(key: &PublicKeyDer) -> String {
    let der = STANDARD.decode(&key.0).unwrap_or_default();
    let mut text = String::from("-----BEGIN PUBLIC KEY-----\n");
    // 48 bytes are 64 characters.
    for line in der.chunks(48) {
        STANDARD.encode_string(line, &mut text);
        text.push('\n');
    }
    text.push_str("-----END PUBLIC KEY-----\n");
    text
}

/// Steps, one on each line.
pub fn steps_of(text: &str) -> Result<Vec<StepWish>, String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(step).collect()
}

fn step(line: &str) -> Result<StepWish, String> {
    let (names, policy) = match line.split_once(':') {
        None => (line, StepPolicy::Required),
        Some((names, name)) => {
            let policy = StepPolicy::from_name(name.trim()).ok_or_else(|| {
                format!("\"{name}\" must be required, unless-disabled or when-enrolled")
            })?;
            (names, policy)
        }
    };
    Ok(StepWish { any: names.split(',').map(|name| name.trim().to_owned()).collect(), policy })
}

/// A step as [`steps_of`] reads it.
pub fn step_line(step: &StepWish) -> String {
    let names = step.any.join(",");
    match step.policy {
        StepPolicy::Required => names,
        policy => format!("{names}:{}", policy.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_steps_are_read_as_they_are_shown() {
        let steps = "basic-auth\nsms-otp,backup-code:when-enrolled";
        let shown: Vec<String> = steps_of(steps).unwrap().iter().map(step_line).collect();
        assert_eq!(shown.join("\n"), steps);
        assert!(steps_of("sms-otp:sometimes").is_err());
        let rsa = openssl::rsa::Rsa::generate(2048).unwrap();
        let der = openssl::pkey::PKey::from_rsa(rsa).unwrap().public_key_to_der().unwrap();
        let key = PublicKeyDer(STANDARD.encode(der));
        let text = format!("{}\n{}", pem(&key), pem(&key));
        assert_eq!(pinned_keys(&text), Ok(vec![key.clone()]));
        assert_eq!(pinned_keys(&key.0), Ok(vec![key]));
        assert_eq!(pinned_keys(" \n"), Ok(Vec::new()));
        assert!(pinned_keys("x").is_err() && pinned_keys("-----BEGIN CERTIFICATE-----").is_err());
    }
}
