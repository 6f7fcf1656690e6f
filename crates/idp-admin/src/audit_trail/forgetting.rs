//! Removing old rows from the beginning of the chain, so that the rest can still be verified.

use idp_core::Instant;
use idp_store::Store;

use super::chain::link;
use super::sealing::Sealer;
use crate::error::AdminError;
use crate::keys::ServerSecrets;

/// Removes at most `limit` of the oldest rows, as far as they are older than `before`. Only what was
/// verified is removed, so that nothing that was altered vanishes by its age: then `Conflict` names the
/// row. Returns how many were removed; call again until that is 0.
pub fn forget(
    store: &Store,
    secrets: &ServerSecrets,
    before: Instant,
    limit: u32,
) -> Result<u64, AdminError> {
    let mut sealer = Sealer::open(store, secrets)?;
    let mut next = sealer.chain.clone();
    for sealed in store.read(|r| r.sealed_events_after(next.base_position, limit))? {
        let place = sealed.seal.position;
        let row = sealed.event.filter(|row| {
            place == next.base_position + 1
                && link(&next.base_hash, sealed.seal.late, row) == sealed.seal.hash
        });
        let Some(row) = row else {
            return Err(AdminError::Conflict(format!(
                "the row {} at place {place} of the audit chain is not what was sealed, so that no \
                 old rows are removed; look at it with `idp-server audit verify`",
                sealed.seal.event
            )));
        };
        if row.at >= before.timestamp_millis() {
            break;
        }
        (next.base_position, next.base_hash) = (place, sealed.seal.hash);
    }
    if next.base_position == sealer.chain.base_position {
        return Ok(0);
    }
    let through = next.base_position;
    let removed = sealer.replace(next, |writer| writer.remove_sealed_events(through))?;
    Ok(removed.unwrap_or_default())
}
