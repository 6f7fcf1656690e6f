//! Passwords that are long without being hard to guess: one piece repeated, or runs along the
//! alphabet, the digits or a row of the keyboard.

const KEYBOARD_ROWS: [&str; 4] = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// Whether the text is one piece, twice or more (`abcabc`).
pub(super) fn is_repetition(text: &[char]) -> bool {
    (1..=text.len() / 2)
        .filter(|length| text.len().is_multiple_of(*length))
        .any(|length| text.iter().zip(text.iter().skip(length)).all(|(a, b)| a == b))
}

/// Whether at least three in four neighbours follow each other in a run (`abcd1234`, `qwertyui`).
pub(super) fn is_run(text: &[char]) -> bool {
    let pairs = text.len().saturating_sub(1);
    let trivial = text.windows(2).filter(|pair| matches!(pair, [a, b] if follows(*a, *b))).count();
    pairs > 0 && trivial * 4 >= pairs * 3
}

fn follows(a: char, b: char) -> bool {
    u32::from(a).abs_diff(u32::from(b)) <= 1
        || KEYBOARD_ROWS.iter().any(|row| match (row.find(a), row.find(b)) {
            (Some(a), Some(b)) => a.abs_diff(b) == 1,
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn repetitions_are_recognised() {
        for text in ["aaaaaaaa", "abcabc", "horsehorse", "x7!x7!x7!"] {
            assert!(is_repetition(&chars(text)), "{text}");
        }
        for text in ["abcabd", "horsehors", "", "a"] {
            assert!(!is_repetition(&chars(text)), "{text}");
        }
    }

    #[test]
    fn runs_are_recognised_and_sentences_are_not() {
        for text in ["abcdefgh", "87654321", "abcd1234", "qwertyuiop", "aaabbbccc", "asdfghjkl"] {
            assert!(is_run(&chars(text)), "{text}");
        }
        for text in ["we were here first", "k8$wq!zr", "tree operators poke", ""] {
            assert!(!is_run(&chars(text)), "{text}");
        }
    }
}
