//! Configurations of all kinds, with more than their share of what TOML must escape.

mod gateways;
mod service_providers;

use idp_admin::users::{self, NewUser};
use idp_core::claim::{ClaimDefinition, ClaimUri};
use idp_core::flow::authenticator::Credential;
use idp_core::user::{Role, Username};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::support::{World, now, rng};
use gateways::{GatewayPlan, gateway};
use service_providers::{ServiceProviderPlan, service_provider};

/// Everything that a test configures.
#[derive(Clone, Debug)]
pub struct Configuration {
    claims: Vec<ClaimDefinition>,
    gateways: Vec<GatewayPlan>,
    service_providers: Vec<ServiceProviderPlan>,
    users: Vec<UserPlan>,
}

#[derive(Clone, Debug)]
struct UserPlan {
    username: String,
    roles: Vec<Role>,
    enabled: bool,
    claims: Vec<(String, Vec<String>)>,
    hash: Option<&'static str>,
}

pub fn configuration() -> impl Strategy<Value = Configuration> {
    let some = |most| 0..=most;
    (
        prop::collection::vec(claim(), some(4)),
        prop::collection::vec(gateway(), some(4)),
        prop::collection::vec(service_provider(), some(5)),
        prop::collection::vec(user(), some(5)),
    )
        .prop_map(|(claims, gateways, service_providers, users)| Configuration {
            claims,
            gateways,
            service_providers,
            users,
        })
}

impl Configuration {
    /// Makes everything; of two with one name the second is left out.
    pub fn install(&self, world: &World) {
        for claim in &self.claims {
            // Required only once the accounts are there, which are made without it.
            let claim = ClaimDefinition { required: false, ..claim.clone() };
            idp_admin::claims::save(&world.admin(), &claim, &mut rng()).unwrap();
        }
        gateways::trust(world);
        for gateway in &self.gateways {
            gateway.install(world);
        }
        for service_provider in &self.service_providers {
            service_provider.install(world);
        }
        for user in &self.users {
            user.install(world);
        }
        for claim in &self.claims {
            idp_admin::claims::save(&world.admin(), claim, &mut rng()).unwrap();
        }
    }
}

impl UserPlan {
    fn install(&self, world: &World) {
        if world.person(&self.username).is_some() {
            return;
        }
        let new = NewUser {
            username: &self.username,
            password: None,
            roles: self.roles.clone(),
            claims: self.claims.clone(),
        };
        users::add(&world.admin(), new, &mut rng()).unwrap();
        if !self.enabled {
            users::disable(&world.admin(), &self.username, &mut rng()).unwrap();
        }
        if let Some(hash) = self.hash {
            let id = world.user(&self.username).id;
            let hash = Credential::new(hash.to_owned());
            let basic_auth = authenticators::basic_auth::BasicAuth::ID;
            world.store.write(|w| w.set_credential(id, &basic_auth, &hash, now())).unwrap();
        }
    }
}

/// What breaks out of places, without control characters.
const PIECES: &[&str] = &[
    "a",
    "Z",
    "0",
    " ",
    "\"",
    "\"\"\"",
    "'",
    "'''",
    "\\",
    "\\n",
    "\\u0041",
    "${",
    "${A}",
    "$${",
    "}",
    "{",
    "$",
    "#",
    "# x",
    "=",
    "[",
    "]]",
    "\n[[user]]",
    ",",
    ".",
    "é",
    "日本",
    "😀",
    "\u{202e}",
    "\u{2028}",
    "\u{feff}",
    "\u{a0}",
    "%",
    "&amp;",
    "<b>",
    "true",
    "null",
];

/// A text of those pieces; `allowed` decides which characters stay.
pub fn text(allowed: fn(char) -> bool) -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(select(PIECES), 1..8);
    pieces.prop_map(move |pieces| pieces.concat().chars().filter(|c| allowed(*c)).collect())
}

/// A text that can stand as a name: not blank, no blanks around it.
pub fn label() -> impl Strategy<Value = String> {
    text(|c| !c.is_control()).prop_map(|text| format!("n{}", text.trim()))
}

/// Claims that every installation has.
pub fn known_claim() -> impl Strategy<Value = ClaimUri> {
    select(vec![ClaimUri::MOBILE, ClaimUri::EMAIL, ClaimUri::LAST_NAME, ClaimUri::SMS_OTP_DISABLED])
}

fn claim() -> impl Strategy<Value = ClaimDefinition> {
    let uris = select(vec![
        "http://wso2.org/claims/mobile",
        "http://wso2.org/claims/title",
        "http://wso2.org/claims/badge.no",
        "http://wso2.org/claims/a:b",
        "urn:oid:2.5.4.4",
        "https://claims.example.org/\"quoted\"/'é'",
    ]);
    (uris, label(), text(|c| !c.is_control()), any::<[bool; 5]>()).prop_map(
        |(uri, display_name, description, switches)| {
            let [supported_by_default, required, read_only, mapped, matched] = switches;
            let own_form = uri.ends_with("mobile");
            ClaimDefinition {
                uri: ClaimUri::parse(uri).unwrap(),
                display_name,
                description,
                mapped_attribute: if mapped { format!("a{}", uri.len()) } else { String::new() },
                regular_expression: if matched && !own_form {
                    r"\w{1,9}".to_owned()
                } else {
                    String::new()
                },
                supported_by_default,
                required,
                read_only,
            }
        },
    )
}

fn user() -> impl Strategy<Value = UserPlan> {
    let username =
        "[a-zé0-9._@+-]{1,12}".prop_filter("a name", |name| Username::parse(name).is_some());
    let roles = subsequence(vec![Role::Auditor, Role::Administrator, Role::Operator], 0..=3);
    let value = || text(|c| !c.is_control()).prop_map(|text| format!("v{text}"));
    let claim = |name: &'static str| {
        prop::collection::vec(value(), 0..3).prop_map(move |values| (name.to_owned(), values))
    };
    let disabled = select(vec![Vec::new(), vec!["TRUE".to_owned()]]);
    let mobile = select(vec![Vec::new(), vec!["+94771234567".to_owned()]]);
    let claims = (claim("lastname"), claim("givenname"), disabled, mobile).prop_map(
        |(last, given, disabled, mobile)| {
            let disabled = ("identity/smsotp_disabled".to_owned(), disabled);
            vec![last, given, disabled, ("mobile".to_owned(), mobile)]
        },
    );
    let hash = select(vec![
        None,
        Some("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AQEBAQEBAQEBAQEBAQEBAQ"),
        Some(
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        ),
    ]);
    (username, roles, any::<bool>(), claims, hash).prop_map(
        |(username, roles, enabled, claims, hash)| UserPlan {
            username,
            roles,
            enabled,
            claims,
            hash,
        },
    )
}
