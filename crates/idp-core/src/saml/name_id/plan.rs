//! Which name identifier a service provider gets, and how its value is made (saml-core 3.4.1.1,
//! 8.3).
//!
//! The decision is pure. What it still needs (the stored pairwise value, the session) comes in when
//! the caller turns the plan into a [`NameId`].

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use rand::RngCore;

use super::address::is_addr_spec;
use super::refusal::{NameIdRefusal, Unfit};
use super::{NameId, Qualifiers, requested_format};
use crate::claim::{ClaimUri, Claims};
use crate::id::{EntityId, ServiceProviderId, SessionId, hex};
use crate::saml::request::{NameIdPolicy, Wishes};
use crate::saml::status::Status;
use crate::saml::urn::{NAME_ID_ENCRYPTED, NameIdFormat};
use crate::saml::xml::escape;
use crate::service_provider::{NameIdRule, ServiceProvider};
use crate::user::{User, Username};

/// What is needed to make the NameID.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NameIdPlan {
    /// The value stored for this person and service provider, or a new one.
    Persistent(PersistentPlan),
    /// A value for this session.
    Transient(TransientPlan),
    /// Nothing: it follows from the account (`emailAddress`, `unspecified`).
    Ready(NameId),
    /// The service provider wants none (C100).
    Omitted,
}

impl NameIdPlan {
    /// Decides for a person, a service provider and what its request wishes. `idp` is our entityID.
    ///
    /// A format named by NameIDPolicy binds us, the format of a Subject comes second, the service
    /// provider's default last.
    pub fn decide(
        idp: &EntityId,
        sp: &ServiceProvider,
        wishes: &Wishes,
        user: &User,
    ) -> Result<Self, NameIdRefusal> {
        let policy = wishes.name_id_policy.as_ref();
        if let Some(foreign) = policy
            .and_then(|policy| policy.sp_name_qualifier.as_deref())
            .filter(|qualifier| *qualifier != sp.entity_id.as_str())
        {
            return Err(NameIdRefusal::foreign_qualifier(sp, foreign));
        }
        let encrypted = policy.is_some_and(NameIdPolicy::is_encrypted);
        if encrypted && sp.settings.encryption_keys.is_empty() {
            return Err(NameIdRefusal::unsupported_format(NAME_ID_ENCRYPTED));
        }
        let asked = asked_format(policy, wishes, sp)?;
        let wanted = wishes.subject.is_some() || encrypted;
        if sp.settings.name_id.omit && asked.is_none() && !wanted {
            return Ok(Self::Omitted);
        }
        let format = asked.unwrap_or(sp.settings.name_id.default_format);
        let qualifiers =
            Qualifiers { idp: idp.as_str().to_owned(), sp: sp.entity_id.as_str().to_owned() };
        match format {
            NameIdFormat::Persistent => Ok(Self::Persistent(PersistentPlan {
                // AllowCreate speaks of the format it stands beside; where none is named, any
                // identifier will do and a new one is no error.
                may_create: policy
                    .is_none_or(|policy| policy.allow_create || named_format(policy).is_none()),
                qualifiers,
            })),
            NameIdFormat::Transient => {
                Ok(Self::Transient(TransientPlan { service_provider: sp.id, qualifiers }))
            }
            NameIdFormat::EmailAddress | NameIdFormat::Unspecified => {
                let status = match asked {
                    Some(_) => Status::InvalidNameIdPolicy,
                    None => Status::Responder,
                };
                from_account(format, sp, user)
                    .map(Self::Ready)
                    .map_err(|unfit| NameIdRefusal::unfit(status, unfit))
            }
        }
    }
}

/// The format that NameIDPolicy names; absent and `unspecified` name none, nor does `encrypted`, which
/// leaves the format to us (saml-core 3.4.1.1).
fn named_format(policy: &NameIdPolicy) -> Option<&str> {
    let names_none = [NameIdFormat::Unspecified.uri(), NAME_ID_ENCRYPTED];
    policy.format.as_deref().filter(|uri| !names_none.contains(uri))
}

