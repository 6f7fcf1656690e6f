//! What content for a service provider is encrypted with: the first algorithm that both sides support, in
//! the order of the service provider where it has one (C114, C194), and never one that is denied (C113).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::algorithm::{DataAlgorithm, KeyTransport, Oaep, mgf_from_uri, mgf_uri};
use super::key::EncryptionKeyError;
use crate::encryption::{Encryption, EncryptionMethod};
use crate::saml::signature::algorithm::DigestAlgorithm;
use crate::saml::signature::denied::DeniedAlgorithms;

/// The longest label of RSA-OAEP that is used, in bytes.
const MAX_LABEL: usize = 256;

/// Everything that is chosen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recipe {
    pub(super) data: DataAlgorithm,
    pub(super) oaep: Oaep,
}

/// Why nothing can be encrypted for a service provider.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EncryptionObstacle {
    /// It publishes no key.
    #[error("the service provider publishes no key for encryption")]
    NoKey,
    /// None of its keys can be used; why the first cannot.
    #[error("the key that the service provider publishes for encryption cannot be used: {0}")]
    UnusableKey(EncryptionKeyError),
    /// The administrator ruled the algorithm out.
    #[error("the algorithm {0} is denied by the setting saml.denied_algorithms")]
    Denied(&'static str),
    /// It lists algorithms, and the chosen one is not among them.
    #[error("the service provider's metadata does not list the algorithm {0}")]
    Undeclared(&'static str),
    /// It lists algorithms for the content, of which none is used without being chosen.
    #[error(
        "of the algorithms for content that the service provider's metadata lists none is used here \
         without being chosen (AES-CBC), or known at all"
    )]
    NoDataAlgorithm,
    /// It lists algorithms for keys, and none that is known.
    #[error(
        "the service provider's metadata lists no RSA-OAEP for keys with a digest and mask generation \
         function that are known here"
    )]
    NoKeyTransport,
}

impl EncryptionObstacle {
    /// The stable code for the audit trail.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoKey => "encryption-key-missing",
            Self::UnusableKey(_) => "encryption-key-unusable",
            Self::Denied(_) => "encryption-algorithm-denied",
            Self::Undeclared(_) | Self::NoDataAlgorithm | Self::NoKeyTransport => {
                "encryption-algorithm-undeclared"
            }
        }
    }

    /// What an administrator can do.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::NoKey => {
                "import metadata with a KeyDescriptor for encryption, add the certificate by hand, or \
                 encrypt only when it publishes a key"
            }
            Self::UnusableKey(_) => {
                "ask its owner for an RSA key of at least 2048 bits and import the new metadata, or switch \
                 encryption off"
            }
            Self::Denied(_) => {
                "choose another algorithm for the service provider, or take this one off the setting"
            }
            Self::Undeclared(_) => {
                "choose an algorithm that it lists, or leave the choice to this server"
            }
            Self::NoDataAlgorithm => {
                "ask its owner for AES-GCM; until then choose AES-CBC for it, or switch encryption off"
            }
            Self::NoKeyTransport => "ask its owner for RSA-OAEP, or switch encryption off",
        }
    }
}

impl Recipe {
    /// Chooses for a key with these methods.
    pub(super) fn choose(
        methods: &[EncryptionMethod],
        chosen: Encryption,
        denied: DeniedAlgorithms,
    ) -> Result<Self, EncryptionObstacle> {
        Ok(Self {
            data: data(methods, chosen.data, denied)?,
            oaep: transport(methods, chosen.key_transport, denied)?,
        })
    }

    /// What content is encrypted with.
    pub const fn data(&self) -> DataAlgorithm {
        self.data
    }

    /// What its key is encrypted with.
    pub const fn key_transport(&self) -> KeyTransport {
        self.oaep.transport
    }

    /// The digest of RSA-OAEP, and that of its mask generation function.
    pub const fn digests(&self) -> (DigestAlgorithm, DigestAlgorithm) {
        (self.oaep.digest, self.oaep.mask)
    }

    /// For people: `aes256-gcm, rsa-oaep-mgf1p (sha1, mgf1 with sha1)`.
    pub fn in_words(&self) -> String {
        let Oaep { transport, digest, mask, .. } = &self.oaep;
        let (digest, mask) = (digest.short(), mask.short());
        format!("{}, {} ({digest}, mgf1 with {mask})", self.data.name(), transport.name())
    }
}

fn data(
    methods: &[EncryptionMethod],
    chosen: Option<DataAlgorithm>,
    denied: DeniedAlgorithms,
) -> Result<DataAlgorithm, EncryptionObstacle> {
    // What is no key transport is for content, also where it is unknown here.
    let listed: Vec<&str> = methods
        .iter()
        .map(|method| method.algorithm.as_str())
        .filter(|uri| !is_for_keys(uri))
        .collect();
    if let Some(chosen) = chosen {
        if denied.denies(chosen.uri()) {
            return Err(EncryptionObstacle::Denied(chosen.uri()));
        }
        if !listed.is_empty() && !listed.contains(&chosen.uri()) {
            return Err(EncryptionObstacle::Undeclared(chosen.uri()));
        }
        return Ok(chosen);
    }
    let known: Vec<DataAlgorithm> = if listed.is_empty() {
        DataAlgorithm::ALL.to_vec()
    } else {
        listed.into_iter().filter_map(DataAlgorithm::from_uri).collect()
    };
    let safe: Vec<_> = known.into_iter().filter(|one| one.is_authenticated()).collect();
    let allowed = safe.iter().copied().find(|one| !denied.denies(one.uri()));
    allowed.ok_or_else(|| {
        safe.first().map_or(EncryptionObstacle::NoDataAlgorithm, |one| {
            EncryptionObstacle::Denied(one.uri())
        })
    })
}

