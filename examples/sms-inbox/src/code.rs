//! Finds the one-time code in a text, so that the page can offer it for copying.

/// A text cut around its code; without a code everything is `before`.
#[derive(Debug, PartialEq, Eq)]
pub struct Cut<'a> {
    /// The text up to the code.
    pub before: &'a str,
    /// The code: 4 to 10 digits, or 4 to 12 letters and digits mixed.
    pub code: Option<&'a str>,
    /// The text behind the code.
    pub after: &'a str,
}

/// Cuts a text at the first run of digits that can be a code, or else at the first mixed word.
pub fn cut(text: &str) -> Cut<'_> {
    let found = words(text)
        .find(|word| is_digits(word))
        .or_else(|| words(text).find(|word| is_mixed(word)));
    let Some(code) = found else { return Cut { before: text, code: None, after: "" } };
    // `code` is a slice of `text`, so its offset is where it starts.
    let start = code.as_ptr() as usize - text.as_ptr() as usize;
    let (before, rest) = text.split_at(start);
    let (code, after) = rest.split_at(code.len());
    Cut { before, code: Some(code), after }
}

/// Words of letters and digits; one that follows a `+` is a phone number, one in an address
/// (`http://…`) or joined by a hyphen is a name.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
        .filter(|word| !word.contains("://") && !word.starts_with('+'))
        .map(|word| word.trim_matches(|end: char| !end.is_alphanumeric()))
        .filter(|word| word.chars().all(|letter| letter.is_ascii_alphanumeric()))
}

fn is_digits(word: &str) -> bool {
    (4..=10).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_mixed(word: &str) -> bool {
    (4..=12).contains(&word.len())
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_between_words_and_punctuation() {
        let found = cut("Your code is 482913. It expires in 5 minutes.");
        assert_eq!(
            found,
            Cut {
                before: "Your code is ",
                code: Some("482913"),
                after: ". It expires in 5 minutes."
            }
        );
    }

    #[test]
    fn a_code_of_letters_and_digits_is_found() {
        assert_eq!(cut("Code: K7PX2M9Q (Pickup)").code, Some("K7PX2M9Q"));
    }

    #[test]
    fn a_phone_number_and_an_address_are_no_codes() {
        assert_eq!(cut("Call +94771234567 or see http://x.example/123456").code, None);
        assert_eq!(cut("").code, None);
        assert_eq!(cut("Grüße, 你好").before, "Grüße, 你好");
    }
}
