//! Name identifiers (saml-core 2.2, 8.3): what stands in an assertion's Subject.
//!
//! `plan` decides which kind a service provider gets and makes the value; here are the identifier
//! itself and the comparison with the one a request may name.

mod address;
mod plan;
mod refusal;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::request::RequestedSubject;
use super::urn::NameIdFormat;

pub(crate) use plan::base32;
pub use plan::{NameIdPlan, PersistentPlan, TransientPlan};
pub use refusal::NameIdRefusal;

/// The identifier of a person toward one service provider. Made by a [`NameIdPlan`]; kept, as it was
/// sent, for logout.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameId {
    value: String,
    format: NameIdFormat,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    qualifiers: Option<Qualifiers>,
}

/// In whose namespace an identifier lives (saml-core 2.2.2).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Qualifiers {
    /// Our entityID.
    idp: String,
    /// The service provider's entityID.
    sp: String,
}

impl NameId {
    /// The longest value, in characters.
    pub const MAX_LENGTH: usize = 256;

    /// The identifier.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Its format.
    pub const fn format(&self) -> NameIdFormat {
        self.format
    }

    /// Its NameQualifier: our entityID, for identifiers that only we give out.
    pub fn name_qualifier(&self) -> Option<&str> {
        self.qualifiers.as_ref().map(|q| q.idp.as_str())
    }

    /// Its SPNameQualifier: the service provider's entityID, for identifiers made for it alone.
    pub fn sp_name_qualifier(&self) -> Option<&str> {
        self.qualifiers.as_ref().map(|q| q.sp.as_str())
    }

    /// Whether this is the person the request named (saml-core 3.3.4, strong match): the same
    /// value and format, and no other qualifier. A request may leave a qualifier out where the
    /// message makes it clear (saml-core 8.3.7); a Format left out is `unspecified` (2.2.2).
    pub fn matches(&self, requested: &RequestedSubject) -> bool {
        let agrees = |theirs: &Option<String>, ours: Option<&str>| {
            theirs.is_none() || theirs.as_deref() == ours
        };
        self.value == requested.value
            && requested_format(requested) == Some(self.format)
            && agrees(&requested.name_qualifier, self.name_qualifier())
            && agrees(&requested.sp_name_qualifier, self.sp_name_qualifier())
    }
}

/// The format in effect for the NameID of a request's Subject; `None` when we do not produce it.
fn requested_format(requested: &RequestedSubject) -> Option<NameIdFormat> {
    requested.format.as_deref().map_or(Some(NameIdFormat::Unspecified), NameIdFormat::from_uri)
}

impl fmt::Debug for NameId {
    /// Without the value: pairwise identifiers stay out of logs (saml-core 8.3.7).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NameId").field("format", &self.format).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn persistent() -> NameId {
        let qualifiers = Qualifiers { idp: "idp".to_owned(), sp: "sp".to_owned() };
        NameId {
            value: "abc".to_owned(),
            format: NameIdFormat::Persistent,
            qualifiers: Some(qualifiers),
        }
    }

    fn requested(value: &str, format: Option<&str>) -> RequestedSubject {
        RequestedSubject {
            value: value.to_owned(),
            format: format.map(str::to_owned),
            name_qualifier: None,
            sp_name_qualifier: None,
        }
    }

    #[test]
    fn a_subject_matches_with_and_without_qualifiers() {
        let mut subject = requested("abc", Some(NameIdFormat::Persistent.uri()));
        assert!(persistent().matches(&subject));
        subject.name_qualifier = Some("idp".to_owned());
        subject.sp_name_qualifier = Some("sp".to_owned());
        assert!(persistent().matches(&subject));
    }

    #[test]
    fn a_subject_that_differs_anywhere_does_not_match() {
        let uri = Some(NameIdFormat::Persistent.uri());
        assert!(!persistent().matches(&requested("ABC", uri)));
        assert!(!persistent().matches(&requested("abc", Some(NameIdFormat::Transient.uri()))));
        assert!(!persistent().matches(&requested("abc", None)));
        let mut foreign = requested("abc", uri);
        foreign.sp_name_qualifier = Some("rival".to_owned());
        assert!(!persistent().matches(&foreign));
        let mut foreign = requested("abc", uri);
        foreign.name_qualifier = Some("another-idp".to_owned());
        assert!(!persistent().matches(&foreign));
    }

    #[test]
    fn debug_output_hides_the_value() {
        assert!(!format!("{:?}", persistent()).contains("abc"));
    }
}