/// Whether an algorithm encrypts keys: RSA in whatever padding, key wrapping, key agreement.
fn is_for_keys(uri: &str) -> bool {
    let name = uri.rsplit('#').next().unwrap_or(uri);
    name.starts_with("rsa") || name.starts_with("kw-") || name.contains("ECDH") || name == "dh"
}

fn transport(
    methods: &[EncryptionMethod],
    chosen: Option<KeyTransport>,
    denied: DeniedAlgorithms,
) -> Result<Oaep, EncryptionObstacle> {
    let listed: Vec<_> = methods.iter().filter(|method| is_for_keys(&method.algorithm)).collect();
    let wanted = |transport: &KeyTransport| chosen.is_none_or(|chosen| chosen == *transport);
    let candidates: Vec<Oaep> = if listed.is_empty() {
        KeyTransport::ALL.into_iter().filter(wanted).map(|one| of_ours(one, denied)).collect()
    } else {
        let of_theirs = |method: &&EncryptionMethod| {
            let transport = KeyTransport::from_uri(&method.algorithm).filter(wanted)?;
            oaep(transport, method, denied)
        };
        listed.iter().filter_map(of_theirs).collect()
    };
    let allowed = candidates.iter().find(|one| obstacle(one, denied).is_none());
    match (allowed, candidates.first(), chosen) {
        (Some(allowed), ..) => Ok(allowed.clone()),
        (None, Some(first), _) => {
            Err(obstacle(first, denied).unwrap_or(EncryptionObstacle::NoKeyTransport))
        }
        (None, None, Some(chosen)) => Err(EncryptionObstacle::Undeclared(chosen.uri())),
        (None, None, None) => Err(EncryptionObstacle::NoKeyTransport),
    }
}

/// The forms in which we encrypt keys for who lists none, in the order of preference.
fn of_ours(transport: KeyTransport, denied: DeniedAlgorithms) -> Oaep {
    let digest = match transport {
        KeyTransport::RsaOaepMgf1p => usual(denied),
        KeyTransport::RsaOaep => DigestAlgorithm::Sha256,
    };
    let mask = match transport {
        KeyTransport::RsaOaepMgf1p => DigestAlgorithm::Sha1,
        KeyTransport::RsaOaep => DigestAlgorithm::Sha256,
    };
    Oaep { transport, digest, mask, label: Vec::new() }
}

/// What stands where a method names no digest: SHA-1, which the standard has for it and everybody
/// understands; as a part of RSA-OAEP it is not weak. Where SHA-1 is denied, SHA-256.
fn usual(denied: DeniedAlgorithms) -> DigestAlgorithm {
    if denied.denies(DigestAlgorithm::Sha1.uri()) {
        DigestAlgorithm::Sha256
    } else {
        DigestAlgorithm::Sha1
    }
}

/// The form that a method of the service provider asks for; `None` where it cannot be made.
fn oaep(
    transport: KeyTransport,
    method: &EncryptionMethod,
    denied: DeniedAlgorithms,
) -> Option<Oaep> {
    let digest = match &method.digest {
        None => usual(denied),
        Some(uri) => DigestAlgorithm::from_uri(uri)?,
    };
    let mask = match (transport, &method.mgf) {
        (KeyTransport::RsaOaepMgf1p, _) => DigestAlgorithm::Sha1,
        (KeyTransport::RsaOaep, None) => usual(denied),
        (KeyTransport::RsaOaep, Some(uri)) => mgf_from_uri(uri)?,
    };
    let label = match &method.oaep_params {
        None => Vec::new(),
        Some(text) => STANDARD.decode(text).ok().filter(|label| label.len() <= MAX_LABEL)?,
    };
    Some(Oaep { transport, digest, mask, label })
}

/// Which denied algorithm this form uses. A denied hash function takes with it what uses it.
fn obstacle(oaep: &Oaep, denied: DeniedAlgorithms) -> Option<EncryptionObstacle> {
    let names = [oaep.transport.uri(), oaep.digest.uri(), oaep.mask.uri()];
    let used = names.into_iter().find(|uri| denied.denies(uri));
    used.map(EncryptionObstacle::Denied)
}

impl Oaep {
    /// The URI of the mask generation function, where the transport lets one choose.
    pub(super) fn mgf(&self) -> Option<&'static str> {
        (self.transport == KeyTransport::RsaOaep).then(|| mgf_uri(self.mask))
    }
}
