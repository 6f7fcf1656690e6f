//! Where the answer goes (C038 to C045): a registered endpoint or nowhere.

use idp_core::saml::status::Status;

use crate::support::*;

fn with(attributes: &str) -> String {
    request_with(attributes, "")
}

/// C038, C040, C041.
#[test]
fn the_endpoint_is_chosen_by_url_by_index_or_by_default() {
    let post = "ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\"";
    for (attributes, url) in [
        (String::new(), ACS),
        (format!(" {post}"), ACS),
        (format!(" AssertionConsumerServiceURL=\"{ACS_7}\""), ACS_7),
        (format!(" AssertionConsumerServiceURL=\"{ACS_7}\" {post}"), ACS_7),
        (" AssertionConsumerServiceIndex=\"7\"".to_owned(), ACS_7),
        (" AssertionConsumerServiceIndex=\"0\"".to_owned(), ACS),
    ] {
        assert_eq!(by_post(&with(&attributes)).unwrap().acs_url(), url, "{attributes}");
    }
}

/// C043.
#[test]
fn the_default_is_the_first_true_else_the_first_unset_else_the_first() {
    for (flags, url) in [
        ([Some(false), Some(true)], ACS),
        ([None, Some(true)], ACS),
        ([Some(false), None], ACS),
        ([None, None], ACS_7),
        ([Some(false), Some(false)], ACS_7),
        ([Some(true), Some(true)], ACS_7),
    ] {
        let mut sp = sp();
        for (service, flag) in sp.settings.assertion_consumer_services.iter_mut().zip(flags) {
            service.is_default = flag;
        }
        assert_eq!(by_post_to(&sp, &with("")).unwrap().acs_url(), url, "{flags:?}");
    }
}

/// C038, C039, C045.
#[test]
fn an_unregistered_location_is_told_to_nobody() {
    for url in [
        "https://evil.example/acs",
        "https://sp.example/acs/",
        "https://sp.example/acs?x=1",
        "https://SP.example/acs",
        "https://sp.example:443/acs",
        "https://sp.example/acs#",
        "http://sp.example/acs",
        " https://sp.example/acs",
        "javascript:alert(1)",
        "",
    ] {
        let error = by_post(&with(&format!(" AssertionConsumerServiceURL=\"{url}\""))).unwrap_err();
        assert_eq!(error.local(), "acs-not-registered", "{url}");
        assert!(error.reason().expected.contains(ACS));
    }
}

/// C045.
#[test]
fn an_unregistered_location_counts_even_in_a_request_signed_by_its_owner() {
    let xml = with(" AssertionConsumerServiceURL=\"https://evil.example/\"");
    let signed = Recipe::default().sign(&xml);
    assert_eq!(by_post(&signed).unwrap_err().local(), "acs-not-registered");
}

/// C044.
#[test]
fn an_unknown_index_is_answered_at_the_default_endpoint() {
    for index in ["1", "-1", "65536", "99999999999999999999", "x", "", " 7", "+7", "7.0"] {
        let xml = with(&format!(" AssertionConsumerServiceIndex=\"{index}\""));
        let refusal = by_post(&xml).unwrap_err().refused();
        assert_eq!(refusal.status, Status::ResourceNotRecognized, "{index}");
        assert_eq!(refusal.reason.code, "acs-index-unknown");
        assert_eq!(refusal.request.acs_url(), ACS);
        assert_eq!(refusal.request.id(), "_r1");
    }
}

/// C042.
#[test]
fn index_together_with_url_or_binding_is_refused() {
    let index = " AssertionConsumerServiceIndex=\"7\"";
    let url = format!(" AssertionConsumerServiceURL=\"{ACS_7}\"");
    let binding = " ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\"";
    for (attributes, answered_at) in
        [(format!("{index}{url}"), ACS_7), (format!("{index}{binding}"), ACS)]
    {
        let refusal = by_post(&with(&attributes)).unwrap_err().refused();
        assert_eq!(refusal.status, Status::Requester);
        assert_eq!(refusal.reason.code, "acs-ambiguous");
        assert_eq!(refusal.request.acs_url(), answered_at);
    }
}

/// C004, C041.
#[test]
fn another_binding_for_the_answer_is_refused_at_a_registered_endpoint() {
    for name in ["HTTP-Artifact", "PAOS", "HTTP-Redirect"] {
        let xml = with(&format!(
            " AssertionConsumerServiceURL=\"{ACS_7}\" \
             ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:{name}\""
        ));
        let refusal = by_post(&xml).unwrap_err().refused();
        assert_eq!(refusal.status, Status::RequestUnsupported);
        assert_eq!(refusal.request.acs_url(), ACS_7);
    }
}

#[test]
fn a_script_is_no_endpoint_even_if_it_was_registered() {
    let mut sp = sp();
    for service in &mut sp.settings.assertion_consumer_services {
        service.url = "javascript:alert(1)".to_owned();
    }
    assert_eq!(by_post_to(&sp, &with("")).unwrap_err().local(), "acs-none");
    sp.settings.assertion_consumer_services.clear();
    assert_eq!(by_post_to(&sp, &with("")).unwrap_err().local(), "acs-none");
}
