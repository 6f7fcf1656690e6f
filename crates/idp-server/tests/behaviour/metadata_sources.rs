//! Metadata that is fetched again and again, from a publisher on this machine.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use idp_admin::metadata_sources::{self, approve, defaults, held, refuse};
use idp_core::id::MetadataSourceId;
use idp_core::metadata_source::{MetadataSource, SourceKind};
use idp_core::service_provider::ServiceProvider;
use idp_store::MetadataSourceRow;

use crate::on_both_databases;
use crate::support::{
    Backend, Browser, Idp, IdpOptions, Publisher, Says, SignIn, SignatureTemplate, Sp, signed,
    signed_aggregate,
};

fn options() -> IdpOptions {
    IdpOptions::settings(|settings| {
        settings.metadata.allowed_networks = vec!["127.0.0.1".to_owned()];
        settings.metadata.fetch_timeout_seconds = 2;
        settings.metadata.query_timeout_seconds = 2;
        settings.metadata.aggregate_megabytes = 1;
        settings.console.quarantine = false;
    })
}

struct Lab {
    idp: Idp,
    publisher: Publisher,
    /// Whose key signs what is published.
    signer: Sp,
}

impl Lab {
    async fn new(backend: Backend) -> Self {
        let idp = Idp::with(backend, &Sp::new(), options()).await;
        let signer = Sp::named("https://federation.example", false);
        Self { idp, publisher: Publisher::start(), signer }
    }

    fn add(
        &self,
        kind: SourceKind,
        path: &str,
        change: impl FnOnce(&mut MetadataSource),
    ) -> MetadataSourceId {
        let address = format!("{}{path}", self.publisher.url);
        let mut source = defaults("Federation".to_owned(), kind, address);
        source.validity.valid_until_required = false;
        change(&mut source);
        self.idp.with_admin(|admin, rng| metadata_sources::add(admin, &source, rng)).expect("added")
    }

    fn pin(&self, source: &mut MetadataSource) {
        let pem = String::from_utf8(self.signer.pem()).expect("PEM");
        let certificate = pem.split("-----END PRIVATE KEY-----").nth(1).expect("a certificate");
        source.keys = vec![metadata_sources::pinned_key(certificate.trim()).expect("a key")];
    }

    /// The metadata of one service provider, signed by the publisher.
    fn signed_entity(&self, sp: &Sp, until: &str) -> String {
        let template = SignatureTemplate::default().xml("_e");
        let document = sp
            .metadata()
            .replacen("entityID=", &format!("ID=\"_e\" validUntil=\"{until}\" entityID="), 1)
            .replacen("><md:SPSSO", &format!(">{template}<md:SPSSO"), 1);
        signed(&self.signer, &document, "EntityDescriptor")
    }

    /// Does what a server does every few seconds.
    fn work(&self) {
        tokio::task::block_in_place(|| self.idp.app.work_at_metadata_sources());
    }

    /// Has everything that is due done, the source at once.
    fn refresh(&self, id: MetadataSourceId) -> MetadataSourceRow {
        self.idp.with_admin(|admin, _| metadata_sources::ask(admin, id)).expect("asked");
        self.work();
        self.row(id)
    }

    fn row(&self, id: MetadataSourceId) -> MetadataSourceRow {
        self.idp.with_admin(|admin, _| metadata_sources::find_by_id(admin, id)).expect("there")
    }

    fn sp(&self, entity_id: &str) -> Option<ServiceProvider> {
        let id = idp_core::id::EntityId::parse(entity_id).expect("an entityID");
        let found =
            self.idp.app.store.read(|r| r.service_provider_by_entity_id(&id)).expect("read");
        found.map(|found| found.value)
    }
}

