//! The account pages: what people do for themselves, and what nobody does for them.

mod access;
mod factors;
mod people;

use idp_admin::users;

use crate::support::{Backend, Browser, Idp, IdpOptions, Page, Sp};

/// Another password that is good enough alone.
const OTHER: &str = "gravel otter plum hums";

async fn server(backend: Backend) -> Idp {
    Idp::with(backend, &Sp::new(), IdpOptions::default()).await
}

/// A server on which no account is fresh.
async fn grown_up(backend: Backend) -> Idp {
    let options = IdpOptions::settings(|settings| settings.sms_otp.fresh_account_hours = 0);
    Idp::with(backend, &Sp::new(), options).await
}

impl Idp {
    /// The number of a person's profile.
    fn number_of(&self, name: &str) -> Option<String> {
        let user = self.with_admin(|admin, _| users::search(admin, named(name), None, 1));
        let user = user.expect("found").rows.into_iter().next().expect("the person");
        user.claims.first(&idp_core::claim::ClaimUri::MOBILE).map(str::to_owned)
    }
}

const fn named(text: &str) -> users::Search<'_> {
    users::Search { text, with_roles: false }
}

impl Browser {
    /// Opens an account page as this person, signing in on the way.
    async fn account(&mut self, name: &str, idp: &Idp, path: &str) -> Page {
        self.open_as(name, idp, path).await
    }
}
