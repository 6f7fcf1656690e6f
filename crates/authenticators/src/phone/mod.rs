//! Phone numbers in their international form (ITU-T E.164), the forms providers want them in, and
//! what limits are counted by: country and prefix.

mod country;

use std::fmt;

use idp_core::flow::phrase::Phrase;
use idp_core::secret::Secret;

use crate::texts;

pub(crate) use country::calling_code_length;

/// A phone number. `Debug` shows it masked; there is no `Display`.
#[derive(Clone)]
pub struct PhoneNumber(Secret<String>);

/// A number as people should write it.
const EXAMPLE: &str = "+94 77 123 4567";

/// Why a text is no phone number we send to. The texts are for the person who entered it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PhoneProblem {
    /// Nothing but blanks.
    #[error("the phone number is empty; enter it with its country code, such as +94 77 123 4567")]
    Empty,
    /// A letter, a comma, a digit of another script.
    #[error(
        "the phone number contains \"{0}\"; use digits 0 to 9, an optional + in front, blanks, hyphens, dots and parentheses, and one number only"
    )]
    Character(char),
    /// A plus sign elsewhere than in front, or more than one.
    #[error("the phone number has a + that does not stand in front; enter one number only")]
    MisplacedPlus,
    /// Parentheses that do not fit.
    #[error("the phone number has a parenthesis without its partner")]
    Parentheses,
    /// "(0)" after the country code.
    #[error("leave out the (0) in the phone number: it is not dialled after a country code")]
    TrunkPrefix,
    /// It begins with a single zero.
    #[error(
        "the phone number begins with 0; enter it with its country code, such as +94 77 123 4567"
    )]
    National,
    /// Too few or too many digits for E.164.
    #[error("the phone number has {0} digits; with its country code it has 8 to 15")]
    Length(usize),
}

impl PhoneProblem {
    /// The same for the person who entered it, in any language.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Empty => texts::phone_empty(EXAMPLE),
            Self::Character(character) => texts::phone_character(character.to_string()),
            Self::MisplacedPlus => texts::phone_plus(),
            Self::Parentheses => texts::phone_parentheses(),
            Self::TrunkPrefix => texts::phone_trunk_prefix(),
            Self::National => texts::phone_national(EXAMPLE),
            Self::Length(digits) => texts::phone_length(*digits),
        }
    }
}

impl PhoneNumber {
    /// Reads a number with its country code: after `+`, after `00`, or without either when it does
    /// not begin with zero (`94771234567`). Blanks, hyphens, dots and parentheses may group it.
    pub fn parse(text: &str) -> Result<Self, PhoneProblem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(PhoneProblem::Empty);
        }
        if text.contains("(0)") {
            return Err(PhoneProblem::TrunkPrefix);
        }
        let (plus, grouped) =
            text.strip_prefix('+').map_or((false, text), |grouped| (true, grouped));
        let digits = ungrouped(grouped)?;
        let international = match digits.strip_prefix("00") {
            Some(international) if !plus => international,
            _ => &digits,
        };
        if international.starts_with('0') {
            return Err(PhoneProblem::National);
        }
        if !(8..=15).contains(&international.len()) {
            return Err(PhoneProblem::Length(international.len()));
        }
        Ok(Self(Secret::new(format!("+{international}"))))
    }

    /// The number with its plus sign and without any grouping: `+94771234567`.
    pub fn e164(&self) -> &str {
        self.0.expose()
    }

    /// The number without its plus sign: `94771234567`.
    pub fn digits(&self) -> &str {
        self.e164().strip_prefix('+').unwrap_or_default()
    }

    /// The number without the country's calling code: `771234567`. A trunk prefix, such as the
    /// leading zero of many countries, is no part of it.
    pub fn national(&self) -> &str {
        let digits = self.digits();
        digits.get(calling_code_length(digits)..).unwrap_or_default()
    }

    /// The country the number belongs to (ISO 3166-1 alpha-2); `None` for satellite, premium-rate
    /// and other services, and for codes that are not assigned.
    pub fn country(&self) -> Option<&'static str> {
        country::country(self.digits())
    }

    /// The calling code and three more digits, `+94771`: numbers that cost alike, for limits.
    pub fn prefix(&self) -> &str {
        let end = 1 + calling_code_length(self.digits()) + 3;
        self.e164().get(..end).unwrap_or_default()
    }

    /// The number as it may be shown to somebody who has not proven to own it: the country code and
    /// the last two digits, `+94 ••• ••• •67`.
    pub fn masked(&self) -> String {
        let digits = self.digits();
        let (country, subscriber) =
            digits.split_at_checked(calling_code_length(digits)).unwrap_or(("", digits));
        let hidden = subscriber.len().saturating_sub(2);
        let mut masked = format!("+{country}");
        for (place, digit) in subscriber.chars().enumerate() {
            let last_alone = place + 1 == subscriber.len();
            if place % 3 == 0 && !last_alone {
                masked.push(' ');
            }
            masked.push(if place < hidden { '•' } else { digit });
        }
        masked
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({})", self.masked())
    }
}

