//! People with an account: making accounts, passwords, claims, roles, and stopping an account.
//!
//! `operations` has what administrators do to an account, `profile` what is known of its owner,
//! `backup_codes` those of SMS OTP, `sessions` where a person is signed in; `search` finds accounts,
//! `mobile_number` tells whether a number is verified, `timeline` what happened to an account and
//! `attempts` what counts against it. `enrolment_link` and `password_link` are made for a person, `links` is what both are. `check` judges what is asked for
//! and `unwise` warns of it, `change` is a checked change on its way into the database, `wish` what
//! configuration files ask for.

mod attempts;
mod backup_codes;
mod change;
mod check;
mod enrolment_link;
mod import;
mod import_file;
mod links;
mod mobile_number;
mod operations;
mod password_link;
mod profile;
mod search;
mod sessions;
mod standing;
mod timeline;
mod unwise;
mod which;
mod wish;

use idp_core::user::Role;

pub use attempts::{WrongAnswers, wrong_answers};
pub use backup_codes::{
    BackupCodeReport, backup_code_status, clear_backup_codes, generate_backup_codes,
    set_backup_codes,
};
pub use enrolment_link::{enrolment_link, enrolment_link_of, use_enrolment_link};
pub use import::{Import, Imported, ImportedLine, LineOutcome, import};
pub use import_file::{MOST_BYTES, MOST_LINES};
pub use links::{LINK_HOURS, LONGEST_LINK_HOURS};
pub use mobile_number::{MobileNumber, mobile_number};
pub use operations::{NewUser, add, disable, enable, set_password, set_roles, unlock};
pub use password_link::{choose_password, password_link, password_link_of, password_use_of};
pub use profile::{set_claim, set_claims};
pub use search::{Found, Search, find, list, search};
pub use sessions::{SessionUse, end_session, end_sessions, sessions};
pub use standing::{Standing, standing};
pub use timeline::{Happening, Timeline, timeline};
pub use which::Which;

pub(crate) use backup_codes::{BackupCodesChange, status_of};
pub(crate) use change::Forgotten;
pub(crate) use check::{password_use, view};
pub(crate) use operations::{change_of, hash, prepare_new};
pub(crate) use profile::claims_changed;
pub(crate) use sessions::sessions_of;
pub(crate) use timeline::timeline_of;
pub(crate) use wish::{UserWish, is_password};

/// The role with this name.
pub fn role_named(name: &str) -> Option<Role> {
    [Role::Administrator, Role::Operator, Role::Auditor]
        .into_iter()
        .find(|role| role_name(*role) == name)
}

/// The name of a role in files and on the command line.
pub const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Administrator => "administrator",
        Role::Operator => "operator",
        Role::Auditor => "auditor",
    }
}
