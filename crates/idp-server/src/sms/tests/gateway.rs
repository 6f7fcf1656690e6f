//! Providers on loopback sockets, in every state they can be in.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use authenticators::gateway::{AnswerRule, GatewayDefinition};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What a provider does with a request it has read.
#[derive(Clone, Debug)]
pub enum Conduct {
    /// Answers with these bytes.
    Answer(String),
    /// Answers nothing and keeps the connection.
    Hang,
    /// Says 200, then lets go of the body byte by byte, for ever.
    Drip,
    /// Says 200 with a body of many megabytes.
    Flood,
    /// Closes the connection.
    Close,
}

impl Conduct {
    pub fn status(status: &str) -> Self {
        Self::Answer(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"))
    }

    pub fn body(body: &str) -> Self {
        let length = body.len();
        Self::Answer(format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}"))
    }

    pub fn redirect(to: &str) -> Self {
        Self::Answer(format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"))
    }
}

/// A provider.
pub struct TestGateway {
    address: SocketAddr,
    conduct: Arc<Mutex<Conduct>>,
    requests: Arc<Mutex<Vec<String>>>,
    server: JoinHandle<()>,
}

impl TestGateway {
    pub async fn start(conduct: Conduct) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (conduct, requests) = (Arc::new(Mutex::new(conduct)), Arc::default());
        let shared = (Arc::clone(&conduct), Arc::clone(&requests));
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared.0), Arc::clone(&shared.1)));
            }
        });
        Self { address, conduct, requests, server }
    }

    pub async fn good() -> Self {
        Self::start(Conduct::status("202 Accepted")).await
    }

    /// An address where nobody listens.
    pub async fn refused() -> GatewayDefinition {
        let gone = Self::good().await;
        gone.server.abort();
        let definition = gone.definition();
        // Joined, so that the socket is closed.
        let _ = gone.server.await;
        definition
    }

    pub fn behave(&self, conduct: Conduct) {
        *self.conduct.lock().expect("not poisoned") = conduct;
    }

    pub fn url(&self) -> String {
        format!("http://{}/sms", self.address)
    }

    pub fn definition(&self) -> GatewayDefinition {
        let mut definition = GatewayDefinition::new(self.url());
        definition.body = "to=$ctx.num&text=$ctx.msg".to_owned();
        definition
    }

    /// One whose answer must say that all is well.
    pub fn definition_with_rule(&self) -> GatewayDefinition {
        let mut definition = self.definition();
        definition.answer = vec![AnswerRule::Contains { contains: "queued".to_owned() }];
        definition
    }

    /// Everything that arrived.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("not poisoned").clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    conduct: Arc<Mutex<Conduct>>,
    requests: Arc<Mutex<Vec<String>>>,
) {
    while let Some(request) = read_request(&mut stream).await {
        requests.lock().expect("not poisoned").push(request);
        let conduct = conduct.lock().expect("not poisoned").clone();
        if act(&mut stream, conduct).await.is_none() {
            return;
        }
    }
}

/// `None` when the connection is over.
async fn act(stream: &mut TcpStream, conduct: Conduct) -> Option<()> {
    const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n";
    match conduct {
        Conduct::Answer(answer) => stream.write_all(answer.as_bytes()).await.ok(),
        Conduct::Hang => {
            // Until the other side gives up.
            let _ = stream.read_u8().await;
            None
        }
        Conduct::Drip => {
            stream.write_all(HEAD).await.ok()?;
            let mut drops = tokio::time::interval(Duration::from_millis(10));
            loop {
                drops.tick().await;
                stream.write_all(b".").await.ok()?;
            }
        }
        Conduct::Flood => {
            stream.write_all(HEAD).await.ok()?;
            let flood = vec![b'.'; 1024 * 1024];
            for _ in 0..64 {
                stream.write_all(&flood).await.ok()?;
            }
            Some(())
        }
        Conduct::Close => None,
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, value)| value.trim().parse().expect("a length"));
            if body.len() >= length {
                return Some(text);
            }
        }
        let mut more = [0; 4096];
        match stream.read(&mut more).await {
            Ok(read) if read > 0 => request.extend_from_slice(&more[..read]),
            _ => return None,
        }
    }
}
