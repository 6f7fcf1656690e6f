//! Finding placeholders and notations in a template.

/// A value that a template asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Variable<'t> {
    Number,
    Message,
    Code,
    /// `text` or `unicode`: the alphabet of the message.
    Alphabet,
    /// A named secret of the gateway.
    Secret(&'t str),
}

/// How `base64{…}` and `urlencode{…}` write what is in their braces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Notation {
    Base64,
    UrlEncode,
}

/// A part of a template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Piece<'t> {
    /// Text that stands for itself.
    Text(&'t str),
    /// A placeholder.
    Value(Variable<'t>),
    /// Text and placeholders between the braces of a notation.
    Encoded(Notation, Vec<Piece<'t>>),
    /// `$ctx.` or `$secret.` and a name that cannot be; stands for itself.
    Unknown(&'t str),
    /// The beginning of a notation whose braces do not fit; stands for itself.
    Broken(&'t str),
}

const CONTEXT: &str = "$ctx.";
const SECRET: &str = "$secret.";
const BASE64: &str = "base64{";
const URL_ENCODE: &str = "urlencode{";

/// Splits a template. The name of a placeholder is the longest run of letters, digits and
/// underscores after `$ctx.` or `$secret.`; a notation ends at the first closing brace. Each piece
/// is looked at once; what a value contains is never read as a template.
pub(super) fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((text, marked)) = next_mark(rest) {
        pieces.push(Piece::Text(text));
        let (piece, after) = first_piece(marked);
        pieces.push(piece);
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

/// The text before the first placeholder or notation, and all from there on.
fn next_mark(text: &str) -> Option<(&str, &str)> {
    let marks = [CONTEXT, SECRET, BASE64, URL_ENCODE];
    let first = marks.into_iter().filter_map(|mark| text.find(mark)).min()?;
    text.split_at_checked(first)
}

/// The piece that a text begins with, and what follows it.
fn first_piece(text: &str) -> (Piece<'_>, &str) {
    if let Some(content) = text.strip_prefix(BASE64) {
        encoded(text, content, Notation::Base64)
    } else if let Some(content) = text.strip_prefix(URL_ENCODE) {
        encoded(text, content, Notation::UrlEncode)
    } else {
        let mark = if text.starts_with(SECRET) { SECRET } else { CONTEXT };
        variable(text, mark)
    }
}

fn variable<'t>(text: &'t str, mark: &str) -> (Piece<'t>, &'t str) {
    let named = text.strip_prefix(mark).unwrap_or_default();
    let length =
        named.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(named.len());
    let (name, after) = named.split_at_checked(length).unwrap_or((named, ""));
    let whole = text.get(..mark.len() + length).unwrap_or(text);
    let piece = match name {
        "" => Piece::Unknown(whole),
        name if mark == SECRET => Piece::Value(Variable::Secret(name)),
        "num" => Piece::Value(Variable::Number),
        "msg" => Piece::Value(Variable::Message),
        "otp" => Piece::Value(Variable::Code),
        "type" => Piece::Value(Variable::Alphabet),
        _ => Piece::Unknown(whole),
    };
    (piece, after)
}

fn encoded<'t>(text: &'t str, content: &'t str, notation: Notation) -> (Piece<'t>, &'t str) {
    match content.split_once('}') {
        Some((inner, after)) if !inner.contains('{') => {
            (Piece::Encoded(notation, pieces(inner)), after)
        }
        _ => {
            let mark = text.get(..text.len() - content.len()).unwrap_or(text);
            (Piece::Broken(mark), content)
        }
    }
}

impl<'t> Piece<'t> {
    /// The text of a piece that stands for itself.
    pub(super) const fn literal(&self) -> Option<&'t str> {
        match self {
            Self::Text(text) | Self::Unknown(text) | Self::Broken(text) => Some(text),
            Self::Value(_) | Self::Encoded(..) => None,
        }
    }
}

/// Every placeholder of a template, those in notations too.
pub(super) fn variables(template: &str) -> Vec<Variable<'_>> {
    fn gather<'t>(pieces: Vec<Piece<'t>>, found: &mut Vec<Variable<'t>>) {
        for piece in pieces {
            match piece {
                Piece::Value(variable) => found.push(variable),
                Piece::Encoded(_, inner) => gather(inner, found),
                Piece::Text(_) | Piece::Unknown(_) | Piece::Broken(_) => {}
            }
        }
    }
    let mut found = Vec::new();
    gather(pieces(template), &mut found);
    found
}

#[cfg(test)]
mod tests {
    use super::Piece::{Broken, Encoded, Text, Unknown, Value};
    use super::*;

    #[test]
    fn placeholders_are_found_wherever_they_stand() {
        assert_eq!(
            pieces(r#"{"text":" $ctx.msg ","to":["$ctx.num"]}"#),
            [
                Text(r#"{"text":" "#),
                Value(Variable::Message),
                Text(r#" ","to":[""#),
                Value(Variable::Number),
                Text(r#""]}"#)
            ]
        );
        assert_eq!(
            pieces("$ctx.otp$ctx.num$secret.api_key"),
            [Value(Variable::Code), Value(Variable::Number), Value(Variable::Secret("api_key"))]
        );
    }

    #[test]
    fn a_longer_name_is_another_placeholder() {
        assert_eq!(pieces("$ctx.number"), [Unknown("$ctx.number")]);
        assert_eq!(pieces("a$ctx.msg_2&"), [Text("a"), Unknown("$ctx.msg_2"), Text("&")]);
        assert_eq!(pieces("$ctx."), [Unknown("$ctx.")]);
        assert_eq!(pieces("$secret.-"), [Unknown("$secret."), Text("-")]);
        assert_eq!(pieces("$ctx.é"), [Unknown("$ctx."), Text("é")]);
    }

    #[test]
    fn notations_hold_text_and_placeholders() {
        assert_eq!(
            pieces("Basic base64{AC0:$secret.token}&From=urlencode{+1 555}"),
            [
                Text("Basic "),
                Encoded(Notation::Base64, vec![Text("AC0:"), Value(Variable::Secret("token"))]),
                Text("&From="),
                Encoded(Notation::UrlEncode, vec![Text("+1 555")]),
            ]
        );
        assert_eq!(pieces("base64{}"), [Encoded(Notation::Base64, vec![])]);
        assert_eq!(variables("base64{$ctx.num}$ctx.otp"), [Variable::Number, Variable::Code]);
    }

    #[test]
    fn braces_that_do_not_fit_are_seen() {
        assert_eq!(pieces("base64{a"), [Broken("base64{"), Text("a")]);
        assert_eq!(
            pieces("base64{urlencode{a}}"),
            [Broken("base64{"), Encoded(Notation::UrlEncode, vec![Text("a")]), Text("}")]
        );
    }

    #[test]
    fn other_text_stands_for_itself() {
        for text in ["", "ctx.num", "$ctxXnum", "$ctx", "$1 \\2 ${num}", "base64 {a}"] {
            let expected: Vec<Piece<'_>> =
                [Text(text)].into_iter().filter(|piece| *piece != Text("")).collect();
            assert_eq!(pieces(text), expected);
        }
        assert_eq!(pieces("$$ctx.num"), [Text("$"), Value(Variable::Number)]);
    }
}
