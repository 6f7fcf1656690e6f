//! The way through a list that is longer than a page. Lists go by key: the next page begins after the
//! last row of this one, however far into the list.

use url::form_urlencoded;

/// The links below a list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pager {
    /// Back to the first page, unless this is it.
    pub first: Option<String>,
    /// On to the next page, if there is one.
    pub next: Option<String>,
}

impl Pager {
    /// Rows on a page.
    pub const ROWS: u32 = 50;

    /// The links of a list at `path` with these parameters of its own. `after` is what this page
    /// begins after, `last` the key of its last row when there are more.
    pub fn new(
        path: &str,
        parameters: &[(&str, &str)],
        after: Option<&str>,
        last: Option<&str>,
    ) -> Self {
        let link = |after: Option<&str>| {
            let kept = parameters.iter().filter(|(_, value)| !value.is_empty());
            let all = kept.copied().chain(after.map(|after| ("after", after)));
            let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish();
            if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
        };
        Self { first: after.map(|_| link(None)), next: last.map(|last| link(Some(last))) }
    }
}

#[cfg(test)]
mod tests {
    use super::Pager;

    #[test]
    fn links_keep_the_search_and_escape_keys() {
        let pager = Pager::new("/list", &[("search", "a b"), ("role", "")], Some("x"), Some("ü&"));
        assert_eq!(pager.first.as_deref(), Some("/list?search=a+b"));
        assert_eq!(pager.next.as_deref(), Some("/list?search=a+b&after=%C3%BC%26"));
    }

    #[test]
    fn a_short_list_has_no_links() {
        assert_eq!(Pager::new("/list", &[], None, None), Pager::default());
    }
}
