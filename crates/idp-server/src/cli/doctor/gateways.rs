//! SMS gateways: that there is one where codes are asked for, and what is odd about each.

use authenticators::gateway::Severity;
use authenticators::sms_otp::SmsOtp;
use idp_admin::KeyDirectory;
use idp_admin::sms_gateways::{Gateway, open_all};
use idp_admin::trust;
use idp_core::service_provider::ServiceProvider;
use idp_store::{Store, TrustedCertificate};

use super::finding::Findings;

const CHECK: &str = "SMS gateways";

/// Every gateway, opened; `None` when that is impossible, which is told.
pub fn open(
    store: &Store,
    keys: Option<&KeyDirectory>,
    findings: &mut Findings,
) -> Option<Vec<Gateway>> {
    // Without keys nothing can be opened; that is told where keys are.
    let sealing = keys?.secrets().sealing();
    open_all(store, &sealing)
        .map_err(|error| {
            let advice = "restore the key directory that belongs to this database, or enter the \
                          gateways again";
            findings.error(CHECK, error.to_string(), advice);
        })
        .ok()
}

/// Looks at all gateways.
pub fn check(
    gateways: &[Gateway],
    trusted: &[TrustedCertificate],
    service_providers: &[ServiceProvider],
    findings: &mut Findings,
) {
    for gateway in gateways.iter().filter(|gateway| gateway.enabled) {
        one(gateway, trusted, findings);
    }
    let need: Vec<&str> = service_providers
        .iter()
        .filter(|sp| sp.enabled && asks_for_codes(sp))
        .map(|sp| sp.name.as_str())
        .collect();
    let enabled = gateways.iter().filter(|gateway| gateway.enabled).count();
    match (enabled, need.first()) {
        (0, Some(first)) => {
            let others = need.len() - 1;
            let more = if others == 0 { String::new() } else { format!(" and {others} others") };
            findings.error(
                CHECK,
                format!("none is enabled, but \"{first}\"{more} ask for codes by text message"),
                "add one: `idp-server sms-gateway add --help`",
            );
        }
        (1, Some(_)) => findings.warning(
            CHECK,
            "there is only one: while it fails, nobody gets a code",
            "add a second one at another provider; it takes over by itself",
        ),
        (0, None) => findings.ok(CHECK, "none, and nobody asks for codes"),
        (count, _) if findings.is_well(CHECK) => {
            findings.ok(CHECK, format!("{count} enabled"));
        }
        _ => {}
    }
}

fn one(gateway: &Gateway, trusted: &[TrustedCertificate], findings: &mut Findings) {
    let name = &gateway.name;
    let advice =
        format!("`idp-server sms-gateway test {name} --to NUMBER --dry-run` shows the request");
    for problem in gateway.definition.check() {
        let message = format!("\"{name}\": {problem}");
        match problem.severity {
            Severity::Error => findings.error(CHECK, message, advice.as_str()),
            Severity::Warning => findings.warning(CHECK, message, advice.as_str()),
        }
    }
    let aliases = trusted.iter().map(|certificate| certificate.alias.as_str());
    for alias in trust::missing_aliases(aliases, &gateway.definition.trust) {
        findings.error(
            CHECK,
            format!(
                "\"{name}\" names the certificate \"{alias}\", which is not there: it sends nothing"
            ),
            format!("`idp-server trust import --alias {alias} FILE`"),
        );
    }
}

fn asks_for_codes(sp: &ServiceProvider) -> bool {
    sp.chain.steps().iter().any(|step| step.options().contains(&SmsOtp::ID))
}
