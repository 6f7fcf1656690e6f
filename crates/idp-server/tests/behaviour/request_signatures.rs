//! Signatures of requests, by both bindings: what counts, what is refused, and what the refusal says.

use crate::support::message::{
    RSA_SHA1, RSA_SHA256, deflated, encoded, form, percent_encoded, query, signed_query,
};
use crate::support::{
    AuthnRequest, Backend, Browser, Idp, IdpOptions, Page, SignatureTemplate, Sp,
};

async fn posted(idp: &Idp, xml: &str) -> Page {
    Browser::new().post(&idp.sso_url(), &form(&[("SAMLRequest", &encoded(xml))])).await
}

async fn queried(idp: &Idp, query: &str) -> Page {
    Browser::new().get(&idp.sso_query(query)).await
}

fn asks_for_password(page: &Page) {
    assert_eq!(page.form().inputs, ["username", "password"], "{}", page.text);
}

fn message(request: &AuthnRequest) -> String {
    deflated(request.xml().as_bytes())
}

fn sha1() -> SignatureTemplate {
    SignatureTemplate {
        signature_method: RSA_SHA1,
        digest_method: "http://www.w3.org/2000/09/xmldsig#sha1",
        ..SignatureTemplate::default()
    }
}

/// C001, C002, C005.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signed_requests_are_accepted_by_both_bindings() {
    for sp in [Sp::signing(), Sp::new()] {
        let idp = Idp::start(Backend::Sqlite, &sp).await;
        let request = sp.request(&idp);
        let query = signed_query(
            &query(&[("SAMLRequest", &message(&request)), ("RelayState", "a b~!'()*")]),
            RSA_SHA256,
            sp.key(),
        );
        asks_for_password(&queried(&idp, &query).await);
        asks_for_password(&posted(&idp, &sp.signed(&sp.request(&idp))).await);
        let by_certificate = SignatureTemplate {
            rest: "<ds:KeyInfo><ds:KeyName>any</ds:KeyName><ds:RetrievalMethod URI=\"http://127.0.0.1:9/key\"/></ds:KeyInfo>".to_owned(),
            ..SignatureTemplate::default()
        };
        asks_for_password(&posted(&idp, &sp.signed_with(&sp.request(&idp), &by_certificate)).await);
    }
}

/// C022.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_provider_that_signs_must_sign() {
    let sp = Sp::signing();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let unsigned = query(&[("SAMLRequest", &message(&sp.request(&idp)))]);
    let detail = idp.refused(&queried(&idp, &unsigned).await, "signature-missing");
    assert!(detail["advice"].as_str().unwrap().contains("authn_requests_signed"), "{detail}");
    idp.refused(&posted(&idp, &sp.request(&idp).xml()).await, "signature-missing");

    // An XML signature is none in a redirect (saml-bindings 3.4.4.1).
    let inside = query(&[("SAMLRequest", &deflated(sp.signed(&sp.request(&idp)).as_bytes()))]);
    idp.refused(&queried(&idp, &inside).await, "signature-missing");
}

/// C023, C190.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signature_that_is_there_must_be_right_even_where_none_is_asked_for() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let stranger = Sp::new();
    let plain = || query(&[("SAMLRequest", &message(&sp.request(&idp))), ("RelayState", "x")]);

    let query = signed_query(&plain(), RSA_SHA256, stranger.key());
    idp.refused(&queried(&idp, &query).await, "signature-invalid");
    let query =
        signed_query(&plain(), RSA_SHA256, sp.key()).replace("RelayState=x", "RelayState=y");
    idp.refused(&queried(&idp, &query).await, "signature-invalid");
    let other = percent_encoded(&message(&sp.request(&idp)));
    let signed = signed_query(&plain(), RSA_SHA256, sp.key());
    let (_, rest) = signed.split_once("&RelayState").unwrap();
    let swapped = format!("SAMLRequest={other}&RelayState{rest}");
    idp.refused(&queried(&idp, &swapped).await, "signature-invalid");

    idp.refused(&posted(&idp, &stranger.signed(&sp.request(&idp))).await, "signature-invalid");
    let tampered =
        sp.signed(&sp.request(&idp)).replace("Version=\"2.0\"", "ForceAuthn=\"1\" Version=\"2.0\"");
    idp.refused(&posted(&idp, &tampered).await, "signature-invalid");
    let signed = sp.signed(&sp.request(&idp));
    let value = signed.split("<ds:SignatureValue>").nth(1).unwrap().chars().next().unwrap();
    let flipped = if value == 'A' { 'B' } else { 'A' };
    let altered = signed
        .replace(&format!("<ds:SignatureValue>{value}"), &format!("<ds:SignatureValue>{flipped}"));
    idp.refused(&posted(&idp, &altered).await, "signature-invalid");
}