/// The digits of a number without what groups them.
fn ungrouped(text: &str) -> Result<String, PhoneProblem> {
    let mut digits = String::with_capacity(text.len().min(32));
    let mut open = false;
    for character in text.chars() {
        match character {
            '0'..='9' => digits.push(character),
            ' ' | '\u{a0}' | '-' | '.' => {}
            '(' if !open => open = true,
            ')' if open => open = false,
            '(' | ')' => return Err(PhoneProblem::Parentheses),
            '+' => return Err(PhoneProblem::MisplacedPlus),
            _ => return Err(PhoneProblem::Character(character)),
        }
    }
    if open { Err(PhoneProblem::Parentheses) } else { Ok(digits) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn e164(text: &str) -> Result<String, PhoneProblem> {
        PhoneNumber::parse(text).map(|number| number.e164().to_owned())
    }

    #[test]
    fn numbers_are_read_in_the_forms_people_write() {
        for text in [
            "+94771234567",
            "94771234567",
            "0094771234567",
            " +94 77 123 4567 ",
            "+94-77-123-4567",
            "+94 (77) 123.4567",
            "00 94 77 1234567",
            "+94\u{a0}77\u{a0}1234567",
        ] {
            assert_eq!(e164(text).as_deref(), Ok("+94771234567"), "{text}");
        }
        assert_eq!(e164("+1 (415) 555-2671").as_deref(), Ok("+14155552671"));
    }

    #[test]
    fn what_is_no_single_international_number_is_refused() {
        for (text, problem) in [
            ("", PhoneProblem::Empty),
            ("  ", PhoneProblem::Empty),
            ("0771234567", PhoneProblem::National),
            ("+0771234567", PhoneProblem::National),
            ("+0094771234567", PhoneProblem::National),
            ("000771234567", PhoneProblem::National),
            ("+44 (0)20 7946 0018", PhoneProblem::TrunkPrefix),
            ("1234567", PhoneProblem::Length(7)),
            ("+", PhoneProblem::Length(0)),
            ("+1234567890123456", PhoneProblem::Length(16)),
            ("94771234567 94771234568", PhoneProblem::Length(22)),
            ("+94771234567 +94771234568", PhoneProblem::MisplacedPlus),
            ("++94771234567", PhoneProblem::MisplacedPlus),
            ("+94771234567,+94771234568", PhoneProblem::Character(',')),
            ("+94771234567;ext=5", PhoneProblem::Character(';')),
            ("+94771234567 x5", PhoneProblem::Character('x')),
            ("+94771234567&to=1", PhoneProblem::Character('&')),
            ("+9477123456٧", PhoneProblem::Character('٧')),
            ("＋94771234567", PhoneProblem::Character('＋')),
            ("+94771234567\r\nX: y", PhoneProblem::Character('\r')),
            ("null", PhoneProblem::Character('n')),
            ("+94 (77 1234567", PhoneProblem::Parentheses),
            ("+94 77) 1234567", PhoneProblem::Parentheses),
        ] {
            assert_eq!(e164(text), Err(problem), "{text}");
        }
    }

    #[test]
    fn a_masked_number_shows_country_and_last_two_digits() {
        for (number, masked) in [
            ("+94771234567", "+94 ••• ••• •67"),
            ("+14155552671", "+1 ••• ••• ••71"),
            ("+3531234578", "+353 ••• ••78"),
            ("+12345678", "+1 ••• ••78"),
        ] {
            assert_eq!(PhoneNumber::parse(number).unwrap().masked(), masked);
        }
    }

    #[test]
    fn a_number_tells_its_forms_its_country_and_its_prefix() {
        let number = PhoneNumber::parse("+94 77 123 4567").unwrap();
        assert_eq!((number.digits(), number.national()), ("94771234567", "771234567"));
        assert_eq!((number.country(), number.prefix()), (Some("LK"), "+94771"));
        let number = PhoneNumber::parse("+1 415 555 2671").unwrap();
        assert_eq!((number.national(), number.prefix()), ("4155552671", "+1415"));
    }

    #[test]
    fn debug_shows_the_masked_number_only() {
        let shown = format!("{:?}", PhoneNumber::parse("+94771234567").unwrap());
        assert_eq!(shown, "PhoneNumber(+94 ••• ••• •67)");
    }
}
