//! A person who does whatever the pages ask until the answer is on its way.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::idp::PASSWORD;
use super::{AuthnRequest, Browser, Idp, Page, Received, Sp};

/// What the person was asked on the way, page by page.
pub type Asked = Vec<Vec<String>>;

impl Browser {
    /// Alice answers every page, from this one on.
    pub async fn sign_in(&mut self, idp: &Idp, page: Page) -> (Page, Asked) {
        self.sign_in_as("alice", idp, page).await
    }

    pub async fn sign_in_as(&mut self, name: &str, idp: &Idp, mut page: Page) -> (Page, Asked) {
        let mut asked = Asked::new();
        for _ in 0..5 {
            let form = page.form();
            if form.hidden("SAMLResponse").is_some() {
                return (page, asked);
            }
            let code = if form.inputs.iter().any(|input| input == "code") {
                idp.phone.code()
            } else {
                String::new()
            };
            let answers: Vec<(&str, &str)> = form
                .inputs
                .iter()
                .map(|input| match input.as_str() {
                    "username" => ("username", name),
                    "password" => ("password", PASSWORD),
                    "code" => ("code", code.as_str()),
                    other => panic!("the page asks for {other}"),
                })
                .collect();
            page = self.submit(&page, &answers).await;
            asked.push(form.inputs);
        }
        panic!("the login does not end:\n{}", page.text);
    }

    /// Goes to the server with a request by redirect.
    pub async fn arrive(&mut self, sp: &Sp, idp: &Idp, request: &AuthnRequest) -> Page {
        self.get(&sp.redirect_url(idp, request, None)).await
    }

    /// Alice signs in at a service provider, as far as she is asked.
    pub async fn visit(&mut self, sp: &Sp, idp: &Idp, request: &AuthnRequest) -> (Received, Asked) {
        let page = self.arrive(sp, idp, request).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let (page, asked) = self.sign_in(idp, page).await;
        (sp.receive(idp, &page, &request.id).await, asked)
    }
}

/// The message on the page that posts a Response.
pub fn received_xml(page: &Page) -> String {
    let form = page.form();
    let encoded = form.hidden("SAMLResponse").expect("a SAMLResponse");
    String::from_utf8(STANDARD.decode(encoded).expect("base64")).expect("UTF-8")
}

impl Idp {
    /// Registers a further service provider.
    pub fn register(&self, sp: &Sp, steps: &str, settings: &str) {
        let file = format!("sp-{:016x}.xml", rand::random::<u64>());
        std::fs::write(self.directory.path().join(&file), sp.metadata()).expect("written");
        self.apply(&format!(
            "[[service_provider]]\nmetadata = \"{file}\"\nname = \"Another application\"\nsteps = {steps}\n{settings}\n"
        ));
    }

    /// Changes settings of the service provider that the server was started with.
    pub fn change(&self, settings: &str) {
        self.apply(&format!("[[service_provider]]\nmetadata = \"sp.xml\"\n{settings}\n"));
    }
}
