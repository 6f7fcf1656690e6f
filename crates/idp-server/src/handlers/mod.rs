//! HTTP in, HTTP out: each handler reads its request, makes one hop to a blocking thread for the
//! work, and turns the outcome into a response. No decision is taken here.

pub mod appearance;
pub mod bootstrap;
pub mod enrolment;
pub mod language;
pub mod login;
pub mod logout;
pub mod metadata;
pub mod missing;
pub mod owner;
pub mod password;
pub mod plain;
pub mod response;
pub mod sso;
pub mod unsolicited;
pub mod visit;

use std::sync::Arc;

use actix_web::web;

use crate::app::App;
use crate::error::WebError;

/// The shared parts of the server.
pub type Shared = web::Data<Arc<App>>;

/// Runs blocking work on a thread of its own.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, WebError> + Send + 'static,
) -> Result<T, WebError> {
    web::block(work).await.map_err(|_| WebError::Internal("the work was given up".to_owned()))?
}
