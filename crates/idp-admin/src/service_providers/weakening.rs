//! Which changes make a service provider less secure. Whoever makes one in a browser signs in anew
//! before, so that a page left open is not enough.

use std::collections::BTreeSet;

use authenticators::sms_otp::SmsOtp;
use idp_core::encryption::PublishedKey;
use idp_core::flow::chain::{Step, StepWish};
use idp_core::flow::settings::SettingsByAuthenticator;
use idp_core::flow::step_policy::StepPolicy;
use idp_core::service_provider::{ServiceProvider, ServiceProviderSettings};
use url::Url;

use super::draft::ServiceProviderDraft;
use super::encryption::is_protected;

/// What a change would weaken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weakening {
    /// A step is gone, can be left out by more people, or passed in more ways.
    Steps,
    /// Answers or logout messages may go to another host.
    Hosts,
    /// Unsigned requests are accepted.
    Signatures,
    /// Another key may sign requests.
    Keys,
    /// SHA-1 is accepted longer.
    Sha1,
    /// People may give a number during a login.
    Enrolment,
    /// Sign-ins may begin here, or carry another RelayState.
    IdpInitiated,
    /// Less is encrypted, or less well, or another key may read it.
    Encryption,
    /// More is said of it, so that release rules may tell it more.
    Release,
}

/// Everything that the change would weaken.
pub fn weakenings(before: &ServiceProvider, after: &ServiceProviderDraft) -> Vec<Weakening> {
    let (old, new) = (&before.settings, &after.settings);
    let hosts = origins(old);
    let signs = |key| old.signing_keys.contains(key);
    let all = [
        (Weakening::Steps, !before.chain.steps().iter().all(|step| is_kept(step, &after.steps))),
        (Weakening::Hosts, !origins(new).is_subset(&hosts)),
        (Weakening::Signatures, old.authn_requests_signed && !new.authn_requests_signed),
        (Weakening::Keys, !new.signing_keys.iter().all(signs)),
        (Weakening::Sha1, new.allow_sha1_until > old.allow_sha1_until),
        (Weakening::Enrolment, enrols(&new.authenticators) && !enrols(&old.authenticators)),
        (Weakening::IdpInitiated, begins_more(old, new)),
        (Weakening::Encryption, is_less_protected(old, new)),
        (Weakening::Release, !said(new).is_subset(&said(old))),
    ];
    all.into_iter().filter(|(_, weaker)| *weaker).map(|(weakening, _)| weakening).collect()
}

/// What release rules may go by: name and value of each entity attribute.
fn said(settings: &ServiceProviderSettings) -> BTreeSet<(&str, &str)> {
    let values = settings.entity_attributes.iter().flat_map(|attribute| {
        attribute.values.iter().map(|value| (attribute.name.as_str(), value.as_str()))
    });
    values.collect()
}

/// Whether a step remains that asks as many people for as much.
fn is_kept(step: &Step, after: &[StepWish]) -> bool {
    after.iter().any(|wish| {
        let strict = wish.policy == StepPolicy::Required || wish.policy == step.policy();
        let known = |name: &String| step.options().iter().any(|option| option.as_str() == name);
        strict && !wish.any.is_empty() && wish.any.iter().all(known)
    })
}

/// Scheme, host and port of each location; what is no URL is refused elsewhere.
fn origins(settings: &ServiceProviderSettings) -> BTreeSet<String> {
    let answers = settings.assertion_consumer_services.iter().map(|service| &service.url);
    let logouts = settings
        .single_logout_services
        .iter()
        .flat_map(|service| std::iter::once(&service.url).chain(&service.response_url));
    let origin = |url: &String| Url::parse(url).ok().map(|url| url.origin().ascii_serialization());
    answers.chain(logouts).filter_map(origin).collect()
}

/// Another key reads nothing that was not in clear before where there was none.
fn is_less_protected(old: &ServiceProviderSettings, new: &ServiceProviderSettings) -> bool {
    let cbc = |settings: &ServiceProviderSettings| {
        settings.encryption.data.is_some_and(|data| !data.is_authenticated())
    };
    let known = |key: &PublishedKey| old.encryption_keys.iter().any(|one| one.key == key.key);
    new.encryption.assertions < old.encryption.assertions
        || is_protected(old) && !is_protected(new)
        || old.encryption.name_id && !new.encryption.name_id
        || cbc(new) && !cbc(old)
        || !old.encryption_keys.is_empty() && !new.encryption_keys.iter().all(known)
}

fn begins_more(old: &ServiceProviderSettings, new: &ServiceProviderSettings) -> bool {
    match (&old.idp_initiated, &new.idp_initiated) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(old), Some(new)) => {
            !new.relay_states.iter().all(|one| old.relay_states.contains(one))
        }
    }
}

fn enrols(settings: &SettingsByAuthenticator) -> bool {
    let own = settings.get(&SmsOtp::ID);
    own.is_some_and(|own| own.iter().any(|(key, value)| key == "no_number" && value == "enrol"))
}
