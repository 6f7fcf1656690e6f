//! Service providers with every setting.

use std::sync::LazyLock;

use idp_admin::service_providers::{self, AllowSha1, ServiceProviderPatch, public_key};
use idp_core::attribute_release::{AttributeConsumingService, Release, RequestedAttribute};
use idp_core::claim::ClaimUri;
use idp_core::declared_algorithms::{DeclaredAlgorithms, SigningMethod};
use idp_core::encryption::{EncryptAssertions, Encryption, EncryptionMethod, PublishedKey};
use idp_core::flow::chain::StepWish;
use idp_core::flow::settings::SettingsByAuthenticator;
use idp_core::flow::step_policy::StepPolicy;
use idp_core::id::EntityId;
use idp_core::saml::encryption::{DataAlgorithm, KeyTransport};
use idp_core::saml::urn::{KeyKind, NameIdFormat, attribute_name_format};
use idp_core::service_provider::{
    AssertionConsumerService, AttributeRule, EntityAttribute, NameIdRule, PublicKeyDer,
    SignedElements, WithoutValue,
};
use idp_core::user::Username;
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::json;

use super::{known_claim, label, text};
use crate::support::{World, now, rng};

#[derive(Clone, Debug)]
pub struct ServiceProviderPlan {
    entity_id: String,
    patch: ServiceProviderPatch,
    metadata: Option<String>,
}

impl ServiceProviderPlan {
    pub fn install(&self, world: &World) {
        let id = EntityId::parse(&self.entity_id).unwrap();
        let find = || world.store.read(|r| r.service_provider_by_entity_id(&id)).unwrap();
        if find().is_some() {
            return;
        }
        service_providers::add(&world.admin(), &self.entity_id, &self.patch, &mut rng())
            .unwrap_or_else(|error| panic!("{error}: {:?}", self.patch));
        if let Some(document) = &self.metadata {
            let stored = find().unwrap().value.id;
            let keep = |w: &mut idp_store::Writer<'_>| {
                w.set_service_provider_metadata(stored, Some(document), now())
            };
            world.store.write(keep).unwrap();
        }
    }
}

pub fn service_provider() -> impl Strategy<Value = ServiceProviderPlan> {
    let entity_id = label().prop_map(|text| format!("urn:x:{text}"));
    // Whatever stands in a document, it is not read again.
    let document = text(|_| true).prop_map(|text| format!("\n<md a='\"'>{text}\r\n\t\r</md>\n"));
    (entity_id, patch(), prop::option::of(document))
        .prop_map(|(entity_id, patch, metadata)| ServiceProviderPlan { entity_id, patch, metadata })
}

fn patch() -> impl Strategy<Value = ServiceProviderPatch> {
    (saml(), released(), flow()).prop_map(|(saml, released, flow)| saml.or(released).or(flow))
}

/// What is exchanged.
fn saml() -> impl Strategy<Value = ServiceProviderPatch> {
    let sha1 = prop::option::of((0..4_000_000_000_i64, 0..1_000_000_000_u32));
    let sign =
        select(vec![SignedElements::Both, SignedElements::Assertion, SignedElements::Response]);
    let keys = subsequence(KEYS.clone(), 0..=3);
    let algorithms = (algorithms(), encryption());
    (acs(), keys, any::<bool>(), sha1, sign, algorithms).prop_map(
        |(acs, keys, signed, sha1, sign, ((signing_key, declared), encryption))| {
            ServiceProviderPatch {
                encryption: encryption.0.into(),
                encryption_keys: Some(encryption.1),
                authn_requests_signed: Some(signed && !keys.is_empty()),
                assertion_consumer_services: Some(acs),
                signing_keys: Some(keys),
                allow_sha1: sha1
                    .and_then(|(s, ns)| chrono::DateTime::from_timestamp(s, ns))
                    .map(AllowSha1::Until),
                sign: Some(sign),
                signing_key: Some(signing_key),
                declared_algorithms: Some(declared),
                ..ServiceProviderPatch::default()
            }
        },
    )
}

