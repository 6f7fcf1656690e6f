//! Indents XML for reading, tag by tag, so that prefixes and attributes stay as they were sent.
//! Only whitespace between elements changes; what is not well-formed is shown as it came.

use std::fmt::Write as _;

/// Indents a well-formed document.
pub fn indent(xml: &str) -> String {
    if roxmltree::Document::parse(xml).is_err() {
        return xml.to_owned();
    }
    let mut out = String::with_capacity(xml.len() * 5 / 4);
    let mut depth = 0_usize;
    let mut parts = parts(xml).into_iter().filter(|part| !part.trim().is_empty()).peekable();
    while let Some(part) = parts.next() {
        if part.starts_with("</") {
            depth = depth.saturating_sub(1);
        }
        let _ = write!(out, "{:1$}{part}", "", depth * 2);
        if opens(part) {
            if let Some(text) = parts.next_if(|next| !next.starts_with('<')) {
                out.push_str(text);
                if let Some(end) = parts.next_if(|next| next.starts_with("</")) {
                    out.push_str(end);
                } else {
                    depth += 1;
                }
            } else if let Some(end) = parts.next_if(|next| next.starts_with("</")) {
                out.push_str(end);
            } else {
                depth += 1;
            }
        }
        out.push('\n');
    }
    out
}

fn opens(part: &str) -> bool {
    part.starts_with('<')
        && !part.starts_with("</")
        && !part.starts_with("<?")
        && !part.starts_with("<!")
        && !part.ends_with("/>")
}

/// Cuts a document into tags and the texts between them.
fn parts(xml: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = xml;
    while !rest.is_empty() {
        let length = if rest.starts_with('<') {
            tag_length(rest)
        } else {
            rest.find('<').unwrap_or(rest.len())
        };
        let (part, behind) = rest.split_at(length);
        parts.push(part);
        rest = behind;
    }
    parts
}

/// The length of the tag at the start; a `>` within quotes is part of an attribute.
fn tag_length(tag: &str) -> usize {
    let mut quote = None;
    for (at, letter) in tag.char_indices() {
        match (quote, letter) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            _ => {}
        }
    }
    tag.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_indented_and_texts_stay_on_their_line() {
        let xml = r#"<?xml version="1.0"?><a:x xmlns:a="urn:a" v="1>0"><a:y>t &lt; u</a:y><a:z/><a:e></a:e></a:x>"#;
        assert_eq!(
            indent(xml),
            "<?xml version=\"1.0\"?>\n<a:x xmlns:a=\"urn:a\" v=\"1>0\">\n  <a:y>t &lt; u</a:y>\n  <a:z/>\n  <a:e></a:e>\n</a:x>\n"
        );
    }

    #[test]
    fn what_is_no_xml_is_shown_as_it_came() {
        assert_eq!(indent("<a"), "<a");
    }
}
