//! Rows for the tests, from a seeded generator and a fixed clock.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use idp_core::Instant;
use idp_core::attribute_release::Release;
use idp_core::claim::{ClaimUri, Claims};
use idp_core::declared_algorithms::DeclaredAlgorithms;
use idp_core::encryption::{Encryption, PublishedKey};
use idp_core::flow::authenticator::{AuthenticatorId, CompletedStep, Factor};
use idp_core::flow::chain::Chain;
use idp_core::id::{
    BrowserId, BrowserToken, EntityId, EventId, LinkToken, LoginId, ServiceProviderId,
    SessionToken, UserId,
};
use idp_core::saml::urn::KeyKind;
use idp_core::service_provider::{
    AssertionConsumerService, EntityAttribute, NameIdRule, PublicKeyDer, ServiceProvider,
    ServiceProviderSettings, SignedElements,
};
use idp_core::session::Session;
use idp_core::user::{AccountState, Role, User, Username};
use idp_store::{AuditEvent, NewLogin, OneTimeLink, SeenRequest, Store};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;

/// A different generator at every call, the same ones in every run of one test.
pub fn rng() -> StdRng {
    static SEED: AtomicU64 = AtomicU64::new(1);
    StdRng::seed_from_u64(SEED.fetch_add(1, Ordering::Relaxed))
}

/// So many seconds into the test.
pub fn at(seconds: i64) -> Instant {
    Instant::from_timestamp(1_800_000_000 + seconds, 0).expect("an instant in range")
}

pub fn chain(steps: &serde_json::Value) -> Chain {
    serde_json::from_value(steps.clone()).expect("a chain")
}

pub fn service_provider(entity_id: &str) -> ServiceProvider {
    ServiceProvider {
        id: ServiceProviderId::new(at(0), &mut rng()),
        entity_id: EntityId::parse(entity_id).expect("an entityID"),
        name: "Pickup Dispatch".to_owned(),
        enabled: true,
        chain: chain(&json!([["basic-auth"], ["sms-otp", "backup-code"]])),
        settings: ServiceProviderSettings {
            assertion_consumer_services: vec![AssertionConsumerService {
                index: 0,
                url: "https://sp.example/acs".to_owned(),
                is_default: Some(true),
            }],
            single_logout_services: Vec::new(),
            signing_keys: Vec::new(),
            authn_requests_signed: false,
            allow_sha1_until: None,
            sign: SignedElements::Both,
            signing_key: KeyKind::EcP256,
            declared_algorithms: DeclaredAlgorithms {
                digests: vec!["http://www.w3.org/2001/04/xmlenc#sha256".to_owned()],
                signatures: Vec::new(),
            },
            encryption: Encryption::NEW,
            encryption_keys: vec![PublishedKey {
                key: PublicKeyDer("AAEC".to_owned()),
                methods: Vec::new(),
            }],
            name_id: NameIdRule::default(),
            dialect: None,
            attributes: Vec::new(),
            attribute_consuming_services: Vec::new(),
            release: Release::All,
            entity_attributes: vec![EntityAttribute {
                name: "http://macedir.org/entity-category".to_owned(),
                values: vec!["https://refeds.org/category/personalized".to_owned()],
            }],
            authenticators: BTreeMap::new(),
            appearance: idp_core::appearance::Appearance::default(),
            also_satisfies: Vec::new(),
            assertion_lifetime_seconds: 300,
            idp_initiated: None,
            quarantine: None,
        },
    }
}

pub fn user(name: &str) -> User {
    let mut claims = Claims::default();
    claims.set(ClaimUri::GIVEN_NAME, vec!["Zoë \"Z\" <&>".to_owned()]);
    claims.set(ClaimUri::EMAIL, vec!["a@example.org".to_owned(), "b@example.org".to_owned()]);
    User {
        id: UserId::new(at(0), &mut rng()),
        username: Username::parse(name).expect("a user name"),
        state: AccountState::Active,
        roles: vec![Role::Operator],
        claims,
        created_at: at(0),
    }
}

pub fn session(user: &User) -> Session {
    Session {
        id: SessionToken::new(&mut rng()).id(),
        user: user.id,
        steps: vec![CompletedStep {
            authenticator: AuthenticatorId::from_static("basic-auth"),
            factor: Factor::Knowledge,
            at: at(0),
            substitute: false,
        }],
        created_at: at(0),
        last_seen_at: at(0),
        expires_at: at(3600),
    }
}

pub fn browser() -> BrowserId {
    BrowserToken::new(&mut rng()).id()
}

pub fn login(service_provider: &ServiceProvider) -> NewLogin<'static> {
    NewLogin {
        id: LoginId::new(at(0), &mut rng()),
        service_provider: Some(service_provider.id),
        user: None,
        browser: None,
        document: "{\"stage\":\"identify\"}",
        created_at: at(0),
        expires_at: at(600),
    }
}

pub fn link() -> OneTimeLink {
    OneTimeLink {
        id: LinkToken::new(&mut rng()).id(),
        purpose: "bootstrap".to_owned(),
        document: "{}".to_owned(),
        expires_at: at(600),
    }
}

pub fn seen(service_provider: &ServiceProvider, request_id: &str) -> SeenRequest {
    SeenRequest {
        service_provider: service_provider.id,
        request_id: request_id.to_owned(),
        expires_at: at(600),
    }
}

pub fn event(kind: &str, seconds: i64) -> AuditEvent {
    AuditEvent {
        id: EventId::new(at(seconds), &mut rng()),
        at: at(seconds),
        kind: kind.to_owned(),
        incident: None,
        service_provider: None,
        user: None,
        session: None,
        address: Some("2001:db8::1".to_owned()),
        detail: json!({ "rule": "saml-core 3.4.1" }),
    }
}

/// Stores a user.
pub fn stored_user(store: &Store, name: &str) -> User {
    let user = user(name);
    store.write(|w| w.insert_user(&user)).expect("stored");
    user
}

/// Stores a service provider.
pub fn stored_service_provider(store: &Store, entity_id: &str) -> ServiceProvider {
    let service_provider = service_provider(entity_id);
    store.write(|w| w.insert_service_provider(&service_provider, None, at(0))).expect("stored");
    service_provider
}
