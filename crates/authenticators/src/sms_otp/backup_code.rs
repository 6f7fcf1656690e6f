//! Backup codes: digits that stand in for a code by text message, each once.

use idp_core::secret::Secret;
use rand::RngCore;
use unicode_normalization::UnicodeNormalization;

use super::code::digit;

/// A backup code in its canonical form: 1 to 64 digits. Administrators may bring codes of any number of
/// digits; those that are easily guessed are accepted with a warning, and wrong tries are counted.
#[derive(Clone)]
pub struct BackupCode(Secret<String>);

/// Why a list is none of backup codes. The texts name positions, never codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BackupCodeProblem {
    /// A code with something else than digits.
    #[error(
        "code {0} has a character that is no digit; backup codes are digits, separated by commas"
    )]
    NotDigits(usize),
    /// Too short or too long.
    #[error("code {position} has {digits} digits; a backup code has 64 at most")]
    Length {
        /// Counted from 1.
        position: usize,
        /// How many it has.
        digits: usize,
    },
    /// More than are kept.
    #[error("there are {0} backup codes; an account can have at most {most}", most = BackupCode::MOST)]
    TooMany(usize),
}

impl BackupCode {
    /// How many are generated at a time.
    pub const SET: usize = 10;
    /// The most that an account can have.
    pub const MOST: usize = 64;
    /// The fewest digits of a code.
    pub const SHORTEST: u8 = 1;
    /// The most digits of a code.
    pub const LONGEST: u8 = 64;
    /// Codes with fewer digits are weak: a guess among a full set of them is right too often.
    pub const WEAK_BELOW: usize = 6;
    /// The digits of a generated code: 33 bits, above the 20 of NIST SP 800-63B-4, 3.1.2.2.
    const GENERATED: usize = 10;

    /// A fresh set of different codes.
    pub fn generate(rng: &mut dyn RngCore) -> Vec<Self> {
        let mut codes: Vec<Self> = Vec::with_capacity(Self::SET);
        while codes.len() < Self::SET {
            let code = (0..Self::GENERATED).map(|_| digit(rng)).collect();
            let code = Self(Secret::new(code));
            if !codes.iter().any(|other| other.expose() == code.expose()) {
                codes.push(code);
            }
        }
        codes
    }

    /// The codes of comma-separated lists. Blanks around and within codes do not matter; empty
    /// places are left out, and a code that is named twice counts once.
    pub fn parse_lists<'a>(
        lists: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<Self>, BackupCodeProblem> {
        let mut codes: Vec<Self> = Vec::new();
        let texts = lists.into_iter().flat_map(|list| list.split(','));
        for (position, text) in (1..).zip(texts.filter(|text| !text.trim().is_empty())) {
            let code = Self::parse(text).map_err(|problem| problem.at(position))?;
            if !codes.iter().any(|other| other.expose() == code.expose()) {
                codes.push(code);
            }
        }
        let count = codes.len();
        if count > Self::MOST { Err(BackupCodeProblem::TooMany(count)) } else { Ok(codes) }
    }

    /// The code a person typed: blanks and hyphens between digits do not matter.
    pub(super) fn typed(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    fn parse(text: &str) -> Result<Self, BackupCodeProblem> {
        // Beyond this it is no code, however many blanks it has.
        if text.len() > 200 {
            return Err(BackupCodeProblem::Length { position: 1, digits: text.len() });
        }
        let digits: String = text
            .nfkc()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'))
            .collect();
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BackupCodeProblem::NotDigits(1));
        }
        let bounds = usize::from(Self::SHORTEST)..=usize::from(Self::LONGEST);
        if !bounds.contains(&digits.len()) {
            return Err(BackupCodeProblem::Length { position: 1, digits: digits.len() });
        }
        Ok(Self(Secret::new(digits)))
    }

    /// The digits, for the one time they are shown.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The digits in groups of five, as they are printed.
    pub fn grouped(&self) -> Secret<String> {
        let digits: Vec<char> = self.expose().chars().collect();
        let groups: Vec<String> = digits.chunks(5).map(|group| group.iter().collect()).collect();
        Secret::new(groups.join(" "))
    }

    /// How many digits it has.
    pub fn digits(&self) -> usize {
        self.expose().len()
    }

    /// Whether it is so short that it should not be used.
    pub fn is_weak(&self) -> bool {
        self.digits() < Self::WEAK_BELOW
    }
}

impl BackupCodeProblem {
    const fn at(self, position: usize) -> Self {
        match self {
            Self::NotDigits(_) => Self::NotDigits(position),
            Self::Length { digits, .. } => Self::Length { position, digits },
            Self::TooMany(count) => Self::TooMany(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn parsed(list: &str) -> Result<Vec<String>, BackupCodeProblem> {
        let codes = BackupCode::parse_lists([list])?;
        Ok(codes.iter().map(|code| code.expose().to_owned()).collect())
    }

    #[test]
    fn a_list_may_have_blanks_and_repetitions() {
        assert_eq!(parsed("10300,21390").unwrap(), ["10300", "21390"]);
        assert_eq!(parsed(" 10300 , 21390,, 10300,").unwrap(), ["10300", "21390"]);
        assert_eq!(parsed("12345 67890").unwrap(), ["1234567890"]);
        assert!(parsed("").unwrap().is_empty());
    }

    #[test]
    fn a_code_may_have_any_number_of_digits() {
        let long = "1".repeat(64);
        assert_eq!(parsed(&format!("7,42,{long}")).unwrap(), ["7", "42", long.as_str()]);
        assert!(BackupCode::typed("7").unwrap().is_weak());
    }

    #[test]
    fn a_mistake_is_told_with_its_place_and_without_the_code() {
        for (list, problem) in [
            ("10300,2139x", BackupCodeProblem::NotDigits(2)),
            ("10300,٢١٣٩٠", BackupCodeProblem::NotDigits(2)),
            ("10300,-", BackupCodeProblem::Length { position: 2, digits: 0 }),
        ] {
            assert_eq!(parsed(list), Err(problem), "{list}");
        }
        let long = BackupCodeProblem::Length { position: 2, digits: 65 };
        assert_eq!(parsed(&format!("10300,{}", "1".repeat(65))), Err(long));
        let many: Vec<String> = (1000..1065).map(|code| code.to_string()).collect();
        assert_eq!(parsed(&many.join(",")), Err(BackupCodeProblem::TooMany(65)));
    }

    #[test]
    fn a_generated_set_has_ten_different_codes_that_print_in_groups() {
        let codes = BackupCode::generate(&mut StdRng::seed_from_u64(3));
        let mut texts: Vec<&str> = codes.iter().map(BackupCode::expose).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), 10);
        for code in &codes {
            let printed = code.grouped();
            assert_eq!(printed.expose().len(), 11);
            assert_eq!(BackupCode::typed(printed.expose()).unwrap().expose(), code.expose());
            assert!(!code.is_weak());
        }
    }
}
