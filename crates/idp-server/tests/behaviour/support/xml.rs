//! Reading what we emit. It is in canonical form, so plain text search finds what is there.

/// An attribute of the first element with this (prefixed) name.
pub fn attribute<'a>(document: &'a str, element: &str, name: &str) -> Option<&'a str> {
    let tag = tags(document, element).next()?;
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    value.split('"').next()
}

/// The texts of the elements with this (prefixed) name.
pub fn texts<'a>(document: &'a str, element: &str) -> Vec<&'a str> {
    let end = format!("</{element}>");
    starts(document, element)
        .filter_map(|rest| rest.split_once('>')?.1.split(end.as_str()).next())
        .collect()
}

pub fn text<'a>(document: &'a str, element: &str) -> &'a str {
    let texts = texts(document, element);
    assert_eq!(texts.len(), 1, "not exactly one {element} in\n{document}");
    texts[0]
}

/// How many elements have this (prefixed) name.
pub fn count(document: &str, element: &str) -> usize {
    starts(document, element).count()
}

/// The names of all start tags, in document order.
pub fn names(document: &str) -> Vec<&str> {
    document
        .split('<')
        .skip(1)
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
        .filter_map(|rest| rest.split([' ', '>', '/']).next())
        .collect()
}

fn tags<'a>(document: &'a str, element: &str) -> impl Iterator<Item = &'a str> {
    starts(document, element).filter_map(|rest| rest.split('>').next())
}

fn starts<'a>(document: &'a str, element: &str) -> impl Iterator<Item = &'a str> {
    let open = format!("<{element}");
    let places: Vec<&'a str> =
        document.match_indices(&open).map(|(at, _)| &document[at + open.len()..]).collect();
    places.into_iter().filter(|rest| rest.starts_with([' ', '>', '/']))
}
