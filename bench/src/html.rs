//! The forms of a page, as far as a browser needs them to send them back.

/// A form as it stands in a page.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Form {
    /// Where it is sent; empty means the page's own address.
    pub action: String,
    /// Name and value of each input that carries text, in order.
    pub fields: Vec<(String, String)>,
    /// Name and value of each button that has a name.
    pub buttons: Vec<(String, String)>,
}

impl Form {
    /// The value of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Writes into a field; `false` when the form has none of that name.
    pub fn fill(&mut self, name: &str, value: &str) -> bool {
        match self.fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, text)) => {
                value.clone_into(text);
                true
            }
            None => false,
        }
    }
}

/// Every form of a page.
pub fn forms(page: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    let mut open: Option<Form> = None;
    for tag in tags(page) {
        match (tag.name.as_str(), &mut open) {
            ("form", _) => {
                open = Some(Form {
                    action: tag.value("action").unwrap_or_default(),
                    ..Form::default()
                });
            }
            ("/form", Some(_)) => forms.extend(open.take()),
            ("input", Some(form)) => add_input(form, &tag),
            ("button", Some(form)) => {
                if let Some(name) = tag.value("name") {
                    form.buttons.push((name, tag.value("value").unwrap_or_default()));
                }
            }
            _ => {}
        }
    }
    forms
}

fn add_input(form: &mut Form, tag: &Tag) {
    let Some(name) = tag.value("name") else { return };
    let value = tag.value("value").unwrap_or_default();
    match tag.value("type").as_deref() {
        Some("submit" | "button" | "image") => form.buttons.push((name, value)),
        Some("checkbox" | "radio") if tag.value("checked").is_none() => {}
        _ => form.fields.push((name, value)),
    }
}

struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn value(&self, name: &str) -> Option<String> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }
}

fn tags(page: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, behind)| behind);
            continue;
        }
        let (tag, behind) = read_tag(after);
        tags.push(tag);
        rest = behind;
    }
    tags
}

/// Reads a tag from behind its `<`; returns what stands behind its `>`.
fn read_tag(text: &str) -> (Tag, &str) {
    let name_end = text.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(text.len());
    let (name, mut rest) = text.split_at(name_end);
    let mut tag = Tag { name: name.to_ascii_lowercase(), attributes: Vec::new() };
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if let Some(behind) = rest.strip_prefix('>') {
            return (tag, behind);
        }
        if rest.is_empty() {
            return (tag, "");
        }
        let (attribute, behind) = read_attribute(rest);
        tag.attributes.push(attribute);
        rest = behind;
    }
}

fn read_attribute(text: &str) -> ((String, String), &str) {
    let end = |c: char| c.is_whitespace() || c == '>';
    let name_end = text.find(|c: char| end(c) || c == '=').unwrap_or(text.len());
    let (name, rest) = text.split_at(name_end);
    let name = name.to_ascii_lowercase();
    let Some(value) = rest.trim_start().strip_prefix('=') else {
        // Never an empty name: read_tag would not come to an end.
        return ((name, String::new()), rest);
    };
    let value = value.trim_start();
    let quoted = ['"', '\''].into_iter().find_map(|quote| {
        value.strip_prefix(quote).map(|inner| inner.split_once(quote).unwrap_or((inner, "")))
    });
    let (value, behind) =
        quoted.unwrap_or_else(|| value.split_at(value.find(end).unwrap_or(value.len())));
    ((name, unescape(value)), behind)
}

/// Resolves the character references that templates write.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let reference =
            after.split_once(';').and_then(|(name, behind)| Some((character(name)?, behind)));
        if let Some((character, behind)) = reference {
            plain.push(character);
            rest = behind;
        } else {
            plain.push('&');
            rest = after;
        }
    }
    plain.push_str(rest);
    plain
}

fn character(reference: &str) -> Option<char> {
    match reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = reference.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGIN: &str = r#"<!doctype html><html lang="en"><body>
      <!-- <form action="/not-this"><input name="x"></form> -->
      <a href="?a=1>2">link</a>
      <form method="post" action='/login/42?a=1&amp;b=2'>
        <input type=hidden name=csrf value="a&#x2b;b&quot;&#39;">
        <input type="text" name="username" autocomplete="username" required autofocus/>
        <input type="password" name="password">
        <input type="checkbox" name="remember" value="yes">
        <button name="action" value="continue">Continue</button>
      </form>
      <form method="post"><button name="action" value="resend">Again</button></form></body></html>"#;

    #[test]
    fn every_form_is_found_with_its_address() {
        let actions: Vec<_> = forms(LOGIN).into_iter().map(|form| form.action).collect();
        assert_eq!(actions, ["/login/42?a=1&b=2", ""]);
    }

    #[test]
    fn hidden_values_lose_their_escapes() {
        assert_eq!(forms(LOGIN)[0].field("csrf"), Some("a+b\"'"));
    }

    #[test]
    fn inputs_without_a_value_can_be_filled() {
        let mut form = forms(LOGIN).remove(0);
        assert!(form.fill("username", "alice"));
        assert!(!form.fill("code", "123456"));
        assert_eq!(form.field("username"), Some("alice"));
    }

    #[test]
    fn unchecked_boxes_are_not_sent_and_buttons_stand_apart() {
        let form = forms(LOGIN).remove(0);
        assert_eq!(form.field("remember"), None);
        assert_eq!(form.buttons, [("action".to_owned(), "continue".to_owned())]);
    }

    #[test]
    fn broken_pages_come_to_an_end() {
        for page in [
            "<",
            "<form",
            "<form action",
            "<form action=",
            "<form action=\"x",
            "<!--",
            "<a =b>",
            "&",
        ] {
            assert!(forms(page).is_empty(), "{page}");
        }
    }

    #[test]
    fn text_that_only_looks_like_a_reference_stays() {
        assert_eq!(unescape("a & b &nope; &#xZZ; &amp;amp;"), "a & b &nope; &#xZZ; &amp;");
    }
}
