//! The trail as a file, and whether it is what was written.

use std::sync::Arc;

use chrono::TimeDelta;
use idp_admin::audit_trail::{Anchor, Export, Format, Verification, verify as verify_operation};
use idp_core::Instant;
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedSemaphorePermit;
use utoipa::ToSchema;

use super::searched;
use crate::api::call::Call;
use crate::api::refusal::{Kind, Refusal};
use crate::api::reply::Reply;
use crate::clock;
use crate::rng::rng;
use crate::signed_in::download::Download;

/// The most rows of a file; the command line has no such limit.
const MOST_ROWS: u64 = 1_000_000;
/// How long a program may take for a file, so that nobody holds a place for ever.
const LONGEST: TimeDelta = TimeDelta::minutes(30);

/// What is known of the end of the chain.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyBody {
    /// A `head` that was kept elsewhere: only that shows whether the newest rows were cut off.
    anchor: Option<String>,
}

/// Whether the trail is what was written.
#[derive(Serialize, ToSchema)]
pub struct VerificationDocument {
    /// Whether nothing is wrong.
    whole: bool,
    /// How many rows stand at their places unchanged.
    verified: u64,
    /// How many rows are so new that they have no place yet.
    pending: u64,
    /// How many rows were removed for their age before the first one that is left.
    removed_for_age: i64,
    /// The head: place and hash of the last row, to be kept elsewhere.
    head: String,
    /// How many faults were found.
    faults: u64,
    /// The first of them.
    findings: Vec<FindingDocument>,
}

/// Something that is wrong.
#[derive(Serialize, ToSchema)]
pub struct FindingDocument {
    /// `altered`, `removed`, `inserted`, `reordered`, `cut`, `not-ours` or `anchor-missing`.
    fault: String,
    /// The place in the chain.
    position: Option<i64>,
    /// The row.
    event: Option<String>,
    /// When the row says it happened.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Instant>,
    /// What kind of event the row says it is.
    kind: Option<String>,
    /// The same in a sentence.
    text: String,
}

/// Sends the file.
pub fn export(call: &Call<'_>) -> Result<Reply, Refusal> {
    let name = call.query("format");
    let format = Format::named(if name.is_empty() { "jsonl" } else { name })
        .ok_or_else(|| Refusal::invalid("format", "must be jsonl or csv"))?;
    let place = place(call)?;
    let limits = (format, MOST_ROWS);
    let mut export = Export::begin(&call.admin(), searched(call), limits, &mut rng())?;
    let (store, end) = (call.app.store.clone(), call.now + LONGEST);
    let next = move || {
        let _place = &place;
        if clock::now() > end {
            return Some(Err("the program took too long for the file".to_owned()));
        }
        export.next(&store).map_err(|error| error.to_string()).transpose()
    };
    let name = format!("audit-{}.{}", call.now.format("%Y%m%d-%H%M%S"), format.name());
    let content_type = match format {
        Format::JsonLines => "application/jsonl; charset=utf-8",
        Format::Csv => "text/csv; charset=utf-8; header=present",
    };
    Ok(Reply::file(Download::new(name, content_type, next)))
}

/// Looks through the whole chain.
pub fn verify(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: VerifyBody = call.json()?;
    let anchor = body.anchor.as_deref().map(Anchor::parse).transpose()?;
    let _place = place(call)?;
    let found = verify_operation(&call.admin(), anchor.as_ref(), &mut |_| {})?;
    Reply::json(&VerificationDocument::from(found))
}

/// Reading the whole trail costs work, so that only a few do it at a time.
fn place(call: &Call<'_>) -> Result<OwnedSemaphorePermit, Refusal> {
    Arc::clone(&call.app.exports).try_acquire_owned().map_err(|_| {
        Refusal::new(
            Kind::Busy,
            "The whole trail is being read twice already. Wait until one of them is done, or use \
             `idp-server audit` on the server.",
        )
    })
}

impl From<Verification> for VerificationDocument {
    fn from(found: Verification) -> Self {
        let fault = |fault| serde_json::to_value(fault).ok()?.as_str().map(str::to_owned);
        Self {
            whole: found.is_whole(),
            verified: found.verified,
            pending: found.pending,
            removed_for_age: found.removed_for_age,
            head: found.head,
            faults: found.faults,
            findings: found
                .findings
                .into_iter()
                .map(|one| FindingDocument {
                    fault: fault(one.fault).unwrap_or_default(),
                    position: one.position,
                    event: one.event,
                    at: one.at,
                    kind: one.kind,
                    text: one.text,
                })
                .collect(),
        }
    }
}
