//! Metadata sources: what administrators say of them, and the work at what they publish.
//!
//! `operations` and `check` are the former; `held` is where a person decides. `refresh` takes the lease of
//! a source, has its document fetched and works through it: `document` verifies it, `take` makes a change
//! of what is said of one entity, `apply` writes. `query` asks metadata query services, `sweep` does what
//! time alone brings: keys and service providers that go after a grace, metadata that ends.
//!
//! Fetching itself is the caller's, as a [`Fetch`].

mod apply;
mod check;
mod document;
mod held;
mod operations;
mod patch;
mod query;
mod refresh;
mod sweep;
mod take;
mod texts;

use idp_core::Instant;
use idp_core::saml::signature::denied::DeniedAlgorithms;

pub use check::defaults;
pub use held::{HeldChange, approve, held, odd, refuse};
pub(crate) use operations::{SourceChange, prepare};
pub use operations::{add, ask, find, find_by_id, list, remove, replace, source_of};
pub use patch::SourcePatch;
pub use query::look_up;
pub use refresh::{Counts, Refreshed, due, refresh};
pub use sweep::sweep;
pub use texts::{pem, pinned_key, pinned_keys, step_line, steps_of};

/// What a fetch came to.
#[derive(Debug)]
pub enum Answer {
    /// Nothing new.
    NotModified,
    /// There is no such document: HTTP status 404.
    Absent,
    /// A document.
    Document {
        /// Its octets, unpacked.
        octets: Vec<u8>,
        /// The ETag it came with.
        etag: Option<String>,
        /// The Last-Modified it came with.
        last_modified: Option<String>,
    },
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The address.
    pub address: &'a str,
    /// The ETag of what is there already.
    pub etag: Option<&'a str>,
    /// The Last-Modified of what is there already.
    pub last_modified: Option<&'a str>,
    /// It may have many entities.
    pub large: bool,
}

/// Fetches documents; every address that is not permitted is refused by it.
pub trait Fetch {
    /// What is found at an address, or why nothing is, in words that continue "The address …".
    fn fetch(&self, question: Question<'_>) -> Result<Answer, String>;
}

/// What the work at a source goes by.
pub struct Surroundings<'a> {
    /// Fetches.
    pub fetch: &'a dyn Fetch,
    /// The time of day, while work goes on.
    pub clock: &'a dyn Fn() -> Instant,
    /// Whether new service providers begin in quarantine, where the source does not say.
    pub quarantine: bool,
    /// The largest document, in bytes.
    pub most: usize,
    /// The algorithms that the settings rule out.
    pub denied: DeniedAlgorithms,
}

/// Why a document is not used: a stable code, and words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Failure {
    code: &'static str,
    words: String,
}

impl Failure {
    /// There was no document: the trouble of whoever publishes, not of one entity.
    const NOT_FETCHED: &str = "metadata-not-fetched";

    fn new(code: &'static str, words: impl Into<String>) -> Self {
        Self { code, words: words.into() }
    }
}
