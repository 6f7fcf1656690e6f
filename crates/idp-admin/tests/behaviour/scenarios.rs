//! Scenarios: saved answers that stand in the way of a change that would break them.

use std::sync::Arc;

use authenticators::AuthenticatorsConfig;
use chrono::TimeDelta;
use idp_admin::config_file::{self, PlanReport};
use idp_admin::scenarios::{self, Accepted, ScenarioGuard};
use idp_admin::service_providers::{self, ServiceProviderPatch};
use idp_admin::what_if::{LoginRules, Question, Signer};
use idp_admin::{Admin, AdminError, users};
use idp_core::flow::limits::{KeyedHasher, Limits};
use idp_core::id::EntityId;
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::urn::KeyKind;
use idp_core::secret::Secret;
use idp_core::session::SessionLimits;
use idp_core::sso::IdpIdentity;
use idp_store::{Guard, Reader, Store, StoreError, Writer};

use crate::export::export;
use crate::support::files::Place;
use crate::support::{SP, World, chain, fields, now, rng};

fn rules() -> Arc<LoginRules> {
    let mut config = AuthenticatorsConfig::default();
    config.sms_otp.key = Secret::new(vec![3; 32]);
    let registry = authenticators::registry(&config).unwrap();
    let entity_id = EntityId::parse("https://idp.example.org/saml/metadata").unwrap();
    Arc::new(LoginRules {
        identity: IdpIdentity { entity_id, scope: None },
        sso_url: "https://idp.example.org/saml/sso".to_owned(),
        host: "idp.example.org".to_owned(),
        protected_transport: true,
        registry: Arc::new(registry),
        limits: Limits::default(),
        hasher: KeyedHasher::new(Secret::new(vec![1; 32])),
        clock_skew: TimeDelta::minutes(3),
        request_window: TimeDelta::minutes(5),
        login_lifetime: TimeDelta::minutes(15),
        session: SessionLimits { idle: TimeDelta::hours(1), absolute: TimeDelta::hours(8) },
        denied_algorithms: DeniedAlgorithms::NONE,
        signers: vec![Signer { kind: KeyKind::Rsa2048, id: "a".to_owned(), signs_for_all: true }],
    })
}

/// The store of an administrator who accepts this.
fn watched(world: &World, accepted: Accepted) -> Store {
    world.store.guarded(Arc::new(ScenarioGuard::new(rules(), now(), accepted)))
}

fn furnished(world: &World) {
    world.with_service_provider(&["basic-auth", "sms-otp"]);
    world.with_user("alice");
    let question = Question::plain(SP, "alice");
    scenarios::save(&world.admin(), &rules(), "Alice", question, &mut rng()).unwrap();
}

fn steps(names: &[&str]) -> ServiceProviderPatch {
    ServiceProviderPatch { steps: Some(chain(names)), ..Default::default() }
}

fn broken<T: std::fmt::Debug>(outcome: Result<T, AdminError>) -> Vec<String> {
    match outcome {
        Err(AdminError::BreaksScenarios(broken)) => {
            broken.into_iter().map(|scenario| scenario.name).collect()
        }
        other => panic!("{other:?}"),
    }
}

on_both! {
    a_change_that_breaks_one_is_undone_unless_that_is_accepted,
    whatever_the_operation_a_scenario_is_asked,
    one_that_was_broken_before_stands_in_nobodys_way,
    a_name_is_given_once_and_can_be_changed,
    a_plan_names_what_it_would_break_and_changes_nothing,
    scenarios_are_exported_and_applied,
    what_somebody_else_broke_in_between_stands_in_nobodys_way,
}

fn a_change_that_breaks_one_is_undone_unless_that_is_accepted(world: &World) {
    furnished(world);
    let store = watched(world, Accepted::Nothing);
    let admin = Admin { store: &store, ..world.admin() };
    let change = |admin: &Admin<'_>, patch: &ServiceProviderPatch| {
        service_providers::change(admin, SP, patch, &mut rng())
    };
    let rows = world.audit_rows();
    assert_eq!(broken(change(&admin, &steps(&["basic-auth"]))), ["Alice"]);
    assert_eq!(world.audit_rows(), rows, "the change left a row");
    let found = service_providers::find(&admin, SP).unwrap();
    assert_eq!(found.value.chain.steps().len(), 2);

    let name = ServiceProviderPatch { name: Some("Desk".to_owned()), ..Default::default() };
    change(&admin, &name).unwrap();

    let other = Accepted::These(["Another".to_owned()].into());
    let store = watched(world, other);
    let admin = Admin { store: &store, ..world.admin() };
    assert_eq!(broken(change(&admin, &steps(&["basic-auth"]))), ["Alice"]);
    let store = watched(world, Accepted::These(["Alice".to_owned()].into()));
    let admin = Admin { store: &store, ..world.admin() };
    change(&admin, &steps(&["basic-auth"])).unwrap();
}

fn whatever_the_operation_a_scenario_is_asked(world: &World) {
    furnished(world);
    let store = watched(world, Accepted::Nothing);
    let admin = Admin { store: &store, ..world.admin() };
    assert_eq!(broken(service_providers::remove(&admin, SP, &mut rng())), ["Alice"]);
    assert_eq!(broken(users::disable(&admin, "alice", &mut rng())), ["Alice"]);
    let quarantine = ServiceProviderPatch { quarantine: Some(true), ..Default::default() };
    assert_eq!(broken(service_providers::change(&admin, SP, &quarantine, &mut rng())), ["Alice"]);
    scenarios::remove(&admin, "Alice", None, &mut rng()).unwrap();
    service_providers::remove(&admin, SP, &mut rng()).unwrap();
}