/// C025.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_keys_of_the_issuer_count() {
    let sp = Sp::signing();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let rival = Sp::named("https://rival.example.net/saml", true);
    idp.register(&rival, r#"[["basic-auth"]]"#, "");
    let query = query(&[("SAMLRequest", &message(&sp.request(&idp)))]);
    let page = queried(&idp, &signed_query(&query, RSA_SHA256, rival.key())).await;
    idp.refused(&page, "signature-invalid");
    idp.refused(&posted(&idp, &rival.signed(&sp.request(&idp))).await, "signature-invalid");

    let theirs = SignatureTemplate {
        rest: "<ds:KeyInfo><ds:X509Data/></ds:KeyInfo>".to_owned(),
        ..SignatureTemplate::default()
    };
    let xml = rival.signed_with(&sp.request(&idp), &theirs);
    idp.refused(&posted(&idp, &xml).await, "signature-invalid");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_was_replaced_is_refused_at_once() {
    let sp = Sp::signing();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    asks_for_password(&Browser::new().arrive(&sp, &idp, &sp.request(&idp)).await);
    let renewed = Sp::signing();
    idp.register(&renewed, r#"[["basic-auth"]]"#, "");
    idp.refused(&Browser::new().arrive(&sp, &idp, &sp.request(&idp)).await, "signature-invalid");
    asks_for_password(&Browser::new().arrive(&renewed, &idp, &renewed.request(&idp)).await);
}

/// C119.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sha1_is_refused_with_the_name_of_the_algorithm_and_of_the_setting() {
    let sp = Sp::signing();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let plain = || query(&[("SAMLRequest", &message(&sp.request(&idp)))]);
    let by_redirect = queried(&idp, &signed_query(&plain(), RSA_SHA1, sp.key())).await;
    let by_post = posted(&idp, &sp.signed_with(&sp.request(&idp), &sha1())).await;
    for page in [&by_redirect, &by_post] {
        let detail = idp.refused(page, "signature-sha1-refused");
        assert!(detail["found"].as_str().unwrap().contains(RSA_SHA1), "{detail}");
        assert!(detail["advice"].as_str().unwrap().contains("allow_sha1_until"), "{detail}");
    }
    let digest_alone = SignatureTemplate { signature_method: RSA_SHA256, ..sha1() };
    let page = posted(&idp, &sp.signed_with(&sp.request(&idp), &digest_alone)).await;
    idp.refused(&page, "signature-sha1-refused");
}

/// C119.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sha1_is_accepted_until_the_date_that_was_set() {
    let sp = Sp::signing();
    let until = |date: &str| IdpOptions {
        service_provider: format!("allow_sha1_until = \"{date}\""),
        ..IdpOptions::default()
    };
    let idp = Idp::with(Backend::Sqlite, &sp, until("2999-01-01T00:00:00Z")).await;
    let plain = || query(&[("SAMLRequest", &message(&sp.request(&idp)))]);
    asks_for_password(&queried(&idp, &signed_query(&plain(), RSA_SHA1, sp.key())).await);
    asks_for_password(&posted(&idp, &sp.signed_with(&sp.request(&idp), &sha1())).await);
    idp.change("allow_sha1_until = \"2020-01-01T00:00:00Z\"");
    let page = queried(&idp, &signed_query(&plain(), RSA_SHA1, sp.key())).await;
    idp.refused(&page, "signature-sha1-refused");
}

