//! What a service provider is told of a person. [`sso::issue`](crate::sso::issue) puts the values into
//! an assertion; [`told`] shows them beforehand, with the reason for each one that is missing. It is
//! no assertion and cannot become one.

use std::borrow::Cow;

use crate::attribute_release::Selection;
use crate::claim::ClaimUri;
use crate::id::ServiceProviderId;
use crate::saml::name_id::{NameId, NameIdPlan, NameIdRefusal};
use crate::saml::request::Wishes;
use crate::saml::xml::escape;
use crate::service_provider::{AttributeRule, ServiceProvider};
use crate::sso::IdpIdentity;
use crate::subject_id;
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
    pub values: Vec<Cow<'a, str>>,
    /// Why it is left out. Without values and without a reason it is told without a value.
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

/// A person as one service provider knows them.
#[derive(Clone, Copy, Debug)]
pub struct Viewed<'a> {
    user: &'a User,
    by: ServiceProviderId,
    scope: Option<&'a str>,
}

impl<'a> Viewed<'a> {
    /// This person, by this service provider.
    pub fn new(user: &'a User, by: ServiceProviderId, identity: &'a IdpIdentity) -> Self {
        Self { user, by, scope: identity.scope.as_deref() }
    }
}

/// What the service provider would be told of the person. `pairwise` is the persistent identifier that is
/// stored already.
pub fn told<'a>(
    identity: &'a IdpIdentity,
    sp: &'a ServiceProvider,
    user: &'a User,
    pairwise: Option<&str>,
) -> Told<'a> {
    let name =
        NameIdPlan::decide(&identity.entity_id, sp, &Wishes::default(), user).map(
            |plan| match plan {
                NameIdPlan::Omitted => ToldName::Omitted,
                NameIdPlan::Ready(name) => ToldName::Known(name),
                NameIdPlan::Transient(_) => ToldName::PerSession,
                NameIdPlan::Persistent(plan) => match pairwise {
                    Some(stored) => ToldName::Known(plan.name_id(stored.to_owned())),
                    None => ToldName::AtFirstLogin,
                },
            },
        );
    let attributes = told_attributes(
        sp,
        Selection::by_default(&sp.settings),
        Viewed::new(user, sp.id, identity),
    );
    Told { name, attributes }
}

/// What a selection of the configured attributes tells of the person.
pub fn told_attributes<'a>(
    sp: &'a ServiceProvider,
    selection: Selection<'_>,
    viewed: Viewed<'a>,
) -> Vec<ToldAttribute<'a>> {
    let attribute = |rule: &'a AttributeRule| {
        if rule.mandatory && lacks(rule, selection, viewed) {
            let withheld = Some(Withheld::Missing);
            return ToldAttribute { rule, values: Vec::new(), withheld };
        }
        let values = values(rule, selection, viewed);
        let left_out = values.is_empty() && !told_without_value(rule, selection, viewed);
        let withheld = left_out.then(|| {
            if held(rule, viewed).is_empty() { Withheld::NoValue } else { Withheld::NotAskedFor }
        });
        ToldAttribute { rule, values, withheld }
    };
    sp.settings.attributes.iter().map(attribute).collect()
}

/// The values of a rule that the selection leaves.
pub(crate) fn values<'a>(
    rule: &AttributeRule,
    selection: Selection<'_>,
    viewed: Viewed<'a>,
) -> Vec<Cow<'a, str>> {
    let mut values = held(rule, viewed);
    values.retain(|value| selection.allows(rule, value));
    values
}

/// Whether the attribute is told although the person has no value.
pub(crate) fn told_without_value(
    rule: &AttributeRule,
    selection: Selection<'_>,
    viewed: Viewed<'_>,
) -> bool {
    !rule.without_value.leaves_out() && selection.releases(rule) && held(rule, viewed).is_empty()
}

/// Whether a value is missed: the selection would tell one, and the person has none but blanks.
pub(crate) fn lacks(rule: &AttributeRule, selection: Selection<'_>, viewed: Viewed<'_>) -> bool {
    selection.releases(rule) && held(rule, viewed).iter().all(|value| value.is_empty())
}

/// The values that the person has.
fn held<'a>(rule: &AttributeRule, viewed: Viewed<'a>) -> Vec<Cow<'a, str>> {
    let Viewed { user, by, scope } = viewed;
    if rule.claim == ClaimUri::USERNAME {
        return vec![Cow::Borrowed(user.username.as_str())];
    }
    if rule.claim.is_made() {
        let made = scope.and_then(|scope| subject_id::value(&rule.claim, user.id, by, scope));
        return made.map(Cow::Owned).into_iter().collect();
    }
    user.claims.values(&rule.claim).iter().map(|value| Cow::Borrowed(inked(value))).collect()
}

/// SAML has no strings of blanks alone (saml-core 1.3.1): such a value is an empty one.
fn inked(value: &str) -> &str {
    let blank = value.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    if blank { "" } else { value }
}
