//! Steps that nobody could pass: codes by text message that nothing sends.

use authenticators::sms_otp::SmsOtp;
use idp_core::flow::chain::{Chain, Step};

use crate::admin::Admin;
use crate::error::{AdminError, Problem};

/// The steps that everybody must pass with a code by text message alone, while no SMS gateway is
/// enabled. Steps that a policy may leave out are no obstacle to everybody.
pub(crate) fn impassable(admin: &Admin<'_>, chain: &Chain) -> Result<Option<Problem>, AdminError> {
    let Some(problem) = impassable_without_gateway(chain) else { return Ok(None) };
    let gateways = admin.store.read(|reader| reader.sms_gateways())?;
    Ok(if gateways.iter().any(|row| row.gateway.enabled) { None } else { Some(problem) })
}

/// What nobody could pass if no SMS gateway were enabled.
pub(crate) fn impassable_without_gateway(chain: &Chain) -> Option<Problem> {
    let by_code_alone = |step: &Step| {
        !step.policy().may_skip() && step.options().iter().all(|option| *option == SmsOtp::ID)
    };
    let number = chain.steps().iter().position(by_code_alone)?;
    let message = format!(
        "step {} asks everybody for a code by text message, but no SMS gateway is enabled: nobody \
         could pass it; add or enable a gateway first",
        number + 1
    );
    Some(Problem::new("steps", message))
}
