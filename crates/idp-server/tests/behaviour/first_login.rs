//! The main job: a person comes from a service provider, passes two steps and goes back with an
//! assertion.

use crate::on_both_databases;
use crate::support::{Browser, Idp, Sp};

pub const PASSWORD: &str = "correct horse battery staple";

on_both_databases! {
    a_person_passes_both_steps_and_returns_with_an_assertion(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let mut browser = Browser::new();
        let request = sp.request(&idp);

        let page = browser.get(&sp.redirect_url(&idp, &request, Some("ss:mem:a b&c=\"d\""))).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert_eq!(page.form().inputs, ["username", "password"]);

        let page = browser.submit(&page, &[("username", "Alice"), ("password", PASSWORD)]).await;
        assert_eq!(page.form().inputs, ["code"], "{}", page.text);
        assert_eq!(idp.phone.messages().len(), 1);
        assert_eq!(idp.phone.messages()[0].to, "+94771234567");

        let page = browser.submit(&page, &[("code", &idp.phone.code())]).await;
        let received = sp.receive(&idp, &page, &request.id).await;
        assert_eq!(received.relay_state.as_deref(), Some("ss:mem:a b&c=\"d\""));
        assert_eq!(received.attribute("mobile"), ["+94771234567"]);
        assert_eq!(received.attribute("urn:oid:2.5.4.4"), ["O'Brien & Söhne <x>"]);
        assert_eq!(received.context(), "https://refeds.org/profile/mfa");
    }
}
