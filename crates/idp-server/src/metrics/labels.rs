//! The labels of the counters. Each set is bounded: outcomes are of a fixed list, and of gateways, which
//! may be renamed for years, a process remembers so many names and calls the rest `other`.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// Gateway names that one process tells apart.
const GATEWAY_NAMES: usize = 64;
/// What has no place among the known.
const OTHER: &str = "other";
/// How logins end.
const LOGIN_OUTCOMES: [&str; 6] =
    ["signed_in", "single_sign_on", "cancelled", "denied", "refused", OTHER];
/// How calls to gateways end.
const SMS_OUTCOMES: [&str; 6] = ["accepted", "rejected", "failed", "timed_out", "skipped", OTHER];

/// Labels of a call to a gateway.
#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
pub struct SmsLabels {
    /// Its name.
    pub gateway: String,
    /// How the call ended.
    pub outcome: &'static str,
}

/// Labels of the time that a call took.
#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
pub struct GatewayLabels {
    /// The gateway's name.
    pub gateway: String,
}

/// Labels of an expiry.
#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
pub struct CertificateLabels {
    /// `signing` or `trusted`.
    pub kind: &'static str,
    /// Which one it is.
    pub name: String,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
struct LoginLabels {
    outcome: &'static str,
}

/// One counter per outcome of a login, looked up once: every single sign-on counts here.
pub struct LoginCounters([(&'static str, Counter); LOGIN_OUTCOMES.len()]);

impl LoginCounters {
    /// The counters, all of them present from the start.
    pub fn register(registry: &mut Registry) -> Self {
        let family = Family::<LoginLabels, Counter>::default();
        registry.register("logins", "Logins that are over, by outcome", family.clone());
        let counter = |outcome| family.get_or_create(&LoginLabels { outcome }).clone();
        Self(LOGIN_OUTCOMES.map(|outcome| (outcome, counter(outcome))))
    }

    /// One more.
    pub fn count(&self, outcome: &str) {
        let outcome = known(&LOGIN_OUTCOMES, outcome);
        if let Some((_, counter)) = self.0.iter().find(|(name, _)| *name == outcome) {
            counter.inc();
        }
    }
}

/// The outcome of a call as it is told.
pub fn sms_outcome(outcome: &str) -> &'static str {
    known(&SMS_OUTCOMES, outcome)
}

fn known(outcomes: &[&'static str], outcome: &str) -> &'static str {
    outcomes.iter().find(|known| **known == outcome).copied().unwrap_or(OTHER)
}

/// The gateways that were called so far.
#[derive(Default)]
pub struct GatewayNames(Mutex<BTreeSet<String>>);

impl GatewayNames {
    /// The name, or `other` once too many are known.
    pub fn bounded(&self, name: &str) -> String {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if names.contains(name) {
            return name.to_owned();
        }
        if names.len() >= GATEWAY_NAMES {
            return OTHER.to_owned();
        }
        names.insert(name.to_owned());
        name.to_owned()
    }
}
