//! What the page says about codes. Waits are told as durations, which need no time zone.

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::flow::authenticator::{AttemptPermission, Notice};

use super::challenge::Progress;
use super::standing::Form;
use crate::phone::{PhoneNumber, PhoneProblem};

pub(super) const SEND_A_NEW_CODE: &str = "Send a new code";
pub(super) const USE_A_BACKUP_CODE: &str = "Use a backup code";
pub(super) const USE_A_TEXT_MESSAGE: &str = "Use a code by text message";
pub(super) const FEW_BACKUP_CODES: &str =
    "You have almost no backup codes left. Ask your administrator for new ones.";

pub(super) const USE_MY_NUMBER: &str = "Use the number I have";
pub(super) const USE_ANOTHER_NUMBER: &str = "Use another number";
pub(super) const ADD_A_NUMBER: &str = "Add a mobile number";
pub(super) const NOT_NOW: &str = "Not now";
pub(super) const NUMBER_HAS_CHANGED: &str = "My mobile number has changed";
pub(super) const NUMBER_INTRO: &str =
    "We send a code to it. Once you enter that code, codes for your sign-ins go to this number.";
pub(super) const NUMBER_HINT: &str = "With the country code, such as +44 7700 900123.";

/// When the next code may be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NextCode {
    Now,
    NotBefore(Instant),
    /// Not in this login.
    Never,
}

/// Where the code went, or when one can be had.
pub(super) fn intro(number: &str, progress: &Progress, next: NextCode, now: Instant) -> String {
    if !progress.has_live_code(now) {
        return match next {
            NextCode::Now => format!("You can have a code sent to {number}."),
            NextCode::NotBefore(until) => {
                format!("A code can be sent to {number} {}.", wait(until, now))
            }
            NextCode::Never => format!("No more codes can be sent to {number} in this sign-in."),
        };
    }
    match (progress.delivery_failed(), progress.delivery_known()) {
        (true, _) => format!("The code was meant for {number}."),
        (false, true) => format!("We sent a code to {number}."),
        (false, false) => format!("A code is on its way to {number}."),
    }
}

pub(super) fn undelivered(next: NextCode, now: Instant) -> Notice {
    Notice::error(format!("The message could not be sent. {}", way_on(next, now)))
}

pub(super) fn expired(next: NextCode, now: Instant) -> Notice {
    Notice::error(format!("The code has expired. {}", way_on(next, now)))
}

pub(super) fn no_code(next: NextCode, now: Instant) -> Notice {
    Notice::error(format!("There is no code that could be entered. {}", way_on(next, now)))
}

/// A request for a code that is not met, while the last one is still good or not.
pub(super) fn not_sent(next: NextCode, live: bool, now: Instant) -> Notice {
    Notice::error(match (next, live) {
        (NextCode::Never, true) => {
            "No more codes can be sent in this sign-in. Use the last one you received.".to_owned()
        }
        (NextCode::Never, false) => {
            format!("No more codes can be sent in this sign-in. Press \"{USE_A_BACKUP_CODE}\".")
        }
        _ => way_on(next, now),
    })
}

pub(super) fn nothing_entered(form: Form) -> Notice {
    Notice::error(match form {
        Form::Code => "Enter the code from the message.",
        Form::Number => "Enter your mobile number, with its country code.",
        Form::Backup => "Enter one of your backup codes.",
    })
}

pub(super) fn no_number() -> Notice {
    Notice::error("There is no number that a code could be sent to. Enter a backup code.")
}

pub(super) const fn number_title(has_number: bool) -> &'static str {
    if has_number { "Change your mobile number" } else { "Add your mobile number" }
}

pub(super) fn no_proof() -> Notice {
    Notice::error("A number cannot be added here. Ask your administrator for an enrolment link.")
}

pub(super) fn number_not_served() -> Notice {
    Notice::error("Codes are not sent to the country of this number. Enter another number.")
}

pub(super) fn not_a_number(problem: PhoneProblem) -> String {
    format!("No code was sent: {problem}.")
}

pub(super) fn backup_code_accepted() -> Notice {
    Notice::info("The backup code is right. You can add your mobile number now.")
}

/// What a number is told that codes go to from now on.
pub(super) fn number_added(host: &str) -> String {
    format!(
        "This number now receives the sign-in codes of your account at {host}. If that was not you, \
         tell your administrator."
    )
}

/// What the number before is told.
pub(super) fn number_replaced(host: &str, new: &PhoneNumber) -> String {
    format!(
        "The sign-in codes of your account at {host} now go to another number, {}. If that was not \
         you, tell your administrator at once.",
        new.masked()
    )
}

/// What backup codes are, and how many there are.
pub(super) fn backup_intro(left: usize) -> String {
    let left = if left == 1 { "one left".to_owned() } else { format!("{left} left") };
    format!("Each of your backup codes works once. You have {left}.")
}

pub(super) fn no_backup_codes() -> Notice {
    Notice::error("You have no backup codes left. Ask your administrator for new ones.")
}

pub(super) fn not_a_backup_code() -> Notice {
    Notice::error("A backup code is digits only. Check your list and try again.")
}

pub(super) fn wrong_backup_code() -> Notice {
    Notice::error("The code is not right, or it was used before. Check it and try again.")
}

/// Too many wrong backup codes; codes by text message are still judged.
pub(super) fn backup_codes_throttled(permission: AttemptPermission, now: Instant) -> Notice {
    Notice::error(match permission {
        AttemptPermission::NotBefore(until) => format!(
            "There were too many wrong backup codes. Another can be tried {}.",
            wait(until, now)
        ),
        _ => "There were too many wrong backup codes, so they are locked. Ask your administrator to unlock them."
            .to_owned(),
    })
}

pub(super) fn wrong(tries_left: u32, next: NextCode, now: Instant) -> Notice {
    Notice::error(match tries_left {
        0 => format!(
            "The code is not right, and after so many tries it is void. {}",
            way_on(next, now)
        ),
        1 => "The code is not right. You have one more try.".to_owned(),
        _ => format!("The code is not right. You have {tries_left} more tries."),
    })
}

fn way_on(next: NextCode, now: Instant) -> String {
    match next {
        NextCode::Now => format!("Press \"{SEND_A_NEW_CODE}\"."),
        NextCode::NotBefore(until) => format!("A new code can be sent {}.", wait(until, now)),
        NextCode::Never => {
            "No more codes can be sent in this sign-in. Go back to the application and sign in again."
                .to_owned()
        }
    }
}

/// "in 20 seconds", "in 5 minutes", "in 3 hours": never less than it is.
fn wait(until: Instant, now: Instant) -> String {
    let left = until - now;
    let whole = left.num_seconds();
    let seconds = if TimeDelta::seconds(whole) < left { whole + 1 } else { whole };
    match seconds {
        ..=1 => "in a second".to_owned(),
        2..=90 => format!("in {seconds} seconds"),
        91..=5400 => format!("in {} minutes", (seconds + 59) / 60),
        _ => format!("in {} hours", (seconds + 3599) / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_rounded_up() {
        let now = Instant::default();
        for (milliseconds, words) in [
            (1, "in a second"),
            (29_100, "in 30 seconds"),
            (91_000, "in 2 minutes"),
            (3_600_000, "in 60 minutes"),
            (5_401_000, "in 2 hours"),
        ] {
            assert_eq!(wait(now + TimeDelta::milliseconds(milliseconds), now), words);
        }
    }
}
