//! Gateways: their secrets are sealed, and nothing but the harmless part is shown again.

use authenticators::gateway::{GatewayDefinition, Headers, NamedSecrets};
use idp_admin::sms_gateways::{self, GatewayDraft, definition_by_name, open_all};
use idp_admin::{AdminError, ServerSecrets};
use idp_core::secret::Secret;

use crate::support::{World, fields, rng};

fn definition() -> GatewayDefinition {
    let mut definition = GatewayDefinition::new(
        "https://sms.example.org/send?account=AC-hidden-1&to=$ctx.num&text=$ctx.msg",
    );
    definition.headers = Headers::from_pairs([("Authorization", "Bearer hidden-2")]);
    definition.body = "key=hidden-3".to_owned();
    definition
}

fn draft(name: &str) -> GatewayDraft {
    GatewayDraft { name: name.to_owned(), enabled: None, order: None, definition: definition() }
}

fn add(world: &World, name: &str) {
    sms_gateways::add(&world.admin(), draft(name), &mut rng()).unwrap();
}

fn a_gateway_opens_as_it_was_given(world: &World) {
    add(world, "first");
    let gateway = definition_by_name(&world.admin(), "first").unwrap();
    assert_eq!(gateway.definition, definition());
    assert!(gateway.enabled);
}

fn the_database_and_every_output_hold_none_of_the_secrets(world: &World) {
    let saved = sms_gateways::add(&world.admin(), draft("first"), &mut rng()).unwrap();
    let row = world.store.read(|reader| reader.sms_gateway_by_name("first")).unwrap().unwrap();
    let sealed = String::from_utf8_lossy(&row.gateway.sealed).into_owned();
    let listed = sms_gateways::list(&world.admin()).unwrap();
    let shown = serde_json::to_string(&listed).unwrap();
    let opened = definition_by_name(&world.admin(), "first").unwrap();
    let everything = format!("{sealed} {shown} {saved:?} {opened:?} {}", world.audit_text());
    assert!(!everything.contains("hidden"), "{everything}");
    assert!(shown.contains("https://sms.example.org") && shown.contains("Authorization"));
}

fn a_sealed_value_that_was_tampered_with_is_noticed(world: &World) {
    add(world, "first");
    let row = world.store.read(|reader| reader.sms_gateway_by_name("first")).unwrap().unwrap();
    let mut gateway = row.gateway;
    let last = gateway.sealed.len() - 1;
    gateway.sealed[last] ^= 1;
    let now = crate::support::now();
    world.store.write(|writer| writer.update_sms_gateway(&gateway, row.version, now)).unwrap();
    let error = definition_by_name(&world.admin(), "first").unwrap_err();
    assert!(matches!(error, AdminError::Seal(_)), "{error}");
}

fn a_sealed_value_moved_to_another_gateway_does_not_open(world: &World) {
    add(world, "first");
    add(world, "second");
    let read = |name| world.store.read(|reader| reader.sms_gateway_by_name(name)).unwrap().unwrap();
    let (first, second) = (read("first"), read("second"));
    let mut forged = second.gateway;
    forged.sealed = first.gateway.sealed;
    let now = crate::support::now();
    world.store.write(|writer| writer.update_sms_gateway(&forged, second.version, now)).unwrap();
    assert!(definition_by_name(&world.admin(), "second").is_err());
}

fn another_secret_key_does_not_open_the_gateways(world: &World) {
    add(world, "first");
    let other = ServerSecrets::new(Secret::new([8; 32]));
    let error = open_all(&world.store, &other.sealing()).unwrap_err();
    assert!(error.to_string().contains("secret.key"), "{error}");
}

fn gateways_are_tried_in_their_order_and_new_ones_come_last(world: &World) {
    add(world, "first");
    add(world, "second");
    let front = GatewayDraft { order: Some(0), ..draft("front") };
    sms_gateways::add(&world.admin(), front, &mut rng()).unwrap();
    let gateways = open_all(&world.store, &world.secrets().sealing()).unwrap();
    let names: Vec<&str> = gateways.iter().map(|gateway| gateway.name.as_str()).collect();
    assert_eq!(names, ["front", "first", "second"]);
}

