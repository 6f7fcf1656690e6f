//! The physical limits: what a bare signature and a bare password hash cost on this machine, with
//! the same libraries as the server's.

use std::time::Duration;

use anyhow::{Result, anyhow};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;

use crate::process::own_thread_cpu;
use crate::statistics::{median, millis, number};

/// The server's parameters of Argon2id: OWASP's m = 19 MiB, t = 2, p = 1.
const ARGON2: (u32, u32, u32) = (19_456, 2, 1);

/// CPU milliseconds per operation. Sampled again and again during a run, right beside what is
/// compared with it, so that both saw the same machine.
pub struct Primitives {
    rsa_key: PKey<Private>,
    ec_key: PKey<Private>,
    memory: Vec<Block>,
    rsa_2048: Vec<f64>,
    p_256: Vec<f64>,
    argon2: Vec<f64>,
}

impl Primitives {
    /// Nothing measured yet.
    pub fn new() -> Result<Self> {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
        Ok(Self {
            rsa_key: PKey::from_rsa(Rsa::generate(2048)?)?,
            ec_key: PKey::from_ec_key(EcKey::generate(&group)?)?,
            memory: Vec::new(),
            rsa_2048: Vec::new(),
            p_256: Vec::new(),
            argon2: Vec::new(),
        })
    }

    /// Measures the signatures once more; returns the cost of one with RSA-2048.
    pub fn sample_signatures(&mut self) -> Result<f64> {
        let rsa = per_operation(500, || sign(&self.rsa_key))?;
        self.rsa_2048.push(rsa);
        self.p_256.push(per_operation(3_000, || sign(&self.ec_key))?);
        Ok(rsa)
    }

    /// Measures so many password hashes more; returns the cost of one.
    pub fn sample_hash(&mut self, rounds: usize) -> Result<f64> {
        let cost = per_operation(rounds, || hash(&mut self.memory))?;
        self.argon2.push(cost);
        Ok(cost)
    }

    /// One RSA-2048 signature with SHA-256, in CPU milliseconds.
    pub fn rsa_2048(&self) -> f64 {
        median(&self.rsa_2048).unwrap_or(f64::NAN)
    }

    /// One ECDSA P-256 signature with SHA-256, in CPU milliseconds.
    pub fn p_256(&self) -> f64 {
        median(&self.p_256).unwrap_or(f64::NAN)
    }

    /// One Argon2id hash with the server's parameters, in CPU milliseconds.
    pub fn argon2(&self) -> f64 {
        median(&self.argon2).unwrap_or(f64::NAN)
    }
}

/// Mean CPU milliseconds of an operation, after a twentieth of the rounds as warm-up.
fn per_operation(rounds: usize, mut operation: impl FnMut() -> Result<()>) -> Result<f64> {
    for _ in 0..rounds / 20 {
        operation()?;
    }
    let before = own_thread_cpu()?;
    for _ in 0..rounds {
        operation()?;
    }
    let used: Duration = own_thread_cpu()?.saturating_sub(before);
    Ok(millis(used) / number(rounds))
}

fn sign(key: &PKey<Private>) -> Result<()> {
    // About as long as a SignedInfo.
    const OCTETS: [u8; 600] = [b'x'; 600];
    let mut signer = Signer::new(MessageDigest::sha256(), key)?;
    signer.sign_oneshot_to_vec(&OCTETS)?;
    Ok(())
}

fn hash(memory: &mut Vec<Block>) -> Result<()> {
    let (m, t, p) = ARGON2;
    let argon2_error = |error| anyhow!("Argon2id: {error}");
    let params = Params::new(m, t, p, Some(32)).map_err(argon2_error)?;
    memory.resize(params.block_count(), Block::default());
    let mut output = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(
            b"a password to hash",
            b"sixteen bytes ok",
            &mut output,
            memory,
        )
        .map_err(argon2_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_primitive_costs_something() {
        let mut primitives = Primitives::new().unwrap();
        assert!(primitives.rsa_2048().is_nan());
        assert!(primitives.sample_signatures().unwrap() > 0.0);
        assert!(primitives.sample_hash(1).unwrap() > 0.0);
        assert!(primitives.p_256() > 0.0);
    }
}
