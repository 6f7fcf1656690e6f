//! What of a newer description of a service provider is applied by itself (A86, A108): keys that are
//! new at once, keys that are gone after a grace; addresses on a host that the service provider did not
//! have before wait for a person, because whoever gets into its metadata would have answers sent there.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::Instant;
use crate::service_provider::{
    AssertionConsumerService, PublicKeyDer, ServiceProviderSettings, SingleLogoutService,
};

/// A key that is no longer published and is accepted for a while.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeavingKey {
    /// The key.
    pub key: PublicKeyDer,
    /// Until when.
    pub until: Instant,
}

/// The most keys that are accepted although they are no longer published: each may be tried for every
/// message that anybody sends.
const MOST_LEAVING: usize = 16;

/// The keys to accept, and which of them will go.
pub fn keys(
    present: &[PublicKeyDer],
    published: &[PublicKeyDer],
    leaving: &[LeavingKey],
    grace: chrono::TimeDelta,
    now: Instant,
) -> (Vec<PublicKeyDer>, Vec<LeavingKey>) {
    let mut accepted = published.to_vec();
    let mut stay = Vec::new();
    // What an administrator took away by hand is not among the present ones, and is not kept.
    for key in present.iter().filter(|key| !published.contains(key)) {
        let known = leaving.iter().find(|one| one.key == *key);
        let until = known.map_or(now + grace, |one| one.until);
        if until > now && stay.len() < MOST_LEAVING {
            accepted.push(key.clone());
            stay.push(LeavingKey { key: key.clone(), until });
        }
    }
    (accepted, stay)
}

/// The addresses of a service provider.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addresses {
    /// Where answers go.
    pub acs: Vec<AssertionConsumerService>,
    /// Where logout messages go.
    pub slo: Vec<SingleLogoutService>,
}

impl Addresses {
    /// Those of a service provider.
    pub fn of(settings: &ServiceProviderSettings) -> Self {
        Self {
            acs: settings.assertion_consumer_services.clone(),
            slo: settings.single_logout_services.clone(),
        }
    }

    /// The places that are not among those of the other: scheme, host and port.
    pub fn new_places(&self, before: &Self) -> Vec<String> {
        let (acs, all) = (before.acs_places(), before.places());
        let new_acs = self.acs_places().into_iter().filter(|place| !acs.contains(place));
        let new_others = self.places().into_iter().filter(|place| !all.contains(place));
        new_acs.chain(new_others).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn acs_places(&self) -> BTreeSet<String> {
        self.acs.iter().map(|service| place(&service.url)).collect()
    }

    fn places(&self) -> BTreeSet<String> {
        let slo =
            self.slo.iter().flat_map(|service| [&service.url, service.response_location_ref()]);
        self.acs_places().into_iter().chain(slo.map(|url| place(url))).collect()
    }
}

impl SingleLogoutService {
    fn response_location_ref(&self) -> &String {
        self.response_url.as_ref().unwrap_or(&self.url)
    }
}

/// Scheme, host and port of an address; what is none is a place of its own.
fn place(url: &str) -> String {
    Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.origin().ascii_serialization())
}

/// Whether newer addresses are applied by themselves: those of a service provider that has some already
/// are, unless one of them is at a place where it had none.
pub fn wait_for_a_person(before: &Addresses, after: &Addresses) -> bool {
    !before.acs.is_empty() && !after.new_places(before).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> PublicKeyDer {
        PublicKeyDer(name.to_owned())
    }

    fn at(hour: u32) -> Instant {
        format!("2026-11-24T{hour:02}:00:00Z").parse().unwrap()
    }

    #[test]
    fn new_keys_count_at_once_and_old_ones_for_a_while() {
        let grace = chrono::TimeDelta::hours(2);
        let (present, published) = ([key("a")], [key("b")]);
        let (accepted, leaving) = keys(&present, &published, &[], grace, at(1));
        assert_eq!(accepted, [key("b"), key("a")]);
        assert_eq!(leaving, [LeavingKey { key: key("a"), until: at(3) }]);
        let (later, still) = keys(&accepted, &published, &leaving, grace, at(2));
        assert_eq!((&later, &still), (&accepted, &leaving));
        let (last, none) = keys(&accepted, &published, &leaving, grace, at(3));
        assert_eq!((last.as_slice(), none.as_slice()), (&published[..], &[][..]));
    }

    #[test]
    fn a_key_that_is_published_again_stays() {
        let leaving = [LeavingKey { key: key("a"), until: at(1) }];
        let both = [key("a"), key("b")];
        assert_eq!(keys(&both, &both, &leaving, chrono::TimeDelta::zero(), at(2)).0, both);
    }

    #[test]
    fn a_key_that_was_taken_away_by_hand_stays_away() {
        let leaving = [LeavingKey { key: key("a"), until: at(9) }];
        let published = [key("b")];
        let (accepted, rest) =
            keys(&published, &published, &leaving, chrono::TimeDelta::days(1), at(2));
        assert_eq!((accepted.as_slice(), rest.len()), (&published[..], 0));
    }

    fn addresses(acs: &[&str], slo: &[&str]) -> Addresses {
        let acs = (0..).zip(acs).map(|(index, url)| AssertionConsumerService {
            index,
            url: (*url).to_owned(),
            is_default: None,
        });
        let slo = slo.iter().map(|url| SingleLogoutService {
            binding: crate::service_provider::LogoutBinding::Post,
            url: (*url).to_owned(),
            response_url: None,
        });
        Addresses { acs: acs.collect(), slo: slo.collect() }
    }

    /// A108. An address on another host than before waits for a person.
    #[test]
    fn a_new_host_waits_and_a_new_path_does_not() {
        let before = addresses(&["https://sp.example/acs"], &["https://out.example/slo"]);
        let waits = |acs: &[&str], slo: &[&str]| wait_for_a_person(&before, &addresses(acs, slo));
        assert!(!waits(&["https://sp.example/acs", "https://sp.example:443/other?x"], &[]));
        assert!(!waits(&["https://SP.example/acs"], &["https://sp.example/slo"]));
        assert!(waits(&["https://sp.example/acs", "https://evil.example/acs"], &[]));
        assert!(waits(&["https://sp.example:8443/acs"], &[]));
        assert!(waits(&["http://sp.example/acs"], &[]));
        assert!(waits(&["https://sp.example.evil.example/acs"], &[]));
        assert!(waits(&["https://out.example/acs"], &[]), "no answers went there");
        assert!(waits(&["https://sp.example/acs"], &["https://evil.example/slo"]));
        assert!(!wait_for_a_person(&Addresses::default(), &before));
    }
}
