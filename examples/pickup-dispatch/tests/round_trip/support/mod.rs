//! What the tests share: an identity provider with a real key, and a browser with cookies.

mod browser;
mod idp;

pub use browser::{Browser, Page, desk, settings};
pub use idp::{Answer, Signed, TestIdp};
