//! The settings of a service provider as command-line options.

use std::path::{Path, PathBuf};

use clap::Args;
use idp_admin::claim_dialects::dialect_named;
use idp_admin::claims::claim_named;
use idp_admin::service_providers::{
    EncryptionPatch, ServiceProviderPatch, SettingChange, public_key,
};
use idp_core::attribute_release::Release;
use idp_core::claim::ClaimUri;
use idp_core::encryption::{EncryptAssertions, PublishedKey};
use idp_core::flow::chain::StepWish;
use idp_core::flow::step_policy::StepPolicy;
use idp_core::saml::encryption::{DataAlgorithm, KeyTransport};
use idp_core::saml::urn::{KeyKind, NameIdFormat};
use idp_core::service_provider::{
    AssertionConsumerService, AttributeRule, EntityAttribute, LogoutBinding, NameIdRule,
    PublicKeyDer, SignedElements, SingleLogoutService, WithoutValue,
};
use idp_core::user::Username;

use crate::cli::failure::Failure;

/// Settings that may be chosen at any time.
#[derive(Args, Debug)]
pub struct SettingsArguments {
    /// What people see on the login page
    #[arg(long)]
    name: Option<String>,
    /// A step; repeat for further steps, join alternatives by commas, append :POLICY
    #[arg(long = "step", value_name = "STEP", value_parser = step)]
    steps: Vec<StepWish>,
    /// What is signed: response, assertion or both
    #[arg(long, value_name = "WHAT", value_parser = signed_elements)]
    sign: Option<SignedElements>,
    /// The kind of key that signs: rsa-2048, rsa-3072 or ec-p256
    #[arg(long, value_name = "KIND", value_parser = key_kind)]
    signing_key: Option<KeyKind>,
    /// Refuse unsigned requests
    #[arg(long, value_name = "BOOL")]
    authn_requests_signed: Option<bool>,
    /// NameID: persistent, transient, emailAddress or unspecified
    #[arg(long, value_name = "FORMAT", value_parser = name_id_format)]
    name_id_format: Option<NameIdFormat>,
    /// The claim that fills a NameID of format emailAddress or unspecified
    #[arg(long, value_name = "CLAIM", requires = "name_id_format")]
    subject_claim: Option<String>,
    /// An attribute to release; repeat for more. Replaces all that were released. With :mandatory
    /// nobody is signed in without a value
    #[arg(long = "attribute", value_name = "CLAIM[=NAME][:mandatory]")]
    attributes: Vec<String>,
    /// The claim dialect of attributes without a NAME: local, or its URI
    #[arg(long, value_name = "DIALECT")]
    dialect: Option<String>,
    /// How much of them is released: all, or what its metadata asks for: requested, required
    #[arg(long, value_name = "WHAT", value_parser = release)]
    release: Option<Release>,
    /// Something that is said of it, such as http://macedir.org/entity-category=URI of its category; repeat
    /// for more. Release rules go by it. Replaces all that its metadata said
    #[arg(long = "entity-attribute", value_name = "NAME=VALUE", value_parser = said_of_it)]
    entity_attributes: Vec<(String, String)>,
    /// A setting of an authenticator for this service provider, such as sms-otp.messages.de=TEXT;
    /// repeat for more. Others stay; an empty VALUE removes one
    #[arg(
        long = "authenticator-setting",
        value_name = "AUTHENTICATOR.KEY=VALUE",
        value_parser = SettingChange::parse
    )]
    authenticator_settings: Vec<SettingChange>,
    /// Where logout messages go: redirect, post or soap, and the address, with a second one where
    /// answers go elsewhere; repeat for more. Replaces all that were known
    #[arg(long = "slo", value_name = "BINDING=URL[,ANSWERS]", value_parser = slo)]
    single_logout_services: Vec<SingleLogoutService>,
    /// Whether assertions are encrypted: off, auto (when it publishes a key) or required
    #[arg(long, value_name = "WHEN", value_parser = encrypt_assertions)]
    encryption: Option<EncryptAssertions>,
    /// What they are encrypted with: auto, aes256-gcm, aes128-gcm, aes256-cbc or aes128-cbc
    #[arg(long, value_name = "ALGORITHM", value_parser = data_algorithm)]
    encryption_data: Option<ByChoice<DataAlgorithm>>,
    /// What the keys of that are encrypted with: auto, rsa-oaep-mgf1p or rsa-oaep
    #[arg(long, value_name = "ALGORITHM", value_parser = key_transport)]
    encryption_key_transport: Option<ByChoice<KeyTransport>>,
    /// Whether the NameID is encrypted on its own as well
    #[arg(long, value_name = "BOOL")]
    encrypt_name_id: Option<bool>,
    /// A PEM certificate to encrypt to; repeat for more. Replaces all that were known
    #[arg(long = "encryption-certificate", value_name = "FILE")]
    encryption_certificates: Vec<PathBuf>,
    /// How long an assertion may be presented
    #[arg(long, value_name = "SECONDS")]
    assertion_lifetime: Option<u32>,
    /// Whether sign-ins may begin here, without a request
    #[arg(long, value_name = "BOOL")]
    idp_initiated: Option<bool>,
    /// A RelayState that may go along then; repeat for more. Replaces all that were listed
    #[arg(long = "relay-state", value_name = "VALUE")]
    relay_states: Vec<String>,
    /// Whether it works for test users only
    #[arg(long, value_name = "BOOL")]
    quarantine: Option<bool>,
    /// A test user; repeat for more. Replaces all that were named
    #[arg(long = "test-user", value_name = "USERNAME", value_parser = username)]
    test_users: Vec<Username>,
}

