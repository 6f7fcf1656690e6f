//! A service provider, a person, a request and a finished login, all fixed.

use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::{AuthenticatorId, CompletedStep, Factor, Registry};
use idp_core::flow::login::{Login, Opening, Purpose, Start};
use idp_core::flow::subject::AuthenticatedSubject;
use idp_core::id::{EntityId, LoginId, ServiceProviderId, SessionToken, UserId};
use idp_core::saml::encryption::Protection;
use idp_core::saml::name_id::{NameId, NameIdPlan};
use idp_core::saml::request::{VerifiedRequest, Wishes};
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::signature::key::SigningKey;
use idp_core::saml::status::Status;
use idp_core::service_provider::{ServiceProvider, ServiceProviderSettings, SignedElements};
use idp_core::session::Session;
use idp_core::sso::{Answer, IdpIdentity, IssueError, IssueFacts, SignedResponse, issue, refuse};
use idp_core::user::{AccountState, User, Username};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;

pub const IDP: &str = "https://idp.example.org/metadata";
pub const SP: &str = "https://sp.example.org/metadata";
pub const ACS: &str = "https://sp.example.org/acs";
pub const REQUEST: &str = "_request1";

pub fn now() -> Instant {
    "2026-03-04T05:06:07.089Z".parse().unwrap()
}

pub fn rng() -> StdRng {
    StdRng::seed_from_u64(7)
}

/// For identifiers that must differ from those of a scene.
pub fn other_rng() -> StdRng {
    StdRng::seed_from_u64(8)
}

/// Keys that are in the repository for tests only: RSA signatures are then the same every time.
pub fn rsa_key() -> SigningKey {
    SigningKey::from_pem(include_bytes!("../golden/test-only-rsa-2048.pem")).unwrap()
}

pub fn ec_key() -> SigningKey {
    SigningKey::from_pem(include_bytes!("../golden/test-only-ec-p256.pem")).unwrap()
}

/// Everything one answer is made of. Tests change what they are about.
pub struct Scene {
    pub now: Instant,
    pub identity: IdpIdentity,
    pub key: SigningKey,
    pub sp: ServiceProvider,
    pub user: User,
    pub request: VerifiedRequest,
    pub session_index: String,
    pub context_class: String,
    pub with_name_id: bool,
    pub protection: Protection,
}

impl Scene {
    pub fn new(key: SigningKey) -> Self {
        let mut rng = rng();
        let sp_id = ServiceProviderId::new(now(), &mut rng);
        let settings: ServiceProviderSettings = serde_json::from_value(json!({
            "assertion_consumer_services": [{ "index": 0, "url": ACS }],
            "name_id": { "default_format": "unspecified" },
        }))
        .unwrap();
        let sp = ServiceProvider {
            id: sp_id,
            entity_id: EntityId::parse(SP).unwrap(),
            name: "Travel".to_owned(),
            enabled: true,
            chain: serde_json::from_value(json!([["basic-auth"]])).unwrap(),
            settings,
        };
        let user = User {
            id: UserId::new(now(), &mut rng),
            username: Username::parse("alice").unwrap(),
            state: AccountState::Active,
            roles: Vec::new(),
            claims: idp_core::claim::Claims::default(),
            created_at: now(),
        };
        Self {
            now: now(),
            identity: IdpIdentity { entity_id: EntityId::parse(IDP).unwrap(), scope: None },
            key,
            request: request(&sp, &Wishes::default(), now()),
            protection: Protection::of(&sp, DeniedAlgorithms::NONE),
            sp,
            user,
            session_index: "_session1".to_owned(),
            context_class: "urn:oasis:names:tc:SAML:2.0:ac:classes:Password".to_owned(),
            with_name_id: true,
        }
    }

    pub fn signing(mut self, elements: SignedElements) -> Self {
        self.sp.settings.sign = elements;
        self
    }

    /// Releases a claim with these values under a name.
    pub fn releasing(mut self, name: &str, values: &[&str]) -> Self {
        let claim = ClaimUri::parse(&format!("urn:test:{}", self.sp.settings.attributes.len()));
        let claim = claim.unwrap();
        let values = values.iter().map(|&value| value.to_owned()).collect();
        self.user.claims.set(claim.clone(), values);
        let rule = json!({ "claim": claim, "name": name });
        self.sp.settings.attributes.push(serde_json::from_value(rule).unwrap());
        self
    }

    /// Encrypting as these settings say, given as in the stored document.
    pub fn encrypting(
        mut self,
        encryption: serde_json::Value,
        keys: serde_json::Value,
        denied: DeniedAlgorithms,
    ) -> Self {
        self.sp.settings.encryption = serde_json::from_value(encryption).unwrap();
        self.sp.settings.encryption_keys = serde_json::from_value(keys).unwrap();
        self.protection = Protection::of(&self.sp, denied);
        self
    }

    pub fn wishing(mut self, wishes: &Wishes) -> Self {
        self.request = request(&self.sp, wishes, self.now);
        self
    }

