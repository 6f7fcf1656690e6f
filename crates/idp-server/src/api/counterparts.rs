//! Every page of the console beside the operations by which programs do the same: a page without them
//! fails the tests here.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, HttpRequest, HttpResponse, web};

use super::operations;
use crate::config::Settings;
use crate::console::routes;

/// What programs have in the place of an address of the console.
enum Counterpart {
    /// Operations, by their names.
    Operations(&'static [&'static str]),
    /// Nothing, for this reason.
    Nothing(&'static str),
}

use Counterpart::{Nothing, Operations};

/// Address below `/console`, what seeing it comes to, what sending its form comes to.
type Row = (&'static str, Option<Counterpart>, Option<Counterpart>);

#[expect(clippy::unnecessary_wraps, reason = "an entry of the table")]
const fn seen(operations: &'static [&'static str]) -> Option<Counterpart> {
    Some(Operations(operations))
}

const SHOW: &[&str] = &["getServiceProvider"];
const CHANGE: &[&str] = &["changeServiceProvider"];

#[rustfmt::skip]
const SERVICE_PROVIDERS: &[Row] = &[
    ("/service-providers", seen(&["listServiceProviders"]), None),
    ("/service-providers/add", seen(&["addServiceProvider"]), seen(&["addServiceProvider", "addServiceProviderByUrl"])),
    ("/service-providers/add/save", None, seen(&["addServiceProvider", "addServiceProviderByUrl"])),
    ("/service-providers/add/by-hand", seen(&["addServiceProvider"]), seen(&["addServiceProvider"])),
    ("/service-providers/add/by-hand/save", None, seen(&["addServiceProvider"])),
    ("/service-providers/{id}", seen(&["getServiceProvider", "getHealth"]), None),
    ("/service-providers/{id}/preview", seen(&["whatIsTold"]), None),
    ("/service-providers/{id}/metadata", seen(SHOW), seen(&["updateMetadata"])),
    ("/service-providers/{id}/metadata/save", None, seen(&["updateMetadata"])),
    ("/service-providers/{id}/disable", seen(SHOW), seen(&["disableServiceProvider"])),
    ("/service-providers/{id}/enable", None, seen(&["enableServiceProvider"])),
    ("/service-providers/{id}/owner-link", seen(&["getOwnerLink"]), seen(&["makeOwnerLink"])),
    ("/service-providers/{id}/owner-link/revoke", None, seen(&["revokeOwnerLink"])),
    ("/service-providers/{id}/remove", seen(SHOW), seen(&["removeServiceProvider"])),
    ("/service-providers/{id}/promote", seen(&["getHealth"]), seen(&["promoteServiceProvider"])),
    ("/service-providers/{id}/test-users", seen(SHOW), seen(CHANGE)),
    ("/service-providers/{id}/general", seen(SHOW), seen(CHANGE)),
    ("/service-providers/{id}/steps", seen(SHOW), seen(&["setSteps"])),
    ("/service-providers/{id}/endpoints", seen(SHOW), seen(CHANGE)),
    ("/service-providers/{id}/logout", seen(SHOW), seen(CHANGE)),
    ("/service-providers/{id}/requests", seen(SHOW), seen(CHANGE)),
    ("/service-providers/{id}/responses", seen(SHOW), seen(CHANGE)),
    ("/service-providers/{id}/encryption", seen(SHOW), seen(CHANGE)),
    ("/service-providers/{id}/idp-initiated", seen(SHOW), seen(CHANGE)),
    ("/service-providers/{id}/name-id", seen(SHOW), seen(CHANGE)),
    ("/service-providers/{id}/attributes", seen(SHOW), seen(CHANGE)),
    ("/service-providers/{id}/appearance", seen(SHOW), seen(CHANGE)),
    ("/service-providers/{id}/text-messages", seen(SHOW), seen(CHANGE)),
    ("/what-if", seen(&["whatIf"]), None),
    ("/what-if/scenarios", seen(&["listScenarios", "runScenarios"]), seen(&["saveScenario"])),
    ("/what-if/scenarios/edit", seen(&["getScenario"]), seen(&["renameScenario"])),
    ("/what-if/scenarios/remove", seen(&["getScenario"]), seen(&["removeScenario"])),
];

#[rustfmt::skip]
const USERS: &[Row] = &[
    ("/users", seen(&["listUsers"]), None),
    ("/users/add", seen(&["listClaims"]), seen(&["addUser"])),
    ("/users/import", seen(&["listClaims"]), seen(&["importUsers"])),
    ("/users/import/save", None, seen(&["importUsers"])),
    ("/users/import/{id}", seen(&["getImport"]), None),
    ("/users/{id}", seen(&["getUser", "getStanding"]), None),
    ("/users/{id}/backup-codes", seen(&["getStanding"]), seen(&["generateBackupCodes", "setBackupCodes", "clearBackupCodes"])),
    ("/users/{id}/backup-codes/clear", seen(&["getStanding"]), None),
    ("/users/{id}/enrolment-link", seen(&["getUser"]), seen(&["makeEnrolmentLink"])),
    ("/users/{id}/password-link", seen(&["getUser"]), seen(&["makePasswordLink"])),
    ("/users/{id}/profile", seen(&["getUser"]), seen(&["changeProfile"])),
    ("/users/{id}/roles", seen(&["getUser"]), seen(&["setRoles"])),
    ("/users/{id}/sessions", seen(&["listSessions"]), seen(&["endSession", "endSessions"])),
    ("/users/{id}/sessions/end", seen(&["listSessions"]), None),
    ("/users/{id}/state", seen(&["getUser"]), seen(&["disableUser", "enableUser"])),
    ("/users/{id}/timeline", seen(&["getTimeline"]), None),
    ("/users/{id}/unlock", None, seen(&["unlockUser"])),
];