#[expect(clippy::disallowed_methods, reason = "the publisher's own clock")]
fn in_hours(hours: i64) -> String {
    (chrono::Utc::now() + TimeDelta::hours(hours)).format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

on_both_databases! {
    /// C138, C139. A service provider is what its metadata says, fetched again on a schedule: nothing is
    /// written while nothing is new, a new key counts at once and an old one goes after its grace.
    a_service_provider_follows_its_address(backend) {
        let lab = Lab::new(backend).await;
        let sp = Sp::named("https://one.example/saml", true);
        lab.publisher.publishes("/md", &sp.metadata());
        let id = lab.add(SourceKind::Entity, "/md", |source| source.key_grace_days = 0);
        let row = lab.refresh(id);
        assert_eq!(row.state.failure, None);
        let first = lab.sp(&sp.entity_id).expect("registered");
        assert_eq!(first.settings.signing_keys.len(), 1);
        let events = lab.idp.events("metadata-source-refreshed").len();
        let row = lab.refresh(id);
        assert_eq!((lab.publisher.not_modified(), row.state.failures), (1, 0));
        assert_eq!(lab.idp.events("metadata-source-refreshed").len(), events);
        assert!(row.next_at > row.state.good_at.expect("fetched"));
        // What an administrator chose stays.
        lab.idp.apply("[[service_provider]]\nentity_id = \"https://one.example/saml\"\nname = \"Ours\"\nsteps = [[\"basic-auth\"], [\"sms-otp\"]]\n");
        let renewed = Sp::named("https://one.example/saml", true);
        lab.publisher.publishes("/md", &renewed.metadata());
        lab.refresh(id);
        let now = lab.sp(&sp.entity_id).expect("there");
        assert!(!now.settings.signing_keys.contains(&first.settings.signing_keys[0]));
        assert_eq!((now.name.as_str(), now.chain.steps().len()), ("Ours", 2));
    }
}

on_both_databases! {
    /// C145, C150. With a grace the key of yesterday is accepted beside the one of today, and the key that
    /// signs the metadata stays what it was.
    an_old_key_counts_until_its_grace_is_over(backend) {
        let lab = Lab::new(backend).await;
        let (old, new) = (Sp::named("https://one.example/saml", true), Sp::named("https://one.example/saml", true));
        lab.publisher.publishes("/md", &lab.signed_entity(&old, &in_hours(48)));
        let id = lab.add(SourceKind::Entity, "/md", |source| {
            lab.pin(source);
            source.key_grace_days = 7;
        });
        lab.refresh(id);
        lab.publisher.publishes("/md", &lab.signed_entity(&new, &in_hours(49)));
        assert_eq!(lab.refresh(id).state.failure, None);
        assert_eq!(lab.sp(&old.entity_id).expect("there").settings.signing_keys.len(), 2);
        for sp in [&old, &new] {
            let page = Browser::new().get(&sp.redirect_url(&lab.idp, &sp.request(&lab.idp), None)).await;
            assert_eq!(page.status, 200, "{}", page.text);
        }
    }
}

on_both_databases! {
    /// C139. An address on a new host waits for a person, who approves or refuses it (A108).
    a_new_host_waits_for_a_person(backend) {
        let lab = Lab::new(backend).await;
        let sp = Sp::named("https://one.example/saml", false);
        lab.publisher.publishes("/md", &sp.metadata());
        let id = lab.add(SourceKind::Entity, "/md", |_| {});
        lab.refresh(id);
        let moved = |host: &str| sp.metadata().replace("Location=\"https://one.example", &format!("Location=\"https://{host}"));
        lab.publisher.publishes("/md", &moved("evil.example"));
        lab.refresh(id);
        let acs = |lab: &Lab| lab.sp(&sp.entity_id).expect("there").settings.assertion_consumer_services[0].url.clone();
        assert_eq!(acs(&lab), "https://one.example/saml/acs");
        let waits = || lab.idp.with_admin(|admin, _| held(admin, id)).expect("read");
        let change = waits().pop().expect("one waits");
        assert_eq!(change.new_places, ["https://evil.example"]);
        let decide = |change: &metadata_sources::HeldChange, good: bool| {
            lab.idp.with_admin(|admin, rng| {
                let decide = if good { approve } else { refuse };
                decide(admin, id, &change.entity.entity_id, &change.addresses, rng)
            })
        };
        decide(&change, false).expect("refused");
        lab.refresh(id);
        assert!(waits().is_empty(), "asked about again");
        lab.publisher.publishes("/md", &moved("two.example"));
        lab.refresh(id);
        let change = waits().pop().expect("one waits");
        // What came meanwhile is not what was seen.
        lab.publisher.publishes("/md", &moved("three.example"));
        lab.refresh(id);
        assert!(decide(&change, true).is_err());
        let change = waits().pop().expect("one waits");
        decide(&change, true).expect("approved");
        assert_eq!(acs(&lab), "https://three.example/saml/acs");
        assert!(waits().is_empty());
    }
}

on_both_databases! {
    /// C140, C142, C143. An aggregate counts by the pinned key and by its dates; otherwise the last good
    /// one stays.
    an_aggregate_counts_by_its_signature_and_dates(backend) {
        let lab = Lab::new(backend).await;
        let names = ["https://a.example/saml", "https://b.example/saml", "https://c.example/saml"];
        let sps: Vec<Sp> = names.iter().map(|name| Sp::named(name, false)).collect();
        let entities = |some: &[&Sp]| -> Vec<String> { some.iter().map(|sp| sp.metadata()).collect() };
        let group = format!("<md:EntitiesDescriptor>{}</md:EntitiesDescriptor>", sps[1].metadata());
        let good = signed_aggregate(&lab.signer, &in_hours(48), &[sps[0].metadata(), group]);
        lab.publisher.publishes("/md", &good);
        let id = lab.add(SourceKind::Aggregate, "/md", |source| {
            lab.pin(source);
            source.validity.valid_until_required = true;
            source.removal_grace_days = 0;
        });
        let row = lab.refresh(id);
        assert_eq!(row.state.failure, None);
        assert_eq!(row.state.fetched.expect("one").taken, 2);
        assert!(lab.sp(names[0]).is_some() && lab.sp(names[1]).is_some());
        let other = Sp::named("https://other.example", false);
        let all = entities(&[&sps[0], &sps[1], &sps[2]]);
        for (document, why) in [
            (signed_aggregate(&other, &in_hours(49), &all), "no registered key made"),
            (signed_aggregate(&lab.signer, &in_hours(49), &all).replace(names[2], "https://d.example"), "changed after it was signed"),
            (signed_aggregate(&lab.signer, &in_hours(-1), &all), "expired"),
            (signed_aggregate(&lab.signer, &in_hours(24 * 40), &all), "more than 30 days"),
            (signed_aggregate(&lab.signer, &in_hours(1), &all), "older than what is in use"),
            ("<html></html>".to_owned(), "is EntityDescriptor"),
            (good[..good.len() / 2].to_owned(), ""),
            (all[0].clone(), "there is no signature"),
        ] {
            lab.publisher.publishes("/md", &document);
            let row = lab.refresh(id);
            let failure = row.state.failure.expect("a failure");
            assert!(failure.contains(why) || why == "is EntityDescriptor", "{failure}");
            assert!(row.next_at > row.state.failed_at.expect("failed"));
            assert!(lab.sp(names[2]).is_none());
            assert!(lab.sp(names[0]).expect("still there").enabled);
        }
        assert_eq!(lab.idp.events("metadata-source-failed").len(), 8);
        // What is no longer described goes after its grace, and comes back with its description.
        lab.publisher.publishes("/md", &signed_aggregate(&lab.signer, &in_hours(50), &entities(&[&sps[1], &sps[2]])));
        let row = lab.refresh(id);
        assert_eq!(row.state.failure, None);
        assert!(lab.sp(names[2]).expect("new").enabled);
        lab.work();
        assert!(!lab.sp(names[0]).expect("there").enabled);
        lab.publisher.publishes("/md", &signed_aggregate(&lab.signer, &in_hours(51), &all));
        lab.refresh(id);
        assert!(lab.sp(names[0]).expect("there").enabled);
    }
}

on_both_databases! {
    /// C144. What came from metadata that has ended is not used, until there is newer.
    what_has_ended_is_not_used(backend) {
        let lab = Lab::new(backend).await;
        let sp = Sp::named("https://one.example/saml", false);
        #[expect(clippy::disallowed_methods, reason = "the publisher's own clock")]
        let soon = (chrono::Utc::now() + TimeDelta::milliseconds(1_500)).to_rfc3339();
        let dated = |until: &str| sp.metadata().replace("entityID=", &format!("validUntil=\"{until}\" entityID="));
        lab.publisher.publishes("/md", &dated(&soon));
        let id = lab.add(SourceKind::Entity, "/md", |_| {});
        lab.refresh(id);
        assert!(lab.sp(&sp.entity_id).expect("there").enabled);
        let begun = Instant::now();
        while lab.sp(&sp.entity_id).expect("there").enabled {
            assert!(begun.elapsed() < Duration::from_secs(30), "it never ends");
            lab.work();
            std::thread::yield_now();
        }
        lab.publisher.publishes("/md", &dated(&in_hours(1)));
        lab.refresh(id);
        assert!(lab.sp(&sp.entity_id).expect("there").enabled);
    }
}

on_both_databases! {
    /// C216. A redirect into a private network, a document without end, a packed one that grows, and one
    /// that never comes are refused in time (A111, A112).
    what_is_not_to_be_fetched_is_refused(backend) {
        let lab = Lab::new(backend).await;
        let bomb = {
            use std::io::Write;
            let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            writer.write_all(&vec![b' '; 64 << 20]).expect("packed");
            writer.finish().expect("packed")
        };
        let id = lab.add(SourceKind::Entity, "/md", |_| {});
        let ok = "HTTP/1.1 200 OK".to_owned();
        for (says, why) in [
            (Says::LeadsTo("http://169.254.169.254/latest".to_owned()), "not on the public internet"),
            (Says::LeadsTo("https://[::1]/".to_owned()), "not on the public internet"),
            (Says::LeadsTo("file:///etc/passwd".to_owned()), "no address of a document"),
            (Says::Raw(ok.clone(), vec![b' '; 3 << 20]), "more than 2 MB"),
            (Says::Raw(format!("{ok}\r\nContent-Encoding: gzip"), bomb), "more than 2 MB"),
            (Says::Silence(Duration::from_secs(5)), "within 2 seconds"),
        ] {
            lab.publisher.says("/md", says);
            let begun = Instant::now();
            let failure = lab.refresh(id).state.failure.expect("a failure");
            assert!(failure.contains(why), "{failure}");
            assert!(begun.elapsed() < Duration::from_secs(4), "{failure}");
        }
        // Where it leads to another permitted address, it is followed.
        let sp = Sp::named("https://one.example/saml", false);
        lab.publisher.publishes("/there", &sp.metadata());
        lab.publisher.says("/md", Says::LeadsTo("/there".to_owned()));
        assert_eq!(lab.refresh(id).state.failure, None);
        assert!(lab.sp(&sp.entity_id).is_some());
    }
}

on_both_databases! {
    /// C141. A service provider that is first met in a message is looked up, and the login goes on; one
    /// that nobody knows is asked for once.
    a_service_provider_first_met_in_a_message_is_looked_up(backend) {
        let lab = Lab::new(backend).await;
        let sp = Sp::named("https://met.example/saml?a=b", false);
        let path = "/mdq/entities/https%3A%2F%2Fmet.example%2Fsaml%3Fa%3Db";
        lab.publisher.publishes(path, &lab.signed_entity(&sp, &in_hours(48)));
        let id = lab.add(SourceKind::Mdq, "/mdq/", |source| {
            lab.pin(source);
            source.validity.valid_until_required = true;
        });
        let login = SignIn::begin(&lab.idp, &sp).await;
        assert!(login.is_asked_for("password"), "{}", login.page.text);
        assert_eq!(lab.publisher.heard(), [path]);
        lab.refresh(id);
        assert_eq!(lab.publisher.not_modified(), 1);
        let stranger = Sp::named("https://nobody.example/saml", false);
        for _ in 0..3 {
            let url = stranger.redirect_url(&lab.idp, &stranger.request(&lab.idp), None);
            assert_eq!(Browser::new().get(&url).await.status, 400);
        }
        assert_eq!(lab.publisher.heard().len(), 3, "{:?}", lab.publisher.heard());
        // One that is slow is given up in time, and not asked again at once.
        lab.publisher.says("/mdq/entities/https%3A%2F%2Fslow.example", Says::Silence(Duration::from_secs(9)));
        let slow = Sp::named("https://slow.example", false);
        let begun = Instant::now();
        for _ in 0..2 {
            let url = slow.redirect_url(&lab.idp, &slow.request(&lab.idp), None);
            assert_eq!(Browser::new().get(&url).await.status, 400);
        }
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}

/// C142. What is signed by another key, or describes another entity, does not become a service provider.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_service_cannot_answer_with_anything_else() {
    let lab = Lab::new(Backend::Sqlite).await;
    let sp = Sp::named("https://met.example", false);
    let other = Sp::named("https://other.example", false);
    let path = "/entities/https%3A%2F%2Fmet.example";
    lab.add(SourceKind::Mdq, "", |source| source.name = "Unsigned".to_owned());
    lab.publisher.publishes(path, &other.metadata());
    let url = sp.redirect_url(&lab.idp, &sp.request(&lab.idp), None);
    assert_eq!(Browser::new().get(&url).await.status, 400);
    assert!(lab.sp(&sp.entity_id).is_none() && lab.sp(&other.entity_id).is_none());
    assert_eq!(lab.idp.events("metadata-query-failed").len(), 1);
}

/// A103. An entityID that is registered already is not taken over, unless the source is to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_registered_by_hand_is_left_alone() {
    let lab = Lab::new(Backend::Sqlite).await;
    let sp = Sp::new();
    let id = lab.add(SourceKind::Entity, "/md", |_| {});
    let newer = sp.metadata().replace("/acs\"", "/taken\"");
    lab.publisher.publishes("/md", &newer);
    lab.refresh(id);
    let acs = |lab: &Lab| {
        lab.sp(&sp.entity_id).expect("there").settings.assertion_consumer_services[0].url.clone()
    };
    assert_eq!(acs(&lab), sp.acs);
    let odd = lab.idp.with_admin(|admin, _| metadata_sources::odd(admin, id)).expect("read");
    assert!(odd[0].problem.as_ref().expect("told").contains("registered already"));
    let row = lab.row(id);
    let source = MetadataSource { takes_over: true, ..row.source };
    lab.idp
        .with_admin(|admin, rng| metadata_sources::replace(admin, id, row.version, &source, rng))
        .expect("changed");
    lab.work();
    assert!(acs(&lab).ends_with("/taken"), "{}", acs(&lab));
}

