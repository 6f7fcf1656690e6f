//! Finding placeholders in a template.

/// A value that a template asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Placeholder {
    Number,
    Message,
    Code,
}

/// A part of a template.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Piece<'t> {
    /// Text that stands for itself.
    Text(&'t str),
    /// A placeholder.
    Value(Placeholder),
    /// `$ctx.` and a name that does not exist; stands for itself.
    Unknown(&'t str),
}

const PREFIX: &str = "$ctx.";

/// Splits a template. The name of a placeholder is the longest run of letters, digits and
/// underscores after `$ctx.`. Each piece is looked at once; what a value contains is never read as
/// a template.
pub(super) fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once(PREFIX) {
        let name_length =
            after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let (name, next) = after.split_at_checked(name_length).unwrap_or((after, ""));
        pieces.push(Piece::Text(text));
        pieces.push(match name {
            "num" => Piece::Value(Placeholder::Number),
            "msg" => Piece::Value(Placeholder::Message),
            "otp" => Piece::Value(Placeholder::Code),
            _ => {
                let length = PREFIX.len() + name_length;
                let start = rest.len() - after.len() - PREFIX.len();
                Piece::Unknown(rest.get(start..start + length).unwrap_or_default())
            }
        });
        rest = next;
    }
    pieces.push(Piece::Text(rest));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

/// Whether the template asks for any of these values.
pub(super) fn mentions(template: &str, wanted: &[Placeholder]) -> bool {
    pieces(template).iter().any(|piece| matches!(piece, Piece::Value(p) if wanted.contains(p)))
}

#[cfg(test)]
mod tests {
    use super::Piece::{Text, Unknown, Value};
    use super::*;

    #[test]
    fn placeholders_are_found_wherever_they_stand() {
        assert_eq!(
            pieces(r#"{"text":" $ctx.msg ","to":["$ctx.num"]}"#),
            [
                Text(r#"{"text":" "#),
                Value(Placeholder::Message),
                Text(r#" ","to":[""#),
                Value(Placeholder::Number),
                Text(r#""]}"#)
            ]
        );
        assert_eq!(
            pieces("$ctx.otp$ctx.num"),
            [Value(Placeholder::Code), Value(Placeholder::Number)]
        );
    }

    #[test]
    fn a_longer_name_is_another_placeholder() {
        assert_eq!(pieces("$ctx.number"), [Unknown("$ctx.number")]);
        assert_eq!(pieces("a$ctx.msg_2&"), [Text("a"), Unknown("$ctx.msg_2"), Text("&")]);
        assert_eq!(pieces("$ctx."), [Unknown("$ctx.")]);
        assert_eq!(pieces("$ctx.é"), [Unknown("$ctx."), Text("é")]);
    }

    #[test]
    fn other_text_stands_for_itself() {
        for text in ["", "ctx.num", "$ctxXnum", "$ctx", "$1 \\2 ${num}"] {
            let expected: Vec<Piece<'_>> =
                [Text(text)].into_iter().filter(|piece| *piece != Text("")).collect();
            assert_eq!(pieces(text), expected);
        }
        assert_eq!(pieces("$$ctx.num"), [Text("$"), Value(Placeholder::Number)]);
    }
}