/// An algorithm, or `None` for the one that both sides support.
#[derive(Clone, Copy, Debug)]
struct ByChoice<T>(Option<T>);

fn username(text: &str) -> Result<Username, String> {
    Username::parse(text).ok_or_else(|| format!("\"{text}\" is no user name"))
}

/// What metadata would tell.
#[derive(Args, Debug)]
pub struct InlineArguments {
    /// Where Responses are delivered; repeat for more, the first is the default
    #[arg(long = "acs", value_name = "URL", required = true)]
    acs: Vec<String>,
    /// A PEM certificate for verifying requests; repeat for more
    #[arg(long = "certificate", value_name = "FILE")]
    certificates: Vec<PathBuf>,
}

impl SettingsArguments {
    /// The change they ask for.
    pub fn patch(&self) -> Result<ServiceProviderPatch, Failure> {
        let attributes: Result<Vec<AttributeRule>, Failure> =
            self.attributes.iter().map(|text| attribute(text)).collect();
        let subject_claim = self.subject_claim.as_deref().map(claim).transpose()?;
        let name_id = self.name_id_format.map(|default_format| NameIdRule {
            formats: Vec::new(),
            default_format,
            subject_claim,
            omit: false,
        });
        Ok(ServiceProviderPatch {
            name: self.name.clone(),
            steps: Some(self.steps.clone()).filter(|steps| !steps.is_empty()),
            sign: self.sign,
            signing_key: self.signing_key,
            authn_requests_signed: self.authn_requests_signed,
            name_id,
            encryption: EncryptionPatch {
                assertions: self.encryption,
                name_id: self.encrypt_name_id,
                data: self.encryption_data.map(|chosen| chosen.0),
                key_transport: self.encryption_key_transport.map(|chosen| chosen.0),
            },
            encryption_keys: self.encryption_keys()?,
            dialect: self.dialect.as_deref().map(dialect).transpose()?,
            attributes: Some(attributes?).filter(|attributes| !attributes.is_empty()),
            release: self.release,
            entity_attributes: Some(gathered(&self.entity_attributes))
                .filter(|all| !all.is_empty()),
            single_logout_services: Some(self.single_logout_services.clone())
                .filter(|services| !services.is_empty()),
            authenticator_changes: self.authenticator_settings.clone(),
            assertion_lifetime_seconds: self.assertion_lifetime,
            idp_initiated: self.idp_initiated.or((!self.relay_states.is_empty()).then_some(true)),
            relay_states: Some(self.relay_states.clone()).filter(|values| !values.is_empty()),
            quarantine: self.quarantine.or((!self.test_users.is_empty()).then_some(true)),
            test_users: Some(self.test_users.clone()).filter(|users| !users.is_empty()),
            ..Default::default()
        })
    }
}

