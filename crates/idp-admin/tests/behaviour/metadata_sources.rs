//! Metadata sources as time goes by: the day is the test's own, and so is what is fetched.

use std::cell::{Cell, RefCell};

use chrono::TimeDelta;
use idp_admin::metadata_sources::{
    self, Answer, Fetch, Question, Refreshed, Surroundings, defaults,
};
use idp_admin::{Actor, Admin, AdminError, service_providers};
use idp_core::Instant;
use idp_core::id::{EntityId, MetadataSourceId, UserId};
use idp_core::metadata_source::change::Addresses;
use idp_core::metadata_source::{MetadataSource, SourceKind};
use idp_core::saml::signature::denied::DeniedAlgorithms;
use idp_core::saml::signature::key::SigningKey;
use idp_core::saml::urn::KeyKind;
use idp_core::service_provider::ServiceProvider;
use idp_core::user::{Role, Username};
use idp_store::Writer;

use crate::export::export;
use crate::support::files::Place;
use crate::support::{World, now, rng};

const ADDRESS: &str = "https://md.example.org/all.xml";

/// What is found at every address today.
struct Today {
    says: RefCell<Option<Result<String, String>>>,
    day: Cell<i64>,
    asked: RefCell<Vec<(String, Option<String>)>>,
}

impl Fetch for Today {
    fn fetch(&self, question: Question<'_>) -> Result<Answer, String> {
        let etag = question.etag.map(str::to_owned);
        self.asked.borrow_mut().push((question.address.to_owned(), etag.clone()));
        match &*self.says.borrow() {
            None => Ok(Answer::Absent),
            Some(Err(why)) => Err(why.clone()),
            Some(Ok(text)) if etag.as_ref() == Some(&tag(text)) => Ok(Answer::NotModified),
            Some(Ok(text)) => Ok(Answer::Document {
                octets: text.clone().into_bytes(),
                etag: Some(tag(text)),
                last_modified: None,
            }),
        }
    }
}

fn tag(text: &str) -> String {
    format!("\"{}-{}\"", text.len(), text.bytes().map(u64::from).sum::<u64>())
}

struct Lab<'w> {
    world: &'w World,
    today: Today,
}

impl<'w> Lab<'w> {
    fn new(world: &'w World) -> Self {
        let today =
            Today { says: RefCell::new(None), day: Cell::new(0), asked: RefCell::default() };
        Self { world, today }
    }

    fn admin(&self) -> Admin<'_> {
        Admin { now: self.now(), ..self.world.admin() }
    }

    fn now(&self) -> Instant {
        now() + TimeDelta::days(self.today.day.get())
    }

    fn publishes(&self, entities: &[String]) {
        *self.today.says.borrow_mut() = Some(Ok(aggregate("", entities)));
    }

    fn add(&self, kind: SourceKind, change: impl FnOnce(&mut MetadataSource)) -> MetadataSourceId {
        let mut source = defaults("Federation".to_owned(), kind, ADDRESS.to_owned());
        source.validity.valid_until_required = false;
        change(&mut source);
        metadata_sources::add(&self.admin(), &source, &mut rng()).unwrap()
    }

    fn refresh(&self, id: MetadataSourceId) -> Refreshed {
        self.with_surroundings(|admin, world| {
            metadata_sources::refresh(admin, world, id, &mut rng()).unwrap()
        })
    }

    fn look_up(&self, entity_id: &str) -> bool {
        let id = EntityId::parse(entity_id).unwrap();
        self.with_surroundings(|admin, world| {
            metadata_sources::look_up(admin, world, &id, &mut rng()).unwrap()
        })
    }

    fn with_surroundings<T>(&self, work: impl FnOnce(&Admin<'_>, &Surroundings<'_>) -> T) -> T {
        let clock = || self.now();
        let surroundings = Surroundings {
            fetch: &self.today,
            clock: &clock,
            quarantine: true,
            most: 1 << 20,
            denied: DeniedAlgorithms::NONE,
        };
        work(&self.admin(), &surroundings)
    }

    fn sweep(&self) {
        while metadata_sources::sweep(&self.admin(), &mut rng()).unwrap() > 0 {}
    }

    fn sp(&self, entity_id: &str) -> ServiceProvider {
        service_providers::find(&self.admin(), entity_id).unwrap().value
    }
}

fn aggregate(attributes: &str, entities: &[String]) -> String {
    format!(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" {attributes}>{}</md:EntitiesDescriptor>",
        entities.concat()
    )
}

