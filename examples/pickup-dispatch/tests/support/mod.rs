//! What the tests share: an identity provider with a real key, and a browser with cookies.

mod browser;
mod idp;

pub use browser::{Browser, Page, desk, settings};
#[allow(unused_imports, reason = "each test binary uses its own part")]
pub use idp::{Answer, Signed, TestIdp};
