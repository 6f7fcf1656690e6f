//! Making and changing accounts.

use std::collections::BTreeMap;

use idp_admin::AdminError;
use idp_admin::access_tokens::Scope;
use idp_admin::users::{self, NewUser, Which};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{NewUserBody, SavedUser, answer, roles, saved, seen};
use crate::api::call::Call;
use crate::api::operation::Operation;
use crate::api::refusal::Refusal;
use crate::api::reply::Reply;
use crate::rng::rng;

/// What is known of a person; claims that are not named stay.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfilePatch {
    /// Names or URIs of claims with their values; `null` or no values forget one.
    claims: BTreeMap<String, Option<Vec<String>>>,
}

/// What an account may do in the console.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RolesBody {
    /// `administrator`, `operator`, `auditor`; none: nothing.
    roles: Vec<String>,
}

/// This part of the table.
pub fn operations(write: Scope) -> Vec<Operation> {
    let change = |operation: Operation| operation.answers::<SavedUser>().matched().tagged();
    let post = |path, id, summary, work| change(Operation::post((path, id, summary), write, work));
    vec![
        change(
            Operation::patch(
                ("/users/{id}/profile", "changeProfile", "Change what is known of a person"),
                write,
                profile,
            )
            .takes_patch::<ProfilePatch>(),
        ),
        change(
            Operation::put(
                ("/users/{id}/roles", "setRoles", "Choose what an account may do in the console"),
                write,
                set_roles,
            )
            .takes::<RolesBody>(),
        ),
        post(
            "/users/{id}/disable",
            "disableUser",
            "Switch an account off; its sessions end",
            disable,
        ),
        post("/users/{id}/enable", "enableUser", "Switch an account on", enable),
        post("/users/{id}/unlock", "unlockUser", "Forget wrong answers", unlock),
    ]
}

/// Makes an account.
pub fn add(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: NewUserBody = call.json()?;
    let new = NewUser {
        username: &body.username,
        password: None,
        roles: roles(&body.roles)?,
        claims: body.claims.into_iter().collect(),
    };
    let warnings = users::add(&call.admin(), new, &mut rng())?;
    let found = users::find(&call.admin(), body.username.as_str())?;
    Ok(answer(&found, warnings)?.made_at(&format!("/users/{}", found.value.id)))
}

fn profile(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: ProfilePatch = call.json()?;
    let (id, which) = seen(call)?;
    let claims: Vec<(String, Vec<String>)> =
        body.claims.into_iter().map(|(name, values)| (name, values.unwrap_or_default())).collect();
    let warnings = users::set_claims(&call.admin(), which, &claims, &mut rng());
    saved(call, id, call.changed(warnings)?)
}

fn set_roles(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: RolesBody = call.json()?;
    let wanted = roles(&body.roles)?;
    done(call, |which| users::set_roles(&call.admin(), which, wanted, &mut rng()))
}

fn disable(call: &Call<'_>) -> Result<Reply, Refusal> {
    done(call, |which| users::disable(&call.admin(), which, &mut rng()))
}

fn enable(call: &Call<'_>) -> Result<Reply, Refusal> {
    done(call, |which| users::enable(&call.admin(), which, &mut rng()))
}

fn unlock(call: &Call<'_>) -> Result<Reply, Refusal> {
    done(call, |which| users::unlock(&call.admin(), which, &mut rng()))
}

fn done(
    call: &Call<'_>,
    change: impl FnOnce(Which<'static>) -> Result<(), AdminError>,
) -> Result<Reply, Refusal> {
    let (id, which) = seen(call)?;
    call.changed(change(which))?;
    saved(call, id, Vec::new())
}
