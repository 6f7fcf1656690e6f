//! What the server counts about itself, for a monitor to fetch (OpenMetrics text).
//!
//! `labels` keeps the number of time series bounded, `expiry` tells when keys and certificates end,
//! `listener` serves the text on an address of its own. Counting is one atomic addition; nothing here
//! holds names of people, numbers, codes or addresses.

mod audit;
mod expiry;
mod labels;
mod listener;

use std::sync::{Mutex, PoisonError};

use idp_core::Instant;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

pub use listener::start;

use audit::AuditGauges;
use labels::{
    CertificateLabels, GatewayLabels, GatewayNames, LoginCounters, SmsLabels, sms_outcome,
};

/// Upper ends of the classes of sending times, in seconds.
const SENDING_SECONDS: [f64; 9] = [0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0];

type Seconds = Family<GatewayLabels, Histogram, fn() -> Histogram>;

/// The counters of this process.
pub struct Metrics {
    registry: Registry,
    logins: LoginCounters,
    sms: Family<SmsLabels, Counter>,
    sms_seconds: Seconds,
    gateways: GatewayNames,
    pumping_alarms: Counter,
    audit: AuditGauges,
    expiry: Family<CertificateLabels, Gauge>,
    /// Held while the text is made, so that two monitors do not see half of each other's expiries.
    exposition: Mutex<()>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("portcullis");
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The version that runs", build);
        let logins = LoginCounters::register(&mut registry);
        let sms = Family::default();
        registry.register("sms_sent", "Calls to SMS gateways by outcome", sms.clone());
        let sms_seconds: Seconds = Family::new_with_constructor(histogram);
        registry.register_with_unit(
            "sms_sending",
            "How long calls to SMS gateways took",
            Unit::Seconds,
            sms_seconds.clone(),
        );
        let pumping_alarms = Counter::default();
        registry.register(
            "sms_pumping_alarms",
            "Times that many codes sent to one prefix were not used",
            pumping_alarms.clone(),
        );
        let audit = AuditGauges::register(&mut registry);
        let expiry = Family::default();
        registry.register_with_unit(
            "certificate_not_after_timestamp",
            "When a certificate expires, in seconds since 1970",
            Unit::Seconds,
            expiry.clone(),
        );
        let gateways = GatewayNames::default();
        let exposition = Mutex::new(());
        Self {
            registry,
            logins,
            sms,
            sms_seconds,
            gateways,
            pumping_alarms,
            audit,
            expiry,
            exposition,
        }
    }
}

impl Metrics {
    /// A call to an SMS gateway is over after so many seconds. The outcomes are `accepted`,
    /// `rejected`, `failed`, `timed_out` and `skipped`; any other counts as `other`.
    pub fn sms_sent(&self, gateway: &str, outcome: &str, seconds: f64) {
        let gateway = self.gateways.bounded(gateway);
        let labels = SmsLabels { gateway: gateway.clone(), outcome: sms_outcome(outcome) };
        self.sms.get_or_create(&labels).inc();
        self.sms_seconds.get_or_create(&GatewayLabels { gateway }).observe(seconds);
    }

    /// A login is over: `signed_in`, `single_sign_on` (from a live session), `cancelled`, `denied` or
    /// `refused` (the service provider got a status); any other counts as `other`.
    pub fn login_finished(&self, outcome: &str) {
        self.logins.count(outcome);
    }

    /// Many codes sent to one prefix were not used.
    pub fn pumping_alarm(&self) {
        self.pumping_alarms.inc();
    }

    /// So many rows of the audit trail got their places, and up to this instant all have one.
    pub fn sealed(&self, rows: u64, settled: Instant) {
        self.audit.sealed(rows, settled);
    }

    /// The audit trail could not be sealed.
    pub fn sealing_failed(&self) {
        self.audit.failed();
    }

    /// The certificate that administrators know by this alias expires at this instant, in seconds
    /// since 1970.
    pub fn certificate_expiry(&self, alias: &str, seconds: i64) {
        self.expires("trusted", alias, seconds);
    }

    fn expires(&self, kind: &'static str, name: &str, seconds: i64) {
        let labels = CertificateLabels { kind, name: name.to_owned() };
        self.expiry.get_or_create(&labels).set(seconds);
    }

    /// Everything as OpenMetrics text. `expiries` fills in when certificates expire, anew each time:
    /// those that are gone are told no more.
    fn text(&self, expiries: impl FnOnce(&Self)) -> Result<String, std::fmt::Error> {
        let held = self.exposition.lock().unwrap_or_else(PoisonError::into_inner);
        self.expiry.clear();
        expiries(self);
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        drop(held);
        Ok(text)
    }
}

fn histogram() -> Histogram {
    Histogram::new(SENDING_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(metrics: &Metrics) -> String {
        metrics.text(|_| {}).unwrap()
    }

    #[test]
    fn logins_are_counted_by_outcome() {
        let metrics = Metrics::default();
        metrics.login_finished("signed_in");
        metrics.login_finished("signed_in");
        metrics.login_finished("denied");
        let text = text(&metrics);
        assert!(text.contains("portcullis_logins_total{outcome=\"signed_in\"} 2"), "{text}");
        assert!(text.contains("portcullis_logins_total{outcome=\"denied\"} 1"), "{text}");
        assert!(text.contains("portcullis_logins_total{outcome=\"cancelled\"} 0"), "{text}");
    }

    #[test]
    fn calls_to_gateways_are_counted_and_timed() {
        let metrics = Metrics::default();
        metrics.sms_sent("vonage", "accepted", 0.2);
        metrics.sms_sent("vonage", "failed", 4.0);
        let text = text(&metrics);
        for line in [
            "portcullis_sms_sent_total{gateway=\"vonage\",outcome=\"accepted\"} 1",
            "portcullis_sms_sent_total{gateway=\"vonage\",outcome=\"failed\"} 1",
            "portcullis_sms_sending_seconds_bucket{le=\"0.25\",gateway=\"vonage\"} 1",
            "portcullis_sms_sending_seconds_count{gateway=\"vonage\"} 2",
        ] {
            assert!(text.contains(line), "{line} is missing in\n{text}");
        }
    }

    #[test]
    fn outcomes_and_gateways_without_end_make_no_series_without_end() {
        let metrics = Metrics::default();
        for number in 0..10_000 {
            metrics.login_finished(&format!("outcome {number}"));
            metrics.sms_sent(&format!("gateway {number}"), &format!("outcome {number}"), 0.1);
        }
        let lines = text(&metrics).lines().count();
        assert!(lines < 2_000, "{lines} lines");
    }

    #[test]
    fn a_certificate_that_is_gone_is_told_no_more() {
        let metrics = Metrics::default();
        let with = metrics.text(|m| m.certificate_expiry("Nexmo", 1_800_000_000)).unwrap();
        let line = "portcullis_certificate_not_after_timestamp_seconds{kind=\"trusted\",name=\"Nexmo\"} 1800000000";
        assert!(with.contains(line), "{with}");
        assert!(!text(&metrics).contains("Nexmo"));
    }

    #[test]
    fn a_name_cannot_break_out_of_its_place() {
        let metrics = Metrics::default();
        metrics.sms_sent("a\"} 1\nevil{x=\"", "accepted", 0.1);
        let text = text(&metrics);
        assert!(!text.lines().any(|line| line.starts_with("evil")), "{text}");
    }

    #[test]
    fn pumping_alarms_are_counted() {
        let metrics = Metrics::default();
        metrics.pumping_alarm();
        assert!(text(&metrics).contains("portcullis_sms_pumping_alarms_total 1"));
    }
}
