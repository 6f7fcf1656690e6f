//! What was sent, added up from the ledger.

use askama::Template;
use idp_admin::sms_gateways::{self, Ledger};
use idp_store::{SMS_WINDOWS, SumBy};

use super::TITLE;
use crate::console::frame::{Frame, Section};
use crate::console::{Desk, Stop, routes, words};
use crate::pages::render;

/// Rows of the table at most: the largest sums.
const MOST: usize = 200;

/// What sums may be made by: name in the address, name for people.
const BY: [(&str, &str, SumBy); 4] = [
    ("gateway", "Gateway", SumBy::Gateway),
    ("country", "Country", SumBy::Country),
    ("service-provider", "Service provider", SumBy::ServiceProvider),
    ("purpose", "Purpose", SumBy::Purpose),
];

/// How far back: days, name for people.
const DAYS: [(u32, &str); SMS_WINDOWS.len()] =
    [(1, "24 hours"), (7, "7 days"), (30, "30 days"), (365, "12 months")];

/// What the page shows.
#[derive(Template)]
#[template(path = "console/sms_gateways/sends.html")]
struct SendsPage {
    frame: Frame,
    by: &'static str,
    heading: &'static str,
    days: u32,
    ledger: Ledger,
}

/// The page that the query asks for.
pub fn page(desk: &Desk<'_>) -> Result<String, Stop> {
    let by = desk.query("by").unwrap_or_default();
    let known = BY.iter().find(|(name, ..)| *name == by);
    let [first, ..] = &BY;
    let (by, heading, sum) = *known.unwrap_or(first);
    let days = desk.query("days").and_then(|days| days.parse().ok());
    let days = days.filter(|days| DAYS.iter().any(|(known, _)| known == days)).unwrap_or(30);
    let ledger = sms_gateways::sends_within(&desk.admin(), sum, days, MOST)?;
    let frame = desk
        .frame(Section::SmsGateways, "What was sent")
        .below(Section::IdentityProviders.title(), routes::IDENTITY_PROVIDERS)
        .below(TITLE, routes::SMS_GATEWAYS);
    Ok(render(&SendsPage { frame, by, heading, days, ledger }, 16 * 1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_offers_the_times_of_which_sums_are_kept() {
        assert_eq!(DAYS.map(|(days, _)| days), SMS_WINDOWS);
    }
}
