//! `/console`: where administrators manage the server by mouse.
//!
//! `routes` has every address, `serve` is the way of a request: same origin, form token, session,
//! role, then the page's own work with a [`Desk`], whose `admin()` opens the functions of `idp-admin`
//! for that person. `frame` is what surrounds every page, `forms` shows fields with their mistakes.
//! One file or folder per area; a page is a struct with `render()`, and decides nothing.

mod audit;
mod certificates;
mod claims;
mod desk;
mod download;
mod form;
mod forms;
mod frame;
mod incidents;
mod keys;
mod message;
mod origin;
mod overview;
mod pager;
pub mod routes;
mod serve;
mod service_providers;
mod sign_in_steps;
mod sign_out;
mod sms_gateways;
mod stop;
mod upload;
mod users;
pub mod what_if;
mod words;

pub use desk::Desk;
pub use frame::Section;
pub use pager::Pager;
pub use stop::Stop;
pub use users::Imports;
