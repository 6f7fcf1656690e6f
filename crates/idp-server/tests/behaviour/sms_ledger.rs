//! What the ledger tells of messages, and which of them were of use.

use idp_admin::users;
use idp_core::secret::Secret;
use idp_store::{LedgerSum, SumBy};
use serde_json::json;

use crate::on_both_databases;
use crate::sms_failover::{first_gateway, hanging};
use crate::support::{Backend, Behaviour, Idp, IdpOptions, Installation, Phone, SignIn, Sp};

/// What was sent, once nothing is being sent any more.
pub fn ledger(idp: &Idp, by: SumBy) -> Vec<LedgerSum> {
    idp.phone.wait_until_all_is_sent();
    idp.app.store.read(|r| r.sms_ledger(by, idp_core::Instant::UNIX_EPOCH)).expect("read")
}

pub fn sum(subject: &str, sends: i64, accepted: i64, used: i64) -> LedgerSum {
    LedgerSum { subject: Some(subject.to_owned()), sends, accepted, used }
}

fn give_codes(idp: &Idp) {
    let list = Secret::new("1234567890,1234567891".to_owned());
    idp.with_admin(|admin, rng| users::set_backup_codes(admin, "alice", &list, rng)).expect("set");
}

on_both_databases! {
    only_a_code_that_came_back_makes_a_message_used(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        give_codes(&idp);
        // In the field of the sent code and in its own.
        for answer in [("code", "1234567890"), ("backup_code", "1234567891")] {
            let mut login = SignIn::at_the_code(&idp, &sp).await;
            login.send(&[answer]).await;
            assert!(login.has_response(), "{}", login.page.text);
        }
        assert_eq!(ledger(&idp, SumBy::Gateway), [sum("phone", 2, 2, 0)]);
        let mut login = SignIn::at_the_code(&idp, &sp).await;
        login.code(&idp.phone.code()).await;
        assert!(login.has_response(), "{}", login.page.text);
        assert_eq!(ledger(&idp, SumBy::Gateway), [sum("phone", 3, 3, 1)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_comes_after_a_backup_code_was_sent_in_vain() {
    let sp = Sp::new();
    let (listener, address) = hanging();
    let options = IdpOptions {
        settings: Box::new(|settings| settings.sms.turn_milliseconds = 10_000),
        ..first_gateway(&address)
    };
    let idp = Idp::with(Backend::Sqlite, &sp, options).await;
    give_codes(&idp);
    let mut login = SignIn::at_the_code(&idp, &sp).await;
    login.code("1234567890").await;
    assert!(login.has_response(), "{}", login.page.text);
    assert_eq!(idp.phone.messages_so_far().len(), 0, "the first gateway still has its turn");
    drop(listener);
    assert_eq!(ledger(&idp, SumBy::Gateway), [sum("dead", 1, 0, 0), sum("phone", 1, 1, 0)]);
}

#[test]
fn a_message_that_an_administrator_sends_to_try_a_gateway_is_in_the_ledger_as_a_test() {
    let (installation, phone) = (Installation::new(), Phone::start());
    let add = ["sms-gateway", "add", "phone", "--url", &phone.url];
    let body = r#"{"to":"$ctx.num","text":"$ctx.msg"}"#;
    let form = ["--header", "Content-Type: application/json", "--body", body];
    installation.ok(&[&add[..], &form].concat());
    let test = ["sms-gateway", "test", "phone", "--to", "+94771234567"];
    let sends = |by| installation.json(&["sms-gateway", "sends", "--by", by])["rows"].clone();
    installation.ok(&[&test[..], &["--dry-run"]].concat());
    assert_eq!(sends("purpose"), json!([]));
    installation.ok(&test);
    // Who knows what a provider asks for a message that it did not take.
    phone.behave(Behaviour::Fail(500));
    installation.fails(&test);
    assert_eq!(phone.messages().len(), 1);
    let sum = |name| json!([{"name": name, "sends": 2, "accepted": 1, "failed": 1, "used": 0}]);
    assert_eq!(sends("purpose"), sum(Some("test")));
    assert_eq!(sends("gateway"), sum(Some("phone")));
    assert_eq!(sends("country"), sum(Some("LK")));
    assert_eq!(sends("sp"), sum(None));
}
