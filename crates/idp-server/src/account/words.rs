//! shim
use askama::filters::HtmlSafe;
use std::fmt;
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(String);
impl Text {
    pub fn literal(t: impl Into<String>) -> Self {
        Self(t.into())
    }
    pub fn plain(&self) -> String {
        self.0.clone()
    }
}
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => write!(f, "{c}")?,
            }
        }
        Ok(())
    }
}
impl HtmlSafe for Text {}
pub struct Value(String);
impl From<&str> for Value {
    fn from(t: &str) -> Self {
        Self(t.to_owned())
    }
}
impl From<String> for Value {
    fn from(t: String) -> Self {
        Self(t)
    }
}
impl From<&String> for Value {
    fn from(t: &String) -> Self {
        Self(t.clone())
    }
}
impl From<std::borrow::Cow<'_, str>> for Value {
    fn from(t: std::borrow::Cow<'_, str>) -> Self {
        Self(t.into_owned())
    }
}
impl From<Text> for Value {
    fn from(t: Text) -> Self {
        Self(t.0)
    }
}
impl From<usize> for Value {
    fn from(t: usize) -> Self {
        Self(t.to_string())
    }
}
impl From<i64> for Value {
    fn from(t: i64) -> Self {
        Self(t.to_string())
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words;
impl Words {
    pub fn date_and_time(self, at: idp_core::Instant) -> Text {
        Text(at.format("%-d %B %Y, %H:%M UTC").to_string())
    }
    pub fn date(self, at: idp_core::Instant) -> Text {
        Text(at.format("%-d %B %Y").to_string())
    }

    pub fn account_name(self) -> Text {
        Text("Your account".to_owned())
    }
    pub fn account_skip(self) -> Text {
        Text("Skip to the content".to_owned())
    }
    pub fn account_signed_in_as(self, name: impl Into<Value>) -> Text {
        Text("Signed in as { $name }".to_owned().replace("{ $name }", &name.into().0))
    }
    pub fn account_sign_out(self) -> Text {
        Text("Sign out".to_owned())
    }
    pub fn account_console(self) -> Text {
        Text("Admin console".to_owned())
    }
    pub fn account_error_before_title(self, title: impl Into<Value>) -> Text {
        Text("Error: { $title }".to_owned().replace("{ $title }", &title.into().0))
    }
    pub fn account_pages(self) -> Text {
        Text("Pages of your account".to_owned())
    }
    pub fn account_saved_nothing(self) -> Text {
        Text("Nothing was saved. Please correct the following:".to_owned())
    }
    pub fn account_optional(self) -> Text {
        Text("(optional)".to_owned())
    }
    pub fn account_cancel(self) -> Text {
        Text("Cancel".to_owned())
    }
    pub fn account_back(self) -> Text {
        Text("Back".to_owned())
    }
    pub fn account_overview(self) -> Text {
        Text("Overview".to_owned())
    }
    pub fn account_overview_intro(self) -> Text {
        Text("What you sign in with, and where you are signed in.".to_owned())
    }
    pub fn account_overview_password(self) -> Text {
        Text("Password".to_owned())
    }
    pub fn account_overview_has_password(self) -> Text {
        Text("You have one.".to_owned())
    }
    pub fn account_overview_no_password(self) -> Text {
        Text("You have none.".to_owned())
    }
    pub fn account_overview_number(self) -> Text {
        Text("Mobile number".to_owned())
    }
    pub fn account_overview_no_number(self) -> Text {
        Text("You have none. Codes by text message cannot be sent to you.".to_owned())
    }
    pub fn account_overview_codes(self) -> Text {
        Text("Backup codes".to_owned())
    }
    pub fn account_overview_codes_left(
        self,
        left: impl Into<Value>,
        total: impl Into<Value>,
    ) -> Text {
        Text(
            "{ $left } of { $total } left"
                .to_owned()
                .replace("{ $left }", &left.into().0)
                .replace("{ $total }", &total.into().0),
        )
    }
    pub fn account_overview_no_codes(self) -> Text {
        Text("You have none.".to_owned())
    }
    pub fn account_overview_sessions(self) -> Text {
        Text("Signed in".to_owned())
    }
    pub fn account_overview_session_count(self, count: impl Into<Value>) -> Text {
        Text("In { $count } browsers".to_owned().replace("{ $count }", &count.into().0))
    }
    pub fn account_overview_change(self) -> Text {
        Text("Change".to_owned())
    }
    pub fn account_overview_look(self) -> Text {
        Text("Look at them".to_owned())
    }
    pub fn account_profile(self) -> Text {
        Text("Profile".to_owned())
    }
    pub fn account_profile_intro(self) -> Text {
        Text("What is known of you. An empty field forgets its value.".to_owned())
    }
    pub fn account_profile_empty(self) -> Text {
        Text("There is nothing here that you can change. Ask an administrator if something is wrong.".to_owned())
    }
    pub fn account_profile_save(self) -> Text {
        Text("Save the profile".to_owned())
    }
    pub fn account_profile_saved(self) -> Text {
        Text("Your profile is saved.".to_owned())
    }
    pub fn account_profile_another(self) -> Text {
        Text("Another value".to_owned())
    }
    pub fn account_profile_another_of(self, label: impl Into<Value>) -> Text {
        Text("{ $label }, another value".to_owned().replace("{ $label }", &label.into().0))
    }
    pub fn account_profile_value_of(
        self,
        label: impl Into<Value>,
        number: impl Into<Value>,
    ) -> Text {
        Text(
            "{ $label }, value { $number }"
                .to_owned()
                .replace("{ $label }", &label.into().0)
                .replace("{ $number }", &number.into().0),
        )
    }
    pub fn account_profile_required(self) -> Text {
        Text("(required)".to_owned())
    }
    pub fn account_profile_none(self) -> Text {
        Text("none".to_owned())
    }
    pub fn account_profile_read_only(self) -> Text {
        Text("Only an administrator can change this.".to_owned())
    }
    pub fn account_profile_names_you(self) -> Text {
        Text("Applications know you by this, so only an administrator can change it.".to_owned())
    }
    pub fn account_claim_givenname(self) -> Text {
        Text("First name".to_owned())
    }
    pub fn account_claim_lastname(self) -> Text {
        Text("Last name".to_owned())
    }
    pub fn account_claim_emailaddress(self) -> Text {
        Text("E-mail address".to_owned())
    }
    pub fn account_claim_organization(self) -> Text {
        Text("Organization".to_owned())
    }
    pub fn account_claim_country(self) -> Text {
        Text("Country".to_owned())
    }
    pub fn account_mistake_email(self) -> Text {
        Text("Write an e-mail address such as alice@example.org.".to_owned())
    }
    pub fn account_mistake_required(self) -> Text {
        Text("This is required. Give a value.".to_owned())
    }
    pub fn account_mistake_value(self) -> Text {
        Text(
            "This cannot be stored. Use at most 1024 characters, and no control characters."
                .to_owned(),
        )
    }
    pub fn account_password(self) -> Text {
        Text("Password".to_owned())
    }
    pub fn account_password_intro(self) -> Text {
        Text(
            "Choose a new password. You stay signed in here. Every other session of yours ends."
                .to_owned(),
        )
    }
    pub fn account_password_current(self) -> Text {
        Text("Present password".to_owned())
    }
    pub fn account_password_new(self) -> Text {
        Text("New password".to_owned())
    }
    pub fn account_password_again(self) -> Text {
        Text("New password again".to_owned())
    }
    pub fn account_password_save(self) -> Text {
        Text("Change the password".to_owned())
    }
    pub fn account_password_saved(self) -> Text {
        Text("Your password is changed. Every other session of yours has ended.".to_owned())
    }
    pub fn account_password_wrong(self) -> Text {
        Text("The present password is not right. Check it and try again.".to_owned())
    }
    pub fn account_password_same(self) -> Text {
        Text("This is the password that you have. Choose another one.".to_owned())
    }
    pub fn account_password_differ(self) -> Text {
        Text("The two new passwords are not the same. Type the same one twice.".to_owned())
    }
    pub fn account_password_missing(self) -> Text {
        Text(
            "You have no password. Ask an administrator for a link with which you choose one."
                .to_owned(),
        )
    }
    pub fn account_password_forgotten(self) -> Text {
        Text("If you have forgotten the present password, ask an administrator for a one-time link. With it you choose a new one. You are still asked for your code.".to_owned())
    }
    pub fn password_rule_length(self, least: impl Into<Value>) -> Text {
        Text(
            "At least { $least } characters; a few words that do not belong together are easiest."
                .to_owned()
                .replace("{ $least }", &least.into().0),
        )
    }
    pub fn password_rule_any(self) -> Text {
        Text("Any characters, blanks included. No need for digits or symbols.".to_owned())
    }
    pub fn password_rule_unknown(self) -> Text {
        Text("Not a password that is known from other sites, and not your user name.".to_owned())
    }
    pub fn account_mobile(self) -> Text {
        Text("Mobile number".to_owned())
    }
    pub fn account_mobile_intro(self) -> Text {
        Text("Codes for your sign-ins go to this number by text message.".to_owned())
    }
    pub fn account_mobile_present(self) -> Text {
        Text("Your number".to_owned())
    }
    pub fn account_mobile_none(self) -> Text {
        Text("You have none.".to_owned())
    }
    pub fn account_mobile_none_advice(self) -> Text {
        Text("Add one to sign in where an application asks for a code.".to_owned())
    }
    pub fn account_mobile_change(self) -> Text {
        Text("Change the number".to_owned())
    }
    pub fn account_mobile_add(self) -> Text {
        Text("Add a number".to_owned())
    }
    pub fn account_mobile_change_how(self) -> Text {
        Text("You are asked to sign in again first, with a code to the present number or a backup code. Then a code goes to the new number. Nothing changes until you have entered it.".to_owned())
    }
    pub fn account_mobile_add_how(self) -> Text {
        Text("You are asked to sign in again first. Then a code goes to the number. Nothing changes until you have entered it.".to_owned())
    }
    pub fn account_mobile_waiting(self) -> Text {
        Text("A number waits for its code.".to_owned())
    }
    pub fn account_mobile_go_on(self) -> Text {
        Text("Enter the code".to_owned())
    }
    pub fn account_mobile_new(self) -> Text {
        Text("New mobile number".to_owned())
    }
    pub fn account_mobile_new_intro(self) -> Text {
        Text("We send a code to the new number. Once you have entered it, codes go there, and both numbers are told.".to_owned())
    }
    pub fn account_mobile_label(self) -> Text {
        Text("Mobile number".to_owned())
    }
    pub fn account_mobile_hint(self) -> Text {
        Text("With the country code, such as +44 7700 900123.".to_owned())
    }
    pub fn account_mobile_send(self) -> Text {
        Text("Send a code".to_owned())
    }
    pub fn account_mobile_code(self) -> Text {
        Text("Enter the code".to_owned())
    }
    pub fn account_mobile_code_sent(self, number: impl Into<Value>) -> Text {
        Text("We sent a code to { $number }.".to_owned().replace("{ $number }", &number.into().0))
    }
    pub fn account_mobile_code_label(self) -> Text {
        Text("Code".to_owned())
    }
    pub fn account_mobile_code_until(self, time: impl Into<Value>) -> Text {
        Text("The code is good until { $time }.".to_owned().replace("{ $time }", &time.into().0))
    }
    pub fn account_mobile_confirm(self) -> Text {
        Text("Confirm the number".to_owned())
    }
    pub fn account_mobile_resend(self) -> Text {
        Text("Send a new code".to_owned())
    }
    pub fn account_mobile_resend_from(self, time: impl Into<Value>) -> Text {
        Text(
            "A new code can be sent from { $time } on."
                .to_owned()
                .replace("{ $time }", &time.into().0),
        )
    }
    pub fn account_mobile_other(self) -> Text {
        Text("Use another number".to_owned())
    }
    pub fn account_mobile_give_up(self) -> Text {
        Text("Keep the number I have".to_owned())
    }
    pub fn account_mobile_give_up_none(self) -> Text {
        Text("Add no number".to_owned())
    }
    pub fn account_mobile_saved(self) -> Text {
        Text("Codes go to your new number from now on. End your other sessions if somebody else may be signed in.".to_owned())
    }
    pub fn account_mobile_given_up(self) -> Text {
        Text("The number was not changed.".to_owned())
    }
    pub fn account_mobile_over(self) -> Text {
        Text("No number waits for a code any more. Give the number again.".to_owned())
    }
    pub fn account_mobile_throttled(self, time: impl Into<Value>) -> Text {
        Text(
            "There were too many wrong codes. Another can be tried from { $time } on."
                .to_owned()
                .replace("{ $time }", &time.into().0),
        )
    }
    pub fn account_mobile_locked(self) -> Text {
        Text(
            "There were too many wrong codes. Ask an administrator to unlock your account."
                .to_owned(),
        )
    }
    pub fn account_password_throttled(self, time: impl Into<Value>) -> Text {
        Text(
            "There were too many wrong passwords. Another can be tried from { $time } on."
                .to_owned()
                .replace("{ $time }", &time.into().0),
        )
    }
    pub fn account_password_locked(self) -> Text {
        Text(
            "There were too many wrong passwords. Ask an administrator to unlock your account."
                .to_owned(),
        )
    }
    pub fn account_sms(self) -> Text {
        Text("Codes by text message".to_owned())
    }
    pub fn account_sms_asked(self) -> Text {
        Text("You are asked for a code by text message where an application wants one.".to_owned())
    }
    pub fn account_sms_not_asked(self) -> Text {
        Text("Where an application leaves it to you, you are not asked for a code. Your password alone is enough there.".to_owned())
    }
    pub fn account_sms_admin_decides(self) -> Text {
        Text(
            "An administrator decides where you are asked for codes. You cannot change it here."
                .to_owned(),
        )
    }
    pub fn account_sms_no_application(self) -> Text {
        Text("Every application here decides by itself whether it asks for codes. There is nothing that you could switch off.".to_owned())
    }
    pub fn account_sms_disable(self) -> Text {
        Text("Stop asking me for codes".to_owned())
    }
    pub fn account_sms_disable_means(self) -> Text {
        Text("Where an application leaves it to you, anybody who learns your password can then sign in as you. Applications that always want a code still ask for it.".to_owned())
    }
    pub fn account_sms_disable_how(self) -> Text {
        Text("You are asked to sign in again first, with a code.".to_owned())
    }
    pub fn account_sms_disable_confirm(self) -> Text {
        Text("Stop asking for codes".to_owned())
    }
    pub fn account_sms_enable(self) -> Text {
        Text("Ask me for codes again".to_owned())
    }
    pub fn account_sms_disabled(self) -> Text {
        Text(
            "You are not asked for codes any more where an application leaves it to you."
                .to_owned(),
        )
    }
    pub fn account_sms_enabled(self) -> Text {
        Text("You are asked for codes again.".to_owned())
    }
    pub fn account_codes(self) -> Text {
        Text("Backup codes".to_owned())
    }
    pub fn account_codes_intro(self) -> Text {
        Text("A backup code works once, in the place of a code by text message. Have some for the day your phone is lost.".to_owned())
    }
    pub fn account_codes_none(self) -> Text {
        Text("You have none.".to_owned())
    }
    pub fn account_codes_left(self) -> Text {
        Text("Left".to_owned())
    }
    pub fn account_codes_left_of(self, left: impl Into<Value>, total: impl Into<Value>) -> Text {
        Text(
            "{ $left } of { $total }"
                .to_owned()
                .replace("{ $left }", &left.into().0)
                .replace("{ $total }", &total.into().0),
        )
    }
    pub fn account_codes_last_used(self) -> Text {
        Text("Last used".to_owned())
    }
    pub fn account_codes_never(self) -> Text {
        Text("never".to_owned())
    }
    pub fn account_codes_new(self) -> Text {
        Text("Make new codes".to_owned())
    }
    pub fn account_codes_new_how(self) -> Text {
        Text("You are asked to sign in again first. Earlier codes are void as soon as new ones are made.".to_owned())
    }
    pub fn account_codes_make_title(self) -> Text {
        Text("New backup codes".to_owned())
    }
    pub fn account_codes_make_text(self) -> Text {
        Text(
            "Ten codes are made and shown once, on a page to print. Earlier codes are void then."
                .to_owned(),
        )
    }
    pub fn account_codes_make(self) -> Text {
        Text("Make ten codes".to_owned())
    }
    pub fn account_codes_sheet_title(self) -> Text {
        Text("Your new backup codes".to_owned())
    }
    pub fn account_codes_sheet_once(self) -> Text {
        Text("These codes are shown only now. Print this page, or copy them to where nobody else finds them. Earlier codes are void.".to_owned())
    }
    pub fn account_codes_sheet_head(
        self,
        name: impl Into<Value>,
        product: impl Into<Value>,
        time: impl Into<Value>,
    ) -> Text {
        Text(
            "Backup codes of { $name } at { $product }, made on { $time }"
                .to_owned()
                .replace("{ $name }", &name.into().0)
                .replace("{ $product }", &product.into().0)
                .replace("{ $time }", &time.into().0),
        )
    }
    pub fn account_codes_sheet_foot(self) -> Text {
        Text("Each works once, in the place of a code by text message. Strike it out when it is used.".to_owned())
    }
    pub fn account_codes_sheet_done(self) -> Text {
        Text("I have them".to_owned())
    }
    pub fn account_sessions(self) -> Text {
        Text("Sessions".to_owned())
    }
    pub fn account_sessions_intro(self) -> Text {
        Text("One entry per browser. When you end a session, its next sign-in asks for every step again. Applications keep their own sessions until those end.".to_owned())
    }
    pub fn account_sessions_began(self) -> Text {
        Text("Signed in".to_owned())
    }
    pub fn account_sessions_used(self) -> Text {
        Text("Last used".to_owned())
    }
    pub fn account_sessions_passed(self) -> Text {
        Text("Passed".to_owned())
    }
    pub fn account_sessions_for(self) -> Text {
        Text("Applications".to_owned())
    }
    pub fn account_sessions_end(self) -> Text {
        Text("End".to_owned())
    }
    pub fn account_sessions_end_one(self, time: impl Into<Value>) -> Text {
        Text("End the session of { $time }".to_owned().replace("{ $time }", &time.into().0))
    }
    pub fn account_sessions_this(self) -> Text {
        Text("This browser".to_owned())
    }
    pub fn account_sessions_ends_by(self, time: impl Into<Value>) -> Text {
        Text("Ends by { $time }".to_owned().replace("{ $time }", &time.into().0))
    }
    pub fn account_sessions_none_known(self) -> Text {
        Text("none known".to_owned())
    }
    pub fn account_sessions_end_others(self) -> Text {
        Text("End all other sessions".to_owned())
    }
    pub fn account_sessions_end_others_title(self) -> Text {
        Text("End all other sessions".to_owned())
    }
    pub fn account_sessions_end_others_text(self, count: impl Into<Value>) -> Text {
        Text(
            "{ $count } other browsers are signed out. You stay signed in here."
                .to_owned()
                .replace("{ $count }", &count.into().0),
        )
    }
    pub fn account_sessions_no_others(self) -> Text {
        Text("There is no other session.".to_owned())
    }
    pub fn account_sessions_ended_one(self) -> Text {
        Text("The session has ended.".to_owned())
    }
    pub fn account_sessions_ended_others(self) -> Text {
        Text("Your other sessions have ended.".to_owned())
    }
    pub fn account_sessions_sign_out_here(self) -> Text {
        Text("Sign out here".to_owned())
    }
    pub fn account_activity(self) -> Text {
        Text("Recent activity".to_owned())
    }
    pub fn account_activity_intro(self) -> Text {
        Text("What happened to your account, the newest first. All times are in UTC. If you see something that was not you, change your password, end your other sessions, and tell an administrator.".to_owned())
    }
    pub fn account_activity_none(self) -> Text {
        Text("Nothing is noted here.".to_owned())
    }
    pub fn account_activity_first(self) -> Text {
        Text("Newest".to_owned())
    }
    pub fn account_activity_next(self) -> Text {
        Text("Older".to_owned())
    }
    pub fn account_activity_failure(self) -> Text {
        Text("Failure:".to_owned())
    }
    pub fn account_activity_for(self, name: impl Into<Value>) -> Text {
        Text("For { $name }.".to_owned().replace("{ $name }", &name.into().0))
    }
    pub fn account_activity_from(self, address: impl Into<Value>) -> Text {
        Text("From { $address }.".to_owned().replace("{ $address }", &address.into().0))
    }
    pub fn account_activity_code(self, code: impl Into<Value>) -> Text {
        Text("Code { $code }.".to_owned().replace("{ $code }", &code.into().0))
    }
    pub fn account_factor_password(self) -> Text {
        Text("password".to_owned())
    }
    pub fn account_factor_code(self) -> Text {
        Text("code by text message".to_owned())
    }
    pub fn account_told_step_passed(self, factor: impl Into<Value>) -> Text {
        Text("Passed: { $factor }.".to_owned().replace("{ $factor }", &factor.into().0))
    }
    pub fn account_told_step_failed(self, factor: impl Into<Value>) -> Text {
        Text("A wrong answer: { $factor }.".to_owned().replace("{ $factor }", &factor.into().0))
    }
    pub fn account_told_throttled(self, factor: impl Into<Value>) -> Text {
        Text(
            "An answer was not judged, because there were too many wrong ones: { $factor }."
                .to_owned()
                .replace("{ $factor }", &factor.into().0),
        )
    }
    pub fn account_told_step_skipped(self, factor: impl Into<Value>) -> Text {
        Text(
            "A step was left out, as the application allows: { $factor }."
                .to_owned()
                .replace("{ $factor }", &factor.into().0),
        )
    }
    pub fn account_told_message_sent(self) -> Text {
        Text("A code was sent by text message.".to_owned())
    }
    pub fn account_told_number_added(self) -> Text {
        Text("A mobile number was added in a sign-in.".to_owned())
    }
    pub fn account_told_backup_code(self, left: impl Into<Value>) -> Text {
        Text(
            "A backup code was used. Left: { $left }."
                .to_owned()
                .replace("{ $left }", &left.into().0),
        )
    }
    pub fn account_told_denied(self) -> Text {
        Text("A sign-in ended without success.".to_owned())
    }
    pub fn account_told_restarted(self) -> Text {
        Text("A sign-in was started over.".to_owned())
    }
    pub fn account_told_signed_in(self) -> Text {
        Text("Signed in.".to_owned())
    }
    pub fn account_told_signed_in_account(self) -> Text {
        Text("Signed in to your account.".to_owned())
    }
    pub fn account_told_signed_in_console(self) -> Text {
        Text("Signed in to the admin console.".to_owned())
    }
    pub fn account_told_signed_out(self) -> Text {
        Text("Signed out.".to_owned())
    }
    pub fn account_told_session_ended(self) -> Text {
        Text("A session was ended.".to_owned())
    }
    pub fn account_told_sessions_ended(self) -> Text {
        Text("Sessions were ended.".to_owned())
    }
    pub fn account_told_password_changed(self) -> Text {
        Text("The password was changed.".to_owned())
    }
    pub fn account_told_password_refused(self) -> Text {
        Text("Somebody gave a wrong present password when changing the password.".to_owned())
    }
    pub fn account_told_password_chosen(self) -> Text {
        Text("A password was chosen with a one-time link.".to_owned())
    }
    pub fn account_told_profile_changed(self) -> Text {
        Text("The profile was changed.".to_owned())
    }
    pub fn account_told_number_changed(self) -> Text {
        Text("The mobile number was changed.".to_owned())
    }
    pub fn account_told_number_code_sent(self) -> Text {
        Text("A code was sent to a new mobile number.".to_owned())
    }
    pub fn account_told_number_code_wrong(self) -> Text {
        Text("A wrong code was entered for a new mobile number.".to_owned())
    }
    pub fn account_told_codes_made(self) -> Text {
        Text("New backup codes were made.".to_owned())
    }
    pub fn account_told_codes_removed(self) -> Text {
        Text("The backup codes were removed.".to_owned())
    }
    pub fn account_told_sms_disabled(self) -> Text {
        Text("Codes by text message were switched off where that is allowed.".to_owned())
    }
    pub fn account_told_sms_enabled(self) -> Text {
        Text("Codes by text message were switched on again.".to_owned())
    }
    pub fn account_told_made(self) -> Text {
        Text("The account was made.".to_owned())
    }
    pub fn account_told_enabled(self) -> Text {
        Text("The account was enabled.".to_owned())
    }
    pub fn account_told_disabled(self) -> Text {
        Text("The account was disabled.".to_owned())
    }
    pub fn account_told_unlocked(self) -> Text {
        Text("Wrong answers were forgotten.".to_owned())
    }
    pub fn account_told_roles(self) -> Text {
        Text("What you may do in the admin console was changed.".to_owned())
    }
    pub fn account_told_password_link(self) -> Text {
        Text("A link for choosing a password was made.".to_owned())
    }
    pub fn account_told_number_link(self) -> Text {
        Text("A link for adding a mobile number was made.".to_owned())
    }
    pub fn account_told_by_administrator(self) -> Text {
        Text("By an administrator.".to_owned())
    }
    pub fn account_again_title(self) -> Text {
        Text("Please sign in again".to_owned())
    }
    pub fn account_again_text(self) -> Text {
        Text("You are not signed in any more, so nothing was changed.".to_owned())
    }
    pub fn account_again(self) -> Text {
        Text("Sign in".to_owned())
    }
    pub fn account_confirm_title(self) -> Text {
        Text("Confirm that it is you".to_owned())
    }
    pub fn account_confirm_text(self) -> Text {
        Text("This takes a sign-in of the last five minutes. Nothing was changed.".to_owned())
    }
    pub fn account_confirm(self) -> Text {
        Text("Sign in again".to_owned())
    }
    pub fn account_unproven_title(self) -> Text {
        Text("Your password alone is not enough".to_owned())
    }
    pub fn account_unproven_text(self) -> Text {
        Text(
            "You have no mobile number and no backup codes, so nothing else shows that it is you."
                .to_owned(),
        )
    }
    pub fn account_unproven_advice(self) -> Text {
        Text("Ask an administrator for an enrolment link. Open it in this browser, then come back here.".to_owned())
    }
    pub fn account_not_found_title(self) -> Text {
        Text("There is no such thing here".to_owned())
    }
    pub fn account_not_found_text(self) -> Text {
        Text("It may have ended already, or the address is not complete.".to_owned())
    }
    pub fn account_changed_title(self) -> Text {
        Text("This was changed meanwhile".to_owned())
    }
    pub fn account_changed_text(self) -> Text {
        Text("Something else changed your account at the same time, so nothing was saved. Look at it as it is now, then make your change again.".to_owned())
    }
    pub fn account_throttled_title(self) -> Text {
        Text("Too many wrong answers".to_owned())
    }
}
