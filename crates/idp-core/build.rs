//! Makes functions of the texts in `locales`.

fn main() -> Result<(), String> {
    catalogues::build(catalogues::Shape::Phrases)
}
