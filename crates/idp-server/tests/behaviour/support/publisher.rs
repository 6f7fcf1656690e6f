//! A publisher of metadata on this machine: a small web server that says what a test lets it say, and
//! remembers what it was asked.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::Sp;

/// What is answered at a path.
#[derive(Clone)]
pub enum Says {
    /// A document with an ETag; 304 to who has it.
    Document(String),
    /// The head of an answer without its last empty line, and its octets.
    Raw(String, Vec<u8>),
    /// A redirect.
    LeadsTo(String),
    /// Nothing, for so long.
    Silence(Duration),
}

#[derive(Default)]
struct State {
    says: BTreeMap<String, Says>,
    heard: Vec<String>,
    not_modified: usize,
}

/// The publisher.
pub struct Publisher {
    pub url: String,
    state: Arc<Mutex<State>>,
}

impl Publisher {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://127.0.0.1:{}", listener.local_addr().expect("bound").port());
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || answer(stream, &shared));
            }
        });
        Self { url, state }
    }

    /// From now on this is found at the path.
    pub fn says(&self, path: &str, says: Says) {
        self.state.lock().expect("not poisoned").says.insert(path.to_owned(), says);
    }

    /// The same of a document.
    pub fn publishes(&self, path: &str, document: &str) {
        self.says(path, Says::Document(document.to_owned()));
    }

    /// The paths that were asked for.
    pub fn heard(&self) -> Vec<String> {
        self.state.lock().expect("not poisoned").heard.clone()
    }

    /// How often nothing was new.
    pub fn not_modified(&self) -> usize {
        self.state.lock().expect("not poisoned").not_modified
    }
}

#[expect(clippy::disallowed_methods, reason = "a publisher that is slow")]
fn answer(mut stream: TcpStream, state: &Mutex<State>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let says = {
        let mut state = state.lock().expect("not poisoned");
        state.heard.push(path.clone());
        state.says.get(&path).cloned()
    };
    let (head, body) = match says {
        None => ("HTTP/1.1 404 Not Found".to_owned(), Vec::new()),
        Some(Says::Document(text)) => {
            let etag = format!(
                "\"{}\"",
                openssl::sha::sha256(text.as_bytes())[..8]
                    .iter()
                    .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"),)
            );
            if head.to_lowercase().contains(&format!("if-none-match: {etag}")) {
                state.lock().expect("not poisoned").not_modified += 1;
                ("HTTP/1.1 304 Not Modified".to_owned(), Vec::new())
            } else {
                (format!("HTTP/1.1 200 OK\r\nETag: {etag}"), text.into_bytes())
            }
        }
        Some(Says::Raw(head, body)) => (head, body),
        Some(Says::LeadsTo(to)) => (format!("HTTP/1.1 302 Found\r\nLocation: {to}"), Vec::new()),
        Some(Says::Silence(time)) => {
            std::thread::sleep(time);
            return;
        }
    };
    let head = format!("{head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
}

/// An aggregate of these entities, signed by the key of a publisher with xmlsec1.
pub fn signed_aggregate(publisher: &Sp, valid_until: &str, entities: &[String]) -> String {
    let template = crate::support::SignatureTemplate::default().xml("_aggregate");
    let document = format!(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_aggregate\" \
         validUntil=\"{valid_until}\">\n{template}\n{}\n</md:EntitiesDescriptor>",
        entities.join("\n")
    );
    signed(publisher, &document, "EntitiesDescriptor")
}

/// A document with a template, signed.
pub fn signed(publisher: &Sp, document: &str, root: &str) -> String {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let (input, key) = (directory.path().join("in.xml"), directory.path().join("key.pem"));
    std::fs::write(&input, document).expect("written");
    std::fs::write(&key, publisher.key().private_key_to_pem_pkcs8().expect("PEM"))
        .expect("written");
    let output = Command::new("xmlsec1")
        .args(["--sign", "--privkey-pem"])
        .arg(&key)
        .args(["--id-attr:ID", &format!("urn:oasis:names:tc:SAML:2.0:metadata:{root}")])
        .arg(&input)
        .output()
        .expect("xmlsec1 is installed (scripts/dependencies test)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}
