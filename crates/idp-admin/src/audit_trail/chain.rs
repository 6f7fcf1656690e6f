//! What the chain over the audit trail is made of: the hash of a row, and the proof that both ends of
//! the chain were written by somebody with the server's keys (ADR 15).

use hmac::{Hmac, Mac};
use idp_core::id::hex;
use idp_core::secret::Secret;
use idp_store::{AuditChain, StoredEvent};
use sha2::{Digest, Sha256};

use crate::keys::ServerSecrets;

/// Begins everything that is hashed, and names the encoding.
const ENCODING: &[u8] = b"portcullis audit row 1\n";
/// Begins what the ends of the chain are proven over.
const ENDS: &[u8] = b"portcullis audit chain 1\n";

/// The hash of a row after another one: SHA-256 over the name of the encoding, the hash before it,
/// whether it came late, and every column, each with its length.
pub fn link(previous: &[u8], late: bool, row: &StoredEvent) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(ENCODING);
    field(&mut hash, Some(previous));
    hash.update([u8::from(late)]);
    field(&mut hash, Some(row.id.as_bytes()));
    hash.update(row.at.to_be_bytes());
    field(&mut hash, Some(row.kind.as_bytes()));
    for optional in
        [&row.incident, &row.service_provider_id, &row.user_id, &row.session_id, &row.address]
    {
        field(&mut hash, optional.as_deref().map(str::as_bytes));
    }
    field(&mut hash, Some(row.detail.as_bytes()));
    hash.finalize().to_vec()
}

/// Nothing and an empty text differ, and no two neighbours can run into each other.
fn field(hash: &mut Sha256, value: Option<&[u8]>) {
    let Some(value) = value else {
        hash.update([0]);
        return;
    };
    hash.update([1]);
    hash.update(u64::try_from(value.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(value);
}

/// Proves the ends of the chain.
pub struct ChainKey(Secret<[u8; 32]>);

impl ChainKey {
    /// The key of this installation.
    pub fn new(secrets: &ServerSecrets) -> Self {
        Self(secrets.audit_chain())
    }

    /// The chain with its proof.
    pub fn sealed(&self, chain: AuditChain) -> AuditChain {
        let seal = self.mac(&chain).finalize().into_bytes().to_vec();
        AuditChain { seal, ..chain }
    }

    /// Whether the proof is ours. A chain that has not begun needs none.
    pub fn is_ours(&self, chain: &AuditChain) -> bool {
        let blank = chain.position == 0 && chain.base_position == 0 && chain.seal.is_empty();
        blank || self.mac(chain).verify_slice(&chain.seal).is_ok()
    }

    fn mac(&self, chain: &AuditChain) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose()).expect("any key length");
        mac.update(ENDS);
        mac.update(&chain.position.to_be_bytes());
        mac.update(&chain.hash);
        mac.update(&chain.base_position.to_be_bytes());
        mac.update(&chain.base_hash);
        mac.update(&chain.settled.timestamp_millis().to_be_bytes());
        mac
    }
}

/// A place of the chain as it is kept elsewhere: `1234:9f86…`.
pub fn anchor(position: i64, hash: &[u8]) -> String {
    format!("{position}:{}", hex(hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use idp_core::Instant;

    fn row() -> StoredEvent {
        StoredEvent {
            id: "0190f5a0".to_owned(),
            at: 1,
            kind: "a".to_owned(),
            incident: None,
            service_provider_id: None,
            user_id: None,
            session_id: None,
            address: None,
            detail: "{}".to_owned(),
        }
    }

    #[test]
    fn every_column_and_every_border_between_two_counts() {
        let some = |text: &str| Some(text.to_owned());
        let rows = [
            row(),
            StoredEvent { id: "0190f5a1".to_owned(), ..row() },
            StoredEvent { at: 2, ..row() },
            StoredEvent { kind: "b".to_owned(), ..row() },
            StoredEvent { incident: some(""), ..row() },
            StoredEvent { incident: some("x"), ..row() },
            StoredEvent { service_provider_id: some("x"), ..row() },
            StoredEvent { user_id: some("x"), ..row() },
            StoredEvent { session_id: some("x"), ..row() },
            StoredEvent { address: some("x"), ..row() },
            StoredEvent { detail: "{ }".to_owned(), ..row() },
            StoredEvent { kind: "a1".to_owned(), id: "0190f5a".to_owned(), ..row() },
        ];
        let mut hashes: Vec<Vec<u8>> = rows.iter().map(|row| link(&[0; 32], false, row)).collect();
        hashes.push(link(&[1; 32], false, &row()));
        hashes.push(link(&[0; 32], true, &row()));
        let count = hashes.len();
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), count);
    }

    #[test]
    fn the_encoding_stays_what_it_was() {
        // Whoever changes it breaks every chain there is: give the new one another name. The hash was
        // made with another implementation of the encoding.
        assert_eq!(hex(&link(&[0; 32], false, &row())), PINNED);
    }

    const PINNED: &str = "e8d1fd433891a7fa5db9520a6179b53dc8081c57d9f8fcef764213153dbbb451";

    #[test]
    fn ends_that_somebody_else_wrote_are_not_ours() {
        let key = |byte| ChainKey(Secret::new([byte; 32]));
        let chain = AuditChain {
            position: 7,
            hash: vec![1; 32],
            base_position: 2,
            base_hash: vec![2; 32],
            settled: Instant::UNIX_EPOCH,
            seal: Vec::new(),
        };
        assert!(!key(1).is_ours(&chain), "a chain that has begun needs a proof");
        let chain = key(1).sealed(chain);
        assert!(key(1).is_ours(&chain) && !key(2).is_ours(&chain));
        let moved = AuditChain { position: 6, ..chain.clone() };
        assert!(!key(1).is_ours(&moved));
        let later = AuditChain { settled: Instant::MAX_UTC, ..chain };
        assert!(!key(1).is_ours(&later));
    }
}
