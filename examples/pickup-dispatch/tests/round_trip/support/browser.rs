//! A browser for tests: keeps cookies, follows nothing by itself.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::Path;

use actix_web::App;
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::http::header::{LOCATION, ORIGIN};
use actix_web::test::{self, TestRequest};
use actix_web::web::Data;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Parser as _;
use pickup_dispatch::{Desk, Settings, routes};

use crate::schemas::assert_valid;

const BASE: &str = "/saml2-web-app-pickup-dispatch.com";

/// Settings with the default addresses and this metadata.
pub fn settings(idp_metadata: &Path, more: &[&str]) -> Settings {
    let start = ["pickup-dispatch", "--idp-metadata", idp_metadata.to_str().unwrap()];
    Settings::parse_from(start.iter().chain(more))
}

pub fn desk(idp_metadata: &Path, more: &[&str]) -> Data<Desk> {
    Data::new(Desk::open(&settings(idp_metadata, more)).unwrap())
}

pub struct Browser {
    pub desk: Data<Desk>,
    pub cookies: HashMap<String, String>,
}

/// What came back.
pub struct Page {
    pub status: StatusCode,
    pub location: Option<String>,
    pub policy: String,
    pub set_cookies: Vec<Cookie<'static>>,
    pub text: String,
}

impl Page {
    /// A parameter of the address that the page leads to.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let url = url::Url::parse(self.location.as_deref()?).ok()?;
        url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// The XML of the SAMLRequest in that address, which follows the schemas.
    pub fn saml_request(&self) -> String {
        let deflated = STANDARD.decode(self.parameter("SAMLRequest").unwrap()).unwrap();
        let mut xml = String::new();
        flate2::read::DeflateDecoder::new(&deflated[..]).read_to_string(&mut xml).unwrap();
        assert_valid(&xml);
        xml
    }

    pub fn request_id(&self) -> String {
        let xml = self.saml_request();
        let document = roxmltree::Document::parse(&xml).unwrap();
        document.root_element().attribute("ID").unwrap().to_owned()
    }
}

impl Browser {
    pub fn of(desk: &Data<Desk>) -> Self {
        Self { desk: desk.clone(), cookies: HashMap::new() }
    }

    pub async fn open(&mut self, path: &str) -> Page {
        self.call(TestRequest::get().uri(&address(path))).await
    }

    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        self.call(TestRequest::post().uri(&address(path)).set_form(form)).await
    }

    /// As a page of another origin would.
    pub async fn post_from(&mut self, origin: &str, path: &str) -> Page {
        let request = TestRequest::post().uri(&address(path)).insert_header((ORIGIN, origin));
        self.call(request.set_form([("vehicle", "van")])).await
    }

    /// Posts a Response without cookies, as browsers do across sites.
    pub async fn deliver(&mut self, xml: &str, relay_state: &str) -> Page {
        let encoded = STANDARD.encode(xml);
        let kept = std::mem::take(&mut self.cookies);
        let form = [("SAMLResponse", encoded.as_str()), ("RelayState", relay_state)];
        let page = self.post("/acs", &form).await;
        self.cookies = kept;
        page
    }

    /// Goes where a page leads.
    pub async fn follow(&mut self, page: &Page) -> Page {
        self.open(page.location.as_deref().unwrap()).await
    }

    async fn call(&mut self, mut request: TestRequest) -> Page {
        for (name, value) in &self.cookies {
            request = request.cookie(Cookie::new(name.clone(), value.clone()));
        }
        let desk = self.desk.clone();
        let app = App::new().app_data(desk.clone()).configure(|app| routes(app, &desk));
        let answer = test::call_service(&test::init_service(app).await, request.to_request()).await;
        let header =
            |name| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (status, location) = (answer.status(), header(LOCATION.as_str()));
        let policy = header("content-security-policy").unwrap_or_default();
        let set_cookies: Vec<_> = answer.response().cookies().map(Cookie::into_owned).collect();
        for cookie in &set_cookies {
            self.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
        }
        let text = String::from_utf8(test::read_body(answer).await.to_vec()).unwrap();
        Page { status, location, policy, set_cookies, text }
    }
}

fn address(path: &str) -> String {
    if path.starts_with(BASE) { path.to_owned() } else { format!("{BASE}{path}") }
}
