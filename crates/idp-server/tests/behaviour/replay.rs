//! A request works once: one after the other, at the same time, by either binding.

use crate::on_both_databases;
use crate::support::{Browser, Idp, Page, Sp};

/// Sends the same address from many copies of a browser at once.
async fn at_once(browser: &Browser, url: &str, copies: usize) -> Vec<Page> {
    let visits: Vec<_> = (0..copies)
        .map(|_| {
            let (mut browser, url) = (browser.clone(), url.to_owned());
            tokio::spawn(async move { browser.get(&url).await })
        })
        .collect();
    let mut pages = Vec::new();
    for visit in visits {
        pages.push(visit.await.expect("no panic"));
    }
    pages
}

on_both_databases! {
    a_request_is_answered_once(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let mut browser = Browser::new();
        let request = sp.request(&idp);
        browser.visit(&sp, &idp, &request).await;
        // From the session, from elsewhere, and by the other binding.
        idp.refused(&browser.arrive(&sp, &idp, &request).await, "request-replayed");
        idp.refused(&Browser::new().arrive(&sp, &idp, &request).await, "request-replayed");
        let fields = sp.post_fields(&request, None);
        let page = browser.post_cross_site(&idp.sso_url(), &fields).await;
        let detail = idp.refused(&page, "request-replayed");
        assert_eq!(detail["issuer"], sp.entity_id.as_str());

        let request = sp.request(&idp);
        let fields = sp.post_fields(&request, None);
        let page = browser.post_cross_site(&idp.sso_url(), &fields).await;
        sp.receive(&idp, &page, &request.id).await;
        idp.refused(&browser.post_cross_site(&idp.sso_url(), &fields).await, "request-replayed");
        idp.refused(&browser.arrive(&sp, &idp, &request).await, "request-replayed");
        assert_eq!(idp.events("assertion.issued").len(), 2);
    }
}

on_both_databases! {
    of_parallel_copies_exactly_one_wins(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let mut browser = Browser::new();
        browser.visit(&sp, &idp, &sp.request(&idp)).await;
        for _ in 0..3 {
            let url = sp.redirect_url(&idp, &sp.request(&idp), None);
            let pages = at_once(&browser, &url, 12).await;
            let (won, lost): (Vec<_>, Vec<_>) = pages.iter().partition(|page| page.status == 200);
            assert_eq!(won.len(), 1);
            assert!(won[0].form().hidden("SAMLResponse").is_some());
            for page in lost {
                idp.refused(page, "request-replayed");
            }
        }
        assert_eq!(idp.events("assertion.issued").len(), 4);
    }
}

on_both_databases! {
    of_parallel_copies_exactly_one_begins_a_login(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let url = sp.redirect_url(&idp, &sp.request(&idp), None);
        let pages = at_once(&Browser::new(), &url, 12).await;
        assert_eq!(pages.iter().filter(|page| page.status == 200).count(), 1);
        assert_eq!(idp.events("login.started").len(), 1);
    }
}

on_both_databases! {
    a_request_stays_used_after_a_restart(backend) {
        let sp = Sp::new();
        let mut idp = Idp::start(backend, &sp).await;
        let mut browser = Browser::new();
        let request = sp.request(&idp);
        browser.visit(&sp, &idp, &request).await;
        idp.restart().await;
        idp.refused(&browser.arrive(&sp, &idp, &request).await, "request-replayed");
        let (_, asked) = browser.visit(&sp, &idp, &sp.request(&idp)).await;
        assert!(asked.is_empty(), "the session did not survive the restart");
    }
}

on_both_databases! {
    two_service_providers_may_use_the_same_id(backend) {
        let (sp, other) = (Sp::new(), Sp::named("https://other.example.org/saml", false));
        let idp = Idp::start(backend, &sp).await;
        idp.register(&other, r#"[["basic-auth"]]"#, "");
        let mut browser = Browser::new();
        let request = sp.request(&idp);
        browser.visit(&sp, &idp, &request).await;
        let mut same = other.request(&idp);
        same.id.clone_from(&request.id);
        browser.visit(&other, &idp, &same).await;
    }
}

on_both_databases! {
    a_request_that_was_refused_is_used_up_like_one_that_was_answered(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let passive = sp.request(&idp).attribute("IsPassive=\"true\"");
        let unmet = sp.request(&idp).element(
            "<samlp:RequestedAuthnContext><saml:AuthnContextClassRef>\
             urn:oasis:names:tc:SAML:2.0:ac:classes:X509</saml:AuthnContextClassRef>\
             </samlp:RequestedAuthnContext>",
        );
        for (request, status, code) in [
            (passive, &["Responder", "NoPassive"], "passive-impossible"),
            (unmet, &["Responder", "NoAuthnContext"], "authn-context-unmet"),
        ] {
            let mut browser = Browser::new();
            let page = browser.arrive(&sp, &idp, &request).await;
            idp.answered_with_error(&sp, &page, status, code).await;
            idp.refused(&browser.arrive(&sp, &idp, &request).await, "request-replayed");
            let fields = sp.post_fields(&request, None);
            let page = browser.post_cross_site(&idp.sso_url(), &fields).await;
            idp.refused(&page, "request-replayed");
        }
        assert_eq!(idp.events("request.refused").len(), 2);

        // The other way round, by a POST first.
        let request = sp.request(&idp).attribute("IsPassive=\"true\"");
        let fields = sp.post_fields(&request, None);
        let page = Browser::new().post_cross_site(&idp.sso_url(), &fields).await;
        idp.answered_with_error(&sp, &page, &["Responder", "NoPassive"], "passive-impossible").await;
        idp.refused(&Browser::new().arrive(&sp, &idp, &request).await, "request-replayed");
    }
}
