//! The REST API.

mod accounts;
mod bodies;
mod document;
mod keys;
mod release_rules;
mod resources;
mod rights;
mod scenarios;
mod sending;
mod service_providers;
mod trail;
mod versions;

use idp_admin::access_tokens::{self, NewToken};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;

use crate::support::{Backend, Idp, IdpOptions, Sp};

/// Root administrates, olga operates, audrey audits.
const STAFF: &str = r#"
[[user]]
username = "root"
password = { file = "password" }
roles = ["administrator"]

[[user]]
username = "olga"
password = { file = "password" }
roles = ["operator"]

[[user]]
username = "audrey"
password = { file = "password" }
roles = ["auditor"]
"#;

async fn server(backend: Backend) -> Idp {
    let options = IdpOptions { configuration: STAFF.to_owned(), ..IdpOptions::default() };
    Idp::with(backend, &Sp::new(), options).await
}

/// A program with a token.
struct Client {
    root: String,
    token: String,
    http: reqwest::Client,
}

/// What came back.
struct Answer {
    status: StatusCode,
    headers: reqwest::header::HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The address of what was made, below the root.
    fn place(&self) -> String {
        self.header("location").trim_start_matches("/api/v1").to_owned()
    }

    /// The fields that are complained of.
    fn fields(&self) -> Vec<String> {
        let json = self.json();
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["field"].as_str().expect("a field").to_owned()).collect()
    }
}

impl Client {
    /// A program with a token of this account for these scopes.
    fn of(idp: &Idp, owner: &str, scopes: &[&str]) -> Self {
        let new = NewToken { name: "test", scopes, days: 1, longest: 30 };
        let made = idp.with_admin(|admin, rng| access_tokens::create(admin, owner, new, rng));
        let token = made.expect("made").secret.expose().to_owned();
        Self { root: format!("{}/api/v1", idp.url), token, http: reqwest::Client::new() }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.root)).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> Answer {
        sent(self.request(Method::GET, path)).await
    }

    async fn send(&self, method: Method, path: &str, body: Value, version: Option<&str>) -> Answer {
        let mut request = self
            .request(method, path)
            .header("Content-Type", "application/json")
            .body(body.to_string());
        if let Some(version) = version {
            request = request.header("If-Match", version);
        }
        sent(request).await
    }
}

async fn sent(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, text: response.text().await.expect("text") }
}
