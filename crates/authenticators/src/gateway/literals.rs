//! Which literal texts of a definition are secrets: the linter proposes a named secret for them, and
//! previews mask them. Names decide, such as `api_key` or `Authorization`.

use super::encoding::BodyFormat;
use super::headers::Headers;
use super::template::{Piece, pieces};

/// A named text of a definition: a header, a parameter, a member of a JSON object.
pub(super) struct Named<'t> {
    pub(super) name: &'t str,
    pub(super) value: &'t str,
}

impl Named<'_> {
    /// Whether the value holds a secret that is written out.
    pub(super) fn is_literal_secret(&self) -> bool {
        is_sensitive(self.name) && has_substance(without_scheme(self.name, self.value))
    }
}

/// Whether values of this name are secrets at most providers.
pub(super) fn is_sensitive(name: &str) -> bool {
    const PARTS: [&str; 11] = [
        "password",
        "passwd",
        "passphrase",
        "secret",
        "token",
        "apikey",
        "authkey",
        "accesskey",
        "authorization",
        "credential",
        "signature",
    ];
    const WHOLE: [&str; 9] = ["key", "pass", "pwd", "pw", "pin", "auth", "apipass", "hash", "sig"];
    let name: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|character| character.to_ascii_lowercase())
        .collect();
    PARTS.iter().any(|part| name.contains(part))
        || WHOLE.contains(&name.as_str())
        || name.ends_with("key")
}

/// The value after the scheme of an Authorization header: `bearer `, `Basic `.
pub(super) fn without_scheme<'t>(name: &str, value: &'t str) -> &'t str {
    let value = value.trim();
    if !name.trim().to_ascii_lowercase().ends_with("authorization") {
        return value;
    }
    match value.split_once(' ') {
        Some((scheme, rest)) if scheme.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-') => {
            rest.trim()
        }
        _ => value,
    }
}

/// Whether a template has letters or digits besides its placeholders.
fn has_substance(template: &str) -> bool {
    fn literal(piece: &Piece<'_>) -> bool {
        match piece {
            Piece::Text(text) => text.chars().any(char::is_alphanumeric),
            Piece::Encoded(_, inner) => {
                // An account's name beside a named secret is no secret.
                let named = inner.iter().any(|piece| matches!(piece, Piece::Value(_)));
                !named && inner.iter().any(literal)
            }
            Piece::Value(_) | Piece::Unknown(_) | Piece::Broken(_) => false,
        }
    }
    pieces(template).iter().any(literal)
}

/// The parameters of a URL's query or of a form.
pub(super) fn parameters(text: &str) -> impl Iterator<Item = Named<'_>> {
    pairs(text).into_iter().filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some(Named { name: name.trim(), value })
    })
}

/// The text between the `&` that separate parameters; one in the braces of a notation does not.
pub(super) fn pairs(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    text.split(|character| {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        character == '&' && depth == 0
    })
    .collect()
}

/// The query of a URL's template.
pub(super) fn query(url: &str) -> &str {
    url.split_once('?').map_or("", |(_, query)| query)
}

/// The members of JSON that have a string or another plain value, whatever their depth.
pub(super) fn members(json: &str) -> Vec<Named<'_>> {
    let mut members = Vec::new();
    let mut rest = json;
    while let Some((name, after)) = next_string(rest) {
        rest = after;
        let Some(value) = after.trim_start().strip_prefix(':') else { continue };
        let value = value.trim_start();
        if value.starts_with('"') {
            let Some((value, after)) = next_string(value) else { break };
            members.push(Named { name, value });
            rest = after;
        } else if !value.starts_with(['{', '[']) {
            let end = value.find([',', '}', ']']).unwrap_or(value.len());
            let plain = value.get(..end).unwrap_or_default();
            members.push(Named { name, value: plain.trim_end() });
        }
    }
    members
}

/// The content of the next string, and what follows it.
fn next_string(text: &str) -> Option<(&str, &str)> {
    let (_, content) = text.split_once('"')?;
    let mut escaped = false;
    let end = content.find(|character| match character {
        _ if escaped => {
            escaped = false;
            false
        }
        '\\' => {
            escaped = true;
            false
        }
        character => character == '"',
    })?;
    Some((content.get(..end)?, content.get(end + 1..)?))
}

/// The named texts of a body. XML and plain text have none that could be told apart.
pub(super) fn of_body<'t>(headers: &Headers, body: &'t str) -> Vec<Named<'t>> {
    match BodyFormat::of(headers) {
        BodyFormat::Json => members(body),
        BodyFormat::Form => parameters(body).collect(),
        BodyFormat::Xml | BodyFormat::Multipart | BodyFormat::Plain => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(name: &str, value: &str) -> bool {
        Named { name, value }.is_literal_secret()
    }

    #[test]
    fn names_and_substance_decide() {
        for (name, value) in [
            ("Authorization", "bearer abc"),
            ("Authorization", "Basic base64{user:pass}"),
            ("authorization", "abc"),
            ("X-Api-Key", "abc"),
            ("api_key", "abc"),
            ("apiSecret", "abc"),
            ("password", "12"),
            ("auth_token", "x$secret.a"),
        ] {
            assert!(secret(name, value), "{name}: {value}");
        }
        for (name, value) in [
            ("Authorization", "bearer $secret.token"),
            ("Authorization", "Basic base64{$secret.sid:$secret.token}"),
            ("Authorization", "Basic base64{AC0:$secret.token}"),
            ("Authorization", ""),
            ("api_key", "$secret.key"),
            ("key", "$ctx.otp"),
            ("to", "abc"),
            ("Accept", "application/json"),
            ("keyboard", "abc"),
        ] {
            assert!(!secret(name, value), "{name}: {value}");
        }
    }

    #[test]
    fn a_notation_is_part_of_one_parameter() {
        let found: Vec<(&str, &str)> = parameters("a=urlencode{x&y}&b&password=base64{p&q=r}")
            .map(|p| (p.name, p.value))
            .collect();
        assert_eq!(found, [("a", "urlencode{x&y}"), ("password", "base64{p&q=r}")]);
    }

    #[test]
    fn members_of_json_are_found_at_any_depth() {
        let json =
            r#"{"a":{"api_key" : "x\"y","n":12},"to":["$ctx.num"],"password":34,"t":$ctx.otp}"#;
        let found: Vec<(&str, &str)> = members(json).iter().map(|m| (m.name, m.value)).collect();
        assert_eq!(
            found,
            [("api_key", r#"x\"y"#), ("n", "12"), ("password", "34"), ("t", "$ctx.otp")]
        );
        assert!(members("\"").is_empty() && members("{\"a\":\"").is_empty());
    }
}
