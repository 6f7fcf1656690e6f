//! One person's way through a login, and what an administrator or time can do to it meanwhile.

use chrono::TimeDelta;
use idp_core::flow::authenticator::AuthenticatorId;
use idp_core::flow::limits::attempt_key;
use idp_core::flow::throttle::{CounterChange, CounterKey, LoadedCounter};
use idp_core::id::{LoginId, SessionToken};
use idp_core::session::Session;
use idp_core::user::Username;
use serde_json::Value;

use super::idp::PASSWORD;
use super::{AuthnRequest, Browser, Idp, Page, Received, Sp};

/// A login in one browser, on its present page.
#[derive(Clone)]
pub struct SignIn {
    pub browser: Browser,
    pub request: AuthnRequest,
    pub page: Page,
    id: LoginId,
}

impl SignIn {
    /// A person with a fresh browser comes from the service provider.
    pub async fn begin(idp: &Idp, sp: &Sp) -> Self {
        Self::begin_in(Browser::new(), idp, sp).await
    }

    /// A person with this browser comes from the service provider.
    pub async fn begin_in(browser: Browser, idp: &Idp, sp: &Sp) -> Self {
        Self::begin_with(browser, idp, sp, sp.request(idp)).await
    }

    pub async fn begin_with(
        mut browser: Browser,
        idp: &Idp,
        sp: &Sp,
        request: AuthnRequest,
    ) -> Self {
        let page = browser.get(&sp.redirect_url(idp, &request, None)).await;
        let id = page.url.path().strip_prefix("/login/").and_then(|id| id.parse().ok());
        let id = id.unwrap_or_else(|| panic!("no login began: {} {}", page.url, page.text));
        Self { browser, request, page, id }
    }

    /// Alice after her password, waiting for the code.
    pub async fn at_the_code(idp: &Idp, sp: &Sp) -> Self {
        let mut alice = Self::begin(idp, sp).await;
        alice.password("alice", PASSWORD).await;
        assert!(alice.is_asked_for("code"), "{}", alice.page.text);
        alice
    }

    pub const fn id(&self) -> LoginId {
        self.id
    }

    pub fn address(&self, idp: &Idp) -> String {
        format!("{}/login/{}", idp.url, self.id)
    }

    pub async fn password(&mut self, username: &str, password: &str) -> &Page {
        self.send(&[("username", username), ("password", password)]).await
    }

    pub async fn code(&mut self, code: &str) -> &Page {
        self.send(&[("code", code)]).await
    }

    /// Presses one of the page's buttons.
    pub async fn press(&mut self, action: &str) -> &Page {
        self.send(&[("action", action)]).await
    }

    pub async fn send(&mut self, fields: &[(&str, &str)]) -> &Page {
        self.page = self.browser.submit(&self.page, fields).await;
        &self.page
    }

    pub async fn reload(&mut self, idp: &Idp) -> &Page {
        let address = self.address(idp);
        self.page = self.browser.get(&address).await;
        &self.page
    }

    /// Whether the page has a form with this field.
    pub fn is_asked_for(&self, field: &str) -> bool {
        self.page.status == 200
            && self.page.text.contains("<form")
            && self.page.form().inputs.iter().any(|name| name == field)
    }

    pub fn has_response(&self) -> bool {
        has_response(&self.page)
    }

    /// What the page says about the last answer.
    pub fn notice(&self) -> String {
        let marker = "class=\"notice ";
        let found = self.page.text.split(marker).skip(1).map(|rest| {
            let text = rest.split_once('>').map_or("", |(_, text)| text);
            text.split("</p>").next().unwrap_or_default()
        });
        found.collect::<Vec<_>>().join("\n").replace("&#34;", "\"").replace("&quot;", "\"")
    }

    /// The assertion, judged by the service provider.
    pub async fn received(&self, idp: &Idp, sp: &Sp) -> Received {
        sp.receive(idp, &self.page, &self.request.id).await
    }

    /// Returns to the service provider from a page of refusal, without an assertion.
    pub async fn returns_with(&mut self, codes: &[&str]) {
        self.press("return").await;
        self.is_told(codes);
    }

