//! Making many accounts from a CSV file: judged line by line, then those that are right are made.
//! Nobody gets a password this way; a link for choosing one can be made for each.

use std::collections::BTreeSet;

use idp_core::claim::{ClaimUri, Claims};
use idp_core::id::{LinkToken, UserId};
use idp_core::user::{AccountState, User, Username};
use idp_store::AuditEvent;
use rand::RngCore;
use serde_json::json;

use super::check::{ClaimWish, lacking, set_claims, username as read_username};
use super::import_file::{Column, ImportFile, wrong};
use super::links::{NewLink, PASSWORD};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::audit::About;
use crate::claims::{ClaimRules, unknown_claim};
use crate::error::{AdminError, Problem};

/// Accounts made in one transaction, so that others may write in between.
const AT_A_TIME: usize = 200;

/// A file of people, judged; nothing is written yet.
pub struct Import {
    /// Every line of the file.
    pub lines: Vec<ImportedLine>,
    users: Vec<User>,
}

/// What is to be said of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportedLine {
    /// Its number in the file.
    pub number: u64,
    /// The user name as it stands there.
    pub username: String,
    /// What becomes of it.
    pub outcome: LineOutcome,
}

/// What becomes of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineOutcome {
    /// An account is made.
    New,
    /// There is an account with this name; it stays as it is.
    Exists,
    /// It is left out, for these reasons.
    Wrong(Vec<Problem>),
}

/// What was made.
pub struct Imported {
    /// How many accounts.
    pub made: usize,
    /// A link for each, in the order of the file, if links were asked for.
    pub links: Vec<(Username, LinkToken)>,
    /// Why it stopped before its end; what was made until then stays, and its links work. The same file
    /// again makes the rest.
    pub stopped: Option<AdminError>,
}

/// Judges a file. Wrong is what concerns the file as a whole; what concerns a line is said of the line.
pub fn import(
    admin: &Admin<'_>,
    content: &[u8],
    rng: &mut dyn RngCore,
) -> Result<Import, AdminError> {
    admin.actor.require(Permission::Change)?;
    let file = ImportFile::read(content)?;
    let rules = ClaimRules::of(&admin.store.read(|reader| reader.claims())?);
    for column in &file.columns {
        if let Column::Claim { uri, .. } = column
            && !rules.known().contains(uri)
        {
            let message = unknown_claim(uri, rules.known());
            return Err(wrong(&format!("has a column for what is no claim: {message}")));
        }
    }
    let mut drafts: Vec<Draft> =
        file.lines.iter().map(|line| Draft::of(admin, &file.columns, line, &rules, rng)).collect();
    let names: Vec<Username> = drafts.iter().filter_map(Draft::name).collect();
    let taken: BTreeSet<Username> =
        admin.store.read(|reader| reader.taken_usernames(&names))?.into_iter().collect();
    let mut seen = BTreeSet::new();
    let (mut lines, mut users) = (Vec::new(), Vec::new());
    for draft in &mut drafts {
        let first = draft.name().is_none_or(|name| seen.insert(name));
        if !first {
            draft.problems.push(Problem::new("username", "stands on an earlier line as well"));
        }
        // Whoever has an account stays as they are.
        if let Some(user) = draft.user.as_ref().filter(|user| !taken.contains(&user.username)) {
            draft.problems.extend(lacking(&user.claims, &draft.wishes, &rules));
        }
        let outcome = match draft.user.take() {
            Some(user) if draft.problems.is_empty() => {
                if taken.contains(&user.username) {
                    LineOutcome::Exists
                } else {
                    users.push(user);
                    LineOutcome::New
                }
            }
            _ => LineOutcome::Wrong(std::mem::take(&mut draft.problems)),
        };
        let username = std::mem::take(&mut draft.username);
        lines.push(ImportedLine { number: draft.number, username, outcome });
    }
    Ok(Import { lines, users })
}

impl Import {
    /// How many accounts would be made.
    pub const fn count(&self) -> usize {
        self.users.len()
    }

