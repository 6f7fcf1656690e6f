//! How a provider wants to see phone numbers.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::phone::calling_code_length;

/// What `$ctx.num` stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NumberForm {
    /// E.164 with its plus sign: `+94771234567`.
    #[default]
    E164,
    /// E.164 without the plus sign: `94771234567`.
    Digits,
    /// Without the country's calling code: `771234567`. A provider that wants the leading zero of
    /// its country gets it from the template: `0$ctx.num`.
    National,
}

impl NumberForm {
    /// A number in E.164 form as this form writes it.
    pub(super) fn of(self, e164: &str) -> Cow<'_, str> {
        let digits = e164.strip_prefix('+').unwrap_or(e164);
        Cow::Borrowed(match self {
            Self::E164 => e164,
            Self::Digits => digits,
            Self::National => digits.get(calling_code_length(digits)..).unwrap_or(digits),
        })
    }
}

impl fmt::Display for NumberForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::E164 => "e164",
            Self::Digits => "digits",
            Self::National => "national",
        })
    }
}

/// A text that names no form.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "must be e164 (+94771234567), digits (94771234567) or national (771234567, without the country's code)"
)]
pub struct NumberFormError;

impl FromStr for NumberForm {
    type Err = NumberFormError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "e164" => Ok(Self::E164),
            "digits" => Ok(Self::Digits),
            "national" => Ok(Self::National),
            _ => Err(NumberFormError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_writes_the_number_its_way() {
        for (form, written) in [
            (NumberForm::E164, "+94771234567"),
            (NumberForm::Digits, "94771234567"),
            (NumberForm::National, "771234567"),
        ] {
            assert_eq!(form.of("+94771234567"), written);
            assert_eq!(form.to_string().parse(), Ok(form));
        }
        assert_eq!(NumberForm::National.of("+14155552671"), "4155552671");
        assert!("international".parse::<NumberForm>().is_err());
    }
}
