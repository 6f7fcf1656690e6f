//! The gateways in the order of trial, page by page.

use askama::Template;
use idp_admin::sms_gateways::{self, Asking, GatewayRow};

use super::TITLE;
use super::standing::{State, state};
use crate::console::frame::{Frame, Section};
use crate::console::{Desk, Pager, Stop, routes};
use crate::pages::render;

/// How many of those who ask for codes are named.
const NAMED: u32 = 10;

/// Gateways on one page: few sites have more.
const PAGE: usize = 25;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/sms_gateways/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<(GatewayRow, State)>,
    /// How many are tried before these.
    before: usize,
    pager: Pager,
    asking: Asking,
    /// No enabled gateway is left for those who ask.
    nobody_sends: bool,
}

/// The page.
pub fn page(desk: &Desk<'_>) -> Result<String, Stop> {
    let admin = desk.admin();
    let after = desk.query("after").and_then(|id| id.parse().ok());
    let found = sms_gateways::listing(&admin, after, PAGE)?;
    let asking = sms_gateways::asking(&admin, None, NAMED)?;
    let nobody_sends = asking.count > 0 && !found.any_in_use;
    let last = found.rows.last().map(|row| row.id.to_string()).filter(|_| found.more);
    // What follows one that is gone begins anew.
    let after = after.filter(|_| found.before > 0).map(|id| id.to_string());
    let pager = Pager::new(routes::SMS_GATEWAYS, &[], after.as_deref(), last.as_deref());
    let rows = found.rows.into_iter().map(|row| {
        let state = state(&row, desk.now);
        (row, state)
    });
    let frame = desk
        .frame(Section::SmsGateways, TITLE)
        .below(Section::IdentityProviders.title(), routes::IDENTITY_PROVIDERS);
    let (rows, before) = (rows.collect(), found.before);
    Ok(render(&ListPage { frame, rows, before, pager, asking, nobody_sends }, 16 * 1024))
}