fn certificate() -> String {
    let key = SigningKey::generate(KeyKind::EcP256, "sp", now(), TimeDelta::days(1)).unwrap();
    key.certificate_base64().to_owned()
}

fn described(entity_id: &str, keys: &[&str], acs: &str) -> String {
    let keys: Vec<String> = keys
        .iter()
        .map(|key| {
            format!(
                "<md:KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data><ds:X509Certificate>{key}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            )
        })
        .collect();
    let keys = keys.concat();
    format!(
        "<md:EntityDescriptor entityID=\"{entity_id}\"><md:SPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">{keys}<md:AssertionConsumerService index=\"0\" Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"{acs}\"/></md:SPSSODescriptor></md:EntityDescriptor>"
    )
}

const ONE: &str = "https://one.example.org/saml";
const TWO: &str = "https://two.example.org/saml";

fn acs(entity_id: &str) -> String {
    format!("{entity_id}/acs")
}

fn an_old_key_goes_when_its_grace_is_over(world: &World) {
    let lab = Lab::new(world);
    let (old, new) = (certificate(), certificate());
    lab.publishes(&[described(ONE, &[&old], &acs(ONE))]);
    let id = lab.add(SourceKind::Aggregate, |source| source.key_grace_days = 7);
    assert!(matches!(lab.refresh(id), Refreshed::Worked(counts) if counts.added == 1));
    assert!(lab.sp(ONE).settings.quarantine.is_some(), "as the server is set");
    lab.publishes(&[described(ONE, &[&new], &acs(ONE))]);
    lab.refresh(id);
    lab.sweep();
    assert_eq!(lab.sp(ONE).settings.signing_keys.len(), 2);
    lab.today.day.set(6);
    lab.refresh(id);
    lab.sweep();
    assert_eq!(lab.sp(ONE).settings.signing_keys.len(), 2);
    lab.today.day.set(8);
    assert_eq!(lab.refresh(id), Refreshed::NotModified);
    lab.sweep();
    let left = lab.sp(ONE).settings.signing_keys;
    assert_eq!(left.len(), 1);
    lab.publishes(&[described(ONE, &[&new, &certificate()], &acs(ONE))]);
    lab.refresh(id);
    assert!(lab.sp(ONE).settings.signing_keys.contains(&left[0]), "the new one stayed");
}

fn what_is_gone_works_for_a_while_and_comes_back(world: &World) {
    let lab = Lab::new(world);
    let (one, two) = (described(ONE, &[], &acs(ONE)), described(TWO, &[], &acs(TWO)));
    lab.publishes(&[one.clone(), two.clone()]);
    let id = lab.add(SourceKind::Aggregate, |source| source.removal_grace_days = 3);
    lab.refresh(id);
    lab.publishes(std::slice::from_ref(&one));
    lab.today.day.set(1);
    assert!(matches!(lab.refresh(id), Refreshed::Worked(counts) if counts.missing == 1));
    lab.today.day.set(3);
    lab.sweep();
    assert!(lab.sp(TWO).enabled);
    lab.today.day.set(5);
    lab.sweep();
    assert!(!lab.sp(TWO).enabled && lab.sp(ONE).enabled);
    lab.publishes(&[one.clone(), two]);
    lab.refresh(id);
    assert!(lab.sp(TWO).enabled);
    // What an administrator switched off stays off, whatever is published.
    let off =
        service_providers::ServiceProviderPatch { enabled: Some(false), ..Default::default() };
    service_providers::change(&lab.admin(), TWO, &off, &mut rng()).unwrap();
    lab.publishes(&[one, described(TWO, &[&certificate()], &acs(TWO))]);
    lab.refresh(id);
    assert!(!lab.sp(TWO).enabled);
}

/// C143, C144. A document without the date it must have is refused; what came from one that has ended is
/// switched off, until there is another.
fn what_has_ended_is_switched_off(world: &World) {
    let lab = Lab::new(world);
    let one = [described(ONE, &[], &acs(ONE))];
    let says = |attributes: &str| {
        *lab.today.says.borrow_mut() = Some(Ok(aggregate(attributes, &one)));
    };
    says("");
    let id = lab.add(SourceKind::Aggregate, |source| source.validity.valid_until_required = true);
    let Refreshed::Failed(why) = lab.refresh(id) else { panic!("taken") };
    assert!(why.contains("no validUntil"), "{why}");
    let until = (now() + TimeDelta::days(2)).format("%Y-%m-%dT%H:%M:%SZ");
    says(&format!("validUntil=\"{until}\""));
    assert!(matches!(lab.refresh(id), Refreshed::Worked(_)));
    *lab.today.says.borrow_mut() = Some(Err("cannot be reached".to_owned()));
    lab.today.day.set(1);
    assert!(matches!(lab.refresh(id), Refreshed::Failed(_)));
    lab.sweep();
    assert!(lab.sp(ONE).enabled, "the last good one is kept");
    lab.today.day.set(2);
    // Another node fetches right now: what it finds counts.
    let minutes = |minutes| lab.now() + TimeDelta::minutes(minutes);
    let leased = world.store.write(|w| w.lease_metadata_source(id, minutes(5), lab.now()));
    assert_eq!(leased, Ok(true));
    lab.sweep();
    assert!(lab.sp(ONE).enabled);
    let row = metadata_sources::find_by_id(&lab.admin(), id).unwrap();
    let given_back =
        |w: &mut Writer<'_>| w.release_metadata_source(id, minutes(5), &row.state, lab.now());
    world.store.write(given_back).unwrap();
    lab.sweep();
    assert!(!lab.sp(ONE).enabled);
    let until = (now() + TimeDelta::days(4)).format("%Y-%m-%dT%H:%M:%SZ");
    says(&format!("validUntil=\"{until}\""));
    lab.refresh(id);
    lab.sweep();
    assert!(lab.sp(ONE).enabled);
}

fn what_an_administrator_removed_stays_away(world: &World) {
    let lab = Lab::new(world);
    lab.publishes(&[described(ONE, &[], &acs(ONE)), described(TWO, &[], &acs(TWO))]);
    let id = lab.add(SourceKind::Aggregate, |_| {});
    lab.refresh(id);
    service_providers::remove(&lab.admin(), TWO, &mut rng()).unwrap();
    // Not with a later issue either, after one without it.
    lab.publishes(&[described(ONE, &[&certificate()], &acs(ONE))]);
    lab.refresh(id);
    lab.publishes(&[
        described(ONE, &[], &acs(ONE)),
        described(TWO, &[], "https://two.example.org/b"),
    ]);
    lab.refresh(id);
    assert!(service_providers::find(&lab.admin(), TWO).is_err());
}

/// Who may write one description writes no other into it: who is described is who was looked up.
fn an_entity_inside_another_is_none(world: &World) {
    let lab = Lab::new(world);
    let inner = described(TWO, &[], "https://evil.example/acs");
    let outer = format!(
        "<md:EntityDescriptor entityID=\"https://evil.example/idp\"><md:Extensions><x:w xmlns:x=\"urn:x\">{inner}</x:w></md:Extensions><md:Organization><md:OrganizationName xml:lang=\"en\">E</md:OrganizationName><md:OrganizationDisplayName xml:lang=\"en\">E</md:OrganizationDisplayName><md:OrganizationURL xml:lang=\"en\">https://evil.example</md:OrganizationURL></md:Organization></md:EntityDescriptor>"
    );
    lab.publishes(&[outer, described(ONE, &[], &acs(ONE))]);
    let id = lab.add(SourceKind::Aggregate, |_| {});
    lab.refresh(id);
    assert!(lab.sp(ONE).enabled);
    for nobody in [TWO, "https://evil.example/idp"] {
        assert!(service_providers::find(&lab.admin(), nobody).is_err(), "{nobody}");
    }
}

fn what_is_described_twice_is_not_taken(world: &World) {
    let lab = Lab::new(world);
    let twice = ["https://two.example.org/a", "https://evil.example/acs"];
    let twice = twice.map(|acs| described(TWO, &[], acs));
    lab.publishes(&[&twice[..], &[described(ONE, &[], &acs(ONE))]].concat());
    let id = lab.add(SourceKind::Aggregate, |_| {});
    lab.refresh(id);
    assert!(service_providers::find(&lab.admin(), TWO).is_err());
    // What was good before stays.
    lab.publishes(&[described(TWO, &[], &acs(TWO)), described(ONE, &[], &acs(ONE))]);
    lab.refresh(id);
    let before = lab.sp(TWO);
    lab.publishes(&[&twice[..], &[described(ONE, &[], &acs(ONE))]].concat());
    lab.refresh(id);
    assert_eq!(lab.sp(TWO), before);
}

/// A86. The only key is withdrawn, and requests must be signed: nothing is accepted then, rather than the
/// key that was withdrawn.
fn a_withdrawn_key_goes_although_none_is_left(world: &World) {
    let lab = Lab::new(world);
    let signing = |keys: &[&str]| {
        let role = "<md:SPSSODescriptor ";
        let signs = "<md:SPSSODescriptor AuthnRequestsSigned=\"true\" ";
        described(ONE, keys, &acs(ONE)).replace(role, signs)
    };
    lab.publishes(&[signing(&[&certificate()])]);
    let id = lab.add(SourceKind::Aggregate, |source| source.key_grace_days = 1);
    lab.refresh(id);
    assert!(lab.sp(ONE).settings.authn_requests_signed);
    lab.publishes(&[described(ONE, &[], &acs(ONE))]);
    lab.refresh(id);
    lab.today.day.set(2);
    lab.sweep();
    assert_eq!(lab.sp(ONE).settings.signing_keys, []);
    lab.refresh(id);
    lab.sweep();
    assert_eq!(lab.sp(ONE).settings.signing_keys, []);
}

/// C144. A source that is given another key takes nothing of the end from what was taken before.
fn another_publisher_does_not_make_the_old_document_endless(world: &World) {
    let lab = Lab::new(world);
    let until = (now() + TimeDelta::days(2)).to_rfc3339();
    let text = aggregate(&format!("validUntil=\"{until}\""), &[described(ONE, &[], &acs(ONE))]);
    *lab.today.says.borrow_mut() = Some(Ok(text));
    let id = lab.add(SourceKind::Aggregate, |_| {});
    lab.refresh(id);
    assert!(lab.sp(ONE).enabled);
    let row = metadata_sources::find_by_id(&lab.admin(), id).unwrap();
    let moved = MetadataSource { address: format!("{ADDRESS}/new"), ..row.source.clone() };
    metadata_sources::replace(&lab.admin(), id, row.version, &moved, &mut rng()).unwrap();
    *lab.today.says.borrow_mut() = Some(Err("nobody is there".to_owned()));
    lab.refresh(id);
    lab.today.day.set(3);
    lab.sweep();
    assert!(!lab.sp(ONE).enabled);
}

/// A86, A108. Beside addresses on a new host the keys for encryption wait, and both come when a person
/// approves.
fn keys_for_encryption_wait_with_addresses(world: &World) {
    let lab = Lab::new(world);
    let encrypting =
        |key: &str, acs: &str| described(ONE, &[key], acs).replace("\"signing\"", "\"encryption\"");
    let (old, new) = (certificate(), certificate());
    lab.publishes(&[encrypting(&old, &acs(ONE))]);
    let id = lab.add(SourceKind::Aggregate, |_| {});
    lab.refresh(id);
    let before = lab.sp(ONE).settings;
    assert_eq!(before.encryption_keys.len(), 1);
    lab.publishes(&[encrypting(&new, "https://evil.example/acs")]);
    lab.refresh(id);
    assert_eq!(lab.sp(ONE).settings, before);
    let held = metadata_sources::held(&lab.admin(), id).unwrap().pop().unwrap();
    metadata_sources::approve(&lab.admin(), id, ONE, &held.addresses, &mut rng()).unwrap();
    lab.refresh(id);
    let after = lab.sp(ONE).settings;
    assert_eq!(after.assertion_consumer_services[0].url, "https://evil.example/acs");
    assert_ne!(after.encryption_keys, before.encryption_keys);
}

/// C141. A query service is asked by the percent-encoded entityID, conditionally the next time.
fn a_query_service_is_asked_again(world: &World) {
    let lab = Lab::new(world);
    let id = lab.add(SourceKind::Mdq, |_| {});
    assert!(!lab.look_up(ONE), "it does not know it");
    let one = described(ONE, &[], &acs(ONE))
        .replace("entityID=", "xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=");
    *lab.today.says.borrow_mut() = Some(Ok(one.clone()));
    assert!(lab.look_up(ONE));
    assert!(lab.sp(ONE).settings.quarantine.is_none(), "the login goes on");
    lab.refresh(id);
    let asked = lab.today.asked.borrow().last().cloned().unwrap();
    let encoded = "https%3A%2F%2Fone.example.org%2Fsaml";
    assert_eq!(asked, (format!("{ADDRESS}/entities/{encoded}"), Some(tag(&one))));
    assert!(!lab.look_up(TWO), "the answer is about another one");
    *lab.today.says.borrow_mut() = None;
    lab.refresh(id);
    lab.today.day.set(4);
    lab.sweep();
    assert!(!lab.sp(ONE).enabled, "it is not known there any more");
}

fn only_what_is_chosen_is_taken(world: &World) {
    let lab = Lab::new(world);
    let registered = described(TWO, &[], &acs(TWO)).replace(
        "<md:SPSSO",
        "<md:Extensions><r:RegistrationInfo xmlns:r=\"urn:oasis:names:tc:SAML:metadata:rpi\" \
         registrationAuthority=\"https://fed.example\"/></md:Extensions><md:SPSSO",
    );
    lab.publishes(&[described(ONE, &[], &acs(ONE)), registered]);
    let id = lab.add(SourceKind::Aggregate, |source| {
        source.take.registration_authorities = vec!["https://fed.example".to_owned()];
    });
    lab.refresh(id);
    assert!(service_providers::find(&lab.admin(), ONE).is_err());
    assert!(lab.sp(TWO).enabled);
}

const FILE: &str = r#"
[[metadata_source]]
name = "Federation"
kind = "aggregate"
address = "https://md.example.org/all.xml"
signing_certificates = [{ file = "federation.pem" }]
entity_categories = ["http://refeds.org/category/research-and-scholarship"]
steps = [["basic-auth"], { any = ["sms-otp"], policy = "when-enrolled" }]
quarantine = false
"#;

fn a_file_makes_it_so_and_an_export_says_so(world: &World) {
    let key = SigningKey::generate(KeyKind::EcP256, "f", now(), TimeDelta::days(1)).unwrap();
    let pem = key.certificate_pem().unwrap();
    let files = Place {
        name: "config.toml",
        beside: &[("federation.pem", pem.as_bytes())],
        environment: &[],
    };
    assert!(!files.apply(world, FILE).changes.is_empty());
    assert!(files.apply(world, FILE).changes.is_empty(), "twice changes nothing");
    let text = export(world);
    assert!(text.contains("[[metadata_source]]") && text.contains("BEGIN PUBLIC KEY"), "{text}");
    assert!(files.apply(world, &text).changes.is_empty(), "{text}");
    let mistakes = crate::support::files::mistakes(files.plan(
        world,
        "[[metadata_source]]\nname = \"x\"\nkind = \"mdq\"\naddress = \"ftp://x\"\ninterval_minutes = 1\n",
    ));
    assert!(
        mistakes.contains("https://") && mistakes.contains("between 5 and 43200"),
        "{mistakes}"
    );
}

fn who_may_not_change_the_configuration_changes_no_source(world: &World) {
    let actor = Actor::User {
        id: UserId::new(now(), &mut rng()),
        username: Username::parse("olga").unwrap(),
        roles: vec![Role::Operator],
    };
    let lab = Lab::new(world);
    let id = lab.add(SourceKind::Entity, |_| {});
    let row = metadata_sources::find_by_id(&lab.admin(), id).unwrap();
    let admin = world.admin_as(actor);
    let nothing = Addresses::default();
    let refused = [
        metadata_sources::add(&admin, &row.source, &mut rng()).map(|_| ()),
        metadata_sources::replace(&admin, id, 1, &row.source, &mut rng()).map(|_| ()),
        metadata_sources::remove(&admin, id, 1, &mut rng()),
        metadata_sources::ask(&admin, id),
        metadata_sources::approve(&admin, id, ONE, &nothing, &mut rng()),
        metadata_sources::refuse(&admin, id, ONE, &nothing, &mut rng()),
    ];
    for outcome in refused {
        assert!(matches!(outcome, Err(AdminError::Forbidden { .. })), "{outcome:?}");
    }
}

on_both!(
    an_old_key_goes_when_its_grace_is_over,
    what_is_gone_works_for_a_while_and_comes_back,
    what_has_ended_is_switched_off,
    what_an_administrator_removed_stays_away,
    an_entity_inside_another_is_none,
    what_is_described_twice_is_not_taken,
    a_withdrawn_key_goes_although_none_is_left,
    another_publisher_does_not_make_the_old_document_endless,
    keys_for_encryption_wait_with_addresses,
    a_query_service_is_asked_again,
    only_what_is_chosen_is_taken,
    a_file_makes_it_so_and_an_export_says_so,
    who_may_not_change_the_configuration_changes_no_source,
);
