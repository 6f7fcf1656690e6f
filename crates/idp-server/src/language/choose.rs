//! Which language a request is answered in: the person's own choice, then what the application asks
//! for, then what the browser accepts, then the server's.

use actix_web::HttpRequest;
use actix_web::http::header::{AcceptLanguage, Header, Preference, Quality};
use url::form_urlencoded;

use super::Language;
use crate::cookies::Cookies;

/// More languages than people read.
const MOST_LANGUAGES: usize = 10;
/// The parameter with which applications and links ask for languages, as OpenID Connect names it.
const UI_LOCALES: &str = "ui_locales";
/// The longest path that a choice of language leads back to.
const LONGEST_PATH: usize = 2048;

/// What is known of the wishes of whoever asks.
#[derive(Clone, Default, Debug)]
pub struct Wishes {
    /// Chosen on a page of ours.
    pub chosen: Option<Language>,
    /// Asked for by this very request's `ui_locales`: to be remembered while the login lasts.
    pub asked_now: Option<Language>,
    /// Asked for by `ui_locales`, now or before.
    asked: Option<Language>,
    /// The languages that the browser accepts, best first.
    pub accepted: Vec<String>,
}

impl Wishes {
    /// Those of a request.
    pub fn of(request: &HttpRequest, cookies: &Cookies) -> Self {
        let asked_now = ui_locales(request.query_string());
        Self {
            chosen: cookies.language(request),
            asked_now,
            asked: asked_now.or_else(|| cookies.asked_language(request)),
            accepted: accepted(request),
        }
    }

    /// The language of the answer.
    pub fn language(&self, fallback: Language) -> Language {
        let by_browser = || self.accepted.iter().find_map(|tag| Language::of_tag(tag));
        self.chosen.or(self.asked).or_else(by_browser).unwrap_or(fallback)
    }
}

/// The first language of `ui_locales`, a list with blanks between, that pages are written in.
fn ui_locales(query: &str) -> Option<Language> {
    // Nearly every request ends here; the rest of a query may be a long message.
    if !query.contains(UI_LOCALES) {
        return None;
    }
    let (_, list) =
        form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == UI_LOCALES)?;
    list.split_ascii_whitespace().take(MOST_LANGUAGES).find_map(Language::of_tag)
}

/// The languages of the header Accept-Language (RFC 9110, 12.5.4), best first. A weight of 0 means
/// "not this one".
fn accepted(request: &HttpRequest) -> Vec<String> {
    let mut header = AcceptLanguage::parse(request).unwrap_or_else(|_| AcceptLanguage(Vec::new()));
    header.0.retain(|language| language.quality > Quality::ZERO);
    let named = header.ranked();
    let tags = named.iter().filter_map(Preference::item).map(ToString::to_string);
    tags.take(MOST_LANGUAGES).collect()
}

/// The path and query, if a browser that is sent there stays at this server, whoever wrote it.
pub fn local_path(path: &str) -> Option<&str> {
    let plain = path.len() <= LONGEST_PATH
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#');
    let local = path.starts_with('/') && !path.starts_with("//");
    (plain && local).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes(accepted: &[&str]) -> Wishes {
        Wishes {
            accepted: accepted.iter().map(|&tag| tag.to_owned()).collect(),
            ..Wishes::default()
        }
    }

    #[test]
    fn a_choice_counts_before_the_application_and_that_before_the_browser() {
        let browser = wishes(&["fr", "es-419", "de"]);
        assert_eq!(browser.language(Language::English), Language::Spanish);
        let asked = Wishes { asked: Some(Language::German), ..browser };
        assert_eq!(asked.language(Language::English), Language::German);
        let chosen = Wishes { chosen: Some(Language::Arabic), ..asked };
        assert_eq!(chosen.language(Language::English), Language::Arabic);
        assert_eq!(wishes(&["fr", "nl"]).language(Language::German), Language::German);
    }

    #[test]
    fn the_first_known_language_of_ui_locales_counts() {
        for (query, expected) in [
            ("ui_locales=de", Some(Language::German)),
            ("SAMLRequest=x&ui_locales=fr-CA%20es-MX+de", Some(Language::Spanish)),
            ("ui_locales=AR", Some(Language::Arabic)),
            ("ui_locales=", None),
            ("ui_locales=fr%20%3Cscript%3E", None),
            ("locale=de&RelayState=ui_locales", None),
        ] {
            assert_eq!(ui_locales(query), expected, "{query}");
        }
    }

    #[test]
    fn only_paths_of_this_server_lead_back() {
        assert_eq!(local_path("/login/1?x=%20y"), Some("/login/1?x=%20y"));
        for foreign in [
            "",
            "login",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\r\nx",
            "/a b",
            "/ü",
        ] {
            assert_eq!(local_path(foreign), None, "{foreign}");
        }
        assert_eq!(local_path(&format!("/{}", "x".repeat(2048))), None);
    }
}
