//! `/account`: where people look after their own account.
//!
//! `routes` has every address, `serve` is the way of a request: what `signed_in` asks for, then the
//! page's own work with a [`Seat`], whose `own()` opens the operations of `idp_admin::own_account` for
//! that person and nobody else. No page asks for a role, and none takes the name of an account. One
//! file per page; `stop` says why a page did not do what it was asked, `messages` carries text
//! messages out, `told` has the words of events.

mod activity;
mod backup_codes;
mod code;
mod frame;
mod inputs;
mod messages;
mod mobile;
mod overview;
mod password;
mod profile;
pub mod routes;
mod seat;
mod serve;
mod sessions;
mod sms_otp;
mod stop;
mod told;

use frame::Section;
pub use profile::claim_label;
use seat::Seat;
use stop::Stop;
