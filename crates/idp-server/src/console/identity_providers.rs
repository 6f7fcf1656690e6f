//! What steps can be made of: the local authenticators, and the identity provider smsOTP with how its
//! gateways fare.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use authenticators::sms_otp::SmsOtp;
use idp_admin::sms_gateways::{self, GatewayRow};
use idp_core::flow::authenticator::{Authenticator, Factor};
use idp_core::local_application::LocalApplication;

use super::frame::{Frame, Section};
use super::serve::{Answer, show as show_page};
use super::sms_gateways::standing::{State, state};
use super::{Desk, Stop, routes};
use crate::handlers::Shared;
use crate::pages::render;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/identity_providers.html")]
struct IdentityProvidersPage {
    frame: Frame,
    /// The local authenticators, each with what it proves.
    local: Vec<(&'static str, &'static str)>,
    gateways: Vec<(GatewayRow, State)>,
    /// How many service providers ask for codes.
    asking: u64,
}

/// The page.
pub async fn show(app: Shared, request: HttpRequest) -> HttpResponse {
    show_page(app, request, |desk| page(desk).map(Answer::Page)).await
}

fn page(desk: &Desk<'_>) -> Result<String, Stop> {
    let admin = desk.admin();
    let gateways = sms_gateways::all(&admin)?.into_iter().map(|row| {
        let state = state(&row, desk.now);
        (row, state)
    });
    let gateways = gateways.collect();
    let asking = sms_gateways::asking(&admin, None, 1)?.count;
    let local = desk.app.registry.iter().filter(|one| is_local(*one));
    let local = local.map(|one| (one.display_name(), proves(one.factor()))).collect();
    let frame = desk.frame(Section::IdentityProviders, Section::IdentityProviders.title());
    Ok(render(&IdentityProvidersPage { frame, local, gateways, asking }, 8 * 1024))
}

/// Whether an authenticator needs nobody outside of this server: codes by text message come through what
/// other products call the identity provider smsOTP.
pub fn is_local(authenticator: &dyn Authenticator) -> bool {
    authenticator.id() != SmsOtp::ID
}

const fn proves(factor: Factor) -> &'static str {
    match factor {
        Factor::Knowledge => "something that the person knows",
        Factor::Possession => "something that the person has",
        Factor::Inherence => "something that the person is",
    }
}

impl IdentityProvidersPage {
    /// Whether people are asked for codes that nobody sends.
    fn nobody_sends(&self) -> bool {
        self.asking > 0 && !self.gateways.iter().any(|(row, _)| row.enabled)
    }
}
