//! A server in this process, a browser without a screen, a phone, and a service provider.

mod browser;
mod html;
mod idp;
mod installation;
mod log;
mod logout;
pub mod message;
mod phone;
mod publisher;
mod refusal;
mod sign_in;
mod sp;
pub mod tls;
mod visit;
pub mod xml;
mod xmlsec;

pub use browser::{Browser, Page, body as form_body};
pub use idp::{Idp, IdpOptions, Node, PASSWORD};
pub use installation::Installation;
pub use log::Log;
pub use logout::{Logout, Sent, Told};
pub use phone::{Behaviour, Phone};
pub use publisher::{Publisher, Says, signed, signed_aggregate};
pub use sign_in::{SignIn, has_response};
pub use sp::{AuthnRequest, Received, Sp};
pub use visit::{Asked, received_xml};
pub use xmlsec::{SignatureTemplate, verified_by_xmlsec1};

pub use idp_store::testing::Backend;

/// Runs a test on both databases.
#[macro_export]
macro_rules! on_both_databases {
    ($(#[$meta:meta])* $name:ident($backend:ident) $body:block) => {
        mod $name {
            use super::*;

            async fn check($backend: $crate::support::Backend) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                check($crate::support::Backend::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                check($crate::support::Backend::Postgres).await;
            }
        }
    };
}
