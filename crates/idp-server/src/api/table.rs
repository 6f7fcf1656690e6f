//! The table of operations: the one source of the routes and of the document. Each area has its part of
//! it at the beginning of its own file.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::operation::Operation;
use super::{
    access_tokens, activity, appearance, audit, authenticators, certificates, claim_dialects,
    claims, configuration, keys, local_applications, message_lab, metadata_sources, overview,
    release_rules, scenarios, service_providers, sms_gateways, users, what_if,
};

static TABLE: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    [
        service_providers::operations(),
        metadata_sources::operations(),
        what_if::operations(),
        scenarios::operations(),
        appearance::operations(),
        authenticators::operations(),
        local_applications::operations(),
        users::operations(),
        sms_gateways::operations(),
        certificates::operations(),
        claims::operations(),
        claim_dialects::operations(),
        release_rules::operations(),
        keys::operations(),
        audit::operations(),
        message_lab::operations(),
        overview::operations(),
        activity::operations(),
        access_tokens::operations(),
        configuration::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
});

static METHODS: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    let mut methods: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for operation in TABLE.iter() {
        methods.entry(operation.path).or_default().push(operation.method.as_str());
    }
    methods.into_iter().map(|(path, names)| (path, names.join(", "))).collect()
});

/// Every operation.
pub fn operations() -> &'static [Operation] {
    &TABLE
}

/// The operations of each path, in the order of the table: what has a name of its own stands there
/// before what has an identifier.
pub fn by_path() -> Vec<(&'static str, Vec<&'static Operation>)> {
    let mut paths: Vec<(&str, Vec<&Operation>)> = Vec::new();
    for operation in operations() {
        match paths.iter_mut().find(|(path, _)| *path == operation.path) {
            Some((_, methods)) => methods.push(operation),
            None => paths.push((operation.path, vec![operation])),
        }
    }
    paths
}

/// The methods of a path, as the header Allow names them.
pub fn allowed(path: &str) -> &'static str {
    METHODS.get(path).map_or("", String::as_str)
}