fn encryption() -> impl Strategy<Value = (Encryption, Vec<PublishedKey>)> {
    let assertions = select(EncryptAssertions::ALL.to_vec());
    let data = select(vec![None, Some(DataAlgorithm::Aes128Gcm), Some(DataAlgorithm::Aes256Cbc)]);
    let transport =
        select(vec![None, Some(KeyTransport::RsaOaepMgf1p), Some(KeyTransport::RsaOaep)]);
    let chosen = (assertions, any::<bool>(), data, transport).prop_map(
        |(assertions, name_id, data, key_transport)| Encryption {
            assertions,
            name_id,
            data,
            key_transport,
        },
    );
    // Every algorithm is listed, so that whatever is chosen is.
    let methods = prop::option::of(text(|c| !c.is_control())).prop_map(|label| {
        let uris = DataAlgorithm::ALL.map(DataAlgorithm::uri).into_iter();
        let uris = uris.chain(KeyTransport::ALL.map(KeyTransport::uri));
        let method = |uri: &str| EncryptionMethod {
            algorithm: uri.to_owned(),
            digest: label.clone().map(|_| "http://www.w3.org/2001/04/xmlenc#sha256".to_owned()),
            ..EncryptionMethod::default()
        };
        if label.is_some() { uris.map(method).collect() } else { Vec::new() }
    });
    let keys = (subsequence(KEYS.clone(), 0..=3), methods).prop_map(|(keys, methods)| {
        let published = |key| PublishedKey { key, methods: Vec::clone(&methods) };
        keys.into_iter().map(published).collect()
    });
    (chosen, keys)
}

static KEYS: LazyLock<Vec<PublicKeyDer>> = LazyLock::new(|| {
    let ec = |curve| {
        let key = EcKey::generate(&EcGroup::from_curve_name(curve).unwrap()).unwrap();
        PKey::from_ec_key(key).unwrap().public_key_to_pem().unwrap()
    };
    let rsa = Rsa::generate(2048).unwrap().public_key_to_pem().unwrap();
    // The last one is on a curve that only metadata brings.
    let pems = [ec(Nid::X9_62_PRIME256V1), rsa, ec(Nid::BRAINPOOL_P256R1)];
    pems.map(|pem| public_key(&String::from_utf8(pem).unwrap()).unwrap()).to_vec()
});

fn acs() -> impl Strategy<Value = Vec<AssertionConsumerService>> {
    let path = text(|c| !c.is_control() && !c.is_whitespace() && c != '#');
    let one = (path, any::<u16>(), any::<Option<bool>>()).prop_map(|(path, index, is_default)| {
        AssertionConsumerService {
            index,
            url: format!("https://sp.example.org/{path}"),
            is_default,
        }
    });
    prop::collection::vec(one, 1..4).prop_map(|mut all| {
        all.dedup_by_key(|acs| acs.index);
        all.sort_by_key(|acs| acs.index);
        all.dedup_by_key(|acs| acs.index);
        all.reverse();
        all
    })
}

/// A kind of key and declarations that allow it.
fn algorithms() -> impl Strategy<Value = (KeyKind, DeclaredAlgorithms)> {
    const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
    let kinds = select(vec![KeyKind::Rsa2048, KeyKind::EcP256]);
    (kinds, label(), any::<[bool; 2]>(), prop::option::of(1..200_u32)).prop_map(
        |(kind, other, [digests, signatures], least)| {
            let method = |algorithm: &str, min_key_size| SigningMethod {
                algorithm: algorithm.to_owned(),
                min_key_size,
                max_key_size: least.map(|_| u32::MAX),
            };
            let digests = if digests { vec![other.clone(), SHA256.to_owned()] } else { Vec::new() };
            let ours = kind.signature_algorithm();
            let signatures = if signatures {
                vec![method(&other, Some(7)), method(ours, least)]
            } else {
                Vec::new()
            };
            (kind, DeclaredAlgorithms { digests, signatures })
        },
    )
}

/// What is told.
fn released() -> impl Strategy<Value = ServiceProviderPatch> {
    let release = select(vec![Release::All, Release::Requested, Release::Required]);
    let attributes = prop::collection::vec(attribute(), 0..4).prop_map(|mut rules| {
        rules.sort_by(|a, b| (&a.name, &a.name_format).cmp(&(&b.name, &b.name_format)));
        rules.dedup_by(|a, b| a.name == b.name && a.name_format == b.name_format);
        rules
    });
    (name_id(), attributes, release, services(), entity_attributes()).prop_map(
        |(name_id, attributes, release, services, said)| ServiceProviderPatch {
            entity_attributes: Some(said),
            name_id: Some(name_id),
            attributes: Some(attributes),
            release: Some(release),
            attribute_consuming_services: Some(services),
            ..ServiceProviderPatch::default()
        },
    )
}

fn name_id() -> impl Strategy<Value = NameIdRule> {
    let formats = subsequence(NameIdFormat::ALL.to_vec(), 0..=4);
    (formats, select(NameIdFormat::ALL), prop::option::of(known_claim()), any::<bool>()).prop_map(
        |(mut formats, default_format, subject_claim, omit)| {
            if !formats.is_empty() && !formats.contains(&default_format) {
                formats.push(default_format);
            }
            NameIdRule { formats, default_format, subject_claim, omit }
        },
    )
}

