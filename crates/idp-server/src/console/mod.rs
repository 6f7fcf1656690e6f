//! `/console`: where administrators manage the server by mouse.
//!
//! `routes` has every address, `serve` is the way of a request: what `signed_in` asks for, a role, then
//! the page's own work with a [`Desk`], whose `admin()` opens the functions of `idp-admin` for that
//! person. `frame` is what surrounds every page. One file or folder per area; a page is a struct with `render()`, and decides nothing.

mod access_tokens;
mod appearance;
pub mod audit;
mod certificates;
mod claims;
mod desk;
mod frame;
mod identity_providers;
pub mod incidents;
mod keys;
mod message;
mod message_lab;
mod metadata_sources;
mod overview;
pub mod routes;
mod serve;
mod service_providers;
mod sign_in_steps;
mod sms_gateways;
mod stop;
mod users;
pub mod what_if;
mod words;

use crate::signed_in::{download, form, forms};

pub use crate::signed_in::pager::Pager;
pub use desk::Desk;
pub use frame::Section;
pub use stop::Stop;
