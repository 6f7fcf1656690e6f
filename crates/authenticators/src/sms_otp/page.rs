//! What the step shows.

use idp_core::flow::authenticator::{Action, Field, FieldKind, Notice, Prompt};

use super::backup_code::BackupCode;
use super::code::Alphabet;
use super::number_form::number_prompt;
use super::standing::{Form, Standing};
use super::wording::{self, NextCode};
use super::{BACKUP, BACKUP_CODE, CHANGE_NUMBER, CODE, NEW_NUMBER, RESEND, SmsOtp, TEXT_MESSAGE};
use crate::texts;

impl SmsOtp {
    /// The page of somebody who cannot pass, which is not shown: the login ends.
    pub(super) fn bare_prompt(&self) -> Prompt {
        Prompt {
            title: texts::sms_otp_title(),
            intro: None,
            notice: None,
            fields: vec![self.code_field(None)],
            submit: texts::sms_otp_continue(),
            actions: Vec::new(),
            expires_at: None,
        }
    }

    pub(super) fn prompt_of(&self, standing: &Standing<'_>) -> Prompt {
        match (standing.form(), &standing.binding) {
            (Form::Code, Some(binding)) => {
                let now = standing.facts.now;
                let next = self.next_code(standing);
                let progress = &standing.progress;
                let live = progress.code.as_ref().filter(|code| now < code.expires_at);
                let backup = (standing.backup_codes_left() > 0).then_some(Action {
                    value: BACKUP,
                    label: texts::sms_otp_use_backup(),
                    available_at: None,
                });
                let other = (standing.proof.is_some()).then_some(Action {
                    value: NEW_NUMBER,
                    label: texts::sms_otp_use_another_number(),
                    available_at: None,
                });
                let number = match standing.given_number() {
                    Some((given, _)) => given.e164().to_owned(),
                    None => binding.number.masked(),
                };
                Prompt {
                    intro: Some(wording::intro(&number, progress, next, now)),
                    notice: progress.delivery_failed().then(|| wording::undelivered(next, now)),
                    fields: vec![self.code_field(standing.enrolment.digits())],
                    actions: resend_action(next).into_iter().chain(other).chain(backup).collect(),
                    expires_at: live.map(|code| code.expires_at),
                    ..self.bare_prompt()
                }
            }
            (Form::Number, _) => number_prompt(standing),
            _ => backup_prompt(standing),
        }
    }

    /// The field for the code. It takes backup codes as well, of so many digits.
    fn code_field(&self, backup_digits: Option<(usize, usize)>) -> Field {
        let length = self.form.length;
        let of = |digits: usize| u8::try_from(digits).unwrap_or(BackupCode::LONGEST);
        let (shortest, longest) = backup_digits.map_or((length, length), |(shortest, longest)| {
            (length.min(of(shortest)), length.max(of(longest)))
        });
        let numeric = self.form.alphabet == Alphabet::Digits;
        let kind = FieldKind::OneTimeCode { shortest, longest, numeric };
        Field { name: CODE, label: texts::sms_otp_code(), kind, value: None, hint: None }
    }
}

fn backup_prompt(standing: &Standing<'_>) -> Prompt {
    let left = standing.backup_codes_left();
    let kind =
        FieldKind::BackupCode { shortest: BackupCode::SHORTEST, longest: BackupCode::LONGEST };
    let field = Field {
        name: BACKUP_CODE,
        label: texts::sms_otp_backup_label(),
        kind,
        value: None,
        hint: None,
    };
    let change = (standing.may_enrol && standing.has_number).then_some(Field {
        name: CHANGE_NUMBER,
        label: texts::sms_otp_number_changed(),
        kind: FieldKind::Checkbox,
        value: None,
        hint: None,
    });
    let add_number = standing.proof.is_some().then_some(Action {
        value: NEW_NUMBER,
        label: texts::sms_otp_add_number(),
        available_at: None,
    });
    let text_message = standing.binding.is_some().then_some(Action {
        value: TEXT_MESSAGE,
        label: texts::sms_otp_use_message(),
        available_at: None,
    });
    Prompt {
        title: texts::sms_otp_backup_title(),
        intro: Some(texts::sms_otp_backup_intro(left)),
        notice: (left <= 2).then(|| Notice::info(texts::sms_otp_few_backup())),
        fields: [field].into_iter().chain(change).collect(),
        submit: texts::sms_otp_continue(),
        actions: text_message.or(add_number).into_iter().collect(),
        expires_at: None,
    }
}

/// The button for another code; none when no more may be sent.
fn resend_action(next: NextCode) -> Option<Action> {
    let available_at = match next {
        NextCode::Now => None,
        NextCode::NotBefore(until) => Some(until),
        NextCode::Never => return None,
    };
    Some(Action { value: RESEND, label: texts::sms_otp_send_new(), available_at })
}
