//! Against servers of our own on this machine.

use std::io::{Read, Write};
use std::net::TcpListener;

use super::*;

/// A server that gives each request the next of these answers; its port.
fn answering(answers: Vec<String>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().expect("a connection");
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    port
}

fn document(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn leading_to(location: &str) -> String {
    format!(
        "HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
}

async fn fetch(listed: &[&str], address: &str) -> Result<String, FetchError> {
    let listed: Vec<String> = listed.iter().map(|&text| text.to_owned()).collect();
    let fetcher = Fetcher {
        destinations: Destinations::with(&listed),
        limit: Duration::from_secs(5),
        most: 1024 * 1024,
    };
    fetcher.document(address).await.map(|bytes| String::from_utf8(bytes).expect("text"))
}

#[tokio::test]
async fn a_listed_address_is_asked() {
    let port = answering(vec![document("<md/>")]);
    assert_eq!(fetch(&["127.0.0.1"], &format!("http://127.0.0.1:{port}/")).await.unwrap(), "<md/>");
}

/// C216.
#[tokio::test]
async fn nothing_inside_is_asked_by_any_name_of_it() {
    for address in [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:7f00:1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://169.254.169.254/latest/",
        "https://10.0.0.1/",
        "https://0/",
    ] {
        let refused = fetch(&[], address).await;
        assert!(matches!(refused, Err(FetchError::Inside { .. })), "{address}: {refused:?}");
    }
}

/// C216.
#[tokio::test]
async fn a_redirect_leads_nowhere_that_could_not_be_asked_itself() {
    let port = answering(vec![leading_to("https://169.254.169.254/")]);
    let refused = fetch(&["127.0.0.1"], &format!("http://127.0.0.1:{port}/")).await;
    assert!(matches!(refused, Err(FetchError::Inside { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_redirect_is_followed_a_few_times() {
    let port = answering(vec![leading_to("/next"), document("there")]);
    let address = format!("http://127.0.0.1:{port}/");
    assert_eq!(fetch(&["127.0.0.1"], &address).await.unwrap(), "there");
    let port = answering(vec![leading_to("/again"); 5]);
    let address = format!("http://127.0.0.1:{port}/");
    let refused = fetch(&["127.0.0.1"], &address).await;
    assert!(matches!(refused, Err(FetchError::TooManyRedirects { .. })), "{refused:?}");
}

#[tokio::test]
async fn what_is_no_document_is_told_apart() {
    for address in ["", "sp.example.org", "file:///etc/passwd", "ftp://example.org/", "https://"] {
        let refused = fetch(&[], address).await;
        assert!(matches!(refused, Err(FetchError::NotAnAddress)), "{address}: {refused:?}");
    }
    let refused = fetch(&[], "https://a:b@example.org/").await;
    assert!(matches!(refused, Err(FetchError::Credentials)), "{refused:?}");
    let refused = fetch(&[], "http://8.8.8.8/").await;
    assert!(matches!(refused, Err(FetchError::Plain)), "{refused:?}");
    let port = answering(vec!["HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned()]);
    let refused = fetch(&["127.0.0.1"], &format!("http://127.0.0.1:{port}/")).await;
    assert!(matches!(refused, Err(FetchError::Status { status: 404 })), "{refused:?}");
}

/// C215.
#[tokio::test]
async fn a_document_without_end_is_not_read_to_its_end() {
    let port = answering(vec![document(&"x".repeat(2 * 1024 * 1024))]);
    let refused = fetch(&["127.0.0.1"], &format!("http://127.0.0.1:{port}/")).await;
    assert!(matches!(refused, Err(FetchError::TooLarge { megabytes: 1 })), "{refused:?}");
}

#[tokio::test]
async fn a_server_without_tls_is_called_so() {
    let port = answering(vec![document("x")]);
    let refused = fetch(&["127.0.0.1"], &format!("https://127.0.0.1:{port}/")).await.unwrap_err();
    let told = refused.to_string();
    assert!(told.contains("does not speak TLS there"), "{told}");
}
