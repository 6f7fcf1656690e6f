//! Beginning the chain anew after it was broken, or after secret.key was replaced.

use rand::RngCore;
use serde_json::json;

use super::chain::{ChainKey, anchor};
use super::sealing::Sealer;
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::error::AdminError;
use idp_store::AuditChain;

/// Begins the chain anew behind what is there now: the rows of today stay, and are not verified any
/// more. `reason` goes into the trail, together with the old head. Returns the new head.
pub fn restart(
    admin: &Admin<'_>,
    reason: &str,
    rng: &mut dyn RngCore,
) -> Result<String, AdminError> {
    admin.actor.require(Permission::Change)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(AdminError::invalid("reason", "is missing; say why the chain begins anew"));
    }
    let before = admin.store.read(|reader| reader.audit_chain())?;
    let position = before.position.max(admin.store.read(|reader| reader.last_audit_place())?);
    // What nobody can foresee, so that no row that is there fits behind it.
    let mut hash = vec![0; 32];
    rng.fill_bytes(&mut hash);
    let ends = AuditChain {
        position,
        hash: hash.clone(),
        base_position: position,
        base_hash: hash,
        settled: admin.now,
        seal: Vec::new(),
    };
    let next = ChainKey::new(admin.secrets).sealed(ends);
    let what = json!({
        "reason": reason,
        "oldHead": anchor(before.position, &before.hash),
        "newHead": anchor(next.position, &next.hash),
    });
    let event = admin.event("audit-chain-restarted", About::NOTHING, &what, rng);
    admin.store.write_trail(|writer| writer.advance_audit_chain(&before, &next))?;
    place_the_rest(admin)?;
    admin.store.write(|writer| writer.insert_audit_events(&[event]))?;
    let sealer = Sealer::open(admin.store, admin.secrets)?;
    Ok(anchor(sealer.chain.position, &sealer.chain.hash))
}

/// Rows without a place would be taken for inserted ones: they get places before the new beginning.
fn place_the_rest(admin: &Admin<'_>) -> Result<(), AdminError> {
    let mut sealer = Sealer::open(admin.store, admin.secrets)?;
    let mut after = String::new();
    loop {
        let rows = admin.store.read(|reader| reader.unsealed_events_after(&after, 200))?;
        let Some(last) = rows.last() else { break };
        after.clone_from(&last.id);
        if !sealer.save(&rows, admin.now, false)? {
            return Err(AdminError::Conflict(
                "a running server moved the chain meanwhile; repeat the command".to_owned(),
            ));
        }
    }
    let ends = sealer.chain.clone();
    let next = AuditChain { base_position: ends.position, base_hash: ends.hash.clone(), ..ends };
    sealer.replace(next, |_| Ok(0))?;
    Ok(())
}