impl InlineArguments {
    /// The change they ask for.
    pub fn patch(&self) -> Result<ServiceProviderPatch, Failure> {
        let acs = (0..).zip(&self.acs).map(|(index, url)| AssertionConsumerService {
            index,
            url: url.clone(),
            is_default: (index == 0).then_some(true),
        });
        let keys: Result<Vec<PublicKeyDer>, Failure> =
            self.certificates.iter().map(|file| key_in(file)).collect();
        Ok(ServiceProviderPatch {
            assertion_consumer_services: Some(acs.collect()),
            signing_keys: Some(keys?),
            ..Default::default()
        })
    }
}

impl SettingsArguments {
    /// The keys of the certificates, if there are any.
    fn encryption_keys(&self) -> Result<Option<Vec<PublishedKey>>, Failure> {
        let published =
            |file: &PathBuf| Ok(PublishedKey { key: key_in(file)?, methods: Vec::new() });
        let keys: Result<Vec<_>, Failure> =
            self.encryption_certificates.iter().map(published).collect();
        Ok(Some(keys?).filter(|keys| !keys.is_empty()))
    }
}

/// The key of a certificate in a file.
fn key_in(file: &Path) -> Result<PublicKeyDer, Failure> {
    let failed = |reason| Failure::input(format!("{}: {reason}", file.display()));
    let pem = std::fs::read_to_string(file).map_err(|error| failed(error.to_string()))?;
    public_key(&pem).map_err(failed)
}

/// A step as it is written: alternatives joined by commas, then perhaps `:` and its policy.
pub fn step(text: &str) -> Result<StepWish, String> {
    let (names, policy) = match text.split_once(':') {
        None => (text, StepPolicy::Required),
        Some((names, name)) => {
            let policy = StepPolicy::from_name(name.trim()).ok_or_else(|| {
                format!("\"{name}\" must be required, unless-disabled or when-enrolled")
            })?;
            (names, policy)
        }
    };
    Ok(StepWish { any: names.split(',').map(|name| name.trim().to_owned()).collect(), policy })
}

/// A place for logout messages. Addresses hold no comma of their own: it would have to be encoded.
fn slo(text: &str) -> Result<SingleLogoutService, String> {
    let expected = "it must be redirect=URL, post=URL or soap=URL";
    let (name, urls) = text.split_once('=').ok_or(expected)?;
    let binding = LogoutBinding::from_name(name).ok_or(expected)?;
    let (url, response_url) = match urls.split_once(',') {
        Some((url, answers)) => (url, Some(answers.to_owned())),
        None => (urls, None),
    };
    Ok(SingleLogoutService { binding, url: url.to_owned(), response_url })
}

fn claim(text: &str) -> Result<ClaimUri, Failure> {
    claim_named(text).ok_or_else(|| {
        Failure::input(format!("\"{text}\" must be a claim URI or a short name such as mobile"))
    })
}

/// `None` is the local one.
pub fn dialect(text: &str) -> Result<Option<ClaimUri>, Failure> {
    let message = || format!("\"{text}\" must be local or the URI of a claim dialect");
    dialect_named(text).ok_or_else(|| Failure::input(message()))
}

/// `mobile`, `mobile=phone` or `mobile=phone:mandatory`; the claim URI may hold `=`, an attribute name
/// given after it not.
pub fn attribute(text: &str) -> Result<AttributeRule, Failure> {
    let (text, mandatory) = match text.strip_suffix(":mandatory") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (source, name) = match text.rsplit_once('=') {
        Some((source, name)) => (source, Some(name.to_owned())),
        None => (text, None),
    };
    let claim = claim(source)?;
    let name = name.unwrap_or_default();
    Ok(AttributeRule {
        claim,
        name,
        name_format: None,
        friendly_name: None,
        mandatory,
        without_value: WithoutValue::default(),
    })
}

