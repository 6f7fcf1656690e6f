//! Who somebody is, as the identity provider's verified assertion says.

use chrono::{DateTime, Utc};
use samael::schema::Assertion;

/// The person of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The assertion's ID.
    pub assertion_id: String,
    /// The identity provider's entityID.
    pub issuer: String,
    /// The NameID's text.
    pub name_id: String,
    /// The NameID's format, when given.
    pub name_id_format: Option<String>,
    /// The session's name at the identity provider.
    pub session_index: Option<String>,
    /// When the login happened.
    pub authn_instant: Option<DateTime<Utc>>,
    /// When the session must end.
    pub session_not_on_or_after: Option<DateTime<Utc>>,
    /// How the person proved who they are.
    pub authn_context: Option<String>,
    /// Every attribute received.
    pub attributes: Vec<Attribute>,
}

/// One attribute with its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name, often a URI.
    pub name: String,
    /// A name for people.
    pub friendly_name: Option<String>,
    /// Its values, as text.
    pub values: Vec<String>,
}

impl Identity {
    /// Reads an assertion that samael has verified; `None` when it names nobody or has no
    /// AuthnStatement, both of which the Web SSO profile demands (saml-profiles 4.1.4.2).
    pub fn from_assertion(assertion: Assertion) -> Option<Self> {
        let name_id = assertion.subject?.name_id?;
        let statement = assertion.authn_statements?.into_iter().next()?;
        let attributes = assertion
            .attribute_statements
            .into_iter()
            .flatten()
            .flat_map(|statement| statement.attributes);
        Some(Self {
            assertion_id: assertion.id,
            issuer: assertion.issuer.value.unwrap_or_default(),
            name_id: name_id.value,
            name_id_format: name_id.format,
            session_index: statement.session_index,
            authn_instant: statement.authn_instant,
            session_not_on_or_after: statement.session_not_on_or_after,
            authn_context: statement
                .authn_context
                .and_then(|context| context.value)
                .and_then(|class| class.value),
            attributes: attributes.map(Attribute::from).collect(),
        })
    }

    /// What to call the person: a name among the attributes, or the NameID.
    pub fn display_name(&self) -> &str {
        const NAMES: &[&str] = &[
            "displayname",
            "cn",
            "fullname",
            "name",
            "givenname",
            "uid",
            "username",
            "mail",
            "email",
        ];
        let known =
            |wanted: &&str| self.attributes.iter().find(|attribute| attribute.is_called(wanted));
        let value = NAMES.iter().find_map(known).and_then(|attribute| attribute.values.first());
        value.filter(|value| !value.is_empty()).unwrap_or(&self.name_id)
    }

    /// One or two letters for a badge.
    pub fn initials(&self) -> String {
        let words = self.display_name().split(|letter: char| !letter.is_alphanumeric());
        words.filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
    }
}

impl Attribute {
    fn is_called(&self, name: &str) -> bool {
        let last = self.name.rsplit(['/', ':']).next().unwrap_or_default();
        self.friendly_name.as_deref().unwrap_or(last).eq_ignore_ascii_case(name)
    }
}

impl From<samael::attribute::Attribute> for Attribute {
    fn from(attribute: samael::attribute::Attribute) -> Self {
        Self {
            name: attribute.name.unwrap_or_default(),
            friendly_name: attribute.friendly_name,
            values: attribute
                .values
                .into_iter()
                .map(|value| value.value.unwrap_or_default())
                .collect(),
        }
    }
}
