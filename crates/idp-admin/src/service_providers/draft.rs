//! What a service provider will be after a change, before anyone knows whether that is allowed.

use idp_core::Instant;
use idp_core::appearance::Appearance;
use idp_core::attribute_release::{AttributeConsumingService, Release};
use idp_core::claim::ClaimUri;
use idp_core::declared_algorithms::DeclaredAlgorithms;
use idp_core::encryption::{Encryption, PublishedKey};
use idp_core::flow::chain::{Chain, StepWish};
use idp_core::flow::settings::SettingsByAuthenticator;
use idp_core::id::EntityId;
use idp_core::quarantine::Quarantine;
use idp_core::saml::urn::{KeyKind, NameIdFormat};
use idp_core::service_provider::{
    AssertionConsumerService, AttributeRule, EntityAttribute, NameIdRule, PublicKeyDer,
    ServiceProvider, ServiceProviderSettings, SignedElements, SingleLogoutService,
};
use idp_core::user::Username;

use super::encryption::EncryptionPatch;
use super::setting_change::SettingChange;

/// A change of a service provider: what is `None` stays as it is, or takes its default when the
/// service provider is new.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ServiceProviderPatch {
    /// What people see on the login page.
    pub name: Option<String>,
    /// Whether it gets answers.
    pub enabled: Option<bool>,
    /// The chain, by names of authenticators, with the policy of each step.
    pub steps: Option<Vec<StepWish>>,
    /// Where Responses may be delivered.
    pub assertion_consumer_services: Option<Vec<AssertionConsumerService>>,
    /// Where logout messages go.
    pub single_logout_services: Option<Vec<SingleLogoutService>>,
    /// Keys for verifying requests.
    pub signing_keys: Option<Vec<PublicKeyDer>>,
    /// Whether unsigned requests are refused.
    pub authn_requests_signed: Option<bool>,
    /// Whether SHA-1 signatures are accepted.
    pub allow_sha1: Option<AllowSha1>,
    /// What is signed.
    pub sign: Option<SignedElements>,
    /// With which kind of key.
    pub signing_key: Option<KeyKind>,
    /// What it declares that it can verify.
    pub declared_algorithms: Option<DeclaredAlgorithms>,
    /// What is encrypted.
    pub encryption: EncryptionPatch,
    /// The keys it publishes for encryption.
    pub encryption_keys: Option<Vec<PublishedKey>>,
    /// How the NameID is made.
    pub name_id: Option<NameIdRule>,
    /// The dialect of attributes without a name of their own; inside, `None` is the local one.
    pub dialect: Option<Option<ClaimUri>>,
    /// The attributes that may be released. Without a name they have that of the dialect.
    pub attributes: Option<Vec<AttributeRule>>,
    /// How much of them is released.
    pub release: Option<Release>,
    /// The sets of attributes it asks for.
    pub attribute_consuming_services: Option<Vec<AttributeConsumingService>>,
    /// What its metadata says of it.
    pub entity_attributes: Option<Vec<EntityAttribute>>,
    /// What is set for authenticators, as a whole.
    pub authenticators: Option<SettingsByAuthenticator>,
    /// What is set for authenticators, one by one, in their order.
    pub authenticator_changes: Vec<SettingChange>,
    /// How the pages of its logins look, as a whole.
    pub appearance: Option<Appearance>,
    /// Contexts that a stronger login satisfies.
    pub also_satisfies: Option<Vec<String>>,
    /// How long an assertion may be presented, in seconds.
    pub assertion_lifetime_seconds: Option<u32>,
    /// Whether sign-ins may begin here.
    pub idp_initiated: Option<bool>,
    /// The values of RelayState that may go along then; otherwise it says nothing.
    pub relay_states: Option<Vec<String>>,
    /// Whether it works for test users only.
    pub quarantine: Option<bool>,
    /// Who they are; without a quarantine it says nothing.
    pub test_users: Option<Vec<Username>>,
}

/// Whether SHA-1 signatures are accepted (C119).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AllowSha1 {
    /// They are not.
    Never,
    /// They are, before this instant.
    Until(Instant),
}

impl AllowSha1 {
    const fn until(self) -> Option<Instant> {
        match self {
            Self::Never => None,
            Self::Until(instant) => Some(instant),
        }
    }
}

/// A service provider as it would be stored, not yet checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServiceProviderDraft {
    /// The name it gives itself in messages.
    pub entity_id: EntityId,
    /// What people see on the login page.
    pub name: String,
    /// Whether it gets answers.
    pub enabled: bool,
    /// The chain, by names of authenticators, with the policy of each step.
    pub steps: Vec<StepWish>,
    /// The rest.
    pub settings: ServiceProviderSettings,
}

