//! What a service provider would be told of a person: for looking, without a login.

use idp_core::id::ServiceProviderId;
use idp_core::service_provider::ServiceProvider;
use idp_core::sso::IdpIdentity;
use idp_core::told::{Told, told};
use idp_core::user::{User, Username};

use super::operations::find_by_id;
use crate::actor::Permission;
use crate::admin::Admin;
use crate::claim_dialects::completed;
use crate::error::AdminError;

/// A service provider and a person.
#[derive(Clone, Debug)]
pub struct Inquiry {
    /// Who would be told.
    pub service_provider: ServiceProvider,
    /// Of whom.
    pub user: User,
    /// The persistent identifier that is stored for both.
    pairwise: Option<String>,
}

impl Inquiry {
    /// What would be told.
    pub fn told<'a>(&'a self, identity: &'a IdpIdentity) -> Told<'a> {
        told(identity, &self.service_provider, &self.user, self.pairwise.as_deref())
    }
}

/// The account with this name, as this service provider would know it. Makes no identifier.
pub fn inquire(
    admin: &Admin<'_>,
    id: ServiceProviderId,
    username: &str,
) -> Result<Inquiry, AdminError> {
    admin.actor.require(Permission::Read)?;
    let mut service_provider = find_by_id(admin, id)?.value;
    let settings = &service_provider.settings;
    service_provider.settings = admin.store.read(|reader| completed(reader, settings))?;
    let name = Username::parse(username);
    let found = admin.store.read(|reader| {
        let Some(name) = &name else { return Ok(None) };
        let Some(user) = reader.user_by_username(name)? else { return Ok(None) };
        Ok(Some((reader.pairwise_id(user.value.id, id)?, user.value)))
    })?;
    let (pairwise, user) = found.ok_or_else(|| {
        AdminError::invalid("user", format!("there is no account with the name \"{username}\""))
    })?;
    Ok(Inquiry { service_provider, user, pairwise })
}
