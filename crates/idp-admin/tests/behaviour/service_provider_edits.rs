//! Service providers changed by somebody who looked at them before: reviews, versions, steps nobody
//! could pass, and what would be told of a person.

use idp_admin::service_providers::{
    self, ImportedMetadata, ServiceProviderDraft, ServiceProviderPatch, Weakening, assess, inquire,
    register, remove_seen, replace, review_metadata, review_new, review_update, update, weakenings,
};
use idp_admin::{Actor, AdminError};
use idp_core::claim::ClaimUri;
use idp_core::flow::chain::StepWish;
use idp_core::flow::step_policy::StepPolicy;
use idp_core::id::{EntityId, UserId};
use idp_core::saml::urn::NameIdFormat;
use idp_core::service_provider::{
    AssertionConsumerService, AttributeRule, PublicKeyDer, ServiceProvider,
};
use idp_core::sso::IdpIdentity;
use idp_core::told::{ToldName, Withheld};
use idp_core::user::{Role, Username};
use idp_store::{Conflict, StoreError, Versioned};

use crate::support::{SP, World, at, chain, fields, now, rng};

fn metadata(entity_id: &str, host: &str) -> ImportedMetadata {
    let text = format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity_id}">
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:AssertionConsumerService index="1" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{host}/acs"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>"#
    );
    ImportedMetadata::parse(text.as_bytes(), now()).unwrap()
}

fn stored(world: &World) -> Versioned<ServiceProvider> {
    service_providers::find(&world.admin(), SP).unwrap()
}

fn no_patch() -> ServiceProviderPatch {
    ServiceProviderPatch::default()
}

fn a_review_tells_what_would_be_saved_and_saves_nothing(world: &World) {
    let found = metadata(SP, "https://sp.example.org");
    let review = review_metadata(&world.admin(), &found, &no_patch()).unwrap();
    assert!(review.problems.is_empty() && review.owner.is_none(), "{review:?}");
    assert_eq!(review.draft.settings.assertion_consumer_services[0].index, 1);
    assert_eq!(service_providers::list(&world.admin()).unwrap(), []);
    let plain = metadata(SP, "http://sp.example.org");
    let review = review_metadata(&world.admin(), &plain, &no_patch()).unwrap();
    assert_eq!(review.problems[0].field, "acs[0].url");
    let local = review_new(&world.admin(), "urn:local", &at("http://localhost/acs")).unwrap();
    assert_eq!(local.warnings[0].field, "acs[0].url");
}

fn an_entity_id_is_not_given_to_another(world: &World) {
    world.with_service_provider(&["basic-auth"]);
    let before = stored(world);
    let found = metadata(SP, "https://evil.example.org");
    let review = review_metadata(&world.admin(), &found, &no_patch()).unwrap();
    assert_eq!(review.owner.unwrap().id, before.value.id);
    assert_eq!(review.problems[0].field, "entity_id");
    let refused = register(&world.admin(), &found, &no_patch(), &mut rng());
    assert!(matches!(refused, Err(AdminError::Conflict(_))), "{refused:?}");
    assert_eq!(stored(world).value, before.value);
}

fn newer_metadata_of_another_is_refused(world: &World) {
    world.with_service_provider(&["basic-auth"]);
    let before = stored(world);
    let (id, version) = (before.value.id, before.version);
    let foreign = metadata("urn:other", "https://evil.example.org");
    assert_eq!(fields(review_update(&world.admin(), id, &foreign)), ["entity_id"]);
    assert_eq!(fields(update(&world.admin(), id, version, &foreign, &mut rng())), ["entity_id"]);
    let own = metadata(SP, "https://new.example.org");
    let changed = review_update(&world.admin(), id, &own).unwrap().changes;
    assert_eq!(changed.iter().map(|c| c.field.as_str()).collect::<Vec<_>>(), ["acs"]);
    update(&world.admin(), id, version, &own, &mut rng()).unwrap();
    let acs = &stored(world).value.settings.assertion_consumer_services[0];
    assert_eq!(acs.url, "https://new.example.org/acs");
}

