//! What an operation is: a row of the table, from which the routes and the document are made.

use std::borrow::Cow;

use actix_web::http::{Method, StatusCode};
use idp_admin::access_tokens::Scope;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::call::Call;
use super::refusal::Refusal;
use super::reply::Reply;

/// What an operation does.
pub type Work = fn(&Call<'_>) -> Result<Reply, Refusal>;

/// A kind of body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Media {
    /// `application/json`
    Json,
    /// `application/merge-patch+json` (RFC 7396), or plain JSON of that meaning.
    MergePatch,
    /// `application/samlmetadata+xml`
    Metadata,
    /// `application/toml`
    Toml,
    /// `text/csv`
    Csv,
    /// `application/jsonl`: a JSON object a line.
    JsonLines,
}

impl Media {
    /// What clients write into Content-Type.
    pub const fn types(self) -> &'static [&'static str] {
        match self {
            Self::Json => &["application/json"],
            Self::MergePatch => &["application/merge-patch+json", "application/json"],
            Self::Metadata => &["application/samlmetadata+xml", "application/xml", "text/xml"],
            Self::Toml => &["application/toml"],
            Self::Csv => &["text/csv"],
            Self::JsonLines => &["application/jsonl"],
        }
    }
}

/// A type as the document shows it.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Its name.
    pub name: fn() -> Cow<'static, str>,
    /// Adds its schema, and those it refers to.
    pub collect: fn(&mut Vec<(String, RefOr<Schema>)>),
}

impl Shape {
    /// The shape of a type.
    pub fn of<T: ToSchema>() -> Self {
        Self { name: T::name, collect: collect::<T> }
    }
}

fn collect<T: ToSchema>(all: &mut Vec<(String, RefOr<Schema>)>) {
    all.push((T::name().into_owned(), <T as PartialSchema>::schema()));
    T::schemas(all);
}

/// A body that is taken.
#[derive(Clone, Copy)]
pub struct Taken {
    /// Its kind.
    pub media: Media,
    /// Its type, where it is JSON.
    pub shape: Option<Shape>,
}

/// What is answered when all is well.
#[derive(Clone, Copy)]
pub struct Answered {
    /// The status.
    pub status: StatusCode,
    /// The type, where it is JSON.
    pub shape: Option<Shape>,
    /// What is answered with status 200 when the query asks to change nothing.
    pub rehearsed: Option<Shape>,
    /// The kinds of text, where it is no JSON.
    pub texts: &'static [Media],
}

/// One operation.
pub struct Operation {
    /// The method.
    pub method: Method,
    /// The address below [`super::ROOT`], with its parameters in braces.
    pub path: &'static str,
    /// Names it in generated clients.
    pub id: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// What the token must be for.
    pub scope: Scope,
    /// Parameters of the query, with what they mean.
    pub query: &'static [(&'static str, &'static str)],
    /// The bodies it takes; empty for none.
    pub takes: Vec<Taken>,
    /// The longest body, in bytes.
    pub longest: usize,
    /// What it answers.
    pub answers: Answered,
    /// Whether If-Match must name the version that is changed.
    pub matched: bool,
    /// Whether answers have an ETag.
    pub tagged: bool,
    /// Whether it changes nothing although it is no GET: a question that is too long for an address.
    pub asks: bool,
    /// What it does.
    pub work: Work,
}

/// The longest body unless an operation says otherwise.
const LONGEST: usize = 256 * 1024;
/// What lists take.
pub const PAGED: &[(&str, &str)] = &[LIMIT, AFTER];
/// How many.
pub const LIMIT: (&str, &str) = ("limit", "How many at most: 1 to 200, 50 when left out.");
/// Whether to change nothing.
pub const DRY_RUN: (&str, &str) =
    ("dry_run", "`true`: say what would come of it, and change nothing.");
/// Where to go on.
pub const AFTER: (&str, &str) = ("after", "The value of `next` of the page before.");

