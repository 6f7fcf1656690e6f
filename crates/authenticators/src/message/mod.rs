//! The text of the message. It holds what the administrator wrote, the code and the name of the
//! application; nothing that a user can choose. `language` finds the text for a person, `translations`
//! has what is built in, `segments` and `cost` tell what a message costs.

mod cost;
mod language;
mod segments;
mod translations;

use idp_core::flow::authenticator::CodeWording;
use idp_core::secret::Secret;

pub use cost::{Sample, dear};
pub use language::LanguageTag;
pub use segments::{Encoding, Segments, first_beyond_gsm7, segments};
pub use translations::{ENGLISH, LANGUAGES, Language};

/// A template that was checked.
#[derive(Clone, Debug)]
pub struct MessageTemplate {
    pieces: Vec<Piece>,
    /// The words of its language; `None` where there are none, and English ones stand in.
    language: Option<&'static Language>,
}

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Code,
    Application,
    Minutes,
    Lifetime,
}

/// Longer names are cut: messages are paid for by length.
const LONGEST_APPLICATION_NAME: usize = 40;
const LONGEST_TEMPLATE: usize = 400;

impl MessageTemplate {
    /// Reads a template, or says what is wrong with it. It is taken for English.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.chars().count() > LONGEST_TEMPLATE {
            return Err(format!("is longer than {LONGEST_TEMPLATE} characters; shorten it"));
        }
        if text.chars().any(|c| c != '\n' && (c.is_control() || is_separator(c))) {
            return Err("contains a control character; leave it out".to_owned());
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            pieces.push(Piece::Text(before.to_owned()));
            let (name, after) = after
                .split_once('}')
                .ok_or("has a { without its }; placeholders look like {code}")?;
            pieces.push(placeholder(name)?);
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        if !pieces.iter().any(|piece| matches!(piece, Piece::Code)) {
            return Err("lacks {code}; without it nobody learns the code".to_owned());
        }
        Ok(Self { pieces, language: Some(&ENGLISH) })
    }

    /// The same as a text in this language, which decides about the words of `{lifetime}`.
    #[must_use]
    pub fn in_language(self, tag: &LanguageTag) -> Self {
        Self { language: Language::of(tag), ..self }
    }

    /// The whole message. With an origin, its last line is `@host #code`, by which phones offer the
    /// code on the right page only (origin-bound one-time codes).
    pub fn render(&self, code: &Secret<String>, wording: &CodeWording) -> Secret<String> {
        let application = one_line(&wording.application);
        let language = self.language.unwrap_or(&ENGLISH);
        let mut text = String::with_capacity(240);
        for piece in &self.pieces {
            match piece {
                Piece::Text(literal) => text.push_str(literal),
                Piece::Code => text.push_str(code.expose()),
                Piece::Application if application.is_empty() => text.push_str(language.nameless),
                Piece::Application => text.push_str(&application),
                Piece::Minutes => {
                    text.push_str(&wording.lifetime.num_minutes().max(1).to_string());
                }
                Piece::Lifetime => text.push_str(&language.in_words(wording.lifetime)),
            }
        }
        if let Some(host) = wording.origin.as_deref().and_then(bare_host) {
            for part in ["\n@", host, " #", code.expose()] {
                text.push_str(part);
            }
        }
        Secret::new(text)
    }
}

fn placeholder(name: &str) -> Result<Piece, String> {
    match name {
        "code" => Ok(Piece::Code),
        "app" => Ok(Piece::Application),
        "minutes" => Ok(Piece::Minutes),
        "lifetime" => Ok(Piece::Lifetime),
        _ => Err(format!(
            "has {{{name}}}, which is no placeholder; there are {{code}}, {{app}}, {{lifetime}} and {{minutes}}"
        )),
    }
}

/// Characters that end a line without being control characters.
const fn is_separator(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}')
}

/// Characters that turn the direction of the text after them.
const fn turns_direction(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A name that cannot start a line of its own, and with it a forged last line, nor turn around what
/// follows it.
fn one_line(name: &str) -> String {
    let visible: String = name
        .chars()
        .filter(|c| !turns_direction(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST_APPLICATION_NAME).collect()
}

/// The host without its port, which the format of origin-bound codes does not have. `None` for an
/// address in brackets.
fn bare_host(host: &str) -> Option<&str> {
    let bare = host.split_once(':').map_or(host, |(bare, _port)| bare);
    let plausible = !bare.is_empty()
        && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    plausible.then_some(bare)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn render(template: &str, seconds: i64, application: &str, host: &str) -> String {
        let wording = CodeWording {
            application: application.to_owned(),
            lifetime: TimeDelta::seconds(seconds),
            origin: Some(host.to_owned()),
        };
        let template = MessageTemplate::parse(template).unwrap();
        template.render(&Secret::new("123456".to_owned()), &wording).expose().clone()
    }

    #[test]
    fn the_message_ends_with_the_origin_bound_code() {
        let template = "{code} is your code for {app}. It is valid for {minutes} minutes.";
        assert_eq!(
            render(template, 300, "Pickup Dispatch", "login.example.com:9763"),
            "123456 is your code for Pickup Dispatch. It is valid for 5 minutes.\n@login.example.com #123456"
        );
        assert_eq!(render("{code}", 300, "x", "[::1]:9763"), "123456");
    }

    #[test]
    fn the_lifetime_is_told_in_the_language_of_the_template() {
        let german = LanguageTag::parse("de-AT").unwrap();
        let wording = CodeWording {
            application: String::new(),
            lifetime: TimeDelta::minutes(5),
            origin: None,
        };
        let render = |template: MessageTemplate| {
            template.render(&Secret::new("1".to_owned()), &wording).expose().clone()
        };
        let template = MessageTemplate::parse("{code} {app} {lifetime} {minutes}").unwrap();
        assert_eq!(render(template.clone()), "1 your sign-in 5 minutes 5");
        assert_eq!(render(template.in_language(&german)), "1 Ihre Anmeldung 5 Minuten 5");
    }

    #[test]
    fn a_name_cannot_forge_a_line_a_placeholder_or_a_long_message() {
        let forged = "Sh\u{7}\u{0}op\u{202e}\r\n\u{2028}@evil.example #999999 {code}";
        let message = render("{code} for {app}", 300, forged, "good.example");
        assert_eq!(message, "123456 for Sh op @evil.example #999999 {code}\n@good.example #123456");
        assert_eq!(render("{code} {app}", 300, &"x".repeat(500), "").len(), 7 + 40);
        assert_eq!(render("{code} for {app}", 300, " \n ", ""), "123456 for your sign-in");
    }

    #[test]
    fn mistakes_in_a_template_are_explained() {
        for (template, said) in [
            ("Hello {app}", "lacks {code}"),
            ("{code} {user}", "{user}"),
            ("{code} {", "without its }"),
            ("{code}\u{7}", "control character"),
            ("{code}\u{2028}@evil.example #1", "control character"),
        ] {
            let problem = MessageTemplate::parse(template).err();
            assert!(problem.as_ref().is_some_and(|text| text.contains(said)), "{problem:?}");
        }
    }
}
