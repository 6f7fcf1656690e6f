//! The cookies: the session, one per login in progress that binds it to this browser, and one for the
//! moment between a posted request and the GET that follows it; and the language, chosen or asked for.
//!
//! Under https they carry the `__Host-` prefix and Secure, so that no sibling domain can plant one.
//! Over plain http (loopback) that prefix does not exist; the port takes its place in the name,
//! because browsers share cookies among the ports of a host. SameSite is Lax: a sign-in begins with
//! a top-level GET from another site; a cross-site POST is bounced through one of our own GETs. The
//! answer to a top-level POST may set Lax cookies, whoever caused it, and that GET carries them.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use idp_core::id::{BrowserToken, LinkToken, LoginId, LogoutId, SessionToken};

use crate::language::Language;
use crate::public_url::PublicUrl;

/// Names and makes the cookies.
#[derive(Clone, Debug)]
pub struct Cookies {
    prefix: &'static str,
    suffix: String,
    secure: bool,
}

impl Cookies {
    /// The cookies of a server with this public address.
    pub fn new(public_url: &PublicUrl) -> Self {
        let secure = public_url.is_https();
        let suffix = match public_url.port() {
            Some(port) if !secure => format!("_{port}"),
            _ => String::new(),
        };
        Self { prefix: if secure { "__Host-" } else { "" }, suffix, secure }
    }

    /// The session token that the browser presents.
    pub fn session(&self, request: &HttpRequest) -> Option<SessionToken> {
        let cookie = request.cookie(&self.session_name())?;
        SessionToken::parse(cookie.value())
    }

