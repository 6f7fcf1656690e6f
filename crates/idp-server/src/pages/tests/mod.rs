//! Golden files of every page, and what must hold for hostile text.
//!
//! `UPDATE_GOLDEN=1 cargo test -p idp-server pages` writes the golden files anew; the diff is then
//! for a person to read.

mod escaping;
mod golden;
mod promises;

use chrono::{DateTime, TimeDelta};
use idp_core::Instant;
use idp_core::flow::authenticator::{Action, Field, FieldKind, Notice, Prompt};

use super::LoginFrame;

const PRODUCT: &str = "Portcullis";
const APPLICATION: &str = "Pickup Dispatch";

fn noon() -> Instant {
    DateTime::from_timestamp(1_767_268_800, 0).unwrap()
}

fn after(seconds: i64) -> Instant {
    noon() + TimeDelta::seconds(seconds)
}

fn login(step_number: usize, signed_in_as: Option<&str>) -> LoginFrame<'_> {
    LoginFrame {
        product: PRODUCT,
        application: APPLICATION,
        action_url: "/login/0190f5a0",
        csrf: "csrf-token",
        step: "step-marker",
        now: noon(),
        expires_at: after(900),
        step_number,
        step_count: 2,
        signed_in_as,
        can_restart: signed_in_as.is_some(),
    }
}

fn field(name: &'static str, label: &'static str, kind: FieldKind) -> Field {
    Field { name, label, kind, value: None, hint: None }
}

fn password_prompt() -> Prompt {
    Prompt {
        title: "Sign in".to_owned(),
        intro: None,
        notice: None,
        fields: vec![
            field("username", "Username", FieldKind::Username),
            field("password", "Password", FieldKind::CurrentPassword),
        ],
        submit: "Continue",
        actions: Vec::new(),
        expires_at: None,
    }
}

fn code_prompt() -> Prompt {
    let code = FieldKind::OneTimeCode { shortest: 6, longest: 6, numeric: true };
    Prompt {
        title: "Enter the code".to_owned(),
        intro: Some("We sent a code by text message to ●●●●●● 42.".to_owned()),
        notice: None,
        fields: vec![field("code", "Code", code)],
        submit: "Continue",
        actions: vec![Action {
            value: "resend",
            label: "Send a new code",
            available_at: Some(after(24)),
        }],
        expires_at: Some(after(270)),
    }
}

/// As somebody sees it who has a backup code and lost the phone.
fn number_prompt() -> Prompt {
    let mut number = field("mobile", "Mobile number", FieldKind::MobileNumber);
    number.hint = Some("With the country code, such as +44 7700 900123.".to_owned());
    Prompt {
        title: "Change your mobile number".to_owned(),
        intro: Some("We send a code to it.".to_owned()),
        notice: None,
        fields: vec![number],
        submit: "Send a code",
        actions: vec![Action { value: "not-now", label: "Not now", available_at: None }],
        expires_at: None,
    }
}

fn backup_code_prompt() -> Prompt {
    let code = FieldKind::BackupCode { shortest: 1, longest: 64 };
    Prompt {
        title: "Enter a backup code".to_owned(),
        intro: Some("Each of your backup codes works once. You have 2 left.".to_owned()),
        notice: Some(Notice::info(
            "You have almost no backup codes left. Ask your administrator for new ones.",
        )),
        fields: vec![field("backup_code", "Backup code", code)],
        submit: "Continue",
        actions: vec![Action {
            value: "text-message",
            label: "Use a code by text message",
            available_at: None,
        }],
        expires_at: None,
    }
}
