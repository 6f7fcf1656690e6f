//! The text at `/metrics`, on a listener of its own, so that no proxy publishes it by accident.

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::{App as HttpApp, HttpResponse, HttpServer, web};
use anyhow::Context;

use super::expiry;
use crate::app::App;

/// OpenMetrics 1.0.
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Serves the metrics on a socket that is bound already. Whoever started it stops it: it does not
/// listen to signals.
pub fn start(app: Arc<App>, listener: TcpListener) -> anyhow::Result<Server> {
    let server = HttpServer::new(move || {
        HttpApp::new()
            .app_data(web::Data::new(Arc::clone(&app)))
            .route("/metrics", web::get().to(metrics))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)
    .context("the socket of the metrics cannot be used")?
    .run();
    Ok(server)
}

async fn metrics(app: web::Data<Arc<App>>) -> HttpResponse {
    let app = Arc::clone(&app);
    // A node without logins would tell the certificates of yesterday.
    let text = web::block(move || {
        let configuration =
            app.configuration.refreshed().unwrap_or_else(|_| app.configuration.current());
        app.metrics.text(|metrics| expiry::certificates(metrics, &configuration))
    })
    .await;
    match text {
        Ok(Ok(text)) => HttpResponse::Ok().content_type(CONTENT_TYPE).body(text),
        _ => HttpResponse::InternalServerError().finish(),
    }
}
