//! What-if answers agree with real sign-ins, and leave nothing behind.

use idp_admin::scenarios::Expectation;
use idp_admin::what_if::{self, Answer, NameIdWish, Outcome, Question, SessionStep, StepCourse};
use idp_core::user::Username;

use crate::on_both_databases;
use crate::support::message::{deflated, query};
use crate::support::{
    AuthnRequest, Backend, Browser, Idp, IdpOptions, Page, Sp, has_response, received_xml, xml,
};

const STEPS: &str = r#"[["basic-auth"], { any = ["sms-otp"], policy = "when-enrolled" }]"#;
const MFA: &str = "https://refeds.org/profile/mfa";
const EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

/// What the server says that would happen.
#[expect(clippy::disallowed_methods, reason = "the administrator's own clock")]
fn ask(idp: &Idp, question: &Question) -> Answer {
    let configuration = idp.app.configuration.refreshed().expect("a configuration");
    let rules = idp.app.login_rules(&configuration, chrono::Utc::now()).expect("rules");
    idp.with_admin(|admin, rng| what_if::ask(admin, &rules, question, rng)).expect("answered")
}

/// A question and the same as a request.
struct Case {
    name: &'static str,
    user: &'static str,
    /// The browser has a session of the person, who passed every step just now.
    session: bool,
    attributes: &'static str,
    elements: String,
    question: Question,
}

fn case(name: &'static str, user: &'static str, change: impl FnOnce(&mut Case)) -> Case {
    let mut case = Case {
        name,
        user,
        session: false,
        attributes: "",
        elements: String::new(),
        question: Question::default(),
    };
    change(&mut case);
    case
}

fn policy(format: &str, create: bool) -> (String, Option<NameIdWish>) {
    let element = format!("<samlp:NameIDPolicy Format=\"{format}\" AllowCreate=\"{create}\"/>");
    let wish = NameIdWish {
        format: Some(format.to_owned()),
        allow_create: create,
        sp_name_qualifier: None,
    };
    (element, Some(wish))
}

fn context(comparison: &str, class: &str) -> String {
    format!(
        "<samlp:RequestedAuthnContext Comparison=\"{comparison}\"><saml:AuthnContextClassRef>{class}\
         </saml:AuthnContextClassRef></samlp:RequestedAuthnContext>"
    )
}

fn cases() -> Vec<Case> {
    let classes = |class: &str| vec![class.to_owned()];
    vec![
        case("a plain request", "alice", |_| {}),
        case("a step that is left out", "bob", |_| {}),
        case("passive without a session", "alice", |c| {
            c.attributes = "IsPassive=\"true\"";
            c.question.is_passive = true;
        }),
        case("a session", "alice", |c| c.session = true),
        case("passive with a session", "alice", |c| {
            (c.session, c.attributes) = (true, "IsPassive=\"true\"");
            c.question.is_passive = true;
        }),
        case("forced with a session", "alice", |c| {
            (c.session, c.attributes) = (true, "ForceAuthn=\"true\"");
            c.question.force_authn = true;
        }),
        case("a class that a session lacks nothing for", "alice", |c| {
            (c.session, c.elements) = (true, context("exact", MFA));
            c.question.context_classes = classes(MFA);
        }),
        case("a class that nobody can meet", "alice", |c| {
            c.elements = context("exact", "urn:example:retina");
            c.question.context_classes = classes("urn:example:retina");
        }),
        case("a class that a maximum excludes", "alice", |c| {
            c.elements = context("maximum", "urn:oasis:names:tc:SAML:2.0:ac:classes:Password");
            c.question.comparison = idp_core::saml::request::Comparison::Maximum;
            c.question.context_classes = classes("urn:oasis:names:tc:SAML:2.0:ac:classes:Password");
        }),
        case("a new identifier that may not be made", "bob", |c| {
            (c.elements, c.question.name_id_policy) = policy(PERSISTENT, false);
        }),
        case("a new identifier", "bob", |c| {
            (c.elements, c.question.name_id_policy) = policy(PERSISTENT, true);
        }),
        case("the identifier that is stored", "bob", |c| {
            (c.elements, c.question.name_id_policy) = policy(PERSISTENT, false);
        }),
        case("an address as NameID", "alice", |c| {
            (c.elements, c.question.name_id_policy) = policy(EMAIL, false);
        }),
        case("an address that is not known", "bob", |c| {
            (c.elements, c.question.name_id_policy) = policy(EMAIL, false);
        }),
        case("an unknown format", "bob", |c| {
            (c.elements, c.question.name_id_policy) = policy("urn:example:format", false);
        }),
        case("the second address", "bob", |c| {
            c.attributes = "AssertionConsumerServiceIndex=\"1\"";
            c.question.acs_index = Some(1);
        }),
        case("an unknown index", "bob", |c| {
            c.attributes = "AssertionConsumerServiceIndex=\"9\"";
            c.question.acs_index = Some(9);
        }),
        case("an unknown address", "bob", |c| {
            c.attributes = "AssertionConsumerServiceURL=\"https://evil.example/\"";
            c.question.acs_url = Some("https://evil.example/".to_owned());
        }),
    ]
}

