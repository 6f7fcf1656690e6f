//! Service providers in the console: registered, changed by forms, disabled and removed.

mod appearance;
pub mod by_address;
mod editing;
mod encryption;
pub mod registration;

use idp_admin::service_providers as admin;
use idp_core::service_provider::ServiceProvider;
use idp_store::Versioned;

use super::server;
use crate::support::{Browser, Idp, Page};

/// The list.
const LIST: &str = "/console/service-providers";

/// The only service provider of a test server.
fn stored(idp: &Idp) -> Versioned<ServiceProvider> {
    let listed = idp.with_admin(|admin, _| admin::list(admin)).expect("listed");
    let id = listed.first().expect("one").id;
    idp.with_admin(|admin, _| admin::find_by_id(admin, id)).expect("found")
}

/// The address of a page of that one.
fn page_of(idp: &Idp, part: &str) -> String {
    let slash = if part.is_empty() { "" } else { "/" };
    format!("{LIST}/{}{slash}{part}", stored(idp).value.id)
}

/// Opens a form of that one as root and sends it.
async fn sent(idp: &Idp, browser: &mut Browser, part: &str, fields: &[(&str, &str)]) -> Page {
    let path = page_of(idp, part);
    let page = browser.open_as("root", idp, &path).await;
    assert_eq!(page.status, 200, "{}", page.text);
    browser.send((&page, &path), fields, &[]).await
}

/// Makes every step of the browser's session look as old as this.
fn age(idp: &Idp, browser: &Browser, minutes: i64) {
    let mut session = browser.session(idp);
    for step in &mut session.steps {
        step.at -= chrono::TimeDelta::minutes(minutes);
    }
    idp.app.store.write(|w| w.replace_session(&session.id, &session)).expect("aged");
}
