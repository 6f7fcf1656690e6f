//! Which authentication context class a login satisfies, and whether that meets what was asked
//! (saml-core 3.3.2.2.1).

use std::collections::BTreeSet;

use crate::saml::request::{Comparison, RequestedAuthnContext};
use crate::saml::urn::context;

use super::authenticator::{Authenticator, AuthenticatorId, CompletedStep, Factor, Registry};
use super::chain::{Chain, Step};

/// How a service provider and the deployment bear on context classes.
#[derive(Clone, Copy)]
pub struct ContextPolicy<'a> {
    /// Weaker classes that a multi-factor login may be asserted as when asked for them.
    pub also_satisfies: &'a [String],
    /// People reach us by TLS, or over the loopback interface.
    pub protected_transport: bool,
}

/// What was passed, as far as classes depend on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PassedStep {
    /// By what.
    pub authenticator: AuthenticatorId,
    /// By something that stands in for the authenticator's own means: its factor counts, its own
    /// classes do not.
    pub substitute: bool,
}

impl From<&CompletedStep> for PassedStep {
    fn from(step: &CompletedStep) -> Self {
        Self { authenticator: step.authenticator.clone(), substitute: step.substitute }
    }
}

/// No class that the steps satisfy meets the request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unmet;

/// The class to assert for these steps.
pub fn context_class(
    passed: &[PassedStep],
    registry: &Registry,
    policy: ContextPolicy<'_>,
    requested: Option<&RequestedAuthnContext>,
) -> Result<String, Unmet> {
    let satisfied = satisfied_classes(passed, registry, policy);
    let strongest = satisfied.first().copied().unwrap_or(context::UNSPECIFIED);
    let Some(requested) = requested else { return Ok(strongest.to_owned()) };
    let met = match requested.comparison {
        Comparison::Exact => requested
            .classes
            .iter()
            .map(String::as_str)
            .find(|class| *class == context::UNSPECIFIED || satisfied.contains(class)),
        Comparison::Minimum => at_least(strongest, requested).then_some(strongest),
        Comparison::Better => exceeds(strongest, requested).then_some(strongest),
        Comparison::Maximum => {
            let bound = requested.classes.iter().filter_map(|class| strength(class)).max();
            satisfied.iter().copied().find(|class| strength(class) <= bound && bound.is_some())
        }
    };
    met.map(str::to_owned).ok_or(Unmet)
}

/// Whether any way through the chain meets the request, with or without the steps that some people
/// may leave out; asked before a person is bothered.
pub fn can_meet(
    chain: &Chain,
    registry: &Registry,
    policy: ContextPolicy<'_>,
    requested: Option<&RequestedAuthnContext>,
) -> bool {
    requested.is_none()
        || any_way(chain.steps().iter(), |way| {
            context_class(way, registry, policy, requested).is_ok()
        })
}

/// Whether the request is beyond everybody who leaves out what may be left out: then nothing may.
pub fn demands_every_step(
    chain: &Chain,
    registry: &Registry,
    policy: ContextPolicy<'_>,
    requested: Option<&RequestedAuthnContext>,
) -> bool {
    requested.is_some()
        && !any_way(chain.required_steps(), |way| {
            context_class(way, registry, policy, requested).is_ok()
        })
}

/// Whether some way through these steps is good.
fn any_way<'a>(
    steps: impl Iterator<Item = &'a Step>,
    good: impl Fn(&[PassedStep]) -> bool,
) -> bool {
    /// Beyond so many combinations the person is let through; the check after the login decides.
    const ENOUGH: usize = 1_024;
    let mut ways: Vec<Vec<PassedStep>> = vec![Vec::new()];
    for step in steps {
        let without = if step.policy().may_skip() { ways.clone() } else { Vec::new() };
        let with = ways.iter().flat_map(|way| {
            step.options().iter().map(|option| {
                let passed = PassedStep { authenticator: option.clone(), substitute: false };
                [way.as_slice(), &[passed]].concat()
            })
        });
        ways = with.chain(without).collect();
        if ways.len() > ENOUGH {
            return true;
        }
    }
    ways.iter().any(|way| good(way))
}

/// The classes that these steps satisfy, strongest first.
fn satisfied_classes(
    passed: &[PassedStep],
    registry: &Registry,
    policy: ContextPolicy<'_>,
) -> Vec<&'static str> {
    let known = passed.iter().filter_map(|step| {
        registry.find(step.authenticator.as_str()).map(|known| (known, step.substitute))
    });
    let (factors, by_own_means): (BTreeSet<Factor>, Vec<Option<&dyn Authenticator>>) =
        known.map(|(known, substitute)| (known.factor(), (!substitute).then_some(known))).unzip();
    let known: Vec<&dyn Authenticator> = by_own_means.into_iter().flatten().collect();
    let multi_factor = factors.len() > 1;
    let alone = known.iter().flat_map(|a| a.context_classes()).copied();
    let alone = alone.filter(|class| {
        let transport_holds =
            policy.protected_transport || *class != context::PASSWORD_PROTECTED_TRANSPORT;
        transport_holds
            && (!multi_factor || policy.also_satisfies.iter().any(|weaker| weaker == class))
    });
    let mut classes = Vec::new();
    if multi_factor {
        classes.push(context::REFEDS_MFA);
        classes.extend(known.iter().flat_map(|a| a.multi_factor_classes()).copied());
    }
    classes.extend(alone);
    classes
}

/// The rank of a class we know; equal ranks are equally strong.
fn strength(class: &str) -> Option<u8> {
    match class {
        context::UNSPECIFIED => Some(0),
        context::PASSWORD => Some(1),
        context::PASSWORD_PROTECTED_TRANSPORT => Some(2),
        context::MOBILE_TWO_FACTOR_CONTRACT | context::REFEDS_MFA => Some(3),
        _ => None,
    }
}

/// Minimum: at least as strong as one of the named.
fn at_least(class: &str, requested: &RequestedAuthnContext) -> bool {
    requested
        .classes
        .iter()
        .filter_map(|other| strength(other))
        .any(|other| strength(class) >= Some(other))
}

/// Better: stronger than every one of the named. A class we cannot rank cannot be exceeded.
fn exceeds(class: &str, requested: &RequestedAuthnContext) -> bool {
    requested
        .classes
        .iter()
        .all(|other| strength(other).is_some_and(|other| strength(class) > Some(other)))
}
