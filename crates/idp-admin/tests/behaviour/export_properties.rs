//! Whatever is configured, an export reproduces it: applied where it comes from it changes nothing,
//! applied to an empty database it makes the same, and exports the same file again.

mod arbitrary;

use std::collections::BTreeMap;
use std::path::Path;

use idp_admin::config_file::{
    self, ExportOptions, Passwords, PlanReport, ReferenceKind, Surroundings,
};
use idp_admin::sms_gateways::{Gateway, open_all};
use idp_store::testing::Backend;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use toml::Value;

use crate::support::{World, now, rng};
use arbitrary::{Configuration, configuration};

const OPTIONS: ExportOptions =
    ExportOptions { references: ReferenceKind::Environment, users: Some(Passwords::Hashes) };

#[test]
fn any_configuration_comes_back_the_same_on_sqlite() {
    any_configuration_comes_back_the_same(Backend::Sqlite, 32);
}

#[test]
fn any_configuration_comes_back_the_same_on_postgres() {
    any_configuration_comes_back_the_same(Backend::Postgres, 10);
}

fn any_configuration_comes_back_the_same(backend: Backend, cases: u32) {
    // What was found once is a test of its own; nothing is kept in files.
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&configuration(), |configuration| {
        comes_back(backend, &configuration).map_err(TestCaseError::fail)
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

fn comes_back(backend: Backend, configuration: &Configuration) -> Result<(), String> {
    let source = World::new(backend);
    configuration.install(&source);
    let text = export(&source);
    let again = apply(&source, &text, &BTreeMap::new())?;
    if !again.changes.is_empty() {
        return Err(format!("applied where it comes from, it changes\n{again}\n{text}"));
    }
    let target = World::new(backend);
    apply(&target, &text, &secrets(&source, &text))?;
    let second = export(&target);
    if second != text {
        return Err(format!("the second export is another\n{text}\n---\n{second}"));
    }
    for (what, ours, theirs) in [
        ("service providers", service_providers(&source), service_providers(&target)),
        ("gateways", gateways(&source), gateways(&target)),
        ("claims", claims(&source), claims(&target)),
    ] {
        if ours != theirs {
            return Err(format!("the {what} differ\n{ours}\n{theirs}\n{text}"));
        }
    }
    Ok(())
}

fn export(world: &World) -> String {
    let mut out = Vec::new();
    config_file::export(&world.admin(), OPTIONS, &mut out, &mut rng()).unwrap();
    String::from_utf8(out).unwrap()
}

fn apply(
    world: &World,
    text: &str,
    environment: &BTreeMap<String, String>,
) -> Result<PlanReport, String> {
    let environment = |name: &str| environment.get(name).cloned();
    let directory = Path::new("/nonexistent");
    let surroundings =
        Surroundings { now: now(), directory: Some(directory), environment: &environment };
    let admin = world.admin();
    let plan = config_file::plan(&admin, ("export.toml", text), surroundings, &mut rng())
        .map_err(|error| format!("{error}\n{text}"))?;
    let report = PlanReport::of(&plan);
    config_file::apply(&admin, plan, &mut rng()).map_err(|error| error.to_string())?;
    Ok(report)
}

/// What the references of an export stand for.
fn secrets(world: &World, text: &str) -> BTreeMap<String, String> {
    let file: toml::Table = text.parse().unwrap();
    let tables = file.get("sms_gateway").and_then(Value::as_array).cloned().unwrap_or_default();
    let stored: BTreeMap<String, Gateway> =
        opened(world).into_iter().map(|gateway| (gateway.name.clone(), gateway)).collect();
    let mut secrets = BTreeMap::new();
    for table in tables {
        let definition = &stored[table["name"].as_str().unwrap()].definition;
        let mut learn = |reference: Option<&Value>, value: &str| {
            let name = reference.and_then(|reference| reference.get("env"));
            if let Some(name) = name.and_then(Value::as_str) {
                secrets.insert(name.to_owned(), value.to_owned());
            }
        };
        learn(table.get("url"), &definition.url);
        learn(table.get("body"), &definition.body);
        let headers = table.get("headers").and_then(Value::as_array).cloned().unwrap_or_default();
        for (header, (_, value)) in headers.iter().zip(definition.headers.iter()) {
            learn(header.get("value"), value);
        }
        for name in definition.secrets.names() {
            learn(table["secrets"].get(name), definition.secrets.value(name).unwrap());
        }
    }
    secrets
}

fn opened(world: &World) -> Vec<Gateway> {
    open_all(&world.store, &world.secrets().sealing()).unwrap()
}

fn gateways(world: &World) -> String {
    let told = opened(world).into_iter().map(|gateway| {
        let definition = serde_json::to_string(&gateway.definition).unwrap();
        format!("{} {} {} {definition}\n", gateway.name, gateway.enabled, gateway.order)
    });
    told.collect()
}

fn service_providers(world: &World) -> String {
    let all = idp_admin::service_providers::list(&world.admin()).unwrap();
    let told = all.into_iter().map(|one| {
        let kept = world.store.read(|reader| reader.service_provider_metadata(one.id)).unwrap();
        let (id, name, enabled) = (&one.entity_id, &one.name, one.enabled);
        format!("{id} {name} {enabled} {:?} {:?} {kept:?}\n", one.chain, one.settings)
    });
    told.collect()
}

fn claims(world: &World) -> String {
    format!("{:?}", idp_admin::claims::list(&world.admin()).unwrap())
}