impl Operation {
    fn new(
        method: Method,
        (path, id, summary): (&'static str, &'static str, &'static str),
        scope: Scope,
        work: Work,
    ) -> Self {
        let status = StatusCode::NO_CONTENT;
        let answers = Answered { status, shape: None, rehearsed: None, texts: &[] };
        Self {
            method,
            path,
            id,
            summary,
            scope,
            query: &[],
            takes: Vec::new(),
            longest: LONGEST,
            answers,
            matched: false,
            tagged: false,
            asks: false,
            work,
        }
    }

    /// Something that is shown: path, identifier and summary.
    pub fn get(
        names: (&'static str, &'static str, &'static str),
        scope: Scope,
        work: Work,
    ) -> Self {
        Self::new(Method::GET, names, scope, work)
    }

    /// Something that is made or done.
    pub fn post(
        names: (&'static str, &'static str, &'static str),
        scope: Scope,
        work: Work,
    ) -> Self {
        Self::new(Method::POST, names, scope, work)
    }

    /// Something that takes the place of what is there.
    pub fn put(
        names: (&'static str, &'static str, &'static str),
        scope: Scope,
        work: Work,
    ) -> Self {
        Self::new(Method::PUT, names, scope, work)
    }

    /// Something of which parts change.
    pub fn patch(
        names: (&'static str, &'static str, &'static str),
        scope: Scope,
        work: Work,
    ) -> Self {
        Self::new(Method::PATCH, names, scope, work)
    }

    /// Something that is removed.
    pub fn delete(
        names: (&'static str, &'static str, &'static str),
        scope: Scope,
        work: Work,
    ) -> Self {
        Self::new(Method::DELETE, names, scope, work)
    }

    /// With these parameters of the query.
    #[must_use]
    pub fn query(mut self, query: &'static [(&'static str, &'static str)]) -> Self {
        self.query = query;
        self
    }

    /// With a JSON body of this type.
    #[must_use]
    pub fn takes<T: ToSchema>(mut self) -> Self {
        self.takes.push(Taken { media: Media::Json, shape: Some(Shape::of::<T>()) });
        self
    }

    /// With a merge patch (RFC 7396) of this type.
    #[must_use]
    pub fn takes_patch<T: ToSchema>(mut self) -> Self {
        self.takes.push(Taken { media: Media::MergePatch, shape: Some(Shape::of::<T>()) });
        self
    }

    /// With a body that is no JSON, of at most so many bytes.
    #[must_use]
    pub fn takes_text(mut self, media: Media, longest: usize) -> Self {
        self.takes.push(Taken { media, shape: None });
        self.longest = self.longest.max(longest);
        self
    }

    /// With a body of at most so many bytes.
    #[must_use]
    pub const fn at_most(mut self, longest: usize) -> Self {
        self.longest = longest;
        self
    }

    /// Answering 200 with this type.
    #[must_use]
    pub fn answers<T: ToSchema>(mut self) -> Self {
        self.answers.status = StatusCode::OK;
        self.answers.shape = Some(Shape::of::<T>());
        self
    }

    /// Answering 201 with this type.
    #[must_use]
    pub fn creates<T: ToSchema>(self) -> Self {
        let mut made = self.answers::<T>();
        made.answers.status = StatusCode::CREATED;
        made
    }

    /// Answering 200 with one of these kinds of text.
    #[must_use]
    pub const fn answers_text(mut self, texts: &'static [Media]) -> Self {
        self.answers.status = StatusCode::OK;
        self.answers.texts = texts;
        self
    }

    /// Answering 200 with this type when `dry_run` asks to change nothing.
    #[must_use]
    pub fn rehearses<T: ToSchema>(mut self) -> Self {
        self.answers.rehearsed = Some(Shape::of::<T>());
        self
    }

    /// Changing only the version that If-Match names.
    #[must_use]
    pub const fn matched(mut self) -> Self {
        self.matched = true;
        self
    }

    /// Answering with an ETag.
    #[must_use]
    pub const fn tagged(mut self) -> Self {
        self.tagged = true;
        self
    }

    /// Changing nothing, whatever its method.
    #[must_use]
    pub const fn asking(mut self) -> Self {
        self.asks = true;
        self
    }

    /// Whether it may change something.
    pub fn changes(&self) -> bool {
        self.method != Method::GET && !self.asks
    }

    /// The part of the API it belongs to: the first part of its path.
    pub fn tag(&self) -> &'static str {
        self.path.trim_start_matches('/').split('/').next().unwrap_or_default()
    }

    /// The parameters in its path.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}
