//! People with an account: making accounts, passwords, claims, roles, and stopping an account.
//!
//! `backup_codes` are those of SMS OTP, `enrolment_link` lets a person enrol in a login, `check` judges
//! what is asked for and `unwise` warns of it, `change` is a checked change on its way into the
//! database, `operations` has what administrators do, `wish` what configuration files ask for.

mod backup_codes;
mod change;
mod check;
mod enrolment_link;
mod operations;
mod unwise;
mod wish;

use idp_core::user::Role;

pub use backup_codes::{
    BackupCodeReport, backup_code_status, clear_backup_codes, generate_backup_codes,
    set_backup_codes,
};
pub use enrolment_link::{LINK_HOURS, enrolment_link, enrolment_link_of, use_enrolment_link};
pub use operations::{
    NewUser, add, disable, enable, list, set_claim, set_password, set_roles, unlock,
};

pub(crate) use check::{password_use, view};
pub(crate) use operations::prepare_new;
pub(crate) use wish::UserWish;

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
