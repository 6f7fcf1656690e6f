//! Why no NameID can be made as asked, in words that help to mend it.

use crate::claim::ClaimUri;
use crate::saml::request::Reason;
use crate::saml::status::Status;
use crate::saml::urn::NameIdFormat;
use crate::service_provider::ServiceProvider;

/// The clause on what a NameIDPolicy may demand.
const POLICY_CLAUSE: &str = "saml-core 3.4.1.1";

/// No NameID can be made as asked: the service provider gets this status.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NameIdRefusal {
    /// What is answered.
    pub status: Status,
    /// Why. Boxed: refusals are rare and large.
    pub reason: Box<Reason>,
}

/// Why an account does not fill a format.
pub(super) enum Unfit {
    /// The claim has no value.
    Missing(ClaimUri),
    /// The value is blank or too long.
    Length,
    /// The value holds a character that XML cannot carry.
    Character,
    /// The value is not a bare address.
    Address,
}

impl NameIdRefusal {
    fn new(status: Status, code: &str, [rule, expected, found, advice]: [&str; 4]) -> Self {
        Self { status, reason: Box::new(Reason::new(code, rule, expected, found, advice)) }
    }

    fn policy(code: &str, expected: &str, found: &str, advice: &str) -> Self {
        let words = [POLICY_CLAUSE, expected, found, advice];
        Self::new(Status::InvalidNameIdPolicy, code, words)
    }

    pub(super) fn foreign_qualifier(sp: &ServiceProvider, found: &str) -> Self {
        Self::policy(
            "name-id-foreign-qualifier",
            &format!("SPNameQualifier absent or {}", sp.entity_id),
            found,
            "Leave SPNameQualifier out of NameIDPolicy, or set it to your own entityID.",
        )
    }

    pub(super) fn unsupported_format(found: &str) -> Self {
        let supported: Vec<_> = NameIdFormat::ALL.iter().map(|format| format.uri()).collect();
        Self::policy(
            "name-id-format-unsupported",
            &format!("one of {}", supported.join(", ")),
            found,
            "Ask for a supported NameIDPolicy Format, or leave it out.",
        )
    }

    pub(super) fn format_not_allowed(sp: &ServiceProvider, found: NameIdFormat) -> Self {
        let rule = &sp.settings.name_id;
        let allowed: Vec<_> = rule.formats.iter().map(|format| format.short()).collect();
        Self::policy(
            "name-id-format-not-allowed",
            &format!("one of {}", allowed.join(", ")),
            found.short(),
            "Ask for an allowed format, or let an administrator allow this one in the NameID \
             settings of the service provider.",
        )
    }

    pub(super) fn creation_forbidden() -> Self {
        Self::policy(
            "name-id-creation-forbidden",
            "AllowCreate=\"true\", or a persistent identifier that exists already",
            "AllowCreate absent or false, and no identifier for this person yet",
            "Send AllowCreate=\"true\" in NameIDPolicy.",
        )
    }

    /// The account does not fill the format: the request's fault when it named the format, ours
    /// when we chose it. The value itself is personal and left out.
    pub(super) fn unfit(status: Status, unfit: Unfit) -> Self {
        const PROFILE: &str = "Correct the claim in the person's profile.";
        match unfit {
            Unfit::Missing(claim) => {
                let expected = format!("a value of the claim {claim}");
                let words = [
                    "saml-core 8.3",
                    &expected,
                    "the person has none",
                    "Set the claim in the person's profile, or choose another NameID format or \
                     subject claim for the service provider.",
                ];
                Self::new(status, "name-id-claim-missing", words)
            }
            Unfit::Length => {
                let expected = "a value of 1 to 256 characters, not all blank";
                let words = ["saml-core 8.3", expected, "a blank or longer value", PROFILE];
                Self::new(status, "name-id-length", words)
            }
            Unfit::Character => {
                let found = "a control character or noncharacter";
                let words = ["xml 2.2", "characters that XML can carry", found, PROFILE];
                Self::new(status, "name-id-character", words)
            }
            Unfit::Address => {
                let words = [
                    "saml-core 8.3.2",
                    "a bare e-mail address such as alice@example.org",
                    "another form",
                    "Correct the e-mail claim in the person's profile: no name, brackets or \
                     comments around the address.",
                ];
                Self::new(status, "name-id-address", words)
            }
        }
    }
}
