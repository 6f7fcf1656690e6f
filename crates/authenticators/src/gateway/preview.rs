//! A request as it may be logged: names without values, for keys, numbers and codes are among them.

use url::Url;

use super::GatewayDefinition;

const HIDDEN: &str = "…";
/// Longer path segments are taken for account keys.
const LONGEST_SHOWN_SEGMENT: usize = 16;

/// The method and address on one line, then the headers, then the size of the body. Placeholders
/// stand as they are.
pub(super) fn of(definition: &GatewayDefinition) -> String {
    let mut lines = vec![format!("{} {}", method(definition), address_of(definition))];
    for (name, value) in definition.headers.iter() {
        let shown = if name.trim().eq_ignore_ascii_case("content-type") { value } else { HIDDEN };
        lines.push(format!("{}: {}", name.trim().escape_debug(), shown.trim().escape_debug()));
    }
    if !definition.body.is_empty() {
        let size = definition.body.len();
        lines.push(format!("\n{HIDDEN} (a template of {size} bytes)"));
    }
    lines.join("\n")
}

fn method(definition: &GatewayDefinition) -> String {
    definition.method.trim().to_ascii_uppercase().escape_debug().to_string()
}

fn address_of(definition: &GatewayDefinition) -> String {
    Url::parse(definition.url.trim()).map_or_else(|_| HIDDEN.to_owned(), |url| address(&url))
}

fn address(url: &Url) -> String {
    let shown = |segment: &str| {
        let short = segment.len() <= LONGEST_SHOWN_SEGMENT;
        if short { segment.to_owned() } else { HIDDEN.to_owned() }
    };
    let path: Vec<String> = url.path_segments().into_iter().flatten().map(shown).collect();
    let query: Vec<String> = url
        .query()
        .into_iter()
        .flat_map(|query| query.split('&'))
        .map(|pair| format!("{}={HIDDEN}", pair.split('=').next().unwrap_or_default()))
        .collect();
    let origin = url.origin().ascii_serialization();
    let question = if query.is_empty() { "" } else { "?" };
    format!("{origin}/{}{question}{}", path.join("/"), query.join("&"))
}
