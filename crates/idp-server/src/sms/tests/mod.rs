//! Sending through gateways on real sockets, with the health state in real databases.

mod breaker;
mod failover;
mod gateway;
mod ledger;
mod trust;

use std::time::Duration;

use authenticators::gateway::GatewayDefinition;
use chrono::TimeDelta;
use idp_admin::sms_gateways::Gateway;
use idp_core::flow::authenticator::TextMessage;
use idp_core::id::GatewayId;
use idp_core::secret::Secret;
use idp_store::testing::{Backend, TestDatabase};
use idp_store::{SendOutcome, SmsGateway, Store};

use super::breaker::BreakerPolicy;
use super::failover::TimeLimits;
use super::pumping::PumpingPolicy;
use super::{Sent, SmsLimits, SmsSender};
use crate::clock;
use crate::rng::rng;
use gateway::TestGateway;

/// Runs a test on both databases.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(idp_store::testing::Backend::Sqlite).await;
            }
        )*}
        mod postgres {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(idp_store::testing::Backend::Postgres).await;
            }
        )*}
    };
}
use on_both;

const NUMBER: &str = "+94771234567";

/// Nodes on one database, and what they send through.
struct Site {
    database: TestDatabase,
    store: Store,
    gateways: Vec<Gateway>,
}

impl Site {
    /// With these gateways, in order.
    fn new(backend: Backend, definitions: Vec<GatewayDefinition>) -> Self {
        let database = TestDatabase::new(backend);
        let store = database.store();
        let mut gateways = Vec::new();
        for (place, definition) in definitions.into_iter().enumerate() {
            let gateway = Gateway {
                id: GatewayId::new(clock::now(), &mut rng()),
                name: format!("gateway-{place}"),
                enabled: true,
                order: i64::try_from(place).expect("few"),
                definition,
                version: 1,
            };
            let row = SmsGateway {
                id: gateway.id,
                name: gateway.name.clone(),
                position: gateway.order,
                enabled: true,
                sealed: Vec::new(),
            };
            store.write(|w| w.insert_sms_gateway(&row, clock::now())).expect("stored");
            gateways.push(gateway);
        }
        Self { database, store, gateways }
    }

    fn node(&self) -> SmsSender {
        self.node_with(&limits())
    }

    fn node_with(&self, limits: &SmsLimits) -> SmsSender {
        SmsSender::new(self.database.open(), *limits).expect("a sender")
    }

    /// One message through a node; the outcome at each gateway tried.
    async fn send(&self, node: &SmsSender) -> Vec<(usize, SendOutcome)> {
        let sent = node.send(&self.gateways, &[], &message()).await;
        self.outcomes(&sent)
    }

    fn outcomes(&self, sent: &Sent) -> Vec<(usize, SendOutcome)> {
        let place = |name: &str| self.gateways.iter().position(|gateway| gateway.name == name);
        let tried = sent.attempts.iter();
        tried.map(|(name, attempt)| (place(name).expect("one of ours"), attempt.outcome)).collect()
    }
}

fn limits() -> SmsLimits {
    SmsLimits {
        time: TimeLimits { budget: Duration::from_secs(20), turn: Duration::from_millis(300) },
        breaker: BreakerPolicy { failures: 3, rest: TimeDelta::hours(1) },
        pumping: PumpingPolicy { sends: 20, used_percent: 30, code_life: TimeDelta::minutes(5) },
    }
}

fn message() -> TextMessage {
    TextMessage {
        to: Secret::new(NUMBER.to_owned()),
        body: Secret::new("Your code is 482913.".to_owned()),
        code: Secret::new("482913".to_owned()),
        wording: None,
    }
}
