//! Backup codes of an account: generated and shown once, or set by an administrator. They are part
//! of the credential of `sms-otp`, as keyed hashes.

use authenticators::sms_otp::{BackupCode, BackupCodeHasher, BackupCodeStatus, Enrolment, SmsOtp};
use idp_core::Instant;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::Credential;
use idp_core::id::UserId;
use idp_core::secret::Secret;
use idp_core::user::User;
use idp_store::{StoreError, Versioned, Writer};
use rand::RngCore;
use serde_json::json;

use super::check::ClaimWish;
use super::operations::change_of;
use super::which::{Which, find};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::{AdminError, Problem};

/// Checked backup codes on their way into the database.
pub(crate) struct BackupCodesChange {
    /// What was read; compared when writing, so that a code used meanwhile stays used.
    before: Option<Credential>,
    after: Credential,
    status: BackupCodeStatus,
    weak: usize,
}

/// What became of an account's backup codes.
#[derive(Clone, Copy, Debug)]
pub struct BackupCodeReport {
    /// How many there are now.
    pub status: BackupCodeStatus,
    weak: usize,
}

impl BackupCodeReport {
    /// What is allowed but unwise about the codes that were set.
    pub fn warning(&self) -> Option<String> {
        weakness(self.weak)
    }
}

impl BackupCodesChange {
    /// Takes the wishes for backup codes out of those for claims: they are never stored as claims.
    /// `None` without any; no values remove them.
    pub(super) fn wished(
        wishes: &mut Vec<ClaimWish>,
        problems: &mut Vec<Problem>,
    ) -> Option<Vec<BackupCode>> {
        let mut wished = None;
        wishes.retain(|(field, uri, values)| {
            if *uri != ClaimUri::BACKUP_CODES {
                return true;
            }
            match BackupCode::parse_lists(values.iter().map(String::as_str)) {
                Ok(codes) => wished = Some(codes),
                Err(problem) => problems.push(Problem::new(field, problem.to_string())),
            }
            false
        });
        wished
    }

    /// The change that leaves the account with these codes; `None` when it has them already.
    pub(crate) fn prepare(
        admin: &Admin<'_>,
        user: UserId,
        codes: &[BackupCode],
        rng: &mut dyn RngCore,
    ) -> Result<Option<Self>, AdminError> {
        let (before, mut enrolment) = stored(admin, user)?;
        let unchanged = enrolment.clone();
        if codes.is_empty() {
            enrolment.clear_backup_codes();
        } else {
            let key = admin.secrets.otp_hash();
            let hasher = BackupCodeHasher::new(key.expose()).map_err(unusable)?;
            hasher.set(&mut enrolment, user, codes, rng);
        }
        if enrolment == unchanged {
            return Ok(None);
        }
        Ok(Some(Self {
            before,
            after: enrolment.to_credential().map_err(|error| unusable(error.to_string()))?,
            status: enrolment.backup_codes(),
            weak: codes.iter().filter(|code| code.is_weak()).count(),
        }))
    }

    /// How many codes there will be, for plans.
    pub(crate) const fn total(&self) -> usize {
        self.status.total
    }

    /// What an administrator should know of the codes.
    pub(super) fn warning(&self) -> Option<String> {
        weakness(self.weak)
    }

    pub(super) fn write(
        &self,
        writer: &mut Writer<'_>,
        user: UserId,
        now: Instant,
    ) -> Result<(), StoreError> {
        match &self.before {
            Some(before) => writer.replace_credential(user, &SmsOtp::ID, before, &self.after, now),
            None => writer.set_credential(user, &SmsOtp::ID, &self.after, now),
        }
    }
}

/// Makes a new set of codes in place of the old ones, and returns them: the only time they are seen.
pub fn generate_backup_codes<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    rng: &mut dyn RngCore,
) -> Result<Vec<Secret<String>>, AdminError> {
    let found = find(admin, which, Permission::Change)?;
    let codes = BackupCode::generate(rng);
    write(admin, found, &codes, "backup-codes.generated", rng)?;
    Ok(codes.iter().map(BackupCode::grouped).collect())
}

/// Replaces the codes by these, separated by commas. Codes that were used before stay used.
pub fn set_backup_codes<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    list: &Secret<String>,
    rng: &mut dyn RngCore,
) -> Result<BackupCodeReport, AdminError> {
    let found = find(admin, which, Permission::Change)?;
    let codes = BackupCode::parse_lists([list.expose().as_str()])
        .map_err(|problem| AdminError::invalid("backup_codes", problem.to_string()))?;
    if codes.is_empty() {
        let message = "must name at least one code; `user backup-codes clear NAME` removes them";
        return Err(AdminError::invalid("backup_codes", message));
    }
    let weak = codes.iter().filter(|code| code.is_weak()).count();
    let status = write(admin, found, &codes, "backup-codes.set", rng)?;
    Ok(BackupCodeReport { status, weak })
}

/// Removes the codes.
pub fn clear_backup_codes<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    rng: &mut dyn RngCore,
) -> Result<(), AdminError> {
    let found = find(admin, which, Permission::Change)?;
    write(admin, found, &[], "backup-codes.cleared", rng).map(|_| ())
}

/// How many codes an account has.
pub fn backup_code_status<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
) -> Result<BackupCodeStatus, AdminError> {
    let found = find(admin, which, Permission::Read)?;
    status_of(admin, found.value.id)
}

/// How many codes an account has, whoever asks.
pub(crate) fn status_of(admin: &Admin<'_>, user: UserId) -> Result<BackupCodeStatus, AdminError> {
    Ok(stored(admin, user)?.1.backup_codes())
}

fn write(
    admin: &Admin<'_>,
    found: Versioned<User>,
    codes: &[BackupCode],
    kind: &str,
    rng: &mut dyn RngCore,
) -> Result<BackupCodeStatus, AdminError> {
    let user = found.value.id;
    let Some(prepared) = BackupCodesChange::prepare(admin, user, codes, rng)? else {
        return Ok(stored(admin, user)?.1.backup_codes());
    };
    let status = prepared.status;
    let mut change = change_of(admin, found, kind, &json!({"codes": status.total}), rng);
    change.backup_codes = Some(prepared);
    admin.store.write(|writer| change.write(writer, admin))?;
    Ok(status)
}

/// What `sms-otp` stored about an account.
fn stored(admin: &Admin<'_>, user: UserId) -> Result<(Option<Credential>, Enrolment), AdminError> {
    let person = admin.store.read(|reader| reader.person_by_id(user))?;
    let credential = person.and_then(|mut person| person.credentials.remove(&SmsOtp::ID));
    let enrolment = Enrolment::read(credential.as_ref())
        .ok_or_else(|| unusable("what is stored about this account cannot be read".to_owned()))?;
    Ok((credential, enrolment))
}

/// What is said of codes that are too short.
fn weakness(weak: usize) -> Option<String> {
    (weak > 0).then(|| {
        format!(
            "{weak} of the backup codes have fewer than {} digits and are easily guessed; longer \
             ones are safer",
            BackupCode::WEAK_BELOW
        )
    })
}

fn unusable(reason: String) -> AdminError {
    AdminError::invalid("backup_codes", reason)
}
