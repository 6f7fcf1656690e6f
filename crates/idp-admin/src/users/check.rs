//! What accounts may be like: values of claims, and passwords by the use they are put to.

use authenticators::basic_auth::{
    BasicAuth, NewPassword, PasswordContext, PasswordProblem, PasswordUse,
};
use authenticators::sms_otp::PhoneNumber;
use idp_core::claim::{ClaimUri, Claims};
use idp_core::flow::authenticator::{Credential, Phrase};
use idp_core::flow::chain::Chain;
use idp_core::flow::value_mistake::ValueMistake;
use idp_core::secret::Secret;
use idp_core::user::{AccountState, Role, User, Username};
use rand::RngCore;
use serde_json::json;

use crate::admin::Admin;
use crate::claims::{ClaimRules, unknown_claim};
use crate::difference::View;
use crate::error::{AdminError, Problem};

/// The longest value of a claim, in characters: what every SAML service provider must be able to take
/// (Kantara SDP-G02).
const MAX_VALUE: usize = 256;
/// An e-mail address.
const EXAMPLE: &str = "alice@example.org";
/// The most values of one claim.
const MAX_VALUES: usize = 64;

/// A claim to be set: the field that asks for it, which one, its values.
pub(crate) type ClaimWish = (String, ClaimUri, Vec<String>);

/// Sets claims, each with its values in their canonical form; no values removes one. Problems of
/// all of them at once.
pub(crate) fn set_claims(
    claims: &mut Claims,
    wishes: &[ClaimWish],
    rules: &ClaimRules,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (field, uri, values) in wishes {
        if !rules.known().contains(uri) {
            problems.push(Problem::new(field, unknown_claim(uri, rules.known())));
            continue;
        }
        if *uri == ClaimUri::USERNAME {
            let message = "is the name of the account itself and cannot be set";
            problems.push(Problem::new(field, message));
            continue;
        }
        if values.len() > MAX_VALUES {
            let message = format!("has more than {MAX_VALUES} values");
            let phrase = ValueMistake::Many(MAX_VALUES).phrase();
            problems.push(Problem::new(field, message).with_phrase(phrase));
        }
        let checked: Result<Vec<String>, Wrong> =
            values.iter().map(|value| canonical(uri, value)).collect();
        // What stays as it is is not written, and not judged by rules that came later.
        let judged = checked.and_then(|values| {
            let is_news = |value: &&String| !claims.values(uri).contains(value);
            let mut news = values.iter().filter(is_news);
            let judged = news.try_for_each(|value| rules.judge(uri, value));
            judged.map_err(|message| (message, ValueMistake::Pattern.phrase()))?;
            Ok(values)
        });
        match judged {
            Ok(values) => claims.set(uri.clone(), values),
            Err((message, phrase)) => {
                problems.push(Problem::new(field, message).with_phrase(phrase));
            }
        }
    }
    problems
}

/// What is wrong with a value: for whoever manages the server, and for the person in any language.
type Wrong = (String, Phrase);

/// A value as it is stored: a mobile number in E.164 form, everything else without blanks around it.
/// Messages do not repeat the value; they may end in logs.
fn canonical(uri: &ClaimUri, value: &str) -> Result<String, Wrong> {
    let wrong = |message: &str, phrase: Phrase| Err((message.to_owned(), phrase));
    let value = value.trim();
    if *uri == ClaimUri::MOBILE {
        return PhoneNumber::parse(value)
            .map(|number| number.e164().to_owned())
            .map_err(|problem| (problem.to_string(), problem.phrase()));
    }
    if value.is_empty() {
        let message = "must not be blank; give no value to remove the claim";
        return wrong(message, ValueMistake::Blank.phrase());
    }
    if value.chars().count() > MAX_VALUE {
        let message = format!("must have at most {MAX_VALUE} characters");
        return wrong(&message, ValueMistake::Long(MAX_VALUE).phrase());
    }
    // Neither control characters nor non-characters can stand in an XML message (XML 1.0, 2.2).
    if value.chars().any(|c| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}')) {
        return wrong("must not contain control characters", ValueMistake::Control.phrase());
    }
    if *uri == ClaimUri::SMS_OTP_DISABLED && !is_boolean(value) {
        return wrong("must be true or false", ValueMistake::NoBoolean.phrase());
    }
    if *uri == ClaimUri::EMAIL && !is_address(value) {
        let message = format!("must be an e-mail address such as {EXAMPLE}");
        return wrong(&message, ValueMistake::NoEmail(EXAMPLE).phrase());
    }
    Ok(value.to_owned())
}

fn is_boolean(text: &str) -> bool {
    ["true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Plausible as an addr-spec: one `@` with something before it and a domain after it.
fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.is_empty()
            && !domain.contains('@')
            && !text.contains(char::is_whitespace)
            && text.len() <= 254
    })
}

/// A user name that can be one; or what is wrong with it.
pub(super) fn username(text: &str) -> Result<Username, Problem> {
    Username::parse(text).ok_or_else(|| {
        let message = "must have 1 to 128 letters, digits and . _ - + @";
        let phrase = ValueMistake::NoUsername(Username::MAX_LENGTH).phrase();
        Problem::new("username", message).with_phrase(phrase)
    })
}

/// Claims that are required of everybody and that an account made from these wishes lacks. What was
/// given and is wrong is told already.
pub(super) fn lacking(claims: &Claims, wishes: &[ClaimWish], rules: &ClaimRules) -> Vec<Problem> {
    let lacks = |uri: &&ClaimUri| {
        let given = wishes.iter().any(|(_, wished, values)| wished == *uri && !values.is_empty());
        claims.values(uri).is_empty() && !given
    };
    rules.required().iter().filter(lacks).map(|uri| required(&format!("claims.{uri}"))).collect()
}

