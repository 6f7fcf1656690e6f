//! Golden files of every page, and what must hold for hostile text.
//!
//! `UPDATE_GOLDEN=1 cargo test -p idp-server pages` writes the golden files anew; the diff is then
//! for a person to read.

mod escaping;
mod golden;
mod promises;

use chrono::{DateTime, TimeDelta};
use idp_core::Instant;
use idp_core::flow::authenticator::{Action, Field, FieldKind, Notice, Phrase, Prompt};

use super::{Frame, LoginFrame};
use crate::language::Language;

const PRODUCT: &str = "Portcullis";
const APPLICATION: &str = "Pickup Dispatch";

fn noon() -> Instant {
    DateTime::from_timestamp(1_767_268_800, 0).unwrap()
}

fn after(seconds: i64) -> Instant {
    noon() + TimeDelta::seconds(seconds)
}

/// What is around a page at this address in this language.
const fn frame(language: Language) -> Frame<'static> {
    Frame {
        product: PRODUCT,
        brand: PRODUCT,
        style: None,
        logo: None,
        help: None,
        words: language.words(),
        here: Some("/login/0190f5a0"),
    }
}

const ENGLISH: Frame<'static> = frame(Language::English);

fn login(step_number: usize, signed_in_as: Option<&str>) -> LoginFrame<'_> {
    LoginFrame {
        frame: ENGLISH,
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

/// The same page in another language.
fn login_in(language: Language) -> LoginFrame<'static> {
    LoginFrame { frame: frame(language), ..login(2, Some("dana")) }
}

/// A text of an authenticator.
fn said(name: &'static str) -> Phrase {
    Phrase::new(name, Vec::new())
}

fn field(name: &'static str, label: &'static str, kind: FieldKind) -> Field {
    Field { name, label: said(label), kind, value: None, hint: None }
}

fn password_prompt() -> Prompt {
    Prompt {
        title: said("basic-auth-title"),
        intro: None,
        notice: None,
        fields: vec![
            field("username", "basic-auth-username", FieldKind::Username),
            field("password", "basic-auth-password", FieldKind::CurrentPassword),
        ],
        submit: said("basic-auth-submit"),
        actions: Vec::new(),
        expires_at: None,
    }
}

fn action(value: &'static str, label: &'static str, available_at: Option<Instant>) -> Action {
    Action { value, label: said(label), available_at }
}

fn code_prompt() -> Prompt {
    let code = FieldKind::OneTimeCode { shortest: 6, longest: 6, numeric: true };
    Prompt {
        title: said("sms-otp-title"),
        intro: Some(Phrase::new("sms-otp-sent", vec![("number", "+94 ••• ••• •67".into())])),
        notice: None,
        fields: vec![field("code", "sms-otp-code", code)],
        submit: said("sms-otp-continue"),
        actions: vec![action("resend", "sms-otp-send-new", Some(after(24)))],
        expires_at: Some(after(270)),
    }
}

/// As somebody sees it who has a backup code and lost the phone.
fn number_prompt() -> Prompt {
    let mut number = field("mobile", "sms-otp-number-label", FieldKind::MobileNumber);
    let example = vec![("example", "+44 7700 900123".into())];
    number.hint = Some(Phrase::new("sms-otp-number-hint", example));
    Prompt {
        title: said("sms-otp-change-number-title"),
        intro: Some(said("sms-otp-number-intro")),
        notice: None,
        fields: vec![number],
        submit: said("sms-otp-number-submit"),
        actions: vec![action("not-now", "sms-otp-not-now", None)],
        expires_at: None,
    }
}

fn backup_code_prompt() -> Prompt {
    let code = FieldKind::BackupCode { shortest: 1, longest: 64 };
    Prompt {
        title: said("sms-otp-backup-title"),
        intro: Some(Phrase::new("sms-otp-backup-intro", vec![("left", 2_i64.into())])),
        notice: Some(Notice::info(said("sms-otp-few-backup"))),
        fields: vec![field("backup_code", "sms-otp-backup-label", code)],
        submit: said("sms-otp-continue"),
        actions: vec![action("text-message", "sms-otp-use-message", None)],
        expires_at: None,
    }
}
