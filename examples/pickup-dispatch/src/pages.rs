//! The pages: one context per template, and how a template becomes an answer.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, HeaderName};
use askama::Template;

use crate::bookings::{Booking, BookingForm, Problems, VEHICLES};
use crate::desk::{Desk, Session};
use crate::identity::Identity;
use crate::message::Message;
use crate::saml::request::Wishes;
use crate::saml::status::StatusReport;
use crate::settings::Binding;

/// The NameID formats that the login page offers: URI and name.
pub const NAME_ID_FORMATS: &[(&str, &str)] = &[
    ("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", "persistent"),
    ("urn:oasis:names:tc:SAML:2.0:nameid-format:transient", "transient"),
    ("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", "emailAddress"),
    ("urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified", "unspecified"),
];

/// The authentication context classes that the login page offers: URI and name.
pub const AUTHN_CONTEXTS: &[(&str, &str)] = &[
    (
        "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
        "PasswordProtectedTransport",
    ),
    ("urn:oasis:names:tc:SAML:2.0:ac:classes:Password", "Password"),
    (
        "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorUnregistered",
        "MobileTwoFactorUnregistered",
    ),
    ("urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract", "MobileTwoFactorContract"),
    ("urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken", "TimeSyncToken"),
    ("https://refeds.org/profile/mfa", "REFEDS MFA"),
    ("urn:oasis:names:tc:SAML:2.0:ac:classes:X509", "X509"),
];

/// A page that a login can lead to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    /// The booking form.
    #[default]
    Book,
    /// The list of bookings.
    View,
    /// The user details.
    Profile,
}

impl Place {
    /// Its name in a query.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Book => "book",
            Self::View => "view",
            Self::Profile => "profile",
        }
    }

    /// The place with this name.
    pub fn named(slug: &str) -> Option<Self> {
        [Self::Book, Self::View, Self::Profile].into_iter().find(|place| place.slug() == slug)
    }

    /// Its path below the public address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Book => "/home?tab=book",
            Self::View => "/home?tab=view",
            Self::Profile => "/profile",
        }
    }

    /// What one does there, behind "Log in to …".
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Book => "book a vehicle",
            Self::View => "see your bookings",
            Self::Profile => "see your details",
        }
    }
}

/// What surrounds every page.
pub struct Frame<'a> {
    /// Path of the public address, without a trailing slash.
    pub base: &'a str,
    /// The program's name.
    pub name: &'a str,
    /// The class of the page's body.
    pub colour: &'static str,
    /// The page's title.
    pub title: &'a str,
    /// Who is logged in.
    pub user: Option<&'a Identity>,
    /// Slug of the place shown, or empty.
    pub current: &'static str,
    /// The messages of the side panel, newest first.
    pub messages: &'a [Message],
}

impl<'a> Frame<'a> {
    /// The frame of a page for somebody who is logged in.
    pub fn of(desk: &'a Desk, session: &'a Session, place: Place, title: &'a str) -> Self {
        Self {
            base: desk.base_path(),
            name: &desk.sp().name,
            colour: desk.colour,
            title,
            user: Some(&session.identity),
            current: place.slug(),
            messages: &session.messages,
        }
    }

    /// The frame of a page for anybody.
    pub fn plain(desk: &'a Desk, title: &'a str) -> Self {
        Self {
            base: desk.base_path(),
            name: &desk.sp().name,
            colour: desk.colour,
            title,
            user: None,
            current: "",
            messages: &[],
        }
    }
}

/// The login page.
#[derive(Template)]
#[template(path = "login.html")]
pub struct Login<'a> {
    /// What surrounds it.
    pub frame: Frame<'a>,
    /// Where the login leads, when that is not the booking form.
    pub place: Option<Place>,
    /// The identity provider's entityID, or what is wrong with it.
    pub idp: Result<String, String>,
    /// What is asked for unless the page says otherwise.
    pub defaults: &'a Wishes,
    /// Whether requests can be signed.
    pub has_key: bool,
    /// What to tell a person who has just logged out.
    pub ended: Option<&'static str>,
    /// NameID formats: URI and name.
    pub formats: &'a [(&'a str, &'a str)],
}

/// The page that posts a request to the identity provider.
#[derive(Template)]
#[template(path = "post.html")]
pub struct PostRequest<'a> {
    /// What surrounds it.
    pub frame: Frame<'a>,
    /// Where the form goes.
    pub destination: &'a str,
    /// The request in base64.
    pub saml_request: &'a str,
    /// The RelayState.
    pub relay_state: &'a str,
}

/// The page that leads to the identity provider with a logout request.
#[derive(Template)]
#[template(path = "leaving.html")]
pub struct Leaving<'a> {
    /// What surrounds it.
    pub frame: Frame<'a>,
    /// Where the request goes, with the request.
    pub url: &'a str,
}

/// The booking desk.
#[derive(Template)]
#[template(path = "home.html")]
pub struct Home<'a> {
    /// What surrounds it.
    pub frame: Frame<'a>,
    /// Which tab is shown.
    pub place: Place,
    /// Something to tell.
    pub notice: Option<&'a str>,
    /// The form as filled in.
    pub form: &'a BookingForm,
    /// What is wrong with it.
    pub problems: &'a Problems,
    /// The first day that can be booked.
    pub today: String,
    /// The bookings, newest first.
    pub bookings: Vec<&'a Booking>,
}

/// The user details.
#[derive(Template)]
#[template(path = "profile.html")]
pub struct Profile<'a> {
    /// What surrounds it.
    pub frame: Frame<'a>,
    /// Something to tell.
    pub notice: Option<&'a str>,
    /// Who is logged in.
    pub identity: &'a Identity,
}

/// Something went wrong.
#[derive(Template)]
#[template(path = "problem.html")]
pub struct Problem<'a> {
    /// What surrounds it.
    pub frame: Frame<'a>,
    /// What happened.
    pub text: &'a str,
    /// What to do.
    pub advice: &'a str,
    /// What the identity provider said.
    pub report: Option<&'a StatusReport>,
}

/// Renders a page whose forms stay here.
pub fn page(status: StatusCode, template: &impl Template) -> HttpResponse {
    page_with_forms_to(status, template, "")
}

/// Renders a page whose forms may also lead to these origins. Browsers apply form-action to the
/// redirects after a form, too.
pub fn page_with_forms_to(
    status: StatusCode,
    template: &impl Template,
    origins: &str,
) -> HttpResponse {
    let html = match template.render() {
        Ok(html) => html,
        Err(error) => return HttpResponse::InternalServerError().body(format!("page: {error}")),
    };
    HttpResponse::build(status)
        .content_type(ContentType::html())
        .insert_header((HeaderName::from_static("content-security-policy"), policy(origins)))
        .body(html)
}

/// The content security policy: nothing from elsewhere, nothing inline, in no frame.
pub fn policy(form_origins: &str) -> String {
    format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
         form-action 'self' {form_origins}; base-uri 'none'; frame-ancestors 'none'"
    )
}