#[rustfmt::skip]
const SENDING: &[Row] = &[
    ("/identity-providers", seen(&["listAuthenticators", "listSmsGateways", "listAsking"]), None),
    ("/sms-gateways", seen(&["listSmsGateways", "listAsking"]), None),
    ("/sms-gateways/new", seen(&["listSmsPresets"]), None),
    ("/sms-gateways/new/{provider}", seen(&["listSmsPresets"]), seen(&["addSmsGateway", "addSmsGatewayByPreset"])),
    ("/sms-gateways/sends", seen(&["sumSends"]), None),
    ("/sms-gateways/service-providers", seen(&["listAsking"]), None),
    ("/sms-gateways/{id}", seen(&["getSmsGateway"]), None),
    ("/sms-gateways/{id}/edit", seen(&["getSmsGateway"]), seen(&["changeSmsGateway"])),
    ("/sms-gateways/{id}/move", None, seen(&["moveSmsGateway"])),
    ("/sms-gateways/{id}/use", None, seen(&["changeSmsGateway"])),
    ("/sms-gateways/{id}/remove", seen(&["getSmsGateway"]), seen(&["removeSmsGateway"])),
    ("/sms-gateways/{id}/test", seen(&["getSmsGateway"]), seen(&["testSmsGateway"])),
    ("/certificates", seen(&["listCertificates"]), None),
    ("/certificates/import", seen(&["listCertificates"]), seen(&["examineCertificates", "importCertificates"])),
    ("/certificates/choose", None, seen(&["importCertificates"])),
    ("/certificates/{fingerprint}", seen(&["getCertificate"]), None),
    ("/certificates/{fingerprint}/replace", seen(&["getCertificate"]), seen(&["importCertificates"])),
    ("/certificates/{fingerprint}/remove", seen(&["getCertificate"]), seen(&["removeCertificate"])),
];

#[rustfmt::skip]
const REST: &[Row] = &[
    ("", seen(&["overview", "activity", "getLocalSteps"]), None),
    ("/appearance", seen(&["getAppearance"]), seen(&["setAppearance"])),
    ("/audit", seen(&["searchAudit"]), None),
    ("/audit/export", None, seen(&["exportAudit"])),
    ("/incidents", seen(&["explainIncident"]), None),
    ("/message-lab", seen(&["explainMessage"]), seen(&["explainMessage"])),
    ("/sign-in-steps/{application}", seen(&["getLocalSteps"]), seen(&["setLocalSteps"])),
    ("/metadata-sources", seen(&["listMetadataSources"]), None),
    ("/metadata-sources/add", seen(&["listMetadataSources"]), seen(&["addMetadataSource"])),
    ("/metadata-sources/{id}", seen(&["getMetadataSource", "listHeldAddresses"]), None),
    ("/metadata-sources/{id}/edit", seen(&["getMetadataSource"]), seen(&["changeMetadataSource"])),
    ("/metadata-sources/{id}/refresh", None, seen(&["refreshMetadataSource"])),
    ("/metadata-sources/{id}/approve", None, seen(&["decideHeldAddresses"])),
    ("/metadata-sources/{id}/refuse", None, seen(&["decideHeldAddresses"])),
    ("/metadata-sources/{id}/remove", seen(&["getMetadataSource"]), seen(&["removeMetadataSource"])),
    ("/sign-out", None, Some(Nothing("a program has no session here"))),
    ("/claims", seen(&["listClaimDialects"]), None),
    ("/claims/local", seen(&["listClaims"]), None),
    ("/claims/dialect", seen(&["getClaimDialect"]), None),
    ("/claims/dialect/add", seen(&["listClaims"]), seen(&["addClaimDialect"])),
    ("/claims/dialect/edit", seen(&["getClaimDialect"]), seen(&["changeClaimDialect"])),
    ("/claims/dialect/remove", seen(&["getClaimDialect"]), seen(&["removeClaimDialect"])),
    ("/claims/release-rules", seen(&["getReleaseRules"]), None),
    ("/claims/release-rules/edit", seen(&["getReleaseRules"]), seen(&["setReleaseRules"])),
    ("/claims/release-rules/remove", seen(&["getReleaseRules"]), seen(&["setReleaseRules"])),
    ("/claims/add", seen(&["listClaims"]), seen(&["addClaim"])),
    ("/claims/edit", seen(&["getClaim"]), seen(&["changeClaim"])),
    ("/claims/move", None, seen(&["moveClaim"])),
    ("/claims/remove", seen(&["getClaimUses"]), seen(&["removeClaim"])),
    ("/keys", seen(&["listKeys"]), None),
    ("/keys/{kind}", seen(&["getRollover", "listKeyUsers"]), None),
    ("/keys/{kind}/publish", None, seen(&["publishKey"])),
    ("/keys/{kind}/told", None, seen(&["noteKeyTold"])),
    ("/keys/{kind}/promote", None, seen(&["promoteKey"])),
    ("/keys/{kind}/{step}", seen(&["getRollover"]), seen(&["promoteKey", "retireKey", "backOutKey"])),
    ("/access-tokens", seen(&["listAccessTokens"]), None),
    ("/access-tokens/new", Some(Nothing(NO_FURTHER)), Some(Nothing(NO_FURTHER))),
    ("/access-tokens/{id}/revoke", seen(&["listAccessTokens"]), seen(&["revokeAccessToken"])),
];

