//! The address that people use, and what stands in front of the server.

use std::net::SocketAddr;

use super::finding::Findings;
use crate::config::Settings;
use crate::public_url::PublicUrl;

const CHECK: &str = "public address";

/// Looks at the addresses of the settings.
pub fn check(settings: &Settings, findings: &mut Findings) {
    let Some(public) = PublicUrl::parse(&settings.public_url) else { return };
    let loopback = public.protects_transport() && !public.is_https();
    if !public.protects_transport() {
        findings.warning(
            CHECK,
            format!(
                "{} is plain http: passwords, codes and session cookies can be read on the way, \
                 and the cookies have no __Host- prefix and no Secure",
                settings.public_url
            ),
            "put a proxy with TLS in front, and set public_url to its https address",
        );
    } else if loopback && !listens_here_only(&settings.listen) {
        findings.warning(
            CHECK,
            format!(
                "the server listens on {} but sends browsers to {}",
                settings.listen, settings.public_url
            ),
            "set public_url to the https address that people use, or listen to 127.0.0.1",
        );
    } else if public.is_https() && settings.trusted_proxies.is_empty() {
        findings.warning(
            CHECK,
            "public_url is https, so a proxy is in front, but trusted_proxies is empty: all people \
             share the proxy's address and its limits",
            "list the proxy's address in trusted_proxies",
        );
    } else {
        let cookies =
            if public.is_https() { "; cookies are Secure with the prefix __Host-" } else { "" };
        findings.ok(CHECK, format!("{}{cookies}", settings.public_url));
    }
    let metrics = &settings.metrics.listen;
    if !metrics.is_empty() && !listens_here_only(metrics) {
        findings.warning(
            "metrics",
            format!("{metrics} can be reached from elsewhere, without a password"),
            "let a firewall pass your monitor only, or listen to 127.0.0.1",
        );
    }
}

/// Whether a listener can be reached from this machine alone. A name is taken to be one of elsewhere.
fn listens_here_only(address: &str) -> bool {
    let loopback = |address: SocketAddr| address.ip().is_loopback();
    address.starts_with("localhost:") || address.parse().is_ok_and(loopback)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::Finding;

    fn found(change: impl Fn(&mut Settings)) -> Vec<Finding> {
        let mut settings = Settings::default();
        change(&mut settings);
        let mut findings = Findings::default();
        check(&settings, &mut findings);
        findings.into_list()
    }

    fn told(change: impl Fn(&mut Settings)) -> String {
        let found = found(change);
        found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_defaults_are_well() {
        assert!(told(|_| {}).starts_with("ok"));
    }

    /// C014.
    #[test]
    fn plain_http_for_others_is_told() {
        assert!(told(|s| s.public_url = "http://login.example.org".to_owned()).contains("Secure"));
    }

    #[test]
    fn a_server_for_others_that_calls_itself_localhost_is_told() {
        assert!(told(|s| s.listen = "0.0.0.0:9763".to_owned()).contains("sends browsers to"));
    }

    #[test]
    fn a_proxy_that_is_not_trusted_is_told() {
        let https = |s: &mut Settings| s.public_url = "https://login.example.org".to_owned();
        assert!(told(https).contains("trusted_proxies"));
        let both = |s: &mut Settings| {
            https(s);
            s.trusted_proxies = vec!["127.0.0.1".to_owned()];
        };
        assert!(told(both).contains("__Host-"));
    }

    #[test]
    fn metrics_for_everybody_are_told() {
        let told = told(|s| s.metrics.listen = "0.0.0.0:9764".to_owned());
        assert!(told.contains("without a password"), "{told}");
    }
}
