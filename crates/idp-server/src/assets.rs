//! The files every page loads: style sheet, scripts, logo. They are part of the binary, so the
//! server needs no folder beside it.
//!
//! A page names an asset with the hash of its content (`/assets/portcullis.css?v=…`), so browsers
//! may keep it for a year. A node of another version, seen through one proxy during an upgrade,
//! still answers under the same path, only without the long lifetime.

use std::fmt;

use actix_web::http::header::{self, EntityTag, IfNoneMatch};
use actix_web::http::header::{Header, TryIntoHeaderValue};
use actix_web::{HttpRequest, HttpResponse};

/// One embedded file.
pub struct Asset {
    name: &'static str,
    content_type: &'static str,
    content: &'static [u8],
    version: u64,
}

/// The style sheet of every page, one file for browsers.
pub const STYLE: Asset = Asset::new(
    "portcullis.css",
    "text/css; charset=utf-8",
    concat!(
        include_str!("../assets/style/1-ground.css"),
        include_str!("../assets/style/2-text.css"),
        include_str!("../assets/style/3-forms.css"),
        include_str!("../assets/style/4-states.css"),
    )
    .as_bytes(),
);

/// The style sheet of the console, beside [`STYLE`].
pub const CONSOLE_STYLE: Asset = Asset::new(
    "console.css",
    "text/css; charset=utf-8",
    concat!(
        include_str!("../assets/console/1-frame.css"),
        include_str!("../assets/console/2-content.css"),
        include_str!("../assets/console/3-forms.css"),
        include_str!("../assets/console/4-gateways.css"),
        include_str!("../assets/console/5-rows.css"),
        include_str!("../assets/console/6-people.css"),
        include_str!("../assets/console/7-charts.css"),
        include_str!("../assets/console/8-sample.css"),
    )
    .as_bytes(),
);

/// Countdowns, "show password" and the guard against double submission. No page needs it.
pub const LOGIN_SCRIPT: Asset =
    Asset::new("login.js", "text/javascript; charset=utf-8", include_bytes!("../assets/login.js"));

/// Submits the form that carries a Response to its service provider.
pub const POST_SCRIPT: Asset =
    Asset::new("post.js", "text/javascript; charset=utf-8", include_bytes!("../assets/post.js"));

/// Goes on with a logout when an application does not answer.
pub const LOGOUT_SCRIPT: Asset = Asset::new(
    "logout.js",
    "text/javascript; charset=utf-8",
    include_bytes!("../assets/logout.js"),
);

/// The mark of the product, also the icon of the browser's tab.
pub const LOGO: Asset =
    Asset::new("logo.svg", "image/svg+xml", include_bytes!("../assets/logo.svg"));

static ALL: [&Asset; 6] =
    [&STYLE, &CONSOLE_STYLE, &LOGIN_SCRIPT, &POST_SCRIPT, &LOGOUT_SCRIPT, &LOGO];

/// For an address that names the version it expects.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// For any other address: keep it, but ask each time.
const ASK: &str = "public, no-cache";

impl Asset {
    const fn new(name: &'static str, content_type: &'static str, content: &'static [u8]) -> Self {
        Self { name, content_type, content, version: fnv_1a(content) }
    }

    /// The entity tag: the hash of the content.
    fn etag(&self) -> EntityTag {
        EntityTag::new_strong(format!("{:016x}", self.version))
    }

    /// Whether the query names exactly this content.
    fn is_named_by(&self, query: &str) -> bool {
        query.strip_prefix("v=") == Some(format!("{:016x}", self.version).as_str())
    }
}

/// The address of the asset, for pages.
impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/assets/{}?v={:016x}", self.name, self.version)
    }
}

/// Answers `GET /assets/{name}`; `None` when there is no such asset.
pub fn respond(request: &HttpRequest, name: &str) -> Option<HttpResponse> {
    let asset = ALL.iter().find(|asset| asset.name == name)?;
    let caching = if asset.is_named_by(request.query_string()) { FOREVER } else { ASK };
    let mut response =
        if is_known(request, asset) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header((header::ETAG, asset.etag().try_into_value().ok()?))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'"));
    if is_known(request, asset) {
        return Some(response.finish());
    }
    Some(response.content_type(asset.content_type).body(asset.content))
}

/// Whether the browser already holds this content (RFC 9110, 13.1.2).
fn is_known(request: &HttpRequest, asset: &Asset) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&asset.etag())),
        Ok(IfNoneMatch::Any) | Err(_) => false,
    }
}

/// FNV-1a with 64 bits, at compile time. It names versions; it protects nothing.
pub const fn fnv_1a(mut bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    while let [byte, rest @ ..] = bytes {
        hash = (hash ^ *byte as u64).wrapping_mul(0x0100_0000_01b3);
        bytes = rest;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::body::MessageBody;
    use actix_web::http::StatusCode;
    use actix_web::test::TestRequest;

    fn cache_control(response: &HttpResponse) -> &str {
        response.headers().get(header::CACHE_CONTROL).unwrap().to_str().unwrap()
    }

    #[test]
    fn an_asset_named_with_its_version_may_be_kept_for_a_year() {
        let request = TestRequest::with_uri(&STYLE.to_string()).to_http_request();
        let response = respond(&request, "portcullis.css").unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(cache_control(&response), FOREVER);
        let content_type = response.headers().get(header::CONTENT_TYPE).unwrap();
        assert_eq!(content_type, "text/css; charset=utf-8");
        assert_eq!(response.into_body().try_into_bytes().unwrap(), STYLE.content);
    }

    #[test]
    fn another_version_is_answered_but_not_kept() {
        let request = TestRequest::with_uri("/assets/login.js?v=0").to_http_request();
        assert_eq!(cache_control(&respond(&request, "login.js").unwrap()), ASK);
    }

    #[test]
    fn content_the_browser_holds_is_not_sent_again() {
        let request = TestRequest::with_uri("/assets/logo.svg")
            .insert_header((header::IF_NONE_MATCH, format!("W/\"{:016x}\"", LOGO.version)))
            .to_http_request();
        let response = respond(&request, "logo.svg").unwrap();
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert!(response.into_body().try_into_bytes().unwrap().is_empty());
    }

    #[test]
    fn there_is_nothing_else_below_assets() {
        let request = TestRequest::with_uri("/assets/x").to_http_request();
        for name in ["", "../Cargo.toml", "logo", "PORTCULLIS.CSS"] {
            assert!(respond(&request, name).is_none(), "{name}");
        }
    }

    #[test]
    fn versions_are_the_published_fnv_1a_values() {
        assert_eq!(fnv_1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv_1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