/// That a field needs a value.
pub(super) fn required(field: &str) -> Problem {
    Problem::new(field, "is required: give a value").with_phrase(ValueMistake::Required.phrase())
}

/// How passwords are used under these chains: alone as soon as one chain can be passed with nothing
/// else (whatever a policy may let people leave out is not counted on), or when nobody has said yet what is asked beside a password. Roles sign in to the console,
/// where a password may be alone.
pub(crate) fn password_use<'a>(
    chains: impl IntoIterator<Item = &'a Chain>,
    roles: &[Role],
) -> PasswordUse {
    let mut chains = chains.into_iter().peekable();
    let nothing_known = chains.peek().is_none();
    let sole = |chain: &Chain| {
        let mut required = chain.required_steps();
        let first = required.next().is_some_and(|step| step.options().contains(&BasicAuth::ID));
        first && required.next().is_none()
    };
    if nothing_known || !roles.is_empty() || chains.any(sole) {
        PasswordUse::Alone
    } else {
        PasswordUse::WithSecondFactor
    }
}

/// Judges a new password; or every reason against it.
pub(super) fn accept_password(
    user: &User,
    password: &Secret<String>,
    usage: PasswordUse,
) -> Result<NewPassword, Vec<Problem>> {
    let words: Vec<&str> = user
        .claims
        .iter()
        .flat_map(|(_, values)| values)
        .map(String::as_str)
        .chain(["portcullis"])
        .collect();
    let username = user.username.as_str();
    let context = PasswordContext { usage, username, words: &words };
    NewPassword::check(password.expose(), &context).map_err(|problems| {
        let told = |problem: &PasswordProblem| {
            Problem::new("password", problem.to_string()).with_phrase(problem.phrase())
        };
        problems.iter().map(told).collect()
    })
}

/// Hashes a password. Takes tens of milliseconds: never inside a transaction.
pub(super) fn hash_accepted(
    admin: &Admin<'_>,
    password: &NewPassword,
    rng: &mut dyn RngCore,
) -> Result<Credential, AdminError> {
    admin
        .passwords
        .hash(password, rng)
        .map_err(|_| AdminError::invalid("password", "cannot be hashed; is there memory left?"))
}

/// What is shown of an account in plans: its claims by name, each value.
pub(crate) fn view(user: &User) -> View {
    let claims = user.claims.iter().map(|(uri, values)| {
        let short = uri.as_str().rsplit('/').next().unwrap_or_default();
        let local = crate::claims::claim_named(short).as_ref() == Some(uri);
        let name = if local { short } else { uri.as_str() };
        (format!("claims.{name}"), json!(values))
    });
    let fields = [
        ("username", json!(user.username)),
        ("roles", json!(user.roles)),
        ("enabled", json!(user.state == AccountState::Active)),
    ];
    fields.into_iter().map(|(field, value)| (field.to_owned(), value)).chain(claims).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::from_value;

    use super::*;

    #[test]
    fn a_second_factor_that_may_be_left_out_leaves_the_password_alone() {
        let usage = |chain: serde_json::Value| {
            let chain: Chain = from_value(chain).unwrap();
            password_use([&chain], &[])
        };
        let optional = json!({"any": ["sms-otp"], "policy": "unless-disabled"});
        assert_eq!(usage(json!([["basic-auth"], optional])), PasswordUse::Alone);
        assert_eq!(usage(json!([["basic-auth"]])), PasswordUse::Alone);
        let both = json!([["basic-auth"], ["sms-otp"]]);
        assert_eq!(usage(both), PasswordUse::WithSecondFactor);
        let other_first = json!([["passkey"], optional]);
        assert_eq!(usage(other_first), PasswordUse::WithSecondFactor);
    }

    fn set(uri: &ClaimUri, value: &str) -> Result<String, String> {
        canonical(uri, value).map_err(|(message, _)| message)
    }

    #[test]
    fn a_mobile_number_is_kept_in_its_international_form() {
        assert_eq!(set(&ClaimUri::MOBILE, " +94 77 123-4567 "), Ok("+94771234567".to_owned()));
        assert!(set(&ClaimUri::MOBILE, "0771234567").is_err());
        assert!(set(&ClaimUri::MOBILE, "call me").is_err());
    }

    #[test]
    fn opting_out_is_true_or_false_in_any_case() {
        for (typed, kept) in [(" True ", "True"), ("FALSE", "FALSE"), ("true", "true")] {
            assert_eq!(set(&ClaimUri::SMS_OTP_DISABLED, typed), Ok(kept.to_owned()));
        }
        assert!(set(&ClaimUri::SMS_OTP_DISABLED, "yes").is_err());
    }

    #[test]
    fn what_cannot_stand_in_a_message_is_refused() {
        assert!(set(&ClaimUri::LAST_NAME, "a\u{1}b").is_err());
        assert!(set(&ClaimUri::LAST_NAME, "a\u{ffff}b").is_err());
        assert_eq!(set(&ClaimUri::LAST_NAME, "O'Brien <x>"), Ok("O'Brien <x>".to_owned()));
    }

    #[test]
    fn an_email_address_has_one_at_sign_between_two_parts() {
        assert!(set(&ClaimUri::EMAIL, "alice@example.org").is_ok());
        for wrong in ["alice", "@example.org", "alice@", "a@b@c", "al ice@example.org"] {
            assert!(set(&ClaimUri::EMAIL, wrong).is_err(), "{wrong}");
        }
    }
}