fn attribute() -> impl Strategy<Value = AttributeRule> {
    let format = select(vec![
        None,
        Some(attribute_name_format::URI),
        Some(attribute_name_format::BASIC),
        Some("urn:other:\"format\""),
    ]);
    let may_be_mandatory = |claim: &ClaimUri| *claim != ClaimUri::BACKUP_CODES;
    (
        known_claim(),
        label(),
        format,
        prop::option::of(label()),
        any::<bool>(),
        select(WithoutValue::ALL.to_vec()),
    )
        .prop_map(
            move |(claim, name, name_format, friendly_name, mandatory, without_value)| {
                AttributeRule {
                    mandatory: mandatory && may_be_mandatory(&claim),
                    claim,
                    name,
                    name_format: name_format.map(str::to_owned),
                    friendly_name,
                    without_value,
                }
            },
        )
}

/// As metadata may have them.
fn entity_attributes() -> impl Strategy<Value = Vec<EntityAttribute>> {
    let one = (label(), prop::collection::vec(label(), 0..3))
        .prop_map(|(name, values)| EntityAttribute { name, values });
    prop::collection::vec(one, 0..3).prop_map(|mut all| {
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all.dedup_by(|a, b| a.name == b.name);
        all
    })
}

/// As metadata may have them: the formats of names may be anything.
fn services() -> impl Strategy<Value = Vec<AttributeConsumingService>> {
    let format = prop_oneof![
        select(vec!["", "uri", "basic", " ", attribute_name_format::BASIC]).prop_map(str::to_owned),
        text(|c| !c.is_control()),
    ];
    let values = prop::collection::vec(text(|_| true), 0..3);
    let requested =
        (label(), prop::option::of(format), prop::option::of(label()), any::<bool>(), values)
            .prop_map(|(name, name_format, friendly_name, required, values)| RequestedAttribute {
                name,
                name_format,
                friendly_name,
                required,
                values,
            });
    let attributes = prop::collection::vec(requested, 0..3);
    prop::collection::vec((any::<Option<bool>>(), attributes), 0..3).prop_map(|services| {
        let numbered = (0..).step_by(7).zip(services).map(|(index, (is_default, attributes))| {
            AttributeConsumingService { index, is_default, attributes }
        });
        numbered.collect()
    })
}

/// What people meet.
fn flow() -> impl Strategy<Value = ServiceProviderPatch> {
    let classes = subsequence(vec!["urn:a:\"b\"".to_owned(), "https://c/'d'".to_owned()], 0..=2);
    (label(), any::<bool>(), steps(), authenticators(), classes, 30..=3600_u32).prop_map(
        |(name, enabled, steps, authenticators, classes, lifetime)| ServiceProviderPatch {
            name: Some(name),
            enabled: Some(enabled),
            steps: Some(steps),
            authenticators: Some(authenticators),
            also_satisfies: Some(classes),
            assertion_lifetime_seconds: Some(lifetime),
            idp_initiated: Some(enabled),
            relay_states: enabled.then(|| vec!["https://sp.example/\"$x\"?a=b".to_owned()]),
            quarantine: Some(!enabled),
            test_users: Username::parse("alice").map(|alice| vec![alice]),
            ..ServiceProviderPatch::default()
        },
    )
}

fn steps() -> impl Strategy<Value = Vec<StepWish>> {
    let basic: StepWish = vec!["basic-auth".to_owned()].into();
    select(vec![
        None,
        Some(StepPolicy::Required),
        Some(StepPolicy::UnlessDisabled),
        Some(StepPolicy::WhenEnrolled),
    ])
    .prop_map(move |second| {
        let second = second.map(|policy| StepWish { any: vec!["sms-otp".to_owned()], policy });
        std::iter::once(basic.clone()).chain(second).collect()
    })
}

fn authenticators() -> impl Strategy<Value = SettingsByAuthenticator> {
    let message = || {
        let text = text(|c| !c.is_control() && !matches!(c, '{' | '}' | '\u{2028}'));
        text.prop_map(|text| format!("{{code}}\n{text}"))
    };
    (any::<[bool; 3]>(), message(), message()).prop_map(|([some, both, bound], one, other)| {
        let settings = match (some, both) {
            (false, false) => json!({}),
            (false, true) => json!({"sms-otp": {}}),
            (true, false) => json!({"sms-otp": {"message": one, "no_number": "enrol"}}),
            (true, true) => json!({"sms-otp": {
                "origin_bound": bound,
                "messages": {"de-CH": one, "ar": other},
            }}),
        };
        serde_json::from_value(settings).unwrap()
    })
}
