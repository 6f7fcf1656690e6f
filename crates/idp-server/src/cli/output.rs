//! Where commands write: data to standard output, as text for people or as JSON for scripts;
//! warnings and errors to standard error.

use std::fmt::Display;
use std::io::{self, Write};

use serde::Serialize;

use super::failure::Failure;

/// How results are written.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// JSON instead of text.
    pub json: bool,
}

impl Output {
    /// Writes the result of a command.
    pub fn result<T: Serialize + Display>(self, result: &T) -> Result<(), Failure> {
        let text = if self.json { pretty(result)? } else { result.to_string() };
        let mut out = io::stdout().lock();
        written(out.write_all(text.trim_end().as_bytes()).and_then(|()| out.write_all(b"\n")))
    }

    /// Writes a warning; people and scripts alike find it on standard error.
    #[expect(clippy::unused_self, reason = "a warning is part of a command's output")]
    pub fn warning(self, text: &dyn Display) {
        // Where standard error is closed there is nobody left to tell.
        let _ = writeln!(io::stderr().lock(), "warning: {text}");
    }

    /// Writes why a command failed.
    pub fn failure(self, failure: &Failure) {
        let text = if self.json {
            serde_json::json!({ "error": failure.document() }).to_string()
        } else {
            format!("error: {failure}")
        };
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}

fn pretty<T: Serialize>(result: &T) -> Result<String, Failure> {
    serde_json::to_string_pretty(result)
        .map_err(|error| Failure::operation(format!("the result cannot be written: {error}")))
}

/// A reader that stopped reading (`| head`) is no failure.
fn written(outcome: io::Result<()>) -> Result<(), Failure> {
    match outcome {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::environment(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}
