//! How the SMS gateways fare: the state of their circuit breakers, which all nodes share. What it
//! means is decided by the server (`sms::breaker`); here it is a row that is compared and set.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::GatewayId;

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::convert::{corrupt, instant, stored};
use crate::error::expect_version;
use crate::schema::sms_gateway_health::dsl;

/// How a gateway fares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GatewayHealth {
    /// The gateway.
    pub gateway: GatewayId,
    /// Failures in a row.
    pub failures: u32,
    /// Until when it is left alone.
    pub open_until: Option<Instant>,
    /// Since when it has been failing.
    pub failing_since: Option<Instant>,
    /// The version to name when saving; 0 while there is no row.
    pub version: i64,
}

/// A row: gateway, failures, open until, failing since, version.
type Row = (String, i64, Option<i64>, Option<i64>, i64);

impl Reader<'_> {
    /// The health of every gateway that has failed before.
    pub fn gateway_health(&mut self) -> Result<Vec<GatewayHealth>, StoreError> {
        let rows: Vec<Row> = self.run(|c| {
            dsl::sms_gateway_health
                .select((
                    dsl::gateway_id,
                    dsl::failures,
                    dsl::open_until,
                    dsl::failing_since,
                    dsl::version,
                ))
                .load(c)
        })?;
        rows.into_iter().map(of_row).collect()
    }
}

fn of_row(row: Row) -> Result<GatewayHealth, StoreError> {
    let (gateway, failures, open_until, failing_since, version) = row;
    Ok(GatewayHealth {
        gateway: stored("sms_gateway_health.gateway_id", gateway)?,
        failures: u32::try_from(failures)
            .map_err(|cause| corrupt("sms_gateway_health.failures", &cause))?,
        open_until: open_until
            .map(|until| instant("sms_gateway_health.open_until", until))
            .transpose()?,
        failing_since: failing_since
            .map(|since| instant("sms_gateway_health.failing_since", since))
            .transpose()?,
        version,
    })
}

impl Writer<'_> {
    /// Saves a gateway's health if the row still has the version in it: `Conflict::Version` when
    /// somebody was faster, `Conflict::Orphan` when the gateway was removed.
    pub fn save_gateway_health(&mut self, health: &GatewayHealth) -> Result<(), StoreError> {
        let values = (
            dsl::failures.eq(i64::from(health.failures)),
            dsl::open_until.eq(health.open_until.map(|until| until.timestamp_millis())),
            dsl::failing_since.eq(health.failing_since.map(|since| since.timestamp_millis())),
            dsl::version.eq(health.version + 1),
        );
        let gateway = health.gateway.to_string();
        let saved = if health.version == 0 {
            self.run(|c| {
                diesel::insert_into(dsl::sms_gateway_health)
                    .values((dsl::gateway_id.eq(&gateway), values))
                    .execute(c)
            })?
        } else {
            self.run(|c| {
                diesel::update(dsl::sms_gateway_health.find(&gateway))
                    .filter(dsl::version.eq(health.version))
                    .set(values)
                    .execute(c)
            })?
        };
        expect_version(saved)
    }

    /// Forgets how a gateway fared.
    pub(crate) fn forget_gateway_health(&mut self, gateway: GatewayId) -> Result<(), StoreError> {
        let gateway = gateway.to_string();
        self.run(|c| diesel::delete(dsl::sms_gateway_health.find(&gateway)).execute(c))?;
        Ok(())
    }
}
