//! The gateways in the order of trial.

use askama::Template;
use idp_admin::sms_gateways::{self, Asking, GatewayRow};

use super::TITLE;
use super::standing::{State, state};
use crate::console::frame::{Frame, Section};
use crate::console::{Desk, Stop, routes};
use crate::pages::render;

/// How many of those who ask for codes are named.
const NAMED: u32 = 10;

/// What the page shows.
#[derive(Template)]
#[template(path = "console/sms_gateways/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<(GatewayRow, State)>,
    asking: Asking,
    /// No enabled gateway is left for those who ask.
    nobody_sends: bool,
}

/// The page.
pub fn page(desk: &Desk<'_>) -> Result<String, Stop> {
    let admin = desk.admin();
    let rows = sms_gateways::all(&admin)?;
    let asking = sms_gateways::asking(&admin, None, NAMED)?;
    let nobody_sends = asking.count > 0 && !rows.iter().any(|row| row.enabled);
    let rows = rows.into_iter().map(|row| {
        let state = state(&row, desk.now);
        (row, state)
    });
    let frame = desk.frame(Section::SmsGateways, TITLE);
    Ok(render(&ListPage { frame, rows: rows.collect(), asking, nobody_sends }, 16 * 1024))
}
