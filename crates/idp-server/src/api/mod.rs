//! `/api/v1`: the operations of `idp-admin` for programs.
//!
//! `table` is the one table: every address, its scope, what it takes and answers (`operation`). `routes`
//! registers it, `document` describes it as OpenAPI, `page` shows that to people. A request goes
//! through `serve`: token, body, the operation's own work with a [`Call`], answer. `refusal` is the
//! only place that makes problem documents. One file per resource, each beginning with its part of
//! the table; its types are what the document is generated from.

mod access_tokens;
mod activity;
mod appearance;
mod audit;
mod authenticators;
mod body;
mod call;
mod certificates;
mod claim_dialects;
mod claims;
mod configuration;
#[cfg(test)]
mod counterparts;
mod document;
mod keys;
mod local_applications;
mod message_lab;
mod metadata_sources;
mod operation;
mod overview;
mod page;
mod problem;
mod refusal;
mod release_rules;
mod reply;
mod scenarios;
mod serve;
mod service_provider_settings;
mod service_providers;
mod sms_gateways;
mod table;
mod users;
mod what_if;

use actix_web::guard;
use actix_web::web::{self, ServiceConfig, resource};

pub use call::Call;
pub use document::openapi;
pub use operation::Operation;
pub use table::operations;

/// Where the API begins.
pub const ROOT: &str = "/api/v1";
/// Where its description is.
pub const DOCUMENT: &str = "/api/v1/openapi.json";
/// Where people read it.
pub const DOCS: &str = "/api/v1/docs";

/// Registers the addresses.
pub fn routes(config: &mut ServiceConfig) {
    let get = || web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    let other = |allowed: &'static str| web::route().to(move || serve::wrong_method(allowed));
    config
        .service(resource(DOCUMENT).route(get().to(page::document)).default_service(other("GET")))
        .service(resource(DOCS).route(get().to(page::show)).default_service(other("GET")));
    for (path, methods) in table::by_path() {
        let mut place = resource(format!("{ROOT}{path}"));
        for operation in methods {
            let route = match operation.method.as_str() {
                "GET" => get(),
                _ => web::method(operation.method.clone()),
            };
            let work = move |app, request, payload| serve::serve(operation, app, request, payload);
            place = place.route(route.to(work));
        }
        config.service(place.default_service(other(table::allowed(path))));
    }
    config.service(web::scope(ROOT).default_service(web::route().to(serve::nowhere)));
}
