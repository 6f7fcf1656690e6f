//! Wrong answers that count against an account: at which factor, how many, and what they cost.

use idp_core::Instant;
use idp_core::flow::authenticator::AuthenticatorId;
use idp_core::flow::limits::{attempt_key, loaded, substitute_key};
use idp_core::flow::throttle::{AttemptPermission, AttemptPolicy, CounterKey};
use idp_core::user::Username;

use super::which::{Which, find};
use crate::actor::Permission;
use crate::admin::Admin;
use crate::error::AdminError;

/// One count of wrong answers.
pub(super) struct Counted {
    pub(super) authenticator: AuthenticatorId,
    pub(super) substitutes: bool,
    pub(super) key: CounterKey,
}

/// Every count that an account may have.
pub(super) fn counted_of(admin: &Admin<'_>, name: &Username) -> Vec<Counted> {
    let hasher = admin.secrets.lookup_hasher();
    let of = |id: AuthenticatorId| {
        let key = attempt_key(&hasher, &id, name);
        let own = Counted { authenticator: id.clone(), substitutes: false, key };
        let key = substitute_key(&hasher, &id, name);
        [own, Counted { authenticator: id, substitutes: true, key }]
    };
    admin.rules.registry.iter().flat_map(|authenticator| of(authenticator.id())).collect()
}

/// Wrong answers in a row.
#[derive(Clone, Debug)]
pub struct WrongAnswers {
    /// The name of the factor for people.
    pub factor: &'static str,
    /// They were backup codes.
    pub substitutes: bool,
    /// How many.
    pub count: u32,
    /// When the last one came.
    pub last: Instant,
    /// Whether the next answer would be judged.
    pub permission: AttemptPermission,
}

/// What counts against an account at present, under this policy; nothing when its last answers were
/// right.
pub fn wrong_answers<'a>(
    admin: &Admin<'_>,
    which: impl Into<Which<'a>>,
    policy: &AttemptPolicy,
) -> Result<Vec<WrongAnswers>, AdminError> {
    let user = find(admin, which, Permission::Read)?.value;
    let all = counted_of(admin, &user.username);
    let keys: Vec<CounterKey> = all.iter().map(|counted| counted.key.clone()).collect();
    let counters = admin.store.read(|reader| reader.load_counters(&keys))?;
    let wrong = all.iter().filter_map(|counted| {
        let counter = loaded(&counters, &counted.key);
        let value = counter.value?;
        let factor = admin.rules.registry.find(counted.authenticator.as_str())?.display_name();
        Some(WrongAnswers {
            factor,
            substitutes: counted.substitutes,
            count: value.count,
            last: value.last,
            permission: policy.permission(counter, admin.now),
        })
    });
    Ok(wrong.collect())
}
