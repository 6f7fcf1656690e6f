//! Everything about one service provider.

use askama::Template;
use idp_admin::claim_dialects::completed;
use idp_admin::metadata_sources;
use idp_admin::service_providers::{
    ServiceProviderDraft, assess, certificates, describe_key, fingerprint, health,
};
use idp_core::Instant;
use idp_core::attribute_release::Release;
use idp_core::encryption::PublishedKey;
use idp_core::flow::chain::Step;
use idp_core::id::ServiceProviderId;
use idp_core::saml::encryption::EncryptionKey;
use idp_core::service_provider::{
    PublicKeyDer, ServiceProvider, ServiceProviderSettings, SignedElements,
};
use idp_store::{ServiceProviderHealth, Versioned};

use super::list::clock;
use super::{addresses, encryption, field_names, quarantine, steps};
use crate::console::frame::{Frame, Section};
use crate::console::{Desk, Stop, routes, what_if, words};
use crate::handlers::unsolicited;
use crate::pages::{render, short};

/// What the page shows.
#[derive(Template)]
#[template(path = "console/service_providers/detail.html")]
struct DetailPage {
    frame: Frame,
    now: Instant,
    sp: ServiceProvider,
    settings: ServiceProviderSettings,
    version: i64,
    /// What is wrong or unwise under the rules of today.
    remarks: Vec<String>,
    /// What passes each step, and who is asked.
    steps: Vec<(String, &'static str)>,
    keys: Vec<Key>,
    /// What is encrypted, in sentences.
    encryption: Vec<String>,
    /// Kind, fingerprint, and what its metadata lists, of each key for encryption.
    encryption_keys: Vec<(String, String, String)>,
    quarantine: Option<quarantine::State>,
    health: ServiceProviderHealth,
    /// By how much its clock is off, if it is.
    clock: Option<String>,
    changed: Instant,
    /// Where a sign-in begins here.
    link: String,
    /// The metadata source that it follows: its name and its page.
    follows: Option<(String, String)>,
    own_entity_id: String,
    sso_url: String,
    metadata_url: String,
}

/// A key that verifies requests.
struct Key {
    kind: String,
    fingerprint: String,
    /// Subject and last instant of the certificate it came in.
    certificate: Option<(String, Instant)>,
}

/// The page of this service provider.
pub fn page(desk: &Desk<'_>, found: Versioned<ServiceProvider>) -> Result<String, Stop> {
    let sp = found.value;
    let frame = desk
        .frame(Section::ServiceProviders, short(&sp.name))
        .below(Section::ServiceProviders.title(), routes::SERVICE_PROVIDERS);
    let remarks = assess(&desk.admin(), &sp)?.iter().map(field_names::in_words).collect();
    let mut health = health(&desk.admin(), &[sp.id])?.remove(&sp.id).unwrap_or_default();
    let quarantine = quarantine::state(desk, &sp)?;
    // What is counted follows a few seconds later than the trail, of which the same page tells.
    let latest = quarantine.as_ref().and_then(|state| state.round_trips.first());
    health.last_login = health.last_login.max(latest.map(|trip| trip.at));
    let page = DetailPage {
        clock: clock(&health),
        frame,
        now: desk.now,
        remarks,
        steps: sp.chain.steps().iter().map(|step| in_words(desk, step)).collect(),
        keys: keys(desk, &sp)?,
        encryption: encryption::in_words(
            &ServiceProviderDraft::of(&sp),
            desk.app.limits.denied_algorithms,
        ),
        encryption_keys: sp.settings.encryption_keys.iter().map(encryption_key).collect(),
        quarantine,
        health,
        settings: desk.app.store.read(|reader| completed(reader, &sp.settings))?,
        version: found.version,
        changed: found.updated_at,
        link: desk.app.public_url.join(&unsolicited::link(&sp.entity_id, None)),
        follows: metadata_sources::source_of(&desk.admin(), sp.id)?
            .map(|(row, _)| (row.source.name, routes::metadata_source(row.id))),
        own_entity_id: desk.app.identity.entity_id.to_string(),
        sso_url: desk.app.sso_url.clone(),
        metadata_url: metadata_address(desk, sp.id),
        sp,
    };
    Ok(render(&page, 32 * 1024))
}

fn in_words(desk: &Desk<'_>, step: &Step) -> (String, &'static str) {
    let name = |id: &idp_core::flow::authenticator::AuthenticatorId| {
        desk.app.registry.find(id.as_str()).map_or_else(|| id.to_string(), steps::label)
    };
    let names: Vec<String> = step.options().iter().map(name).collect();
    (names.join(" or "), words::policy(step.policy()))
}

fn keys(desk: &Desk<'_>, sp: &ServiceProvider) -> Result<Vec<Key>, Stop> {
    let known = certificates(&desk.admin(), sp.id)?;
    let key = |key: &PublicKeyDer| {
        let certificate = known.iter().find(|certificate| certificate.key == *key);
        Key {
            kind: describe_key(key).unwrap_or_else(|| "unreadable".to_owned()),
            fingerprint: fingerprint(key),
            certificate: certificate.map(|found| (found.subject.clone(), found.not_after)),
        }
    };
    Ok(sp.settings.signing_keys.iter().map(key).collect())
}

fn encryption_key(own: &PublishedKey) -> (String, String, String) {
    let kind = describe_key(&own.key).unwrap_or_else(|| "unreadable".to_owned());
    let unused = EncryptionKey::parse(&own.key).err();
    let kind =
        unused.map_or_else(|| kind.clone(), |problem| format!("{kind}, not used: {problem}"));
    let listed = if own.methods.is_empty() {
        "nothing".to_owned()
    } else {
        encryption::listed(&own.methods)
    };
    (kind, fingerprint(&own.key), listed)
}

/// The link to a form.
#[derive(Template)]
#[template(
    source = "<a class=\"change\" href=\"{{ path }}\">Change<span class=\"for-screen-readers\"> {{ what }}</span></a>",
    ext = "html"
)]
struct ChangeLink<'a> {
    path: String,
    what: &'a str,
}

impl DetailPage {
    fn what_if(&self) -> String {
        what_if::about(self.sp.entity_id.as_str())
    }

    fn below(&self, part: &str) -> String {
        addresses::below(self.sp.id, part)
    }

    /// Nothing for who may not change anything.
    fn change(&self, part: &str, what: &str) -> String {
        if !self.frame.may_change {
            return String::new();
        }
        render(&ChangeLink { path: self.below(part), what }, 256)
    }

    fn signed(&self) -> &'static str {
        match self.settings.sign {
            SignedElements::Assertion => "the assertion",
            SignedElements::Response => "the response around the assertion",
            SignedElements::Both => "the assertion, and the response around it",
        }
    }

    fn release(&self) -> &'static str {
        match self.settings.release {
            Release::All => "It is told all of these, as far as a person has them.",
            Release::Requested => "It is told those of these that it asks for.",
            Release::Required => "It is told those of these that it marks as required.",
        }
    }
}

/// The address at which this service provider reads our metadata, so that it is known to have our keys.
fn metadata_address(desk: &Desk<'_>, id: ServiceProviderId) -> String {
    let reader = desk.configuration().keys().secrets().metadata_reader(id);
    desk.app.public_url.join(&format!("/saml/metadata/{reader}"))
}