/// Two nodes on one database never fetch at the same time: the lease is in the row.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_do_not_fetch_at_once() {
    let lab = Lab::new(Backend::Postgres).await;
    let id = lab.add(SourceKind::Entity, "/md", |_| {});
    lab.publisher.says("/md", Says::Silence(Duration::from_secs(5)));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| lab.idp.app.work_at_metadata_sources());
        }
    });
    assert_eq!(lab.publisher.heard(), ["/md"]);
    assert_eq!(lab.row(id).state.failures, 1);
}

/// C133, C136, C196. Our own metadata is found by its entityID as a query service has it, signed and dated.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn our_metadata_is_answered_as_by_a_query_service() {
    let idp = Idp::start(Backend::Sqlite, &Sp::new()).await;
    let own = format!("{}/saml/metadata", idp.url);
    let encoded: String = url::form_urlencoded::byte_serialize(own.as_bytes()).collect();
    let hash: String = openssl::sha::sha1(own.as_bytes())
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    for name in [encoded, format!("%7Bsha1%7D{hash}")] {
        let page = Browser::new().get(&format!("{}/saml/mdq/entities/{name}", idp.url)).await;
        assert_eq!(page.status, 200, "{name}");
        assert!(page.text.contains("validUntil=") && page.text.contains("<ds:Signature"));
    }
    for name in ["", "urn%3Ax", "%7Bsha1%7D00"] {
        let page = Browser::new().get(&format!("{}/saml/mdq/entities/{name}", idp.url)).await;
        assert_eq!(page.status, 404, "{name}");
    }
}
