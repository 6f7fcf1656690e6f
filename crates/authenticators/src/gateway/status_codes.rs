//! Which HTTP status codes mean that a provider took the message.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Status codes, written as a list of codes and ranges: `200`, `200,202`, `200-299`. Blank stands
/// for 200, 201 and 202.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StatusCodes(Vec<RangeInclusive<u16>>);

impl StatusCodes {
    const BLANK: [u16; 3] = [200, 201, 202];

    /// Whether an answer with this status means success.
    pub fn accepts(&self, status: u16) -> bool {
        if self.0.is_empty() {
            return Self::BLANK.contains(&status);
        }
        self.0.iter().any(|range| range.contains(&status))
    }

    /// The codes, also when blank.
    pub fn in_words(&self) -> String {
        if self.0.is_empty() { "200,201,202".to_owned() } else { self.to_string() }
    }
}

/// A text that is no list of status codes.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "\"{0}\" is no status code; write codes of 100 to 599 and ranges, such as 200,202 or 200-299"
)]
pub struct StatusCodesError(String);

impl FromStr for StatusCodes {
    type Err = StatusCodesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts
            .map(|part| range(part).ok_or_else(|| StatusCodesError(part.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let code = |text: &str| {
        let text = text.trim();
        let digits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|code| digits && (100..=599).contains(code))
    };
    let (first, last) = (code(first)?, code(last)?);
    (first <= last).then_some(first..=last)
}

impl fmt::Display for StatusCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, range) in self.0.iter().enumerate() {
            let comma = if position == 0 { "" } else { "," };
            if range.start() == range.end() {
                write!(f, "{comma}{}", range.start())?;
            } else {
                write!(f, "{comma}{}-{}", range.start(), range.end())?;
            }
        }
        Ok(())
    }
}

impl Serialize for StatusCodes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StatusCodes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(
            untagged,
            expecting = "status codes must be a number, a list of numbers, or a text such as \"200,202\""
        )]
        enum Written {
            Text(String),
            One(u16),
            Several(Vec<u16>),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Text(text) => text,
            Written::One(code) => code.to_string(),
            Written::Several(codes) => {
                codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
            }
        };
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(text: &str) -> Vec<u16> {
        let codes: StatusCodes = text.parse().unwrap();
        (0..1000).filter(|status| codes.accepts(*status)).collect()
    }

    #[test]
    fn blank_means_200_201_and_202() {
        assert_eq!(accepted(""), [200, 201, 202]);
        assert_eq!(accepted(" , "), [200, 201, 202]);
    }

    #[test]
    fn codes_lists_and_ranges_are_read() {
        assert_eq!(accepted("202"), [202]);
        assert_eq!(accepted("200, 204"), [200, 204]);
        assert_eq!(accepted("200-202,409"), [200, 201, 202, 409]);
    }

    #[test]
    fn mistakes_are_told_and_never_widen_the_list() {
        for text in ["ok", "2xx", "99", "600", "202-200", "+200", "200;201", "200-"] {
            assert!(text.parse::<StatusCodes>().is_err(), "{text}");
        }
    }

    #[test]
    fn files_may_write_numbers_lists_and_texts() {
        for (written, kept) in [("200", "\"200\""), ("[200,202]", "\"200,202\""), ("\"\"", "\"\"")]
        {
            let codes: StatusCodes = serde_json::from_str(written).unwrap();
            assert_eq!(serde_json::to_string(&codes).unwrap(), kept);
        }
        assert!(serde_json::from_str::<StatusCodes>("20").is_err());
    }
}
