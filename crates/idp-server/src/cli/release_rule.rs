//! `idp-server release-rule …`: what service providers are told whose metadata says something of them.

use std::fmt;
use std::path::Path;

use clap::{Args, Subcommand};
use idp_admin::claims::short_name;
use idp_admin::difference::FieldChange;
use idp_admin::release_rules::{self, with, without};
use idp_core::release_rules::{ENTITY_CATEGORY, ReleaseRule, ReleaseRules};
use idp_core::service_provider::AttributeRule;
use serde::Serialize;

use super::context::{Context, rng};
use super::failure::Failure;
use super::output::Output;
use super::sp::{attribute, dialect};

/// What to do with release rules.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// List the rules
    #[command(after_help = "Example:\n  idp-server release-rule list")]
    List,
    /// Tell attributes to every service provider of a category; in the place of the rule about it, if there
    /// is one
    #[command(after_help = "\
Example:
  idp-server release-rule set https://refeds.org/category/research-and-scholarship \\
    --dialect urn:oasis:names:tc:SAML:2.0:profiles:attribute:X500 \\
    --attribute emailaddress --attribute givenname --attribute lastname")]
    Set(SetArguments),
    /// Forget the rule about a category
    #[command(after_help = "\
Example:
  idp-server release-rule remove https://refeds.org/category/research-and-scholarship")]
    Remove(RuleArguments),
}

/// Which rule.
#[derive(Args, Debug)]
pub struct RuleArguments {
    /// The value of the entity attribute, such as the URI of a category
    #[arg(value_name = "VALUE")]
    value: String,
    /// The name of the entity attribute
    #[arg(long, value_name = "NAME", default_value = ENTITY_CATEGORY)]
    entity_attribute: String,
}

/// Arguments of `release-rule set`.
#[derive(Args, Debug)]
pub struct SetArguments {
    #[command(flatten)]
    rule: RuleArguments,
    /// The claim dialect of attributes without a NAME: local, or its URI
    #[arg(long, value_name = "DIALECT", default_value = "local")]
    dialect: String,
    /// An attribute; repeat for more
    #[arg(long = "attribute", value_name = "CLAIM[=NAME][:mandatory]", required = true)]
    attributes: Vec<String>,
}

/// Runs the command.
pub fn run(
    command: Command,
    config: Option<&Path>,
    accept_broken: bool,
    output: Output,
) -> Result<(), Failure> {
    let context = Context::open(config)?.watched(accept_broken)?;
    let admin = context.admin();
    let found = release_rules::find(&admin)?;
    let after = match command {
        Command::List => return output.result(&Listing(&found.value)),
        Command::Set(SetArguments { rule, dialect: named, attributes }) => {
            let attributes: Result<Vec<AttributeRule>, Failure> =
                attributes.iter().map(|text| attribute(text)).collect();
            let rule = ReleaseRule {
                entity_attribute: rule.entity_attribute,
                value: rule.value,
                dialect: dialect(&named)?,
                attributes: attributes?,
            };
            with(found.value, rule)
        }
        Command::Remove(RuleArguments { value, entity_attribute }) => {
            without(found.value, &entity_attribute, &value).ok_or_else(|| {
                Failure::input(format!(
                    "there is no rule about {entity_attribute} = {value}; `idp-server release-rule \
                     list` names them"
                ))
            })?
        }
    };
    let changes = release_rules::replace(&admin, found.version, after, &mut rng())?;
    output.result(&Changed(&changes))
}

/// Every rule.
#[derive(Serialize)]
#[serde(transparent)]
struct Listing<'a>(&'a ReleaseRules);

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.rules.is_empty() {
            return writeln!(f, "no release rules");
        }
        self.0.rules.iter().try_for_each(|rule| {
            writeln!(f, "{} = {}", rule.entity_attribute, rule.value)?;
            rule.attributes.iter().try_for_each(|attribute| {
                let name = if attribute.name.is_empty() {
                    let dialect = rule.dialect.as_ref().map_or("local", |uri| uri.as_str());
                    format!("as in {dialect}")
                } else {
                    attribute.name.clone()
                };
                writeln!(f, "  {}  {name}", short_name(&attribute.claim))
            })
        })
    }
}

/// What changed.
#[derive(Serialize)]
#[serde(transparent)]
struct Changed<'a>(&'a [FieldChange]);

impl fmt::Display for Changed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return writeln!(f, "nothing changed");
        }
        self.0.iter().try_for_each(|change| writeln!(f, "{change}"))
    }
}
