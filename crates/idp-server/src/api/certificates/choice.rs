//! Looking into a file with certificates, and trusting those that somebody chose.

use idp_admin::trust::{self, Candidate, Imported};
use idp_admin::{AdminError, Problem};
use idp_core::Instant;
use idp_core::secret::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bytes;
use crate::api::call::Call;
use crate::api::refusal::Refusal;
use crate::api::reply::Reply;
use crate::rng::rng;

/// A file to look into: either `pem` or `file`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExamineBody {
    /// Certificates as text (PEM).
    pem: Option<String>,
    /// A file in base64: PEM, DER, PKCS#12 or a Java key store.
    file: Option<String>,
    /// The password of a key store.
    #[schema(value_type = Option<String>, write_only)]
    password: Option<Secret<String>>,
}

/// What a file holds.
#[derive(Serialize, ToSchema)]
pub struct ExaminedFile {
    /// Its certificates in their order.
    items: Vec<CandidateDocument>,
    /// What was passed over.
    notes: Vec<String>,
}

/// A certificate that may be chosen.
#[derive(Serialize, ToSchema)]
pub struct CandidateDocument {
    /// SHA-256 in hexadecimal digits; names it.
    fingerprint: String,
    /// The alias it has in the file.
    name: Option<String>,
    /// Whose it is.
    subject: String,
    /// Who signed it.
    issuer: String,
    /// Until when it is valid.
    #[schema(value_type = Option<String>, format = DateTime)]
    not_after: Option<Instant>,
    /// Why it must not be trusted.
    refusal: Option<String>,
    /// What is unwise about trusting it.
    warnings: Vec<String>,
    /// The alias under which it is trusted already.
    known_as: Option<String>,
}

/// A certificate that was chosen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// Which.
    fingerprint: String,
    /// What to call it.
    alias: String,
}

/// Looks into a file.
pub fn examine(call: &Call<'_>) -> Result<Reply, Refusal> {
    let body: ExamineBody = call.json()?;
    let bytes = bytes(body.pem, body.file)?;
    let content = trust::look_into(&call.admin(), &bytes, body.password.as_ref())?;
    let items = content.certificates.into_iter().map(CandidateDocument::from).collect();
    Reply::json(&ExaminedFile { items, notes: content.notes })
}

/// Trusts the chosen certificates of a file.
pub fn trusted(
    call: &Call<'_>,
    bytes: &[u8],
    password: Option<&Secret<String>>,
    chosen: &[Chosen],
) -> Result<Imported, Refusal> {
    let content = trust::look_into(&call.admin(), bytes, password)?;
    if chosen.is_empty() {
        return Err(Refusal::invalid("choose", "must name at least one certificate"));
    }
    let mut wishes = Vec::new();
    for (place, wanted) in chosen.iter().enumerate() {
        let is_it = |one: &&Candidate| one.fingerprint == wanted.fingerprint;
        let found = content.certificates.iter().find(is_it).ok_or_else(|| {
            Refusal::invalid(format!("choose[{place}].fingerprint"), "is not in the file")
        })?;
        wishes.push((wanted.alias.trim().to_owned(), found.der.clone()));
    }
    trust::import_chosen(&call.admin(), &wishes, &mut rng()).map_err(|error| match error {
        AdminError::Invalid(problems) => {
            AdminError::Invalid(problems.into_iter().map(placed).collect()).into()
        }
        other => other.into(),
    })
}

/// The first one is `alias-1` there and `choose[0].alias` here.
fn placed(problem: Problem) -> Problem {
    let number = problem.field.strip_prefix("alias-").and_then(|number| number.parse().ok());
    match number.and_then(|number: usize| number.checked_sub(1)) {
        Some(place) => Problem { field: format!("choose[{place}].alias"), ..problem },
        None => problem,
    }
}

impl From<Candidate> for CandidateDocument {
    fn from(candidate: Candidate) -> Self {
        Self {
            fingerprint: candidate.fingerprint,
            name: candidate.name,
            subject: candidate.subject,
            issuer: candidate.issuer,
            not_after: candidate.not_after,
            refusal: candidate.refusal,
            warnings: candidate.warnings,
            known_as: candidate.known_as,
        }
    }
}
