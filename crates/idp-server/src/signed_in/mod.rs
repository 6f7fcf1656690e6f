//! What pages for people who are signed in have in common: the console and the account pages.
//!
//! `serve` is the way of a request: same origin, form token, session; what each application asks for
//! beyond that, and its pages, are its own. `form` is a form that was sent (with `upload` for files),
//! `forms` shows fields with their mistakes, `pager` the way through long lists, `outside` a page for
//! who is not, or no longer, inside. `sign_out` ends the session.

pub mod countries;
pub mod download;
pub mod form;
pub mod forms;
pub mod origin;
pub mod outside;
pub mod pager;
pub mod serve;
pub mod sign_out;
mod upload;

use chrono::TimeDelta;

pub use origin::{check_origin, token};
pub use serve::accept;

/// How long ago the steps may have been passed when something is changed that weakens security.
pub const CONFIRMED: TimeDelta = TimeDelta::minutes(5);
