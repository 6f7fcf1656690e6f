//! What an operation works with: who asks, with which rights now, and what was sent.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use idp_admin::access_tokens::{Bearer, Scope};
use idp_admin::{Admin, AdminError};
use idp_core::Instant;
use idp_core::id::UserId;
use idp_core::saml::urn::KeyKind;
use idp_store::Store;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::body::{self, Body};
use super::operation::Media;
use super::refusal::{Kind, Refusal, is_version_conflict};
use crate::app::App;
use crate::configuration::Configuration;

/// The most of a list that is answered at once.
const MOST: u32 = 200;
/// How many unless the client says otherwise.
const USUAL: u32 = 50;

/// One call of an operation.
pub struct Call<'a> {
    /// The server's parts.
    pub app: &'a Arc<App>,
    /// The one instant of this request.
    pub now: Instant,
    pub(super) address: IpAddr,
    pub(super) bearer: &'a Bearer,
    /// The database; changes are watched over by the scenarios.
    pub(super) store: &'a Store,
    pub(super) configuration: &'a Arc<Configuration>,
    pub(super) key_kinds: &'a [KeyKind],
    pub(super) path: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) if_match: Option<String>,
    pub(super) body: &'a Body,
}

impl Call<'_> {
    /// The operations, on behalf of the token's owner.
    pub fn admin(&self) -> Admin<'_> {
        let actor = self.bearer.actor();
        let admin = self.app.admin(actor, self.now, self.configuration, self.key_kinds);
        Admin { store: self.store, address: Some(self.address), ..admin }
    }

    /// The configuration in force.
    pub const fn configuration(&self) -> &Arc<Configuration> {
        self.configuration
    }

    /// The owner of the token, as of now.
    pub const fn owner(&self) -> UserId {
        self.bearer.owner.id
    }

    /// The kinds of which a key signs now.
    pub const fn key_kinds(&self) -> &[KeyKind] {
        self.key_kinds
    }

    /// Passes when the token is for this as well.
    pub fn require(&self, scope: Scope) -> Result<(), Refusal> {
        self.bearer.require(scope).map_err(|_| Refusal::scope(scope.name()))
    }

    /// A part of the address.
    pub fn part(&self, name: &str) -> &str {
        let found = self.path.iter().find(|(parameter, _)| parameter == name);
        found.map_or("", |(_, value)| value)
    }

    /// The identifier in the address. What has not the form of one is not found.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T, Refusal> {
        self.part(name).parse().map_err(|_| Refusal::not_found())
    }

    /// A parameter of the query; empty when it is left out.
    pub fn query(&self, name: &str) -> &str {
        let found = self.query.iter().find(|(parameter, _)| parameter == name);
        found.map_or("", |(_, value)| value)
    }

    /// A switch in the query.
    pub fn switch(&self, name: &str) -> Result<bool, Refusal> {
        match self.query(name) {
            "" | "false" => Ok(false),
            "true" => Ok(true),
            _ => Err(Refusal::invalid(name, "must be true or false")),
        }
    }

    /// How many are asked for.
    pub fn limit(&self) -> Result<u32, Refusal> {
        match self.query("limit") {
            "" => Ok(USUAL),
            text => text
                .parse()
                .ok()
                .filter(|limit| (1..=MOST).contains(limit))
                .ok_or_else(|| Refusal::invalid("limit", format!("must be 1 to {MOST}"))),
        }
    }

    /// Where to go on, if it can be read.
    pub fn after<T>(&self, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Refusal> {
        match self.query("after") {
            "" => Ok(None),
            text => parse(text).map(Some).ok_or_else(|| {
                Refusal::invalid("after", "must be the value of `next` of the page before")
            }),
        }
    }

    /// The version that If-Match names.
    pub fn version(&self) -> Result<i64, Refusal> {
        let Some(header) = self.if_match.as_deref().map(str::trim).filter(|text| *text != "*")
        else {
            return Err(Refusal::new(
                Kind::NoMatch,
                "Name the version that you change: If-Match with the ETag that reading it answers.",
            ));
        };
        let tag = header.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        // What no version of ours looks like is another version.
        Ok(tag.and_then(|tag| tag.parse().ok()).unwrap_or(-1))
    }

    /// The outcome of a change to the version that If-Match names.
    pub fn changed<T>(&self, outcome: Result<T, AdminError>) -> Result<T, Refusal> {
        outcome.map_err(|error| {
            let changed = is_version_conflict(&error);
            let refusal = Refusal::from(error);
            if changed { Refusal::about_version() } else { refusal }
        })
    }

    /// The kind of body that was sent.
    pub const fn media(&self) -> Option<Media> {
        self.body.media
    }

    /// The body as it came.
    pub fn bytes(&self) -> &[u8] {
        &self.body.bytes
    }

    /// The JSON that was sent.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        body::json(&self.body.bytes)
    }

    /// What this becomes by the merge patch that was sent.
    pub fn merged<T: Serialize, P: DeserializeOwned>(&self, present: &T) -> Result<P, Refusal> {
        let patch: Value = self.json()?;
        if !patch.is_object() {
            return Err(Refusal::invalid("", "must be an object with the fields to change"));
        }
        let present = serde_json::to_value(present)
            .map_err(|error| Refusal::new(Kind::Internal, error.to_string()))?;
        body::typed(body::merged(present, &patch))
    }

    /// The text that was sent.
    pub fn text(&self) -> Result<&str, Refusal> {
        std::str::from_utf8(&self.body.bytes)
            .map_err(|_| Refusal::new(Kind::Unreadable, "The body is not text in UTF-8."))
    }
}
