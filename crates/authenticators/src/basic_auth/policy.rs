//! Which new passwords are accepted (NIST SP 800-63B-4, 3.1.1.2): length, a blocklist, nothing that
//! stands in the profile; no composition rules, no expiry, no truncation.

use idp_core::flow::phrase::Phrase;
use idp_core::secret::Secret;

use super::{MAX_PASSWORD_BYTES, blocklist, normalised, pattern};
use crate::texts;

/// How a password will be used; decides how long it must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasswordUse {
    /// Always together with another factor.
    WithSecondFactor,
    /// At least somewhere as the only factor.
    Alone,
}

impl PasswordUse {
    /// The least number of characters (NIST SP 800-63B-4, 3.1.1.2).
    pub const fn minimum_length(self) -> usize {
        match self {
            Self::WithSecondFactor => 8,
            Self::Alone => 15,
        }
    }
}

/// What a new password is judged by beside itself.
#[derive(Clone, Copy, Debug)]
pub struct PasswordContext<'a> {
    /// How it will be used.
    pub usage: PasswordUse,
    /// The name the person signs in with.
    pub username: &'a str,
    /// What else an attacker would try: the names and addresses of the person, the name of the
    /// service.
    pub words: &'a [&'a str],
}

/// Why a new password is refused. The texts are for the person who chose it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PasswordProblem {
    /// Fewer characters than needed.
    #[error("the password has {found} characters; use at least {least}")]
    TooShort {
        /// How many it has.
        found: usize,
        /// How many it needs.
        least: usize,
    },
    /// More bytes than are accepted.
    #[error("the password is longer than {MAX_PASSWORD_BYTES} bytes; use a shorter one")]
    TooLong,
    /// A tab, a line break or the like, which no login form can send.
    #[error(
        "the password contains a control character such as a tab or a line break; leave it out"
    )]
    ControlCharacter,
    /// Known to everybody who guesses passwords.
    #[error("the password is among those that attackers try first; choose another")]
    Common,
    /// Little more than the user name, the person's data or the name of the service.
    #[error(
        "the password contains \"{0}\", which is easy to guess for this account; add at least eight other characters or choose another"
    )]
    Personal(String),
    /// One piece repeated.
    #[error("the password repeats one piece; choose another")]
    Repetition,
    /// Neighbours of the alphabet or the keyboard.
    #[error("the password is a row of letters, digits or keys; choose another")]
    Run,
}

impl PasswordProblem {
    /// The same for who chose it, in any language.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::TooShort { found, least } => texts::new_password_short(*found, *least),
            Self::TooLong => texts::new_password_long(MAX_PASSWORD_BYTES),
            Self::ControlCharacter => texts::new_password_control(),
            Self::Common => texts::new_password_common(),
            Self::Personal(word) => texts::new_password_personal(word.as_str()),
            Self::Repetition => texts::new_password_repeated(),
            Self::Run => texts::new_password_run(),
        }
    }
}

/// A password that may be stored.
pub struct NewPassword(Secret<String>);

impl NewPassword {
    /// How many characters there must be beside a word that is easy to guess.
    const BESIDE_A_WORD: usize = 8;
    /// Shorter words are in too many good passwords by chance.
    const SHORTEST_WORD: usize = 4;

