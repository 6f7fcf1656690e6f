//! Running: logging, the HTTP server, background work, an orderly stop.

use std::io::Write;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::DefaultHeaders;
use actix_web::{App as HttpApp, HttpServer, web};
use anyhow::Context;
use idp_admin::Actor;
use tracing_subscriber::EnvFilter;

use crate::app::App;
use crate::config::{LogFormat, Settings};
use crate::rng::rng;
use crate::{clock, janitor, metadata_sources, metrics, routes, sealer};

/// Threads for blocking work per worker: enough for those who wait at the gate and for the rest.
const BLOCKING_THREADS: usize = 128;
/// A client that sends its request slower than this is cut off.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Serves until the process is told to stop.
pub fn serve(settings: Settings) -> anyhow::Result<()> {
    start_logging(&settings)?;
    actix_web::rt::System::new().block_on(run(settings))
}

async fn run(settings: Settings) -> anyhow::Result<()> {
    let listener = bind(&settings.listen, "listen")?;
    let metrics_address = settings.metrics.listen.as_str();
    let metrics_listener = (!metrics_address.is_empty())
        .then(|| bind(metrics_address, "metrics.listen"))
        .transpose()?;
    let app = Arc::new(App::build(settings)?);
    complete_claims(&app)?;
    announce(&app)?;
    let server = start(Arc::clone(&app), listener)?;
    let settings = &app.settings;
    tracing::info!(address = %settings.listen, public = %settings.public_url, "ready");
    let janitor = actix_web::rt::spawn(janitor::run(Arc::clone(&app)));
    let sealer = actix_web::rt::spawn(sealer::run(Arc::clone(&app)));
    let sources = actix_web::rt::spawn(metadata_sources::run(Arc::clone(&app)));
    if let Some(listener) = metrics_listener {
        actix_web::rt::spawn(metrics::start(Arc::clone(&app), listener)?);
        tracing::info!(address = %settings.metrics.listen, "metrics are served");
    }
    server.await.context("the server stopped")?;
    janitor.abort();
    sealer.abort();
    sources.abort();
    let patience = Duration::from_secs(settings.server.shutdown_seconds);
    let unfinished = app.sms.background.finish(patience).await;
    if unfinished > 0 {
        tracing::warn!(unfinished, "stopped while text messages were being sent");
    }
    tracing::info!("stopped");
    Ok(())
}

fn bind(address: &str, setting: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).with_context(|| {
        format!(
            "cannot listen on {address}; is another server running there? The setting is `{setting}`"
        )
    })
}

/// The HTTP server on a socket that is bound already.
pub fn start(app: Arc<App>, listener: TcpListener) -> anyhow::Result<Server> {
    let workers = match app.settings.server.workers {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        set => set,
    };
    let shutdown_seconds = app.settings.server.shutdown_seconds;
    let server = HttpServer::new(move || {
        let mut headers = DefaultHeaders::new();
        if app.public_url.is_https() {
            headers = headers.add(("Strict-Transport-Security", "max-age=31536000"));
        }
        HttpApp::new()
            .app_data(web::Data::new(Arc::clone(&app)))
            .wrap(headers)
            .configure(routes::routes)
    })
    .workers(workers)
    .worker_max_blocking_threads(BLOCKING_THREADS)
    .client_request_timeout(REQUEST_TIMEOUT)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(shutdown_seconds)
    .listen(listener)
    .context("the socket cannot be used")?
    .run();
    Ok(server)
}

/// Adds the claims that every installation has, as `migrate` does: whoever starts with an empty database
/// has them as well.
pub fn complete_claims(app: &App) -> anyhow::Result<()> {
    let configuration = app.configuration.refreshed().map_err(|error| {
        anyhow::anyhow!("the configuration cannot be read: {}", error.describe())
    })?;
    let now = clock::now();
    let kinds = configuration.keys().signing_kinds(now);
    let admin = app.admin(Actor::CommandLine, now, &configuration, &kinds);
    idp_admin::claims::ensure_catalogue(&admin, &mut rng())?;
    Ok(())
}

/// Prints the link of the first start. It goes to standard output and not into the log, which others
/// may read and which is kept.
fn announce(app: &App) -> anyhow::Result<()> {
    let link = idp_admin::bootstrap::link_if_needed(&app.store, clock::now(), &mut rng())?;
    let Some(token) = link else { return Ok(()) };
    let address = app.public_url.join(&format!("/bootstrap/{}", token.expose()));
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "There is no administrator yet. Make the first one here; the address works once, for 24 hours:\n\n  {address}\n"
    )?;
    out.flush()?;
    Ok(())
}

fn start_logging(settings: &Settings) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&settings.log.level).with_context(|| {
        format!(
            "log.level: \"{}\" is no filter; use error, warn, info or debug",
            settings.log.level
        )
    })?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match settings.log.format {
        LogFormat::Text => subscriber.with_target(false).try_init(),
        LogFormat::Json => subscriber.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("logging cannot start: {error}"))
}
