//! The mobile number of the person, and the one that waits for its code.

use authenticators::phone::PhoneNumber;
use idp_core::Instant;
use idp_core::claim::ClaimUri;
use idp_core::flow::authenticator::{Action, Notice};

use super::number::Judged;
use super::{OwnAccount, OwnError};

/// What the person has.
#[derive(Clone, Debug)]
pub struct Mobile {
    /// The number that codes go to, masked; the text of the profile where it is no number.
    pub number: Option<String>,
    /// Since when it is verified by a code; `None` when an administrator set it and no code to it was
    /// entered since.
    pub verified_at: Option<Instant>,
    /// A number that waits for its code, in this session.
    pub pending: Option<Pending>,
}

/// A number that waits for its code.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The number, in full: the person typed it a moment ago.
    pub number: String,
    /// What to tell, such as that the message could not be sent.
    pub notice: Option<Notice>,
    /// Whether another code may be asked for at all, and when.
    pub resend: Option<Action>,
    /// When the code expires; `None` when there is none that is good.
    pub code_expires_at: Option<Instant>,
    /// When the change is over.
    pub expires_at: Instant,
}

/// The number of the person.
pub fn mobile(own: &OwnAccount<'_>) -> Result<Mobile, OwnError> {
    let present = own.present()?;
    let stored = present.user.value.claims.first(&ClaimUri::MOBILE);
    let verified_at = match stored {
        Some(text) => {
            let user = present.user.value.id;
            own.admin.store.read(|reader| reader.number_verified_at(user, text))?
        }
        None => None,
    };
    let number = stored.map(|text| {
        PhoneNumber::parse(text).map_or_else(|_| text.to_owned(), |number| number.masked())
    });
    let Some((change, _)) = own.under_way(&present)? else {
        return Ok(Mobile { number, verified_at, pending: None });
    };
    let judged = Judged::load(own, &present, &change, None)?;
    let settings = own.settings()?;
    let facts = judged.facts(own, &present, &change, &settings, None);
    let prompt = judged.factor.prompt(&facts);
    let subject = present.subject(judged.factor);
    let to = judged.factor.recipient(&subject, Some(&change.challenge), None);
    let pending = Pending {
        number: to.map(|to| to.number.expose().clone()).unwrap_or_default(),
        notice: prompt.notice,
        resend: prompt.actions.into_iter().find(|action| action.value == "resend"),
        code_expires_at: prompt.expires_at,
        expires_at: change.expires_at,
    };
    Ok(Mobile { number, verified_at, pending: Some(pending) })
}
