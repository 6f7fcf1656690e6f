//! What a service provider is told of a person. [`sso::issue`](crate::sso::issue) puts the values into
//! an assertion; [`told`] shows them beforehand, with the reason for each one that is missing. It is
//! no assertion and cannot become one.

use crate::attribute_release::Selection;
use crate::claim::ClaimUri;
use crate::id::EntityId;
use crate::saml::name_id::{NameId, NameIdPlan, NameIdRefusal};
use crate::saml::request::Wishes;
use crate::saml::xml::escape;
use crate::service_provider::{AttributeRule, ServiceProvider};
use crate::user::User;

/// What a request without wishes would be answered with about a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told<'a> {
    /// The NameID, or why the login would be refused.
    pub name: Result<ToldName, NameIdRefusal>,
    /// One for each configured attribute, in order.
    pub attributes: Vec<ToldAttribute<'a>>,
}

/// The NameID.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ToldName {
    /// None: the assertion carries attributes only.
    Omitted,
    /// This one.
    Known(NameId),
    /// A persistent one that is made at the first login.
    AtFirstLogin,
    /// A transient one, another at each session.
    PerSession,
}

/// A configured attribute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToldAttribute<'a> {
    /// Its rule.
    pub rule: &'a AttributeRule,
    /// The values; never both values and a reason.
    pub values: Vec<&'a str>,
    /// Why it is left out.
    pub withheld: Option<Withheld>,
}

impl ToldAttribute<'_> {
    /// Whether every value can stand in an XML document; otherwise nobody is signed in.
    pub fn is_printable(&self) -> bool {
        self.values.iter().all(|value| value.chars().all(escape::is_legal))
    }
}

/// Why an attribute is left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Withheld {
    /// The person has no value.
    NoValue,
    /// The person has no value, and is not signed in without one.
    Missing,
    /// The service provider does not ask for it, and is told only what it asks for.
    NotAskedFor,
}

/// What the service provider would be told of the person. `idp` is our entityID, `pairwise` the
/// persistent identifier that is stored already.
pub fn told<'a>(
    idp: &EntityId,
    sp: &'a ServiceProvider,
    user: &'a User,
    pairwise: Option<&str>,
) -> Told<'a> {
    let name = NameIdPlan::decide(idp, sp, &Wishes::default(), user).map(|plan| match plan {
        NameIdPlan::Omitted => ToldName::Omitted,
        NameIdPlan::Ready(name) => ToldName::Known(name),
        NameIdPlan::Transient(_) => ToldName::PerSession,
        NameIdPlan::Persistent(plan) => match pairwise {
            Some(stored) => ToldName::Known(plan.name_id(stored.to_owned())),
            None => ToldName::AtFirstLogin,
        },
    });
    let attributes = told_attributes(sp, Selection::by_default(&sp.settings), user);
    Told { name, attributes }
}

/// What a selection of the configured attributes tells of the person.
pub fn told_attributes<'a>(
    sp: &'a ServiceProvider,
    selection: Selection<'_>,
    user: &'a User,
) -> Vec<ToldAttribute<'a>> {
    let attribute = |rule: &'a AttributeRule| {
        if rule.mandatory && lacks(rule, selection, user) {
            let withheld = Some(Withheld::Missing);
            return ToldAttribute { rule, values: Vec::new(), withheld };
        }
        let values = values(rule, selection, user);
        let withheld = values.is_empty().then(|| {
            if held(rule, user).is_empty() { Withheld::NoValue } else { Withheld::NotAskedFor }
        });
        ToldAttribute { rule, values, withheld }
    };
    sp.settings.attributes.iter().map(attribute).collect()
}

/// The values of a rule that the selection leaves.
pub(crate) fn values<'a>(
    rule: &AttributeRule,
    selection: Selection<'_>,
    user: &'a User,
) -> Vec<&'a str> {
    let mut values = held(rule, user);
    values.retain(|value| selection.allows(rule, value));
    values
}

/// Whether a value is missed: the selection would tell one, and the person has none but blanks.
pub(crate) fn lacks(rule: &AttributeRule, selection: Selection<'_>, user: &User) -> bool {
    selection.releases(rule) && held(rule, user).iter().all(|value| value.is_empty())
}

/// The values that the person has.
fn held<'a>(rule: &AttributeRule, user: &'a User) -> Vec<&'a str> {
    if rule.claim == ClaimUri::USERNAME {
        return vec![user.username.as_str()];
    }
    user.claims.values(&rule.claim).iter().map(|value| inked(value)).collect()
}

/// SAML has no strings of blanks alone (saml-core 1.3.1): such a value is an empty one.
fn inked(value: &str) -> &str {
    let blank = value.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    if blank { "" } else { value }
}
