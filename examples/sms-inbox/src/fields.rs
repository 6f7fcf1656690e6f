//! Named fields of a request, whether they came as JSON, as a form or in the query.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Query;
use serde_json::Value;

/// Field names and their texts; numbers of JSON are kept as their digits.
#[derive(Debug, Default)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Reads the body by its content type. The error says what would be understood.
    pub fn from_body(request: &HttpRequest, body: &[u8]) -> Result<Self, String> {
        let content_type =
            request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        match essence.to_ascii_lowercase().as_str() {
            "application/json" => Self::from_json(body),
            "application/x-www-form-urlencoded" => std::str::from_utf8(body)
                .map_err(|_| "the form is not UTF-8".to_owned())
                .and_then(Self::from_query),
            other => Err(format!(
                "content type {other:?} is not understood: send application/json or \
                 application/x-www-form-urlencoded"
            )),
        }
    }

    /// Reads `a=1&b=2`.
    pub fn from_query(query: &str) -> Result<Self, String> {
        Query::<BTreeMap<String, String>>::from_query(query)
            .map(|fields| Self(fields.into_inner()))
            .map_err(|error| format!("the fields cannot be read: {error}"))
    }

    fn from_json(body: &[u8]) -> Result<Self, String> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => Ok(Self(
                object.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect(),
            )),
            Ok(_) => {
                Err("the JSON must be an object such as {\"to\":\"+1555\",\"text\":\"Hi\"}".into())
            }
            Err(error) => Err(format!("the body is not JSON: {error}")),
        }
    }

    /// The first of these fields that is present and not empty.
    pub fn first(&self, names: &[&str]) -> Option<&str> {
        let mut found = names.iter().filter_map(|name| self.0.get(*name));
        found.find(|text| !text.is_empty()).map(String::as_str)
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A phone number as people write it in a query: `?to=+9477` arrives as a space and digits.
pub fn number(written: &str) -> String {
    match written.strip_prefix(' ') {
        Some(digits) if digits.starts_with(|first: char| first.is_ascii_digit()) => {
            format!("+{}", digits.trim_end())
        }
        _ => written.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_that_a_query_turned_into_a_space_is_restored() {
        assert_eq!(number(" 94771234567"), "+94771234567");
        assert_eq!(number("+94771234567"), "+94771234567");
        assert_eq!(number(" 0771234567"), "+0771234567");
        assert_eq!(number("0771234567 "), "0771234567");
    }
}
