//! Steps that nobody could pass: codes by text message that nothing sends.

use authenticators::sms_otp::SmsOtp;
use idp_core::flow::chain::Chain;

use crate::admin::Admin;
use crate::error::{AdminError, Problem};

/// The steps that everybody must pass with a code by text message alone, while no SMS gateway is
/// enabled. Steps that a policy may leave out are no obstacle to everybody.
pub(crate) fn impassable(admin: &Admin<'_>, chain: &Chain) -> Result<Vec<Problem>, AdminError> {
    let by_code_alone = |step: &&idp_core::flow::chain::Step| {
        !step.policy().may_skip() && step.options().iter().all(|option| *option == SmsOtp::ID)
    };
    let Some(number) = chain.steps().iter().position(|step| by_code_alone(&step)) else {
        return Ok(Vec::new());
    };
    let gateways = admin.store.read(|reader| reader.sms_gateways())?;
    if gateways.iter().any(|row| row.gateway.enabled) {
        return Ok(Vec::new());
    }
    let message = format!(
        "step {} asks everybody for a code by text message, but no SMS gateway is enabled: nobody \
         could pass it; add or enable a gateway first",
        number + 1
    );
    Ok(vec![Problem::new("steps", message)])
}
