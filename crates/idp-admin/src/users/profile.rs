//! What is known of a person: setting claims, one or a whole profile at once.
//!
//! Nobody sets their own mobile number here. The next step that asks for a code would send it there,
//! so that one wrong digit shuts out whoever typed it; on the account pages a code shows first that
//! the number is theirs.

use idp_core::claim::{ClaimDefinition, ClaimUri, Claims};
use idp_core::user::User;
use idp_store::Versioned;
use rand::RngCore;
use serde_json::json;

use super::backup_codes::BackupCodesChange;
use super::change::UserChange;
use super::check::{ClaimWish, required as needs_value, set_claims as set_checked};
use super::operations::{change_of, messages, wish};
use super::unwise::unwise;
use super::which::{Which, find};
use crate::actor::{Actor, Permission};
use crate::admin::Admin;
use crate::claims::{ClaimRules, claim_named};
use crate::error::{AdminError, Problem, all_well};

/// Sets what is known of a person; no values forgets it. Returns what is allowed but unwise.
pub fn set_claim<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    claim: &str,
    values: &[String],
    rng: &mut dyn RngCore,
) -> Result<Vec<String>, AdminError> {
    set_claims(admin, which, &[(claim.to_owned(), values.to_vec())], rng)
}

/// Sets several claims at once, all or none: names or URIs, each with its values; no values forgets
/// one. A claim that is required keeps a value. Problems have the field `claims.` and the name.
/// Returns what is allowed but unwise. The own mobile number is refused
/// ([`crate::own_account::give_number`] changes it).
pub fn set_claims<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    claims: &[(String, Vec<String>)],
    rng: &mut dyn RngCore,
) -> Result<Vec<String>, AdminError> {
    let found = find(admin, which, Permission::Change)?;
    let definitions = admin.store.read(|reader| reader.claims())?;
    let own = is_oneself(admin, &found.value).then(|| found.value.claims.clone());
    let (change, warnings) =
        claims_changed(admin, found, claims, &definitions, "user-claims-set", rng)?;
    if let (Some(before), Some(change)) = (own, &change) {
        all_well(own_number(claims, &before, &change.user.claims))?;
    }
    if let Some(change) = change {
        admin.store.write(|writer| change.write(writer, admin))?;
    }
    Ok(messages(warnings))
}

/// The checked change of an account that leaves it with these claims, and what is unwise about it;
/// `None` when it has them already. Whoever asks: the caller says who may.
pub(crate) fn claims_changed(
    admin: &Admin<'_>,
    mut found: Versioned<User>,
    claims: &[(String, Vec<String>)],
    definitions: &[ClaimDefinition],
    kind: &str,
    rng: &mut dyn RngCore,
) -> Result<(Option<UserChange>, Vec<Problem>), AdminError> {
    let mut problems = Vec::new();
    let mut wishes: Vec<ClaimWish> =
        claims.iter().filter_map(|(name, values)| wish(name, values, &mut problems)).collect();
    let codes = BackupCodesChange::wished(&mut wishes, &mut problems);
    problems.extend(missing(&wishes, definitions));
    let before = found.value.claims.clone();
    problems.extend(set_checked(&mut found.value.claims, &wishes, &ClaimRules::of(definitions)));
    all_well(problems)?;
    let backup_codes = match codes {
        Some(codes) => BackupCodesChange::prepare(admin, found.value.id, &codes, rng)?,
        None => None,
    };
    let mut changed: Vec<ClaimUri> = wishes
        .iter()
        .map(|(_, uri, _)| uri)
        .filter(|uri| before.values(uri) != found.value.claims.values(uri))
        .cloned()
        .collect();
    if backup_codes.is_some() {
        changed.push(ClaimUri::BACKUP_CODES);
    }
    let what = json!({"claims": changed});
    let is_news = !changed.is_empty();
    let mut change = change_of(admin, found, kind, &what, rng);
    change.backup_codes = backup_codes;
    let warnings = unwise(admin, &change, &wishes);
    Ok((is_news.then_some(change), warnings))
}

/// Whether somebody with a role changes the own account. The command line and files belong to nobody.
fn is_oneself(admin: &Admin<'_>, user: &User) -> bool {
    matches!(&admin.actor, Actor::User { id, .. } | Actor::Token { id, .. } if *id == user.id)
}

/// That the own mobile number would be another one, or none.
fn own_number(wishes: &[(String, Vec<String>)], before: &Claims, after: &Claims) -> Vec<Problem> {
    if before.values(&ClaimUri::MOBILE) == after.values(&ClaimUri::MOBILE) {
        return Vec::new();
    }
    let names_it = |name: &&String| claim_named(name).as_ref() == Some(&ClaimUri::MOBILE);
    let name = wishes.iter().map(|(name, _)| name).find(names_it);
    let field = format!("claims.{}", name.map_or(ClaimUri::MOBILE.as_str(), String::as_str));
    let message = "is your own, and a wrong one would shut you out: change it on your account pages, \
                   where a code to the new number comes first";
    vec![Problem::new(field, message)]
}

/// Claims that are required and would be forgotten.
fn missing(wishes: &[ClaimWish], definitions: &[ClaimDefinition]) -> Vec<Problem> {
    let required = |uri: &ClaimUri| definitions.iter().any(|d| d.required && d.uri == *uri);
    wishes
        .iter()
        .filter(|(_, uri, values)| values.is_empty() && required(uri))
        .map(|(field, ..)| needs_value(field))
        .collect()
}
