//! `/console/keys`: the signing keys. They are made on the command line only: the nodes have copies of
//! one key directory, and what one node made by itself the others would lack.

use std::borrow::Borrow;

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use idp_admin::StoredKey;
use idp_admin::keys::{Answered, KeyState, SigningKeys, signing_keys};
use idp_admin::overview::SOON;
use idp_core::Instant;
use idp_core::saml::urn::KeyKind;

use super::certificates;
use super::frame::{Frame, Section};
use super::serve::{Answer, show};
use super::words;
use crate::handlers::Shared;
use crate::pages::render;

/// Where our metadata is.
const METADATA: &str = "/saml/metadata";

/// What the page shows.
#[derive(Template)]
#[template(path = "console/keys.html")]
struct KeysPage {
    frame: Frame,
    now: Instant,
    all: SigningKeys,
}

/// Every signing key.
pub async fn list(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        let all = signing_keys(&desk.admin(), desk.configuration().keys())?;
        let frame = desk.frame(Section::Keys, Section::Keys.title());
        Ok(Answer::Page(render(&KeysPage { frame, now: desk.now, all }, 8 * 1024)))
    })
    .await
}

impl KeysPage {
    /// The kinds that somebody needs and no key is of.
    fn missing(&self) -> Vec<Answered> {
        let missing = |answered: &&Answered| !answered.signs && answered.service_providers > 0;
        self.all.answered.iter().filter(missing).copied().collect()
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
    fn ends_soon(&self, stored: &StoredKey, state: &KeyState) -> bool {
        *state == KeyState::Signs && stored.key.not_after() <= self.now + SOON
    }

    fn answers(&self, stored: &StoredKey) -> String {
        match self.all.answered_with(stored.key.kind()) {
            0 => "no service provider".to_owned(),
            1 => "1 service provider".to_owned(),
            many => format!("{many} service providers"),
        }
    }
}

/// What a kind signs with.
fn algorithm(kind: impl Borrow<KeyKind>) -> &'static str {
    match kind.borrow() {
        KeyKind::Rsa2048 => "RSA, 2048 bits, with SHA-256",
        KeyKind::Rsa3072 => "RSA, 3072 bits, with SHA-256",
        KeyKind::EcP256 => "ECDSA on P-256 with SHA-256",
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
const fn class(state: &KeyState) -> &'static str {
    match state {
        KeyState::Signs => "good",
        KeyState::SignsLater | KeyState::Replaced => "off",
        KeyState::Expired => "bad",
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
const fn label(state: &KeyState) -> &'static str {
    match state {
        KeyState::Signs => "Signs",
        KeyState::SignsLater => "Published, signs later",
        KeyState::Replaced => "Published, replaced",
        KeyState::Expired => "Expired",
    }
}
