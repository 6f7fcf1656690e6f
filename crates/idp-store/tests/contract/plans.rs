//! Queries of pages that must not read whole tables: which index each walks along.

use idp_store::testing::TestDatabase;

on_both! { pages_walk_along_indexes }

/// A query in the shape that a page asks it, and what its plan must say.
const PLANS: [(&str, &[&str]); 8] = [
    (
        "SELECT * FROM sms_sums WHERE days = 30 AND measure = 'gateway' \
         ORDER BY sends DESC, subject LIMIT 200",
        &["SEARCH sms_sums USING INDEX sms_sums_largest (days=? AND measure=?)"],
    ),
    (
        "SELECT gateway, COUNT(*) FROM sms_sends WHERE NOT counted AND at >= ? GROUP BY gateway",
        &["SEARCH sms_sends USING INDEX sms_sends_uncounted (at>?)"],
    ),
    (
        "SELECT at FROM sms_sends WHERE NOT (sms_sends.counted) AND at < ? ORDER BY at LIMIT 9",
        &["INDEX sms_sends_uncounted (at<?)"],
    ),
    (
        "SELECT id FROM audit_events WHERE kind = ? AND kind <> 'assertion.issued' AND user_id = ? \
         AND (id >= ? AND id < ?) ORDER BY id DESC LIMIT 51",
        &["INDEX audit_events_user_kind (user_id=? AND kind=? AND id>? AND id<?)"],
    ),
    (
        "SELECT id FROM audit_events WHERE kind = ? AND kind <> 'assertion.issued' \
         AND service_provider_id = ? AND (id >= ? AND id < ?) ORDER BY id DESC LIMIT 51",
        &[
            "INDEX audit_events_service_provider_kind (service_provider_id=? AND kind=? AND id>? AND id<?)",
        ],
    ),
    (
        "SELECT id, at FROM audit_events WHERE user_id = ? AND COALESCE(service_provider_id, '') = ? \
         AND (id >= ? AND id < ?) ORDER BY id DESC LIMIT 51",
        &["INDEX audit_events_user (user_id=? AND id>? AND id<?)"],
    ),
    (
        "SELECT json_extract(settings, '$.name_id') AS rule FROM service_providers \
         WHERE json_extract(settings, '$.name_id') > ? \
         ORDER BY json_extract(settings, '$.name_id') LIMIT 1",
        &["INDEX service_providers_name_id (<expr>>?)"],
    ),
    (
        "SELECT s.id FROM service_provider_steps t JOIN service_providers s \
         ON s.id = t.service_provider_id WHERE s.enabled = 1 AND t.authenticator = ? AND t.policy = ? \
         LIMIT 1",
        &["INDEX service_provider_steps_policy (authenticator=? AND policy=?)"],
    ),
];

fn pages_walk_along_indexes(database: &TestDatabase) {
    drop(database.store());
    for (query, expected) in PLANS {
        let Some(plan) = database.plan(query) else { return };
        for step in expected {
            assert!(plan.contains(step), "{query}\n{plan}");
        }
        assert!(!plan.contains("USE TEMP B-TREE FOR ORDER BY"), "{query}\n{plan}");
    }
}
