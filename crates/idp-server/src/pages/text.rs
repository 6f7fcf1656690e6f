//! Names from registrations and accounts, made fit for a line of a page.

use std::borrow::Cow;

/// The longest name a page shows, in characters.
const LONGEST: usize = 80;

/// A name without characters that steer the display (controls, direction overrides, zero-width
/// joints) and not longer than a line can bear. Escaping is left to the template.
pub fn short(name: &str) -> Cow<'_, str> {
    let fits = name.len() <= LONGEST && !name.chars().any(steers_display);
    if fits {
        return Cow::Borrowed(name);
    }
    let mut shown: String = name.chars().filter(|c| !steers_display(*c)).collect();
    if let Some((end, _)) = shown.char_indices().nth(LONGEST - 1)
        && shown.chars().count() > LONGEST
    {
        shown.truncate(end);
        shown.push('…');
    }
    Cow::Owned(shown)
}

/// Controls, and what Unicode calls format characters of direction and joining.
pub fn steers_display(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for name in ["Pickup Dispatch", "Büro für Größen", "تطبيق", "日本語"] {
            assert_eq!(short(name), name);
        }
    }

    #[test]
    fn direction_overrides_and_controls_are_dropped() {
        assert_eq!(short("Bank\u{202e}kcatta\r\n\u{200b}"), "Bankkcatta");
    }

    #[test]
    fn long_names_end_in_an_ellipsis() {
        let shown = short(&"ü".repeat(5000)).into_owned();
        assert_eq!(shown.chars().count(), 80);
        assert!(shown.ends_with("ü…"));
        assert_eq!(short(&"ü".repeat(80)), "ü".repeat(80));
    }
}
