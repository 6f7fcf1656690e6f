//! A person at a browser: follows redirects, keeps cookies, fills forms, types the code that came
//! to the phone.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::html::{Form, forms};
use crate::http::{Connection, Response};
use crate::phone::Phone;

/// What every Response to a successful login says.
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// Pages of one login, with room for redirects between them.
const MOST_PAGES: usize = 12;

/// Somebody with an account and a phone.
#[derive(Clone, Debug)]
pub struct Person {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: String,
    /// The phone number, in the spelling that the gateway sends.
    pub number: String,
}

/// A browser with its cookies.
pub struct Browser {
    connection: Connection,
    origin: String,
    cookies: Cookies,
}

/// A page on display.
struct Page {
    target: String,
    response: Response,
}

impl Browser {
    /// A browser without cookies; `host` is the identity provider's host and port.
    pub fn open(address: SocketAddr, host: &str) -> Result<Self> {
        let connection = Connection::open(address, host)?;
        Ok(Self { connection, origin: format!("http://{host}"), cookies: Cookies::default() })
    }

    /// The cookies, as the Cookie field carries them.
    pub fn cookies(&self) -> String {
        self.cookies.field()
    }

    /// Signs a person in, from the service provider's request to the Response.
    pub fn sign_in(&mut self, request: &str, person: &Person, phone: &Phone) -> Result<()> {
        let mut page = self.page(request)?;
        for _ in 0..MOST_PAGES {
            if carries_response(&page.response) {
                return check_success(&page.response);
            }
            let form = fill(&page.response, person, phone)
                .with_context(|| format!("signing in {} at {}", person.username, page.target))?;
            page = self.submit(page, &form)?;
            page = self.follow(page)?;
        }
        bail!(
            "{} was not signed in after {MOST_PAGES} pages; the last was {}: {}",
            person.username,
            page.target,
            page.response.excerpt()
        )
    }

    /// Signs a person in to an application of the server, as far as it asks for it.
    pub fn enter(&mut self, path: &str, person: &Person, phone: &Phone) -> Result<()> {
        let mut page = self.page(path)?;
        for _ in 0..MOST_PAGES {
            if page.response.status == 200 && page.target.starts_with(path) {
                return Ok(());
            }
            let form = fill(&page.response, person, phone)
                .with_context(|| format!("signing in {} at {}", person.username, page.target))?;
            page = self.submit(page, &form)?;
            page = self.follow(page)?;
        }
        bail!("{path} was not entered; the last page was {}", page.target)
    }

    /// Goes as far as the password. Returns when it was submitted; the answer is not waited for any
    /// longer than it takes to come.
    pub fn submit_password(
        &mut self,
        request: &str,
        person: &Person,
        phone: &Phone,
    ) -> Result<Instant> {
        phone.forget(&person.number);
        let mut page = self.page(request)?;
        for _ in 0..MOST_PAGES {
            let form = fill(&page.response, person, phone)?;
            let submitted = Instant::now();
            page = self.submit(page, &form)?;
            if form.field("password").is_some() && redirect(&page.response).is_some() {
                return Ok(submitted);
            }
            page = self.follow(page)?;
            if page.response.status != 200 {
                let (status, excerpt) = (page.response.status, page.response.excerpt());
                bail!("a form was answered with {status}: {excerpt}");
            }
        }
        bail!("{} was not asked for a password: {}", person.username, page.response.excerpt())
    }

    /// The page that an address leads to.
    fn page(&mut self, target: &str) -> Result<Page> {
        let page = Page { target: target.to_owned(), response: self.get(target)? };
        self.follow(page)
    }

    /// Goes where redirects lead.
    fn follow(&mut self, mut page: Page) -> Result<Page> {
        for _ in 0..MOST_PAGES {
            let Some(location) = redirect(&page.response) else { return Ok(page) };
            let target = self.path_of(location)?;
            page = Page { response: self.get(&target)?, target };
        }
        bail!("redirected without end, at last to {}", page.target)
    }

    /// What a form of the page is answered with, redirects not followed.
    fn submit(&mut self, page: Page, form: &Form) -> Result<Page> {
        let target = if form.action.is_empty() { page.target } else { self.path_of(&form.action)? };
        Ok(Page { response: self.post(&target, form)?, target })
    }

    fn get(&mut self, target: &str) -> Result<Response> {
        let response = self.connection.get(target, &self.cookies.field())?;
        self.cookies.take_from(&response);
        Ok(response)
    }

    fn post(&mut self, target: &str, form: &Form) -> Result<Response> {
        let mut fields = form.fields.clone();
        fields.extend(form.buttons.iter().find(|(_, value)| value == "continue").cloned());
        let response = self.connection.post_form(target, &self.cookies.field(), &fields)?;
        self.cookies.take_from(&response);
        Ok(response)
    }

