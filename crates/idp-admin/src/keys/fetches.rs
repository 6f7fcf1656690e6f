//! Who read our metadata: each service provider has an address of its own for it, which nobody can make
//! up for another one, and what it reads there is noted.

use chrono::TimeDelta;
use hmac::{Hmac, Mac};
use idp_core::Instant;
use idp_core::id::{ServiceProviderId, hex};
use idp_store::{KeyStage, SigningKeyRow, Store, StoreError};
use sha2::Sha256;

use super::ServerSecrets;

/// How often a reader is noted at most, so that one who reads all the time costs nothing.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(5);
/// The bytes of the code that are shown.
const CODE_BYTES: usize = 16;

impl ServerSecrets {
    /// The last part of the address at which a service provider reads our metadata.
    pub fn metadata_reader(&self, id: ServiceProviderId) -> String {
        format!("{id}.{}", hex(&self.code(id)))
    }

    fn code(&self, id: ServiceProviderId) -> Vec<u8> {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.metadata_address().expose())
            .expect("any key length");
        mac.update(id.to_string().as_bytes());
        mac.finalize().into_bytes().iter().copied().take(CODE_BYTES).collect()
    }
}

/// Whose address ends like this; `None` when it is nobody's.
pub fn reader_of_address(secrets: &ServerSecrets, last: &str) -> Option<ServiceProviderId> {
    let (id, _) = last.split_once('.')?;
    let id: ServiceProviderId = id.parse().ok()?;
    let expected = secrets.metadata_reader(id);
    let same =
        expected.len() == last.len() && openssl::memcmp::eq(expected.as_bytes(), last.as_bytes());
    same.then_some(id)
}

/// Notes that a service provider read our metadata, in which the newest key stands since
/// `newest_key`. What was noted a moment ago is not noted again, nor what lacked a key that was
/// published meanwhile. One that is not there is passed over.
pub fn note_fetch(
    store: &Store,
    id: ServiceProviderId,
    newest_key: Option<Instant>,
    now: Instant,
) -> Result<(), StoreError> {
    let (known, before) = store.read(|reader| {
        Ok((reader.service_provider_by_id(id)?.is_some(), reader.metadata_reader(id)?.fetched_at))
    })?;
    let fresh = before.is_some_and(|before| {
        now < before + NOTED_EVERY && newest_key.is_none_or(|newest| newest <= before)
    });
    if !known || fresh {
        return Ok(());
    }
    let noted = store.write(|writer| {
        let newer = |row: &SigningKeyRow| {
            row.stage != KeyStage::Retired && Some(row.published_at) > newest_key
        };
        if writer.signing_key_rows()?.iter().any(newer) {
            return Ok(());
        }
        writer.set_metadata_fetched(id, now)
    });
    match noted {
        // It was noted, or removed, at the same time.
        Err(StoreError::Conflict(_)) => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use idp_core::secret::Secret;

    use super::*;

    #[test]
    fn an_address_tells_whose_it_is_and_cannot_be_made_up() {
        let secrets = ServerSecrets::new(Secret::new([7; 32]));
        let mut rng = <rand::rngs::StdRng as rand::SeedableRng>::seed_from_u64(1);
        let id = ServiceProviderId::new(chrono::DateTime::UNIX_EPOCH, &mut rng);
        let address = secrets.metadata_reader(id);
        assert_eq!(reader_of_address(&secrets, &address), Some(id));
        let other = ServerSecrets::new(Secret::new([8; 32]));
        let short = address.get(..address.len() - 1).unwrap();
        for made_up in
            [id.to_string(), format!("{id}."), short.to_owned(), other.metadata_reader(id)]
        {
            assert_eq!(reader_of_address(&secrets, &made_up), None, "{made_up}");
        }
    }
}
