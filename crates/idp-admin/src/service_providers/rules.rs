//! Which service providers may be stored. Everything wrong is reported at once; what is allowed but
//! unwise comes back as warnings.

use std::collections::BTreeSet;

use idp_core::claim::ClaimUri;
use idp_core::declared_algorithms::SigningObstacle;
use idp_core::flow::authenticator::{Registry, Severity};
use idp_core::flow::chain::Chain;
use idp_core::quarantine::Quarantine;
use idp_core::saml::request::RelayState;
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::urn::{KeyKind, NameIdFormat, context};
use idp_core::service_provider::{
    AttributeRule, IdpInitiated, NameIdRule, ServiceProviderSettings,
};

use super::acs::{check_consumer_services, check_logout_services};
use super::attribute_release::check_attribute_release;
use super::draft::ServiceProviderDraft;
use super::encryption::check_encryption;
use crate::claim_dialects::Names;
use crate::claims::unknown_claim;
use crate::error::Problem;

/// Whether answers may travel unencrypted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AllowPlainHttp {
    /// Only to the same machine, with a warning.
    #[default]
    Loopback,
    /// To anywhere, with a warning: for test networks.
    Any,
}

/// What the installation allows.
#[derive(Clone, Copy)]
pub struct ServiceProviderRules<'a> {
    /// The authenticators that chains may name.
    pub registry: &'a Registry,
    /// Our own entityID: nobody else may have it.
    pub own_entity_id: &'a str,
    /// Whether answers may travel unencrypted.
    pub plain_http: AllowPlainHttp,
    /// The kinds of which the key directory has a key that signs now.
    pub key_kinds: &'a [KeyKind],
    /// The algorithms that the settings rule out.
    pub denied_algorithms: DeniedAlgorithms,
}

/// A draft that may be stored.
#[derive(Debug)]
pub struct Approved {
    /// The checked chain.
    pub chain: Chain,
    /// What is allowed but unwise.
    pub warnings: Vec<Problem>,
}

/// Lifetimes of an assertion, in seconds: shorter ones fail on slow phones, longer ones help only
/// whoever steals one.
const ASSERTION_LIFETIME: std::ops::RangeInclusive<u32> = 30..=3600;
/// The longest display name and attribute name, in characters.
const NAME_LENGTH: usize = 256;