    /// Makes the accounts, with a link for each that works `hours` long, if any. `progress` is told how
    /// many are made so far. What fails on the way is part of what is returned, because the links of
    /// those that are there already are nowhere else.
    pub fn make(
        self,
        admin: &Admin<'_>,
        hours: Option<u32>,
        progress: &mut dyn FnMut(usize),
        rng: &mut dyn RngCore,
    ) -> Result<Imported, AdminError> {
        admin.actor.require(Permission::Change)?;
        let mut made = Imported { made: 0, links: Vec::new(), stopped: None };
        for some in self.users.chunks(AT_A_TIME) {
            let prepared = match make_some(admin, some, hours, rng) {
                Ok(prepared) => prepared,
                Err(error) => {
                    made.stopped = Some(error);
                    break;
                }
            };
            made.made += some.len();
            progress(made.made);
            for (user, prepared) in some.iter().zip(prepared) {
                let link = prepared.link.map(|link| (user.username.clone(), link.token));
                made.links.extend(link);
            }
        }
        Ok(made)
    }
}

/// Makes these accounts, all or none.
fn make_some(
    admin: &Admin<'_>,
    some: &[User],
    hours: Option<u32>,
    rng: &mut dyn RngCore,
) -> Result<Vec<Prepared>, AdminError> {
    let prepared: Vec<Prepared> = some
        .iter()
        .map(|user| Prepared::of(admin, user.id, hours, rng))
        .collect::<Result<_, _>>()?;
    admin.store.write(|writer| {
        for (user, prepared) in some.iter().zip(&prepared) {
            writer.insert_user(user)?;
            if let Some(link) = &prepared.link {
                link.write(writer)?;
            }
            writer.insert_audit_events(&prepared.events)?;
        }
        Ok(())
    })?;
    Ok(prepared)
}

/// What is written beside an account.
struct Prepared {
    link: Option<NewLink>,
    events: Vec<AuditEvent>,
}

impl Prepared {
    fn of(
        admin: &Admin<'_>,
        user: UserId,
        hours: Option<u32>,
        rng: &mut dyn RngCore,
    ) -> Result<Self, AdminError> {
        let link = hours.map(|hours| PASSWORD.prepare(user, hours, admin.now, rng)).transpose()?;
        let about = About::user(user);
        let added = admin.event("user-added", about, &json!({"imported": true}), rng);
        let made = link.as_ref().map(|link| {
            let what = json!({"expires_at": link.expires_at});
            admin.event("user-password-link-made", about, &what, rng)
        });
        Ok(Self { link, events: std::iter::once(added).chain(made).collect() })
    }
}

/// A line while it is judged.
struct Draft {
    number: u64,
    username: String,
    user: Option<User>,
    wishes: Vec<ClaimWish>,
    problems: Vec<Problem>,
}

impl Draft {
    fn of(
        admin: &Admin<'_>,
        columns: &[Column],
        (number, cells): &(u64, Vec<String>),
        rules: &ClaimRules,
        rng: &mut dyn RngCore,
    ) -> Self {
        let (mut username, mut problems) = (String::new(), Vec::new());
        let mut wishes: Vec<ClaimWish> = Vec::new();
        if cells.len() > columns.len() {
            let message =
                "has more cells than there are columns; put a cell with a comma in quotes";
            problems.push(Problem::new("", message));
        }
        for (column, cell) in columns.iter().zip(cells) {
            match column {
                Column::Username => username.clone_from(cell),
                Column::Claim { .. } if cell.is_empty() => {}
                Column::Claim { name, uri } => wish(&mut wishes, name, uri, cell),
            }
        }
        let mut claims = Claims::default();
        problems.extend(set_claims(&mut claims, &wishes, rules));
        let name = read_username(&username).map_err(|problem| problems.push(problem)).ok();
        let user = name.map(|username| User {
            id: UserId::new(admin.now, rng),
            username,
            state: AccountState::Active,
            roles: Vec::new(),
            claims,
            created_at: admin.now,
        });
        Self { number: *number, username, user, wishes, problems }
    }

    fn name(&self) -> Option<Username> {
        self.user.as_ref().map(|user| user.username.clone())
    }
}

/// Several columns of one claim are several values of it.
fn wish(wishes: &mut Vec<ClaimWish>, name: &str, uri: &ClaimUri, value: &str) {
    match wishes.iter_mut().find(|(_, wished, _)| wished == uri) {
        Some((_, _, values)) => values.push(value.to_owned()),
        None => wishes.push((format!("claims.{name}"), uri.clone(), vec![value.to_owned()])),
    }
}
