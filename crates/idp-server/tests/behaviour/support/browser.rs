//! A browser without a screen: keeps cookies, follows redirects, fills and submits forms. It knows
//! nothing of the server but what a page says.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use reqwest::header::{ACCEPT_LANGUAGE, COOKIE, HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Url};

use super::html::Form;

#[derive(Clone)]
pub struct Browser {
    client: Client,
    /// By host, because browsers share cookies among ports.
    cookies: BTreeMap<(String, String), String>,
    /// The header Accept-Language.
    languages: Option<HeaderValue>,
}

/// What is in the window.
#[derive(Clone, Debug)]
pub struct Page {
    pub url: Url,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Page {
    /// The only form with this field, or the only form.
    pub fn form(&self) -> Form {
        Form::only(&self.text)
            .unwrap_or_else(|| panic!("no single form on the page:\n{}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The form that leads to this path.
    pub fn form_to(&self, path: &str) -> Form {
        Form::to(&self.text, path)
            .unwrap_or_else(|| panic!("no form to {path} on the page:\n{}", self.text))
    }

    /// The incident code that the page shows.
    pub fn incident(&self) -> Option<String> {
        let code = |word: &&str| {
            word.len() == 9
                && word.as_bytes()[4] == b'-'
                && word.chars().all(|c| c == '-' || c.is_ascii_uppercase() || c.is_ascii_digit())
        };
        self.text
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .find(code)
            .map(str::to_owned)
    }
}

impl Browser {
    pub fn new() -> Self {
        // Made once, because the certificates of the system take long to load. Without idle
        // connections nothing of one test's runtime is left for another.
        static CLIENT: LazyLock<Client> = LazyLock::new(|| {
            let builder = Client::builder().redirect(Policy::none()).pool_max_idle_per_host(0);
            builder.build().expect("a client")
        });
        Self { client: CLIENT.clone(), cookies: BTreeMap::new(), languages: None }
    }

    /// A browser that asks for pages in these languages.
    pub fn reading(languages: &[u8]) -> Self {
        let languages = Some(HeaderValue::from_bytes(languages).expect("a header"));
        Self { languages, ..Self::new() }
    }

    /// Sends the form of a page that leads to this path, with further headers.
    pub async fn send(
        &mut self,
        (page, path): (&Page, &str),
        fields: &[(&str, &str)],
        headers: &[(&'static str, &str)],
    ) -> Page {
        let target = page.url.join(path).expect("an address");
        let mut all = page.form_to(path).hidden;
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let answer = self.exchange(Method::POST, &target, Some(body(&all)), headers).await;
        self.follow(answer).await
    }

    /// Fills the form that leads to this path, which takes files, and submits it.
    pub async fn upload(
        &mut self,
        (page, path): (&Page, &str),
        fields: &[(&str, &str)],
        file: Option<(&str, &[u8])>,
    ) -> Page {
        let target = page.url.join(path).expect("an address");
        let mut body = Vec::new();
        let mut part = |head: String, content: &[u8]| {
            let head = format!("--XX\r\nContent-Disposition: form-data; {head}\r\n\r\n");
            body.extend([head.as_bytes(), content, b"\r\n"].concat());
        };
        for (name, value) in &page.form_to(path).hidden {
            part(format!("name=\"{name}\""), value.as_bytes());
        }
        for (name, value) in fields {
            part(format!("name=\"{name}\""), value.as_bytes());
        }
        if let Some((name, content)) = file {
            part(format!("name=\"{name}\"; filename=\"file\""), content);
        }
        body.extend(b"--XX--\r\n");
        let content = ("multipart/form-data; boundary=XX", body);
        let answer = self.exchange_content(Method::POST, &target, Some(content), &[]).await;
        self.follow(answer).await
    }

    pub async fn get(&mut self, url: &str) -> Page {
        self.go(Method::GET, Url::parse(url).expect("an address"), None).await
    }

    pub async fn post(&mut self, url: &str, fields: &[(String, String)]) -> Page {
        let body = body(fields);
        self.go(Method::POST, Url::parse(url).expect("an address"), Some(body)).await
    }

    /// A POST from a page of another site: cookies with SameSite=Lax stay at home.
    pub async fn post_cross_site(&mut self, url: &str, fields: &[(String, String)]) -> Page {
        let kept = std::mem::take(&mut self.cookies);
        let answer = self
            .once(Method::POST, &Url::parse(url).expect("an address"), Some(body(fields)))
            .await;
        let fresh = std::mem::replace(&mut self.cookies, kept);
        self.cookies.extend(fresh);
        self.follow(answer).await
    }

    /// Fills the form on a page and presses a button.
    pub async fn submit(&mut self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let form = page.form();
        let target = page.url.join(&form.action).expect("an address");
        let mut all = form.hidden.clone();
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        if !fields.iter().any(|(name, _)| *name == "action" || *name == "method") {
            all.push(("action".to_owned(), "continue".to_owned()));
        }
        let text = body(&all);
        self.go(Method::POST, target, Some(text)).await
    }

    async fn go(&mut self, method: Method, url: Url, body: Option<String>) -> Page {
        let page = self.once(method, &url, body).await;
        self.follow(page).await
    }

    async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..10 {
            if !(300..400).contains(&page.status) {
                return page;
            }
            let location = page.header(LOCATION.as_str()).to_owned();
            let target = page.url.join(&location).expect("an address");
            page = self.once(Method::GET, &target, None).await;
        }
        panic!("a redirect loop");
    }

    /// One exchange, without following a redirect.
    pub async fn once(&mut self, method: Method, url: &Url, body: Option<String>) -> Page {
        self.exchange(method, url, body, &[]).await
    }

    async fn exchange(
        &mut self,
        method: Method,
        url: &Url,
        body: Option<String>,
        headers: &[(&'static str, &str)],
    ) -> Page {
        let form = |body: String| ("application/x-www-form-urlencoded", body.into_bytes());
        self.exchange_content(method, url, body.map(form), headers).await
    }

    async fn exchange_content(
        &mut self,
        method: Method,
        url: &Url,
        content: Option<(&str, Vec<u8>)>,
        headers: &[(&'static str, &str)],
    ) -> Page {
        let host = url.host_str().expect("a host").to_owned();
        let jar: Vec<String> = self
            .cookies
            .iter()
            .filter(|((owner, _), _)| *owner == host)
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let mut request = self.client.request(method, url.clone());
        if !jar.is_empty() {
            request = request.header(COOKIE, jar.join("; "));
        }
        if let Some(languages) = &self.languages {
            request = request.header(ACCEPT_LANGUAGE, languages.clone());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some((content_type, body)) = content {
            request = request.header("Content-Type", content_type).body(body);
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        for cookie in headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().expect("text");
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').expect("a cookie");
            let key = (host.clone(), name.to_owned());
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.to_owned());
            }
        }
        let text = response.text().await.expect("text");
        Page { url: url.clone(), status, headers, text }
    }

    pub fn cookie_names(&self) -> Vec<String> {
        self.cookies.keys().map(|(_, name)| name.clone()).collect()
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.iter().find(|((_, n), _)| n.starts_with(name)).map(|(_, value)| value.clone())
    }

    /// The cookie of this name as it is sent.
    pub fn cookie_pair(&self, name: &str) -> Option<String> {
        let mut all = self.cookies.iter().filter(|((_, n), _)| n.starts_with(name));
        all.next().map(|((_, name), value)| format!("{name}={value}"))
    }

    /// A cookie that somebody else put into this browser.
    pub fn plant_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(("localhost".to_owned(), name.to_owned()), value.to_owned());
    }
}

pub fn body(fields: &[(String, String)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
