//! Reading bodies: bounded, of the kind the operation takes, and without fields that it does not
//! know. Every mistake names its field.

use actix_web::http::header;
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpMessage, HttpRequest};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;

use super::operation::{Media, Operation};
use super::refusal::{Kind, Refusal};

/// A body as it came.
#[derive(Debug, Default)]
pub struct Body {
    /// Its kind; `None` without a body.
    pub media: Option<Media>,
    /// What is in it.
    pub bytes: Bytes,
}

/// The body of a request for an operation.
pub async fn read(
    operation: &Operation,
    request: &HttpRequest,
    payload: Payload,
) -> Result<Body, Refusal> {
    if operation.takes.is_empty() {
        return Ok(Body::default());
    }
    let media = media(operation, request)?;
    let limit = operation.longest;
    let too_large =
        || Refusal::new(Kind::TooLarge, format!("This address takes at most {limit} bytes."));
    let bytes = payload.to_bytes_limited(limit).await.map_err(|_| too_large())?;
    let bytes = bytes.map_err(|_| {
        Refusal::new(Kind::Unreadable, "The body ended early or cannot be decoded.")
    })?;
    Ok(Body { media: Some(media), bytes })
}

fn media(operation: &Operation, request: &HttpRequest) -> Result<Media, Refusal> {
    let headers = request.headers();
    let encoded = headers.get(header::CONTENT_ENCODING);
    let plain = encoded.is_none_or(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    let given = request.content_type().to_ascii_lowercase();
    let takes = |media: Media| media.types().contains(&given.as_str());
    let found = operation.takes.iter().map(|taken| taken.media).find(|media| takes(*media));
    found.filter(|_| plain).ok_or_else(|| {
        let all = operation.takes.iter().map(|taken| taken.media);
        let names: Vec<&str> = all.filter_map(|media| media.types().first().copied()).collect();
        let detail = format!(
            "Send a body of the Content-Type {}, without a Content-Encoding.",
            names.join(" or ")
        );
        Refusal::new(Kind::Media, detail)
    })
}

/// A JSON text as a value of this type. Depth is bounded by the reader (128).
pub fn json<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Refusal> {
    // A list would be taken for the fields of an object in their order.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return Err(Refusal::invalid("", "must be an object"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        mistake(&path, &error.into_inner())
    })?;
    reader.end().map_err(|error| mistake("", &error))?;
    Ok(value)
}

/// A JSON value as a value of this type.
pub fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        mistake(&path, &error.into_inner())
    })
}

/// A document with a merge patch applied (RFC 7396).
pub fn merged(mut target: Value, patch: &Value) -> Value {
    let Value::Object(changes) = patch else { return patch.clone() };
    if !target.is_object() {
        target = Value::Object(serde_json::Map::new());
    }
    if let Value::Object(fields) = &mut target {
        for (name, change) in changes {
            if change.is_null() {
                fields.remove(name);
            } else {
                let before = fields.remove(name).unwrap_or_default();
                fields.insert(name.clone(), merged(before, change));
            }
        }
    }
    target
}

/// Never repeats the value, which may be a secret: only what serde expected is told.
fn mistake(path: &str, error: &serde_json::Error) -> Refusal {
    let text = error.to_string();
    if error.classify() != Category::Data {
        let place = format!("line {}, column {}", error.line(), error.column());
        let detail = format!("The body is no JSON that can be read: {place}.");
        return Refusal::new(Kind::Unreadable, detail);
    }
    let field = if path == "." { "" } else { path };
    let message = match text.split_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid ") => {
            format!("must be {}", expected.split(" at line ").next().unwrap_or(expected))
        }
        _ => text.split(" at line ").next().unwrap_or(&text).to_owned(),
    };
    Refusal::invalid(field, message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::merged;

    #[test]
    fn the_examples_of_rfc_7396_come_out_as_they_should() {
        for (target, patch, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
            (json!([1, 2]), json!({"a": "b"}), json!({"a": "b"})),
        ] {
            assert_eq!(merged(target, &patch), result);
        }
    }
}
