//! What a login is for: the answer to a request of a service provider, or a page of an application of
//! ours.

use std::sync::Arc;

use idp_core::flow::situation::Application;
use idp_core::id::{LoginId, ServiceProviderId};
use idp_core::local_application::LocalApplication;
use idp_core::saml::request::VerifiedRequest;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::document::gone;
use crate::app::App;
use crate::configuration::{Configuration, Registered};
use crate::error::WebError;
use crate::look::Look;

/// What a login is for, part of its row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Target {
    /// The request it will answer.
    #[serde(rename = "request")]
    Saml(Box<VerifiedRequest>),
    /// The page of ours it will lead to.
    #[serde(rename = "local")]
    Local(LocalTarget),
}

/// A page of an application of ours, to which the browser is sent after a login.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LocalTarget {
    application: LocalApplication,
    path: String,
}

impl LocalTarget {
    /// The longest path with its query, in bytes.
    const MAX_LENGTH: usize = 1024;

    /// The page with this path and query, or the first page of the application when it is none of
    /// its own.
    pub fn new(application: LocalApplication, path: &str) -> Self {
        let path = if is_below(application.root(), path) { path } else { application.root() };
        Self { application, path: path.to_owned() }
    }

    /// Which application.
    pub const fn application(&self) -> LocalApplication {
        self.application
    }

    /// Path and query: always below the application's root.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// Whether a path with its query leads to the root or below, however a browser reads it: no other
/// host, no way up, nothing that ends a header.
fn is_below(root: &str, path: &str) -> bool {
    let Some(rest) = path.strip_prefix(root) else { return false };
    let plain = path.len() <= LocalTarget::MAX_LENGTH
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#');
    let way = rest.split('?').next().unwrap_or_default().to_ascii_lowercase();
    let climbs = way.split('/').any(|segment| {
        let segment = segment.replace("%2e", ".");
        segment == "." || segment == ".."
    });
    plain && (rest.is_empty() || rest.starts_with(['/', '?'])) && !way.contains("//") && !climbs
}

/// For whom a login is, as configured now.
pub enum Party {
    /// A service provider that gets answers.
    ServiceProvider(Arc<Registered>),
    /// An application of ours.
    Local(LocalApplication),
}

impl Target {
    /// The service provider whose request is answered, if one is.
    pub fn service_provider(&self) -> Option<ServiceProviderId> {
        match self {
            Self::Saml(request) => Some(request.service_provider()),
            Self::Local(_) => None,
        }
    }

    /// What the trail says of the beginning of such a login.
    pub fn started(&self, login: LoginId) -> Value {
        match self {
            Self::Saml(request) => json!({ "login": login, "request": request.id() }),
            Self::Local(target) => json!({ "login": login, "local": target.application }),
        }
    }

    /// For whom it is. A service provider may have been removed or disabled since it asked.
    pub fn party(&self, app: &App, configuration: &Configuration) -> Result<Party, WebError> {
        let request = match self {
            Self::Saml(request) => request,
            Self::Local(target) => return Ok(Party::Local(target.application)),
        };
        let registered =
            configuration.service_provider(&app.store, request.issuer())?.filter(|sp| {
                sp.service_provider.id == request.service_provider() && sp.service_provider.enabled
            });
        registered
            .map(Party::ServiceProvider)
            .ok_or_else(|| gone("a service provider that was removed or disabled meanwhile"))
    }
}

impl Party {
    /// As far as the steps of a login may know it.
    pub fn application<'a>(
        &'a self,
        configuration: &'a Configuration,
    ) -> Result<Application<'a>, WebError> {
        match self {
            Self::ServiceProvider(registered) => Ok(registered.application()),
            Self::Local(application) => Ok(configuration.local(*application)?.application()),
        }
    }

    /// How the pages of its logins look.
    pub fn look(&self) -> Look {
        match self {
            Self::ServiceProvider(registered) => registered.look.clone(),
            Self::Local(_) => Look::default(),
        }
    }

    /// The service provider, if it is one.
    pub fn service_provider(&self) -> Option<ServiceProviderId> {
        match self {
            Self::ServiceProvider(registered) => Some(registered.service_provider.id),
            Self::Local(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(asked: &str) -> String {
        LocalTarget::new(LocalApplication::Console, asked).path().to_owned()
    }

    #[test]
    fn pages_of_the_application_are_kept_with_their_query() {
        for own in
            ["/console", "/console/", "/console/users?search=a%20b&after=x", "/console?x=//y"]
        {
            assert_eq!(path(own), own);
        }
    }

    #[test]
    fn every_other_address_becomes_the_first_page() {
        for foreign in [
            "",
            "/",
            "//evil.example/console",
            "https://evil.example/console",
            "/consoles",
            "/account",
            "/console//evil.example",
            "/console/../saml/sso",
            "/console/%2E%2e/saml/sso",
            "/console/./x",
            "/console\\evil",
            "/console/\r\nSet-Cookie: a=b",
            "/console/ü",
            "/console#x",
        ] {
            assert_eq!(path(foreign), "/console", "{foreign}");
        }
        assert_eq!(path(&format!("/console/{}", "x".repeat(1100))), "/console");
    }
}
