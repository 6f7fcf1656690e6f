//! The events of an account in plain words, one sentence per kind. What has no words yet is told by
//! the name of its kind, so that nothing is left out.

use idp_admin::users::Happening;
use idp_core::flow::authenticator::Registry;
use idp_store::{SendOutcome, SmsSend};
use serde_json::Value;

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
    pub text: String,
    /// What more is known of it.
    pub more: Vec<String>,
}

/// Tells events.
pub struct Story<'a> {
    /// Knows the factors by name.
    pub registry: &'a Registry,
}

impl Story<'_> {
    /// One event.
    pub fn of(&self, happening: &Happening) -> Told {
        let event = &happening.event;
        let detail = &event.detail;
        let (mood, text) = self
            .of_login(&event.kind, &detail["what"])
            .or_else(|| of_visit(&event.kind, happening))
            .or_else(|| of_management(&event.kind, detail))
            .or_else(|| of_owner(&event.kind))
            .unwrap_or_else(|| (Mood::Plain, event.kind.clone()));
        let mut more: Vec<String> = happening.sends.iter().map(sent).collect();
        if event.incident.is_some() {
            let said = |field: &str| detail[field].as_str().unwrap_or_default().to_owned();
            more.push(format!("Expected: {}. Found: {}.", said("expected"), said("found")));
        }
        more.extend(by(text_of(&detail["actor"])));
        Told { mood, text, more }
    }

    /// What happened in a login.
    fn of_login(&self, kind: &str, what: &Value) -> Option<(Mood, String)> {
        let factor = || self.factor(&what["authenticator"]);
        Some(match kind {
            "login.step-passed" => (Mood::Good, format!("Passed the step {}.", factor())),
            "login.step-skipped" => {
                let skipped: Vec<String> = what["authenticators"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|id| self.factor(id))
                    .collect();
                let why = skip_reason(text_of(&what["reason"]));
                (Mood::Plain, format!("Was not asked for {}: {why}.", skipped.join(" or ")))
            }
            "login.step-failed" => {
                (Mood::Bad, format!("Gave a wrong answer at the step {}.", factor()))
            }
            "login.throttled" => (
                Mood::Bad,
                format!(
                    "Gave an answer at the step {} that was not judged: there were too many wrong \
                     ones before.",
                    factor()
                ),
            ),
            "login.message-sent" => (Mood::Plain, "A code was sent by text message.".to_owned()),
            "login.enrolled" => {
                let proof = proof(text_of(&what["proof"]));
                (Mood::Plain, format!("Added a mobile number during a login, {proof}."))
            }
            "backup-code.used" => {
                let left = what["left"].as_u64().unwrap_or_default();
                (Mood::Plain, format!("Used a backup code; {left} are left."))
            }
            "login.denied" => {
                let why = denial(text_of(&what["reason"]));
                (Mood::Bad, format!("The login ended without success: {why}."))
            }
            "login.restarted" => (Mood::Plain, "Started the login over.".to_owned()),
            _ => return None,
        })
    }

    /// The name of a factor for people.
    fn factor(&self, id: &Value) -> String {
        let id = text_of(id);
        self.registry.find(id).map_or(id, |factor| factor.display_name()).to_owned()
    }
}

/// Who did it, unless it was the person.
fn by(actor: &str) -> Option<String> {
    match actor {
        "" | "password link" => None,
        "command line" => Some("On the command line.".to_owned()),
        "configuration file" => Some("By a configuration file.".to_owned()),
        "first start" => Some("With the link of the first start.".to_owned()),
        other => Some(format!("By {}.", other.strip_prefix("user ").unwrap_or(other))),
    }
}

