//! A file that is made while it is sent, part by part, so that its length costs no memory. The next part
//! is made when the browser took the last one; no thread waits meanwhile, and nothing is made any more
//! when the browser went away.

use std::fmt;

use actix_web::web::{self, Bytes};
use actix_web::{HttpResponse, http::header};
use futures_util::stream;

/// The next part; `None` after the last one. Blocks.
type Next = Box<dyn FnMut() -> Option<Result<Vec<u8>, String>> + Send>;

/// A file for a browser to keep.
pub struct Download {
    name: String,
    content_type: &'static str,
    next: Next,
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Download {
    /// A file of this name, of letters, digits, dots and hyphens.
    pub fn new(
        name: String,
        content_type: &'static str,
        next: impl FnMut() -> Option<Result<Vec<u8>, String>> + Send + 'static,
    ) -> Self {
        Self { name, content_type, next: Box::new(next) }
    }

    /// The answer. A part that cannot be made breaks the connection, so that half a file is not taken
    /// for a whole one.
    pub fn respond(self) -> HttpResponse {
        let parts = stream::unfold(self.next, |mut next| async move {
            let made = web::block(move || (next(), next)).await;
            match made {
                Ok((Some(part), next)) => Some((part.map(Bytes::from).map_err(broken), next)),
                Ok((None, _)) => None,
                Err(_) => {
                    let end: Next = Box::new(|| None);
                    Some((Err(broken("the work was given up".to_owned())), end))
                }
            }
        });
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, self.content_type))
            .insert_header((
                header::CONTENT_DISPOSITION,
                format!("attachment; filename=\"{}\"", self.name),
            ))
            .insert_header((header::CACHE_CONTROL, "no-store, no-cache"))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
            .insert_header((header::REFERRER_POLICY, "no-referrer"))
            .streaming(parts)
    }
}

fn broken(reason: String) -> std::io::Error {
    tracing::error!("a file could not be sent to its end: {reason}");
    std::io::Error::other(reason)
}
