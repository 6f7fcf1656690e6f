//! Where a request came from. X-Forwarded-For is believed only from a proxy that the settings name.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::HttpRequest;

use crate::networks::Networks;

/// The proxies whose word is taken.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Networks);

impl TrustedProxies {
    /// From checked settings: addresses or networks.
    pub fn parse(list: &[String]) -> Self {
        Self(Networks::parse(list))
    }

    /// The address of the person's side: the peer, or, behind trusted proxies, the last address in
    /// X-Forwarded-For that is not one of them.
    pub fn client(&self, request: &HttpRequest) -> IpAddr {
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let headers =
            request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
        self.behind(peer, &headers.collect::<Vec<_>>())
    }

    fn behind(&self, peer: IpAddr, forwarded: &[&str]) -> IpAddr {
        let mut client = peer.to_canonical();
        let hops = forwarded.iter().flat_map(|value| value.split(',')).map(str::trim).rev();
        for hop in hops {
            if !self.trusts(client) {
                break;
            }
            match hop.parse::<IpAddr>() {
                Ok(address) => client = address.to_canonical(),
                Err(_) => break,
            }
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.contain(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let trusted: Vec<String> = trusted.iter().map(|&t| t.to_owned()).collect();
        TrustedProxies::parse(&trusted)
            .behind(peer.parse().expect("an address"), forwarded)
            .to_string()
    }

    #[test]
    fn a_stranger_cannot_claim_another_address() {
        assert_eq!(client(&[], "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client(&["10.0.0.1"], "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
    }

    #[test]
    fn a_trusted_proxy_is_believed_about_its_own_peer_only() {
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1", &["1.2.3.4, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(
            client(&["10.0.0.0/8"], "10.0.0.1", &["198.51.100.7, 10.2.2.2"]),
            "198.51.100.7"
        );
        assert_eq!(client(&["10.0.0.1"], "10.0.0.1", &["nonsense"]), "10.0.0.1");
    }
}