fn a_hidden_change_is_told_without_its_value(world: &World) {
    add(world, "first");
    let mut changed = draft("first");
    changed.definition.body = "key=hidden-4".to_owned();
    let saved = sms_gateways::save(&world.admin(), changed.clone(), &mut rng()).unwrap();
    let told: Vec<String> = saved.changes.iter().map(ToString::to_string).collect();
    assert_eq!(told, [r#"definition: "(hidden)" -> "(hidden, changed)""#]);
    let again = sms_gateways::save(&world.admin(), changed, &mut rng()).unwrap();
    assert!(again.changes.is_empty());
}

fn mistakes_of_the_definition_are_named_by_field(world: &World) {
    let mut wrong = draft(" padded ");
    wrong.definition = GatewayDefinition::new("ftp://sms.example.org/?to=ctx.num");
    wrong.definition.method = "SEND MAIL".to_owned();
    let found = fields(sms_gateways::add(&world.admin(), wrong, &mut rng()));
    for field in ["name", "url", "method", ""] {
        assert!(found.iter().any(|f| f == field), "{field:?} is missing in {found:?}");
    }
}

fn a_gateway_is_added_once_and_removed(world: &World) {
    add(world, "first");
    let again = sms_gateways::add(&world.admin(), draft("first"), &mut rng());
    assert!(matches!(again, Err(AdminError::Conflict(_))));
    sms_gateways::remove(&world.admin(), "first", &mut rng()).unwrap();
    assert!(sms_gateways::list(&world.admin()).unwrap().is_empty());
    let gone = sms_gateways::remove(&world.admin(), "first", &mut rng());
    assert!(matches!(gone, Err(AdminError::NotFound { .. })));
}

fn with_secret(name: &str, value: &str) -> GatewayDraft {
    let mut draft = draft(name);
    draft.definition.headers =
        Headers::from_pairs([("Authorization", "Basic base64{user:$secret.token}")]);
    draft.definition.body = "to=$ctx.num".to_owned();
    if !value.is_empty() {
        draft.definition.secrets = NamedSecrets::from_iter([("token", value)]);
    }
    draft
}

fn a_gateway_is_shown_with_its_templates_and_without_its_secrets(world: &World) {
    sms_gateways::add(&world.admin(), with_secret("first", "hidden-5"), &mut rng()).unwrap();
    let shown = sms_gateways::show(&world.admin(), "first").unwrap();
    let text = serde_json::to_string(&shown).unwrap();
    assert!(text.contains("Basic base64{user:$secret.token}") && text.contains("to=$ctx.num"));
    assert!(text.contains("\"secrets\":[\"token\"]"), "{text}");
    add(world, "second");
    let literal = serde_json::to_string(&sms_gateways::show(&world.admin(), "second").unwrap());
    let everything = format!("{text} {} {}", literal.unwrap(), world.audit_text());
    assert!(!everything.contains("hidden-2") && !everything.contains("hidden-3"), "{everything}");
    assert!(!everything.contains("hidden-5"), "{everything}");
}

fn secrets_that_are_left_out_stay_as_they_are_stored(world: &World) {
    sms_gateways::add(&world.admin(), with_secret("first", "hidden-5"), &mut rng()).unwrap();
    let mut changed = with_secret("first", "");
    changed.definition.method = "PUT".to_owned();
    sms_gateways::save(&world.admin(), changed, &mut rng()).unwrap();
    let stored = definition_by_name(&world.admin(), "first").unwrap().definition;
    assert_eq!((stored.method.as_str(), stored.secrets.value("token")), ("PUT", Some("hidden-5")));
    let again = sms_gateways::save(&world.admin(), with_secret("first", "hidden-6"), &mut rng());
    assert!(!again.unwrap().changes.is_empty());
    let stored = definition_by_name(&world.admin(), "first").unwrap().definition;
    assert_eq!(stored.secrets.value("token"), Some("hidden-6"));
    let found = fields(sms_gateways::add(&world.admin(), with_secret("second", ""), &mut rng()));
    assert_eq!(found, ["secrets"]);
}

on_both!(
    a_gateway_is_shown_with_its_templates_and_without_its_secrets,
    secrets_that_are_left_out_stay_as_they_are_stored,
    a_gateway_opens_as_it_was_given,
    the_database_and_every_output_hold_none_of_the_secrets,
    a_sealed_value_that_was_tampered_with_is_noticed,
    a_sealed_value_moved_to_another_gateway_does_not_open,
    another_secret_key_does_not_open_the_gateways,
    gateways_are_tried_in_their_order_and_new_ones_come_last,
    a_hidden_change_is_told_without_its_value,
    mistakes_of_the_definition_are_named_by_field,
    a_gateway_is_added_once_and_removed,
);
