//! How many text messages a text takes: providers bill each segment (3GPP TS 23.038 and 23.040).

use std::fmt;

/// How a text travels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// The 7-bit alphabet of GSM: 160 characters in one message, 153 in each of several.
    Gsm7,
    /// Two bytes for each UTF-16 unit: 70 in one message, 67 in each of several.
    Ucs2,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gsm7 => "GSM-7",
            Self::Ucs2 => "UCS-2",
        })
    }
}

/// What a text takes to be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Segments {
    /// Its encoding.
    pub encoding: Encoding,
    /// How many messages it is billed as; 0 for no text.
    pub count: usize,
}

const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
                     ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Each takes two places.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// The encoding and number of segments of a text.
pub fn segments(text: &str) -> Segments {
    let (encoding, alone, joined) = match first_beyond_gsm7(text) {
        None => (Encoding::Gsm7, 160, 153),
        Some(_) => (Encoding::Ucs2, 70, 67),
    };
    let width = |character: char| match encoding {
        Encoding::Gsm7 if EXTENSION.contains(character) => 2,
        Encoding::Gsm7 => 1,
        Encoding::Ucs2 => character.len_utf16(),
    };
    let length: usize = text.chars().map(width).sum();
    if length <= alone {
        return Segments { encoding, count: length.min(1) };
    }
    // A character of two places is not split over two messages.
    let mut count = 1;
    let mut filled = 0;
    for character in text.chars() {
        filled += width(character);
        if filled > joined {
            count += 1;
            filled = width(character);
        }
    }
    Segments { encoding, count }
}

/// The first character that the 7-bit alphabet lacks: what makes a message dear.
pub fn first_beyond_gsm7(text: &str) -> Option<char> {
    text.chars().find(|character| !BASIC.contains(*character) && !EXTENSION.contains(*character))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Encoding, usize) {
        let Segments { encoding, count } = segments(text);
        (encoding, count)
    }

    #[test]
    fn a_message_of_the_7_bit_alphabet_has_160_characters() {
        assert_eq!(of(""), (Encoding::Gsm7, 0));
        assert_eq!(of(&"a".repeat(160)), (Encoding::Gsm7, 1));
        assert_eq!(of(&"a".repeat(161)), (Encoding::Gsm7, 2));
        assert_eq!(of(&"a".repeat(306)), (Encoding::Gsm7, 2));
        assert_eq!(of(&"a".repeat(307)), (Encoding::Gsm7, 3));
        assert_eq!(of("Ihr Code für das Büro: 123456 @ £1"), (Encoding::Gsm7, 1));
    }

    #[test]
    fn some_characters_take_two_places() {
        assert_eq!(of(&"€".repeat(80)), (Encoding::Gsm7, 1));
        assert_eq!(of(&"€".repeat(81)), (Encoding::Gsm7, 2));
        // 153 is odd: the 77th stands in the second message.
        assert_eq!(of(&"€".repeat(152)), (Encoding::Gsm7, 2));
        assert_eq!(of(&"€".repeat(153)), (Encoding::Gsm7, 3));
    }

    #[test]
    fn one_other_character_makes_it_70() {
        assert_eq!(of("”"), (Encoding::Ucs2, 1));
        assert_eq!(of(&"ක".repeat(70)), (Encoding::Ucs2, 1));
        assert_eq!(of(&"ක".repeat(71)), (Encoding::Ucs2, 2));
        assert_eq!(of(&"😀".repeat(36)), (Encoding::Ucs2, 2));
        assert_eq!(first_beyond_gsm7("123456 – code"), Some('–'));
        assert_eq!(first_beyond_gsm7("123456 - code"), None);
    }
}
