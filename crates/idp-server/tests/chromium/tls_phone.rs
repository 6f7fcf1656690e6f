//! A provider that speaks TLS with a certificate of its own making, as the seed's provider whose
//! certificate is exported from the browser and imported: it passes requests on to the phone.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use openssl::ssl::{SslAcceptor, SslMethod, SslStream};

#[path = "../behaviour/support/tls.rs"]
#[expect(dead_code, reason = "the other tests use the rest")]
mod tls;

/// The provider.
pub struct TlsPhone {
    /// Where it listens, on `localhost`.
    pub port: u16,
    /// Its certificate, PEM.
    pub certificate: Vec<u8>,
}

impl TlsPhone {
    /// In front of the phone at this address.
    pub fn start(phone: &str) -> Self {
        let certified = tls::Certified::server("localhost");
        let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).expect("TLS");
        acceptor.set_private_key(&certified.key).expect("a key");
        acceptor.set_certificate(&certified.certificate).expect("a certificate");
        let acceptor = acceptor.build();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let behind = phone.trim_start_matches("http://").to_owned();
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                // A client that does not trust us hangs up.
                if let Ok(stream) = acceptor.accept(connection) {
                    pass_on(stream, &behind);
                }
            }
        });
        Self { port, certificate: certified.pem() }
    }
}

/// One request and its answer; the connection ends with it.
fn pass_on(mut stream: SslStream<TcpStream>, behind: &str) {
    let request = one_request(&mut stream);
    let mut phone = TcpStream::connect(behind).expect("the phone");
    phone.write_all(&request).expect("passed on");
    let mut answer = Vec::new();
    phone.read_to_end(&mut answer).expect("an answer");
    let _ = stream.write_all(&answer);
    let _ = stream.shutdown();
}

/// A request as it came, but for the header that keeps connections open.
fn one_request(stream: &mut SslStream<TcpStream>) -> Vec<u8> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line");
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        if line.trim().is_empty() {
            break;
        }
        if !lower.starts_with("connection:") {
            head.push_str(&line);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    [format!("{head}Connection: close\r\n\r\n").into_bytes(), body].concat()
}
