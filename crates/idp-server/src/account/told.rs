//! The events of an account in words for its owner. What has no words here is not shown: the trail
//! holds more than its owner needs, such as the names of gateways and of administrators.

use idp_core::flow::authenticator::Registry;
use idp_store::AuditEvent;
use serde_json::Value;

use crate::language::{Text, Words};

/// Whether something went well.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mood {
    /// It did.
    Good,
    /// It did not.
    Bad,
    /// Neither.
    Plain,
}

/// An event in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// How it went.
    pub mood: Mood,
    /// What happened, a sentence.
    pub text: Text,
    /// Whether an administrator did it.
    pub by_administrator: bool,
}

/// One event; `None` when it is nothing for the owner.
pub fn told(words: Words, registry: &Registry, event: &AuditEvent) -> Option<Told> {
    let said = |pointer: &str| event.detail.pointer(pointer).and_then(Value::as_str);
    let named = |pointer: &str| factor(words, registry, said(pointer).unwrap_or_default());
    let (mood, text) = of_sign_in(words, event, &|| named("/what/authenticator"), &|| {
        named("/what/authenticators/0")
    })
    .or_else(|| of_owner(words, &event.kind))
    .or_else(|| of_administrator(words, &event.kind))?;
    let actor = said("/actor_id");
    let is_theirs = event.user.is_some_and(|user| actor == Some(user.to_string().as_str()));
    // Nobody but the person has these links.
    let with_a_link = ["password link", "first start"];
    let by_administrator =
        said("/actor").is_some_and(|actor| !with_a_link.contains(&actor)) && !is_theirs;
    Some(Told { mood, text, by_administrator })
}

/// The name of a factor for people.
pub fn factor(words: Words, registry: &Registry, id: &str) -> Text {
    match id {
        "basic-auth" => words.account_factor_password(),
        "sms-otp" => words.account_factor_code(),
        other => Text::literal(registry.find(other).map_or(other, |known| known.display_name())),
    }
}

fn of_sign_in(
    words: Words,
    event: &AuditEvent,
    factor: &dyn Fn() -> Text,
    first_factor: &dyn Fn() -> Text,
) -> Option<(Mood, Text)> {
    Some(match event.kind.as_str() {
        "login.step-passed" => (Mood::Good, words.account_told_step_passed(factor())),
        "login.step-failed" => (Mood::Bad, words.account_told_step_failed(factor())),
        "login.throttled" => (Mood::Bad, words.account_told_throttled(factor())),
        "login.step-skipped" => (Mood::Plain, words.account_told_step_skipped(first_factor())),
        "login.message-sent" => (Mood::Plain, words.account_told_message_sent()),
        "login.enrolled" => (Mood::Plain, words.account_told_number_added()),
        "backup-code.used" => {
            let left =
                event.detail.pointer("/what/left").and_then(Value::as_i64).unwrap_or_default();
            (Mood::Plain, words.account_told_backup_code(left))
        }
        "login.denied" => (Mood::Bad, words.account_told_denied()),
        "claims.missing" => (Mood::Bad, words.account_told_claims_missing()),
        "login.restarted" => (Mood::Plain, words.account_told_restarted()),
        "assertion.issued" => (Mood::Good, words.account_told_signed_in()),
        "local.signed-in" if is(event, "local", "console") => {
            (Mood::Good, words.account_told_signed_in_console())
        }
        "local.signed-in" => (Mood::Good, words.account_told_signed_in_account()),
        "session.ended" if is(event, "by", "sign-out") || is(event, "by", "logout") => {
            (Mood::Plain, words.account_told_signed_out())
        }
        _ => return None,
    })
}

/// Whether the row says this in this field.
fn is(event: &AuditEvent, field: &str, text: &str) -> bool {
    event.detail.get(field).and_then(Value::as_str) == Some(text)
}

fn of_owner(words: Words, kind: &str) -> Option<(Mood, Text)> {
    let text = match kind {
        "account.password-changed" => words.account_told_password_changed(),
        "account.password-refused" => {
            return Some((Mood::Bad, words.account_told_password_refused()));
        }
        "account.profile-changed" => words.account_told_profile_changed(),
        "account.number-changed" => words.account_told_number_changed(),
        "account.number-code-sent" => words.account_told_number_code_sent(),
        "account.number-code-wrong" => {
            return Some((Mood::Bad, words.account_told_number_code_wrong()));
        }
        "account.backup-codes-made" => words.account_told_codes_made(),
        "account.sms-otp-disabled" => words.account_told_sms_disabled(),
        "account.sms-otp-enabled" => words.account_told_sms_enabled(),
        "account.session-ended" => words.account_told_session_ended(),
        "account.sessions-ended" => words.account_told_sessions_ended(),
        "user-password-chosen" => words.account_told_password_chosen(),
        _ => return None,
    };
    Some((Mood::Plain, text))
}

fn of_administrator(words: Words, kind: &str) -> Option<(Mood, Text)> {
    let text = match kind {
        "user-added" | "bootstrap-completed" => words.account_told_made(),
        "user-changed" | "user-claims-set" | "user-claim-set" => {
            words.account_told_profile_changed()
        }
        "user-roles-set" => words.account_told_roles(),
        "user-password-set" => words.account_told_password_changed(),
        "user-password-link-made" => words.account_told_password_link(),
        "user-enrolment-link-made" => words.account_told_number_link(),
        "user-disabled" => words.account_told_disabled(),
        "user-enabled" => words.account_told_enabled(),
        "user-unlocked" => words.account_told_unlocked(),
        "user-sessions-ended" => words.account_told_sessions_ended(),
        "session.ended" => words.account_told_session_ended(),
        "backup-codes.generated" | "backup-codes.set" => words.account_told_codes_made(),
        "backup-codes.cleared" => words.account_told_codes_removed(),
        _ => return None,
    };
    Some((Mood::Plain, text))
}

#[cfg(test)]
mod tests {
    use idp_core::Instant;
    use idp_core::id::{EventId, UserId};
    use serde_json::json;

    use super::*;
    use crate::language::Language;
    use crate::rng::rng;

    fn made(kind: &str, actor: &str) -> Told {
        let at = Instant::UNIX_EPOCH;
        let event = AuditEvent {
            id: EventId::new(at, &mut rng()),
            at,
            kind: kind.to_owned(),
            incident: None,
            service_provider: None,
            user: Some(UserId::new(at, &mut rng())),
            session: None,
            address: Some("192.0.2.1".to_owned()),
            detail: json!({"actor": actor}),
        };
        let registry = Registry::new(Vec::new());
        told(Language::English.words(), &registry, &event).expect("words")
    }

    #[test]
    fn what_an_administrator_did_is_called_so() {
        // The page shows the address of nobody else.
        assert!(made("user-added", "user root").by_administrator);
        assert!(made("user-roles-set", "user root").by_administrator);
        assert!(!made("bootstrap-completed", "first start").by_administrator);
        assert!(!made("user-password-chosen", "password link").by_administrator);
    }
}
