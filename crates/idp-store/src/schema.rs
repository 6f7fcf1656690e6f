//! The tables as diesel knows them, in types that both databases have. `migrations/` creates them;
//! a test compares all three.

diesel::table! {
    configuration_version (id) {
        id -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    service_providers (id) {
        id -> Text,
        entity_id -> Text,
        name -> Text,
        enabled -> Bool,
        settings -> Text,
        metadata_xml -> Nullable<Text>,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    service_provider_steps (service_provider_id, position, choice) {
        service_provider_id -> Text,
        position -> BigInt,
        choice -> BigInt,
        authenticator -> Text,
        policy -> Text,
        alone -> Bool,
    }
}

diesel::table! {
    service_provider_claims (claim, entity_id) {
        claim -> Text,
        entity_id -> Text,
    }
}

diesel::table! {
    user_claims (claim, username) {
        claim -> Text,
        username -> Text,
    }
}

diesel::table! {
    claims (uri) {
        uri -> Text,
        document -> Text,
        position -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    claim_dialects (uri) {
        uri -> Text,
        document -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    sms_gateways (id) {
        id -> Text,
        name -> Text,
        position -> BigInt,
        enabled -> Bool,
        sealed -> Binary,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    trusted_certificates (alias_key) {
        alias_key -> Text,
        alias -> Text,
        der -> Binary,
        fingerprint -> Text,
        not_before -> BigInt,
        not_after -> BigInt,
        is_ca -> Bool,
        self_signed -> Bool,
        subject -> Text,
        issuer -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    sms_gateway_health (gateway_id) {
        gateway_id -> Text,
        failures -> BigInt,
        open_until -> Nullable<BigInt>,
        version -> BigInt,
        failing_since -> Nullable<BigInt>,
    }
}

diesel::table! {
    sms_sends (id) {
        id -> Text,
        at -> BigInt,
        login_id -> Text,
        service_provider_id -> Nullable<Text>,
        gateway -> Nullable<Text>,
        country -> Text,
        prefix -> Text,
        outcome -> Text,
        used -> Bool,
        purpose -> Text,
        counted -> Bool,
    }
}

diesel::table! {
    sms_windows (days) {
        days -> BigInt,
        since -> BigInt,
    }
}

diesel::table! {
    sms_sums (days, measure, subject) {
        days -> BigInt,
        measure -> Text,
        subject -> Text,
        sends -> BigInt,
        accepted -> BigInt,
        used -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> Text,
        username -> Text,
        state -> Text,
        roles -> Text,
        claims -> Text,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    credentials (user_id, authenticator) {
        user_id -> Text,
        authenticator -> Text,
        document -> Text,
        updated_at -> BigInt,
    }
}

diesel::table! {
    pairwise_ids (user_id, service_provider_id) {
        user_id -> Text,
        service_provider_id -> Text,
        value -> Text,
    }
}

diesel::table! {
    logins (id) {
        id -> Text,
        version -> BigInt,
        service_provider_id -> Nullable<Text>,
        user_id -> Nullable<Text>,
        browser_id -> Nullable<Text>,
        document -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    local_applications (name) {
        name -> Text,
        steps -> Text,
        authenticators -> Text,
        version -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        user_id -> Text,
        steps -> Text,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    seen_requests (service_provider_id, request_id) {
        service_provider_id -> Text,
        request_id -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    counters (key) {
        key -> Text,
        count -> BigInt,
        since -> BigInt,
        last -> BigInt,
        version -> BigInt,
        forget_at -> BigInt,
    }
}

diesel::table! {
    number_changes (user_id) {
        user_id -> Text,
        id -> Text,
        version -> BigInt,
        session_id -> Text,
        proof -> Text,
        challenge -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    access_tokens (id) {
        id -> Text,
        user_id -> Text,
        name -> Text,
        hash -> Text,
        scopes -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    one_time_links (id) {
        id -> Text,
        purpose -> Text,
        document -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    scenarios (name) {
        name -> Text,
        document -> Text,
        version -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    audit_events (id) {
        id -> Text,
        at -> BigInt,
        kind -> Text,
        incident -> Nullable<Text>,
        service_provider_id -> Nullable<Text>,
        user_id -> Nullable<Text>,
        session_id -> Nullable<Text>,
        address -> Nullable<Text>,
        detail -> Text,
    }
}

diesel::table! {
    audit_chain (id) {
        id -> BigInt,
        position -> BigInt,
        hash -> Binary,
        base_position -> BigInt,
        base_hash -> Binary,
        settled -> BigInt,
        seal -> Binary,
    }
}

diesel::table! {
    audit_seals (position) {
        position -> BigInt,
        event_id -> Text,
        hash -> Binary,
        late -> Bool,
    }
}

diesel::table! {
    activity_hours (measure, hour, subject) {
        hour -> BigInt,
        measure -> Text,
        subject -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    service_provider_health (service_provider_id) {
        service_provider_id -> Text,
        last_login_at -> Nullable<BigInt>,
        last_refusal_at -> Nullable<BigInt>,
        last_incident -> Nullable<Text>,
        clock_samples -> Text,
        clock_drift -> Nullable<BigInt>,
        looked_at_version -> BigInt,
        certificate_expires_at -> Nullable<BigInt>,
        certificate_subject -> Nullable<Text>,
        metadata_valid_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    session_participants (session_id, service_provider_id, fingerprint) {
        session_id -> Text,
        service_provider_id -> Text,
        fingerprint -> Text,
        user_id -> Text,
        name_id -> Nullable<Text>,
        name_value -> Nullable<Text>,
        session_index -> Text,
        assertion_lifetime_seconds -> BigInt,
        first_at -> BigInt,
        latest_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    logout_runs (id) {
        id -> Text,
        version -> BigInt,
        user_id -> Text,
        browser_id -> Nullable<Text>,
        awaited -> Nullable<Text>,
        document -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    signing_keys (id) {
        id -> Text,
        kind -> Text,
        number -> BigInt,
        stage -> Text,
        sealed -> Nullable<Binary>,
        published_at -> BigInt,
    }
}

diesel::table! {
    signing_key_choices (service_provider_id) {
        service_provider_id -> Text,
        key_id -> Text,
    }
}

diesel::table! {
    branding (id) {
        id -> BigInt,
        document -> Text,
        version -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    release_rules (id) {
        id -> BigInt,
        document -> Text,
        version -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    verified_numbers (user_id) {
        user_id -> Text,
        number -> Text,
        verified_at -> BigInt,
    }
}

diesel::table! {
    metadata_readers (service_provider_id) {
        service_provider_id -> Text,
        fetched_at -> Nullable<BigInt>,
        told_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    metadata_sources (id) {
        id -> Text,
        name -> Text,
        definition -> Text,
        state -> Text,
        next_at -> BigInt,
        leased_until -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    metadata_entities (source_id, entity_id) {
        source_id -> Text,
        entity_id -> Text,
        service_provider_id -> Nullable<Text>,
        digest -> Text,
        valid_until -> Nullable<BigInt>,
        missing_since -> Nullable<BigInt>,
        disabled -> Bool,
        leaving -> Nullable<Text>,
        held -> Nullable<Text>,
        refused -> Nullable<Text>,
        problem -> Nullable<Text>,
        validators -> Nullable<Text>,
        checked_at -> BigInt,
        due_at -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    configuration_version,
    credentials,
    pairwise_ids,
    session_participants,
    sessions,
    users,
);

diesel::allow_tables_to_appear_in_same_query!(service_providers, service_provider_claims);
diesel::allow_tables_to_appear_in_same_query!(service_providers, service_provider_steps);
diesel::allow_tables_to_appear_in_same_query!(service_providers, service_provider_health);
diesel::allow_tables_to_appear_in_same_query!(
    service_providers,
    signing_key_choices,
    metadata_readers,
);
