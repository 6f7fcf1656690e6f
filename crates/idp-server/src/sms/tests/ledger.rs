//! What a message leaves in the ledger, and the alarm about codes that nobody uses.

use idp_core::Instant;
use idp_core::flow::throttle::CounterKey;
use idp_core::id::{LoginId, ServiceProviderId};
use idp_store::testing::Backend;
use idp_store::{AuditFilter, SendPurpose, SmsSend};

use super::super::{Destination, Occasion, rows};
use super::gateway::Conduct;
use super::*;

on_both! { an_alarm_is_raised_once_an_hour_and_once_among_all_nodes, honest_use_raises_no_alarm }

fn occasion(came_back: bool) -> Occasion {
    let (now, mut rng) = (clock::now(), rng());
    Occasion {
        purpose: SendPurpose::Code,
        login: LoginId::new(now, &mut rng),
        service_provider: Some(ServiceProviderId::new(now, &mut rng)),
        came_back,
    }
}

fn noted(sent: &Sent, came_back: bool) -> Vec<SmsSend> {
    rows(
        sent.outcomes(),
        &Destination::of(&message()),
        occasion(came_back),
        clock::now(),
        &mut rng(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_is_a_row_without_number_and_code() {
    let (first, second) =
        (TestGateway::start(Conduct::status("503 Busy")).await, TestGateway::good().await);
    let site = Site::new(Backend::Sqlite, vec![first.definition(), second.definition()]);
    let sent = site.node().send(&site.gateways, &[], &message()).await;
    let rows = noted(&sent, false);
    let told: Vec<_> =
        rows.iter().map(|row| (row.gateway.as_deref(), row.outcome, row.used)).collect();
    assert_eq!(
        told,
        [
            (Some("gateway-0"), SendOutcome::Rejected, false),
            (Some("gateway-1"), SendOutcome::Accepted, false)
        ]
    );
    assert_eq!((rows[0].country.as_str(), rows[0].prefix.as_str()), ("LK", "+94771"));
    let text = format!("{rows:?}");
    assert!(!text.contains("771234567") && !text.contains("482913"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_no_gateway_was_there_for_is_noted() {
    let rows = noted(&Sent { attempts: Vec::new() }, false);
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0].gateway, rows[0].outcome), (&None, SendOutcome::Failed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_faster_than_the_note_counts_as_used() {
    let good = TestGateway::good().await;
    let site = Site::new(Backend::Sqlite, vec![good.definition()]);
    let sent = site.node().send(&site.gateways, &[], &message()).await;
    assert!(noted(&sent, true)[0].used);
}

/// So many accepted messages to one prefix half an hour ago, of which the first so many were used.
fn remember(site: &Site, now: Instant, messages: usize, used: usize) {
    let good = |row: &mut SmsSend| {
        row.at = now - TimeDelta::minutes(30);
        row.gateway = Some("gateway".to_owned());
        row.outcome = SendOutcome::Accepted;
    };
    let mut all = Vec::new();
    for number in 0..messages {
        let mut one = noted(&Sent { attempts: Vec::new() }, false);
        one.iter_mut().for_each(good);
        one.iter_mut().for_each(|row| row.used = number < used);
        all.extend(one);
    }
    site.store.write(|w| w.insert_sms_sends(&all)).expect("stored");
}

async fn an_alarm_is_raised_once_an_hour_and_once_among_all_nodes(backend: Backend) {
    let site = Site::new(backend, Vec::new());
    let now = clock::now();
    remember(&site, now, 20, 5);
    let look = |at| site.node().look_for_pumping(at, &mut rng()).expect("looked");
    let told = look(now);
    assert_eq!((told.len(), told[0].prefix.as_str()), (1, "+94771"));
    assert_eq!(look(now + TimeDelta::minutes(1)), [], "told already, by another node");
    let filter =
        AuditFilter { kind: Some("sms.pumping-suspected".to_owned()), ..AuditFilter::default() };
    let events = site.store.read(|r| r.audit_events_before(&filter, None, 10)).expect("read");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].detail["prefix"], "+94771");
    assert_eq!(events[0].detail["used"], 5);
    // An hour later it goes on, and is told again.
    let later = now + TimeDelta::minutes(61);
    remember(&site, later, 20, 5);
    assert_eq!(look(later).len(), 1);
    let key = CounterKey::new("sms-pumping", "+94771");
    let counters = site.store.read(|r| r.load_counters(std::slice::from_ref(&key))).expect("read");
    assert!(counters[&key].value.is_some());
}

async fn honest_use_raises_no_alarm(backend: Backend) {
    let site = Site::new(backend, Vec::new());
    let now = clock::now();
    remember(&site, now, 20, 6);
    assert_eq!(site.node().look_for_pumping(now, &mut rng()), Ok(vec![]));
}
