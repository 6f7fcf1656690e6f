//! What is unwise in a template: messages that are paid as several, and words that do not fit.

use chrono::TimeDelta;
use idp_core::flow::authenticator::CodeWording;
use idp_core::secret::Secret;

use super::{Encoding, LONGEST_APPLICATION_NAME, MessageTemplate, Piece};
use super::{first_beyond_gsm7, segments};

/// A code and what goes with it, as a message may have them: by these its length is judged.
pub struct Sample {
    /// As long as codes are.
    pub code: Secret<String>,
    /// With the lifetime and the host that messages will have.
    pub wording: CodeWording,
}

impl Sample {
    /// A sample for any application: its name is as long as a message lets it be.
    pub fn with_longest_name(code_length: u8, lifetime: TimeDelta, origin: Option<String>) -> Self {
        let application = "x".repeat(LONGEST_APPLICATION_NAME);
        let code = Secret::new("0".repeat(code_length.into()));
        Self { code, wording: CodeWording { application, lifetime, origin } }
    }
}

/// What is dear about a message, and what to do: several are paid for, or one character that slipped in
/// leaves it 70 characters instead of 160. That other scripts have only 70 is no news to those who write
/// them.
pub fn dear(message: &str) -> Option<(String, &'static str)> {
    let taken = segments(message);
    let culprit = first_beyond_gsm7(message);
    let because = culprit.map(|c| format!(", because of \"{c}\"")).unwrap_or_default();
    let slipped_in = culprit.is_some_and(slipped_in);
    let advice = if slipped_in { "use another character" } else { "shorten it" };
    let text = match (taken.count, taken.encoding) {
        (2.., encoding) => format!("is paid as {} messages ({encoding}{because})", taken.count),
        (_, Encoding::Ucs2) if slipped_in => {
            format!("is paid as 1 message, but of 70 characters instead of 160{because}")
        }
        _ => return None,
    };
    Some((text, advice))
}

/// A letter of Latin script, or no letter at all.
fn slipped_in(character: char) -> bool {
    !character.is_alphabetic() || character < '\u{250}'
}

impl MessageTemplate {
    /// Everything unwise about it, judged by a sample.
    pub fn unwise(&self, sample: &Sample) -> Vec<String> {
        let Sample { code, wording } = sample;
        let cost = dear(self.render(code, wording).expose());
        let cost =
            cost.map(|(text, advice)| format!("{text}{}; {advice}", self.circumstances(wording)));
        [cost, self.foreign_words(), self.untold_seconds(wording.lifetime)]
            .into_iter()
            .flatten()
            .collect()
    }

    /// What made the sample as long as it is.
    fn circumstances(&self, wording: &CodeWording) -> String {
        let name = self.uses(|piece| matches!(piece, Piece::Application)).then(|| {
            let length = wording.application.chars().count().min(LONGEST_APPLICATION_NAME);
            format!("an application name of {length} characters")
        });
        let origin = wording.origin.as_ref().map(|host| format!("the line @{host} #code"));
        let all: Vec<String> = name.into_iter().chain(origin).collect();
        if all.is_empty() { String::new() } else { format!(" with {}", all.join(" and ")) }
    }

    fn foreign_words(&self) -> Option<String> {
        (self.language.is_none() && self.uses(|piece| matches!(piece, Piece::Lifetime))).then(|| {
            "has {lifetime}, whose words are known in English, German, Spanish and Arabic only and \
             would be English here; write {minutes} and the word"
                .to_owned()
        })
    }

    fn untold_seconds(&self, lifetime: TimeDelta) -> Option<String> {
        let seconds = lifetime.num_seconds();
        let untold = seconds % 60 != 0 && self.uses(|piece| matches!(piece, Piece::Minutes));
        untold.then(|| {
            format!(
                "has {{minutes}}, but codes live {seconds} seconds, which are no whole minutes; \
                 write {{lifetime}}"
            )
        })
    }

    fn uses(&self, kind: impl Fn(&Piece) -> bool) -> bool {
        self.pieces.iter().any(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::super::language::LanguageTag;
    use super::super::translations::LANGUAGES;
    use super::*;

    fn sample() -> Sample {
        Sample::with_longest_name(6, TimeDelta::minutes(10), Some("login.example.com".to_owned()))
    }

    fn unwise(template: &str) -> Vec<String> {
        MessageTemplate::parse(template).unwrap().unwise(&sample())
    }

    #[test]
    fn the_built_in_messages_of_the_gsm_alphabet_are_paid_once_for_any_application() {
        for language in LANGUAGES.into_iter().filter(|language| language.tag != "ar") {
            let tag = LanguageTag::parse(language.tag).unwrap();
            let template = MessageTemplate::parse(language.message).unwrap().in_language(&tag);
            assert_eq!(template.unwise(&sample()), [""; 0], "{}", language.tag);
        }
    }

    #[test]
    fn a_message_that_is_paid_twice_is_told_with_what_makes_it_long() {
        let long = format!("{{code}} for {{app}}. {}", "word ".repeat(20));
        assert_eq!(
            unwise(&long),
            [
                "is paid as 2 messages (GSM-7) with an application name of 40 characters and the line \
              @login.example.com #code; shorten it"
            ]
        );
        let told = unwise(&format!("{{code}} – {}", "word ".repeat(10)));
        assert!(
            told[0].starts_with("is paid as 2 messages (UCS-2, because of \"–\") with the line")
        );
    }

    #[test]
    fn a_character_that_slipped_in_is_told_even_where_it_costs_nothing_yet() {
        for (template, told) in [
            ("{code} – ok", Some("of 70 characters instead of 160, because of \"–\"")),
            ("Su código: {code}", Some("because of \"ó\"")),
            ("رمزك {code}", None),
            ("ඔබේ කේතය {code}", None),
            ("Ihr Code für Sie: {code}", None),
        ] {
            let found = dear(&template.replace("{code}", "123456"));
            match told {
                None => assert_eq!(found, None, "{template}"),
                Some(words) => {
                    assert!(found.is_some_and(|(text, _)| text.contains(words)), "{template}");
                }
            }
        }
    }

    #[test]
    fn words_that_do_not_fit_are_told() {
        let french = MessageTemplate::parse("Votre code : {code} ({lifetime})").unwrap();
        let french = french.in_language(&LanguageTag::parse("fr").unwrap());
        assert!(french.unwise(&sample())[0].contains("write {minutes} and the word"));
        let minutes = MessageTemplate::parse("{code}, {minutes} min").unwrap();
        assert_eq!(minutes.unwise(&sample()), [""; 0]);
        let odd = Sample::with_longest_name(6, TimeDelta::seconds(90), None);
        assert!(minutes.unwise(&odd)[0].contains("codes live 90 seconds"));
    }
}
