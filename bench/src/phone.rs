//! The phone of the benchmark's users: an HTTP server that takes the text messages of the identity
//! provider's gateway and hands out the codes in them.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// What the gateway of the benchmark is told to send.
pub const GATEWAY_BODY: &str = r#"{"to":"$ctx.num","otp":"$ctx.otp"}"#;

const MESSAGE_LIMIT: usize = 64 * 1024;

/// A phone for every number.
#[derive(Clone)]
pub struct Phone {
    address: SocketAddr,
    inbox: Arc<Inbox>,
}

#[derive(Default)]
struct Inbox {
    codes: Mutex<HashMap<String, (String, Instant)>>,
    arrived: Condvar,
}

impl Inbox {
    fn codes(&self) -> MutexGuard<'_, HashMap<String, (String, Instant)>> {
        self.codes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Phone {
    /// Listens on a free port until the process ends.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("opening the phone's port")?;
        let address = listener.local_addr()?;
        let inbox = Arc::new(Inbox::default());
        let for_server = Arc::clone(&inbox);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let inbox = Arc::clone(&for_server);
                // The gateway gives up a connection when it likes: that is no error of ours.
                thread::spawn(move || serve(&stream, &inbox));
            }
        });
        Ok(Self { address, inbox })
    }

    /// Where the gateway sends its messages.
    pub fn url(&self) -> String {
        format!("http://{}/messages", self.address)
    }

    /// The code that was last sent to a number; waits for it, and takes it away.
    pub fn code_for(&self, number: &str) -> Result<String> {
        self.take(number).map(|(code, _)| code)
    }

    /// When the last message to a number came; waits for it, and takes it away.
    pub fn arrival_for(&self, number: &str) -> Result<Instant> {
        self.take(number).map(|(_, arrival)| arrival)
    }

    /// Forgets what came for a number.
    pub fn forget(&self, number: &str) {
        self.inbox.codes().remove(number);
    }

    fn take(&self, number: &str) -> Result<(String, Instant)> {
        let deadline = Instant::now() + Duration::from_secs(10);
        let mut codes = self.inbox.codes();
        loop {
            if let Some(message) = codes.remove(number) {
                return Ok(message);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("no text message for {number} came within 10 s");
            }
            let woken = self.inbox.arrived.wait_timeout(codes, left);
            codes = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn serve(stream: &TcpStream, inbox: &Inbox) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    while let Some(body) = read_request(&mut reader)? {
        let (number, code) = read_message(&body)?;
        inbox.codes().insert(number, (code, Instant::now()));
        inbox.arrived.notify_all();
        writer.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")?;
    }
    Ok(())
}

/// The body of the next request; `None` when the connection ends.
fn read_request(reader: &mut impl BufRead) -> Result<Option<Vec<u8>>> {
    let mut line = String::new();
    let mut length = 0;
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
    }
    if length > MESSAGE_LIMIT {
        bail!("a text message of {length} bytes");
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(body))
}

fn read_message(body: &[u8]) -> Result<(String, String)> {
    let message: serde_json::Value = serde_json::from_slice(body).context("the gateway's body")?;
    let text = |key: &str| message.get(key).and_then(|value| value.as_str()).map(str::to_owned);
    Ok((text("to").context("no number")?, text("otp").context("no code")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(phone: &Phone, body: &str) {
        let mut stream = TcpStream::connect(phone.address).unwrap();
        let length = body.len();
        write!(stream, "POST /messages HTTP/1.1\r\nContent-Length: {length}\r\n\r\n{body}")
            .unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).unwrap();
        assert_eq!(answer, "HTTP/1.1 200 OK\r\n");
    }

    #[test]
    fn a_code_is_found_by_its_number() {
        let phone = Phone::start().unwrap();
        send(&phone, r#"{"to":"+15550001","otp":"111111"}"#);
        send(&phone, r#"{"to":"+15550002","otp":"222222"}"#);
        assert_eq!(phone.code_for("+15550002").unwrap(), "222222");
        assert_eq!(phone.code_for("+15550001").unwrap(), "111111");
    }

    #[test]
    fn the_last_code_counts() {
        let phone = Phone::start().unwrap();
        send(&phone, r#"{"to":"+1555","otp":"111111"}"#);
        send(&phone, r#"{"to":"+1555","otp":"222222"}"#);
        assert_eq!(phone.code_for("+1555").unwrap(), "222222");
    }

    #[test]
    fn a_reader_waits_for_a_message_to_come() {
        let phone = Phone::start().unwrap();
        let reader = phone.clone();
        let waiting = thread::spawn(move || reader.code_for("+1555").unwrap());
        send(&phone, r#"{"to":"+1555","otp":"333333"}"#);
        assert_eq!(waiting.join().unwrap(), "333333");
    }
}