impl ServiceProviderRules<'_> {
    /// Checks a draft; `names` are the local claims and the dialects that exist.
    pub(crate) fn check(
        &self,
        draft: &ServiceProviderDraft,
        names: &Names,
    ) -> Result<Approved, Vec<Problem>> {
        let claims = &names.known_claims();
        let settings = &names.completed(&draft.settings);
        let mut findings = Findings::default();
        if draft.entity_id.as_str() == self.own_entity_id {
            findings.wrong("entity_id", "is the entityID of this identity provider itself");
        }
        if !is_label(&draft.name) {
            findings.wrong("name", "must have 1 to 256 characters and no control characters");
        }
        check_consumer_services(
            &settings.assertion_consumer_services,
            self.plain_http,
            &mut findings,
        );
        check_logout_services(
            &settings.single_logout_services,
            settings.signing_keys.len(),
            self.plain_http,
            &mut findings,
        );
        check_name_id(&settings.name_id, claims, &mut findings);
        if let Some(dialect) = settings.dialect.as_ref().filter(|uri| !names.has_dialect(uri)) {
            let message = format!(
                "there is no claim dialect \"{dialect}\"; `idp-server claim dialect list` names them"
            );
            findings.wrong("dialect", message);
        }
        check_attributes(&settings.attributes, &names.tellable_claims(), &mut findings);
        check_attribute_release(settings, &mut findings);
        self.check_authenticators(draft, &mut findings);
        check_contexts(&settings.also_satisfies, &mut findings);
        if settings.authn_requests_signed && settings.signing_keys.is_empty() {
            findings.wrong(
                "authn_requests_signed",
                "is true, but no key to verify requests is known; give signing_certificates",
            );
        }
        check_idp_initiated(settings.idp_initiated.as_ref(), &mut findings);
        let test_users = settings.quarantine.as_ref().map_or(0, |own| own.test_users.len());
        if test_users > Quarantine::MAX_TEST_USERS {
            findings.wrong("test_users", "must be 50 at most: open it for everybody instead");
        }
        if !ASSERTION_LIFETIME.contains(&settings.assertion_lifetime_seconds) {
            findings.wrong("assertion_lifetime_seconds", "must be between 30 and 3600");
        }
        if let Some(message) = self.signing_problem(settings) {
            findings.wrong("signing_key", message);
        }
        self.check_sha1(settings, &mut findings);
        check_encryption(draft, self.denied_algorithms, &mut findings);
        let chain = Chain::new(&draft.steps, self.registry)
            .map_err(|errors| {
                errors.iter().for_each(|error| findings.wrong("steps", error.to_string()));
            })
            .ok();
        match (chain, findings.wrong.is_empty()) {
            (Some(chain), true) => Ok(Approved { chain, warnings: findings.unwise }),
            _ => Err(findings.wrong),
        }
    }

    /// Why answers to a service provider with these settings could not be signed, and what to do.
    pub(super) fn signing_problem(&self, settings: &ServiceProviderSettings) -> Option<String> {
        let (kind, declared) = (settings.signing_key, &settings.declared_algorithms);
        if let Some(obstacle) = declared.obstacle(kind, self.denied_algorithms) {
            return Some(format!("{obstacle}; {}", self.way_out(settings, &obstacle)));
        }
        let name = kind.name();
        (!self.key_kinds.contains(&kind)).then(|| {
            format!(
                "there is no {name} key that signs now; run `idp-server keys generate --kind {name}` first"
            )
        })
    }

    /// What an administrator can do about an algorithm that cannot be used.
    fn way_out(&self, settings: &ServiceProviderSettings, obstacle: &SigningObstacle) -> String {
        let declared = &settings.declared_algorithms;
        if let Some(kind) = declared.preferred(self.key_kinds, self.denied_algorithms) {
            return format!("choose the signing key \"{}\"", kind.name());
        }
        if let Some(kind) = declared.preferred(KeyKind::ALL, self.denied_algorithms) {
            let name = kind.name();
            return format!(
                "run `idp-server keys generate --kind {name}` and choose the signing key \"{name}\""
            );
        }
        match obstacle {
            SigningObstacle::Denied(_) => {
                "no kind of key is left that both sides support: take an \
                algorithm off the setting, or let the service provider support another one"
            }
            SigningObstacle::Undeclared(_) | SigningObstacle::KeySize(..) => {
                "no kind of key is left \
                that both sides support: let the service provider support the algorithm and import \
                its new metadata"
            }
        }
        .to_owned()
    }

    /// Each authenticator knows its own settings.
    fn check_authenticators(&self, draft: &ServiceProviderDraft, findings: &mut Findings) {
        for (id, settings) in &draft.settings.authenticators {
            let field = format!("authenticators.{id}");
            let named = self.registry.iter().find(|authenticator| authenticator.id() == *id);
            let Some(authenticator) = named else {
                let known = self.registry.names();
                findings.wrong(field, format!("there is no such authenticator; known are {known}"));
                continue;
            };
            for problem in authenticator.check_settings(settings, &draft.name) {
                let field = format!("{field}.{}", problem.key);
                match problem.severity {
                    Severity::Error => findings.wrong(field, problem.message),
                    Severity::Warning => findings.unwise(field, problem.message),
                }
            }
        }
    }

    fn check_sha1(&self, settings: &ServiceProviderSettings, findings: &mut Findings) {
        const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";
        if settings.allow_sha1_until.is_none() {
            return;
        }
        let message = if self.denied_algorithms.denies(SHA1) {
            "has no effect: the setting saml.denied_algorithms denies SHA-1"
        } else {
            "SHA-1 signatures can be forged; keep this short"
        };
        findings.unwise("allow_sha1_until", message);
    }
}

/// What a check found.
#[derive(Default)]
pub(super) struct Findings {
    wrong: Vec<Problem>,
    unwise: Vec<Problem>,
}

impl Findings {
    /// Something that keeps the draft from being stored.
    pub(super) fn wrong(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.wrong.push(Problem::new(field, message));
    }

    /// How many of each kind.
    #[cfg(test)]
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.wrong.len(), self.unwise.len())
    }

    /// Something to warn of.
    pub(super) fn unwise(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.unwise.push(Problem::new(field, message));
    }
}

