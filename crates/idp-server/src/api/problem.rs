//! Problem documents (RFC 9457) as clients read them.

use serde::Serialize;
use utoipa::ToSchema;

/// Why a request was not answered as asked.
#[derive(Serialize, ToSchema)]
pub struct ProblemDocument {
    /// Names the kind of problem: an address within `/api/v1/docs`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong here and what to do.
    pub detail: String,
    /// What is wrong with single fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

/// What is wrong with a field, or worth knowing about it.
#[derive(Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The field, such as `acs[1].url`; empty for the whole.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl From<idp_admin::Problem> for FieldProblem {
    fn from(problem: idp_admin::Problem) -> Self {
        Self { field: problem.field, message: problem.message }
    }
}

/// Several of them.
pub fn field_problems(problems: Vec<idp_admin::Problem>) -> Vec<FieldProblem> {
    problems.into_iter().map(FieldProblem::from).collect()
}
