//! An account as a configuration file wants it.

use authenticators::basic_auth::{BasicAuth, NewPassword, PasswordUse};
use idp_core::claim::{ClaimUri, Claims};
use idp_core::flow::authenticator::{
    Answer, AttemptPermission, AuthenticatorSettings, ClaimView, Facts, SendingPermission, Subject,
    Verdict,
};
use idp_core::id::{LoginId, UserId};
use idp_core::secret::Secret;
use idp_core::user::{AccountState, Role, User};
use idp_store::{StoreError, Versioned, Writer};
use rand::RngCore;
use serde_json::json;

use super::backup_codes::BackupCodesChange;
use super::change::{Forgotten, UserChange};
use super::check::{ClaimWish, accept_password, lacking, set_claims};
use super::unwise::unwise;
use crate::admin::Admin;
use crate::audit::About;
use crate::claims::ClaimRules;
use crate::config_file::UserEntry;
use crate::error::{AdminError, Problem, all_well};

/// A checked account on its way into the database; its password is not hashed yet.
pub(crate) struct UserWish {
    change: UserChange,
    password: Option<NewPassword>,
    warnings: Vec<Problem>,
}

/// What accounts are judged by: the claims there will be, and how passwords of people with these
/// roles will be used.
pub(crate) type Judges<'a> = (&'a ClaimRules, &'a dyn Fn(&[Role]) -> PasswordUse);

impl UserWish {
    /// Checks an entry against the account there is.
    pub(crate) fn prepare(
        admin: &Admin<'_>,
        entry: UserEntry,
        existing: Option<Versioned<User>>,
        (claim_rules, password_use): Judges<'_>,
        rng: &mut dyn RngCore,
    ) -> Result<Self, AdminError> {
        let expected_version = existing.as_ref().map(|e| e.version);
        let password_wanted = expected_version.is_none() || entry.password_on_every_apply;
        let mut user = existing.map_or_else(
            || User {
                id: UserId::new(admin.now, rng),
                username: entry.username,
                state: AccountState::Active,
                roles: Vec::new(),
                claims: Claims::default(),
                created_at: admin.now,
            },
            |existing| existing.value,
        );
        if let Some(roles) = entry.roles {
            user.roles = roles;
        }
        if let Some(enabled) = entry.enabled {
            user.state = if enabled { AccountState::Active } else { AccountState::Disabled };
        }
        let (mut claims, mut problems) = (entry.claims, Vec::new());
        let wished = BackupCodesChange::wished(&mut claims, &mut problems);
        let codes = match (entry.backup_codes, wished) {
            (Some(list), None) => {
                let mut list = vec![codes_as_claim(&list)];
                BackupCodesChange::wished(&mut list, &mut problems)
            }
            (Some(_), Some(_)) => {
                let message = "is given as a claim as well; give the backup codes once";
                problems.push(Problem::new("backup_codes", message));
                None
            }
            (None, wished) => wished,
        };
        problems.extend(set_claims(&mut user.claims, &claims, claim_rules));
        let mut password = None;
        if let Some(text) = entry.password.filter(|_| password_wanted)
            && !(expected_version.is_some() && is_password(admin, &user, &text, rng)?)
        {
            match accept_password(&user, &text, password_use(&user.roles)) {
                Ok(accepted) => password = Some(accepted),
                Err(found) => problems.extend(found),
            }
        }
        all_well(problems)?;
        // A person who has changed their password since keeps it.
        let imported = entry.password_hash.filter(|_| expected_version.is_none());
        let what = json!({"username": user.username, "roles": user.roles, "state": user.state});
        let kind = if expected_version.is_some() { "user-changed" } else { "user-added" };
        let event = admin.event(kind, About::user(user.id), &what, rng);
        let forgotten = if password.is_some() && expected_version.is_some() {
            Forgotten::Everything
        } else {
            Forgotten::Nothing
        };
        let backup_codes = match codes {
            Some(codes) => BackupCodesChange::prepare(admin, user.id, &codes, rng)?,
            None => None,
        };
        let change = UserChange {
            user,
            expected_version,
            password: imported,
            backup_codes,
            forgotten,
            kept: None,
            event,
        };
        let mut warnings = unwise(admin, &change, &claims);
        // A file cannot ask, and those written before a claim became required go on.
        warnings.extend(lacking(&change.user.claims, &claims, claim_rules).into_iter().filter_map(
            |problem| {
                let removed = |(_, uri, _): &ClaimWish| problem.field == format!("claims.{uri}");
                let told = expected_version.is_none() || claims.iter().any(removed);
                let message = "is required of everybody, and the account is without it";
                told.then(|| Problem::new(problem.field, message))
            },
        ));
        Ok(Self { change, password, warnings })
    }

    /// The account as it will be.
    pub(crate) const fn user(&self) -> &User {
        &self.change.user
    }

    /// Whether a password is set.
    pub(crate) const fn sets_password(&self) -> bool {
        self.password.is_some() || self.change.password.is_some()
    }

    /// The backup codes that are set.
    pub(crate) const fn backup_codes(&self) -> Option<&BackupCodesChange> {
        self.change.backup_codes.as_ref()
    }

    /// What is allowed but unwise.
    pub(crate) fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Hashes the password; before the transaction.
    pub(crate) fn hash_password(
        &mut self,
        admin: &Admin<'_>,
        rng: &mut dyn RngCore,
    ) -> Result<(), AdminError> {
        // Once is enough: it takes tens of milliseconds.
        if self.change.password.is_none()
            && let Some(password) = &self.password
        {
            self.change.password = Some(super::check::hash_accepted(admin, password, rng)?);
        }
        Ok(())
    }

    pub(crate) fn write(
        &self,
        writer: &mut Writer<'_>,
        admin: &Admin<'_>,
    ) -> Result<(), StoreError> {
        self.change.write(writer, admin)
    }
}

/// A list of backup codes under its own key, as the claim that means the same.
fn codes_as_claim(list: &Secret<String>) -> ClaimWish {
    ("backup_codes".to_owned(), ClaimUri::BACKUP_CODES, vec![list.expose().clone()])
}

/// Whether this is the password of the account: so that applying a file twice changes nothing the
/// second time, and for people who change theirs. The authenticator itself is asked, as in a login.
pub(crate) fn is_password(
    admin: &Admin<'_>,
    user: &User,
    password: &Secret<String>,
    rng: &mut dyn RngCore,
) -> Result<bool, AdminError> {
    let person = admin.store.read(|reader| reader.person_by_id(user.id))?;
    let credential = person.as_ref().and_then(|person| person.credentials.get(&BasicAuth::ID));
    let Some(authenticator) = admin.rules.registry.find(BasicAuth::ID.as_str()) else {
        return Ok(false);
    };
    let facts = Facts {
        now: admin.now,
        login: LoginId::new(admin.now, rng),
        subject: Some(Subject {
            id: user.id,
            username: &user.username,
            claims: ClaimView::new(&user.claims, &[]),
            credential,
        }),
        challenge: None,
        force_authn: false,
        sending: SendingPermission::Allowed,
        substitutes: AttemptPermission::Allowed,
        enrolment: None,
        application: "",
        settings: &AuthenticatorSettings::default(),
        languages: &[],
        chosen_language: None,
        host: "",
    };
    let answer = Answer::new([("password".to_owned(), password.expose().clone())]);
    Ok(matches!(authenticator.answer(&facts, &answer, rng), Verdict::Passed { .. }))
}
