//! `/console/metadata-sources`: where the metadata of service providers is fetched from, how it went, and
//! what waits for a person. `form` adds and changes one, `decide` is what a person says of addresses.

mod decide;
mod form;

use actix_web::web::{Bytes, Path, ServiceConfig, post, resource};
use actix_web::{HttpRequest, HttpResponse, guard, web};
use askama::Template;
use idp_admin::Permission;
use idp_admin::metadata_sources::{self, HeldChange};
use idp_admin::service_providers::{describe_key, fingerprint};
use idp_core::id::MetadataSourceId;
use idp_core::metadata_source::SourceKind;
use idp_core::metadata_source::choice::Choice;
use idp_store::{MetadataEntity, MetadataSourceRow};

use super::desk::{CONFIRMED, Desk};
use super::frame::{Frame, Section};
use super::serve::{Answer, change, show};
use super::stop::Stop;
use super::{routes, words};
use crate::handlers::{Shared, plain};
use crate::pages::{render, short};
use crate::rng::rng;

const ADD: &str = "/console/metadata-sources/add";
/// The largest form: keys, and lists of entityIDs.
const FORM_BYTES: usize = 512 * 1024;

/// The list.
#[derive(Template)]
#[template(path = "console/metadata_sources/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<ListRow>,
}

struct ListRow {
    row: MetadataSourceRow,
    standing: Standing,
    held: u64,
}

/// How a source stands, in a word.
struct Standing {
    class: &'static str,
    label: &'static str,
}

impl Standing {
    fn of(row: &MetadataSourceRow, now: idp_core::Instant) -> Self {
        let (class, label) = match (&row.state.failed_at, &row.state.good_at) {
            _ if !row.source.enabled => ("off", "off"),
            _ if row.leased_until > now => ("good", "being fetched"),
            (Some(_), _) => ("bad", "failed"),
            (None, Some(_)) => ("good", "good"),
            (None, None) => ("off", "not fetched yet"),
        };
        Self { class, label }
    }
}

/// One source.
#[derive(Template)]
#[template(path = "console/metadata_sources/detail.html")]
struct DetailPage {
    frame: Frame,
    row: MetadataSourceRow,
    standing: Standing,
    path: String,
    /// Kind of key and fingerprint.
    keys: Vec<(String, String)>,
    held: Vec<Waiting>,
    odd: Vec<MetadataEntity>,
    may_take_any: bool,
}

/// Addresses that wait, with the form's copy of them.
struct Waiting {
    change: HeldChange,
    seen: String,
}

/// Asks before a source is removed.
#[derive(Template)]
#[template(path = "console/metadata_sources/remove.html")]
struct RemovePage {
    frame: Frame,
    row: MetadataSourceRow,
    path: String,
}

/// Registers the addresses.
pub fn addresses(config: &mut ServiceConfig) {
    let page = |path: &str| {
        resource(path)
            .app_data(web::PayloadConfig::new(FORM_BYTES))
            .default_service(web::route().to(plain::method_not_allowed))
    };
    let get = || web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    let one = |rest: &str| page(&format!("{}/{{id}}{rest}", routes::METADATA_SOURCES));
    config
        .service(page(routes::METADATA_SOURCES).route(get().to(list)))
        .service(page(ADD).route(get().to(form::addition)).route(post().to(form::add)))
        .service(one("").route(get().to(detail)))
        .service(one("/edit").route(get().to(form::edit)).route(post().to(form::save)))
        .service(one("/refresh").route(post().to(refresh)))
        .service(one("/approve").route(post().to(decide::approve)))
        .service(one("/refuse").route(post().to(decide::refuse)))
        .service(one("/remove").route(get().to(confirm)).route(post().to(remove)));
}

/// Every source.
pub async fn list(app: Shared, request: HttpRequest) -> HttpResponse {
    show(app, request, |desk| {
        let mut rows = Vec::new();
        for row in metadata_sources::list(&desk.admin())? {
            let held = desk.store.read(|reader| reader.held_metadata_count(row.id))?;
            rows.push(ListRow { standing: Standing::of(&row, desk.now), row, held });
        }
        let frame = desk.frame(Section::MetadataSources, Section::MetadataSources.title());
        Ok(Answer::Page(render(&ListPage { frame, rows }, 16 * 1024)))
    })
    .await
}

/// One of them.
pub async fn detail(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        let row = named(desk, &id)?;
        let admin = desk.admin();
        let held = metadata_sources::held(&admin, row.id)?.into_iter().map(|change| Waiting {
            seen: serde_json::to_string(&change.addresses).unwrap_or_default(),
            change,
        });
        let key = |key| (describe_key(key).unwrap_or_default(), fingerprint(key));
        let page = DetailPage {
            frame: below(desk, short(&row.source.name)),
            standing: Standing::of(&row, desk.now),
            path: routes::metadata_source(row.id),
            keys: row.source.keys.iter().map(key).collect(),
            held: held.collect(),
            odd: metadata_sources::odd(&admin, row.id)?,
            may_take_any: row.source.take == Choice::default(),
            row,
        };
        Ok(Answer::Page(render(&page, 32 * 1024)))
    })
    .await
}

/// Has it fetched now.
pub async fn refresh(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, _| {
        let row = named(desk, &id)?;
        metadata_sources::ask(&desk.admin(), row.id)?;
        let text = format!(
            "“{}” is fetched within a few seconds. Open this page again to see what came of it.",
            short(&row.source.name)
        );
        Answer::done(routes::metadata_source(row.id), text)
    })
    .await
}

/// Asks whether it is meant.
pub async fn confirm(app: Shared, request: HttpRequest, id: Path<String>) -> HttpResponse {
    show(app, request, move |desk| {
        desk.require(Permission::Change)?;
        let row = named(desk, &id)?;
        let path = routes::metadata_source(row.id);
        let name = short(&row.source.name);
        let frame = below(desk, format!("Remove “{name}”?")).below(name, &path);
        Ok(Answer::Page(render(&RemovePage { frame, row, path }, 8 * 1024)))
    })
    .await
}

/// Removes it.
pub async fn remove(
    app: Shared,
    request: HttpRequest,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    change(app, request, body, Permission::Change, move |desk, form| {
        let row = named(desk, &id)?;
        let version = form.text("version")?.parse().unwrap_or_default();
        metadata_sources::remove(&desk.admin(), row.id, version, &mut rng())?;
        let text = format!("“{}” is not fetched any more.", short(&row.source.name));
        Answer::done(routes::METADATA_SOURCES, text)
    })
    .await
}

/// The source that the address names.
fn named(desk: &Desk<'_>, id: &str) -> Result<MetadataSourceRow, Stop> {
    let id: MetadataSourceId = id.parse().map_err(|_| Stop::NotFound)?;
    Ok(metadata_sources::find_by_id(&desk.admin(), id)?)
}

fn below(desk: &Desk<'_>, title: impl Into<String>) -> Frame {
    let section = Section::MetadataSources;
    desk.frame(section, title).below(section.title(), routes::METADATA_SOURCES)
}

/// What is found at an address, in words.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates lend")]
fn kind_words(kind: &SourceKind) -> &'static str {
    match kind {
        SourceKind::Entity => "one service provider",
        SourceKind::Aggregate => "an aggregate of many",
        SourceKind::Mdq => "a metadata query service",
    }
}

/// Stops unless the person signed in a moment ago.
fn recent(desk: &Desk<'_>, form: &str) -> Result<(), Stop> {
    desk.recent(CONFIRMED, form)
}