/// What really happened: as much as can be seen from outside.
fn happened(idp: &Idp, page: &Page, asked: usize) -> (Expectation, usize) {
    let mut seen = Expectation::default();
    if !has_response(page) {
        seen.result = "page".to_owned();
        let code = page.incident().expect("an incident");
        let (_, detail) = idp.incident(&code).expect("a row");
        seen.code = detail["code"].as_str().map(str::to_owned);
        return (seen, asked);
    }
    seen.acs_url = Some(page.form().action);
    let xml = received_xml(page);
    if !xml.contains("<saml:Assertion") {
        let (_, codes) = Sp::status(page);
        seen.result = "refused".to_owned();
        seen.status = codes.last().and_then(|code| code.rsplit(':').next()).map(str::to_owned);
        return (seen, asked);
    }
    seen.result = "signed-in".to_owned();
    seen.context_class = Some(xml::text(&xml, "saml:AuthnContextClassRef").to_owned());
    let format = xml::attribute(&xml, "saml:NameID", "Format").unwrap_or_default();
    seen.name_id = format.rsplit(':').next().map(str::to_owned);
    seen.attributes = ["mobile", "urn:oid:2.5.4.4"]
        .into_iter()
        .filter(|name| xml.contains(&format!(" Name=\"{name}\"")))
        .map(str::to_owned)
        .collect();
    (seen, asked)
}

/// The same of an answer.
fn foreseen(answer: &Answer) -> (Expectation, usize) {
    let told = Expectation::from(answer);
    let asks = |step: &&what_if::StepAnswer| matches!(step.course, StepCourse::Asked { .. });
    let asked = answer.steps.iter().filter(asks).count();
    let kept = Expectation {
        steps: Vec::new(),
        name_id_value: None,
        signed: Vec::new(),
        signing_key: None,
        code: told.code.clone().filter(|_| told.result == "page"),
        ..told
    };
    (kept, asked)
}

