//! Documents made to break, stall or fool an XML parser, by both bindings.

use std::ops::Range;
use std::time::{Duration, Instant};

use crate::support::message::{deflated, encoded, form, query};
use crate::support::{Backend, Browser, Idp, Page, Sp};

const ROOT: &str = "<samlp:AuthnRequest ";

/// The same document by redirect and by POST.
async fn sent(idp: &Idp, octets: &[u8]) -> [Page; 2] {
    let mut browser = Browser::new();
    let by_redirect =
        browser.get(&idp.sso_query(&query(&[("SAMLRequest", &deflated(octets))]))).await;
    // Deflated, so that the form's limit is not met before the message's.
    let message = if octets.starts_with(b"<") && octets.len() < 48 * 1024 {
        encoded(octets)
    } else {
        deflated(octets)
    };
    let by_post = browser.post(&idp.sso_url(), &form(&[("SAMLRequest", &message)])).await;
    [by_redirect, by_post]
}

async fn refused(idp: &Idp, octets: impl AsRef<[u8]>, code: &str) {
    let begin = Instant::now();
    for page in sent(idp, octets.as_ref()).await {
        idp.refused(&page, code);
    }
    let taken = begin.elapsed();
    assert!(taken < Duration::from_secs(5), "{code} took {taken:?}");
}

fn each(numbers: Range<u32>, text: impl Fn(u32) -> String) -> String {
    numbers.map(text).collect::<Vec<_>>().concat()
}

