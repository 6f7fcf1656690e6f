//! The console: who may enter, what each may do, and what other sites cannot.

mod access;
mod activity;
mod appearance;
mod certificates;
mod claims;
mod forged_forms;
mod forms;
mod hostile_fields;
mod keys;
mod message_lab;
mod metadata_sources;
mod owner_links;
mod pages;
pub mod service_providers;
mod sms_gateways;
mod trail;
mod users;
mod what_if;

use idp_core::id::SessionToken;
use idp_core::session::Session;

use crate::support::{Asked, Backend, Browser, Idp, IdpOptions, PASSWORD, Page, Sp};

/// Root and nadia administrate, nadia with a number; olga operates, audrey audits.
const STAFF: &str = r#"
[[user]]
username = "root"
password = { file = "password" }
roles = ["administrator"]

[[user]]
username = "nadia"
password = { file = "password" }
roles = ["administrator"]
[user.claims]
"http://wso2.org/claims/mobile" = "+94771234569"

[[user]]
username = "olga"
password = { file = "password" }
roles = ["operator"]

[[user]]
username = "audrey"
password = { file = "password" }
roles = ["auditor"]
"#;

fn staffed() -> IdpOptions {
    IdpOptions { configuration: STAFF.to_owned(), ..IdpOptions::default() }
}

async fn server(backend: Backend) -> Idp {
    Idp::with(backend, &Sp::new(), staffed()).await
}

impl Browser {
    /// Answers the pages of a login as this person, as far as they come.
    pub async fn pass_as(&mut self, name: &str, idp: &Idp, mut page: Page) -> (Page, Asked) {
        let mut asked = Asked::new();
        while page.url.path().starts_with("/login/") && asked.len() < 5 {
            let inputs = page.form().inputs;
            let code =
                if inputs.contains(&"code".to_owned()) { idp.phone.code() } else { String::new() };
            let all = [("username", name), ("password", PASSWORD), ("code", code.as_str())];
            let answers: Vec<(&str, &str)> =
                all.into_iter().filter(|(field, _)| inputs.iter().any(|i| i == field)).collect();
            page = self.submit(&page, &answers).await;
            asked.push(inputs);
        }
        (page, asked)
    }

    /// Opens a page of the console as this person, signing in on the way.
    pub async fn open_as(&mut self, name: &str, idp: &Idp, path: &str) -> Page {
        let page = self.get(&format!("{}{path}", idp.url)).await;
        self.pass_as(name, idp, page).await.0
    }

    pub fn session(&self, idp: &Idp) -> Session {
        let token = self.cookie("portcullis_session").expect("a session");
        let id = SessionToken::parse(&token).expect("a token").id();
        let found = idp.app.store.read(|r| r.live_session(&id)).expect("read");
        found.expect("a session").0
    }
}