    /// The page carries an error Response with these status codes.
    pub fn is_told(&self, codes: &[&str]) {
        let (response, found) = Sp::status(&self.page);
        assert_eq!(found, codes);
        assert_eq!(response.in_response_to.as_deref(), Some(self.request.id.as_str()));
    }
}

/// Whether a page carries a Response, whatever its status.
pub fn has_response(page: &Page) -> bool {
    page.text.contains("name=\"SAMLResponse\"")
}

/// What only the database can do in a test: let time pass, look into a row.
impl Idp {
    /// The row of a login.
    pub fn login_document(&self, id: LoginId) -> Value {
        let row = self.app.store.read(|r| r.login(id)).expect("read").expect("a login");
        serde_json::from_str(&row.document).expect("JSON")
    }

    /// Changes the row of a login.
    pub fn rewrite_login(&self, id: LoginId, change: impl FnOnce(&mut Value)) {
        let row = self.app.store.read(|r| r.login(id)).expect("read").expect("a login");
        let mut document = serde_json::from_str(&row.document).expect("JSON");
        change(&mut document);
        let user = serde_json::from_value(document["login"]["stage"]["confirm"]["user"].clone());
        let text = document.to_string();
        self.app
            .store
            .write(|w| w.save_login(id, row.version, &text, user.ok(), None))
            .expect("written");
    }

    /// Lets time pass for the code of a login.
    pub fn age_code(&self, id: LoginId, by: TimeDelta) {
        self.rewrite_login(id, |document| {
            let challenge = &mut document["login"]["challenges"]["sms-otp"];
            assert!(challenge.is_object(), "the login has no code");
            move_back(&mut challenge["last_send"], by);
            if challenge["code"].is_object() {
                move_back(&mut challenge["code"]["expires_at"], by);
            }
        });
    }

    /// Lets time pass for a whole login.
    pub fn age_login(&self, id: LoginId, by: TimeDelta) {
        self.rewrite_login(id, |document| move_back(&mut document["login"]["expires_at"], by));
    }

    /// Whether attempts of an account are counted at the moment.
    pub fn has_failures(&self, authenticator: &'static str, username: &str) -> bool {
        self.failures(authenticator, username).1.value.is_some()
    }

    fn failures(&self, authenticator: &'static str, username: &str) -> (CounterKey, LoadedCounter) {
        let name = Username::parse(username).expect("a name");
        let id = AuthenticatorId::from_static(authenticator);
        let key = attempt_key(&self.app.keys.counters, &id, &name);
        let loaded = self.app.store.read(|r| r.load_counters(std::slice::from_ref(&key)));
        let loaded = loaded.expect("read")[&key];
        (key, loaded)
    }

    /// Lets time pass for the wrong answers of an account.
    pub fn age_failures(&self, authenticator: &'static str, username: &str, by: TimeDelta) {
        let (key, loaded) = self.failures(authenticator, username);
        let mut value = loaded.value.expect("wrong answers");
        value.last -= by;
        let change = CounterChange {
            key,
            expected_version: loaded.version,
            value: Some(value),
            forget_at: value.last + TimeDelta::days(400),
        };
        self.app.store.write(|w| w.apply_counters(&[change])).expect("written");
    }

    /// Changes the session of a browser.
    pub fn rewrite_session(&self, browser: &Browser, change: impl FnOnce(&mut Session)) {
        let token = browser.cookie("portcullis_session").expect("a session cookie");
        let id = SessionToken::parse(&token).expect("a token").id();
        let found = self.app.store.read(|r| r.live_session(&id)).expect("read");
        let (mut session, _) = found.expect("a session");
        change(&mut session);
        self.app.store.write(|w| w.replace_session(&id, &session)).expect("written");
    }

    /// How many assertions were issued.
    pub fn assertions(&self) -> usize {
        self.events("assertion.issued").len()
    }
}

fn move_back(value: &mut Value, by: TimeDelta) {
    let text = value.as_str().unwrap_or_else(|| panic!("no instant: {value}"));
    let at: idp_core::Instant = text.parse().expect("an instant");
    *value = serde_json::to_value(at - by).expect("an instant");
}