/// The format the request binds us to, if any.
fn asked_format(
    policy: Option<&NameIdPolicy>,
    wishes: &Wishes,
    sp: &ServiceProvider,
) -> Result<Option<NameIdFormat>, NameIdRefusal> {
    let asked = match (policy.and_then(named_format), &wishes.subject) {
        (Some(uri), _) => NameIdFormat::from_uri(uri)
            .ok_or_else(|| NameIdRefusal::unsupported_format(uri))
            .map(Some)?,
        // Without our help the answer could not match the Subject.
        (None, Some(subject)) => requested_format(subject),
        (None, None) => None,
    };
    match asked {
        Some(format) if !allows(&sp.settings.name_id, format) => {
            Err(NameIdRefusal::format_not_allowed(sp, format))
        }
        other => Ok(other),
    }
}

/// Whether the service provider may ask for the format; its default it always may.
fn allows(rule: &NameIdRule, format: NameIdFormat) -> bool {
    rule.formats.is_empty() || rule.formats.contains(&format) || format == rule.default_format
}

/// An identifier that follows from the account. The error is the reason why there is none.
fn from_account(format: NameIdFormat, sp: &ServiceProvider, user: &User) -> Result<NameId, Unfit> {
    let value = match (&sp.settings.name_id.subject_claim, format) {
        (Some(claim), _) => claimed(claim, &user.username, &user.claims)?,
        (None, NameIdFormat::EmailAddress) => {
            claimed(&ClaimUri::EMAIL, &user.username, &user.claims)?
        }
        (None, _) => user.username.as_str(),
    };
    if value.trim().is_empty() || value.chars().count() > NameId::MAX_LENGTH {
        return Err(Unfit::Length);
    }
    if !value.chars().all(escape::is_legal) {
        return Err(Unfit::Character);
    }
    if format == NameIdFormat::EmailAddress && !is_addr_spec(value) {
        return Err(Unfit::Address);
    }
    Ok(NameId { value: value.to_owned(), format, qualifiers: None })
}

fn claimed<'a>(
    claim: &ClaimUri,
    username: &'a Username,
    claims: &'a Claims,
) -> Result<&'a str, Unfit> {
    if *claim == ClaimUri::USERNAME {
        return Ok(username.as_str());
    }
    claims.first(claim).ok_or_else(|| Unfit::Missing(claim.clone()))
}

/// An identifier that is the same at every login and differs between service providers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersistentPlan {
    may_create: bool,
    qualifiers: Qualifiers,
}

impl PersistentPlan {
    /// A new value to store when there is none: 160 random bits in lower-case base32, so no two
    /// differ by case alone. Refused when the request forbids making one.
    pub fn new_value(&self, rng: &mut dyn RngCore) -> Result<String, NameIdRefusal> {
        if !self.may_create {
            return Err(NameIdRefusal::creation_forbidden());
        }
        let mut random = [0; 20];
        rng.fill_bytes(&mut random);
        Ok(base32(&random))
    }

    /// The identifier with the stored value.
    pub fn name_id(self, stored: String) -> NameId {
        NameId {
            value: stored,
            format: NameIdFormat::Persistent,
            qualifiers: Some(self.qualifiers),
        }
    }
}

/// An identifier for one session and one service provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TransientPlan {
    service_provider: ServiceProviderId,
    qualifiers: Qualifiers,
}

impl TransientPlan {
    /// The identifier for a session: a keyed hash, so that nothing need be stored, and nobody
    /// without the key can link two of them or find the session. Valid as an xs:ID.
    pub fn name_id(self, key: &[u8], session: &SessionId) -> Result<NameId, ErrorStack> {
        let named = format!("transient\0{}\0{}", session.as_str(), self.service_provider);
        let code = hmac_sha256(key, named.as_bytes())?;
        Ok(NameId {
            value: format!("_{}", hex(&code)),
            format: NameIdFormat::Transient,
            qualifiers: Some(self.qualifiers),
        })
    }
}

fn hmac_sha256(key: &[u8], message: &[u8]) -> Result<Vec<u8>, ErrorStack> {
    let key = PKey::hmac(key)?;
    Signer::new(MessageDigest::sha256(), &key)?.sign_oneshot_to_vec(message)
}

/// Lower-case base32 (RFC 4648 6) of whole groups of five octets, which need no padding.
pub(crate) fn base32(octets: &[u8; 20]) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let symbol = |index: u64| ALPHABET.get((index & 31) as usize).map_or('a', |&b| char::from(b));
    let groups = octets.chunks(5).map(|five| five.iter().fold(0, |n, &b| n << 8 | u64::from(b)));
    groups.flat_map(|group| (0..8).rev().map(move |at| symbol(group >> (at * 5)))).collect()
}
