//! What a person enrolled in a login: saved with the step that it passes, told afterwards.

use std::sync::Arc;

use idp_admin::users::use_enrolment_link;
use idp_core::flow::authenticator::{EnrolmentProof, TextMessage};
use idp_core::flow::login::EnrolmentChange;
use idp_core::id::{LoginId, ServiceProviderId};
use idp_store::{Conflict, SendPurpose, StoreError, Writer};

use super::Visit;
use super::deliver::transmit;
use crate::app::App;
use crate::clock;
use crate::rng::rng;
use crate::sms::{Occasion, rows};

/// Saves it, or nothing of the whole decision: when the value that was judged is another by now, or
/// the link was used meanwhile, the decision is taken anew.
pub fn write(
    w: &mut Writer<'_>,
    visit: &Visit,
    change: &EnrolmentChange,
) -> Result<(), StoreError> {
    let found = w.user_by_id(change.user)?.ok_or(Conflict::Version)?;
    let mut user = found.value;
    if user.claims.first(&change.claim) != change.replaces.as_deref() {
        return Err(Conflict::Version.into());
    }
    if change.proof == EnrolmentProof::Link {
        let token = visit.enrolment.as_ref().ok_or(Conflict::Version)?;
        use_enrolment_link(w, token, change.user, visit.now)?;
    }
    user.claims.set(change.claim.clone(), vec![change.value.clone()]);
    w.update_user(&user, found.version, visit.now)?;
    Ok(())
}

/// Tells whom it concerns, after it is saved. Nobody waits for it.
pub fn tell(
    app: &Arc<App>,
    login: LoginId,
    service_provider: Option<ServiceProviderId>,
    notices: Vec<TextMessage>,
) {
    for notice in notices {
        let app = Arc::clone(app);
        let occasion =
            Occasion { purpose: SendPurpose::Notice, login, service_provider, came_back: false };
        let worker = Arc::clone(&app);
        app.sms.background.spawn(async move { send(worker, occasion, notice).await });
    }
}

async fn send(app: Arc<App>, occasion: Occasion, notice: TextMessage) {
    let (sent, destination) = transmit(&app, &notice).await;
    let worker = Arc::clone(&app);
    let noted = app.sms.background.on_database(move || {
        let rows = rows(sent.outcomes(), &destination, occasion, clock::now(), &mut rng());
        worker.store.write(|w| w.insert_sms_sends(&rows))
    });
    let problem = match noted.await {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(problem) => problem,
    };
    tracing::error!("a text message about a new number could not be noted: {problem}");
}
