//! What the page says about codes. Waits are told as durations, which need no time zone.

use chrono::TimeDelta;
use idp_core::Instant;
use idp_core::flow::authenticator::{AttemptPermission, Notice, Phrase};

use super::challenge::Progress;
use super::standing::Form;
use crate::phone::PhoneProblem;
use crate::texts;

/// A number as people should write it.
pub(super) const EXAMPLE: &str = "+44 7700 900123";

/// When the next code may be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NextCode {
    Now,
    NotBefore(Instant),
    /// Not in this login.
    Never,
}

/// Where the code went, or when one can be had.
pub(super) fn intro(number: &str, progress: &Progress, next: NextCode, now: Instant) -> Phrase {
    if !progress.has_live_code(now) {
        return match next {
            NextCode::Now => texts::sms_otp_can_send(number),
            NextCode::NotBefore(until) => texts::sms_otp_can_send_in(number, wait(until, now)),
            NextCode::Never => texts::sms_otp_cannot_send(number),
        };
    }
    match (progress.delivery_failed(), progress.delivery_known()) {
        (true, _) => texts::sms_otp_meant_for(number),
        (false, true) => texts::sms_otp_sent(number),
        (false, false) => texts::sms_otp_on_its_way(number),
    }
}

pub(super) fn undelivered(next: NextCode, now: Instant) -> Notice {
    Notice::error(texts::sms_otp_undelivered(way_on(next, now)))
}

pub(super) fn expired(next: NextCode, now: Instant) -> Notice {
    Notice::error(texts::sms_otp_expired(way_on(next, now)))
}

pub(super) fn no_code(next: NextCode, now: Instant) -> Notice {
    Notice::error(texts::sms_otp_no_code(way_on(next, now)))
}

/// A request for a code that is not met, while the last one is still good or not.
pub(super) fn not_sent(next: NextCode, live: bool, now: Instant) -> Notice {
    Notice::error(match (next, live) {
        (NextCode::Never, true) => texts::sms_otp_no_more_use_last(),
        (NextCode::Never, false) => texts::sms_otp_no_more_use_backup(),
        _ => way_on(next, now),
    })
}

pub(super) fn nothing_entered(form: Form) -> Notice {
    Notice::error(match form {
        Form::Code => texts::sms_otp_enter_code(),
        Form::Number => texts::sms_otp_enter_number(),
        Form::Backup => texts::sms_otp_enter_backup(),
    })
}

pub(super) fn no_number() -> Notice {
    Notice::error(texts::sms_otp_no_number())
}

pub(super) fn number_title(has_number: bool) -> Phrase {
    if has_number {
        texts::sms_otp_change_number_title()
    } else {
        texts::sms_otp_add_number_title()
    }
}

pub(super) fn no_proof() -> Notice {
    Notice::error(texts::sms_otp_no_proof())
}

pub(super) fn number_not_served() -> Notice {
    Notice::error(texts::sms_otp_not_served())
}

pub(super) fn not_a_number(problem: PhoneProblem) -> Phrase {
    texts::sms_otp_not_a_number(problem.phrase())
}

pub(super) fn backup_code_accepted() -> Notice {
    Notice::info(texts::sms_otp_backup_accepted())
}

pub(super) fn no_backup_codes() -> Notice {
    Notice::error(texts::sms_otp_no_backup())
}

pub(super) fn not_a_backup_code() -> Notice {
    Notice::error(texts::sms_otp_not_a_backup())
}

pub(super) fn wrong_backup_code() -> Notice {
    Notice::error(texts::sms_otp_wrong_backup())
}

/// Too many wrong backup codes; codes by text message are still judged.
pub(super) fn backup_codes_throttled(permission: AttemptPermission, now: Instant) -> Notice {
    Notice::error(match permission {
        AttemptPermission::NotBefore(until) => texts::sms_otp_backup_throttled(wait(until, now)),
        _ => texts::sms_otp_backup_locked(),
    })
}

pub(super) fn wrong(tries_left: u32, next: NextCode, now: Instant) -> Notice {
    Notice::error(match tries_left {
        0 => texts::sms_otp_void(way_on(next, now)),
        _ => texts::sms_otp_wrong(tries_left),
    })
}

fn way_on(next: NextCode, now: Instant) -> Phrase {
    match next {
        NextCode::Now => texts::sms_otp_press_send(),
        NextCode::NotBefore(until) => texts::sms_otp_new_in(wait(until, now)),
        NextCode::Never => texts::sms_otp_no_more(),
    }
}

/// Never less than it is.
fn wait(until: Instant, now: Instant) -> Phrase {
    let left = until - now;
    let whole = left.num_seconds();
    let seconds = if TimeDelta::seconds(whole) < left { whole + 1 } else { whole };
    idp_core::flow::texts::wait(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_rounded_up() {
        let now = Instant::default();
        for (milliseconds, seconds) in [(1, 1), (29_100, 30), (91_000, 91), (5_401_000, 5401)] {
            let told = wait(now + TimeDelta::milliseconds(milliseconds), now);
            assert_eq!(told, idp_core::flow::texts::wait(seconds));
        }
    }
}
