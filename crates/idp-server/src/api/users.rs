//! People with an account.

mod account;
mod credentials;
mod import;
mod sessions;

use std::collections::BTreeMap;

use idp_admin::access_tokens::Scope;
use idp_admin::users::{self, Search, Which, role_name, role_named};
use idp_core::Instant;
use idp_core::id::UserId;
use idp_core::user::{AccountState, Role, User};
use idp_store::Versioned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::call::Call;
use super::operation::{AFTER, LIMIT, Operation, PAGED};
use super::refusal::Refusal;
use super::reply::Reply;

const ALL: &str = "/users";
const ONE: &str = "/users/{id}";

/// A person with an account.
#[derive(Serialize, ToSchema)]
pub struct UserDocument {
    /// Names the account for ever.
    id: String,
    /// The name the person signs in with.
    username: String,
    /// `active` or `disabled`.
    state: &'static str,
    /// What it may do in the console.
    roles: Vec<&'static str>,
    /// What is known of the person: claims and their values.
    claims: BTreeMap<String, Vec<String>>,
    /// When the account was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// Since when the mobile number is verified by a code; absent while no code to exactly this number
    /// was entered. Only where one account is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    mobile_verified_at: Option<Instant>,
    /// Counts the changes; the ETag. Not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
}

/// A page of accounts. Who is reached by just the address or number that was looked for comes first.
#[derive(Serialize, ToSchema)]
pub struct UserPage {
    /// The accounts.
    items: Vec<UserDocument>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// An account to be made. The person chooses a password by a one-time link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUserBody {
    /// The name the person signs in with.
    username: String,
    /// `administrator`, `operator`, `auditor`.
    #[serde(default)]
    roles: Vec<String>,
    /// What is known of the person: names or URIs of claims, and values.
    #[serde(default)]
    claims: BTreeMap<String, Vec<String>>,
}

/// What a change of an account came to.
#[derive(Serialize, ToSchema)]
pub struct SavedUser {
    /// As it is now.
    user: UserDocument,
    /// What is allowed but unwise.
    warnings: Vec<String>,
}

/// This part of the table.
pub fn operations() -> Vec<Operation> {
    let (read, write) = (Scope::UsersRead, Scope::UsersWrite);
    let mut all = vec![
        Operation::get((ALL, "listUsers", "List or search accounts"), read, list)
            .query(&[
                ("search", "How the user name begins, or a whole e-mail address or mobile number."),
                ("with_roles", "`true`: only accounts with a role."),
                LIMIT,
                AFTER,
            ])
            .answers::<UserPage>(),
        Operation::post((ALL, "addUser", "Make an account"), write, account::add)
            .takes::<NewUserBody>()
            .creates::<SavedUser>()
            .tagged(),
    ];
    all.extend(import::operations(write));
    all.extend([
        Operation::get((ONE, "getUser", "One account"), read, get)
            .answers::<UserDocument>()
            .tagged(),
        Operation::get(
            (
                "/users/{id}/timeline",
                "getTimeline",
                "What the person saw and what was done, newest first",
            ),
            read,
            sessions::timeline,
        )
        .query(PAGED)
        .answers::<sessions::TimelinePage>(),
    ]);
    all.extend(account::operations(write));
    all.extend(credentials::operations(read, write));
    all.extend(sessions::operations(read, write));
    all
}

fn list(call: &Call<'_>) -> Result<Reply, Refusal> {
    let search = Search { text: call.query("search"), with_roles: call.switch("with_roles")? };
    let after = call.after(|text| Some(text.to_owned()))?;
    let found = users::search(&call.admin(), search, after.as_deref(), call.limit()?)?;
    let items = found.rows.iter().map(|user| document(user, None)).collect();
    Reply::json(&UserPage { items, next: found.last.map(|last| last.to_string()) })
}

fn get(call: &Call<'_>) -> Result<Reply, Refusal> {
    let found = users::find(&call.admin(), call.id::<UserId>("id")?)?;
    let number = users::mobile_number(&call.admin(), found.value.id)?;
    let mut user = document(&found.value, Some(found.version));
    user.mobile_verified_at = number.and_then(|number| number.verified_at);
    Ok(Reply::json(&user)?.of_version(found.version))
}

/// The account in the address, of the version that If-Match names.
fn seen(call: &Call<'_>) -> Result<(UserId, Which<'static>), Refusal> {
    let id = call.id("id")?;
    Ok((id, Which::Seen { id, version: call.version()? }))
}

/// The answer to a change of an account.
fn saved(call: &Call<'_>, id: UserId, warnings: Vec<String>) -> Result<Reply, Refusal> {
    answer(&users::find(&call.admin(), id)?, warnings)
}

fn answer(found: &Versioned<User>, warnings: Vec<String>) -> Result<Reply, Refusal> {
    let user = document(&found.value, Some(found.version));
    Ok(Reply::json(&SavedUser { user, warnings })?.of_version(found.version))
}

fn document(user: &User, version: Option<i64>) -> UserDocument {
    let claims = user.claims.iter().map(|(uri, values)| (uri.to_string(), values.to_vec()));
    UserDocument {
        id: user.id.to_string(),
        username: user.username.to_string(),
        state: match user.state {
            AccountState::Active => "active",
            AccountState::Disabled => "disabled",
        },
        roles: user.roles.iter().map(|role| role_name(*role)).collect(),
        claims: claims.collect(),
        created_at: user.created_at,
        mobile_verified_at: None,
        version,
    }
}

fn roles(names: &[String]) -> Result<Vec<Role>, Refusal> {
    let role = |name: &String| {
        role_named(name).ok_or_else(|| {
            Refusal::invalid("roles", "there are administrator, operator and auditor")
        })
    };
    let mut roles: Vec<Role> = names.iter().map(role).collect::<Result<_, _>>()?;
    roles.sort();
    roles.dedup();
    Ok(roles)
}
