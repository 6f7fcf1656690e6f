//! Server-sent events: what keeps an open page live.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Bytes, Data};
use futures_util::stream;
use serde_json::json;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::time::timeout;

use crate::inbox::News;
use crate::{State, code};

/// A comment is sent this often, so that a closed page is noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// `GET /events`: `message` events as JSON, and `changed` when the page should be shown anew.
pub async fn stream(state: Data<State>) -> HttpResponse {
    let receiver = state.inbox.subscribe();
    let greeting = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"retry: 1000\n\n"))]);
    let news = stream::unfold(receiver, async |mut receiver| {
        let event = next(&mut receiver).await?;
        Some((Ok(event), receiver))
    });
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(stream::StreamExt::chain(greeting, news))
}

/// The next event; `None` when the program ends.
async fn next(receiver: &mut Receiver<News>) -> Option<Bytes> {
    match timeout(KEEP_ALIVE, receiver.recv()).await {
        Err(_) => Some(Bytes::from_static(b": still here\n\n")),
        Ok(Ok(News::Arrived(message))) => {
            let cut = code::cut(&message.text);
            let data = json!({
                "id": message.id, "to": message.to, "text": message.text,
                "before": cut.before, "code": cut.code, "after": cut.after,
                "received_at": message.received_at,
            });
            Some(Bytes::from(format!("event: message\ndata: {data}\n\n")))
        }
        Ok(Ok(News::Changed) | Err(RecvError::Lagged(_))) => {
            Some(Bytes::from_static(b"event: changed\ndata: {}\n\n"))
        }
        Ok(Err(RecvError::Closed)) => None,
    }
}
