//! Whether the languages agree.

use std::collections::BTreeSet;

use crate::LANGUAGES;
use crate::read::{Catalogue, Message};

/// Every way in which the catalogues differ from the first of them, or a plural lacks a category of
/// its language.
pub fn compare(catalogues: &[Catalogue]) -> Vec<String> {
    let Some((model, others)) = catalogues.split_first() else { return Vec::new() };
    let mut problems: Vec<String> = catalogues.iter().flat_map(alone).collect();
    for other in others {
        for (name, message) in &model.messages {
            match other.messages.get(name) {
                None => problems.push(format!("{}: {name} is missing", other.language)),
                Some(theirs) if theirs.variables != message.variables => problems.push(format!(
                    "{}: {name} takes {:?}, and in {} {:?}",
                    other.language, theirs.variables, model.language, message.variables
                )),
                Some(_) => {}
            }
        }
        for name in other.messages.keys().filter(|name| !model.messages.contains_key(*name)) {
            problems.push(format!("{}: {name} is not there in {}", other.language, model.language));
        }
    }
    problems
}

/// What is wrong with a catalogue by itself.
fn alone(catalogue: &Catalogue) -> Vec<String> {
    let known = LANGUAGES.iter().find(|(language, _)| *language == catalogue.language);
    let Some((language, categories)) = known else {
        return vec![format!("{}: no plural categories are known", catalogue.language)];
    };
    let categories: BTreeSet<String> = categories.iter().map(|&name| name.to_owned()).collect();
    let mut problems = Vec::new();
    for (name, Message { plurals, unsupported, .. }) in &catalogue.messages {
        problems.extend(unsupported.iter().map(|what| format!("{language}: {name} has {what}")));
        for plural in plurals.iter().filter(|plural| **plural != categories) {
            problems.push(format!(
                "{language}: {name} counts in the forms {plural:?}; the language has {categories:?}"
            ));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn catalogue(language: &str, text: &str) -> Catalogue {
        let mut read = Catalogue {
            language: language.to_owned(),
            files: Vec::new(),
            messages: BTreeMap::new(),
        };
        read.add(text).unwrap();
        read
    }

    fn problems(english: &str, arabic: &str) -> Vec<String> {
        compare(&[catalogue("en", english), catalogue("ar", arabic)])
    }

    #[test]
    fn a_text_that_is_missing_or_left_over_is_told_with_its_language() {
        assert_eq!(problems("a = A\nb = B\n", "a = ا\n"), ["ar: b is missing"]);
        assert_eq!(problems("a = A\n", "a = ا\nb = ب\n"), ["ar: b is not there in en"]);
    }

    #[test]
    fn other_variables_are_told() {
        let found = problems("a = { $one } and { $two }\n", "a = { $one }\n");
        assert!(found[0].starts_with("ar: a takes"), "{found:?}");
    }

    #[test]
    fn a_plural_has_every_category_of_its_language_and_no_other() {
        let english = "n = { $n ->\n    [one] one\n   *[other] { $n }\n}\n";
        let found = problems(english, english);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("ar: n counts in the forms"), "{found:?}");
        let forms = ["zero", "one", "two", "few", "many"].map(|form| format!("    [{form}] x\n"));
        let arabic = format!("n = {{ $n ->\n{}   *[other] {{ $n }}\n}}\n", forms.concat());
        assert_eq!(problems(english, &arabic), Vec::<String>::new());
    }

    #[test]
    fn what_our_texts_do_not_use_is_refused() {
        let found = problems("a = A\n    .title = T\n", "a = ا\n");
        assert_eq!(found, ["en: a has an attribute"]);
        let found = problems("a = { NUMBER($n) }\n", "a = ا\n");
        assert!(found.contains(&"en: a has a function or a reference".to_owned()), "{found:?}");
    }
}
