//! The `sms-inbox` program: reads its settings, listens, and turns a result into an exit code.

use std::io::Write as _;

use actix_web::web::Data;
use actix_web::{App, HttpServer};
use anyhow::Context as _;
use clap::Parser as _;
use sms_inbox::{Settings, State, routes};

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let settings = Settings::parse();
    let state = Data::new(State::new(settings.token));
    let server = HttpServer::new(move || App::new().app_data(state.clone()).configure(routes))
        .workers(2)
        // Open event streams and hanging answers would otherwise hold Ctrl-C back for 30 seconds.
        .shutdown_timeout(1)
        .bind(&settings.listen)
        .with_context(|| {
            format!(
                "cannot listen on {}: stop the program that uses this address or choose another \
                 one with --listen",
                settings.listen
            )
        })?;
    announce(&server.addrs());
    server.run().await.context("the server stopped")
}

/// Says where the phone is. A closed standard output is no reason not to serve.
fn announce(addresses: &[std::net::SocketAddr]) {
    for address in addresses {
        let _ = writeln!(
            std::io::stdout(),
            "sms-inbox listens on http://{address}  (provider API: POST http://{address}/api/messages)"
        );
    }
}
