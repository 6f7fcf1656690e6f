//! Everything about one service provider.

use askama::Template;
use idp_admin::service_providers::fingerprint;
use idp_core::Instant;
use idp_core::attribute_release::Release;
use idp_core::service_provider::{ServiceProvider, ServiceProviderSettings, SignedElements};
use idp_store::Versioned;

use crate::console::frame::{Frame, Section};
use crate::console::{Desk, routes, words};
use crate::pages::{render, short};

/// What the page shows.
#[derive(Template)]
#[template(path = "console/service_providers/detail.html")]
struct DetailPage {
    frame: Frame,
    sp: ServiceProvider,
    settings: ServiceProviderSettings,
    /// Fingerprints.
    keys: Vec<String>,
    changed: Instant,
}

/// The page of this service provider.
pub fn page(desk: &Desk<'_>, found: Versioned<ServiceProvider>) -> String {
    let sp = found.value;
    let frame = desk
        .frame(Section::ServiceProviders, short(&sp.name))
        .below(Section::ServiceProviders.title(), routes::SERVICE_PROVIDERS);
    let settings = sp.settings.clone();
    let keys = settings.signing_keys.iter().map(fingerprint).collect();
    render(&DetailPage { frame, sp, settings, keys, changed: found.updated_at }, 32 * 1024)
}

impl DetailPage {
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
