//! What this server says by itself in a message, in the languages it knows: the built-in messages,
//! and lifetimes in words with the plural forms of each language.
//!
//! English, German and Spanish keep to the GSM alphabet (Spanish says *clave*, for *código* would
//! make every message one of 70 characters). Arabic cannot, and is paid as two.

use chrono::TimeDelta;

use super::language::LanguageTag;

/// The words of one language.
#[derive(Debug)]
pub struct Language {
    /// Its tag.
    pub tag: &'static str,
    /// The built-in message.
    pub message: &'static str,
    /// What stands for the name of an application that has none.
    pub nameless: &'static str,
    number_added: &'static str,
    number_replaced: &'static str,
    minutes: Forms,
    seconds: Forms,
}

/// The forms of a counted noun, `{n}` where the number stands. Those of Arabic, of which the others
/// need two.
#[derive(Debug)]
struct Forms {
    one: &'static str,
    two: &'static str,
    /// 3 to 10, also after a hundred.
    few: &'static str,
    other: &'static str,
}

const fn singular_and_plural(one: &'static str, other: &'static str) -> Forms {
    Forms { one, two: other, few: other, other }
}

/// English, which stands in for languages without words of their own.
pub static ENGLISH: Language = Language {
    tag: "en",
    message: "{code} is your code for {app}. It is valid for {lifetime}. Never share it.",
    nameless: "your sign-in",
    number_added: "This number now receives the sign-in codes of your account at {host}. If that was not you, tell your administrator.",
    number_replaced: "The sign-in codes of your account at {host} now go to another number, {number}. If that was not you, tell your administrator at once.",
    minutes: singular_and_plural("1 minute", "{n} minutes"),
    seconds: singular_and_plural("1 second", "{n} seconds"),
};

static GERMAN: Language = Language {
    tag: "de",
    message: "{code} ist Ihr Code für {app}. Er gilt {lifetime}. Geben Sie ihn niemals weiter.",
    nameless: "Ihre Anmeldung",
    number_added: "Diese Nummer bekommt jetzt die Anmeldecodes Ihres Kontos bei {host}. Waren Sie das nicht, informieren Sie Ihre Administration.",
    number_replaced: "Die Anmeldecodes Ihres Kontos bei {host} gehen jetzt an eine andere Nummer, {number}. Waren Sie das nicht, informieren Sie sofort Ihre Administration.",
    minutes: singular_and_plural("1 Minute", "{n} Minuten"),
    seconds: singular_and_plural("1 Sekunde", "{n} Sekunden"),
};

static SPANISH: Language = Language {
    tag: "es",
    message: "{code} es su clave de un solo uso para {app}. Vence en {lifetime}. No la comparta.",
    nameless: "entrar",
    number_added: "Este teléfono recibe ahora las claves de acceso de su cuenta en {host}. Si no fue usted, avise a su administrador.",
    number_replaced: "Las claves de acceso de su cuenta en {host} llegan ahora a otro teléfono, {number}. Si no fue usted, avise enseguida a su administrador.",
    minutes: singular_and_plural("1 minuto", "{n} minutos"),
    seconds: singular_and_plural("1 segundo", "{n} segundos"),
};

static ARABIC: Language = Language {
    tag: "ar",
    message: "{code} هو رمز الدخول إلى {app}. صالح لمدة {lifetime}. لا تشاركه مع أحد.",
    nameless: "حسابك",
    number_added: "تصل رموز الدخول إلى حسابك في {host} الآن إلى هذا الرقم. إذا لم تكن أنت من فعل ذلك فأخبر المسؤول.",
    number_replaced: "تصل رموز الدخول إلى حسابك في {host} الآن إلى رقم آخر، {number}. إذا لم تكن أنت من فعل ذلك فأخبر المسؤول فورًا.",
    minutes: Forms {
        one: "دقيقة واحدة", two: "دقيقتين", few: "{n} دقائق", other: "{n} دقيقة"
    },
    seconds: Forms {
        one: "ثانية واحدة", two: "ثانيتين", few: "{n} ثوانٍ", other: "{n} ثانية"
    },
};

/// The languages that this server knows words of.
pub static LANGUAGES: [&Language; 4] = [&ENGLISH, &GERMAN, &SPANISH, &ARABIC];

impl Language {
    /// The words for a tag: those of its language, whatever the region.
    pub fn of(tag: &LanguageTag) -> Option<&'static Self> {
        LANGUAGES.into_iter().find(|language| language.tag == tag.primary())
    }

    /// What a number is told that codes go to from now on.
    pub fn number_added(&self, host: &str) -> String {
        self.number_added.replace("{host}", host)
    }

    /// What the number before is told. `new` is masked.
    pub fn number_replaced(&self, host: &str, new: &str) -> String {
        self.number_replaced.replace("{host}", host).replace("{number}", new)
    }

    /// "5 minutes", "1 minute", "90 seconds".
    pub fn in_words(&self, lifetime: TimeDelta) -> String {
        let seconds = lifetime.num_seconds();
        match (seconds / 60, seconds % 60) {
            (minutes, 0) if minutes > 0 => self.minutes.of(minutes),
            _ => self.seconds.of(seconds),
        }
    }
}

impl Forms {
    /// The form for a number, by the plural rules of Unicode CLDR.
    fn of(&self, number: i64) -> String {
        let form = match (number, number % 100) {
            (1, _) => self.one,
            (2, _) => self.two,
            (_, 3..=10) => self.few,
            _ => self.other,
        };
        form.replace("{n}", &number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_words(tag: &str, seconds: i64) -> String {
        let tag = LanguageTag::parse(tag).unwrap();
        Language::of(&tag).unwrap().in_words(TimeDelta::seconds(seconds))
    }

    #[test]
    fn a_lifetime_is_told_truly_in_every_language() {
        for (tag, seconds, expected) in [
            ("en", 300, "5 minutes"),
            ("en", 60, "1 minute"),
            ("en-GB", 90, "90 seconds"),
            ("en", 5, "5 seconds"),
            ("de", 300, "5 Minuten"),
            ("de-CH", 60, "1 Minute"),
            ("de", 59, "59 Sekunden"),
            ("es-419", 120, "2 minutos"),
            ("es", 60, "1 minuto"),
            ("es", 45, "45 segundos"),
        ] {
            assert_eq!(in_words(tag, seconds), expected);
        }
    }

    #[test]
    fn arabic_counts_in_four_forms() {
        for (seconds, expected) in [
            (60, "دقيقة واحدة"),
            (120, "دقيقتين"),
            (180, "3 دقائق"),
            (300, "5 دقائق"),
            (600, "10 دقائق"),
            (5, "5 ثوانٍ"),
            (11, "11 ثانية"),
            (90, "90 ثانية"),
            (100, "100 ثانية"),
            (102, "102 ثانية"),
            (103, "103 ثوانٍ"),
            (110, "110 ثوانٍ"),
            (111, "111 ثانية"),
        ] {
            assert_eq!(in_words("ar", seconds), expected);
        }
    }

    #[test]
    fn a_language_without_words_is_none() {
        assert!(Language::of(&LanguageTag::parse("fr").unwrap()).is_none());
        assert!(Language::of(&LanguageTag::parse("den").unwrap()).is_none());
    }
}