fn one_that_was_broken_before_stands_in_nobodys_way(world: &World) {
    furnished(world);
    service_providers::change(&world.admin(), SP, &steps(&["basic-auth"]), &mut rng()).unwrap();
    let verdicts = scenarios::run_all(&world.admin(), &rules(), &mut rng()).unwrap();
    let changed: Vec<&str> = verdicts[0].differences.iter().map(|d| d.field.as_str()).collect();
    assert_eq!(changed, ["context_class", "steps"]);
    let store = watched(world, Accepted::Nothing);
    let admin = Admin { store: &store, ..world.admin() };
    let name = ServiceProviderPatch { name: Some("Desk".to_owned()), ..Default::default() };
    service_providers::change(&admin, SP, &name, &mut rng()).unwrap();
    service_providers::change(&admin, SP, &steps(&["basic-auth", "sms-otp"]), &mut rng()).unwrap();
}

fn a_name_is_given_once_and_can_be_changed(world: &World) {
    furnished(world);
    let admin = world.admin();
    let question = Question::plain(SP, "alice");
    let again = scenarios::save(&admin, &rules(), "Alice", question.clone(), &mut rng());
    assert_eq!(fields(again), ["name"]);
    let nameless = scenarios::save(&admin, &rules(), " ", question, &mut rng());
    assert_eq!(fields(nameless), ["name"]);
    let unknown = Question::plain("urn:nobody", "nobody");
    let unknown = scenarios::save(&admin, &rules(), "x", unknown, &mut rng());
    assert_eq!(fields(unknown), ["service_provider", "user"]);
    scenarios::rename(&admin, "Alice", 1, "Alice with a code", &mut rng()).unwrap();
    assert!(scenarios::rename(&admin, "Alice with a code", 1, "Late", &mut rng()).is_err());
    assert!(scenarios::find(&admin, "Alice").is_err());
    assert_eq!(scenarios::list(&admin).unwrap().len(), 1);
}

const PLACE: Place<'_> = Place { name: "config.toml", beside: &[], environment: &[] };

fn a_plan_names_what_it_would_break_and_changes_nothing(world: &World) {
    furnished(world);
    let text = format!("[[service_provider]]\nentity_id = \"{SP}\"\nsteps = [[\"basic-auth\"]]\n");
    let mut plan = PLACE.plan(world, &text).unwrap();
    let version = world.configuration_version();
    let found =
        config_file::broken_scenarios(&world.admin(), &rules(), &mut plan, &mut rng()).unwrap();
    assert_eq!(found[0].name, "Alice");
    assert_eq!(world.configuration_version(), version);
    let report = PlanReport { broken_scenarios: found, ..PlanReport::of(&plan) };
    assert!(report.to_string().contains("! these scenarios"), "{report}");
    let store = watched(world, Accepted::Nothing);
    let admin = Admin { store: &store, ..world.admin() };
    let mut again = PLACE.plan(world, &text).unwrap();
    let harmless = PLACE.plan(
        world,
        &text.replace("[[\"basic-auth\"]]", "[[\"basic-auth\"], [\"sms-otp\"]]\nname = \"X\""),
    );
    let mut harmless = harmless.unwrap();
    let none = config_file::broken_scenarios(&admin, &rules(), &mut harmless, &mut rng()).unwrap();
    assert!(none.is_empty());
    assert!(
        !config_file::broken_scenarios(&admin, &rules(), &mut again, &mut rng())
            .unwrap()
            .is_empty()
    );
    assert_eq!(broken(config_file::apply(&admin, plan, &mut rng())), ["Alice"]);
    assert_eq!(world.configuration_version(), version);
}

fn scenarios_are_exported_and_applied(world: &World) {
    furnished(world);
    let text = export(world);
    assert!(text.contains("[[scenario]]\nname = \"Alice\""), "{text}");
    scenarios::remove(&world.admin(), "Alice", None, &mut rng()).unwrap();
    PLACE.apply(world, &text);
    assert_eq!(export(world), text);
    assert_eq!(PLACE.apply(world, &text).changes.len(), 0);
    let verdicts = scenarios::run_all(&world.admin(), &rules(), &mut rng()).unwrap();
    assert!(verdicts[0].differences.is_empty(), "{verdicts:?}");
}

/// Lets somebody else, who accepted it, break the scenario right before the transaction.
struct Overtaken<'w> {
    guard: ScenarioGuard,
    world: &'w World,
}

impl Guard for Overtaken<'_> {
    fn prepare(&self, reader: &mut Reader<'_>) -> Result<(), StoreError> {
        self.guard.prepare(reader)?;
        service_providers::change(&self.world.admin(), SP, &steps(&["basic-auth"]), &mut rng())
            .unwrap();
        Ok(())
    }

    fn around(
        &self,
        writer: &mut Writer<'_>,
        change: &mut dyn FnMut(&mut Writer<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.guard.around(writer, change)
    }
}

fn what_somebody_else_broke_in_between_stands_in_nobodys_way(world: &World) {
    furnished(world);
    let guard = ScenarioGuard::new(rules(), now(), Accepted::Nothing);
    let overtaken = Overtaken { guard, world };
    world.store.read(|reader| overtaken.prepare(reader)).unwrap();
    let told = world.store.write(|writer| overtaken.around(writer, &mut |_| Ok(())));
    assert_eq!(told, Ok(()));
    // It is asked on what is there now: what breaks it once more is another matter.
    let other = steps(&["basic-auth", "sms-otp"]);
    service_providers::change(&world.admin(), SP, &other, &mut rng()).unwrap();
    let store = watched(world, Accepted::Nothing);
    let admin = Admin { store: &store, ..world.admin() };
    let change = service_providers::change(&admin, SP, &steps(&["basic-auth"]), &mut rng());
    assert_eq!(broken(change), ["Alice"]);
}
