//! Text messages of the account pages: the code that verifies a number, and notices of changes.

use std::sync::Arc;

use idp_admin::own_account::{Sending, note_delivery};
use idp_core::flow::authenticator::TextMessage;
use idp_core::id::LoginId;
use idp_store::SendPurpose;

use super::Seat;
use super::serve::Work;
use crate::clock;
use crate::rng::rng;
use crate::sign_in::{tell, transmit};
use crate::sms::{Occasion, rows};

impl Seat<'_> {
    /// Sends notices; nobody waits for them.
    pub fn notify(&self, notices: Vec<TextMessage>) {
        // They belong to no login; the ledger needs a name for what they belong to.
        let occasion = LoginId::new(self.visit.now, &mut rng());
        tell(self.app, occasion, None, notices);
    }

    /// Sends a code to a number that is to be verified, notes whether a gateway took it, and every
    /// request in the ledger.
    pub fn send(&self, sending: Sending) -> Work {
        let (app, user) = (Arc::clone(self.app), self.who.user.id);
        Work(Box::pin(async move {
            let Sending { change, message } = sending;
            let (sent, destination) = transmit(&app, &message).await;
            let worker = Arc::clone(&app);
            let noted = app.sms.background.on_database(move || {
                let now = clock::now();
                let occasion = Occasion {
                    purpose: SendPurpose::Verification,
                    login: change,
                    service_provider: None,
                    came_back: false,
                };
                let rows = rows(sent.outcomes(), &destination, occasion, now, &mut rng());
                worker.store.write(|w| w.insert_sms_sends(&rows)).map_err(|e| e.to_string())?;
                let (store, registry) = (&worker.store, &worker.registry);
                note_delivery(store, registry, (user, change), sent.delivery(), now)
                    .map_err(|error| error.to_string())
            });
            if let Err(problem) = noted.await.and_then(|noted| noted) {
                tracing::error!("what became of a code for a number could not be noted: {problem}");
            }
        }))
    }
}
