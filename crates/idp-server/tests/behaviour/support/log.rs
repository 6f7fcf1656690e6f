//! Everything that this process logs, down to the finest level, while somebody listens.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once};

use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::prelude::*;

static LISTENING: AtomicUsize = AtomicUsize::new(0);
static HEARD: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Hears every test that runs meanwhile, so look for what one test alone can have said.
pub struct Log {
    /// How much was said before.
    begin: usize,
}

impl Log {
    pub fn listen() -> Self {
        static STARTED: Once = Once::new();
        STARTED.call_once(|| {
            let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(|| Ear);
            let lines =
                lines.with_filter(dynamic_filter_fn(|_, _| LISTENING.load(Ordering::Relaxed) > 0));
            tracing_subscriber::registry().with(lines).init();
        });
        LISTENING.fetch_add(1, Ordering::Relaxed);
        Self { begin: HEARD.lock().expect("not poisoned").len() }
    }

    /// What was said up to now.
    pub fn heard(self) -> String {
        LISTENING.fetch_sub(1, Ordering::Relaxed);
        let heard = HEARD.lock().expect("not poisoned");
        String::from_utf8_lossy(&heard[self.begin..]).into_owned()
    }
}

struct Ear;

impl Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        HEARD.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
