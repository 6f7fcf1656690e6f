//! Accounts from a CSV file: a report of every line, then they are made in the background.

use idp_admin::access_tokens::Scope;
use idp_admin::users::{self, ImportedLine, LineOutcome};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::call::Call;
use crate::api::operation::{DRY_RUN, Media, Operation};
use crate::api::problem::{FieldProblem, field_problems};
use crate::api::refusal::{Kind, Refusal};
use crate::api::reply::Reply;
use crate::rng::rng;
use crate::user_imports::{Beginner, begin};

/// The longest file, in bytes; one byte more than may be in it, so that too much can be explained.
const LONGEST: usize = 4 * 1024 * 1024;
/// How long links work at most, in hours.
const LONGEST_LINK: u32 = 168;

/// What becomes of every line.
#[derive(Serialize, ToSchema)]
pub struct ImportReport {
    /// How many accounts are made.
    new: usize,
    /// How many lines name an account that is there; it stays as it is.
    existing: usize,
    /// How many lines are left out.
    wrong: usize,
    /// Every line.
    lines: Vec<ImportLine>,
    /// Names the import while it is carried out; absent when nothing is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    import: Option<String>,
}

/// A line of the file.
#[derive(Serialize, ToSchema)]
pub struct ImportLine {
    /// Its number in the file.
    number: u64,
    /// The user name that stands there.
    username: String,
    /// `new`, `exists` or `wrong`.
    outcome: &'static str,
    /// Why it is left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<FieldProblem>,
}

/// How far an import is.
#[derive(Serialize, ToSchema)]
pub struct ImportProgress {
    /// How many accounts it makes.
    total: usize,
    /// How many are made.
    made: usize,
    /// Whether it goes on.
    running: bool,
    /// Why it stopped before its end; the same file again makes the rest.
    problem: Option<String>,
    /// The links for choosing a password, if they were asked for. They can be read for an hour.
    links: Vec<ImportedLink>,
}

/// A link for choosing a password.
#[derive(Serialize, ToSchema)]
pub struct ImportedLink {
    /// Whose.
    username: String,
    /// The address. Hand it over by a way that reaches nobody else.
    address: String,
}

/// This part of the table.
pub fn operations(write: Scope) -> Vec<Operation> {
    vec![
        Operation::post(
            ("/users/import", "importUsers", "Make accounts from a CSV file, in the background"),
            write,
            import,
        )
        .query(&[
            DRY_RUN,
            (
                "link_hours",
                "Make a link for choosing a password for each, which works so long: 1 to 168.",
            ),
        ])
        .takes_text(Media::Csv, LONGEST)
        .answers::<ImportReport>(),
        Operation::get(
            (
                "/users/imports/{import}",
                "getImport",
                "How far an import of yours is; needs users:write",
            ),
            Scope::UsersRead,
            progress,
        )
        .answers::<ImportProgress>(),
    ]
}

fn import(call: &Call<'_>) -> Result<Reply, Refusal> {
    let hours = hours(call)?;
    let judged = users::import(&call.admin(), call.bytes(), &mut rng())?;
    let mut report = ImportReport::of(&judged.lines);
    if report.new == 0 || call.switch("dry_run")? {
        return Reply::json(&report);
    }
    let beginner = Beginner {
        app: call.app,
        owner: call.owner(),
        actor: call.admin().actor,
        now: call.now,
        configuration: call.configuration(),
        key_kinds: call.key_kinds(),
    };
    let id = begin(beginner, judged, hours).ok_or_else(|| {
        Refusal::new(Kind::Busy, "Other files are being worked through. Try again in a minute.")
    })?;
    let place = format!("/users/imports/{id}");
    report.import = Some(id);
    Ok(Reply::json(&report)?.goes_on_at(&place))
}

fn progress(call: &Call<'_>) -> Result<Reply, Refusal> {
    // Whoever has a link chooses the password.
    call.require(Scope::UsersWrite)?;
    let found = call.app.imports.find(call.part("import"), call.owner(), call.now);
    let job = found.ok_or_else(Refusal::not_found)?;
    let outcome = job.outcome();
    let (problem, links) = match outcome.as_ref() {
        Some(Ok(made)) => {
            let link = |(username, token): &(_, idp_core::id::LinkToken)| ImportedLink {
                username: idp_core::user::Username::to_string(username),
                address: call.app.public_url.join(&format!("/password/{}", token.expose())),
            };
            (None, made.links.iter().map(link).collect())
        }
        Some(Err(problem)) => (Some(problem.clone()), Vec::new()),
        None => (None, Vec::new()),
    };
    let (total, made, running) = (job.total, job.made(), outcome.is_none());
    drop(outcome);
    Reply::json(&ImportProgress { total, made, running, problem, links })
}

fn hours(call: &Call<'_>) -> Result<Option<u32>, Refusal> {
    match call.query("link_hours") {
        "" => Ok(None),
        text => {
            let hours = text.parse().ok().filter(|hours| (1..=LONGEST_LINK).contains(hours));
            let wrong = || Refusal::invalid("link_hours", format!("must be 1 to {LONGEST_LINK}"));
            hours.map(Some).ok_or_else(wrong)
        }
    }
}

impl ImportReport {
    fn of(lines: &[ImportedLine]) -> Self {
        let lines: Vec<ImportLine> = lines.iter().map(ImportLine::of).collect();
        let count = |outcome| lines.iter().filter(|line| line.outcome == outcome).count();
        let (new, existing, wrong) = (count("new"), count("exists"), count("wrong"));
        Self { new, existing, wrong, lines, import: None }
    }
}

impl ImportLine {
    fn of(line: &ImportedLine) -> Self {
        let (outcome, problems) = match &line.outcome {
            LineOutcome::New => ("new", Vec::new()),
            LineOutcome::Exists => ("exists", Vec::new()),
            LineOutcome::Wrong(problems) => ("wrong", problems.clone()),
        };
        let problems = field_problems(problems);
        Self { number: line.number, username: line.username.clone(), outcome, problems }
    }
}
