//! What people read, in English.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use idp_core::flow::phrase::{Part, Phrase};

static BUNDLE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let mut bundle = FluentBundle::new_concurrent(vec!["en".parse().unwrap()]);
    bundle.set_use_isolating(false);
    let all = [authenticators::texts::SOURCES, idp_core::flow::texts::SOURCES];
    for (_, files) in all.into_iter().flatten().filter(|(language, _)| *language == "en") {
        for text in *files {
            bundle.add_resource(FluentResource::try_new((*text).to_owned()).unwrap()).unwrap();
        }
    }
    bundle
});

/// The sentence.
pub fn english(phrase: &Phrase) -> String {
    let (name, values) = match phrase {
        Phrase::Literal(text) => return text.clone(),
        Phrase::Named { name, values } => (name, values),
    };
    let mut args = FluentArgs::new();
    for (variable, value) in values {
        match value {
            Part::Number(number) => args.set(variable.clone(), *number),
            Part::Text(text) => args.set(variable.clone(), text.clone()),
            Part::Phrase(inner) => args.set(variable.clone(), english(inner)),
        }
    }
    let pattern = BUNDLE.get_message(name).unwrap().value().unwrap();
    let mut errors = Vec::new();
    let text = BUNDLE.format_pattern(pattern, Some(&args), &mut errors).into_owned();
    assert!(errors.is_empty(), "{name}: {errors:?}");
    text
}
