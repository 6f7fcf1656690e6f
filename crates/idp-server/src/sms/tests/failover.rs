//! Whatever the first gateway does, the code goes out; and nothing goes out twice.

use idp_core::flow::authenticator::Delivery;
use idp_store::SendOutcome::{Accepted, Failed, Rejected, TimedOut};
use idp_store::testing::Backend;

use super::gateway::Conduct;
use super::*;

/// A site whose second gateway is good.
async fn second_is_good(first: GatewayDefinition) -> (Site, TestGateway) {
    let second = TestGateway::good().await;
    (Site::new(Backend::Sqlite, vec![first, second.definition()]), second)
}

async fn fails_over(first: GatewayDefinition, outcome: SendOutcome) {
    let (site, second) = second_is_good(first).await;
    assert_eq!(site.send(&site.node()).await, [(0, outcome), (1, Accepted)]);
    assert_eq!(second.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_refuses_connections() {
    fails_over(TestGateway::refused().await, Failed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_hangs() {
    let first = TestGateway::start(Conduct::Hang).await;
    fails_over(first.definition(), TimedOut).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_closes_the_connection() {
    let first = TestGateway::start(Conduct::Close).await;
    fails_over(first.definition(), Failed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_answers_500() {
    let first = TestGateway::start(Conduct::status("500 Internal Server Error")).await;
    fails_over(first.definition(), Rejected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_answers_200_with_an_error_in_the_body() {
    let first = TestGateway::start(Conduct::body(r#"{"error":"no credit"}"#)).await;
    fails_over(first.definition_with_rule(), Rejected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_whose_answer_does_not_end() {
    let first = TestGateway::start(Conduct::Drip).await;
    fails_over(first.definition_with_rule(), TimedOut).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_leads_elsewhere_is_not_followed() {
    let elsewhere = TestGateway::good().await;
    let first = TestGateway::start(Conduct::redirect(&elsewhere.url())).await;
    fails_over(first.definition(), Rejected).await;
    assert_eq!(elsewhere.requests(), [""; 0], "number and code went to somebody else");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_huge_answer_64_kilobytes_are_read() {
    let first = TestGateway::start(Conduct::Flood).await;
    let (site, _second) = second_is_good(first.definition_with_rule()).await;
    let sent = site.node().send(&site.gateways, &[], &message()).await;
    assert_eq!(site.outcomes(&sent), [(0, Rejected), (1, Accepted)]);
    let answer = sent.attempts[0].1.answer.as_ref().expect("it answered");
    assert_eq!(answer.body.len(), 64 * 1024 + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_rules_the_status_decides_and_the_body_is_not_waited_for() {
    for conduct in [Conduct::Drip, Conduct::Flood] {
        let first = TestGateway::start(conduct).await;
        let (site, second) = second_is_good(first.definition()).await;
        assert_eq!(site.send(&site.node()).await, [(0, Accepted)]);
        assert_eq!(second.requests(), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_gateway_gets_the_whole_budget() {
    let slow = TestGateway::start(Conduct::Drip).await;
    let site = Site::new(Backend::Sqlite, vec![slow.definition_with_rule()]);
    let mut limits = limits();
    limits.time = TimeLimits { budget: Duration::from_millis(700), turn: Duration::from_millis(1) };
    let sent = site.node_with(&limits).send(&site.gateways, &[], &message()).await;
    assert_eq!(site.outcomes(&sent), [(0, TimedOut)]);
    assert!(sent.attempts[0].1.took >= Duration::from_millis(500), "{sent:?}");
    assert_eq!(sent.delivery(), Delivery::Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_budget_ends_the_trials() {
    let hanging = TestGateway::start(Conduct::Hang).await;
    let site = Site::new(Backend::Sqlite, vec![hanging.definition(); 20]);
    let mut limits = limits();
    limits.time =
        TimeLimits { budget: Duration::from_millis(200), turn: Duration::from_millis(100) };
    let tried = site.send(&site.node_with(&limits)).await;
    assert!(tried.len() <= 3, "{tried:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateways_own_limit_counts_as_well() {
    let hanging = TestGateway::start(Conduct::Hang).await;
    let mut definition = hanging.definition();
    definition.connect_timeout_ms = 50;
    definition.total_timeout_ms = 100;
    let site = Site::new(Backend::Sqlite, vec![definition]);
    let sent = site.node().send(&site.gateways, &[], &message()).await;
    assert!(sent.attempts[0].1.why.contains("100 ms"), "{sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_is_accepted_twice() {
    let (first, second) = (TestGateway::good().await, TestGateway::good().await);
    let site = Site::new(Backend::Sqlite, vec![first.definition(), second.definition()]);
    let node = site.node();
    let sends = (0..40).map(|n| {
        // Now and then the first one has a bad moment.
        first.behave(Conduct::status(if n % 4 == 0 { "503 Busy" } else { "202 Accepted" }));
        site.send(&node)
    });
    let mut accepted = 0;
    for send in sends {
        accepted += send.await.iter().filter(|(_, outcome)| *outcome == Accepted).count();
    }
    assert_eq!(accepted, 40);
    assert_eq!(second.requests().len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn disabled_gateways_are_not_tried() {
    let good = TestGateway::good().await;
    let mut site = Site::new(Backend::Sqlite, vec![good.definition()]);
    site.gateways[0].enabled = false;
    assert_eq!(site.send(&site.node()).await, []);
    assert_eq!(good.requests(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn reasons_tell_neither_number_nor_code_nor_address() {
    let mut refused = TestGateway::refused().await;
    refused.url.push_str("?key=s3cret&to=$ctx.num&code=$ctx.otp");
    let hanging = TestGateway::start(Conduct::Hang).await;
    let site = Site::new(Backend::Sqlite, vec![refused, hanging.definition()]);
    let mut limits = limits();
    limits.time.budget = Duration::from_millis(300);
    let sent = site.node_with(&limits).send(&site.gateways, &[], &message()).await;
    let text = format!("{sent:?}");
    for secret in ["s3cret", "771234567", "482913", "/sms"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_under_way_is_waited_for() {
    let site = Site::new(Backend::Sqlite, Vec::new());
    let node = site.node();
    let (release, released) = tokio::sync::oneshot::channel::<()>();
    let task = node.background.spawn(released).expect("running");
    assert_eq!(node.background.finish(Duration::ZERO).await, 1);
    release.send(()).expect("waiting");
    assert_eq!(node.background.finish(Duration::from_mins(1)).await, 0);
    assert_eq!(task.await.expect("no panic"), Ok(()));
}
