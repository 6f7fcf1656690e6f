//! The configured SMS gateways. Their settings hold credentials and are sealed elsewhere; here they
//! are bytes.

use std::fmt;

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::GatewayId;

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::connection::MultiBackend;
use crate::convert::{instant, stored};
use crate::error::expect_version;
use crate::schema::sms_gateways::{self, dsl};

/// An SMS gateway to be stored.
#[derive(Clone, PartialEq, Eq)]
pub struct SmsGateway {
    /// Names the gateway.
    pub id: GatewayId,
    /// What administrators call it.
    pub name: String,
    /// Its place in the order of trial.
    pub position: i64,
    /// Whether it is used.
    pub enabled: bool,
    /// Its settings, encrypted.
    pub sealed: Vec<u8>,
}

/// An SMS gateway as stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SmsGatewayRow {
    /// The gateway.
    pub gateway: SmsGateway,
    /// The version to name when updating.
    pub version: i64,
    /// When it was added.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl fmt::Debug for SmsGateway {
    /// Leaves out the sealed bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmsGateway")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("position", &self.position)
            .field("enabled", &self.enabled)
            .finish_non_exhaustive()
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sms_gateways, check_for_backend(MultiBackend))]
struct Row {
    id: String,
    name: String,
    position: i64,
    enabled: bool,
    sealed: Vec<u8>,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_domain(self) -> Result<SmsGatewayRow, StoreError> {
        Ok(SmsGatewayRow {
            gateway: SmsGateway {
                id: stored("sms_gateways.id", self.id)?,
                name: self.name,
                position: self.position,
                enabled: self.enabled,
                sealed: self.sealed,
            },
            version: self.version,
            created_at: instant("sms_gateways.created_at", self.created_at)?,
            updated_at: instant("sms_gateways.updated_at", self.updated_at)?,
        })
    }
}

impl Reader<'_> {
    /// Every gateway in the order of trial, used or not.
    pub fn sms_gateways(&mut self) -> Result<Vec<SmsGatewayRow>, StoreError> {
        let rows = self.run(|c| {
            dsl::sms_gateways.order((dsl::position, dsl::name)).select(Row::as_select()).load(c)
        })?;
        rows.into_iter().map(Row::into_domain).collect()
    }

    /// The gateway with this identifier.
    pub fn sms_gateway_by_id(
        &mut self,
        id: GatewayId,
    ) -> Result<Option<SmsGatewayRow>, StoreError> {
        let id = id.to_string();
        let row =
            self.run(|c| dsl::sms_gateways.find(&id).select(Row::as_select()).first(c).optional())?;
        row.map(Row::into_domain).transpose()
    }

    /// The gateway with this name.
    pub fn sms_gateway_by_name(&mut self, name: &str) -> Result<Option<SmsGatewayRow>, StoreError> {
        let row = self.run(|c| {
            dsl::sms_gateways
                .filter(dsl::name.eq(name))
                .select(Row::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Row::into_domain).transpose()
    }
}

impl Writer<'_> {
    /// Adds a gateway, as version 1.
    pub fn insert_sms_gateway(
        &mut self,
        gateway: &SmsGateway,
        now: Instant,
    ) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::insert_into(dsl::sms_gateways)
                .values((
                    dsl::id.eq(gateway.id.to_string()),
                    dsl::name.eq(&gateway.name),
                    dsl::position.eq(gateway.position),
                    dsl::enabled.eq(gateway.enabled),
                    dsl::sealed.eq(&gateway.sealed),
                    dsl::version.eq(1),
                    dsl::created_at.eq(now.timestamp_millis()),
                    dsl::updated_at.eq(now.timestamp_millis()),
                ))
                .execute(c)
        })?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Replaces a gateway if its version is still the expected one. Returns the new version. How it
    /// fared before is forgotten: the change may be the repair.
    pub fn update_sms_gateway(
        &mut self,
        gateway: &SmsGateway,
        expected_version: i64,
        now: Instant,
    ) -> Result<i64, StoreError> {
        let updated = self.run(|c| {
            diesel::update(dsl::sms_gateways.find(gateway.id.to_string()))
                .filter(dsl::version.eq(expected_version))
                .set((
                    dsl::name.eq(&gateway.name),
                    dsl::position.eq(gateway.position),
                    dsl::enabled.eq(gateway.enabled),
                    dsl::sealed.eq(&gateway.sealed),
                    dsl::version.eq(expected_version + 1),
                    dsl::updated_at.eq(now.timestamp_millis()),
                ))
                .execute(c)
        })?;
        expect_version(updated)?;
        self.forget_gateway_health(gateway.id)?;
        self.bump_configuration_version();
        Ok(expected_version + 1)
    }

    /// Gives a gateway its place in the order of trial. Neither its version nor how it fared
    /// changes: whoever edits it meanwhile loses nothing.
    pub fn set_sms_gateway_position(
        &mut self,
        id: GatewayId,
        position: i64,
    ) -> Result<(), StoreError> {
        let id = id.to_string();
        self.run(|c| {
            diesel::update(dsl::sms_gateways.find(&id)).set(dsl::position.eq(position)).execute(c)
        })?;
        self.bump_configuration_version();
        Ok(())
    }

    /// Removes a gateway, if its version is still the expected one.
    pub fn remove_sms_gateway(
        &mut self,
        id: GatewayId,
        expected_version: i64,
    ) -> Result<(), StoreError> {
        let id = id.to_string();
        let row = dsl::sms_gateways.find(&id).filter(dsl::version.eq(expected_version));
        let removed = self.run(|c| diesel::delete(row).execute(c))?;
        expect_version(removed)?;
        self.bump_configuration_version();
        Ok(())
    }
}