    /// The cookie of a new session. It lives as long as the browser; the server ends the session.
    pub fn set_session(&self, token: &SessionToken) -> Cookie<'static> {
        self.cookie(self.session_name(), token.expose().to_owned())
    }

    /// Removes the cookie of a session that ended.
    pub fn forget_session(&self) -> Cookie<'static> {
        let mut cookie = self.cookie(self.session_name(), String::new());
        cookie.set_max_age(Duration::ZERO);
        cookie
    }

    /// What the next page should say of a change, and the seal on it.
    pub fn flash(&self, request: &HttpRequest) -> Option<(String, String)> {
        let cookie = request.cookie(&self.flash_name())?;
        let (encoded, seal) = cookie.value().split_once('.')?;
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).ok()?).ok()?;
        Some((text, seal.to_owned()))
    }

    /// The cookie with a sealed text for the next page.
    pub fn set_flash(&self, text: &str, seal: &str) -> Cookie<'static> {
        let value = format!("{}.{seal}", URL_SAFE_NO_PAD.encode(text));
        let mut cookie = self.cookie(self.flash_name(), value);
        cookie.set_max_age(Duration::minutes(1));
        cookie
    }

    /// Removes that cookie.
    pub fn forget_flash(&self) -> Cookie<'static> {
        let mut cookie = self.cookie(self.flash_name(), String::new());
        cookie.set_max_age(Duration::ZERO);
        cookie
    }

    /// The language that the person chose.
    pub fn language(&self, request: &HttpRequest) -> Option<Language> {
        Language::named(request.cookie(&self.language_name())?.value())
    }

    /// Keeps the language that the person chose, for a year.
    pub fn set_language(&self, language: Language) -> Cookie<'static> {
        let mut cookie = self.cookie(self.language_name(), language.tag().to_owned());
        cookie.set_max_age(Duration::days(365));
        cookie
    }

    /// The language that the application asked for.
    pub fn asked_language(&self, request: &HttpRequest) -> Option<Language> {
        Language::named(request.cookie(&self.asked_language_name())?.value())
    }

    /// Keeps the language that the application asked for, as long as its login may take.
    pub fn set_asked_language(&self, language: Language, seconds: u32) -> Cookie<'static> {
        let mut cookie = self.cookie(self.asked_language_name(), language.tag().to_owned());
        cookie.set_max_age(Duration::seconds(i64::from(seconds)));
        cookie
    }

    /// The token that the browser presents for a login.
    pub fn login(&self, request: &HttpRequest, login: LoginId) -> Option<BrowserToken> {
        let cookie = request.cookie(&self.login_name(login))?;
        BrowserToken::parse(cookie.value())
    }

    /// The cookie of a new login. Always a fresh token: one that the browser brought along is never
    /// adopted.
    pub fn set_login(&self, login: LoginId, token: &BrowserToken, seconds: u32) -> Cookie<'static> {
        let mut cookie = self.cookie(self.login_name(login), token.expose().to_owned());
        cookie.set_max_age(Duration::seconds(i64::from(seconds)));
        cookie
    }

    /// Removes the cookie of a login that is over.
    pub fn forget_login(&self, login: LoginId) -> Cookie<'static> {
        let mut cookie = self.cookie(self.login_name(login), String::new());
        cookie.set_max_age(Duration::ZERO);
        cookie
    }

    /// The token that the browser presents for a logout.
    pub fn logout(&self, request: &HttpRequest, logout: LogoutId) -> Option<BrowserToken> {
        let cookie = request.cookie(&self.logout_name(logout))?;
        BrowserToken::parse(cookie.value())
    }

    /// The newest logout that this browser began, as far as its cookies know.
    pub fn newest_logout(&self, request: &HttpRequest) -> Option<LogoutId> {
        let start = self.logout_name_start();
        let cookies = request.cookies().ok()?;
        let ids = cookies.iter().filter_map(|cookie| {
            let id = cookie.name().strip_prefix(start.as_str())?.strip_suffix(&*self.suffix)?;
            id.parse::<LogoutId>().ok()
        });
        // Their identifiers sort by the time of their making.
        ids.max()
    }

    /// The cookie of a logout that tells service providers, always a fresh token.
    pub fn set_logout(
        &self,
        logout: LogoutId,
        token: &BrowserToken,
        seconds: i64,
    ) -> Cookie<'static> {
        let mut cookie = self.cookie(self.logout_name(logout), token.expose().to_owned());
        cookie.set_max_age(Duration::seconds(seconds));
        cookie
    }

    /// The token that the browser presents for a link to come back by.
    pub fn resume(&self, request: &HttpRequest, link: &LinkToken) -> Option<BrowserToken> {
        let cookie = request.cookie(&self.resume_name(link))?;
        BrowserToken::parse(cookie.value())
    }

    /// The cookie that goes with such a link, always a fresh token.
    pub fn set_resume(
        &self,
        link: &LinkToken,
        token: &BrowserToken,
        seconds: u32,
    ) -> Cookie<'static> {
        let mut cookie = self.cookie(self.resume_name(link), token.expose().to_owned());
        cookie.set_max_age(Duration::seconds(i64::from(seconds)));
        cookie
    }

    /// Removes the cookie of a link that was used.
    pub fn forget_resume(&self, link: &LinkToken) -> Cookie<'static> {
        let mut cookie = self.cookie(self.resume_name(link), String::new());
        cookie.set_max_age(Duration::ZERO);
        cookie
    }

    /// The enrolment link that the browser took note of.
    pub fn enrolment(&self, request: &HttpRequest) -> Option<LinkToken> {
        let cookie = request.cookie(&self.enrolment_name())?;
        LinkToken::parse(cookie.value())
    }

    /// The cookie that goes with an enrolment link, for as many seconds as the link works.
    pub fn set_enrolment(&self, token: &LinkToken, seconds: i64) -> Cookie<'static> {
        let mut cookie = self.cookie(self.enrolment_name(), token.expose().to_owned());
        cookie.set_max_age(Duration::seconds(seconds));
        cookie
    }

    /// Each link has its own, so that two tabs do not disturb each other. The name is made of the
    /// link's hash: cookie names show up in more places than addresses.
    fn resume_name(&self, link: &LinkToken) -> String {
        let id = link.id();
        let short = id.as_str().get(..16).unwrap_or_default();
        format!("{}portcullis_resume_{short}{}", self.prefix, self.suffix)
    }

    fn enrolment_name(&self) -> String {
        format!("{}portcullis_enrolment{}", self.prefix, self.suffix)
    }

    fn flash_name(&self) -> String {
        format!("{}portcullis_flash{}", self.prefix, self.suffix)
    }

    fn language_name(&self) -> String {
        format!("{}portcullis_language{}", self.prefix, self.suffix)
    }

    fn asked_language_name(&self) -> String {
        format!("{}portcullis_ui_locales{}", self.prefix, self.suffix)
    }

    fn session_name(&self) -> String {
        format!("{}portcullis_session{}", self.prefix, self.suffix)
    }

    fn logout_name(&self, logout: LogoutId) -> String {
        format!("{}{logout}{}", self.logout_name_start(), self.suffix)
    }

    fn logout_name_start(&self) -> String {
        format!("{}portcullis_logout_", self.prefix)
    }

    fn login_name(&self, login: LoginId) -> String {
        format!("{}portcullis_login_{}{}", self.prefix, login, self.suffix)
    }

    fn cookie(&self, name: String, value: String) -> Cookie<'static> {
        Cookie::build(name, value)
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use idp_core::id::SessionToken;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn session_cookie(base: &str) -> String {
        let cookies = Cookies::new(&PublicUrl::parse(base).expect("an address"));
        cookies.set_session(&SessionToken::new(&mut StdRng::seed_from_u64(1))).to_string()
    }

    #[test]
    fn under_https_no_other_host_can_plant_the_session_cookie() {
        let cookie = session_cookie("https://login.example.org");
        assert!(cookie.starts_with("__Host-portcullis_session="), "{cookie}");
        for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(attribute), "{attribute} is missing in {cookie}");
        }
        assert!(!cookie.contains("Domain"));
    }

    #[test]
    fn two_servers_on_one_loopback_host_keep_their_cookies_apart() {
        let name = |base| session_cookie(base).split('=').next().map(str::to_owned);
        assert_ne!(name("http://localhost:9763"), name("http://localhost:9764"));
    }
}
