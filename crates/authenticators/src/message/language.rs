//! Languages, as RFC 5646 writes them, and finding what is there in one of them: the lookup scheme of
//! RFC 4647, 3.4. A tag only ever chooses; none of its text goes anywhere.

use std::collections::BTreeMap;
use std::iter::successors;

/// The length that every implementation must take (RFC 5646, 4.4.1).
const LONGEST_TAG: usize = 35;
/// More languages than people read.
const MOST_RANGES: usize = 10;

/// The tag of a language, such as `de` or `zh-Hant-TW`. Case makes no difference.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LanguageTag(String);

impl LanguageTag {
    /// A tag of plausible form, whether or not its parts are registered.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let language = parts.next()?;
        let plausible = text.len() <= LONGEST_TAG
            && (2..=8).contains(&language.len())
            && language.bytes().all(|byte| byte.is_ascii_alphabetic())
            && parts.clone().all(is_subtag)
            && parts.next_back().is_none_or(|last| last.len() > 1);
        plausible.then(|| Self(text.to_ascii_lowercase()))
    }

    /// The languages of a list, best first: one tag or several with weights, as the header
    /// Accept-Language has them (RFC 9110, 12.5.4) and with it the preferredLanguage of directories
    /// (RFC 2798, 2.7). `de_CH` is read as `de-CH`; what is no tag is passed over.
    pub fn ranked(list: &str) -> Vec<Self> {
        let mut ranges: Vec<(f32, Self)> =
            list.split(',').take(MOST_RANGES).filter_map(weighted).collect();
        ranges.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        ranges.into_iter().map(|(_, tag)| tag).collect()
    }

    /// What the tag begins with: `de` of `de-ch`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    /// The tag without its last part, and without a single character before that, which belongs to it.
    fn broader(&self) -> Option<Self> {
        let (mut rest, _) = self.0.rsplit_once('-')?;
        while let Some((before, part)) = rest.rsplit_once('-')
            && part.len() == 1
        {
            rest = before;
        }
        Some(Self(rest.to_owned()))
    }

    /// What there is for this language, or else for the nearest broader one: `de-CH` finds `de`.
    pub fn lookup<'t, T>(&self, by_language: &'t BTreeMap<Self, T>) -> Option<&'t T> {
        successors(Some(self.clone()), Self::broader).find_map(|tag| by_language.get(&tag))
    }
}

fn is_subtag(part: &str) -> bool {
    (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `de`, or `de;q=0.8`. A weight of nothing means "not this one".
fn weighted(range: &str) -> Option<(f32, LanguageTag)> {
    let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
    let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok());
    let weight = weight.unwrap_or(1.0);
    let tag = LanguageTag::parse(&tag.trim().replace('_', "-"))?;
    (weight > 0.0).then_some((weight, tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str) -> LanguageTag {
        LanguageTag::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    fn found(wanted: &str, there: &[&str]) -> Option<String> {
        let by_language = there.iter().map(|text| (tag(text), (*text).to_owned())).collect();
        tag(wanted).lookup(&by_language).cloned()
    }

    #[test]
    fn a_tag_finds_itself_or_the_nearest_broader_one() {
        for (wanted, there, expected) in [
            ("de-CH", vec!["de"], Some("de")),
            ("de-CH", vec!["de", "de-ch"], Some("de-ch")),
            ("DE", vec!["de"], Some("de")),
            ("de", vec!["de-CH"], None),
            ("den", vec!["de"], None),
            ("zh-Hant-CN-x-private1-private2", vec!["zh-Hant"], Some("zh-Hant")),
            // A single character is never the end of a tag.
            ("zh-Hant-x-private1", vec!["zh-Hant"], Some("zh-Hant")),
        ] {
            assert_eq!(found(wanted, &there).as_deref(), expected, "{wanted} {there:?}");
        }
    }

    #[test]
    fn what_is_no_tag_is_none() {
        let long = format!("de-{}", ["abcdefgh"; 5].join("-"));
        for text in [
            "", "d", "de_CH", "de-", "-de", "de--ch", "de-x", "*", "12", "dé", "de ", "de\n", &long,
        ] {
            assert_eq!(LanguageTag::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_languages_of_a_list_are_ranked_by_their_weights() {
        for (list, expected) in [
            ("de", vec!["de"]),
            (" de_CH ", vec!["de-ch"]),
            ("en;q=0.5, de-AT , fr;q=0.9", vec!["de-at", "fr", "en"]),
            ("de;q=0, en;q=nan, fr;q=x", vec!["fr"]),
            ("Deutsch!, de\n@evil #1, , ;", vec![]),
        ] {
            let ranked = LanguageTag::ranked(list);
            assert_eq!(ranked.iter().map(|tag| tag.0.as_str()).collect::<Vec<_>>(), expected);
        }
        assert_eq!(LanguageTag::ranked(&"de,".repeat(10_000)).len(), MOST_RANGES);
    }
}
