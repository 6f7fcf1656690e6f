//! Finding accounts, a page at a time.

use authenticators::sms_otp::PhoneNumber;
use idp_core::user::{User, Username};
use idp_store::{Contact, Reader, StoreError, Versioned};

use super::which::{Which, find as find_account};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::AdminError;

/// The most accounts listed at a time.
const MAX_LIST: u32 = 10_000;

/// Whom to look for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Search<'a> {
    /// How the user name begins, or a whole e-mail address or mobile number; empty for everybody.
    pub text: &'a str,
    /// Only accounts with a role in the console; the text is then not looked at.
    pub with_roles: bool,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Found {
    /// Who is reached by just this address or number, then the others, each in the order of the user
    /// names.
    pub rows: Vec<User>,
    /// The last user name of the page, when there are more after it.
    pub last: Option<Username>,
}

/// At most `limit` accounts in the order of the names, from the first one after `after`.
pub fn list(admin: &Admin<'_>, after: Option<&str>, limit: u32) -> Result<Vec<User>, AdminError> {
    admin.actor.require(Permission::Read)?;
    let after = name_after(after)?;
    let limit = limit.min(MAX_LIST);
    let page = admin.store.read(|reader| reader.users_after(after.as_ref(), limit))?;
    Ok(values(page))
}

/// At most `limit` accounts from the first one after `after`; on the first page also those (as many at
/// most) with just this e-mail address or mobile number.
pub fn search(
    admin: &Admin<'_>,
    search: Search<'_>,
    after: Option<&str>,
    limit: u32,
) -> Result<Found, AdminError> {
    admin.actor.require(Permission::Read)?;
    let after = name_after(after)?;
    let limit = limit.min(MAX_LIST);
    // One more than asked for tells whether there are more.
    let (page, mut rows) = admin.store.read(|reader| {
        let page = page(reader, search, after.as_ref(), limit + 1)?;
        let reached = if after.is_none() && !search.with_roles {
            reached(reader, search.text.trim(), limit)?
        } else {
            Vec::new()
        };
        Ok((values(page), reached))
    })?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = page.len() > shown;
    let last = page.get(..shown).and_then(<[User]>::last).filter(|_| more);
    let last = last.map(|user| user.username.clone());
    let already: Vec<_> = rows.iter().map(|user| user.id).collect();
    rows.extend(page.into_iter().take(shown).filter(|user| !already.contains(&user.id)));
    Ok(Found { rows, last })
}

/// One account with its version.
pub fn find<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
) -> Result<Versioned<User>, AdminError> {
    find_account(admin, which, Permission::Read)
}

fn page(
    reader: &mut Reader<'_>,
    search: Search<'_>,
    after: Option<&Username>,
    limit: u32,
) -> Result<Vec<Versioned<User>>, StoreError> {
    let text = search.text.trim();
    if search.with_roles {
        return reader.users_with_roles(after, limit);
    }
    if text.is_empty() {
        return reader.users_after(after, limit);
    }
    // What cannot begin a user name finds none.
    let Some(beginning) = Username::parse(text) else { return Ok(Vec::new()) };
    reader.users_beginning_with(&beginning, after, limit)
}

/// Who is reached by just this address or number.
fn reached(reader: &mut Reader<'_>, text: &str, limit: u32) -> Result<Vec<User>, StoreError> {
    if text.contains('@') {
        return Ok(values(reader.users_with_contact(Contact::Email(text), limit)?));
    }
    let Ok(number) = PhoneNumber::parse(text) else { return Ok(Vec::new()) };
    Ok(values(reader.users_with_contact(Contact::Mobile(number.e164()), limit)?))
}

fn name_after(after: Option<&str>) -> Result<Option<Username>, AdminError> {
    let parse = |name| {
        Username::parse(name).ok_or_else(|| AdminError::invalid("after", "is not a user name"))
    };
    after.map(parse).transpose()
}

fn values(rows: Vec<Versioned<User>>) -> Vec<User> {
    rows.into_iter().map(|versioned| versioned.value).collect()
}
