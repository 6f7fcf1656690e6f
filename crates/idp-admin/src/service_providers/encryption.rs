//! What is encrypted for a service provider: changes of it, and which of them may be stored.

use idp_core::encryption::{EncryptAssertions, Encryption, EncryptionMethod, PublishedKey};
use idp_core::saml::encryption::{
    DataAlgorithm, EncryptionKey, EncryptionKeyError, EncryptionObstacle, KeyTransport, Protection,
};
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::service_provider::{ServiceProvider, ServiceProviderSettings};

use super::draft::ServiceProviderDraft;
use super::rules::Findings;

/// The most keys of a service provider, and the most methods of a key.
const MAX_KEYS: usize = 16;
const MAX_METHODS: usize = 32;
/// The longest URI, in bytes.
const MAX_URI: usize = 256;

/// A change of what is encrypted: what is `None` stays as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct EncryptionPatch {
    /// Whether assertions are encrypted.
    pub assertions: Option<EncryptAssertions>,
    /// Whether the NameID is encrypted on its own.
    pub name_id: Option<bool>,
    /// What content is encrypted with; inside, `None` is what both sides support.
    pub data: Option<Option<DataAlgorithm>>,
    /// What keys are encrypted with, likewise.
    pub key_transport: Option<Option<KeyTransport>>,
}

impl From<Encryption> for EncryptionPatch {
    fn from(all: Encryption) -> Self {
        let Encryption { assertions, name_id, data, key_transport } = all;
        Self {
            assertions: Some(assertions),
            name_id: Some(name_id),
            data: Some(data),
            key_transport: Some(key_transport),
        }
    }
}

impl EncryptionPatch {
    /// The same, with every gap filled from another one.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            assertions: self.assertions.or(other.assertions),
            name_id: self.name_id.or(other.name_id),
            data: self.data.or(other.data),
            key_transport: self.key_transport.or(other.key_transport),
        }
    }

    pub(super) fn apply(self, to: &mut Encryption) {
        *to = Encryption {
            assertions: self.assertions.unwrap_or(to.assertions),
            name_id: self.name_id.unwrap_or(to.name_id),
            data: self.data.unwrap_or(to.data),
            key_transport: self.key_transport.unwrap_or(to.key_transport),
        };
    }
}

/// What would be encrypted for a draft, and with what.
pub fn protection(draft: &ServiceProviderDraft, denied: DeniedAlgorithms) -> Protection {
    Protection::of_settings(&draft.entity_id, &draft.settings, denied)
}

/// The same of a service provider as it is.
pub fn protection_of(sp: &ServiceProvider, denied: DeniedAlgorithms) -> Protection {
    Protection::of(sp, denied)
}

/// Whether assertions with these settings are encrypted, or refused; never sent in clear.
pub(super) fn is_protected(settings: &ServiceProviderSettings) -> bool {
    match settings.encryption.assertions {
        EncryptAssertions::Off => false,
        EncryptAssertions::Auto => !settings.encryption_keys.is_empty(),
        EncryptAssertions::Required => true,
    }
}

/// Checks what is chosen and which keys there are. What follows from metadata alone is a warning, so that
/// a service provider can be registered whose keys are of no use yet; what an administrator names is an
/// error.
pub(super) fn check_encryption(
    draft: &ServiceProviderDraft,
    denied: DeniedAlgorithms,
    findings: &mut Findings,
) {
    let settings = &draft.settings;
    check_keys(&settings.encryption_keys, findings);
    check_choice(settings.encryption, denied, findings);
    let Some(obstacle) = protection(draft, denied).obstacle().cloned() else {
        return check_clear(settings, findings);
    };
    let message = format!("{obstacle}; {}", obstacle.advice());
    match obstacle {
        EncryptionObstacle::Undeclared(uri) => {
            findings.wrong(field_of(uri), message);
        }
        // Told at the choice.
        EncryptionObstacle::Denied(uri) if is_chosen(settings.encryption, uri) => {}
        _ => findings.unwise(
            "encryption",
            format!("nobody can sign in, because nothing is sent in clear instead: {message}"),
        ),
    }
}

fn check_clear(settings: &ServiceProviderSettings, findings: &mut Findings) {
    let off = settings.encryption.assertions == EncryptAssertions::Off;
    if off && !settings.encryption_keys.is_empty() {
        findings.unwise(
            "encryption",
            "it publishes a key for encryption, but assertions are not encrypted; choose \"auto\" once its \
             owner says that it can decrypt them",
        );
    }
}

fn check_choice(chosen: Encryption, denied: DeniedAlgorithms, findings: &mut Findings) {
    let uris = [chosen.data.map(DataAlgorithm::uri), chosen.key_transport.map(KeyTransport::uri)];
    for uri in uris.into_iter().flatten().filter(|uri| denied.denies(uri)) {
        let obstacle = EncryptionObstacle::Denied(uri);
        findings.wrong(field_of(uri), format!("{obstacle}; {}", obstacle.advice()));
    }
    if chosen.data.is_some_and(|data| !data.is_authenticated()) {
        findings.unwise(
            "encryption.data",
            "AES-CBC does not tell the service provider when a ciphertext was changed, which has been used \
             to read it; the Response is signed in addition. Choose it only where nothing else is \
             understood, and ask its owner for AES-GCM",
        );
    }
}

fn is_chosen(chosen: Encryption, uri: &str) -> bool {
    chosen.data.is_some_and(|data| data.uri() == uri)
        || chosen.key_transport.is_some_and(|transport| transport.uri() == uri)
}

fn field_of(uri: &str) -> &'static str {
    if KeyTransport::from_uri(uri).is_some() {
        "encryption.key_transport"
    } else {
        "encryption.data"
    }
}

fn check_keys(keys: &[PublishedKey], findings: &mut Findings) {
    if keys.len() > MAX_KEYS {
        findings.wrong("encryption_keys", "must be 16 at most: remove old ones");
    }
    for (index, published) in keys.iter().enumerate() {
        let field = format!("encryption_keys[{index}]");
        match EncryptionKey::parse(&published.key) {
            Ok(_) => {}
            Err(EncryptionKeyError::Unreadable) => {
                findings.wrong(field.clone(), "is not a public key in base64 of DER");
            }
            Err(problem) => {
                let message = format!("is not used: {problem}");
                findings.unwise(field.clone(), message);
            }
        }
        let sensible = |uri: &str| uri.len() <= MAX_URI && !uri.contains(char::is_control);
        let is_sensible = |method: &EncryptionMethod| {
            let EncryptionMethod { algorithm, digest, mgf, oaep_params } = method;
            let others = [digest, mgf, oaep_params].into_iter().flatten();
            !algorithm.is_empty()
                && sensible(algorithm)
                && others.into_iter().all(|one| sensible(one))
        };
        if published.methods.len() > MAX_METHODS || !published.methods.iter().all(is_sensible) {
            let message = "must have at most 32 methods, each with the URI of its algorithm";
            findings.wrong(format!("{field}.methods"), message);
        }
    }
}