fn who_looked_at_an_older_version_overwrites_nothing(world: &World) {
    world.with_service_provider(&["basic-auth"]);
    let seen = stored(world);
    let (id, version) = (seen.value.id, seen.version);
    let renamed = |name: &str| ServiceProviderDraft {
        name: name.to_owned(),
        ..ServiceProviderDraft::of(&seen.value)
    };
    replace(&world.admin(), id, version, renamed("First"), &mut rng()).unwrap();
    let late = replace(&world.admin(), id, version, renamed("Second"), &mut rng());
    assert!(is_outdated(&late.map(|_| ())));
    assert!(is_outdated(&remove_seen(&world.admin(), id, version, &mut rng())));
    assert_eq!(stored(world).value.name, "First");
    remove_seen(&world.admin(), id, stored(world).version, &mut rng()).unwrap();
    assert!(world.audited("service-provider-removed"));
}

fn is_outdated(outcome: &Result<(), AdminError>) -> bool {
    matches!(outcome, Err(AdminError::Store(StoreError::Conflict(Conflict::Version))))
}

fn steps_that_nobody_could_pass_are_refused(world: &World) {
    world.with_service_provider(&["basic-auth"]);
    let seen = stored(world);
    let with = |policy| {
        let mut steps = chain(&["basic-auth", "sms-otp"]);
        steps[1].policy = policy;
        ServiceProviderDraft { steps, ..ServiceProviderDraft::of(&seen.value) }
    };
    let (id, version) = (seen.value.id, seen.version);
    let required = with(StepPolicy::Required);
    let refused = replace(&world.admin(), id, version, required, &mut rng());
    let text = refused.as_ref().unwrap_err().to_string();
    assert!(text.contains("step 2") && text.contains("no SMS gateway is enabled"), "{text}");
    assert_eq!(fields(refused), ["steps"]);
    // Who has no number is let past this one.
    replace(&world.admin(), id, version, with(StepPolicy::WhenEnrolled), &mut rng()).unwrap();
    // What is so already does not stand in the way of another change.
    let patch =
        ServiceProviderPatch { steps: Some(chain(&["basic-auth", "sms-otp"])), ..no_patch() };
    let saved = service_providers::change(&world.admin(), SP, &patch, &mut rng()).unwrap();
    assert_eq!(saved.warnings.iter().filter(|p| p.field == "steps").count(), 1, "not silently");
    let seen = stored(world);
    assert!(assess(&world.admin(), &seen.value).unwrap().iter().any(|p| p.field == "steps"));
    let draft =
        ServiceProviderDraft { name: "Desk".to_owned(), ..ServiceProviderDraft::of(&seen.value) };
    replace(&world.admin(), id, seen.version, draft, &mut rng()).unwrap();
}

fn only_administrators_change_anything(world: &World) {
    world.with_service_provider(&["basic-auth"]);
    let seen = stored(world);
    let (id, version) = (seen.value.id, seen.version);
    let auditor = || {
        world.admin_as(Actor::User {
            id: UserId::new(now(), &mut rng()),
            username: Username::parse("audrey").unwrap(),
            roles: vec![Role::Auditor],
        })
    };
    let draft = ServiceProviderDraft::of(&seen.value);
    let found = metadata("urn:new", "https://sp.example.org");
    let outcomes = [
        replace(&auditor(), id, version, draft, &mut rng()).map(|_| ()),
        register(&auditor(), &found, &no_patch(), &mut rng()).map(|_| ()),
        update(&auditor(), id, version, &found, &mut rng()).map(|_| ()),
        remove_seen(&auditor(), id, version, &mut rng()),
    ];
    for outcome in outcomes {
        assert!(matches!(outcome, Err(AdminError::Forbidden { .. })), "{outcome:?}");
    }
    assert!(assess(&auditor(), &seen.value).is_ok());
}

