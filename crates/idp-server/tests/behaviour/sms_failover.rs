//! People get their code although a gateway is dead or slow, and the ledger tells what was sent.

use std::net::TcpListener;
use std::time::Instant;

use idp_store::SumBy;

use crate::on_both_databases;
use crate::sms_ledger::{ledger, sum};
use crate::support::{Backend, Idp, IdpOptions, SignIn, Sp};

/// A gateway in front of the good one, at this address.
pub fn first_gateway(address: &str) -> IdpOptions {
    IdpOptions {
        configuration: format!(
            "\n[[sms_gateway]]\nname = \"dead\"\norder = 0\nurl = \"http://{address}/sms\"\n\
             body = \"to=$ctx.num&text=$ctx.msg\"\n"
        ),
        settings: Box::new(|settings| settings.sms.turn_milliseconds = 300),
        ..IdpOptions::default()
    }
}

/// Connections are made, and nothing ever answers.
pub fn hanging() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound").to_string();
    (listener, address)
}

on_both_databases! {
    with_the_first_gateway_dead_people_sign_in_through_the_second(backend) {
        let sp = Sp::new();
        let (_listener, address) = hanging();
        let idp = Idp::with(backend, &sp, first_gateway(&address)).await;
        let mut login = SignIn::at_the_code(&idp, &sp).await;
        assert_eq!(idp.phone.messages().len(), 1);
        assert_eq!(ledger(&idp, SumBy::Gateway), [sum("dead", 1, 0, 0), sum("phone", 1, 1, 0)]);
        login.code(&idp.phone.code()).await;
        assert!(login.has_response(), "{}", login.page.text);
        assert_eq!(ledger(&idp, SumBy::Gateway), [sum("dead", 1, 0, 0), sum("phone", 1, 1, 1)]);
        assert_eq!(ledger(&idp, SumBy::Country), [sum("LK", 2, 1, 1)]);
    }
}

on_both_databases! {
    a_gateway_that_keeps_failing_is_left_alone(backend) {
        let sp = Sp::new();
        let (_listener, address) = hanging();
        let options = IdpOptions {
            settings: Box::new(|settings| {
                settings.sms.turn_milliseconds = 300;
                settings.sms.breaker_failures = 1;
            }),
            ..first_gateway(&address)
        };
        let mut idp = Idp::with(backend, &sp, options).await;
        SignIn::at_the_code(&idp, &sp).await;
        // Another process on the same database knows as well.
        idp.restart().await;
        SignIn::at_the_code(&idp, &sp).await;
        assert_eq!(ledger(&idp, SumBy::Gateway), [sum("phone", 2, 2, 0), sum("dead", 1, 0, 0)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_does_not_wait_for_a_slow_gateway() {
    let sp = Sp::new();
    let (listener, address) = hanging();
    let idp = Idp::with(
        Backend::Sqlite,
        &sp,
        IdpOptions {
            settings: Box::new(|settings| settings.sms.turn_milliseconds = 10_000),
            ..first_gateway(&address)
        },
    )
    .await;
    let begun = Instant::now();
    let login = SignIn::at_the_code(&idp, &sp).await;
    assert!(login.page.text.contains("on its way"), "{}", login.page.text);
    assert!(begun.elapsed().as_secs() < 8, "{:?}", begun.elapsed());
    assert_eq!(idp.phone.messages_so_far().len(), 0, "the first gateway still has its turn");
    // The first gateway goes away, and the sending goes on although no page waits for it.
    drop(listener);
    assert_eq!(idp.phone.messages().len(), 1);
    assert_eq!(ledger(&idp, SumBy::Gateway), [sum("dead", 1, 0, 0), sum("phone", 1, 1, 0)]);
}
