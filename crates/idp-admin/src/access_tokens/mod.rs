//! Personal access tokens: what programs show to the REST API in place of a session. A token is shown
//! once; the database has its SHA-256. Its rights are those of its scopes that the roles of its owner
//! allow as well, both read at each use. `secret` is the form of a token, `scope` what it may be for.

mod bearer;
mod operations;
mod scope;
mod secret;

pub use bearer::{Bearer, bearer};
pub use operations::{Made, NewToken, Shown, create, list, list_all, revoke};
pub use scope::{Scope, Scopes};
pub use secret::{PREFIX, TokenSecret};
