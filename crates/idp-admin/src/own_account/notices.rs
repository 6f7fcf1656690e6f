//! Messages by which people learn that their account was changed, perhaps by somebody else. They go to
//! the mobile number, a few a day at most, and say nothing that a user can choose.

use authenticators::message::LanguageTag;
use chrono::TimeDelta;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::{SendingPermission, TextMessage};
use idp_core::flow::limits::loaded;
use idp_core::flow::throttle::{CounterChange, CounterKey, SendPolicy};
use idp_core::secret::Secret;

use super::present::Present;
use super::{OwnAccount, OwnError};

/// How many notices one account causes in a day. They tell of changes that the person makes, who could
/// otherwise cost the server any number of messages.
const NOTICES: SendPolicy = SendPolicy { limit: 10, window: TimeDelta::days(1) };

/// What people are told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum News {
    /// Another password.
    Password,
    /// Other backup codes.
    BackupCodes,
    /// No codes by text message any more, where that is left to people.
    NoMoreCodes,
    /// Codes by text message again.
    CodesAgain,
}

/// A notice with what it does to the counters: to be saved with the change, and sent afterwards.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) messages: Vec<TextMessage>,
    pub(super) counters: Vec<CounterChange>,
}

impl OwnAccount<'_> {
    /// The notice to the person's number; none without a number that messages go to, and none beyond
    /// the daily limit.
    pub(super) fn tell(&self, present: &Present, news: News) -> Result<Told, OwnError> {
        let factor = self.sms_otp()?;
        let Some(to) = factor.recipient(&present.subject(factor), None, None) else {
            return Ok(Told::default());
        };
        let hasher = self.admin.secrets.lookup_hasher();
        let hashed = hasher.hash(&present.user.value.id.to_string());
        let key = CounterKey::new("notice:account-day", &hashed);
        let now = self.admin.now;
        let counters =
            self.admin.store.read(|reader| reader.load_counters(std::slice::from_ref(&key)))?;
        let counter = loaded(&counters, &key);
        if NOTICES.permission(counter, now) != SendingPermission::Allowed {
            return Ok(Told::default());
        }
        let body = news.words(&self.language(present)).replace("{host}", self.host);
        let message = TextMessage {
            to: to.number,
            body: Secret::new(body),
            code: Secret::new(String::new()),
            wording: None,
        };
        Ok(Told { messages: vec![message], counters: vec![NOTICES.sent(key, counter, now)] })
    }

    /// The primary subtag of the first language that there are words in: the one chosen on a page, those
    /// of the profile, those of the browser.
    fn language(&self, present: &Present) -> String {
        let profile = present.user.value.claims.first(&ClaimUri::PREFERRED_LANGUAGE);
        let profile = profile.map(LanguageTag::ranked).unwrap_or_default();
        let browser = self.languages.iter().filter_map(|tag| LanguageTag::parse(tag));
        let known = |tag: &LanguageTag| ["en", "de", "es", "ar"].contains(&tag.primary());
        let chosen = self.chosen_language.and_then(LanguageTag::parse);
        let found = chosen.into_iter().chain(profile).chain(browser).find(known);
        found.map_or_else(|| "en".to_owned(), |tag| tag.primary().to_owned())
    }
}

impl News {
    fn words(self, language: &str) -> &'static str {
        match (self, language) {
            (Self::Password, "de") => {
                "Das Passwort Ihres Kontos bei {host} wurde geändert. Waren Sie das nicht, sagen Sie es sofort Ihrem Administrator."
            }
            (Self::Password, "es") => {
                "Se cambió la contraseña de su cuenta en {host}. Si no fue usted, avise enseguida a su administrador."
            }
            (Self::Password, "ar") => {
                "تم تغيير كلمة مرور حسابك في {host}. إن لم تكن أنت فأبلغ المسؤول فورًا."
            }
            (Self::Password, _) => {
                "The password of your account at {host} was changed. If that was not you, tell your administrator at once."
            }
            (Self::BackupCodes, "de") => {
                "Für Ihr Konto bei {host} wurden neue Ersatzcodes erstellt. Waren Sie das nicht, sagen Sie es sofort Ihrem Administrator."
            }
            (Self::BackupCodes, "es") => {
                "Se crearon nuevos códigos de respaldo para su cuenta en {host}. Si no fue usted, avise enseguida a su administrador."
            }
            (Self::BackupCodes, "ar") => {
                "تم إنشاء رموز احتياطية جديدة لحسابك في {host}. إن لم تكن أنت فأبلغ المسؤول فورًا."
            }
            (Self::BackupCodes, _) => {
                "New backup codes were made for your account at {host}. If that was not you, tell your administrator at once."
            }
            (Self::NoMoreCodes, "de") => {
                "Ihr Konto bei {host} fragt, wo Sie das wählen dürfen, nicht mehr nach SMS-Codes. Waren Sie das nicht, sagen Sie es sofort Ihrem Administrator."
            }
            (Self::NoMoreCodes, "es") => {
                "Su cuenta en {host} ya no pide códigos por SMS donde usted puede decidirlo. Si no fue usted, avise enseguida a su administrador."
            }
            (Self::NoMoreCodes, "ar") => {
                "لم يعد حسابك في {host} يطلب رموز الرسائل حيث يُترك لك القرار. إن لم تكن أنت فأبلغ المسؤول فورًا."
            }
            (Self::NoMoreCodes, _) => {
                "Your account at {host} no longer asks for codes by text message where you may decide. If that was not you, tell your administrator at once."
            }
            (Self::CodesAgain, "de") => {
                "Ihr Konto bei {host} fragt wieder nach SMS-Codes. Waren Sie das nicht, sagen Sie es Ihrem Administrator."
            }
            (Self::CodesAgain, "es") => {
                "Su cuenta en {host} vuelve a pedir códigos por SMS. Si no fue usted, avise a su administrador."
            }
            (Self::CodesAgain, "ar") => {
                "حسابك في {host} يطلب رموز الرسائل من جديد. إن لم تكن أنت فأبلغ المسؤول."
            }
            (Self::CodesAgain, _) => {
                "Your account at {host} asks for codes by text message again. If that was not you, tell your administrator."
            }
        }
    }
}
