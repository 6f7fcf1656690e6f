//! The style sheet and the logo that pages of a login load beside the common ones. They are named by a
//! hash of their content, so browsers may keep them for a year, and come from this server only. And the
//! brand of the server: name, help and look, from the settings and what is stored.

use std::fmt::Write as _;

use idp_core::appearance::{Appearance, Branding, Colour, HelpContact, Picture, Shades};

use crate::assets::fnv_1a;
use crate::config::Settings;

/// The addresses of what was chosen; `None` means the common one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Look {
    /// The style sheet with the colours.
    pub style: Option<String>,
    /// The logo.
    pub logo: Option<String>,
}

/// What the pages of people show of this server.
#[derive(Clone, Debug)]
pub struct Brand {
    /// Its name.
    pub product_name: String,
    /// Whom people ask for help.
    pub help: Option<HelpContact>,
    /// Colour and logo.
    pub appearance: Appearance,
    /// Where what pages load for it is.
    pub look: Look,
}

impl Brand {
    /// As the settings say, checked.
    pub fn of_settings(settings: &Settings) -> anyhow::Result<Self> {
        let appearance = of_settings(settings)?;
        let help = match settings.help_contact.as_str() {
            "" => None,
            text => {
                let read = HelpContact::parse(text);
                Some(read.map_err(|problem| anyhow::anyhow!("help_contact: {problem}"))?)
            }
        };
        let look = Look::of(PRODUCT, &appearance);
        Ok(Self { product_name: settings.product_name.clone(), help, appearance, look })
    }

    /// With what is stored, which goes before the settings.
    #[must_use]
    pub fn with(&self, stored: &Branding) -> Self {
        let Branding { product_name, help_contact, appearance } = stored;
        let appearance = Appearance {
            accent: appearance.accent.or(self.appearance.accent),
            logo: appearance.logo.clone().or_else(|| self.appearance.logo.clone()),
        };
        let name = product_name.as_ref().map(ToString::to_string);
        Self {
            product_name: name.unwrap_or_else(|| self.product_name.clone()),
            help: help_contact.clone().or_else(|| self.help.clone()),
            look: Look::of(PRODUCT, &appearance),
            appearance,
        }
    }
}

/// Whose look is the one of the server itself.
pub const PRODUCT: &str = "product";

impl Look {
    /// The addresses for an owner: [`PRODUCT`] or the identifier of a service provider.
    pub fn of(owner: &str, appearance: &Appearance) -> Self {
        let address =
            |content: &[u8], file| format!("/appearance/{owner}/{:016x}/{file}", fnv_1a(content));
        Self {
            style: style(appearance).map(|css| address(css.as_bytes(), STYLE)),
            logo: appearance.logo.as_ref().map(|logo| address(logo.base64().as_bytes(), LOGO)),
        }
    }

    /// The address of one of the files as it is now.
    pub fn address(&self, file: &str) -> Option<&str> {
        match file {
            STYLE => self.style.as_deref(),
            LOGO => self.logo.as_deref(),
            _ => None,
        }
    }
}

/// The name of the style sheet in its address.
pub const STYLE: &str = "style.css";
/// The name of the logo.
pub const LOGO: &str = "logo";

/// The style sheet: nothing but colours that were computed here.
pub fn style(appearance: &Appearance) -> Option<String> {
    let accent = appearance.accent?;
    let mut css = String::new();
    let mut rule = |before: &str, Shades { accent, strong, on_accent }: Shades, after: &str| {
        // Writing into a `String` cannot fail.
        let _ = writeln!(
            css,
            "{before}:root {{ --accent: {accent}; --accent-strong: {strong}; --on-accent: {on_accent}; }}{after}"
        );
    };
    rule("", accent.on_light(), "");
    rule("@media (prefers-color-scheme: dark) { ", accent.on_dark(), " }");
    Some(css)
}

/// The owner of style sheets for the sample of the console; the version in the address is the colour.
pub const SAMPLE: &str = "sample";

/// The address of the style sheet that shows a colour in the sample of the console.
pub fn sample_address(accent: Colour) -> String {
    let colour = accent.to_string();
    format!("/appearance/{SAMPLE}/{}/{STYLE}", colour.trim_start_matches('#'))
}

/// That style sheet: the shades for the light page of the sample, and for the dark one.
pub fn sample_style(accent: Colour) -> String {
    let rule = |page: &str, Shades { accent, strong, on_accent }: Shades| {
        format!(
            ".sample .{page} {{ --accent: {accent}; --accent-strong: {strong}; --on-accent: {on_accent}; }}\n"
        )
    };
    rule("light", accent.on_light()) + &rule("dark", accent.on_dark())
}

/// The colour and the logo of the settings, checked.
fn of_settings(settings: &Settings) -> anyhow::Result<Appearance> {
    let Settings { appearance, .. } = settings;
    let accent = match appearance.accent.as_str() {
        "" => None,
        colour => {
            let read = colour.parse();
            Some(read.map_err(|problem| anyhow::anyhow!("appearance.accent: {problem}"))?)
        }
    };
    let logo = match appearance.logo_file.as_str() {
        "" => None,
        path => {
            let named = |problem: &dyn std::fmt::Display| {
                anyhow::anyhow!("appearance.logo_file: {path} {problem}")
            };
            let bytes =
                std::fs::read(path).map_err(|error| named(&format!("cannot be read: {error}")))?;
            Some(Picture::read(&bytes).map_err(|problem| named(&problem))?)
        }
    };
    Ok(Appearance { accent, logo })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_colour_has_another_address() {
        let of = |colour: &str| {
            let appearance = Appearance { accent: colour.parse().ok(), logo: None };
            Look::of(PRODUCT, &appearance)
        };
        assert_ne!(of("#0b5d71").style, of("#a3201d").style);
        assert_eq!(of("red"), Look::default());
    }
}
