//! Just enough HTML to use a page's form.

/// A form as a browser would submit it, without the fields a person fills.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub hidden: Vec<(String, String)>,
    /// The names of the fields a person fills.
    pub inputs: Vec<String>,
}

impl Form {
    /// The form of a page that leads to this path.
    pub fn to(html: &str, path: &str) -> Option<Self> {
        let mut starts = html.match_indices("<form").map(|(start, _)| &html[start..]);
        starts.find_map(|form| Self::only(form).filter(|found| found.action == path))
    }

    /// The form of a page, if it has one.
    pub fn only(html: &str) -> Option<Self> {
        let start = html.find("<form")?;
        let end = start + html[start..].find("</form>")?;
        let form = &html[start..end];
        let mut found = Self {
            action: attribute(&form[..form.find('>')?], "action")?,
            hidden: Vec::new(),
            inputs: Vec::new(),
        };
        for tag in form.split("<input").skip(1) {
            let tag = &tag[..tag.find('>')?];
            let name = attribute(tag, "name").unwrap_or_default();
            if attribute(tag, "type").as_deref() == Some("hidden") {
                found.hidden.push((name, attribute(tag, "value").unwrap_or_default()));
            } else {
                found.inputs.push(name);
            }
        }
        Some(found)
    }

    pub fn hidden(&self, name: &str) -> Option<&str> {
        self.hidden.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = &tag[start..start + tag[start..].find('"')?];
    Some(unescape(value))
}

/// Character references, each replaced once.
fn unescape(text: &str) -> String {
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(';').expect("an ampersand that is not escaped");
        plain.push(match name {
            "quot" | "#34" => '"',
            "#39" | "#x27" => '\'',
            "lt" | "#60" => '<',
            "gt" | "#62" => '>',
            "amp" | "#38" => '&',
            other => panic!("the character reference {other}"),
        });
        plain.push_str(rest);
    }
    plain
}
