//! `/console/audit/export`: what the page shows, as a file.

use std::sync::Arc;

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use chrono::TimeDelta;
use idp_admin::audit_trail::{Export, Format, Search};
use idp_admin::{AdminError, Permission};

use super::FILTERS;
use crate::clock;
use crate::console::download::Download;
use crate::console::serve::{Answer, Outcome, change};
use crate::console::{Desk, form::Form};
use crate::handlers::Shared;
use crate::rng::rng;

/// The most rows of a file; the command line has no such limit.
pub const MOST_ROWS: u64 = 1_000_000;
/// How long a browser may take for a file, so that nobody holds a place for ever.
const LONGEST: TimeDelta = TimeDelta::minutes(30);

/// Sends the file. A form with a token, because it leaves a row and costs work.
pub async fn export(
    app: Shared,
    request: HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Read, file).await
}

fn file(desk: &Desk<'_>, form: &Form) -> Outcome {
    let format = Format::named(form.text("format")?).ok_or_else(|| {
        AdminError::invalid("format", "is neither jsonl nor csv; go back and choose one")
    })?;
    let Ok(place) = Arc::clone(&desk.app.exports).try_acquire_owned() else {
        let text = "Two files are being made already. Wait until one is complete, or use `idp-server \
                    audit export`.";
        return Err(AdminError::Conflict(text.to_owned()).into());
    };
    let mut values = [""; FILTERS.len()];
    for (value, name) in values.iter_mut().zip(FILTERS) {
        *value = form.text(name)?.trim();
    }
    let [kind, user, service_provider, from, to] = values;
    let search = Search { kind, user, service_provider, from, to };
    let mut export = Export::begin(&desk.admin(), search, (format, MOST_ROWS), &mut rng())?;
    let store = desk.app.store.clone();
    let end = desk.now + LONGEST;
    let next = move || {
        let _place = &place;
        if clock::now() > end {
            return Some(Err("the browser took too long for the file".to_owned()));
        }
        export.next(&store).map_err(|error| error.to_string()).transpose()
    };
    let name = format!("audit-{}.{}", desk.now.format("%Y%m%d-%H%M%S"), format.name());
    let content_type = match format {
        Format::JsonLines => "application/jsonl; charset=utf-8",
        Format::Csv => "text/csv; charset=utf-8; header=present",
    };
    Ok(Answer::File(Download::new(name, content_type, next)))
}
