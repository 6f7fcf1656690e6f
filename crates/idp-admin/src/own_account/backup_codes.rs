//! Backup codes that people make for themselves. Whoever has one passes the step for codes by text
//! message, so making them takes the same proof as another number.

use authenticators::sms_otp::BackupCode;
use idp_core::flow::authenticator::TextMessage;
use idp_core::secret::Secret;
use rand::RngCore;
use serde_json::json;

use super::notices::News;
use super::proof::RECENT;
use super::{OwnAccount, OwnError, again};
use crate::users::{BackupCodesChange, change_of};

/// New codes: the only time they are seen.
pub struct NewCodes {
    /// The codes, grouped to be read and typed.
    pub codes: Vec<Secret<String>>,
    /// The messages that tell the person.
    pub notices: Vec<TextMessage>,
}

/// Makes a new set of codes in the place of the old ones.
pub fn new_backup_codes(own: &OwnAccount<'_>, rng: &mut dyn RngCore) -> Result<NewCodes, OwnError> {
    again(|| {
        let present = own.present()?;
        let proof = own.proof(&present, RECENT)?;
        let codes = BackupCode::generate(rng);
        let told = own.tell(&present, News::BackupCodes)?;
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
            writer.apply_counters(&told.counters)
        })?;
        let codes = codes.iter().map(BackupCode::grouped).collect();
        Ok(NewCodes { codes, notices: told.messages })
    })
}
