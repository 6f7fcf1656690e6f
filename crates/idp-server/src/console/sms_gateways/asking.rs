//! The service providers that ask for codes by text message.

use std::sync::Arc;

use askama::Template;
use idp_admin::sms_gateways::{self, Asking};
use idp_core::flow::authenticator::Registry;
use idp_core::id::EntityId;

use super::TITLE;
use crate::console::frame::{Frame, Section};
use crate::console::{Desk, Pager, Stop, routes, words};
use crate::pages::render;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/sms_gateways/asking.html")]
struct AskingPage {
    frame: Frame,
    registry: Arc<Registry>,
    asking: Asking,
    pager: Pager,
}

/// The page that the query asks for.
pub fn page(desk: &Desk<'_>) -> Result<String, Stop> {
    let after = desk.query("after").and_then(|key| EntityId::parse(&key));
    let asking = sms_gateways::asking(&desk.admin(), after.as_ref(), Pager::ROWS)?;
    let last = asking.rows.last().filter(|_| asking.more).map(|sp| sp.entity_id.as_str());
    let pager = Pager::new(routes::SMS_ASKING, &[], after.as_ref().map(EntityId::as_str), last);
    let frame = desk
        .frame(Section::SmsGateways, "Who asks for codes by text message")
        .below(Section::IdentityProviders.title(), routes::IDENTITY_PROVIDERS)
        .below(TITLE, routes::SMS_GATEWAYS);
    Ok(render(
        &AskingPage { frame, registry: Arc::clone(&desk.app.registry), asking, pager },
        32 * 1024,
    ))
}
