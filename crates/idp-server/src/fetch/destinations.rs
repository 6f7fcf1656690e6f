//! Where documents may be fetched from. Whoever names an address to us must not reach by it what only
//! we can reach: the network behind us, ourselves, the metadata service of a cloud (server-side request
//! forgery). So an address that is not of the public internet counts only where a setting lists it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

use crate::networks::Networks;

/// What of IPv4 is not the public internet (IANA IPv4 Special-Purpose Address Registry, RFC 6890).
const SPECIAL_V4: [Ipv4Net; 16] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 31, 196, 0], 24),
    v4([192, 52, 193, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    // Multicast, and what is reserved.
    v4([224, 0, 0, 0], 3),
];

/// What of IPv6 is given out to anybody.
const UNICAST_V6: Ipv6Net = v6([0x2000, 0], 3);

/// What of that is not the public internet, or leads to an IPv4 address inside it (Teredo, 6to4).
const SPECIAL_V6: [Ipv6Net; 4] =
    [v6([0x2001, 0], 23), v6([0x2001, 0x0db8], 32), v6([0x2002, 0], 16), v6([0x3fff, 0], 20)];

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    let [a, b, c, d] = octets;
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(first: [u16; 2], prefix: u8) -> Ipv6Net {
    let [a, b] = first;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), prefix)
}

/// Which addresses may be asked.
#[derive(Clone, Debug, Default)]
pub struct Destinations {
    listed: Networks,
}

impl Destinations {
    /// The public internet, and these: addresses or networks, from checked settings.
    pub fn with(listed: &[String]) -> Self {
        Self { listed: Networks::parse(listed) }
    }

    /// Whether a setting names it.
    pub fn lists(&self, address: IpAddr) -> bool {
        self.listed.contain(address.to_canonical())
    }

    /// Whether it may be asked.
    pub fn permits(&self, address: IpAddr) -> bool {
        is_public(address.to_canonical()) || self.lists(address)
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|network| network.contains(&address)),
        IpAddr::V6(address) => {
            UNICAST_V6.contains(&address)
                && !SPECIAL_V6.iter().any(|network| network.contains(&address))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(listed: &[&str], address: &str) -> bool {
        let listed: Vec<String> = listed.iter().map(|&text| text.to_owned()).collect();
        Destinations::with(&listed).permits(address.parse().expect("an address"))
    }

    #[test]
    fn the_public_internet_is_permitted() {
        for address in
            ["8.8.8.8", "93.184.216.34", "172.32.0.1", "2606:2800:220:1::1", "::ffff:8.8.8.8"]
        {
            assert!(permits(&[], address), "{address}");
        }
    }

    /// C216.
    #[test]
    fn what_only_we_can_reach_is_not() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.8.8.8",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12:3456::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::1",
            "2001:0:1::1",
            "2001:db8::1",
            "fec0::1",
        ] {
            assert!(!permits(&[], address), "{address}");
        }
    }

    #[test]
    fn what_is_listed_is_permitted_in_every_spelling() {
        assert!(permits(&["127.0.0.1"], "127.0.0.1"));
        assert!(permits(&["127.0.0.1"], "::ffff:127.0.0.1"));
        assert!(permits(&["10.0.0.0/8", "fd00::/8"], "fd12::1"));
        assert!(!permits(&["10.0.0.0/8"], "127.0.0.1"));
    }
}
