//! The texts of one language. Catalogues are part of the binary and are read once, when the first
//! page needs them.

use std::borrow::Cow;
use std::sync::LazyLock;

use chrono::Datelike;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use idp_core::Instant;
use idp_core::flow::phrase::{Part, Phrase};
use unic_langid::LanguageIdentifier;

use super::Language;
use super::text::{Text, Value, isolated, placeholder};

type Bundle = FluentBundle<FluentResource>;

/// The catalogues of pages, of authenticators and of the sequencer.
const ALL: [&[(&str, &[&str])]; 3] =
    [SOURCES, authenticators::texts::SOURCES, idp_core::flow::texts::SOURCES];

/// One for each of [`Language::ALL`].
static BUNDLES: LazyLock<Vec<Bundle>> =
    LazyLock::new(|| Language::ALL.into_iter().map(bundle).collect());

/// The words of a language. Small and copied about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Words(Language);

impl Words {
    pub(super) const fn of(language: Language) -> Self {
        Self(language)
    }

    /// The language.
    pub const fn language(self) -> Language {
        self.0
    }

    /// What another part of the server says, such as an authenticator.
    pub fn say(self, phrase: &Phrase) -> Text {
        match phrase {
            Phrase::Literal(text) => Text::literal(text.clone()),
            Phrase::Named { name, values } => {
                let mut args = FluentArgs::with_capacity(values.len());
                for (variable, value) in values {
                    match value {
                        Part::Number(number) => args.set(variable.clone(), *number),
                        Part::Text(text) => args.set(variable.clone(), isolated(text.clone())),
                        Part::Phrase(inner) => {
                            args.set(variable.clone(), self.say(inner).into_words());
                        }
                    }
                }
                Text::new(self.formatted(name, Some(&args)), Vec::new())
            }
        }
    }

    /// A day in words, such as "23 November 2026".
    pub fn date(self, at: Instant) -> Text {
        self.date_of_day(i64::from(at.day()), i64::from(at.month()), at.year().to_string())
    }

    /// A day and a time of day, in UTC.
    pub fn date_and_time(self, at: Instant) -> Text {
        let date = self.date(at);
        self.date_with_time(date, at.format("%H:%M").to_string())
    }

    fn text(self, name: &str, values: Vec<(&'static str, Value)>) -> Text {
        if values.is_empty() {
            return Text::new(self.formatted(name, None), Vec::new());
        }
        let mut args = FluentArgs::with_capacity(values.len());
        let mut markup = Vec::new();
        for (variable, value) in values {
            match value {
                Value::Number(number) => args.set(variable, number),
                Value::Text(text) => args.set(variable, isolated(text)),
                Value::Words(text) => args.set(variable, text),
                Value::Markup(html) => {
                    args.set(variable, placeholder(markup.len()));
                    markup.push(html);
                }
            }
        }
        Text::new(self.formatted(name, Some(&args)), markup)
    }

    /// The text in this language, else in English; the name of a text that is nowhere.
    fn formatted(self, name: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let languages = [self.0, Language::English];
        let mut bundles =
            languages.into_iter().filter_map(|language| BUNDLES.get(language as usize));
        let found = bundles.find_map(|bundle| {
            let pattern = bundle.get_message(name)?.value()?;
            Some(bundle.format_pattern(pattern, args, &mut Vec::new()))
        });
        found.unwrap_or_else(|| Cow::Owned(name.to_owned()))
    }
}

fn bundle(language: Language) -> Bundle {
    let id: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![id]);
    // Values are isolated one by one: on pages by an element.
    bundle.set_use_isolating(false);
    let files = ALL.into_iter().flatten().filter(|(tag, _)| *tag == language.tag());
    for text in files.flat_map(|(_, files)| files.iter()) {
        // The build script has read every file and compared the languages.
        let resource = FluentResource::try_new((*text).to_owned());
        let resource = resource.unwrap_or_else(|(readable, _)| readable);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::TimeZone;

    use super::*;

    #[test]
    fn every_language_is_read_whole() {
        let count = |source: &str| {
            source.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase())).count()
        };
        let mut totals = BTreeSet::new();
        for (tag, files) in ALL.into_iter().flatten() {
            let resources = files.iter().map(|text| FluentResource::try_new((*text).to_owned()));
            let entries: usize = resources.map(|read| read.unwrap().entries().count()).sum();
            assert!(entries > 0, "{tag}");
            totals.insert((*tag, files.iter().map(|text| count(text)).sum::<usize>()));
        }
        let of =
            |tag: &str| totals.iter().filter(|(t, _)| *t == tag).map(|(_, n)| n).sum::<usize>();
        assert!(Language::ALL.iter().all(|language| of(language.tag()) == of("en")));
    }

    #[test]
    fn no_two_files_have_the_same_text() {
        for language in Language::ALL {
            let mut bundle = Bundle::new_concurrent(Vec::new());
            let files = ALL
                .into_iter()
                .flatten()
                .filter(|(tag, _)| *tag == language.tag())
                .flat_map(|(_, files)| *files);
            for text in files {
                let resource = FluentResource::try_new((*text).to_owned()).unwrap();
                assert_eq!(bundle.add_resource(resource).err(), None, "{}", language.tag());
            }
        }
    }

    #[test]
    fn days_read_as_people_write_them() {
        let at = chrono::Utc.with_ymd_and_hms(2026, 3, 1, 14, 5, 9).unwrap();
        for (language, expected) in [
            (Language::English, "1 March 2026, 14:05 UTC"),
            (Language::German, "1. März 2026, 14:05 Uhr (UTC)"),
            (Language::Spanish, "1 de marzo de 2026, 14:05 UTC"),
        ] {
            assert_eq!(language.words().date_and_time(at).plain(), expected);
        }
        let arabic = language_text(&Language::Arabic.words().date_and_time(at));
        assert!(arabic.contains("1 مارس 2026"), "{arabic}");
    }

    fn language_text(text: &Text) -> String {
        text.plain().replace(['\u{2066}', '\u{2068}', '\u{2069}'], "")
    }
}
