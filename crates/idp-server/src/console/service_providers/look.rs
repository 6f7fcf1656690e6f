//! How the pages of the logins at a service provider look: a colour and a logo.

use actix_web::web::Bytes;
use askama::Template;
use idp_admin::Problem;
use idp_admin::service_providers::ServiceProviderDraft;
use idp_core::appearance::{Colour, Picture};
use idp_core::service_provider::ServiceProvider;

use super::section::{Content, Section};
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::console::{Desk, Stop};
use crate::error::WebError;
use crate::look;
use crate::pages::{render, short};

const ACCENT: &str = "accent";
const FILE: &str = "logo";
const REMOVE: &str = "remove_logo";

/// As it is typed.
pub struct Appearance {
    accent: String,
    /// A new logo.
    file: Option<Bytes>,
    remove: bool,
}

/// What the form leads to at present.
#[derive(Template)]
#[template(path = "console/service_providers/look.html")]
struct Preview<'a> {
    look: look::Look,
    name: &'a str,
    shades: Vec<(&'static str, String)>,
}

impl Section for Appearance {
    const PART: &'static str = "appearance";
    const TITLE: &'static str = "Appearance";
    const SAVED: &'static str = "The appearance is saved. Login pages show it from now on.";

    fn stored(sp: &ServiceProvider) -> Self {
        let accent = sp.settings.appearance.accent;
        Self { accent: accent.map(String::from).unwrap_or_default(), file: None, remove: false }
    }

    fn typed(form: &Form) -> Result<Self, WebError> {
        Ok(Self {
            accent: form.text(ACCENT)?.trim().to_owned(),
            file: form.file(FILE)?.map(|file| file.content.clone()),
            remove: form.is_set(REMOVE),
        })
    }

    fn apply(&self, _desk: &Desk<'_>, draft: &mut ServiceProviderDraft) -> Vec<Problem> {
        let own = &mut draft.settings.appearance;
        let mut problems = Vec::new();
        match self.accent.as_str() {
            "" => own.accent = None,
            text => match text.parse::<Colour>() {
                Ok(colour) => own.accent = Some(colour),
                Err(problem) => problems.push(Problem::new(ACCENT, problem.to_string())),
            },
        }
        if self.remove {
            own.logo = None;
        }
        match self.file.as_deref().map(Picture::read) {
            None => {}
            Some(Ok(picture)) => own.logo = Some(picture),
            Some(Err(problem)) => problems.push(Problem::new(FILE, problem.to_string())),
        }
        problems
    }

    fn fields(&self) -> Fields {
        Fields::new()
            .with(ACCENT, &self.accent)
            .called(ACCENT, "Colour")
            .with(FILE, "")
            .called(FILE, "Logo")
            .with_box(REMOVE, self.remove)
    }

    fn content(
        &self,
        _desk: &Desk<'_>,
        sp: &ServiceProvider,
        form: &Fields,
    ) -> Result<Content, Stop> {
        let mut before = vec![
            form.text(ACCENT, "Colour of buttons and links").hint(
                "Six hexadecimal digits, such as #0b5d71. It is darkened on light pages and \
                 lightened on dark ones as far as it takes to be read. Left empty, the colour of \
                 the server.",
            ),
            form.file(FILE, "Logo").hint(
                "PNG, JPEG or WebP, at most 64 kB, 16 to 1024 pixels on each side. Its background \
                 should suit light and dark pages. Left empty, the logo stays as it is.",
            ),
        ];
        let own = &sp.settings.appearance;
        if own.logo.is_some() {
            before.push(form.tick(REMOVE, "Remove the logo"));
        }
        let shades = own.accent.map(|colour| {
            let told = |shades: idp_core::appearance::Shades| {
                format!("{} with {} letters", shades.accent, shades.on_accent)
            };
            vec![
                ("On light pages", told(colour.on_light())),
                ("On dark pages", told(colour.on_dark())),
            ]
        });
        let preview = Preview {
            look: look::Look::of(&sp.id.to_string(), own),
            name: &short(&sp.name),
            shades: shades.unwrap_or_default(),
        };
        let below = if own.is_plain() { String::new() } else { render(&preview, 1024) };
        let intro = vec![
            "People see this on the login pages of this service provider, beside its name."
                .to_owned(),
        ];
        Ok(Content { intro, before, below, files: true, ..Content::default() })
    }
}
