//! Where a service provider may be answered: the check of AssertionConsumerService and
//! SingleLogoutService locations.

use std::collections::BTreeSet;

use idp_core::service_provider::{AssertionConsumerService, SingleLogoutService};
use url::{Host, Url};

use super::rules::{AllowPlainHttp, Findings};

/// The longest location, in bytes.
const MAX_LENGTH: usize = 2048;
/// The most locations of one service provider.
const MAX_COUNT: usize = 256;

/// Checks every location. The browser carries signed personal data to these addresses, so that
/// nothing but https, or http where it cannot be overheard, is accepted.
pub(super) fn check_consumer_services(
    services: &[AssertionConsumerService],
    plain_http: AllowPlainHttp,
    findings: &mut Findings,
) {
    if services.is_empty() {
        findings.wrong(
            "acs",
            "at least one assertion consumer service is needed; give metadata or \
             [[service_provider.acs]]",
        );
    }
    if services.len() > MAX_COUNT {
        findings.wrong("acs", format!("at most {MAX_COUNT} assertion consumer services"));
    }
    let mut indexes = BTreeSet::new();
    for (position, service) in services.iter().enumerate() {
        if !indexes.insert(service.index) {
            findings.wrong(
                format!("acs[{position}].index"),
                format!("index {} is used twice; each needs its own", service.index),
            );
        }
        check_location(&format!("acs[{position}].url"), &service.url, plain_http, findings);
    }
    if services.iter().filter(|service| service.is_default == Some(true)).count() > 1 {
        findings.unwise("acs", "more than one is marked as default; the first of them is used");
    }
}

/// Checks every location for logout messages: the browser carries names of people there.
pub(super) fn check_logout_services(
    services: &[SingleLogoutService],
    signing_keys: usize,
    plain_http: AllowPlainHttp,
    findings: &mut Findings,
) {
    if services.len() > MAX_COUNT {
        findings.wrong("slo", format!("at most {MAX_COUNT} single logout services"));
    }
    for (position, service) in services.iter().enumerate() {
        check_location(&format!("slo[{position}].url"), &service.url, plain_http, findings);
        if let Some(url) = &service.response_url {
            check_location(&format!("slo[{position}].response_url"), url, plain_http, findings);
        }
    }
    if !services.is_empty() && signing_keys == 0 {
        findings.unwise(
            "slo",
            "no key to verify its logout messages is known, so that they are refused and its answers \
             do not count; give signing_certificates",
        );
    }
}

fn check_location(field: &str, location: &str, plain_http: AllowPlainHttp, out: &mut Findings) {
    // The URL parser silently drops tabs and newlines; the location must be what it looks like.
    let odd = |c: char| c.is_control() || c.is_whitespace();
    if location.len() > MAX_LENGTH || location.chars().any(odd) {
        out.wrong(field, "must have at most 2048 bytes and neither blanks nor control characters");
        return;
    }
    let Ok(url) = Url::parse(location) else {
        out.wrong(field, format!("\"{location}\" is not an absolute URL"));
        return;
    };
    match url.scheme() {
        "https" => {}
        "http" => check_plain_http(field, &url, plain_http, out),
        scheme => {
            out.wrong(field, format!("the scheme {scheme} is refused; use https"));
            return;
        }
    }
    if !url.username().is_empty() || url.password().is_some() {
        out.wrong(field, "must not hold a user name or password");
    }
    if url.fragment().is_some() {
        out.wrong(field, "must not have a fragment (#…); browsers never send it");
    }
}

fn check_plain_http(field: &str, url: &Url, policy: AllowPlainHttp, out: &mut Findings) {
    if is_loopback(url) {
        out.unwise(field, "plain http is fine on one machine only; use https in production");
    } else if policy == AllowPlainHttp::Any {
        out.unwise(field, "plain http lets anyone on the network read and take over the login");
    } else {
        out.wrong(
            field,
            "plain http to another host is refused: anyone on the network could read and take over \
             the login; use https, or set plain_http = \"any\" below [saml] in the settings of the \
             server, for a test network",
        );
    }
}

/// Whether a URL stays on the machine (RFC 6761, 6.3 for names below `localhost`).
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(url: &str, policy: AllowPlainHttp) -> (usize, usize) {
        let mut findings = Findings::default();
        let service = AssertionConsumerService { index: 0, url: url.to_owned(), is_default: None };
        check_consumer_services(&[service], policy, &mut findings);
        findings.counts()
    }

    #[test]
    fn https_anywhere_is_fine() {
        let found = findings("https://sp.example.org/acs?a=b", AllowPlainHttp::Loopback);
        assert_eq!(found, (0, 0));
    }

    #[test]
    fn plain_http_on_the_same_machine_is_a_warning() {
        for host in ["localhost:8080", "sp.localhost", "127.0.0.1", "[::1]:80", "127.8.0.1"] {
            let url = format!("http://{host}/acs");
            assert_eq!(findings(&url, AllowPlainHttp::Loopback), (0, 1), "{url}");
        }
    }

    #[test]
    fn plain_http_elsewhere_is_refused_unless_allowed() {
        for host in ["localhost.com", "sp.example.org", "10.0.0.1", "localhost.evil.example"] {
            let url = format!("http://{host}/acs");
            assert_eq!(findings(&url, AllowPlainHttp::Loopback), (1, 0), "{url}");
            assert_eq!(findings(&url, AllowPlainHttp::Any), (0, 1), "{url}");
        }
    }

    #[test]
    fn other_schemes_and_disguises_are_refused() {
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "/relative",
            "",
            "https://",
            "https://user:pw@sp.example.org/",
            "https://sp.example.org/#part",
            "https://sp.example.org/\n",
            " https://sp.example.org/",
            "java\tscript:alert(1)",
        ] {
            assert_eq!(findings(url, AllowPlainHttp::Any).0, 1, "{url:?}");
        }
    }
}
