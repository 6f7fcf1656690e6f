//! `idp-server explain-message`: a SAML message, unpacked and explained. Nothing of it is stored.

use std::fmt;
use std::io::Read;
use std::path::Path;

use clap::Args;
use idp_core::saml::clause::clause;
use idp_core::saml::lab::{self, MAX_PASTED};
use idp_core::saml::request::Reason;
use serde::Serialize;

use super::failure::Failure;
use super::output::Output;
use crate::clock;

/// Arguments of `explain-message`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  idp-server explain-message response.txt
  pbpaste | idp-server explain-message -

The file holds XML, base64, a SAMLRequest or SAMLResponse as forms carry it, or a whole address. Who
signed it is judged by the message lab of the console and of the REST API, which have the keys of service
providers.")]
pub struct Arguments {
    /// The file with the message; - reads standard input
    #[arg(value_name = "FILE")]
    file: String,
}

#[derive(Serialize)]
struct Report {
    unpacked: Vec<&'static str>,
    summary: String,
    facts: Vec<Line>,
    remarks: Vec<String>,
    signed: bool,
    xml: String,
}

#[derive(Serialize)]
struct Line {
    label: String,
    value: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.summary)?;
        self.facts.iter().try_for_each(|fact| writeln!(f, "  {}: {}", fact.label, fact.value))?;
        self.remarks.iter().try_for_each(|remark| writeln!(f, "! {remark}"))?;
        let signed = if self.signed { "has a signature" } else { "has no signature" };
        writeln!(f, "Its outermost element {signed}; whose it is was not judged.")
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments, output: Output) -> Result<(), Failure> {
    let text = read(&arguments.file)?;
    let refused = |reason: Reason| {
        Failure::input(format!(
            "{}: expected {}, found {} ({}). {}",
            arguments.file,
            reason.expected,
            reason.found,
            clause(&reason.rule),
            reason.advice
        ))
    };
    let decoded = lab::decode(&text).map_err(refused)?;
    let explained = lab::explain(&decoded.xml, clock::now()).map_err(refused)?;
    let line = |fact: lab::Fact| Line { label: fact.label, value: fact.value };
    output.result(&Report {
        unpacked: decoded.steps,
        summary: explained.summary,
        facts: explained.facts.into_iter().map(line).collect(),
        remarks: explained.remarks,
        signed: explained.signed,
        xml: String::from_utf8_lossy(&decoded.xml).into_owned(),
    })
}

fn read(name: &str) -> Result<String, Failure> {
    let unusable = |error: std::io::Error| Failure::input(format!("{name}: {error}"));
    // One more than is taken, so that the decoder says what is too long.
    let most = u64::try_from(MAX_PASTED).unwrap_or(u64::MAX).saturating_add(1);
    let mut text = String::new();
    if name == "-" {
        std::io::stdin().lock().take(most).read_to_string(&mut text).map_err(unusable)?;
    } else {
        let file = std::fs::File::open(Path::new(name)).map_err(unusable)?;
        file.take(most).read_to_string(&mut text).map_err(unusable)?;
    }
    Ok(text)
}
