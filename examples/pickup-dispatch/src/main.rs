//! The `pickup-dispatch` program: reads its settings, listens, and turns a result into an exit
//! code.

use std::io::Write as _;

use actix_web::web::Data;
use actix_web::{App, HttpServer};
use anyhow::Context as _;
use clap::Parser as _;
use pickup_dispatch::{Desk, Settings, routes};

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let settings = Settings::parse();
    let desk = Data::new(Desk::open(&settings)?);
    let (name, address) = (settings.name.clone(), desk.address());
    let server = HttpServer::new(move || {
        let desk = desk.clone();
        App::new().app_data(desk.clone()).configure(|app| routes(app, &desk))
    })
    .workers(2)
    .shutdown_timeout(1)
    .bind(&settings.listen)
    .with_context(|| {
        format!(
            "cannot listen on {}: stop the program that uses this address or choose another one \
             with --listen",
            settings.listen
        )
    })?;
    // A closed standard output is no reason not to serve.
    let _ = writeln!(std::io::stdout(), "{name} is at {address}");
    server.run().await.context("the server stopped")
}
