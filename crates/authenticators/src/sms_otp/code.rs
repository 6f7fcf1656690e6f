//! Making codes, and reading what people type.

use idp_core::flow::phrase::Phrase;
use idp_core::secret::Secret;
use rand::RngCore;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use crate::texts;

/// What codes are made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alphabet {
    /// `0` to `9`.
    #[default]
    Digits,
    /// Digits and capitals without those that look alike (0 and O, 1, I and L).
    DigitsAndCapitals,
}

impl Alphabet {
    const fn characters(self) -> &'static [u8] {
        match self {
            Self::Digits => b"0123456789",
            Self::DigitsAndCapitals => b"23456789ABCDEFGHJKMNPQRSTUVWXYZ",
        }
    }
}

/// The form of a code.
pub(super) struct CodeForm {
    pub(super) length: u8,
    pub(super) alphabet: Alphabet,
}

impl CodeForm {
    /// What is typed may be longer than the code by blanks and hyphens, but not by a page.
    const MAX_TYPED_BYTES: usize = 100;

    /// A code in which every character is equally likely.
    pub(super) fn generate(&self, rng: &mut dyn RngCore) -> Secret<String> {
        let characters = self.alphabet.characters();
        Secret::new((0..self.length).map(|_| char::from(pick(characters, rng))).collect())
    }

    /// The code a person meant: without blanks and hyphens, in capitals. `None` when it does not
    /// have the form of a code and so cannot be right.
    pub(super) fn normalise(&self, typed: &str) -> Option<Secret<String>> {
        if typed.len() > Self::MAX_TYPED_BYTES {
            return None;
        }
        let code: String = typed
            .nfkc()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let characters = self.alphabet.characters();
        let formed = code.len() == usize::from(self.length)
            && code.bytes().all(|byte| characters.contains(&byte));
        formed.then(|| Secret::new(code))
    }

    /// What a code looks like, for a person who typed something else.
    pub(super) fn description(&self) -> Phrase {
        match self.alphabet {
            Alphabet::Digits => texts::sms_otp_form_digits(u32::from(self.length)),
            Alphabet::DigitsAndCapitals => texts::sms_otp_form_characters(u32::from(self.length)),
        }
    }
}

/// A digit, each as likely as another.
pub(super) fn digit(rng: &mut dyn RngCore) -> char {
    char::from(pick(Alphabet::Digits.characters(), rng))
}

/// One of the characters. Bytes beyond the largest multiple of their number are drawn again, for
/// taking the remainder would favour the first ones.
fn pick(characters: &[u8], rng: &mut dyn RngCore) -> u8 {
    let fair = 256 - 256 % characters.len();
    loop {
        let mut byte = [0];
        rng.fill_bytes(&mut byte);
        let drawn = usize::from(byte[0]);
        if let (true, Some(character)) = (drawn < fair, characters.get(drawn % characters.len())) {
            return *character;
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    const SIX_DIGITS: CodeForm = CodeForm { length: 6, alphabet: Alphabet::Digits };
    const EIGHT_MIXED: CodeForm = CodeForm { length: 8, alphabet: Alphabet::DigitsAndCapitals };

    fn normalised(form: &CodeForm, typed: &str) -> Option<String> {
        form.normalise(typed).map(|code| code.expose().clone())
    }

    /// C163.
    #[test]
    fn codes_are_evenly_distributed() {
        for form in [SIX_DIGITS, EIGHT_MIXED] {
            let mut rng = StdRng::seed_from_u64(7);
            let characters = form.alphabet.characters();
            let mut seen = [0_u32; 256];
            for _ in 0..5_000 {
                for byte in form.generate(&mut rng).expose().bytes() {
                    seen[usize::from(byte)] += 1;
                }
            }
            let expected = f64::from(5_000 * u32::from(form.length))
                / f64::from(u32::try_from(characters.len()).unwrap());
            let chi_square: f64 = characters
                .iter()
                .map(|c| (f64::from(seen[usize::from(*c)]) - expected).powi(2) / expected)
                .sum();
            // 0.999 quantile: 27.9 for 9 and 59.7 for 30 degrees of freedom; the seed is fixed.
            assert!(chi_square < if characters.len() == 10 { 27.9 } else { 59.7 }, "{chi_square}");
        }
    }

    /// C163.
    #[test]
    fn a_byte_that_would_favour_some_characters_is_drawn_again() {
        struct Bytes(Vec<u8>);
        impl RngCore for Bytes {
            fn next_u32(&mut self) -> u32 {
                unreachable!()
            }
            fn next_u64(&mut self) -> u64 {
                unreachable!()
            }
            fn fill_bytes(&mut self, dst: &mut [u8]) {
                dst.fill(self.0.remove(0));
            }
        }
        assert_eq!(pick(b"0123456789", &mut Bytes(vec![255, 250, 249])), b'9');
    }

    #[test]
    fn codes_have_the_form_asked_for() {
        let mut rng = StdRng::seed_from_u64(7);
        for form in [SIX_DIGITS, EIGHT_MIXED] {
            let code = form.generate(&mut rng);
            assert_eq!(normalised(&form, code.expose()).as_ref(), Some(code.expose()));
        }
    }

    #[test]
    fn blanks_hyphens_case_and_full_width_do_not_matter() {
        for typed in ["123456", " 123456\n", "123 456", "123-456", "12‑34–56", "１２３４５６"]
        {
            assert_eq!(normalised(&SIX_DIGITS, typed).as_deref(), Some("123456"), "{typed}");
        }
        assert_eq!(normalised(&EIGHT_MIXED, "abcd-2345").as_deref(), Some("ABCD2345"));
    }

    #[test]
    fn what_is_no_code_is_told_apart_from_a_wrong_one() {
        for typed in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "123456\0", &"1 ".repeat(60)]
        {
            assert_eq!(normalised(&SIX_DIGITS, typed), None, "{typed}");
        }
        assert_eq!(normalised(&EIGHT_MIXED, "ABCD234O"), None);
        assert_eq!(normalised(&EIGHT_MIXED, "ABCD23ß"), None);
    }
}