fn what_would_be_told_of_a_person_is_what_an_assertion_would_hold(world: &World) {
    world.with_service_provider(&["basic-auth"]);
    world.with_user("alice");
    let rule = |claim: ClaimUri, name: &str| AttributeRule {
        claim,
        name: name.to_owned(),
        name_format: None,
        friendly_name: None,
        mandatory: false,
        without_value: idp_core::service_provider::WithoutValue::default(),
    };
    let attributes = vec![rule(ClaimUri::MOBILE, "phone"), rule(ClaimUri::EMAIL, "mail")];
    let patch = ServiceProviderPatch { attributes: Some(attributes), ..no_patch() };
    service_providers::change(&world.admin(), SP, &patch, &mut rng()).unwrap();
    let id = stored(world).value.id;
    let rows = world.audit_rows();
    let inquiry = inquire(&world.admin(), id, " ALICE ").unwrap();
    let idp = IdpIdentity { entity_id: EntityId::parse("urn:idp").unwrap(), scope: None };
    let told = inquiry.told(&idp);
    assert_eq!(told.name, Ok(ToldName::AtFirstLogin));
    assert_eq!(told.attributes[0].values, ["+94771234567"]);
    assert_eq!(told.attributes[1].withheld, Some(Withheld::NoValue));
    assert_eq!(fields(inquire(&world.admin(), id, "nobody")), ["user"]);
    assert_eq!(world.audit_rows(), rows, "looking leaves no row");
    let mut draft = ServiceProviderDraft::of(&stored(world).value);
    draft.settings.name_id.default_format = NameIdFormat::EmailAddress;
    replace(&world.admin(), id, stored(world).version, draft, &mut rng()).unwrap();
    let refused = inquire(&world.admin(), id, "alice").unwrap();
    assert!(refused.told(&idp).name.is_err(), "the account has no e-mail address");
}

fn what_weakens_security_is_told(world: &World) {
    world.with_service_provider(&["basic-auth", "sms-otp"]);
    let sp = stored(world).value;
    let same = ServiceProviderDraft::of(&sp);
    let after = |change: &dyn Fn(&mut ServiceProviderDraft)| {
        let mut draft = same.clone();
        change(&mut draft);
        weakenings(&sp, &draft)
    };
    assert_eq!(after(&|_| {}), []);
    assert_eq!(after(&|d| drop(d.steps.pop())), [Weakening::Steps]);
    assert_eq!(after(&|d| d.steps[1].policy = StepPolicy::UnlessDisabled), [Weakening::Steps]);
    assert_eq!(after(&|d| d.steps[1].any.push("basic-auth".to_owned())), [Weakening::Steps]);
    assert_eq!(after(&|d| d.steps.push(StepWish::from(vec!["other".to_owned()]))), []);
    let acs =
        |url: &str| AssertionConsumerService { index: 7, url: url.to_owned(), is_default: None };
    let add = |url: &str| after(&|d| d.settings.assertion_consumer_services.push(acs(url)));
    assert_eq!(add("https://sp.example.org/other"), []);
    for url in ["https://sp.example.org:8443/acs", "http://sp.example.org/acs", "https://x.org/"] {
        assert_eq!(add(url), [Weakening::Hosts], "{url}");
    }
    let key = PublicKeyDer("AAAA".to_owned());
    assert_eq!(after(&|d| d.settings.signing_keys.push(key.clone())), [Weakening::Keys]);
    assert_eq!(after(&|d| d.settings.allow_sha1_until = Some(now())), [Weakening::Sha1]);
}

on_both!(
    a_review_tells_what_would_be_saved_and_saves_nothing,
    an_entity_id_is_not_given_to_another,
    newer_metadata_of_another_is_refused,
    who_looked_at_an_older_version_overwrites_nothing,
    steps_that_nobody_could_pass_are_refused,
    only_administrators_change_anything,
    what_would_be_told_of_a_person_is_what_an_assertion_would_hold,
    what_weakens_security_is_told,
);