    /// The path of an address on the identity provider.
    fn path_of(&self, address: &str) -> Result<String> {
        let path = address.strip_prefix(&self.origin).unwrap_or(address);
        if !path.starts_with('/') {
            bail!("the login leads away from {} to {address}", self.origin);
        }
        Ok(path.to_owned())
    }
}

fn redirect(response: &Response) -> Option<&str> {
    matches!(response.status, 301 | 302 | 303 | 307 | 308).then(|| response.header("location"))?
}

/// The form of a step, with what the person knows written into it.
fn fill(response: &Response, person: &Person, phone: &Phone) -> Result<Form> {
    if response.status != 200 {
        bail!("the server answered {}: {}", response.status, response.excerpt());
    }
    let page = String::from_utf8_lossy(&response.body);
    for mut form in forms(&page) {
        let named = form.fill("username", &person.username);
        let proven = form.fill("password", &person.password);
        let coded = form.field("code").is_some();
        if coded {
            form.fill("code", &phone.code_for(&person.number)?);
        }
        if named || proven || coded {
            return Ok(form);
        }
    }
    bail!("no form of the page asks for a user name, a password or a code: {}", response.excerpt())
}

/// Whether a page is the one that delivers a Response. Cheap: the load client asks it of every
/// answer, and the field stands near the page's beginning.
pub fn carries_response(response: &Response) -> bool {
    const FIELD: &[u8] = b"SAMLResponse";
    response.status == 200 && response.body.windows(FIELD.len()).any(|bytes| bytes == FIELD)
}

/// Whether the Response in a page reports success.
pub fn check_success(response: &Response) -> Result<()> {
    let page = String::from_utf8_lossy(&response.body);
    let encoded = forms(&page)
        .into_iter()
        .find_map(|form| form.field("SAMLResponse").map(str::to_owned))
        .with_context(|| format!("no SAMLResponse in the page: {}", response.excerpt()))?;
    let document = STANDARD.decode(encoded.trim()).context("decoding the SAMLResponse")?;
    let document = String::from_utf8_lossy(&document);
    if document.contains(SUCCESS) && document.contains("SignatureValue") {
        return Ok(());
    }
    bail!("the Response is no signed success: {}", document.chars().take(600).collect::<String>())
}

#[derive(Default)]
struct Cookies(BTreeMap<String, String>);

impl Cookies {
    fn take_from(&mut self, response: &Response) {
        let set = response.headers.iter().filter(|(name, _)| name == "set-cookie");
        for (_, cookie) in set {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let Some((name, value)) = pair.split_once('=') else { continue };
            let expired = attributes.to_ascii_lowercase().replace(' ', "").contains("max-age=0");
            if expired || value.is_empty() {
                self.0.remove(name.trim());
            } else {
                self.0.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
    }

    fn field(&self) -> String {
        let pairs: Vec<_> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> Response {
        Response { status: 200, body: body.as_bytes().to_vec(), ..Response::default() }
    }

    fn setting(cookie: &str) -> Response {
        let headers = vec![("set-cookie".to_owned(), cookie.to_owned())];
        Response { status: 200, headers, ..Response::default() }
    }

    fn response_page(document: &str) -> Response {
        let encoded = STANDARD.encode(document);
        page(&format!(
            r#"<form action="http://sp/acs"><input name="SAMLResponse" value="{encoded}"></form>"#
        ))
    }

    #[test]
    fn cookies_are_replaced_and_thrown_away() {
        let mut cookies = Cookies::default();
        cookies.take_from(&setting("session=one; Path=/; HttpOnly"));
        cookies.take_from(&setting("browser=b; Max-Age=600"));
        cookies.take_from(&setting("session=two; Path=/"));
        assert_eq!(cookies.field(), "browser=b; session=two");
        cookies.take_from(&setting("browser=; Path=/; Max-Age=0"));
        assert_eq!(cookies.field(), "session=two");
    }

    #[test]
    fn only_a_signed_success_is_a_success() {
        assert!(
            check_success(&response_page(&format!(
                "<StatusCode Value=\"{SUCCESS}\"/><SignatureValue>"
            )))
            .is_ok()
        );
        assert!(
            check_success(&response_page(&format!("<StatusCode Value=\"{SUCCESS}\"/>"))).is_err()
        );
        assert!(check_success(&response_page("status:Responder SignatureValue")).is_err());
        assert!(check_success(&page("no form")).is_err());
    }

    #[test]
    fn a_step_is_filled_with_what_it_asks_for() {
        let person = Person { username: "a".into(), password: "b".into(), number: "+1".into() };
        let phone = Phone::start().unwrap();
        let both = page(
            r#"<form><button name="action" value="resend"></form>
            <form action="/x"><input name="username"><input name="password"></form>"#,
        );
        let form = fill(&both, &person, &phone).unwrap();
        assert_eq!((form.field("username"), form.field("password")), (Some("a"), Some("b")));
        assert!(fill(&page("<form></form>"), &person, &phone).is_err());
    }
}
