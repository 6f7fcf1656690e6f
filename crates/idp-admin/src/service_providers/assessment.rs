//! How a registered service provider stands under the rules of today: what would be refused or warned
//! of if it were saved again.

use idp_core::service_provider::ServiceProvider;

use super::draft::ServiceProviderDraft;
use super::quarantine::odd_test_users;
use super::unverified::unverified;
use crate::actor::Permission;
use crate::admin::Admin;
use crate::claim_dialects::Names;
use crate::error::{AdminError, Problem};
use crate::impassable::impassable;

/// Everything that is wrong with a stored service provider, or unwise.
pub fn assess(admin: &Admin<'_>, sp: &ServiceProvider) -> Result<Vec<Problem>, AdminError> {
    admin.actor.require(Permission::Read)?;
    let names = admin.store.read(Names::load)?;
    let mut found = match admin.rules.check(&ServiceProviderDraft::of(sp), &names) {
        Ok(approved) => approved.warnings,
        Err(problems) => problems,
    };
    found.extend(impassable(admin, &sp.chain)?);
    found.extend(unverified(&names.claims, &sp.settings));
    found.extend(odd_test_users(admin, sp)?);
    Ok(found)
}