/// Whether a text can stand as a name: not blank, of a sensible length, without control characters.
pub(super) fn is_label(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= NAME_LENGTH
        && !text.chars().any(char::is_control)
}

fn check_name_id(rule: &NameIdRule, claims: &BTreeSet<ClaimUri>, findings: &mut Findings) {
    if !rule.formats.is_empty() && !rule.formats.contains(&rule.default_format) {
        findings.wrong("name_id.format", "must be one of name_id.formats");
    }
    let Some(claim) = &rule.subject_claim else { return };
    check_claim("name_id.subject_claim", claim, claims, findings);
    if matches!(rule.default_format, NameIdFormat::Persistent | NameIdFormat::Transient) {
        let format = rule.default_format.short();
        findings.unwise(
            "name_id.subject_claim",
            format!(
                "has no effect while the NameID has the format {format}, which is made at random; where \
                 the value itself is to be told, choose the format unspecified or emailAddress"
            ),
        );
    }
    if *claim == ClaimUri::MOBILE {
        findings.unwise(
            "name_id.subject_claim",
            "a mobile number as the name of a person is personal data, and numbers are given to \
             other people later; prefer a persistent NameID and release the number as an attribute",
        );
    }
}

fn check_attributes(rules: &[AttributeRule], claims: &BTreeSet<ClaimUri>, findings: &mut Findings) {
    let mut names = BTreeSet::new();
    for (index, rule) in rules.iter().enumerate() {
        let field = |name: &str| format!("attributes[{index}].{name}");
        check_claim(&field("claim"), &rule.claim, claims, findings);
        if !is_label(&rule.name) {
            findings
                .wrong(field("name"), "must have 1 to 256 characters and no control characters");
        }
        if rule.name_format.as_deref().is_some_and(|format| ClaimUri::parse(format).is_none()) {
            findings.wrong(field("name_format"), "must be uri, basic, unspecified or a URI");
        }
        if rule.friendly_name.as_deref().is_some_and(|name| !is_label(name)) {
            findings.wrong(field("friendly_name"), "must have 1 to 256 characters");
        }
        if !names.insert((&rule.name, &rule.name_format)) {
            let message = format!("\"{}\" is released twice; each attribute once", rule.name);
            findings.wrong(field("name"), message);
        }
    }
}

fn check_claim(
    field: &str,
    claim: &ClaimUri,
    claims: &BTreeSet<ClaimUri>,
    findings: &mut Findings,
) {
    if !claims.contains(claim) {
        findings.wrong(field, unknown_claim(claim, claims));
    } else if *claim == ClaimUri::BACKUP_CODES {
        let message = "is about backup codes, which are never told: it gets nothing for this claim";
        findings.unwise(field, message);
    }
}

/// Classes that say what was really done are computed from the steps and cannot be promised.
fn check_idp_initiated(allowed: Option<&IdpInitiated>, findings: &mut Findings) {
    let values = allowed.map_or(&[][..], |allowed| &allowed.relay_states);
    if values.len() > IdpInitiated::MAX_RELAY_STATES {
        findings.wrong("relay_states", "must be 100 at most");
    }
    for (index, value) in values.iter().enumerate() {
        let field = format!("relay_states[{index}]");
        if value.is_empty() || RelayState::parse(value).is_none() {
            findings.wrong(field, "must have 1 to 2048 bytes and no control characters");
        } else if values.iter().take(index).any(|other| other == value) {
            findings.wrong(field, format!("\"{value}\" stands twice"));
        } else if value.len() > RelayState::STANDARD_LENGTH {
            findings.unwise(
                field,
                "is longer than 80 bytes, which some applications refuse (saml-bindings 3.5.3)",
            );
        }
    }
}

fn check_contexts(classes: &[String], findings: &mut Findings) {
    for (index, class) in classes.iter().enumerate() {
        let field = format!("also_satisfies[{index}]");
        if ClaimUri::parse(class).is_none() {
            findings.wrong(field, format!("\"{class}\" must be an absolute URI"));
        } else if class.starts_with(context::REFEDS_MFA)
            || class == context::MOBILE_TWO_FACTOR_CONTRACT
        {
            findings.wrong(
                field,
                format!(
                    "\"{class}\" states that two factors were used, which only the steps can show; \
                     leave it out and add the second factor to the steps"
                ),
            );
        }
    }
}
