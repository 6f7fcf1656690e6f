//! The ledger of text messages: one row per request to a gateway. What it adds up to is in
//! `sms_ledger`. No number and no code comes here.

use diesel::prelude::*;
use idp_core::Instant;
use idp_core::id::{LoginId, SendId, ServiceProviderId};

use crate::StoreError;
use crate::access::{Reader, Writer};
use crate::connection::MultiBackend;
use crate::convert::{corrupt, instant, stored};
use crate::schema::sms_sends::{self, dsl};

/// What became of a request to a gateway.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SendOutcome {
    /// The gateway took the message.
    Accepted,
    /// The gateway answered that it did not.
    Rejected,
    /// There was no answer in time; whether the message was taken is unknown.
    TimedOut,
    /// There was no way to send it: no connection, no request, no gateway.
    Failed,
}

impl SendOutcome {
    /// Its name, as stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::TimedOut => "timed_out",
            Self::Failed => "failed",
        }
    }

    fn from_name(name: &str) -> Result<Self, StoreError> {
        let all = [Self::Accepted, Self::Rejected, Self::TimedOut, Self::Failed];
        let found = all.into_iter().find(|outcome| outcome.as_str() == name);
        found.ok_or_else(|| corrupt("sms_sends.outcome", &"not an outcome"))
    }
}

/// What a message was for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SendPurpose {
    /// To bring somebody the code of their login.
    Code,
    /// To bring somebody the code that verifies a number they gave on the account pages.
    Verification,
    /// To tell somebody of a change to their account; carries no code.
    Notice,
    /// To see whether the gateway works.
    Test,
}

impl SendPurpose {
    /// Its name, as stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Verification => "verification",
            Self::Notice => "notice",
            Self::Test => "test",
        }
    }

    fn from_name(name: &str) -> Result<Self, StoreError> {
        let all = [Self::Code, Self::Verification, Self::Notice, Self::Test];
        let found = all.into_iter().find(|purpose| purpose.as_str() == name);
        found.ok_or_else(|| corrupt("sms_sends.purpose", &"not a purpose"))
    }
}

/// A request to a gateway.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SmsSend {
    /// Names the row; sorts by time.
    pub id: SendId,
    /// When it was noted.
    pub at: Instant,
    /// What for.
    pub purpose: SendPurpose,
    /// The login whose code it carried; for a test one that does not exist.
    pub login: LoginId,
    /// Whom the login was for, as far as known.
    pub service_provider: Option<ServiceProviderId>,
    /// The name of the gateway; `None` when there was none to send through.
    pub gateway: Option<String>,
    /// The country of the number.
    pub country: String,
    /// The first digits of the number.
    pub prefix: String,
    /// What became of it.
    pub outcome: SendOutcome,
    /// Whether the code came back.
    pub used: bool,
}

/// A row of `sms_sends`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = sms_sends, check_for_backend(MultiBackend))]
struct Row {
    id: String,
    at: i64,
    login_id: String,
    service_provider_id: Option<String>,
    gateway: Option<String>,
    country: String,
    prefix: String,
    outcome: String,
    used: bool,
    purpose: String,
}

impl Row {
    fn into_send(self) -> Result<SmsSend, StoreError> {
        let service_provider =
            self.service_provider_id.map(|id| stored("sms_sends.service_provider_id", id));
        Ok(SmsSend {
            id: stored("sms_sends.id", self.id)?,
            at: instant("sms_sends.at", self.at)?,
            purpose: SendPurpose::from_name(&self.purpose)?,
            login: stored("sms_sends.login_id", self.login_id)?,
            service_provider: service_provider.transpose()?,
            gateway: self.gateway,
            country: self.country,
            prefix: self.prefix,
            outcome: SendOutcome::from_name(&self.outcome)?,
            used: self.used,
        })
    }
}

impl Reader<'_> {
    /// At most `limit` requests to gateways in these logins, the first one first.
    pub fn sms_sends_of(
        &mut self,
        logins: &[LoginId],
        limit: u32,
    ) -> Result<Vec<SmsSend>, StoreError> {
        let ids: Vec<String> = logins.iter().map(ToString::to_string).collect();
        let rows = self.run(|c| {
            dsl::sms_sends
                .filter(dsl::login_id.eq_any(&ids))
                .order(dsl::id)
                .limit(limit.into())
                .select(Row::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Row::into_send).collect()
    }
}

impl Writer<'_> {
    /// Adds rows to the ledger.
    pub fn insert_sms_sends(&mut self, sends: &[SmsSend]) -> Result<(), StoreError> {
        for send in sends {
            self.run(|c| {
                diesel::insert_into(dsl::sms_sends)
                    .values((
                        dsl::id.eq(send.id.to_string()),
                        dsl::at.eq(send.at.timestamp_millis()),
                        dsl::login_id.eq(send.login.to_string()),
                        dsl::service_provider_id.eq(send.service_provider.map(|id| id.to_string())),
                        dsl::gateway.eq(send.gateway.as_deref()),
                        dsl::country.eq(&send.country),
                        dsl::prefix.eq(&send.prefix),
                        dsl::outcome.eq(send.outcome.as_str()),
                        dsl::used.eq(send.used),
                        dsl::purpose.eq(send.purpose.as_str()),
                    ))
                    .execute(c)
            })?;
        }
        Ok(())
    }

    /// Notes that a code of this login came back: what its gateways took was not in vain. What was
    /// counted for good is too old to be meant.
    pub fn sms_sends_used(&mut self, login: LoginId) -> Result<(), StoreError> {
        let login = login.to_string();
        self.run(|c| {
            diesel::update(dsl::sms_sends)
                .filter(dsl::login_id.eq(&login))
                .filter(dsl::outcome.eq(SendOutcome::Accepted.as_str()))
                .filter(dsl::counted.eq(false))
                .set(dsl::used.eq(true))
                .execute(c)
        })?;
        Ok(())
    }
}
