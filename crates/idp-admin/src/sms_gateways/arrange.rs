//! Which gateways are used and in which order, and forgetting one.

use idp_core::id::GatewayId;
use idp_store::{SmsGateway, SmsGatewayRow};
use rand::RngCore;
use serde_json::json;

use super::look::no_such_gateway;
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::difference::FieldChange;
use crate::error::AdminError;

/// Where a gateway moves in the order of trial.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Tried earlier.
    Up,
    /// Tried later.
    Down,
}

/// Lets a gateway change places with the one before or after it, as the order is now. Returns its name
/// and its new place, counted from 1; at the end of the line it stays where it is.
pub fn move_one(
    admin: &Admin<'_>,
    id: GatewayId,
    direction: Direction,
    rng: &mut dyn RngCore,
) -> Result<(String, usize), AdminError> {
    admin.actor.require(Permission::Change)?;
    let moved = admin.store.write(|writer| {
        let mut rows = writer.sms_gateways()?;
        let Some(place) = rows.iter().position(|row| row.gateway.id == id) else {
            return Ok(None);
        };
        let target = match direction {
            Direction::Up => place.saturating_sub(1),
            Direction::Down => (place + 1).min(rows.len() - 1),
        };
        rows.swap(place, target);
        let name = rows.get(target).map(|row| row.gateway.name.clone()).unwrap_or_default();
        if place != target {
            for (position, row) in (1_i64..).zip(&rows) {
                if row.gateway.position != position {
                    writer.set_sms_gateway_position(row.gateway.id, position)?;
                }
            }
            let order: Vec<&str> = rows.iter().map(|row| row.gateway.name.as_str()).collect();
            let what = json!({ "order": order });
            let event = admin.event("sms-gateways-ordered", About::NOTHING, &what, rng);
            writer.insert_audit_events(&[event])?;
        }
        Ok(Some((name, target + 1)))
    })?;
    moved.ok_or_else(|| no_such_gateway(id))
}

/// Begins or stops using a gateway. Returns its name. One that is used again begins with a clean
/// record.
pub fn set_enabled(
    admin: &Admin<'_>,
    id: GatewayId,
    enabled: bool,
    rng: &mut dyn RngCore,
) -> Result<String, AdminError> {
    admin.actor.require(Permission::Change)?;
    let name = admin.store.write(|writer| {
        let Some(row) = writer.sms_gateway_by_id(id)? else { return Ok(None) };
        let (name, before) = (row.gateway.name.clone(), row.gateway.enabled);
        if before == enabled {
            return Ok(Some(name));
        }
        let gateway = SmsGateway { enabled, ..row.gateway };
        writer.update_sms_gateway(&gateway, row.version, admin.now)?;
        let change = FieldChange {
            field: "enabled".to_owned(),
            before: Some(json!(before)),
            after: json!(enabled),
        };
        let what = json!({"name": name, "fields": [change]});
        let event = admin.event("sms-gateway-changed", About::NOTHING, &what, rng);
        writer.insert_audit_events(&[event])?;
        Ok(Some(name))
    })?;
    name.ok_or_else(|| no_such_gateway(id))
}

/// Forgets a gateway and its secrets. Returns its name.
pub fn remove_by_id(
    admin: &Admin<'_>,
    id: GatewayId,
    rng: &mut dyn RngCore,
) -> Result<String, AdminError> {
    admin.actor.require(Permission::Change)?;
    let row = admin.store.read(|reader| reader.sms_gateway_by_id(id))?;
    let row = row.ok_or_else(|| no_such_gateway(id))?;
    forget(admin, &row, rng)?;
    Ok(row.gateway.name)
}

/// The same, unless it was changed after this version was seen.
pub fn remove_seen(
    admin: &Admin<'_>,
    id: GatewayId,
    version: i64,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    admin.actor.require(Permission::Change)?;
    let row = admin.store.read(|reader| reader.sms_gateway_by_id(id))?;
    let row = row.ok_or_else(|| no_such_gateway(id))?;
    forget(admin, &SmsGatewayRow { version, ..row }, rng)
}

/// Removes the row, if it still has this version; permission was asked for.
pub(super) fn forget(
    admin: &Admin<'_>,
    row: &SmsGatewayRow,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    let what = json!({"name": row.gateway.name});
    let event = admin.event("sms-gateway-removed", About::NOTHING, &what, rng);
    admin.store.write(|writer| {
        writer.remove_sms_gateway(row.gateway.id, row.version)?;
        writer.insert_audit_events(&[event])
    })?;
    Ok(())
}
