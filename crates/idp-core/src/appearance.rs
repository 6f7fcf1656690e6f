//! How the pages of a login look for an application: a colour and a logo, both checked.
//!
//! A page needs the colour twice: as text on its ground, and as the ground of a button. Either must have
//! a contrast of 4.5 to 1 (WCAG 2.2, 1.4.3), on light pages and on dark ones, which no single colour has.
//! So the colour that was chosen is darkened for light pages and lightened for dark ones as far as it
//! takes, and the letters on it are white or dark, whichever can be read better.

mod branding;
mod picture;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use branding::{Branding, HelpContact, NoLine, ProductName};
pub use picture::{Picture, PictureProblem};

/// What is set for an application. Nothing set means: as everywhere.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Appearance {
    /// The colour of buttons and links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<Colour>,
    /// The picture above the form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<Picture>,
}

impl Appearance {
    /// Whether nothing is set.
    pub const fn is_plain(&self) -> bool {
        self.accent.is_none() && self.logo.is_none()
    }
}

/// A colour in sRGB, written `#0b5d71`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour([u8; 3]);

/// It is no colour as this server writes them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("must be a colour of six hexadecimal digits, such as #0b5d71")]
pub struct NoColour;

/// The three colours that a page needs of an accent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shades {
    /// For links and buttons.
    pub accent: Colour,
    /// For those under the pointer.
    pub strong: Colour,
    /// For the letters on a button.
    pub on_accent: Colour,
}

/// The least contrast of text (WCAG 2.2, 1.4.3).
pub const LEAST_CONTRAST: f64 = 4.5;

impl Colour {
    const WHITE: Self = Self([255, 255, 255]);
    const BLACK: Self = Self([0, 0, 0]);
    /// Letters on a light button.
    const DARK: Self = Self([10, 20, 26]);
    /// The grounds of pages (assets/style/1-ground.css), the one behind the card, which is harder to
    /// stand out from, and the card.
    const LIGHT_GROUND: Self = Self([238, 242, 244]);
    const DARK_GROUND: Self = Self([23, 33, 37]);

    /// Contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// So many of twenty parts of the way to another colour.
    fn towards(self, other: Self, parts: u16) -> Self {
        let mixed = |from: u8, to: u8| {
            let sum = u16::from(from) * (20 - parts) + u16::from(to) * parts;
            u8::try_from(sum / 20).unwrap_or(u8::MAX)
        };
        let [(r, red), (g, green), (b, blue)] =
            [(self.0[0], other.0[0]), (self.0[1], other.0[1]), (self.0[2], other.0[2])];
        Self([mixed(r, red), mixed(g, green), mixed(b, blue)])
    }

    /// The shades for light pages.
    pub fn on_light(self) -> Shades {
        self.shades(Self::LIGHT_GROUND, Self::BLACK)
    }

    /// The shades for dark pages.
    pub fn on_dark(self) -> Shades {
        self.shades(Self::DARK_GROUND, Self::WHITE)
    }

    fn shades(self, ground: Self, away: Self) -> Shades {
        let readable = |colour: &Self| colour.contrast(ground) >= LEAST_CONTRAST;
        let accent = (0..=20).map(|parts| self.towards(away, parts)).find(readable).unwrap_or(away);
        let strong = accent.towards(away, 5);
        let least = |letters: Self| accent.contrast(letters).min(strong.contrast(letters));
        let on_accent =
            if least(Self::WHITE) >= least(Self::DARK) { Self::WHITE } else { Self::DARK };
        Shades { accent, strong, on_accent }
    }
}

impl FromStr for Colour {
    type Err = NoColour;

    fn from_str(text: &str) -> Result<Self, NoColour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(NoColour)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NoColour);
        }
        let value = u32::from_str_radix(digits, 16).map_err(|_| NoColour)?;
        let [_, red, green, blue] = value.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl TryFrom<String> for Colour {
    type Error = NoColour;

    fn try_from(text: String) -> Result<Self, NoColour> {
        text.parse()
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_six_hexadecimal_digits_are_a_colour() {
        assert_eq!("#0B5d71".parse::<Colour>().unwrap().to_string(), "#0b5d71");
        for text in
            ["", "0b5d71", "#0b5d7", "#0b5d711", "#0b5d7g", "red", "#+b5d71", "#0b5d7é", "#fff"]
        {
            assert_eq!(text.parse::<Colour>(), Err(NoColour), "{text}");
        }
        assert_eq!("url(x);}".parse::<Colour>(), Err(NoColour));
    }

    #[test]
    fn contrasts_are_those_of_the_standard() {
        assert!((Colour::WHITE.contrast(Colour::BLACK) - 21.0).abs() < 0.001);
        let grey: Colour = "#767676".parse().unwrap();
        assert!((grey.contrast(Colour::WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn a_colour_that_can_be_read_stays_as_it_was_chosen() {
        let teal: Colour = "#0b5d71".parse().unwrap();
        assert_eq!(teal.on_light().accent, teal);
        assert_eq!(teal.on_light().on_accent, Colour::WHITE);
    }

    proptest! {
        #[test]
        fn whatever_the_colour_text_and_buttons_can_be_read(channels: [u8; 3]) {
            let colour = Colour(channels);
            for (shades, ground) in [
                (colour.on_light(), Colour::LIGHT_GROUND),
                (colour.on_light(), Colour::WHITE),
                (colour.on_dark(), Colour::DARK_GROUND),
            ] {
                for ink in [shades.accent, shades.strong] {
                    prop_assert!(ink.contrast(ground) >= LEAST_CONTRAST, "{colour} {ink}");
                    prop_assert!(ink.contrast(shades.on_accent) >= LEAST_CONTRAST, "{colour} {ink}");
                }
            }
        }
    }
}