/// Where the person went.
fn of_visit(kind: &str, happening: &Happening) -> Option<(Mood, String)> {
    let detail = &happening.event.detail;
    Some(match kind {
        "assertion.issued" => {
            let to = happening.service_provider.as_deref();
            let to = to.unwrap_or("a service provider that is gone");
            (Mood::Good, format!("Signed in to {}.", crate::pages::short(to)))
        }
        "local.signed-in" => {
            let to = match text_of(&detail["local"]) {
                "console" => "this console",
                _ => "the pages of their own account",
            };
            (Mood::Good, format!("Signed in to {to}."))
        }
        "claims.missing" => {
            let to = happening.service_provider.as_deref();
            let to = crate::pages::short(to.unwrap_or("a service provider that is gone"));
            let text = format!(
                "Passed the steps, but was not signed in to {to}: the profile lacks a mandatory claim."
            );
            (Mood::Bad, text)
        }
        "request.refused" => (Mood::Bad, "A request was refused.".to_owned()),
        "console.refused" => (Mood::Bad, "Was not let into a page of the console.".to_owned()),
        "session.ended" if text_of(&detail["by"]) == "sign-out" => {
            (Mood::Plain, "Signed out.".to_owned())
        }
        "session.ended" if text_of(&detail["by"]) == "logout" => {
            let by = happening.service_provider.as_deref();
            let by = by.unwrap_or("a service provider that is gone");
            (Mood::Plain, format!("Signed out from {}.", crate::pages::short(by)))
        }
        "logout.asked" => (Mood::Plain, "A service provider was told of the logout.".to_owned()),
        "logout.answered" if text_of(&detail["answer"]) == "ended" => {
            (Mood::Plain, "A service provider confirmed the logout.".to_owned())
        }
        "logout.answered" => (Mood::Bad, "A service provider refused the logout.".to_owned()),
        "session.ended" => (Mood::Plain, "A session was ended.".to_owned()),
        _ => return None,
    })
}

/// What was done to the account.
fn of_management(kind: &str, detail: &Value) -> Option<(Mood, String)> {
    let changed = &detail["changed"];
    let list = |field: &str| -> Vec<&str> {
        changed[field].as_array().into_iter().flatten().map(text_of).collect()
    };
    let text = match kind {
        "user-added" | "bootstrap-completed" => "The account was made.".to_owned(),
        "user-changed" => "The account was changed by a configuration file.".to_owned(),
        "user-claims-set" | "user-claim-set" => {
            let short = |uri: &str| uri.rsplit('/').next().unwrap_or_default().to_owned();
            let claims: Vec<String> = list("claims").into_iter().map(short).collect();
            format!("The profile was changed: {}.", claims.join(", "))
        }
        "user-roles-set" => match list("after").join(", ") {
            none if none.is_empty() => "Lost every role in the console.".to_owned(),
            roles => format!("Was given these roles in the console: {roles}."),
        },
        "user-password-set" => "The password was set.".to_owned(),
        "user-password-link-made" => "A link for choosing a password was made.".to_owned(),
        "user-password-chosen" => "Chose a password with a link.".to_owned(),
        "user-enrolment-link-made" => "A link for adding a mobile number was made.".to_owned(),
        "user-disabled" => "The account was disabled.".to_owned(),
        "user-enabled" => "The account was enabled.".to_owned(),
        "user-unlocked" => "Wrong answers were forgotten.".to_owned(),
        "user-sessions-ended" => match changed["sessions"].as_u64() {
            Some(1) => "The only session was ended.".to_owned(),
            count => format!("{} sessions were ended.", count.unwrap_or_default()),
        },
        "backup-codes.generated" => "New backup codes were made.".to_owned(),
        "backup-codes.set" => "Backup codes were set from a list.".to_owned(),
        "backup-codes.cleared" => "The backup codes were removed.".to_owned(),
        _ => return None,
    };
    Some((Mood::Plain, text))
}

/// What the person did on the account pages.
fn of_owner(kind: &str) -> Option<(Mood, String)> {
    let (mood, text) = match kind {
        "account.password-changed" => (Mood::Plain, "Changed the password."),
        "account.password-refused" => {
            (Mood::Bad, "Gave a wrong present password when changing the password.")
        }
        "account.profile-changed" => (Mood::Plain, "Changed the own profile."),
        "account.number-code-sent" => (Mood::Plain, "A code was sent to a new mobile number."),
        "account.number-code-wrong" => (Mood::Bad, "Entered a wrong code for a new mobile number."),
        "account.number-changed" => (Mood::Plain, "Changed the mobile number."),
        "account.backup-codes-made" => (Mood::Plain, "Made new backup codes."),
        "account.sms-otp-disabled" => (Mood::Plain, "Stopped being asked for codes."),
        "account.sms-otp-enabled" => (Mood::Plain, "Chose to be asked for codes again."),
        "account.session-ended" => (Mood::Plain, "Ended another session."),
        "account.sessions-ended" => (Mood::Plain, "Ended every other session."),
        _ => return None,
    };
    Some((mood, text.to_owned()))
}

