//! Odd queries, forms and headers. And the page that answers them: always the same, whoever asks.

use reqwest::header::{HOST, HeaderName, HeaderValue};
use reqwest::{Client, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::message::{deflated, encoded, form, percent_encoded, query};
use crate::support::{Backend, Browser, Idp, Page, Sp};

fn message(sp: &Sp, idp: &Idp) -> String {
    deflated(sp.request(idp).xml().as_bytes())
}

async fn queried(idp: &Idp, query: &str) -> Page {
    Browser::new().get(&idp.sso_query(query)).await
}

/// C007.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parameter_stands_once_and_under_its_own_name() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let good = || format!("SAMLRequest={}", percent_encoded(&message(&sp, &idp)));
    for (query, code) in [
        (format!("{}&{}", good(), good()), "query-parameter-repeated"),
        (format!("{}&RelayState=a&RelayState=b", good()), "query-parameter-repeated"),
        (format!("{}&RelayState=a&RelayState=a", good()), "query-parameter-repeated"),
        (format!("{}&SigAlg=a&SigAlg=b&Signature=c", good()), "query-parameter-repeated"),
        (format!("{}&SigAlg=a&Signature=b&Signature=c", good()), "query-parameter-repeated"),
        (format!("{}&SAMLResponse=x", good()), "saml-response-unexpected"),
        (good().replace("SAMLRequest", "SAMLResponse"), "saml-response-unexpected"),
        (format!("{}&%52elayState=x", good()), "query-name-encoded"),
        (good().replace("SAMLRequest", "%53AMLRequest"), "query-name-encoded"),
        (format!("{}&SAMLEncoding=gzip", good()), "saml-encoding-unknown"),
        (format!("{}&SAMLEncoding=", good()), "saml-encoding-unknown"),
        (String::new(), "saml-request-missing"),
        ("SAMLRequest=".to_owned(), "saml-request-missing"),
        ("samlrequest=x".to_owned(), "saml-request-missing"),
        ("SAMLRequest=%".to_owned(), "query-encoding"),
        ("SAMLRequest=%zz".to_owned(), "query-encoding"),
    ] {
        idp.refused(&queried(&idp, &query).await, code);
    }
    let deflate = "urn%3Aoasis%3Anames%3Atc%3ASAML%3A2.0%3Abindings%3AURL-Encoding%3ADEFLATE";
    let page = queried(&idp, &format!("{}&SAMLEncoding={deflate}&lang=de&lang=en", good())).await;
    assert_eq!(page.form().inputs, ["username", "password"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn base64_and_deflate_are_strict() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    // A message whose base64 is padded and has a character of both alphabets.
    let telling = |text: &String| text.ends_with('=') && text.contains('/') && text.contains('+');
    let padded = (0..1_000).map(|_| message(&sp, &idp)).find(telling).expect("one in a few");
    for text in [
        padded.trim_end_matches('=').to_owned(),
        padded.replace('/', "_").replace('+', "-"),
        format!(" {padded}"),
        format!("{padded}\n"),
        format!("{}\n{}", &padded[..40], &padded[40..]),
        format!("{padded}{padded}"),
        format!("{padded}="),
        "!".to_owned(),
    ] {
        idp.refused(&queried(&idp, &query(&[("SAMLRequest", &text)])).await, "base64-invalid");
    }
    let plain = encoded(sp.request(&idp).xml());
    idp.refused(&queried(&idp, &query(&[("SAMLRequest", &plain)])).await, "deflate-missing");
    for octets in [&b"\x78\x9c\x03\x00"[..], b"\xff\xff\xff", b"\x03"] {
        let query = query(&[("SAMLRequest", &encoded(octets))]);
        idp.refused(&queried(&idp, &query).await, "deflate-invalid");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_are_strict_too() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let good = encoded(sp.request(&idp).xml());
    for (fields, code) in [
        (form(&[("SAMLRequest", &good), ("SAMLRequest", &good)]), "field-repeated"),
        (
            form(&[("SAMLRequest", &good), ("RelayState", "a"), ("RelayState", "b")]),
            "field-repeated",
        ),
        (form(&[("SAMLRequest", &good), ("SAMLResponse", "x")]), "message-missing"),
        (form(&[("SAMLResponse", &good)]), "message-missing"),
        (form(&[]), "message-missing"),
        (form(&[("SAMLRequest", "")]), "saml-request-missing"),
        (form(&[("SAMLRequest", &format!(" {good}"))]), "base64-invalid"),
        (form(&[("SAMLRequest", &good.replace('=', ""))]), "base64-invalid"),
    ] {
        if code == "base64-invalid" && fields[0].1 == good {
            continue;
        }
        idp.refused(&Browser::new().post(&idp.sso_url(), &fields).await, code);
    }
    // What stands in the query of a POST is no part of the message.
    let address = idp.sso_query(&query(&[("SAMLRequest", &message(&sp, &idp))]));
    idp.refused(&Browser::new().post(&address, &form(&[])).await, "message-missing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_content_types_and_methods_are_refused() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let client = Client::new();
    for content_type in ["application/json", "multipart/form-data; boundary=x", "text/xml", ""] {
        let response = client
            .post(idp.sso_url())
            .header("Content-Type", content_type)
            .body("SAMLRequest=x")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 400, "{content_type}");
    }
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let response = client.request(method.clone(), idp.sso_url()).send().await.unwrap();
        assert_eq!(response.status(), 405, "{method}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_move_no_address() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for (name, value) in [
        (HOST, "evil.example.net"),
        (HeaderName::from_static("x-forwarded-host"), "evil.example.net"),
        (HeaderName::from_static("x-forwarded-proto"), "https"),
        (HeaderName::from_static("x-forwarded-port"), "666"),
        (HeaderName::from_static("x-forwarded-prefix"), "/evil"),
        (HeaderName::from_static("x-original-url"), "/evil"),
        (HeaderName::from_static("x-rewrite-url"), "/evil"),
        (HeaderName::from_static("forwarded"), "host=evil.example.net;proto=https"),
    ] {
        let get = |url: String| {
            client.get(url).header(name.clone(), HeaderValue::from_static(value)).send()
        };
        let metadata = get(format!("{}/saml/metadata", idp.url)).await.unwrap();
        let text = metadata.text().await.unwrap();
        // No shorter words: the document holds random base64.
        let own = format!(" Location=\"{}/saml/s", idp.url);
        assert_eq!(
            text.matches(" Location=\"").count(),
            text.matches(&own).count(),
            "{name}: {text}"
        );
        assert!(
            text.contains(&format!("entityID=\"{}/saml/metadata\"", idp.url)),
            "{name}: {text}"
        );

        // The Destination is our configured address, whatever the headers say.
        let good = get(sp.redirect_url(&idp, &sp.request(&idp), None)).await.unwrap();
        assert_eq!(good.status(), 303, "{name}");
        let location = good.headers()["location"].to_str().unwrap();
        assert!(location.starts_with("/login/"), "{name}: {location}");
        let mut request = sp.request(&idp);
        request.destination = Some("http://evil.example.net/saml/sso".to_owned());
        let bad = get(sp.redirect_url(&idp, &request, None)).await.unwrap();
        assert_eq!(bad.status(), 400, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_of_any_length_ends_in_a_refusal() {
    let sp = Sp::new();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let authority = idp.url.trim_start_matches("http://");
    for size in [60_000, 70_000, 120_000, 200_000, 1_000_000] {
        let mut connection = TcpStream::connect(authority).await.expect("connected");
        let padding = "A".repeat(size);
        let request = format!("GET /saml/sso?SAMLRequest={padding} HTTP/1.1\r\nHost: x\r\n\r\n");
        // The server may hang up before it has read everything.
        let _ = connection.write_all(request.as_bytes()).await;
        let mut status = [0; 12];
        let read = connection.read_exact(&mut status).await;
        let status = String::from_utf8_lossy(&status);
        assert!(
            read.is_err() || ["400", "414", "431"].iter().any(|code| status.ends_with(code)),
            "{size}: {status}"
        );
    }
    Browser::new().visit(&sp, &idp, &sp.request(&idp)).await;
}

/// C219.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_refusal_looks_the_same_and_has_a_code_of_its_own() {
    let sp = Sp::signing();
    let idp = Idp::start(Backend::Sqlite, &sp).await;
    let mut unsigned = sp.request(&idp);
    unsigned.destination = Some("https://elsewhere.example".to_owned());
    let elsewhere =
        sp.request(&idp).attribute("AssertionConsumerServiceURL=\"https://evil.example.net\"");
    let queries = [
        query(&[("SAMLRequest", "!")]),
        query(&[("SAMLRequest", &deflated(b"<a/>"))]),
        query(&[("SAMLRequest", &deflated(unsigned.xml().as_bytes()))]),
        query(&[("SAMLRequest", &deflated(&vec![b'x'; 1024 * 1024]))]),
        sp.redirect_url(&idp, &elsewhere, None).split_once('?').unwrap().1.to_owned(),
    ];
    let mut codes = std::collections::BTreeSet::new();
    let mut texts = std::collections::BTreeSet::new();
    for query in &queries {
        let page = queried(&idp, query).await;
        assert_eq!(page.status, 400);
        let code = page.incident().expect("a code");
        texts.insert(page.text.replace(&code, "CODE"));
        assert!(idp.incident(&code).is_some());
        codes.insert(code);
        assert!(page.headers.get("set-cookie").is_none());
    }
    assert_eq!(codes.len(), queries.len());
    assert_eq!(texts.len(), 1, "{texts:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_line_beyond_every_limit_gets_a_short_answer_and_the_connection_ends() {
    let idp = Idp::start(Backend::Sqlite, &Sp::new()).await;
    let authority = idp.url.trim_start_matches("http://");
    let mut connection = TcpStream::connect(authority).await.expect("connected");
    let head = format!("GET /saml/sso?SAMLRequest={} HTTP/1.1\r\n", "A".repeat(66_000));
    let text = format!("{head}Host: {authority}\r\n\r\n");
    connection.write_all(text.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.expect("the connection ends");
    let answer = String::from_utf8(answer).expect("text");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.len() < 256, "a long answer: {answer}");
    assert!(!answer.contains("AAAA"), "the answer repeats the request");
}
