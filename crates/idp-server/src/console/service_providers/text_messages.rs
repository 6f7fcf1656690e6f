//! What is set for codes by text message at a service provider.

use authenticators::sms_otp::SmsOtp;
use idp_admin::Problem;
use idp_admin::service_providers::ServiceProviderDraft;
use idp_core::service_provider::ServiceProvider;
use serde_json::{Map, Value};

use super::rows::{self, Row, Rows, Tools};
use super::section::{Content, Section};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::{Desk, Stop};
use crate::error::WebError;

/// As it is typed; empty means the setting of the server.
pub struct TextMessages {
    no_number: String,
    origin_bound: String,
    message: String,
    messages: Vec<Message>,
}

/// A message of one language.
#[derive(Default)]
struct Message {
    language: String,
    text: String,
}

impl Section for TextMessages {
    const PART: &'static str = "text-messages";
    const TITLE: &'static str = "Text messages";
    const SAVED: &'static str = "The settings of text messages are saved.";
    const GUARDED: bool = true;

    fn stored(sp: &ServiceProvider) -> Self {
        let own = sp.settings.authenticators.get(&SmsOtp::ID);
        let value = |name: &str| own.and_then(|own| own.iter().find(|(key, _)| *key == name));
        let text = |name: &str| match value(name).map(|(_, value)| value) {
            None => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        let messages = value("messages").and_then(|(_, value)| value.as_object());
        let message = |(language, text): (&String, &Value)| Message {
            language: language.clone(),
            text: text.as_str().unwrap_or_default().to_owned(),
        };
        Self {
            no_number: text("no_number"),
            origin_bound: text("origin_bound"),
            message: text("message"),
            messages: messages.into_iter().flatten().map(message).collect(),
        }
    }

    fn typed(form: &Form) -> Result<Self, WebError> {
        let text = |name: &str| form.text(name).map(|text| text.trim().replace("\r\n", "\n"));
        let message = |prefix: &str| {
            let part = |part| text(&format!("{prefix}.{part}"));
            Ok(Message { language: part("language")?, text: part("text")? })
        };
        Ok(Self {
            no_number: text("no_number")?,
            origin_bound: text("origin_bound")?,
            message: text("message")?,
            messages: rows::read(form, "messages", "text", message)?,
        })
    }

    fn press(&mut self, _sp: &ServiceProvider, button: &str) -> Vec<Problem> {
        rows::press(&mut self.messages, button, Message::default);
        Vec::new()
    }

    fn apply(&self, _desk: &Desk<'_>, draft: &mut ServiceProviderDraft) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut messages = Map::new();
        for (number, message) in self.messages.iter().enumerate() {
            if message.language.is_empty() {
                let field = format!("messages[{number}].language");
                problems.push(Problem::new(field, "name the language, such as de or de-CH"));
            }
            let text = Value::String(message.text.clone());
            if messages.insert(message.language.clone(), text).is_some() {
                let field = format!("messages[{number}].language");
                problems.push(Problem::new(field, "names a language that has a message already"));
            }
        }
        let all = &mut draft.settings.authenticators;
        let own = all.entry(SmsOtp::ID).or_default();
        let mut set = |name: &str, value: Option<Value>| own.set(&[name.to_owned()], value);
        let said = |text: &String| Some(Value::from(text.as_str())).filter(|_| !text.is_empty());
        set("no_number", said(&self.no_number));
        set("origin_bound", self.origin_bound.parse::<bool>().ok().map(Value::from));
        set("message", said(&self.message));
        set("messages", Some(Value::Object(messages)).filter(|_| !self.messages.is_empty()));
        if own.is_empty() {
            all.remove(&SmsOtp::ID);
        }
        problems
    }

    fn placed(&self, mut problems: Vec<Problem>) -> Vec<Problem> {
        let prefix = format!("authenticators.{}.", SmsOtp::ID);
        for problem in &mut problems {
            let Some(key) = problem.field.strip_prefix(&prefix) else { continue };
            let of_language = key.strip_prefix("messages.").and_then(|language| {
                self.messages.iter().position(|message| message.language == language)
            });
            problem.field = match of_language {
                Some(number) => format!("messages[{number}].text"),
                None => key.to_owned(),
            };
        }
        problems
    }

    fn fields(&self) -> Fields {
        let form = Fields::new()
            .with("no_number", &self.no_number)
            .called("no_number", "People without a number")
            .with("origin_bound", &self.origin_bound)
            .with("message", &self.message)
            .called("message", "Message");
        self.messages.iter().enumerate().fold(form, |form, (number, message)| {
            let parts =
                [("language", &*message.language, "Language"), ("text", &message.text, "Text")];
            form.with_row(("messages", number), "message", &parts)
        })
    }

    fn content(
        &self,
        _desk: &Desk<'_>,
        _sp: &ServiceProvider,
        form: &Fields,
    ) -> Result<Content, Stop> {
        let no_number = [
            ("", "are refused, with a page that says what to do (the default)"),
            ("refuse", "are refused, with a page that says what to do"),
            ("enrol", "may give one in the login, once another proof shows that it is them"),
        ];
        let origin_bound =
            [("", "as the server does"), ("true", "yes: @host #code"), ("false", "no")];
        let count = self.messages.len();
        let row = |number: usize| {
            let name = |part: &str| format!("messages[{number}].{part}");
            let legend = format!("Message {}", number + 1);
            Row {
                facts: Vec::new(),
                hidden: Vec::new(),
                fields: vec![
                    form.text(&name("language"), "Language")
                        .hint("Such as de or de-CH.")
                        .required(),
                    form.area(&name("text"), "Text").rows(3).required(),
                ],
                tools: Tools::new(&legend, number, count, false),
                legend,
            }
        };
        let words = "Must hold {code}; may hold {app} and {lifetime}. Left empty, the server's \
                     own text in the person's language.";
        let rows = Rows {
            title: "Messages by language",
            empty: "None: everybody gets the message above.",
            list: (0..count).map(row).collect(),
            adding: Vec::new(),
            add: "Add a language",
            offers: Vec::new(),
        };
        Ok(Content {
            intro: vec!["These count at steps that ask for a code by text message.".to_owned()],
            before: vec![
                form.choice("no_number", "People without a mobile number", &no_number),
                form.choice(
                    "origin_bound",
                    "Last line that binds the code to this site",
                    &origin_bound,
                )
                .hint("Browsers then fill the code in here and nowhere else."),
                form.area("message", "Message").hint(words).rows(3),
            ],
            rows: Some(rows),
            ..Content::default()
        })
    }
}
