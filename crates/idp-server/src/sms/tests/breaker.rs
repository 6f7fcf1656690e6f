//! A gateway that fails is left alone by all nodes, and comes back.

use idp_store::SendOutcome::{Accepted, Rejected};
use idp_store::testing::Backend;

use super::super::health;
use super::gateway::Conduct;
use super::*;

on_both! {
    it_opens_after_failures_in_a_row_for_all_nodes,
    a_gateway_that_recovered_is_used_again,
    an_open_gateway_is_tried_before_nobody_gets_a_code,
    one_node_tries_a_gateway_out,
    a_change_of_the_gateway_closes_it,
    a_good_gateway_costs_no_write,
}

const DEAD: &str = "500 Internal Server Error";

/// Two gateways, the first of which is left alone by now.
async fn opened(backend: Backend) -> (Site, TestGateway, TestGateway) {
    let (first, second) =
        (TestGateway::start(Conduct::status(DEAD)).await, TestGateway::good().await);
    let site = Site::new(backend, vec![first.definition(), second.definition()]);
    let node = site.node();
    for _ in 0..3 {
        assert_eq!(site.send(&node).await, [(0, Rejected), (1, Accepted)]);
    }
    (site, first, second)
}

/// A node to which every rest is over.
fn impatient(site: &Site) -> SmsSender {
    let mut limits = limits();
    limits.breaker.rest = TimeDelta::zero();
    site.node_with(&limits)
}

async fn it_opens_after_failures_in_a_row_for_all_nodes(backend: Backend) {
    let (site, first, second) = opened(backend).await;
    let other = site.node();
    assert_eq!(site.send(&other).await, [(1, Accepted)], "at once, on another node");
    assert_eq!((first.requests().len(), second.requests().len()), (3, 4));
}

async fn a_gateway_that_recovered_is_used_again(backend: Backend) {
    let (site, first, _second) = opened(backend).await;
    first.behave(Conduct::status("200 OK"));
    assert_eq!(site.send(&impatient(&site)).await, [(0, Accepted)], "tried out");
    assert_eq!(site.send(&site.node()).await, [(0, Accepted)], "and used by all");
    // Its failures are forgotten: it takes as many again.
    first.behave(Conduct::status(DEAD));
    let node = site.node();
    for _ in 0..3 {
        assert_eq!(site.send(&node).await, [(0, Rejected), (1, Accepted)]);
    }
    assert_eq!(site.send(&node).await, [(1, Accepted)]);
}

async fn an_open_gateway_is_tried_before_nobody_gets_a_code(backend: Backend) {
    let (site, first, second) = opened(backend).await;
    first.behave(Conduct::status("200 OK"));
    second.behave(Conduct::status(DEAD));
    let node = site.node();
    assert_eq!(site.send(&node).await, [(1, Rejected), (0, Accepted)]);
    assert_eq!(site.send(&node).await, [(0, Accepted)], "which closes it");
}

async fn one_node_tries_a_gateway_out(backend: Backend) {
    let (site, ..) = opened(backend).await;
    let (store, policy) = (&site.store, limits().breaker);
    let row = health::Health::load(store).of(site.gateways[0].id);
    let later = clock::now() + policy.rest;
    assert!(health::claim(store, policy, &row, later));
    assert!(!health::claim(store, policy, &row, later), "another one was faster");
    let row = health::Health::load(store).of(site.gateways[0].id);
    assert_eq!(policy.standing(&row, later), super::super::breaker::Standing::Open);
}

async fn a_change_of_the_gateway_closes_it(backend: Backend) {
    let (site, first, _second) = opened(backend).await;
    let row =
        site.store.read(|r| r.sms_gateway_by_name("gateway-0")).expect("read").expect("there");
    site.store.write(|w| w.update_sms_gateway(&row.gateway, 1, clock::now())).expect("changed");
    first.behave(Conduct::status("200 OK"));
    assert_eq!(site.send(&site.node()).await, [(0, Accepted)]);
}

async fn a_good_gateway_costs_no_write(backend: Backend) {
    let good = TestGateway::good().await;
    let site = Site::new(backend, vec![good.definition()]);
    site.send(&site.node()).await;
    assert_eq!(site.store.read(|r| r.gateway_health()), Ok(vec![]));
}
