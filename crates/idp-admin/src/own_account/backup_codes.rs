//! Backup codes that people make for themselves. Whoever has one passes the step for codes by text
//! message, so making them takes the same proof as another number.

use authenticators::sms_otp::BackupCode;
use idp_core::secret::Secret;
use rand::RngCore;
use serde_json::json;

use super::notices::News;
use super::proof::RECENT;
use super::{Changed, OwnAccount, OwnError, again};
use crate::users::{BackupCodesChange, change_of};

/// New codes: the only time they are seen.
pub struct NewCodes {
    /// The codes, grouped to be read and typed.
    pub codes: Vec<Secret<String>>,
    /// What else it came to.
    pub changed: Changed,
}

/// Makes a new set of codes in the place of the old ones. The session goes on under another token.
pub fn new_backup_codes(own: &OwnAccount<'_>, rng: &mut dyn RngCore) -> Result<NewCodes, OwnError> {
    again(|| {
        let present = own.present()?;
        let proof = own.proof(&present, RECENT)?;
        let codes = BackupCode::generate(rng);
        let told = own.tell(&present, News::BackupCodes)?;
        let renewal = own.renewal_with_number(&present, rng)?;
        let user = present.user.value.id;
        let prepared = BackupCodesChange::prepare(&own.admin, user, &codes, rng)?;
        let kind = "account.backup-codes-made";
        let event = own.event(kind, &json!({"codes": codes.len(), "proof": proof}), rng);
        let mut change = change_of(&own.admin, present.user, kind, &json!(null), rng);
        change.backup_codes = prepared;
        change.event = event;
        own.admin.store.write(|writer| {
            own.spend(writer, proof, user)?;
            change.write(writer, &own.admin)?;
            renewal.write(writer)?;
            writer.apply_counters(&told.counters)
        })?;
        let codes = codes.iter().map(BackupCode::grouped).collect();
        let changed = Changed { notices: told.messages, session: renewal.token };
        Ok(NewCodes { codes, changed })
    })
}
