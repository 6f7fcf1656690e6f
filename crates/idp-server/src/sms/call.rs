//! One request to one gateway: put together and judged in `authenticators::gateway`, carried out
//! here. Redirects are not followed, and of the answer at most 64 kB are read.

use std::time::Duration;

use authenticators::gateway::{GatewayDefinition, HttpCall, Judgement, LONGEST_ANSWER};
use idp_core::flow::authenticator::TextMessage;
use idp_store::SendOutcome;
use reqwest::{Client, Method, RequestBuilder, Response};
use tokio::time::{Instant, timeout};

use super::client::Means;

/// What became of a call.
#[derive(Debug)]
pub struct Attempt {
    /// In one word.
    pub outcome: SendOutcome,
    /// In a sentence, without number, code, key or address.
    pub why: String,
    /// What the gateway answered, if it did.
    pub answer: Option<Answer>,
    /// How long it took.
    pub took: Duration,
}

/// An answer. It may repeat number, code and keys, and is shown only where those are masked.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, as far as it was read.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Answer({}, {} bytes)", self.status, self.body.len())
    }
}

/// A verdict before it has its time.
type Verdict = (SendOutcome, String, Option<Answer>);

/// Sends a message through a gateway. The body of the answer is read only where a rule looks at it.
pub async fn attempt(
    means: Means<'_>,
    definition: &GatewayDefinition,
    message: &TextMessage,
    limit: Duration,
) -> Attempt {
    run(means, definition, message, limit, Reading::of(definition)).await
}

/// The same with the whole answer, for people who look into it.
pub async fn attempt_in_full(
    means: Means<'_>,
    definition: &GatewayDefinition,
    message: &TextMessage,
) -> Attempt {
    run(means, definition, message, Duration::MAX, Reading::ForPeople).await
}

/// What the body of an answer is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Nothing: the status decides.
    Not,
    /// A person; the status decides, and a body that does not end changes nothing.
    ForPeople,
    /// The rules.
    ForRules,
}

impl Reading {
    const fn of(definition: &GatewayDefinition) -> Self {
        if definition.answer.is_empty() { Self::Not } else { Self::ForRules }
    }
}

async fn run(
    means: Means<'_>,
    definition: &GatewayDefinition,
    message: &TextMessage,
    limit: Duration,
    reading: Reading,
) -> Attempt {
    let begun = Instant::now();
    let limit = limit.min(Duration::from_millis(definition.total_timeout_ms.into()));
    let (outcome, why, answer) = match definition.render(message) {
        Err(error) => (SendOutcome::Failed, error.to_string(), None),
        Ok(call) => match means.client(definition).await {
            Err(error) => (SendOutcome::Failed, error, None),
            Ok(client) => exchange(definition, request(&client, &call), limit, reading).await,
        },
    };
    Attempt { outcome, why, answer, took: begun.elapsed() }
}

fn request(client: &Client, call: &HttpCall) -> RequestBuilder {
    let method = Method::from_bytes(call.method.as_bytes()).unwrap_or(Method::POST);
    let mut request = client.request(method, call.url.expose());
    for (name, value) in &call.headers {
        request = request.header(name, value.expose());
    }
    if !call.body.expose().is_empty() {
        request.body(call.body.expose().clone())
    } else if call.method == "GET" {
        request
    } else {
        request.header("Content-Length", "0")
    }
}

async fn exchange(
    definition: &GatewayDefinition,
    request: RequestBuilder,
    limit: Duration,
    reading: Reading,
) -> Verdict {
    let deadline = Instant::now() + limit;
    let response = match timeout(limit, request.send()).await {
        Err(_) => return late(limit),
        Ok(Err(error)) if error.is_timeout() && !error.is_connect() => return late(limit),
        // Addresses carry secrets and numbers.
        Ok(Err(error)) => return (SendOutcome::Failed, cause(&error.without_url()), None),
        Ok(Ok(response)) => response,
    };
    let status = response.status().as_u16();
    let mut body = Vec::new();
    let left = deadline.saturating_duration_since(Instant::now());
    let read = match reading {
        Reading::Not => Ok(Ok(())),
        Reading::ForPeople | Reading::ForRules => timeout(left, read(response, &mut body)).await,
    };
    let complete = matches!(read, Ok(Ok(()))) || reading == Reading::ForPeople;
    if !complete && definition.accepted.accepts(status) {
        let (_, why, _) = late(limit);
        return (SendOutcome::TimedOut, why, Some(Answer { status, body }));
    }
    judged(definition, Answer { status, body })
}

fn judged(definition: &GatewayDefinition, answer: Answer) -> Verdict {
    let Judgement { accepted, why } = definition.judge(answer.status, &answer.body);
    let outcome = if accepted { SendOutcome::Accepted } else { SendOutcome::Rejected };
    (outcome, why, Some(answer))
}

fn late(limit: Duration) -> Verdict {
    let why = format!("there was no complete answer within {} ms", limit.as_millis());
    (SendOutcome::TimedOut, why, None)
}

/// Reads until the end or until there is too much, of which one byte is kept for the judge to see.
async fn read(mut response: Response, body: &mut Vec<u8>) -> Result<(), reqwest::Error> {
    while let Some(chunk) = response.chunk().await? {
        let room = (LONGEST_ANSWER + 1).saturating_sub(body.len());
        body.extend(chunk.iter().take(room));
        if body.len() > LONGEST_ANSWER {
            break;
        }
    }
    Ok(())
}

/// An error with what caused it.
pub fn cause(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}