impl ServiceProviderDraft {
    /// A new service provider before any wish is known: named by its entityID, asking for a
    /// password.
    pub fn new(entity_id: EntityId) -> Self {
        Self {
            name: entity_id.as_str().to_owned(),
            entity_id,
            enabled: true,
            steps: vec![vec!["basic-auth".to_owned()].into()],
            settings: default_settings(),
        }
    }

    /// The service provider as it is.
    pub fn of(existing: &ServiceProvider) -> Self {
        Self {
            entity_id: existing.entity_id.clone(),
            name: existing.name.clone(),
            enabled: existing.enabled,
            steps: names(&existing.chain),
            settings: existing.settings.clone(),
        }
    }

    /// Names the steps as the checked chain does: aliases give way to the names themselves.
    pub(super) fn name_steps_of(&mut self, chain: &Chain) {
        self.steps = names(chain);
    }

    /// The same with the changes of a patch.
    #[must_use]
    pub fn with(mut self, patch: &ServiceProviderPatch) -> Self {
        set(&mut self.name, patch.name.as_ref());
        set(&mut self.enabled, patch.enabled.as_ref());
        set(&mut self.steps, patch.steps.as_ref());
        let settings = &mut self.settings;
        set(&mut settings.assertion_consumer_services, patch.assertion_consumer_services.as_ref());
        set(&mut settings.single_logout_services, patch.single_logout_services.as_ref());
        set(&mut settings.signing_keys, patch.signing_keys.as_ref());
        set(&mut settings.authn_requests_signed, patch.authn_requests_signed.as_ref());
        set(&mut settings.allow_sha1_until, patch.allow_sha1.map(AllowSha1::until).as_ref());
        set(&mut settings.sign, patch.sign.as_ref());
        set(&mut settings.signing_key, patch.signing_key.as_ref());
        set(&mut settings.declared_algorithms, patch.declared_algorithms.as_ref());
        patch.encryption.apply(&mut settings.encryption);
        set(&mut settings.encryption_keys, patch.encryption_keys.as_ref());
        set(&mut settings.name_id, patch.name_id.as_ref());
        set(&mut settings.dialect, patch.dialect.as_ref());
        set(&mut settings.attributes, patch.attributes.as_ref());
        set(&mut settings.release, patch.release.as_ref());
        set(
            &mut settings.attribute_consuming_services,
            patch.attribute_consuming_services.as_ref(),
        );
        set(&mut settings.entity_attributes, patch.entity_attributes.as_ref());
        set(&mut settings.authenticators, patch.authenticators.as_ref());
        for change in &patch.authenticator_changes {
            change.apply(&mut settings.authenticators);
        }
        set(&mut settings.appearance, patch.appearance.as_ref());
        set(&mut settings.also_satisfies, patch.also_satisfies.as_ref());
        set(&mut settings.assertion_lifetime_seconds, patch.assertion_lifetime_seconds.as_ref());
        match patch.idp_initiated {
            Some(true) => drop(settings.idp_initiated.get_or_insert_default()),
            Some(false) => settings.idp_initiated = None,
            None => {}
        }
        if let Some(allowed) = &mut settings.idp_initiated {
            set(&mut allowed.relay_states, patch.relay_states.as_ref());
        }
        match patch.quarantine {
            Some(true) => drop(settings.quarantine.get_or_insert_default()),
            Some(false) => settings.quarantine = None,
            None => {}
        }
        if let (Some(quarantine), Some(names)) = (&mut settings.quarantine, &patch.test_users) {
            quarantine.test_users = Quarantine::of(names.iter().cloned()).test_users;
        }
        self.name_local_attributes();
        self
    }

    /// In the local dialect files, commands and programs tell a claim without a name under its URI, as they
    /// always did.
    pub(super) fn name_local_attributes(&mut self) {
        if self.settings.dialect.is_some() {
            return;
        }
        for rule in self.settings.attributes.iter_mut().filter(|rule| rule.name.is_empty()) {
            rule.name = rule.claim.to_string();
        }
    }
}

/// The steps as a wish for them would read.
fn names(chain: &Chain) -> Vec<StepWish> {
    chain.steps().iter().cloned().map(StepWish::from).collect()
}