fn signed_elements(text: &str) -> Result<SignedElements, String> {
    match text {
        "response" => Ok(SignedElements::Response),
        "assertion" => Ok(SignedElements::Assertion),
        "both" => Ok(SignedElements::Both),
        _ => Err("it must be response, assertion or both".to_owned()),
    }
}

fn encrypt_assertions(text: &str) -> Result<EncryptAssertions, String> {
    EncryptAssertions::from_name(text).ok_or_else(|| "it must be off, auto or required".to_owned())
}

fn data_algorithm(text: &str) -> Result<ByChoice<DataAlgorithm>, String> {
    let expected = "it must be auto, aes256-gcm, aes128-gcm, aes256-cbc or aes128-cbc";
    by_choice(text, DataAlgorithm::from_name).ok_or_else(|| expected.to_owned())
}

fn key_transport(text: &str) -> Result<ByChoice<KeyTransport>, String> {
    let expected = "it must be auto, rsa-oaep-mgf1p or rsa-oaep";
    by_choice(text, KeyTransport::from_name).ok_or_else(|| expected.to_owned())
}

fn by_choice<T>(text: &str, from_name: impl Fn(&str) -> Option<T>) -> Option<ByChoice<T>> {
    if text == "auto" {
        Some(ByChoice(None))
    } else {
        from_name(text).map(|one| ByChoice(Some(one)))
    }
}

/// `NAME=VALUE`; the name holds no `=`.
fn said_of_it(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it must be NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Each name once, with all its values.
fn gathered(said: &[(String, String)]) -> Vec<EntityAttribute> {
    let mut all: Vec<EntityAttribute> = Vec::new();
    for (name, value) in said {
        match all.iter_mut().find(|known| known.name == *name) {
            Some(known) => known.values.push(value.clone()),
            None => all.push(EntityAttribute { name: name.clone(), values: vec![value.clone()] }),
        }
    }
    all
}

fn release(text: &str) -> Result<Release, String> {
    Release::from_name(text).ok_or_else(|| "it must be all, requested or required".to_owned())
}

/// A kind of signing key by its name.
pub fn key_kind(text: &str) -> Result<KeyKind, String> {
    KeyKind::from_name(text).ok_or_else(|| "it must be rsa-2048, rsa-3072 or ec-p256".to_owned())
}

fn name_id_format(text: &str) -> Result<NameIdFormat, String> {
    NameIdFormat::from_short(text)
        .ok_or_else(|| "it must be persistent, transient, emailAddress or unspecified".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_names_its_claim_and_perhaps_its_name_and_that_it_is_mandatory() {
        let read = |text| attribute(text).map(|rule| (rule.claim, rule.name, rule.mandatory)).ok();
        let mobile = ClaimUri::MOBILE;
        assert_eq!(read("mobile"), Some((mobile.clone(), String::new(), false)));
        assert_eq!(read("mobile:mandatory"), Some((mobile.clone(), String::new(), true)));
        let named = Some((mobile, "urn:oid:1.2".to_owned(), true));
        assert_eq!(read("mobile=urn:oid:1.2:mandatory"), named);
    }

    #[test]
    fn a_step_names_its_alternatives_and_perhaps_its_policy() {
        let read = |text| step(text).map(|wish| (wish.any.join("|"), wish.policy));
        assert_eq!(read("basic-auth"), Ok(("basic-auth".to_owned(), StepPolicy::Required)));
        assert_eq!(
            read("sms-otp, passkey:unless-disabled"),
            Ok(("sms-otp|passkey".to_owned(), StepPolicy::UnlessDisabled))
        );
        assert!(step("sms-otp:optional").is_err_and(|message| message.contains("when-enrolled")));
    }

    #[test]
    fn a_place_for_logout_names_its_binding() {
        let read = slo("post=https://a.example/slo?x=y,https://a.example/done").unwrap();
        assert_eq!((read.binding, &*read.url), (LogoutBinding::Post, "https://a.example/slo?x=y"));
        assert_eq!(read.response_url.as_deref(), Some("https://a.example/done"));
        assert!(slo("https://a.example/slo").is_err() && slo("artifact=x").is_err());
    }
}
