//! Gateways in a bad state: one that never answers, and one that holds every message until it is
//! told to let go.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// A port where connections are made and nothing is ever answered.
pub struct Hanging {
    listener: TcpListener,
}

impl Hanging {
    /// Listens on a free port.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("opening a gateway's port")?;
        Ok(Self { listener })
    }

    /// Where it is.
    pub fn url(&self) -> Result<String> {
        Ok(url(self.listener.local_addr()?))
    }
}

/// A gateway that takes as long as it is told to.
pub struct Holding {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    held: Mutex<Held>,
    changed: Condvar,
}

#[derive(Default)]
struct Held {
    messages: usize,
    released: bool,
}

impl Holding {
    /// Listens on a free port until the process ends.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("opening a gateway's port")?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::default());
        let for_server = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&for_server);
                // A server that gives up a connection is no error of ours.
                let _ = small_thread(move || drop(hold(&stream, &state)));
            }
        });
        Ok(Self { address, state })
    }

    /// Where it is.
    pub fn url(&self) -> String {
        url(self.address)
    }

    /// Waits until so many messages are held.
    pub fn wait_for(&self, messages: usize) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(20);
        let mut held = self.state.held.lock().unwrap_or_else(PoisonError::into_inner);
        while held.messages < messages {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("{} of {messages} messages came within 20 s", held.messages);
            }
            let woken = self.state.changed.wait_timeout(held, left);
            held = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(())
    }

    /// Answers everything that is held, and what comes later at once.
    pub fn release(&self) {
        self.state.held.lock().unwrap_or_else(PoisonError::into_inner).released = true;
        self.state.changed.notify_all();
    }
}

/// A thread for one connection; hundreds of them cost little memory.
pub fn small_thread(work: impl FnOnce() + Send + 'static) -> Result<thread::JoinHandle<()>> {
    const STACK: usize = 128 * 1024;
    thread::Builder::new().stack_size(STACK).spawn(work).context("starting a thread")
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}/messages")
}

fn hold(stream: &TcpStream, state: &State) -> Result<()> {
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    while skip_request(&mut reader)? {
        let mut held = state.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.messages += 1;
        state.changed.notify_all();
        while !held.released {
            held = state.changed.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        drop(held);
        writer.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")?;
    }
    Ok(())
}

/// Reads a request to its end; `false` when the connection ends instead.
fn skip_request(reader: &mut impl BufRead) -> Result<bool> {
    let mut line = String::new();
    let mut length = 0;
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(false);
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
    std::io::copy(&mut reader.take(length), &mut std::io::sink())?;
    Ok(true)
}
