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
    pub fn display_name(&self) -> String {
        const NAMES: &[&str] = &["displayname", "cn", "fullname", "name"];
        const OTHERS: &[&str] = &["username", "uid", "emailaddress", "mail", "email"];
        let whole = self.first_of(NAMES).map(str::to_owned);
        let parts =
            || match (self.first_of(&["givenname"]), self.first_of(&["lastname", "sn", "surname"]))
            {
                (Some(given), Some(last)) => Some(format!("{given} {last}")),
                (given, last) => given.or(last).map(str::to_owned),
            };
        let other = || self.first_of(OTHERS).map(str::to_owned);
        whole.or_else(parts).or_else(other).unwrap_or_else(|| self.name_id.clone())
    }

    /// The value of the first of these attributes that has one.
    fn first_of(&self, names: &[&str]) -> Option<&str> {
        let known =
            |name: &&str| self.attributes.iter().find(|attribute| attribute.is_called(name));
        let mut values =
            names.iter().filter_map(known).filter_map(|attribute| attribute.values.first());
        values.find(|value| !value.is_empty()).map(String::as_str)
    }

    /// One or two letters for a badge.
    pub fn initials(&self) -> String {
        let name = self.display_name();
        let words = name.split(|letter: char| !letter.is_alphanumeric());
        words.filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
    }
}

impl Attribute {
    /// Whether its friendly name, or the last part of its name, is this word.
    fn is_called(&self, word: &str) -> bool {
        let last = self.name.rsplit(['/', ':']).next().unwrap_or_default();
        let friendly = self.friendly_name.as_deref().unwrap_or_default();
        friendly.eq_ignore_ascii_case(word) || last.eq_ignore_ascii_case(word)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn named(attributes: &[(&str, &str, &str)]) -> Identity {
        let attribute = |(name, friendly, value): &(&str, &str, &str)| Attribute {
            name: (*name).into(),
            friendly_name: Some((*friendly).into()),
            values: vec![(*value).into()],
        };
        Identity {
            assertion_id: "a".into(),
            issuer: "idp".into(),
            name_id: "opaque".into(),
            name_id_format: None,
            session_index: None,
            authn_instant: None,
            session_not_on_or_after: None,
            authn_context: None,
            attributes: attributes.iter().map(attribute).collect(),
        }
    }

    #[test]
    fn a_person_is_called_by_name_when_one_is_known() {
        let claims = "http://wso2.org/claims/";
        let given = (&*format!("{claims}givenname"), "First name", "Nimal");
        let last = (&*format!("{claims}lastname"), "Last name", "Perera");
        let user = (&*format!("{claims}username"), "User name", "nimal");
        assert_eq!(named(&[user, given, last]).display_name(), "Nimal Perera");
        assert_eq!(named(&[user, given, last]).initials(), "NP");
        assert_eq!(named(&[user, given]).display_name(), "Nimal");
        assert_eq!(named(&[user]).display_name(), "nimal");
        assert_eq!(named(&[("urn:oid:2.5.4.3", "cn", "N. Perera")]).display_name(), "N. Perera");
        assert_eq!(named(&[]).display_name(), "opaque");
    }
}
