//! `/console/users`: people with an account.
//!
//! One file per page: `list`, `add`, `import`, `account` with `roles`, `state` and `links`, `profile` with its
//! `editors`, `backup_codes`, `sessions`, and the `timeline` in the words of `story`.

mod account;
mod add;
mod backup_codes;
mod editors;
mod import;
mod links;
mod list;
mod profile;
mod roles;
mod sessions;
mod state;
pub mod story;
mod timeline;

use idp_admin::users::{self, Which};
use idp_core::id::UserId;
use idp_core::user::User;
use idp_store::Versioned;

use super::Desk;
use super::form::Form;
use super::frame::{Frame, Section};
use super::routes;
use super::stop::Stop;
use crate::pages::short;

pub use account::show as account;
pub use add::{show as add_form, submit as add};
pub use backup_codes::{clear_form, show as backup_codes, submit as change_backup_codes};
pub use import::{
    progress as import_progress, review as review_import, save as save_import, show as import_form,
};
pub use links::{
    enrolment_form, enrolment_submit as make_enrolment_link, password_form,
    password_submit as make_password_link,
};
pub use list::show as list;
pub use profile::{show as profile, submit as save_profile};
pub use roles::{show as roles, submit as set_roles};
pub use sessions::{end_all_form, show as sessions, submit as end_sessions};
pub use state::{show as state, submit as set_state, unlock};
pub use timeline::show as timeline;

/// A page about one person, in the order of the navigation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tab {
    /// Who it is and how they sign in.
    Account,
    /// What is known of them.
    Profile,
    /// Codes instead of text messages.
    BackupCodes,
    /// Where they are signed in.
    Sessions,
    /// What happened.
    Timeline,
}

impl Tab {
    const ALL: [Self; 5] =
        [Self::Account, Self::Profile, Self::BackupCodes, Self::Sessions, Self::Timeline];

    const fn label(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Profile => "Profile",
            Self::BackupCodes => "Backup codes",
            Self::Sessions => "Sessions",
            Self::Timeline => "Timeline",
        }
    }

    fn path(self, id: UserId) -> String {
        let below = match self {
            Self::Account => "",
            Self::Profile => "/profile",
            Self::BackupCodes => "/backup-codes",
            Self::Sessions => "/sessions",
            Self::Timeline => "/timeline",
        };
        format!("{}{below}", routes::user(id))
    }
}

/// The navigation between the pages about one person.
pub struct Tabs {
    id: UserId,
    current: Tab,
}

impl Tabs {
    /// Label, path and whether it is this page.
    fn items(&self) -> impl Iterator<Item = (&'static str, String, bool)> {
        Tab::ALL.into_iter().map(|tab| (tab.label(), tab.path(self.id), tab == self.current))
    }
}

/// The account that an address names. What has not the form of an identifier is not found.
fn person(desk: &Desk<'_>, id: &str) -> Result<Versioned<User>, Stop> {
    let id: UserId = id.parse().map_err(|_| Stop::NotFound)?;
    Ok(users::find(&desk.admin(), id)?)
}

/// The account as the sender of a form saw it.
fn seen(id: &str, form: &Form) -> Result<Which<'static>, Stop> {
    let id: UserId = id.parse().map_err(|_| Stop::NotFound)?;
    let version = form.text("version")?.parse().map_err(|_| Stop::NotFound)?;
    Ok(Which::Seen { id, version })
}

/// The frame and the navigation of a page about a person.
fn page_of(desk: &Desk<'_>, user: &User, tab: Tab) -> (Frame, Tabs) {
    let name = short(user.username.as_str());
    let frame = match tab {
        Tab::Account => below_list(desk, &name),
        other => below_account(desk, user, format!("{} of {name}", other.label())),
    };
    (frame, Tabs { id: user.id, current: tab })
}

/// The frame of a page below the list.
fn below_list(desk: &Desk<'_>, title: &str) -> Frame {
    desk.frame(Section::Users, title).below(Section::Users.title(), routes::USERS)
}

/// The frame of a page below a person's.
fn below_account(desk: &Desk<'_>, user: &User, title: impl Into<String>) -> Frame {
    below_list(desk, &title.into()).below(short(user.username.as_str()), routes::user(user.id))
}

/// How long a link may work: hours, and in words.
const LIFETIMES: &[(&str, &str)] = &[("24", "1 day"), ("72", "3 days"), ("168", "7 days")];

/// The hours of a form; what it does not offer is judged by the operation.
fn hours(form: &Form) -> Result<u32, Stop> {
    Ok(form.text("hours")?.parse().unwrap_or_default())
}