    pub fn answer(&self) -> Answer<'_> {
        Answer {
            request: &self.request,
            service_provider: &self.sp,
            identity: &self.identity,
            key: &self.key,
            protection: &self.protection,
            now: self.now,
        }
    }

    pub fn name_id(&self) -> NameId {
        let wishes = self.request.wishes();
        let idp = &self.identity.entity_id;
        match NameIdPlan::decide(idp, &self.sp, wishes, &self.user).unwrap() {
            NameIdPlan::Omitted => panic!("no test of these asks for no NameID"),
            NameIdPlan::Persistent(plan) => plan.name_id("k3pt".repeat(8)),
            NameIdPlan::Transient(plan) => {
                let session = SessionToken::parse(&"5".repeat(64)).unwrap();
                plan.name_id(b"key", &session.id()).unwrap()
            }
            NameIdPlan::Ready(name_id) => name_id,
        }
    }

    pub fn facts(&self) -> IssueFacts<'_> {
        IssueFacts {
            user: &self.user,
            name_id: self.with_name_id.then(|| self.name_id()),
            session_index: self.session_index.clone(),
            session_not_on_or_after: self.now + TimeDelta::hours(8),
            context_class: self.context_class.clone(),
        }
    }

    /// The proof of a login for this request, finished 90 seconds ago.
    pub fn finished_login(&self) -> AuthenticatedSubject {
        finished_login(self.user.id, self.sp.id, self.request.id(), self.now)
    }

    pub fn issue(&self) -> Result<SignedResponse, IssueError> {
        issue(self.finished_login(), &self.facts(), &self.answer(), &mut rng())
    }

    pub fn refuse(&self, status: Status, message: Option<&str>) -> SignedResponse {
        refuse(&self.answer(), status, message, &mut rng()).unwrap()
    }
}

pub fn finished_login(
    user: UserId,
    service_provider: ServiceProviderId,
    request_id: &str,
    now: Instant,
) -> AuthenticatedSubject {
    let session = Session {
        id: SessionToken::parse(&"5".repeat(64)).unwrap().id(),
        user,
        steps: vec![CompletedStep {
            authenticator: AuthenticatorId::from_static("basic-auth"),
            factor: Factor::Knowledge,
            at: now - TimeDelta::seconds(90),
            substitute: false,
        }],
        created_at: now,
        last_seen_at: now,
        expires_at: now + TimeDelta::hours(8),
    };
    let start = Login::open(Opening {
        id: LoginId::new(now, &mut rng()),
        chain: &serde_json::from_value(json!([["basic-auth"]])).unwrap(),
        purpose: Purpose::Request { service_provider, request_id: request_id.to_owned() },
        force_authn: false,
        must_not_skip: false,
        session: Some(&session),
        person: None,
        registry: &Registry::new(Vec::new()),
        now,
        lifetime: TimeDelta::minutes(10),
    });
    match start {
        Start::Complete(subject) => subject,
        Start::Ask(_) => panic!("the session proves the only step"),
    }
}

/// A verified request as it comes back from the row of a login.
pub fn request(sp: &ServiceProvider, wishes: &Wishes, now: Instant) -> VerifiedRequest {
    serde_json::from_value(json!({
        "id": REQUEST,
        "service_provider": sp.id,
        "issuer": sp.entity_id,
        "acs_url": sp.settings.assertion_consumer_services[0].url,
        "relay_state": "ss:mem:1?a=b&c",
        "issue_instant": now,
        "signed": false,
        "wishes": wishes,
    }))
    .unwrap()
}

pub fn in_golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// Whether the signature at this XPath verifies with the key's certificate, judged by xmlsec1.
pub fn xmlsec1_verifies(xml: &str, signature: &str, key: &SigningKey) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let (document, certificate) = (folder.path().join("xml"), folder.path().join("pem"));
    std::fs::write(&document, xml).unwrap();
    std::fs::write(&certificate, key.certificate_pem().unwrap()).unwrap();
    let mut command = Command::new("xmlsec1");
    command.args(["--verify", "--enabled-reference-uris", "same-doc", "--pubkey-cert-pem"]);
    command.arg(certificate);
    for element in [
        "urn:oasis:names:tc:SAML:2.0:protocol:Response",
        "urn:oasis:names:tc:SAML:2.0:protocol:LogoutRequest",
        "urn:oasis:names:tc:SAML:2.0:protocol:LogoutResponse",
        "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
        "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor",
    ] {
        command.args(["--id-attr:ID", element]);
    }
    command.args(["--node-xpath", signature]).arg(document);
    let output = command.output().expect("xmlsec1 must be installed: Debian package `xmlsec1`");
    if !output.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&output.stderr));
    }
    output.status.success()
}

/// The XPath of the root's own signature.
pub const ROOT_SIGNATURE: &str = "/*/*[local-name()='Signature']";
/// The XPath of the assertion's signature.
pub const ASSERTION_SIGNATURE: &str = "//*[local-name()='Assertion']/*[local-name()='Signature']";

/// The signatures that a Response with these elements signed must have.
pub const fn signatures(elements: SignedElements) -> &'static [&'static str] {
    match elements {
        SignedElements::Assertion => &[ASSERTION_SIGNATURE],
        SignedElements::Response => &[ROOT_SIGNATURE],
        SignedElements::Both => &[ROOT_SIGNATURE, ASSERTION_SIGNATURE],
    }
}
