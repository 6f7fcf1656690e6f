//! What the ledger of text messages adds up to, row by row. Sums that are kept are in `sms_windows`.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use idp_core::Instant;

use crate::StoreError;
use crate::access::Reader;
use crate::connection::on_each;

/// What sums are made by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SumBy {
    /// The service provider's identifier.
    ServiceProvider,
    /// The gateway's name.
    Gateway,
    /// The country of the number.
    Country,
    /// What messages were for.
    Purpose,
}

impl SumBy {
    pub(super) const ALL: [Self; 4] =
        [Self::ServiceProvider, Self::Gateway, Self::Country, Self::Purpose];

    /// The column, by which its sums are also kept.
    pub(super) const fn column(self) -> &'static str {
        match self {
            Self::ServiceProvider => "service_provider_id",
            Self::Gateway => "gateway",
            Self::Country => "country",
            Self::Purpose => "purpose",
        }
    }
}

/// The sums of one service provider, gateway, country or purpose.
#[derive(QueryableByName, Clone, PartialEq, Eq, Debug)]
pub struct LedgerSum {
    /// Which; `None` where a row names none.
    #[diesel(sql_type = Nullable<Text>)]
    pub subject: Option<String>,
    /// Requests to gateways.
    #[diesel(sql_type = BigInt)]
    pub sends: i64,
    /// Those that were accepted.
    #[diesel(sql_type = BigInt)]
    pub accepted: i64,
    /// Those of the accepted whose code came back.
    #[diesel(sql_type = BigInt)]
    pub used: i64,
}

/// What became of the codes that were sent to one prefix.
#[derive(QueryableByName, Clone, PartialEq, Eq, Debug)]
pub struct PrefixUse {
    /// The first digits of the numbers.
    #[diesel(sql_type = Text)]
    pub prefix: String,
    /// Messages that gateways accepted.
    #[diesel(sql_type = BigInt)]
    pub accepted: i64,
    /// Those of them that were sent before `settled_before`.
    #[diesel(sql_type = BigInt)]
    pub settled: i64,
    /// Those of the settled whose code was used.
    #[diesel(sql_type = BigInt)]
    pub used: i64,
}

const SUMS: &str = "COUNT(*) AS sends, \
    CAST(SUM(CASE WHEN outcome = 'accepted' THEN 1 ELSE 0 END) AS BIGINT) AS accepted, \
    CAST(SUM(CASE WHEN used THEN 1 ELSE 0 END) AS BIGINT) AS used \
    FROM sms_sends WHERE at >= $1";

// SQLite numbers `$…` by their order in the text.
const PREFIXES: &str = "SELECT prefix, COUNT(*) AS accepted, \
    CAST(SUM(CASE WHEN at <= $1 THEN 1 ELSE 0 END) AS BIGINT) AS settled, \
    CAST(SUM(CASE WHEN used AND at <= $1 THEN 1 ELSE 0 END) AS BIGINT) AS used \
    FROM sms_sends WHERE at > $2 AND outcome = 'accepted' AND purpose IN ('code', 'verification') \
    GROUP BY prefix HAVING COUNT(*) >= $3 ORDER BY prefix";

impl Reader<'_> {
    /// The sums of what was sent since an instant, the largest first.
    pub fn sms_ledger(&mut self, by: SumBy, since: Instant) -> Result<Vec<LedgerSum>, StoreError> {
        let column = by.column();
        let query = format!(
            "SELECT {column} AS subject, {SUMS} GROUP BY {column} ORDER BY sends DESC, subject"
        );
        let since = since.timestamp_millis();
        self.run(|c| on_each!(c, c => diesel::sql_query(&query).bind::<BigInt, _>(since).load(c)))
    }

    /// The prefixes to which at least so many codes were accepted after `since`. A code that was
    /// sent after `settled_before` may still come back.
    pub fn sms_prefixes(
        &mut self,
        since: Instant,
        settled_before: Instant,
        at_least: u32,
    ) -> Result<Vec<PrefixUse>, StoreError> {
        self.run(|c| {
            on_each!(c, c => diesel::sql_query(PREFIXES)
                .bind::<BigInt, _>(settled_before.timestamp_millis())
                .bind::<BigInt, _>(since.timestamp_millis())
                .bind::<BigInt, _>(i64::from(at_least))
                .load(c))
        })
    }
}