    /// Judges a password; returns every reason against it.
    pub fn check(text: &str, context: &PasswordContext<'_>) -> Result<Self, Vec<PasswordProblem>> {
        if text.len() > MAX_PASSWORD_BYTES {
            return Err(vec![PasswordProblem::TooLong]);
        }
        let password = normalised(text);
        let lower_case = Secret::new(password.to_lowercase());
        let chars: Vec<char> = lower_case.expose().chars().collect();
        let (found, least) = (password.chars().count(), context.usage.minimum_length());
        let common = blocklist::is_common(lower_case.expose());
        let problems: Vec<PasswordProblem> = [
            (found < least).then_some(PasswordProblem::TooShort { found, least }),
            password.chars().any(char::is_control).then_some(PasswordProblem::ControlCharacter),
            common.then_some(PasswordProblem::Common),
            personal(lower_case.expose(), context).map(PasswordProblem::Personal),
            pattern::is_repetition(&chars).then_some(PasswordProblem::Repetition),
            pattern::is_run(&chars).then_some(PasswordProblem::Run),
        ]
        .into_iter()
        .flatten()
        .collect();
        if problems.is_empty() {
            Ok(Self(Secret::new(password.to_string())))
        } else {
            Err(problems)
        }
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// The word of the context that the password is little more than.
fn personal(lower_case: &str, context: &PasswordContext<'_>) -> Option<String> {
    let phrases = std::iter::once(&context.username).chain(context.words);
    phrases
        .flat_map(|phrase| {
            let parts = phrase.split(|c: char| !c.is_alphanumeric());
            std::iter::once(*phrase).chain(parts)
        })
        .map(str::to_lowercase)
        .filter(|word| !word.is_empty())
        .find(|word| {
            let beside = lower_case.replace(word.as_str(), "");
            let long_enough = word.chars().count() >= NewPassword::SHORTEST_WORD;
            let contained = beside.len() < lower_case.len();
            beside.is_empty()
                || (long_enough && contained && beside.chars().count() < NewPassword::BESIDE_A_WORD)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTEXT: PasswordContext<'static> = PasswordContext {
        usage: PasswordUse::WithSecondFactor,
        username: "alice.quimby@example.com",
        words: &["Alice", "Portcullis"],
    };

    fn problems(text: &str, usage: PasswordUse) -> Vec<PasswordProblem> {
        NewPassword::check(text, &PasswordContext { usage, ..CONTEXT }).err().unwrap_or_default()
    }

    fn with_second_factor(text: &str) -> Vec<PasswordProblem> {
        problems(text, PasswordUse::WithSecondFactor)
    }

    /// C158.
    #[test]
    fn eight_characters_suffice_with_a_second_factor_and_fifteen_alone() {
        assert_eq!(with_second_factor("k8wq!zrv"), []);
        assert_eq!(
            with_second_factor("k8wq!zr"),
            [PasswordProblem::TooShort { found: 7, least: 8 }]
        );
        let alone = problems("k8wq!zrv", PasswordUse::Alone);
        assert_eq!(alone, [PasswordProblem::TooShort { found: 8, least: 15 }]);
        assert_eq!(problems("k8wq!zrvp0xm2un", PasswordUse::Alone), []);
    }

    #[test]
    fn characters_are_counted_not_bytes_and_after_normalisation() {
        assert_eq!(with_second_factor("żółwikęą"), []);
        let decomposed = "e\u{301}".repeat(3) + "xq7f";
        assert_eq!(
            with_second_factor(&decomposed),
            [PasswordProblem::TooShort { found: 7, least: 8 }]
        );
    }

    /// C158.
    #[test]
    fn no_mix_of_character_classes_is_asked_for_and_blanks_are_kept() {
        assert_eq!(with_second_factor("plum gravel otter sings"), []);
        let padded = NewPassword::check("  gravel otter  ", &CONTEXT).ok().unwrap();
        assert_eq!(padded.expose(), "  gravel otter  ");
    }

    /// C158.
    #[test]
    fn sixty_four_characters_are_accepted_whole_and_past_a_kilobyte_refused() {
        let long: String = "plum gravel otter sings. ".repeat(3) + "x";
        assert_eq!(NewPassword::check(&long, &CONTEXT).ok().unwrap().expose(), long);
        let most = "gravel otter ".repeat(78) + "0123456789";
        assert_eq!(most.len(), MAX_PASSWORD_BYTES);
        assert_eq!(with_second_factor(&most), []);
        assert_eq!(with_second_factor(&(most + "x")), [PasswordProblem::TooLong]);
    }

    /// C159.
    #[test]
    fn common_passwords_are_refused_in_any_case() {
        for common in ["PassWord1", "password1!", "iloveyou", "ｐａｓｓｗｏｒｄ"] {
            assert_eq!(with_second_factor(common), [PasswordProblem::Common], "{common}");
        }
    }

    #[test]
    fn what_stands_in_the_profile_is_refused_unless_much_is_beside_it() {
        for text in ["Alice.Quimby@example.com", "quimby2024!", "PORTCULLIS-1"] {
            let found = with_second_factor(text);
            assert!(
                matches!(found.as_slice(), [PasswordProblem::Personal(_)]),
                "{text}: {found:?}"
            );
        }
        assert_eq!(with_second_factor("quimbys of the northern fjord"), []);
    }

    #[test]
    fn trivial_passwords_are_refused() {
        assert_eq!(with_second_factor("zx81zx81"), [PasswordProblem::Repetition]);
        assert_eq!(with_second_factor("ghijklmnop"), [PasswordProblem::Run]);
        assert_eq!(with_second_factor("gravel\totter"), [PasswordProblem::ControlCharacter]);
    }

    #[test]
    fn every_reason_is_told_at_once() {
        let found = problems("aaaaaa", PasswordUse::Alone);
        assert!(found.contains(&PasswordProblem::TooShort { found: 6, least: 15 }));
        assert!(found.contains(&PasswordProblem::Common));
        assert!(found.contains(&PasswordProblem::Repetition));
    }
}
