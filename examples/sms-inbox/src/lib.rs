//! An SMS provider for development: it takes text messages over HTTP like a real provider and
//! shows them on a page that looks like a phone. It can be told to be slow, to fail, or to hang.
//!
//! [`routes`] lists every address; `provider` takes messages, `control` changes the behaviour,
//! `page` shows the phone and `events` keeps it live. Messages live in memory (`inbox`).

mod assets;
mod behaviour;
mod code;
mod control;
mod events;
mod fields;
mod headers;
mod inbox;
mod page;
mod provider;
mod settings;
mod world;

use std::sync::Arc;

use actix_web::web;

pub use settings::Settings;

use inbox::Inbox;

/// What every request handler shares: the messages and the token that guards sending.
#[derive(Clone)]
pub struct State {
    inbox: Arc<Inbox>,
    token: Option<Arc<str>>,
}

impl State {
    /// An empty inbox. With a `token`, sending needs `Authorization: Bearer <token>`.
    pub fn new(token: Option<String>) -> Self {
        Self { inbox: Arc::new(Inbox::default()), token: token.map(Arc::from) }
    }
}

/// Every address of the program. The application data must hold a [`State`].
pub fn routes(app: &mut web::ServiceConfig) {
    app.service(
        web::scope("")
            .wrap(headers::security())
            .route("/", web::get().to(page::show))
            .route("/events", web::get().to(events::stream))
            .route("/api/messages", web::post().to(provider::send))
            .route("/api/messages", web::get().to(provider::send_or_list))
            .route("/api/messages", web::delete().to(control::clear))
            .route("/control", web::get().to(control::show))
            .route("/control", web::post().to(control::change))
            .route("/clear", web::post().to(control::clear_and_return))
            .route("/health", web::get().to(async || "ok"))
            .route("/assets/{name}", web::get().to(assets::serve)),
    );
}
