//! The text of the message. It holds what the administrator wrote, the code and the name of the
//! application; nothing that a user can choose. `segments` counts what it costs.

mod segments;

use chrono::TimeDelta;
use idp_core::flow::authenticator::CodeWording;
use idp_core::secret::Secret;

pub use segments::{Encoding, Segments, first_beyond_gsm7, segments};

/// A template that was checked.
pub struct MessageTemplate {
    pieces: Vec<Piece>,
}

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
    /// Reads a template, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.chars().count() > LONGEST_TEMPLATE {
            return Err(format!("is longer than {LONGEST_TEMPLATE} characters; shorten it"));
        }
        if text.chars().any(|c| c.is_control() && c != '\n') {
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
        Ok(Self { pieces })
    }

    /// The whole message. With an origin, its last line is `@host #code`, by which phones offer the
    /// code on the right page only (origin-bound one-time codes).
    pub fn render(&self, code: &Secret<String>, wording: &CodeWording) -> Secret<String> {
        let application = one_line(&wording.application);
        let mut text = String::with_capacity(240);
        for piece in &self.pieces {
            match piece {
                Piece::Text(literal) => text.push_str(literal),
                Piece::Code => text.push_str(code.expose()),
                Piece::Application if application.is_empty() => text.push_str("your sign-in"),
                Piece::Application => text.push_str(&application),
                Piece::Minutes => {
                    text.push_str(&wording.lifetime.num_minutes().max(1).to_string());
                }
                Piece::Lifetime => text.push_str(&in_words(wording.lifetime)),
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

/// "5 minutes", "1 minute", "90 seconds".
fn in_words(lifetime: TimeDelta) -> String {
    let seconds = lifetime.num_seconds();
    match (seconds / 60, seconds % 60) {
        (1, 0) => "1 minute".to_owned(),
        (minutes, 0) => format!("{minutes} minutes"),
        _ => format!("{seconds} seconds"),
    }
}

/// A name that cannot start a line of its own, and with it a forged last line.
fn one_line(name: &str) -> String {
    let visible: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
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
    fn the_lifetime_is_told_truly() {
        for (seconds, words) in
            [(300, "5 minutes"), (60, "1 minute"), (90, "90 seconds"), (5, "5 seconds")]
        {
            assert_eq!(render("{code} {lifetime}", seconds, "x", ""), format!("123456 {words}"));
        }
    }

    #[test]
    fn a_name_cannot_forge_a_line_a_placeholder_or_a_long_message() {
        let forged = "Sh\u{7}\u{0}op\r\n@evil.example #999999 {code}";
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
        ] {
            let problem = MessageTemplate::parse(template).err();
            assert!(problem.as_ref().is_some_and(|text| text.contains(said)), "{problem:?}");
        }
    }
}
