//! `idp-server claim dialect …`: the names by which others know claims.

use std::fmt;

use clap::{Args, Subcommand};
use idp_admin::Admin;
use idp_admin::claim_dialects::{self, DialectRow, LOCAL_DIALECT};
use idp_admin::claims::{claim_named, short_name};
use idp_core::claim::ClaimUri;
use idp_core::claim_dialect::{ClaimDialect, ExternalClaim};
use idp_core::saml::urn::attribute_name_format;
use serde::Serialize;

use super::report::{Changed, Done};
use crate::cli::context::rng;
use crate::cli::failure::Failure;
use crate::cli::output::Output;

/// What to do with dialects.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// List the dialects
    #[command(after_help = "Example:\n  idp-server claim dialect list")]
    List,
    /// Show the names of a dialect
    #[command(after_help = "Example:\n  idp-server claim dialect show http://wso2.org/oidc/claim")]
    Show(DialectArgument),
    /// Add a dialect
    #[command(after_help = "\
Example:
  idp-server claim dialect add urn:example:partner --display-name Partner \\
    --claim emailaddress=contactMail,basic --claim lastname=urn:oid:2.5.4.4,uri,sn")]
    Add(AddArguments),
    /// Change a dialect; what is not named stays
    #[command(after_help = "\
Example:
  idp-server claim dialect set urn:example:partner --display-name \"The partner\"")]
    Set(SetArguments),
    /// Forget a dialect that no service provider chose
    #[command(after_help = "Example:\n  idp-server claim dialect remove urn:example:partner")]
    Remove(DialectArgument),
}

/// Which dialect.
#[derive(Args, Debug)]
pub struct DialectArgument {
    /// Its URI
    #[arg(value_name = "URI")]
    uri: String,
}

/// Arguments of `claim dialect add`.
#[derive(Args, Debug)]
pub struct AddArguments {
    #[command(flatten)]
    dialect: DialectArgument,
    /// What administrators see
    #[arg(long, value_name = "TEXT")]
    display_name: String,
    /// A name of a local claim; repeat for more. FORMAT is uri, basic, unspecified or a URI
    #[arg(long = "claim", value_name = NAMED, value_parser = external)]
    claims: Vec<ExternalClaim>,
}

/// Arguments of `claim dialect set`.
#[derive(Args, Debug)]
pub struct SetArguments {
    #[command(flatten)]
    dialect: DialectArgument,
    /// What administrators see
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// A name of a local claim; repeat for more. Replaces all names
    #[arg(long = "claim", value_name = NAMED, value_parser = external)]
    claims: Vec<ExternalClaim>,
}

const NAMED: &str = "CLAIM=NAME[,FORMAT[,FRIENDLY-NAME]]";

/// Runs the command.
pub fn run(command: Command, admin: &Admin<'_>, output: Output) -> Result<(), Failure> {
    match command {
        Command::List => {
            let rows = claim_dialects::list(admin)?;
            output.result(&Listing(rows.iter().map(Line::of).collect()))
        }
        Command::Show(DialectArgument { uri }) => {
            let row = claim_dialects::find(admin, &uri)?;
            output.result(&Shown { built_in: row.version.is_none(), dialect: &row.dialect })
        }
        Command::Add(AddArguments { dialect, display_name, claims }) => {
            let uri = ClaimUri::parse(&dialect.uri).ok_or_else(|| {
                Failure::input(format!("\"{}\" must be a URI without blanks", dialect.uri))
            })?;
            let dialect = ClaimDialect { uri, display_name, claims };
            claim_dialects::add(admin, &dialect, &mut rng())?;
            output.result(&Done { claim: &dialect.uri, done: "added" })
        }
        Command::Set(SetArguments { dialect, display_name, claims }) => {
            let row = claim_dialects::find(admin, &dialect.uri)?;
            let before = row.dialect;
            let after = ClaimDialect {
                uri: before.uri,
                display_name: display_name.unwrap_or(before.display_name),
                claims: if claims.is_empty() { before.claims } else { claims },
            };
            let version = row.version.unwrap_or_default();
            let changes = claim_dialects::replace(admin, &after, version, &mut rng())?;
            output.result(&Changed { claim: &after.uri, changes: &changes })
        }
        Command::Remove(DialectArgument { uri }) => {
            let row = claim_dialects::find(admin, &uri)?;
            let uri = row.dialect.uri;
            claim_dialects::remove(admin, &uri, row.version.unwrap_or_default(), &mut rng())?;
            output.result(&Done { claim: &uri, done: "removed" })
        }
    }
}

/// `mobile=phone`, `mobile=phone,basic` or `lastname=urn:oid:2.5.4.4,uri,sn`.
fn external(text: &str) -> Result<ExternalClaim, String> {
    let (source, rest) = text.split_once('=').ok_or_else(|| format!("it must be {NAMED}"))?;
    let claim = claim_named(source).ok_or_else(|| {
        format!("\"{source}\" must be a claim URI or a short name such as mobile")
    })?;
    let mut parts = rest.splitn(3, ',').map(str::trim);
    let name = parts.next().unwrap_or_default().to_owned();
    let name_format = parts.next().filter(|format| !format.is_empty() && *format != "uri");
    let name_format = name_format.map(|format| match format {
        "basic" => attribute_name_format::BASIC.to_owned(),
        "unspecified" => attribute_name_format::UNSPECIFIED.to_owned(),
        other => other.to_owned(),
    });
    let friendly_name = parts.next().filter(|name| !name.is_empty()).map(str::to_owned);
    Ok(ExternalClaim { name, claim, name_format, friendly_name })
}

/// Every dialect.
#[derive(Serialize)]
#[serde(transparent)]
struct Listing<'a>(Vec<Line<'a>>);

#[derive(Serialize)]
struct Line<'a> {
    uri: &'a ClaimUri,
    display_name: &'a str,
    claims: usize,
    built_in: bool,
}

impl<'a> Line<'a> {
    fn of(row: &'a DialectRow) -> Self {
        Self {
            uri: &row.dialect.uri,
            display_name: &row.dialect.display_name,
            claims: row.dialect.claims.len(),
            built_in: row.version.is_none(),
        }
    }
}

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{LOCAL_DIALECT}  Local  `idp-server claim list`")?;
        self.0.iter().try_for_each(|line| {
            let mark = if line.built_in { ", of the product" } else { "" };
            writeln!(f, "{}  {}  {} claims{mark}", line.uri, line.display_name, line.claims)
        })
    }
}

/// One dialect.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    dialect: &'a ClaimDialect,
    built_in: bool,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}  {}", self.dialect.uri, self.dialect.display_name)?;
        self.dialect.claims.iter().try_for_each(|external| {
            let friendly = external.friendly_name.as_deref().map(|name| format!(" ({name})"));
            let claim = short_name(&external.claim);
            writeln!(f, "  {claim} = {}{}", external.name, friendly.unwrap_or_default())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_with_its_format_and_its_friendly_name() {
        let read = |text| external(text).map(|one| (one.name, one.name_format, one.friendly_name));
        let plain = |name: &str| Ok((name.to_owned(), None, None));
        assert_eq!(read("mobile=phone"), plain("phone"));
        let basic = Some(attribute_name_format::BASIC.to_owned());
        assert_eq!(read("mobile=phone,basic"), Ok(("phone".to_owned(), basic, None)));
        let sn = Some("sn".to_owned());
        let oid = "urn:oid:2.5.4.4".to_owned();
        assert_eq!(read("lastname=urn:oid:2.5.4.4,uri,sn"), Ok((oid, None, sn)));
        assert!(read("mobile").is_err() && read(" =x").is_err());
    }
}
