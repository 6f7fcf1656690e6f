//! Values that make no sense, each with its key and what to do.

use std::net::ToSocketAddrs;

use idp_core::declared_algorithms::DeclaredAlgorithms;
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::urn::KeyKind;
use idp_core::subject_id::is_scope;
use url::Url;

use super::Settings;
use crate::language::Language;
use crate::networks::Networks;

/// Every value that makes no sense.
pub fn problems(settings: &Settings) -> Vec<String> {
    let mut problems = Vec::new();
    let mut check = |good: bool, key: &str, expected: &str| {
        if !good {
            problems.push(format!("{key}: {expected}"));
        }
    };
    check(
        settings.listen.to_socket_addrs().is_ok(),
        "listen",
        "must be an address and port, such as 127.0.0.1:9763",
    );
    let metrics = &settings.metrics.listen;
    check(
        metrics.is_empty() || (*metrics != settings.listen && metrics.to_socket_addrs().is_ok()),
        "metrics.listen",
        "must be an address and port of its own, such as 127.0.0.1:9764, or empty",
    );
    check(
        is_base_url(&settings.public_url),
        "public_url",
        "must be http:// or https:// with a host and no path, such as https://login.example.org",
    );
    let database = &settings.database_url;
    check(
        ["sqlite:", "postgres://", "postgresql://"]
            .iter()
            .any(|scheme| database.starts_with(scheme)),
        "database_url",
        "must begin with sqlite: or postgres://",
    );
    check(
        Language::named(&settings.default_language).is_some(),
        "default_language",
        "must be en, de, es or ar",
    );
    check(!settings.key_directory.is_empty(), "key_directory", "must name a directory");
    check(
        settings.entity_id.is_empty()
            || (Url::parse(&settings.entity_id).is_ok() && settings.entity_id.len() <= 256),
        "entity_id",
        "must be an absolute URI of at most 256 characters (saml-metadata 2.2.1), or empty",
    );
    for (key, networks) in [
        ("trusted_proxies", &settings.trusted_proxies),
        ("metadata.allowed_networks", &settings.metadata.allowed_networks),
    ] {
        let good = networks.iter().all(|network| Networks::is_one(network));
        check(good, key, "must list addresses or networks such as 10.0.0.0/8");
    }
    algorithms(settings, &mut check);
    numbers(settings, &mut check);
    sms(settings, &mut check);
    organization(settings, &mut check);
    problems
}

/// Every name must be known, and something must be left to sign with.
fn algorithms(settings: &Settings, check: &mut impl FnMut(bool, &str, &str)) {
    const KEY: &str = "saml.denied_algorithms";
    match denied_algorithms(settings) {
        Err(unknown) => {
            let names: Vec<&str> = DeniedAlgorithms::names().collect();
            let expected = format!(
                "must list algorithms that would be accepted otherwise, by URI or short name; \"{}\" is \
                 none of them; the short names are {}",
                unknown.join("\", \""),
                names.join(", ")
            );
            check(false, KEY, &expected);
        }
        Ok(denied) => {
            let left = DeclaredAlgorithms::default().preferred(KeyKind::ALL, denied).is_some();
            check(
                left,
                KEY,
                "must leave sha256 and one of rsa-sha256 and ecdsa-sha256, which sign every answer",
            );
        }
    }
}

/// The algorithms that the settings rule out; or the names that are unknown.
pub fn denied_algorithms(settings: &Settings) -> Result<DeniedAlgorithms, Vec<&str>> {
    DeniedAlgorithms::parse(settings.saml.denied_algorithms.iter().map(|name| name.trim()))
}