impl ServiceProviderPatch {
    /// The same, with every gap filled from another patch.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            name: self.name.or(other.name),
            enabled: self.enabled.or(other.enabled),
            steps: self.steps.or(other.steps),
            assertion_consumer_services: self
                .assertion_consumer_services
                .or(other.assertion_consumer_services),
            single_logout_services: self.single_logout_services.or(other.single_logout_services),
            signing_keys: self.signing_keys.or(other.signing_keys),
            authn_requests_signed: self.authn_requests_signed.or(other.authn_requests_signed),
            allow_sha1: self.allow_sha1.or(other.allow_sha1),
            sign: self.sign.or(other.sign),
            signing_key: self.signing_key.or(other.signing_key),
            declared_algorithms: self.declared_algorithms.or(other.declared_algorithms),
            encryption: self.encryption.or(other.encryption),
            encryption_keys: self.encryption_keys.or(other.encryption_keys),
            name_id: self.name_id.or(other.name_id),
            dialect: self.dialect.or(other.dialect),
            attributes: self.attributes.or(other.attributes),
            release: self.release.or(other.release),
            attribute_consuming_services: self
                .attribute_consuming_services
                .or(other.attribute_consuming_services),
            entity_attributes: self.entity_attributes.or(other.entity_attributes),
            authenticators: self.authenticators.or(other.authenticators),
            // The later one counts.
            authenticator_changes: [other.authenticator_changes, self.authenticator_changes]
                .concat(),
            appearance: self.appearance.or(other.appearance),
            also_satisfies: self.also_satisfies.or(other.also_satisfies),
            assertion_lifetime_seconds: self
                .assertion_lifetime_seconds
                .or(other.assertion_lifetime_seconds),
            idp_initiated: self.idp_initiated.or(other.idp_initiated),
            relay_states: self.relay_states.or(other.relay_states),
            quarantine: self.quarantine.or(other.quarantine),
            test_users: self.test_users.or(other.test_users),
        }
    }
}

fn set<T: Clone>(field: &mut T, value: Option<&T>) {
    if let Some(value) = value {
        field.clone_from(value);
    }
}

/// The settings nobody chose: the same that the stored document gives to absent fields (a test keeps
/// it so), but for encryption, which those do without that were registered before there was any.
fn default_settings() -> ServiceProviderSettings {
    use idp_core::saml::urn::context;
    ServiceProviderSettings {
        assertion_consumer_services: Vec::new(),
        single_logout_services: Vec::new(),
        signing_keys: Vec::new(),
        authn_requests_signed: false,
        allow_sha1_until: None,
        sign: SignedElements::default(),
        signing_key: KeyKind::default(),
        declared_algorithms: DeclaredAlgorithms::default(),
        encryption: Encryption::NEW,
        encryption_keys: Vec::new(),
        name_id: NameIdRule::default(),
        dialect: None,
        attributes: Vec::new(),
        release: Release::default(),
        attribute_consuming_services: Vec::new(),
        entity_attributes: Vec::new(),
        authenticators: SettingsByAuthenticator::new(),
        appearance: Appearance::default(),
        also_satisfies: vec![
            context::PASSWORD.to_owned(),
            context::PASSWORD_PROTECTED_TRANSPORT.to_owned(),
        ],
        assertion_lifetime_seconds: 300,
        idp_initiated: None,
        quarantine: None,
    }
}

/// The NameID rule that the formats in metadata ask for: the first that we can make is the default.
pub fn name_id_rule(format_uris: &[String]) -> NameIdRule {
    let formats: Vec<NameIdFormat> =
        format_uris.iter().filter_map(|uri| NameIdFormat::from_uri(uri)).collect();
    let default_format = formats.first().copied().unwrap_or_default();
    // `unspecified` in metadata means that anything will do.
    let anything = formats.contains(&NameIdFormat::Unspecified);
    NameIdRule {
        formats: if anything { Vec::new() } else { formats },
        default_format,
        subject_claim: None,
        omit: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_stored_document() {
        let stored: ServiceProviderSettings =
            serde_json::from_str(r#"{"assertion_consumer_services": []}"#).unwrap();
        let new = ServiceProviderSettings { encryption: Encryption::NEW, ..stored.clone() };
        assert_eq!((default_settings(), stored.encryption), (new, Encryption::default()));
    }

    #[test]
    fn a_patch_changes_what_it_names_and_nothing_else() {
        let before = ServiceProviderDraft::new(EntityId::parse("urn:sp").unwrap());
        let patch = ServiceProviderPatch { name: Some("Desk".to_owned()), ..Default::default() };
        let after = before.clone().with(&patch);
        assert_eq!(after, ServiceProviderDraft { name: "Desk".to_owned(), ..before });
    }

    #[test]
    fn the_first_format_in_metadata_is_the_default() {
        let uris = [NameIdFormat::Transient.uri(), NameIdFormat::Persistent.uri(), "urn:other"];
        let rule = name_id_rule(&uris.map(str::to_owned));
        assert_eq!(rule.default_format, NameIdFormat::Transient);
        assert_eq!(rule.formats, [NameIdFormat::Transient, NameIdFormat::Persistent]);
    }

    #[test]
    fn unspecified_in_metadata_allows_every_format() {
        assert!(name_id_rule(&[NameIdFormat::Unspecified.uri().to_owned()]).formats.is_empty());
    }
}