const NO_FURTHER: &str = "a token makes no further tokens, so that revoking one ends it for good";

fn table() -> impl Iterator<Item = &'static Row> {
    [SERVICE_PROVIDERS, USERS, SENDING, REST].into_iter().flatten()
}

/// The addresses that the console registers, each with the methods it takes.
async fn registered() -> BTreeSet<(String, &'static str)> {
    let directory = tempfile::tempdir().unwrap();
    let place = |name: &str| directory.path().join(name).display().to_string();
    let settings = Settings {
        database_url: format!("sqlite:{}", place("idp.db")),
        key_directory: place("keys"),
        ..Settings::default()
    };
    let server = crate::app::App::build(settings).unwrap();
    let map = |request: HttpRequest| async move {
        HttpResponse::Ok().body(format!("{:?}", request.resource_map()))
    };
    let app = App::new().app_data(web::Data::new(Arc::new(server)));
    let service = init_service(app.configure(routes::routes).default_service(web::to(map))).await;
    let answer = call_service(&service, TestRequest::get().uri("/nowhere").to_request()).await;
    let map = String::from_utf8(read_body(answer).await.to_vec()).unwrap();
    let patterns: BTreeSet<&str> =
        map.split("Single(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut found = BTreeSet::new();
    for pattern in patterns.into_iter().filter(|pattern| pattern.starts_with("/console")) {
        for (name, method) in [("GET", Method::GET), ("POST", Method::POST)] {
            let request = TestRequest::with_uri(&pattern.replace(['{', '}'], "")).method(method);
            let answer = call_service(&service, request.to_request()).await;
            if answer.status() != StatusCode::METHOD_NOT_ALLOWED {
                let below = pattern.trim_start_matches("/console");
                found.insert((below.to_owned(), name));
            }
        }
    }
    found
}

#[actix_web::test]
async fn every_page_of_the_console_has_its_operations_in_the_api() {
    let registered = registered().await;
    assert!(registered.len() > 120, "{registered:?}");
    let mut listed = BTreeSet::new();
    for (path, get, post) in table() {
        for (method, counterpart) in [("GET", get), ("POST", post)] {
            if counterpart.is_some() {
                assert!(listed.insert(((*path).to_owned(), method)), "{method} {path} twice");
            }
        }
    }
    let missing: Vec<_> = registered.difference(&listed).collect();
    assert!(missing.is_empty(), "name the operations for these addresses: {missing:#?}");
    let gone: Vec<_> = listed.difference(&registered).collect();
    assert!(gone.is_empty(), "the console has no such addresses: {gone:#?}");
}

#[test]
fn every_operation_that_stands_for_a_page_is_there() {
    let known: BTreeSet<&str> = operations().iter().map(|operation| operation.id).collect();
    for (path, get, post) in table() {
        for counterpart in get.iter().chain(post) {
            match counterpart {
                Operations(names) => {
                    assert!(!names.is_empty(), "{path}");
                    names.iter().for_each(|name| assert!(known.contains(name), "{path}: {name}"));
                }
                Nothing(reason) => assert!(!reason.is_empty(), "{path}"),
            }
        }
        // What a form changes is no question.
        if let Some(Operations(names)) = post {
            let changes = |name: &&str| {
                let operation = operations().iter().find(|operation| operation.id == *name);
                operation.is_some_and(|operation| operation.method != Method::GET)
            };
            let is_file = *path == "/audit/export";
            assert!(is_file || names.iter().any(changes), "{path}");
        }
    }
}

#[test]
fn the_manual_names_every_operation_and_scope() {
    let manual = include_str!("../../../../docs/api.md");
    for operation in operations() {
        let name = format!("`{}`", operation.id);
        assert!(manual.contains(&name), "docs/api.md lacks the operation {name}");
    }
    for scope in idp_admin::access_tokens::Scope::ALL {
        let (area, verb) = scope.name().split_once(':').unwrap();
        let row = manual.lines().find(|line| line.starts_with(&format!("| `{area}:")));
        assert!(row.is_some_and(|row| row.contains(&format!(":{verb}`"))), "{scope}");
    }
}
