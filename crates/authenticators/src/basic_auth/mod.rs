//! User name and password: the authenticator that tells who a person is.
//!
//! `password_hash` makes and checks the stored form, `phc` reads and writes it, `policy` decides
//! which new passwords are accepted, with `blocklist` and `pattern` behind it. An unknown user takes
//! the same hash, the same time and the same sentence as a wrong password (ASVS 6.3.8).

mod blocklist;
mod config;
mod password_hash;
mod pattern;
mod phc;
mod policy;

use std::sync::Arc;

use idp_core::flow::authenticator::{
    Answer, Authenticator, AuthenticatorId, Cost, DenyReason, Entry, Factor, Facts, Field,
    FieldKind, Notice, Phrase, Prompt, Subject, Verdict,
};
use idp_core::saml::urn::context;
use rand::RngCore;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

pub use config::{BasicAuthConfig, HashParameters};
pub use password_hash::{HashingFailed, PasswordHasher, Verification};
pub use policy::{NewPassword, PasswordContext, PasswordProblem, PasswordUse};

use crate::{ConfigProblem, texts};

/// The longest password, in bytes as typed. Longer ones are refused unhashed.
pub const MAX_PASSWORD_BYTES: usize = 1024;

const USERNAME: &str = "username";
const PASSWORD: &str = "password";

/// The `basic-auth` authenticator.
pub struct BasicAuth {
    hasher: Arc<PasswordHasher>,
}

impl BasicAuth {
    /// Its name in chains, files and the database.
    pub const ID: AuthenticatorId = AuthenticatorId::from_static("basic-auth");

    /// The authenticator, or every setting that is wrong.
    pub fn new(config: &BasicAuthConfig) -> Result<Self, Vec<ConfigProblem>> {
        PasswordHasher::new(config).map(|hasher| Self::with_hasher(Arc::new(hasher)))
    }

    /// The authenticator on a hasher that others use as well.
    pub const fn with_hasher(hasher: Arc<PasswordHasher>) -> Self {
        Self { hasher }
    }

    fn judge(
        &self,
        subject: Option<&Subject<'_>>,
        typed: &str,
        rng: &mut dyn RngCore,
    ) -> Result<Option<Verdict>, HashingFailed> {
        if typed.len() > MAX_PASSWORD_BYTES {
            return Ok(None);
        }
        let password = normalised(typed);
        let stored = subject.and_then(|subject| subject.credential);
        Ok(match self.hasher.verify(&password, stored)? {
            Verification::Wrong => None,
            Verification::Right => Some(Verdict::Passed { credential: None }),
            Verification::RightButOutdated => {
                let renewed = self.hasher.hash_text(&password, rng)?;
                Some(Verdict::Passed { credential: Some(renewed) })
            }
            Verification::Unreadable => Some(Verdict::Unavailable(DenyReason::InternalError)),
        })
    }
}

impl Authenticator for BasicAuth {
    fn id(&self) -> AuthenticatorId {
        Self::ID
    }

    fn display_name(&self) -> &'static str {
        "Username & Password"
    }

    fn offer(&self) -> Phrase {
        texts::basic_auth_name()
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["Username & Password", "BasicAuthenticator", "basic"]
    }

    fn factor(&self) -> Factor {
        Factor::Knowledge
    }

    fn identifies(&self) -> bool {
        true
    }

    fn cost(&self) -> Cost {
        Cost::Heavy
    }

    fn context_classes(&self) -> &'static [&'static str] {
        &[context::PASSWORD_PROTECTED_TRANSPORT, context::PASSWORD]
    }

    fn is_attempt(&self, answer: &Answer) -> bool {
        answer.field(PASSWORD).is_some()
    }

    fn identifier<'a>(&self, answer: &'a Answer) -> Option<&'a str> {
        answer.field(USERNAME)
    }

    /// A person who is known already but has no password cannot pass; while nobody is known, nothing
    /// may be told.
    fn enter(&self, facts: &Facts<'_>, _rng: &mut dyn RngCore) -> Entry {
        match &facts.subject {
            Some(subject) if subject.credential.is_none() => {
                Entry::Unavailable(DenyReason::NotEnrolled)
            }
            _ => Entry::Ask { challenge: None, effect: None },
        }
    }

    /// Asks for name and password; of a person who is known already, for the password only.
    fn prompt(&self, facts: &Facts<'_>) -> Prompt {
        let known = facts.subject.as_ref().map(|subject| subject.username);
        let username = Field {
            name: USERNAME,
            label: texts::basic_auth_username(),
            kind: FieldKind::Username,
            value: None,
            hint: None,
        };
        let password = Field {
            name: PASSWORD,
            label: texts::basic_auth_password(),
            kind: FieldKind::CurrentPassword,
            value: None,
            hint: None,
        };
        Prompt {
            title: known
                .map_or_else(texts::basic_auth_title, |_| texts::basic_auth_confirm_title()),
            intro: known.map(|username| texts::basic_auth_signed_in_as(username.as_str())),
            notice: None,
            fields: if known.is_some() { vec![password] } else { vec![username, password] },
            submit: texts::basic_auth_submit(),
            actions: Vec::new(),
            expires_at: None,
        }
    }

    fn answer(&self, facts: &Facts<'_>, answer: &Answer, rng: &mut dyn RngCore) -> Verdict {
        let subject = facts.subject.as_ref();
        let named = subject.is_some() || answer.field(USERNAME).is_some();
        let password = answer.field(PASSWORD);
        let (Some(password), true) = (password, named) else {
            return incomplete(named, password.is_some());
        };
        match self.judge(subject, password, rng) {
            Ok(Some(verdict)) => verdict,
            Ok(None) => wrong(answer.field(USERNAME).is_some()),
            Err(HashingFailed) => Verdict::Unavailable(DenyReason::InternalError),
        }
    }
}

/// One sentence whether the user is unknown or the password wrong.
fn wrong(name_was_asked: bool) -> Verdict {
    let text =
        if name_was_asked { texts::basic_auth_wrong() } else { texts::basic_auth_wrong_password() };
    Verdict::Wrong { challenge: None, notice: Notice::error(text) }
}

fn incomplete(named: bool, with_password: bool) -> Verdict {
    let text = match (named, with_password) {
        (true, _) => texts::basic_auth_enter_password(),
        (false, true) => texts::basic_auth_enter_username(),
        (false, false) => texts::basic_auth_enter_both(),
    };
    Verdict::Incomplete { challenge: None, effect: None, notice: Some(Notice::error(text)) }
}

/// One spelling of what people type on different keyboards (NIST SP 800-63B-4, 3.1.1.2).
fn normalised(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.nfkc().collect())
}
