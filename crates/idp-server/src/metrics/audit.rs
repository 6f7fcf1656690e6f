//! How the sealing of the audit trail fares.

use idp_core::Instant;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

/// What is told of it.
#[derive(Default)]
pub struct AuditGauges {
    rows: Counter,
    settled: Gauge,
    failing: Gauge,
}

impl AuditGauges {
    /// Adds them to what monitors are told.
    pub fn register(registry: &mut Registry) -> Self {
        let gauges = Self::default();
        registry.register(
            "audit_sealed_rows",
            "Rows of the audit trail that this node gave their places in the chain",
            gauges.rows.clone(),
        );
        registry.register_with_unit(
            "audit_settled_timestamp",
            "Up to when every row of the audit trail is sealed, in seconds since 1970",
            Unit::Seconds,
            gauges.settled.clone(),
        );
        registry.register(
            "audit_sealing_failing",
            "1 while the audit trail cannot be sealed",
            gauges.failing.clone(),
        );
        gauges
    }

    /// So many rows got their places, and up to this instant all have one.
    pub fn sealed(&self, rows: u64, settled: Instant) {
        self.rows.inc_by(rows);
        self.settled.set(settled.timestamp());
        self.failing.set(0);
    }

    /// It did not work.
    pub fn failed(&self) {
        self.failing.set(1);
    }
}
