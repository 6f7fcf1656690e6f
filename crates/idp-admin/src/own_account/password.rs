//! Another password: with the present one, by the rules for new ones, and every other session ends.

use authenticators::basic_auth::{BasicAuth, PasswordUse};
use idp_core::flow::limits::{attempt_key, loaded};
use idp_core::flow::throttle::{AttemptPermission, CounterKey};
use idp_core::secret::Secret;
use idp_store::StoreError;
use rand::RngCore;
use serde_json::json;

use super::notices::{News, Told};
use super::present::Present;
use super::proof::RECENT;
use super::{Changed, OwnAccount, OwnError, again};
use crate::error::AdminError;
use crate::users::{Forgotten, change_of, hash, is_password, password_use_of};

/// How the password of the person will be used, which decides how long it must be.
pub fn password_rules_of(own: &OwnAccount<'_>) -> Result<PasswordUse, OwnError> {
    Ok(password_use_of(own.admin.store, &own.present()?.user.value)?)
}

/// Changes the password of who knows the present one and, where a factor is enrolled, has shown it a
/// moment ago; otherwise [`OwnError::SignInAgain`]. Every other session ends; the one in which this
/// happens goes on under another token. Wrong present passwords count as in a login, in the same counter. Problems have the
/// fields `current_password` and `password`. Costly: hashes up to three times.
pub fn change_password(
    own: &OwnAccount<'_>,
    current: &Secret<String>,
    new: &Secret<String>,
    rng: &mut dyn RngCore,
) -> Result<Changed, OwnError> {
    let present = own.present()?;
    own.factor_shown(&present, RECENT)?;
    own.count_attempt(&present)?;
    // As it is after the attempt was counted: judged and written on one version.
    let present = own.present()?;
    if !is_password(&own.admin, &present.user.value, current, rng)? {
        let event = own.event("account.password-refused", &json!("password"), rng);
        own.admin.store.write(|writer| writer.insert_audit_events(&[event]))?;
        let message = "is not right; check it and try again";
        return Err(AdminError::invalid("current_password", message).into());
    }
    own.forget_attempts(&present)?;
    if is_password(&own.admin, &present.user.value, new, rng)? {
        let message = "is the one that you have; choose another one";
        return Err(AdminError::invalid("password", message).into());
    }
    let credential = hash(&own.admin, &present.user.value, new, rng)?;
    let event = own.event("account.password-changed", &json!("password"), rng);
    let kept = present.session.id.clone();
    let renewal = own.renewal_with_number(&present, rng)?;
    // Whatever else of the account changes meanwhile, such as a password by a link, goes first.
    let Present { user, .. } = present;
    let mut change = change_of(&own.admin, user, "account.password-changed", &json!(null), rng);
    change.event = event;
    change.password = Some(credential);
    change.forgotten = Forgotten::WrongPasswords;
    change.kept = Some(kept);
    let told = again(|| {
        let told = own.tell(&own.present()?, News::Password)?;
        own.admin.store.write(|writer| {
            change.write(writer, &own.admin)?;
            renewal.write(writer)?;
            writer.apply_counters(&told.counters)
        })?;
        Ok(told)
    });
    let Told { messages, .. } = told?;
    Ok(Changed { notices: messages, session: renewal.token })
}

impl OwnAccount<'_> {
    fn password_attempts(&self, present: &Present) -> CounterKey {
        let hasher = self.admin.secrets.lookup_hasher();
        attempt_key(&hasher, &BasicAuth::ID, &present.user.value.username)
    }

    /// Counts an attempt before it is judged, so that guesses at once are judged no more often than
    /// the limits allow.
    fn count_attempt(&self, present: &Present) -> Result<(), OwnError> {
        let key = self.password_attempts(present);
        again(|| {
            let counters =
                self.admin.store.read(|reader| reader.load_counters(std::slice::from_ref(&key)))?;
            let counter = loaded(&counters, &key);
            let permission = self.limits.attempts.permission(counter, self.admin.now);
            if permission != AttemptPermission::Allowed {
                return Err(OwnError::Throttled(permission));
            }
            let failed = self.limits.attempts.failed(key.clone(), counter, self.admin.now);
            Ok(self.admin.store.write(|writer| writer.apply_counters(&[failed]))?)
        })
    }

    fn forget_attempts(&self, present: &Present) -> Result<(), StoreError> {
        let key = self.password_attempts(present);
        let counters =
            self.admin.store.read(|reader| reader.load_counters(std::slice::from_ref(&key)))?;
        let counter = loaded(&counters, &key);
        let forgotten = self.limits.attempts.succeeded(key, counter, self.admin.now);
        let changes: Vec<_> = forgotten.into_iter().collect();
        self.admin.store.write(|writer| writer.apply_counters(&changes))
    }
}
