//! How a gateway fares, in words.

use idp_admin::sms_gateways::GatewayRow;
use idp_core::Instant;

use super::fields::in_words;
use crate::console::words;

/// A badge and what it means.
pub struct State {
    /// The class of the badge: `good`, `bad` or `off`.
    pub class: &'static str,
    /// The badge.
    pub label: &'static str,
    /// A sentence, where there is more to say.
    pub detail: String,
}

/// How a gateway fares now.
pub fn state(row: &GatewayRow, now: Instant) -> State {
    let of = |class, label, detail| State { class, label, detail };
    if !row.enabled {
        return of("off", "Disabled", "No message goes through it.".to_owned());
    }
    if let Some(error) = row.errors.first() {
        return of("bad", "Cannot send", format!("{}.", in_words(error)));
    }
    if row.standing.failures == 0 {
        return of("good", "Working", String::new());
    }
    let since = row.standing.failing_since;
    let since = since.map_or_else(String::new, |at| format!("Since {}. ", words::moment(at)));
    let next = match row.standing.open_until {
        Some(until) if until > now => format!(
            "Messages go through the others first; tried again at {}.",
            words::moment(until)
        ),
        Some(_) => "The next message tries it again.".to_owned(),
        None => {
            let failures = row.standing.failures;
            let failures = if failures == 1 {
                "Once".to_owned()
            } else {
                format!("{failures} times in a row")
            };
            format!("{failures}; it is still tried in its turn.")
        }
    };
    of("bad", "Failing", format!("{since}{next}"))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use idp_admin::Problem;
    use idp_admin::sms_gateways::Standing;
    use idp_core::id::GatewayId;

    use super::*;

    fn row(standing: Standing) -> GatewayRow {
        let now = Instant::UNIX_EPOCH;
        GatewayRow {
            id: GatewayId::new(now, &mut crate::rng::rng()),
            name: "main".to_owned(),
            enabled: true,
            endpoint: String::new(),
            standing,
            errors: Vec::new(),
            warnings: Vec::new(),
        }
    }

    #[test]
    fn what_a_breaker_means_is_said() {
        let now = Instant::UNIX_EPOCH + TimeDelta::hours(1);
        let failing = |open_until| Standing {
            failures: 3,
            failing_since: Some(Instant::UNIX_EPOCH),
            open_until,
        };
        assert_eq!(state(&row(Standing::default()), now).label, "Working");
        let open = state(&row(failing(Some(now + TimeDelta::minutes(1)))), now);
        assert_eq!(
            open.detail,
            "Since 1970-01-01 00:00 UTC. Messages go through the others first; tried again at \
             1970-01-01 01:01 UTC."
        );
        assert!(state(&row(failing(Some(now))), now).detail.contains("The next message tries it"));
        assert!(state(&row(failing(None)), now).detail.contains("3 times in a row"));
    }

    #[test]
    fn what_is_disabled_or_useless_is_not_failing() {
        let now = Instant::UNIX_EPOCH;
        let mut useless = row(Standing { failures: 2, ..Standing::default() });
        useless.errors = vec![Problem::new("trust", "there is no trusted certificate \"x\"")];
        assert_eq!(state(&useless, now).label, "Cannot send");
        useless.enabled = false;
        assert_eq!(state(&useless, now).label, "Disabled");
    }
}
