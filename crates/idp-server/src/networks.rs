//! Lists of addresses and networks, as settings name them.

use std::net::IpAddr;

use ipnet::IpNet;

/// Networks; an address is a network of one.
#[derive(Clone, Debug, Default)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// From checked settings: addresses, or networks such as `10.0.0.0/8`.
    pub fn parse(list: &[String]) -> Self {
        Self(list.iter().filter_map(|text| network(text)).collect())
    }

    /// Whether a text is an address or a network.
    pub fn is_one(text: &str) -> bool {
        network(text).is_some()
    }

    /// Whether one of them contains the address.
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}