/// C118.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn weak_symmetric_and_unknown_algorithms_are_refused_by_name() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let signed = sp.signed(&sp.request(&idp));
    for algorithm in [
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "none",
        "",
        "http://www.w3.org/2001/04/xmldsig-more#RSA-SHA256",
    ] {
        let plain = query(&[("SAMLRequest", &message(&sp.request(&idp)))]);
        let page = queried(&idp, &signed_query(&plain, algorithm, sp.key())).await;
        let detail = idp.refused(&page, "signature-algorithm-refused");
        assert!(detail["found"].as_str().unwrap().contains(algorithm), "{detail}");
        idp.refused(
            &posted(&idp, &signed.replace(RSA_SHA256, algorithm)).await,
            "signature-algorithm-refused",
        );
    }
    let md5 = "http://www.w3.org/2001/04/xmldsig-more#md5";
    let page = posted(&idp, &signed.replace("http://www.w3.org/2001/04/xmlenc#sha256", md5)).await;
    idp.refused(&page, "signature-algorithm-refused");
}

/// C005.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_signature_covers_the_octets_of_the_query_as_they_came() {
    let sp = Sp::signing();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let lower = |query: &str| {
        let mut parts = query.split('%');
        let first = parts.next().unwrap().to_owned();
        parts.fold(first, |text, part| {
            let (hex, rest) = part.split_at(2);
            format!("{text}%{}{rest}", hex.to_lowercase())
        })
    };
    let plain = || query(&[("SAMLRequest", &message(&sp.request(&idp))), ("RelayState", "a b/c~")]);
    let sig_alg = format!("&SigAlg={}", percent_encoded(RSA_SHA256));

    let in_lower_case = signed_query(&lower(&plain()), RSA_SHA256, sp.key());
    asks_for_password(&queried(&idp, &in_lower_case).await);
    let blanks = signed_query(&plain().replace('+', "%20"), RSA_SHA256, sp.key());
    asks_for_password(&queried(&idp, &blanks).await);

    let upper = signed_query(&plain(), RSA_SHA256, sp.key());
    let (covered, rest) = upper.split_once(&sig_alg).unwrap();
    let sent = format!("{}{}{rest}", lower(covered), lower(&sig_alg));
    let detail = idp.refused(&queried(&idp, &sent).await, "signature-other-encoding");
    assert!(detail["advice"].as_str().unwrap().contains("The key is right"), "{detail}");

    let sent = upper.replace("RelayState=a+b", "RelayState=a%20b");
    idp.refused(&queried(&idp, &sent).await, "signature-other-encoding");
}

/// C005.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn relay_state_is_part_of_what_is_signed() {
    let sp = Sp::signing();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let bare = || query(&[("SAMLRequest", &message(&sp.request(&idp)))]);
    let added = format!("{}&RelayState=x", signed_query(&bare(), RSA_SHA256, sp.key()));
    let page = queried(&idp, &added).await;
    let detail = idp.refused(&page, "signature-other-encoding");
    assert!(detail["found"].as_str().unwrap().contains("without RelayState"), "{detail}");
    let removed = signed_query(&format!("{}&RelayState=x", bare()), RSA_SHA256, sp.key())
        .replace("&RelayState=x", "");
    idp.refused(&queried(&idp, &removed).await, "signature-invalid");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_signature_is_none_and_is_refused() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let signed =
        signed_query(&query(&[("SAMLRequest", &message(&sp.request(&idp)))]), RSA_SHA256, sp.key());
    let (without, _) = signed.split_once("&Signature=").unwrap();
    idp.refused(&queried(&idp, without).await, "signature-incomplete");
    let without = signed.replace(&format!("&SigAlg={}", percent_encoded(RSA_SHA256)), "");
    idp.refused(&queried(&idp, &without).await, "signature-incomplete");
    let empty = format!("{without}&SigAlg=");
    idp.refused(&queried(&idp, &empty).await, "signature-algorithm-refused");
}

/// C015.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signed_message_names_its_destination() {
    let sp = Sp::signing();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let request = AuthnRequest { destination: None, ..sp.request(&idp) };
    let query = signed_query(&query(&[("SAMLRequest", &message(&request))]), RSA_SHA256, sp.key());
    idp.refused(&queried(&idp, &query).await, "destination-missing");
    idp.refused(&posted(&idp, &sp.signed(&request)).await, "destination-missing");
}