fn numbers(settings: &Settings, check: &mut impl FnMut(bool, &str, &str)) {
    let sms = &settings.sms_otp;
    let ranges: [(u64, u64, u64, &str); 21] = [
        (settings.server.database_connections.into(), 2, 256, "server.database_connections"),
        (settings.api.longest_token_days.into(), 1, 3_650, "api.longest_token_days"),
        (settings.saml.clock_skew_seconds.into(), 0, 600, "saml.clock_skew_seconds"),
        (settings.saml.request_window_seconds.into(), 30, 3_600, "saml.request_window_seconds"),
        (settings.saml.logout_wait_seconds.into(), 1, 120, "saml.logout_wait_seconds"),
        (settings.saml.logout_seconds.into(), 5, 600, "saml.logout_seconds"),
        (
            settings.saml.metadata_validity_seconds.into(),
            3_600,
            31_536_000,
            "saml.metadata_validity_seconds",
        ),
        (settings.login.lifetime_seconds.into(), 60, 86_400, "login.lifetime_seconds"),
        (settings.session.idle_seconds.into(), 60, 31_536_000, "session.idle_seconds"),
        (settings.session.absolute_seconds.into(), 60, 31_536_000, "session.absolute_seconds"),
        (settings.attempts.free.into(), 1, 50, "attempts.free"),
        (settings.attempts.first_delay_seconds.into(), 1, 3_600, "attempts.first_delay_seconds"),
        (
            settings.attempts.longest_delay_seconds.into(),
            1,
            86_400,
            "attempts.longest_delay_seconds",
        ),
        (settings.attempts.lock_after.into(), 5, 100, "attempts.lock_after"),
        (settings.attempts.per_login.into(), 3, 1_000, "attempts.per_login"),
        (sms.code_length.into(), 4, 10, "sms_otp.code_length"),
        (sms.lifetime_seconds.into(), 5, 600, "sms_otp.lifetime_seconds"),
        (sms.wrong_tries.into(), 1, 10, "sms_otp.wrong_tries"),
        (sms.resend_cooldown_seconds.into(), 1, 600, "sms_otp.resend_cooldown_seconds"),
        (sms.sends_per_login.into(), 1, 20, "sms_otp.sends_per_login"),
        (sms.fresh_account_hours.into(), 0, 720, "sms_otp.fresh_account_hours"),
    ];
    for (value, least, most, key) in ranges {
        check((least..=most).contains(&value), key, &format!("must be from {least} to {most}"));
    }
    for (value, key) in [
        (sms.burst, "sms_otp.burst"),
        (sms.burst_window_seconds, "sms_otp.burst_window_seconds"),
        (sms.per_day, "sms_otp.per_day"),
        (sms.per_address_per_hour, "sms_otp.per_address_per_hour"),
    ] {
        check(value >= 1, key, "must be at least 1");
    }
}

fn sms(settings: &Settings, check: &mut impl FnMut(bool, &str, &str)) {
    let sms = &settings.sms;
    for (value, least, most, key) in [
        (sms.budget_seconds, 1, 30, "sms.budget_seconds"),
        (sms.turn_milliseconds, 100, 10_000, "sms.turn_milliseconds"),
        (sms.breaker_failures, 1, 100, "sms.breaker_failures"),
        (sms.breaker_seconds, 1, 3_600, "sms.breaker_seconds"),
        (sms.ledger_days, 1, 3_650, "sms.ledger_days"),
        (sms.pumping_sends, 1, 1_000_000, "sms.pumping_sends"),
        (sms.pumping_used_percent, 0, 100, "sms.pumping_used_percent"),
    ] {
        check((least..=most).contains(&value), key, &format!("must be from {least} to {most}"));
    }
}

fn organization(settings: &Settings, check: &mut impl FnMut(bool, &str, &str)) {
    let organization = &settings.organization;
    for (value, key) in [
        (&organization.error_url, "organization.error_url"),
        (&organization.logo_url, "organization.logo_url"),
    ] {
        let https = Url::parse(value).is_ok_and(|url| url.scheme() == "https");
        check(value.is_empty() || https, key, "must be an https:// address, or empty");
    }
    let logo_sized = organization.logo_width > 0 && organization.logo_height > 0;
    check(
        organization.logo_url.is_empty() || logo_sized,
        "organization.logo_width, organization.logo_height",
        "must be set together with organization.logo_url",
    );
    check(
        organization.scopes.iter().all(|scope| is_scope(scope)),
        "organization.scopes",
        "must be domains such as example.org: letters, digits, hyphens and dots, no pattern",
    );
    let email = &organization.technical_contact_email;
    check(
        email.is_empty() || (email.contains('@') && !email.contains(char::is_whitespace)),
        "organization.technical_contact_email",
        "must be an e-mail address, or empty",
    );
}

fn is_base_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        ["http", "https"].contains(&url.scheme())
            && url.host_str().is_some()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && !text.ends_with('/')
    })
}
