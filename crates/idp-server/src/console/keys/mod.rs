//! `/console/keys`: the signing keys, and replacing one of a kind (`rollover`).

mod rollover;

use std::borrow::Borrow;

use actix_web::web::{ServiceConfig, post, resource};
use actix_web::{HttpRequest, HttpResponse, guard, web};
use askama::Template;
use idp_admin::StoredKey;
use idp_admin::keys::{Answered, KeyState, SigningKeys, signing_keys};
use idp_admin::overview::SOON;
use idp_core::Instant;
use idp_core::saml::urn::KeyKind;

use super::frame::{Frame, Section};
use super::serve::{Answer, show};
use super::{certificates, routes, words};
use crate::handlers::{Shared, plain};
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

/// Registers the addresses.
pub fn addresses(config: &mut ServiceConfig) {
    let page =
        |path: &str| resource(path).default_service(web::route().to(plain::method_not_allowed));
    let get = || web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    let one = format!("{}/{{kind}}", routes::KEYS);
    config
        .service(page(routes::KEYS).route(get().to(list)))
        .service(page(&one).route(get().to(rollover::show)))
        .service(page(&format!("{one}/publish")).route(post().to(rollover::publish)))
        .service(page(&format!("{one}/told")).route(post().to(rollover::told)))
        .service(page(&format!("{one}/promote")).route(post().to(rollover::promote)))
        .service(
            page(&format!("{one}/{{step}}"))
                .route(get().to(rollover::confirm))
                .route(post().to(rollover::take)),
        );
}

/// The page of the rollover of a kind.
fn rollover_path(kind: impl Borrow<KeyKind>) -> String {
    format!("{}/{}", routes::KEYS, kind.borrow().name())
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
        count(self.all.answered_with(stored.key.kind()))
    }
}

/// So many service providers.
fn count(number: u64) -> String {
    match number {
        0 => "no service provider".to_owned(),
        1 => "1 service provider".to_owned(),
        many => format!("{many} service providers"),
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
        KeyState::SignsLater | KeyState::Replaced | KeyState::Next | KeyState::Retired => "off",
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
        KeyState::Next => "Published, next",
        KeyState::Retired => "Retired",
    }
}
