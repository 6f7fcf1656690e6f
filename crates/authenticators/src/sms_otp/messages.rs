//! Which message a person gets. For each language of the person, best first, what the application says
//! counts before what the server says; a message in no language is taken for English.
//!
//! The languages are the one chosen on a page, those of the profile, then those of the browser. They choose among texts of the
//! administrator; nothing of them enters the message.

use std::collections::BTreeMap;

use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::{CodeWording, Facts, SettingProblem};
use idp_core::secret::Secret;

use super::application::ApplicationSettings;
use super::{SmsOtp, SmsOtpConfig};
use crate::message::{ENGLISH, LANGUAGES, Language, LanguageTag, MessageTemplate, Sample};

/// A template as an administrator wrote it.
pub(super) struct Written {
    /// The setting: `message`, or `messages.de`.
    key: String,
    /// `None` for `message`.
    language: Option<LanguageTag>,
    template: MessageTemplate,
}

/// Templates that were written, and what is wrong with those that are no templates.
pub(super) fn written(
    message: Option<&str>,
    by_language: &BTreeMap<String, String>,
) -> (Vec<Written>, Vec<SettingProblem>) {
    let mut good: Vec<Written> = Vec::new();
    let mut wrong = Vec::new();
    if let Some(text) = message {
        match MessageTemplate::parse(text) {
            Ok(template) => {
                good.push(Written { key: "message".to_owned(), language: None, template });
            }
            Err(problem) => wrong.push(SettingProblem::new("message", problem)),
        }
    }
    let mut named: BTreeMap<LanguageTag, &str> = BTreeMap::new();
    for (name, text) in by_language {
        let key = format!("messages.{name}");
        let Some(tag) = LanguageTag::parse(name) else {
            let problem = "is no language tag; write it as RFC 5646 does: de, de-CH";
            wrong.push(SettingProblem::new(key, problem));
            continue;
        };
        if let Some(other) = named.insert(tag.clone(), name) {
            let problem = format!("names the same language as {other}; keep one");
            wrong.push(SettingProblem::new(key, problem));
            continue;
        }
        match MessageTemplate::parse(text) {
            Ok(template) => {
                let template = template.in_language(&tag);
                good.push(Written { key, language: Some(tag), template });
            }
            Err(problem) => wrong.push(SettingProblem::new(key, problem)),
        }
    }
    (good, wrong)
}

impl Written {
    /// What is unwise about it.
    pub(super) fn unwise(&self, sample: &Sample) -> impl Iterator<Item = SettingProblem> {
        self.template
            .unwise(sample)
            .into_iter()
            .map(|text| SettingProblem::warning(&self.key, text))
    }
}

/// Templates to choose from.
#[derive(Default)]
struct Messages {
    by_language: BTreeMap<LanguageTag, MessageTemplate>,
    /// For everybody else.
    fallback: Option<MessageTemplate>,
}

impl Messages {
    fn new(written: Vec<Written>) -> Self {
        let mut messages = Self::default();
        for Written { language, template, .. } in written {
            match language {
                Some(tag) => drop(messages.by_language.insert(tag, template)),
                None => messages.fallback = Some(template),
            }
        }
        // Who reads English and German, in this order, wants the former where `message` is all there
        // is beside a German text.
        if let (Some(template), Some(english)) =
            (&messages.fallback, LanguageTag::parse(ENGLISH.tag))
        {
            messages.by_language.entry(english).or_insert_with(|| template.clone());
        }
        messages
    }

    fn choose<'m>(
        &'m self,
        server: &'m ServerMessages,
        languages: &[LanguageTag],
    ) -> &'m MessageTemplate {
        let of_server = |language: &LanguageTag| {
            let theirs = self.fallback.is_none().then_some(&server.by_language)?;
            language.lookup(theirs)
        };
        languages
            .iter()
            .find_map(|language| language.lookup(&self.by_language).or_else(|| of_server(language)))
            .or(self.fallback.as_ref())
            .unwrap_or(&server.fallback)
    }
}

/// The server's messages.
pub(super) struct ServerMessages {
    by_language: BTreeMap<LanguageTag, MessageTemplate>,
    fallback: MessageTemplate,
    /// Whether a message ends with `@host #code` where the application does not say.
    pub(super) origin_bound: bool,
    /// The host that people reach us at; only the length of messages is judged by it.
    host: String,
}

impl ServerMessages {
    /// Those of the settings, and the built-in ones unless `message` was changed.
    pub(super) fn read(config: &SmsOtpConfig) -> Result<Self, Vec<SettingProblem>> {
        let (good, wrong) = written(Some(&config.message), &config.messages);
        let Messages { mut by_language, fallback } = Messages::new(good);
        if config.message == ENGLISH.message {
            for language in LANGUAGES {
                let template = MessageTemplate::parse(language.message).ok();
                if let Some((tag, template)) = LanguageTag::parse(language.tag).zip(template) {
                    let template = template.in_language(&tag);
                    by_language.entry(tag).or_insert(template);
                }
            }
        }
        let Some(fallback) = fallback.filter(|_| wrong.is_empty()) else { return Err(wrong) };
        let host = config.host.clone();
        Ok(Self { by_language, fallback, origin_bound: config.origin_bound, host })
    }
}

impl SmsOtp {
    /// The message with this code, and what it says. Settings were checked when they were saved; one
    /// that cannot be read all the same counts as not set.
    pub(super) fn message(
        &self,
        facts: &Facts<'_>,
        code: &Secret<String>,
    ) -> (Secret<String>, CodeWording) {
        let application = ApplicationSettings::of(facts);
        let origin_bound = application.origin_bound.unwrap_or(self.messages.origin_bound);
        let wording = CodeWording {
            application: facts.application.to_owned(),
            lifetime: self.limits.lifetime,
            origin: origin_bound.then(|| facts.host.to_owned()),
        };
        let (good, _) = written(application.message.as_deref(), &application.messages);
        let own = Messages::new(good);
        let template = own.choose(&self.messages, &languages(facts));
        (template.render(code, &wording), wording)
    }

    /// A message as long as it may become.
    pub(super) fn sample(&self, origin_bound: bool) -> Sample {
        let origin = origin_bound.then(|| self.messages.host.clone());
        Sample::with_longest_name(self.form.length, self.limits.lifetime, origin)
    }
}

/// The words for notices to the person: of the best language that there are words of.
pub(super) fn words(facts: &Facts<'_>) -> &'static Language {
    languages(facts).iter().find_map(Language::of).unwrap_or(&ENGLISH)
}

/// The languages of the person, best first: the one chosen on a page, those of the profile, those of
/// the browser.
fn languages(facts: &Facts<'_>) -> Vec<LanguageTag> {
    let claims = facts.subject.as_ref().map(|subject| &subject.claims);
    let preferred = claims.and_then(|claims| claims.first(&ClaimUri::PREFERRED_LANGUAGE));
    let chosen = facts.chosen_language.and_then(LanguageTag::parse);
    let mut languages: Vec<LanguageTag> = chosen.into_iter().collect();
    languages.extend(preferred.map(LanguageTag::ranked).unwrap_or_default());
    languages.extend(facts.languages.iter().filter_map(|tag| LanguageTag::parse(tag)));
    languages
}