/// C030.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_doctype_is_refused_unread() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let issuer = &sp.entity_id;
    let with = |doctype: &str, entity: &str| {
        let xml = sp.request(&idp).xml().replace(issuer.as_str(), entity);
        format!("{doctype}{xml}")
    };
    let laughs =
        each(1..20, |n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)));
    for xml in [
        with("<!DOCTYPE x>", issuer),
        with(&format!("<!DOCTYPE x [<!ENTITY e \"{issuer}\">]>"), "&e;"),
        with("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>", "&e;"),
        with("<!DOCTYPE x [<!ENTITY e SYSTEM \"http://127.0.0.1:9/\">]>", "&e;"),
        with("<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\">", issuer),
        with("<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1:9/\"> %p;]>", issuer),
        with(&format!("<!DOCTYPE x [<!ENTITY l0 \"lol\">{laughs}]>"), "&l19;"),
        with("<?xml version=\"1.0\"?><!-- x --><!DOCTYPE x>", issuer),
        with("<!ENTITY e \"x\">", issuer),
    ] {
        refused(&idp, &xml, "xml-doctype").await;
    }
    refused(&idp, with("", "&undefined;"), "xml-ill-formed").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_one_well_formed_document_is_refused() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let good = || sp.request(&idp).xml();
    let issuer = sp.entity_id.as_str();
    for xml in [
        good().repeat(2),
        format!("{}<x/>", good()),
        format!("{}text", good()),
        format!("text{}", good()),
        good().trim_end_matches('>').to_owned(),
        good().replace(issuer, &format!("{issuer}\u{0}")),
        good().replace(issuer, &format!("{issuer}\u{1}")),
        good().replace(issuer, &format!("{issuer}\u{ffff}")),
        good().replace(issuer, &format!("{issuer}&#0;")),
        good().replace(issuer, &format!("{issuer}&#x1;")),
        good().replace(issuer, &format!("{issuer}&#xD800;")),
        good().replace(issuer, &format!("{issuer}&#xFFFE;")),
        good().replace(issuer, &format!("{issuer}&#99999999999;")),
        good().replace(ROOT, &format!("{ROOT}ID=\"twice\" ")),
        good().replace("xmlns:saml=", "xmlns:other="),
        good().replace("<saml:Issuer>", "<saml:Issuer a=\"<\">"),
    ] {
        // Without a `<` at the start it is taken for DEFLATE data, which it is not either.
        if xml.starts_with('<') {
            refused(&idp, &xml, "xml-ill-formed").await;
        } else {
            let page = sent(&idp, xml.as_bytes()).await.into_iter().next().unwrap();
            idp.refused(&page, "xml-ill-formed");
        }
    }
    refused(&idp, good().replace(ROOT, &format!("{ROOT}xmlns:x=\"\" ")), "xml-illegal-namespace")
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_encodings_than_utf8_are_refused() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let xml = sp.request(&idp).xml();
    let utf16: Vec<u8> =
        std::iter::once(0xfeff_u16).chain(xml.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let latin1 = [xml.as_bytes(), b"<!-- \xe4 -->"].concat();
    refused(&idp, &utf16, "xml-not-utf8").await;
    refused(&idp, &latin1, "xml-not-utf8").await;
    let declared = format!("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><!-- ä -->{xml}");
    refused(&idp, declared, "xml-not-utf8").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn comments_and_instructions_never_split_a_text() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let (left, right) = sp.entity_id.split_at(12);
    let with = |issuer: &str| sp.request(&idp).xml().replace(&sp.entity_id, issuer);
    refused(&idp, with(&format!("{left}<!-- x -->{right}")), "issuer-not-text").await;
    refused(&idp, with(&format!("{}<!---->.evil.example", sp.entity_id)), "issuer-not-text").await;
    refused(&idp, with(&format!("{left}<?x?>{right}")), "xml-processing-instruction").await;
    let instruction = "<?xml-stylesheet href=\"http://127.0.0.1:9/x.xsl\"?>";
    let inside = sp.request(&idp).element(instruction).xml();
    refused(&idp, inside, "xml-processing-instruction").await;
    // CDATA is text like any other: read completely.
    refused(&idp, with(&format!("<![CDATA[{}]]>.evil", sp.entity_id)), "issuer-unknown").await;
    for page in
        sent(&idp, with(&format!("<![CDATA[{left}]]>{right}")).as_bytes()).await.iter().take(1)
    {
        assert_eq!(page.form().inputs, ["username", "password"], "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn size_depth_and_number_are_limited() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let with = |element: &str| sp.request(&idp).element(element).xml();
    let deep = |levels: usize| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
    let attributes = |count| each(0..count, |n| format!(" a{n}=\"\""));
    let namespaces = |count| each(0..count, |n| format!("<a xmlns:n{n}=\"u\"/>"));
    refused(&idp, with(&deep(5_000)), "xml-too-deep").await;
    refused(&idp, with(&deep(64)), "xml-too-deep").await;
    refused(&idp, with(&"<a/>".repeat(5_000)), "xml-too-many-nodes").await;
    refused(&idp, with(&format!("<a{}/>", attributes(5_000))), "xml-too-many-attributes").await;
    refused(&idp, with(&namespaces(600)), "xml-too-many-attributes").await;
    // Beyond 64 kB whatever it is: a million bytes of Issuer, of depth, of attributes.
    for xml in [
        sp.request(&idp).xml().replace(&sp.entity_id, &"x".repeat(1_000_000)),
        with(&deep(10_000)),
        with(&format!("<a{}/>", " a=\"\"".repeat(100_000))),
        with(&" ".repeat(1_000_000)),
    ] {
        refused(&idp, xml, "message-too-large").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deflate_bomb_stops_at_the_cap() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let bomb = deflated(&vec![b' '; 32 * 1024 * 1024]);
    assert!(bomb.len() < 60 * 1024, "{}", bomb.len());
    let begin = Instant::now();
    let page = Browser::new().get(&idp.sso_query(&query(&[("SAMLRequest", &bomb)]))).await;
    idp.refused(&page, "message-too-large");
    let page = Browser::new().post(&idp.sso_url(), &form(&[("SAMLRequest", &bomb)])).await;
    idp.refused(&page, "message-too-large");
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_messages_are_not_requests() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let good = || sp.request(&idp).xml();
    for name in ["LogoutRequest", "Response", "ArtifactResolve", "authnRequest"] {
        refused(&idp, good().replace("AuthnRequest", name), "xml-unexpected-root").await;
    }
    let protocol = "urn:oasis:names:tc:SAML:2.0:protocol";
    for namespace in ["urn:oasis:names:tc:SAML:1.0:protocol", "urn:x"] {
        refused(&idp, good().replace(protocol, namespace), "xml-unexpected-root").await;
    }
    refused(&idp, "<a/>", "xml-unexpected-root").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_all_that_the_server_still_signs_people_in() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let deep = "<a>".repeat(15_000);
    for _ in 0..20 {
        refused(&idp, sp.request(&idp).element(&deep).xml().as_bytes(), "xml-too-deep").await;
    }
    Browser::new().visit(&sp, &idp, &sp.request(&idp)).await;
}