on_both_databases! {
    answers_agree_with_sign_ins(backend) {
        let sp = Sp::new();
        let idp = Idp::with(backend, &sp, IdpOptions { steps: STEPS, ..IdpOptions::default() }).await;
        for case in cases() {
            let mut browser = Browser::new();
            let mut question = case.question;
            (question.service_provider, question.user) = (sp.entity_id.clone(), case.user.to_owned());
            if case.session {
                let page = browser.arrive(&sp, &idp, &sp.request(&idp)).await;
                browser.sign_in_as(case.user, &idp, page).await;
                let passed = |name: &str| SessionStep { authenticator: name.to_owned(), minutes_ago: 0 };
                question.session = vec![passed("basic-auth"), passed("sms-otp")];
            }
            let answer = ask(&idp, &question);
            let mut request: AuthnRequest = sp.request(&idp);
            request.attributes.extend([" ", case.attributes]);
            request.elements.push_str(&case.elements);
            let page = browser.arrive(&sp, &idp, &request).await;
            let (page, asked) = if page.url.path().starts_with("/login/") {
                let (page, asked) = browser.sign_in_as(case.user, &idp, page).await;
                (page, asked.len())
            } else {
                (page, 0)
            };
            let refused = has_response(&page) && !matches!(answer.outcome, Outcome::SignedIn(_));
            let (mut foreseen, pages) = foreseen(&answer);
            if refused {
                foreseen.attributes.clear();
            }
            assert_eq!((foreseen, pages), happened(&idp, &page, asked), "{}: {answer:?}", case.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signature_is_demanded_as_of_a_real_request() {
    let sp = Sp::signing();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let question = Question::plain(&sp.entity_id, "alice");
    let unsigned = Expectation::from(&ask(&idp, &question));
    assert_eq!(unsigned.result, "page", "{unsigned:?}");
    let message = deflated(sp.request(&idp).xml().as_bytes());
    let page = Browser::new().get(&idp.sso_query(&query(&[("SAMLRequest", &message)]))).await;
    let detail = idp.refused(&page, unsigned.code.as_deref().unwrap_or_default());
    assert_eq!(detail["code"].as_str(), unsigned.code.as_deref());
    let signed = ask(&idp, &Question { signed: true, ..question });
    assert!(matches!(signed.outcome, Outcome::SignedIn(_)), "{signed:?}");
}

on_both_databases! {
    asking_leaves_nothing_behind(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        let rows = |idp: &Idp| {
            let all = idp_store::AuditFilter::default();
            idp.app.store.read(|r| r.audit_events_before(&all, None, 10_000)).expect("read").len()
        };
        let before = rows(&idp);
        let version = idp.app.store.read(|r| r.configuration_version()).expect("read");
        for case in cases() {
            let mut question = case.question;
            (question.service_provider, question.user) = (sp.entity_id.clone(), case.user.to_owned());
            ask(&idp, &question);
        }
        let answer = ask(&idp, &Question::plain(&sp.entity_id, "alice"));
        let sends = |step: &what_if::StepAnswer| {
            matches!(step.course, StepCourse::Asked { sends_message: true, .. })
        };
        assert!(answer.steps.iter().any(sends), "it says that a message would be sent");
        assert_eq!(rows(&idp), before);
        assert_eq!(idp.app.store.read(|r| r.configuration_version()).expect("read"), version);
        assert!(idp.phone.messages().is_empty());
        let found = idp.with_admin(|admin, _| idp_admin::service_providers::find(admin, &sp.entity_id));
        let sp_id = found.expect("found").value.id;
        for name in ["alice", "bob"] {
            let name = Username::parse(name).expect("a name");
            let user = idp.app.store.read(|r| r.user_by_username(&name)).expect("read").expect("one");
            let id = user.value.id;
            assert_eq!(idp.app.store.read(|r| r.pairwise_id(id, sp_id)).expect("read"), None);
            let sessions = idp.app.store.read(|r| r.sessions_of_user(id, 10)).expect("read");
            assert!(sessions.is_empty());
        }
    }
}

on_both_databases! {
    a_mandatory_claim_is_missed(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        idp.change("attributes = [{ claim = \"lastname\", mandatory = true }]");
        let told = |user: &str| Expectation::from(&ask(&idp, &Question::plain(&sp.entity_id, user)));
        assert_eq!(told("alice").result, "signed-in");
        idp.change("attributes = [{ claim = \"givenname\", mandatory = true }]");
        let alice = told("alice");
        assert_eq!((alice.result.as_str(), alice.code.as_deref()), ("page", Some("claim-missing")));
    }
}

on_both_databases! {
    a_quarantine_is_known(backend) {
        let sp = Sp::new();
        let idp = Idp::start(backend, &sp).await;
        idp.change("quarantine = true\ntest_users = [\"alice\"]");
        let told = |user: &str| Expectation::from(&ask(&idp, &Question::plain(&sp.entity_id, user)));
        assert_eq!(told("alice").result, "signed-in");
        let bob = told("bob");
        assert_eq!((bob.result.as_str(), bob.code.as_deref()), ("page", Some("not-open")));
    }
}