/// What became of a message at one gateway.
fn sent(send: &SmsSend) -> String {
    let gateway = send.gateway.as_deref().map_or("No gateway", |name| name);
    match (send.outcome, send.used) {
        (SendOutcome::Accepted, true) => format!("{gateway} took it, and the code came back."),
        (SendOutcome::Accepted, false) => {
            format!("{gateway} took it; the code did not come back so far.")
        }
        (SendOutcome::Rejected, _) => format!("{gateway} rejected it."),
        (SendOutcome::TimedOut, _) => format!("{gateway} gave no answer in time."),
        (SendOutcome::Failed, _) if send.gateway.is_none() => {
            "There was no gateway to send it through.".to_owned()
        }
        (SendOutcome::Failed, _) => format!("{gateway} could not be reached."),
    }
}

fn skip_reason(reason: &str) -> &str {
    match reason {
        "opted-out" => "the person disabled it, which this step allows",
        "not-enrolled" => "the person has nothing to pass it with, which this step allows",
        other => other,
    }
}

fn proof(proof: &str) -> &str {
    match proof {
        "fresh-account" => "as the owner of a new account may",
        "link" => "with an administrator's link",
        "backup-code" => "with a backup code",
        other => other,
    }
}

fn denial(reason: &str) -> &str {
    match reason {
        "account-disabled" => "the account is disabled",
        "account-gone" => "the account is gone",
        "not-enrolled" => "there is nothing to pass a step with, such as a mobile number",
        "enrolment-unproven" => {
            "a mobile number could be added, but nothing showed that it is the person; an \
             enrolment link or a backup code does"
        }
        "number-not-served" => "codes are not sent to the country of the mobile number",
        "not-open" => "the application is in quarantine, and the person does not test it",
        "expired" => "it took too long",
        "too-many-sends" => "too many codes were asked for",
        "too-many-attempts" => "there were too many wrong answers",
        "cancelled" => "the person cancelled it",
        "authenticator-missing" => "a step needs a factor that this server does not have",
        "internal-error" => "a factor could not work; see the server's log",
        other => other,
    }
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use idp_core::id::EventId;
    use idp_store::AuditEvent;
    use serde_json::json;

    use super::*;

    fn told(kind: &str, detail: Value) -> Told {
        let at = idp_core::Instant::UNIX_EPOCH;
        let event = AuditEvent {
            id: EventId::new(at, &mut crate::rng::rng()),
            at,
            kind: kind.to_owned(),
            incident: None,
            service_provider: None,
            user: None,
            session: None,
            address: None,
            detail,
        };
        let registry = Registry::new(Vec::new());
        let happening = Happening { event, service_provider: None, sends: Vec::new() };
        Story { registry: &registry }.of(&happening)
    }

    #[test]
    fn an_event_without_words_is_told_by_its_kind() {
        let told = told("something.new", json!({"actor": "user root"}));
        assert_eq!((told.mood, told.text.as_str()), (Mood::Plain, "something.new"));
        assert_eq!(told.more, ["By root."]);
    }

    #[test]
    fn a_denial_says_why() {
        let told = told("login.denied", json!({"what": {"reason": "number-not-served"}}));
        assert_eq!(told.mood, Mood::Bad);
        assert!(told.text.contains("not sent to the country"), "{}", told.text);
    }

    #[test]
    fn every_reason_of_a_denial_has_words() {
        use idp_core::flow::authenticator::DenyReason as R;
        for reason in [
            R::AccountDisabled,
            R::AccountGone,
            R::NotEnrolled,
            R::EnrolmentUnproven,
            R::NumberNotServed,
            R::NotOpen,
            R::Expired,
            R::TooManySends,
            R::TooManyAttempts,
            R::Cancelled,
            R::AuthenticatorMissing,
            R::InternalError,
        ] {
            let name = json!(reason);
            let name = name.as_str().unwrap();
            assert!(denial(name).contains(' '), "{name}");
        }
    }

    #[test]
    fn an_account_is_changed_in_words() {
        let roles = told("user-roles-set", json!({"changed": {"after": ["auditor"]}}));
        assert_eq!(roles.text, "Was given these roles in the console: auditor.");
        let claims = json!({"changed": {"claims": ["http://wso2.org/claims/mobile"]}});
        assert_eq!(told("user-claims-set", claims).text, "The profile was changed: mobile.");
    }
}
