//! The headers of a gateway, also in the one-line form `Name: value,Name: value`.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

/// Header names with their templates, in order. Configuration files may write them as a list of
/// pairs, as a table, or as one text: `Name: value`, several separated by commas or line breaks.
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Headers of these names and templates.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// Reads the one-line form. A comma begins a new header only where `Name:` follows, so that
    /// values may have commas (`Accept: text/html, text/plain`), and never within double quotes.
    /// Blanks around names and values do not count.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            for (position, part) in split_at_commas(line).into_iter().enumerate() {
                match (header_in(part), headers.last_mut()) {
                    (Some((name, value)), _) => headers.push((name.to_owned(), value.to_owned())),
                    (None, Some((_, value))) if position > 0 => {
                        value.push(',');
                        value.push_str(part.trim_end());
                    }
                    (None, _) if part.trim().is_empty() => {}
                    (None, _) => {
                        return Err(format!(
                            "\"{}\" is no header; write Name: value, and several with a comma between them",
                            part.trim()
                        ));
                    }
                }
            }
        }
        for (_, value) in &mut headers {
            let trimmed = value.trim().trim_end_matches(',').trim_end().to_owned();
            *value = trimmed;
        }
        Ok(Self(headers))
    }

    /// The names and templates in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first value of a header, whatever the case of its name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.iter().find(|(n, _)| n.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl fmt::Debug for Headers {
    /// The names; keys of accounts are among the values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(
            untagged,
            expecting = "headers must be pairs, a table, or \"Name: value,Name: value\""
        )]
        enum Written {
            Line(String),
            Pairs(Vec<(String, String)>),
            Table(BTreeMap<String, String>),
        }
        match Written::deserialize(deserializer)? {
            Written::Line(text) => Self::parse(&text).map_err(de::Error::custom),
            Written::Pairs(pairs) => Ok(Self(pairs)),
            Written::Table(table) => Ok(Self::from_pairs(table)),
        }
    }
}

/// Whether a text can name a header (RFC 9110, 5.6.2, token).
pub(super) fn is_token(name: &str) -> bool {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(token)
}

/// The name and value, when the text looks like a header and not like `https://…`.
fn header_in(part: &str) -> Option<(&str, &str)> {
    let (name, value) = part.split_once(':')?;
    let name = name.trim();
    (is_token(name) && !value.starts_with("//")).then(|| (name, value.trim()))
}

fn split_at_commas(line: &str) -> Vec<&str> {
    let mut quoted = false;
    line.split(|character: char| {
        quoted ^= character == '"';
        character == ',' && !quoted
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Vec<(String, String)> {
        Headers::parse(text).unwrap().0
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn the_one_line_form_is_read() {
        assert_eq!(
            parsed(
                "X-Version: 1,Authorization: bearer t0k3n,Accept: application/json , Content-Type:application/json"
            ),
            pairs(&[
                ("X-Version", "1"),
                ("Authorization", "bearer t0k3n"),
                ("Accept", "application/json"),
                ("Content-Type", "application/json"),
            ])
        );
        assert_eq!(parsed("A: 1\nB: 2\r\n"), pairs(&[("A", "1"), ("B", "2")]));
        assert_eq!(parsed("  "), []);
        assert_eq!(parsed("A: 1,"), pairs(&[("A", "1")]));
    }

    #[test]
    fn commas_in_values_stay_there() {
        assert_eq!(
            parsed("Accept: text/html, text/plain;q=0.5,X-A: \"b, C: d\",X-B: e"),
            pairs(&[
                ("Accept", "text/html, text/plain;q=0.5"),
                ("X-A", "\"b, C: d\""),
                ("X-B", "e")
            ])
        );
        assert_eq!(
            parsed("Date: Mon, 06 Jul 2026 10:00:00 GMT,X-Hooks: https://a,https://b"),
            pairs(&[("Date", "Mon, 06 Jul 2026 10:00:00 GMT"), ("X-Hooks", "https://a,https://b")])
        );
    }

    #[test]
    fn what_is_no_header_is_told() {
        assert!(Headers::parse("Basic abc").unwrap_err().contains("\"Basic abc\" is no header"));
    }

    #[test]
    fn files_may_write_headers_in_three_ways() {
        let expected = Headers::from_pairs([("A", "1"), ("B", "2")]);
        for written in [r#""A: 1,B: 2""#, r#"[["A","1"],["B","2"]]"#, r#"{"A":"1","B":"2"}"#] {
            assert!(serde_json::from_str::<Headers>(written).unwrap() == expected, "{written}");
        }
        assert_eq!(serde_json::to_string(&expected).unwrap(), r#"[["A","1"],["B","2"]]"#);
    }
}
