//! The definition of a gateway as command-line options, by the name of a preset, or as JSON on
//! standard input.

use std::collections::BTreeMap;
use std::path::PathBuf;

use authenticators::gateway::presets::Preset;
use authenticators::gateway::{AnswerRule, GatewayDefinition, Headers, NumberForm};
use clap::Args;
use idp_core::secret::Secret;

use super::secrets::SecretArguments;
use crate::cli::failure::Failure;
use crate::cli::secret_input::{from_file, from_stdin, from_variable};

/// How a gateway is called.
#[derive(Args, Debug)]
pub struct DefinitionArguments {
    /// A provider that is known by name; `sms-gateway presets` lists them
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// A value the preset asks for that is no secret; repeat for more
    #[arg(long = "value", value_name = "NAME=VALUE", requires = "preset")]
    values: Vec<String>,
    #[command(flatten)]
    secrets: SecretArguments,
    /// The address; $ctx.num, $ctx.msg and $ctx.otp stand for number, message and code, $secret.NAME
    /// for a secret
    #[arg(long, value_name = "URL", group = "address")]
    url: Option<String>,
    /// A file with the address, where it holds a secret
    #[arg(long, value_name = "FILE", group = "address")]
    url_file: Option<PathBuf>,
    /// An environment variable with the address, where it holds a secret
    #[arg(long, value_name = "NAME", group = "address")]
    url_env: Option<String>,
    /// Everything as JSON on standard input: url, method, headers, body, accepted, answer,
    /// number_form, message, trust, secrets, connect_timeout_ms, total_timeout_ms
    #[arg(long, group = "address", conflicts_with_all = ["preset", "method", "headers", "header_line", "body", "accept", "answer_json", "answer_contains", "answer_matches", "number_form", "message", "trust", "secret_stdin"])]
    definition_stdin: bool,
    #[command(flatten)]
    request: RequestArguments,
    #[command(flatten)]
    answer: AnswerArguments,
}

/// The request besides its address.
#[derive(Args, Debug)]
struct RequestArguments {
    /// The HTTP method (default: POST)
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,
    /// A request header; repeat for more
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// All request headers in one line, with commas between them, as other products print them
    #[arg(long = "headers", value_name = "NAME: VALUE,NAME: VALUE", conflicts_with = "headers")]
    header_line: Option<String>,
    /// The request body
    #[arg(long, value_name = "TEXT")]
    body: Option<String>,
    /// How $ctx.num is written: e164 (+94…), digits (94…) or national (without the country's code)
    #[arg(long, value_name = "FORM")]
    number_form: Option<NumberForm>,
    /// A wording of its own for messages with a code, with {code}, {app}, {lifetime} and {minutes}
    #[arg(long, value_name = "TEMPLATE")]
    message: Option<String>,
    /// The alias of a trusted certificate that the provider's may lead to; repeat for more
    #[arg(long, value_name = "ALIAS")]
    trust: Vec<String>,
    /// The time to connect, in milliseconds (default: 2000)
    #[arg(long, value_name = "NUMBER")]
    connect_timeout_ms: Option<u32>,
    /// The time for the whole call, in milliseconds (default: 10000)
    #[arg(long, value_name = "NUMBER")]
    total_timeout_ms: Option<u32>,
}

/// What an answer is like when the provider took the message.
#[derive(Args, Debug)]
struct AnswerArguments {
    /// Accepted status codes, such as 200,202 or 200-299 (default: 200,201,202)
    #[arg(long, value_name = "CODES")]
    accept: Option<String>,
    /// A JSON value of the answer, such as /messages/0/status=0; repeat for more
    #[arg(id = "answer_json", long = "answer-json", value_name = "POINTER=VALUE")]
    json: Vec<String>,
    /// A text that the answer contains; repeat for more
    #[arg(id = "answer_contains", long = "answer-contains", value_name = "TEXT")]
    contains: Vec<String>,
    /// A regular expression that the answer matches; repeat for more
    #[arg(id = "answer_matches", long = "answer-matches", value_name = "REGEX")]
    matches: Vec<String>,
}

impl DefinitionArguments {
    /// The definition.
    pub fn read(&self) -> Result<GatewayDefinition, Failure> {
        if self.definition_stdin {
            return from_json();
        }
        let mut definition = self.beginning()?;
        for (name, value) in self.secrets.read()? {
            definition.secrets.insert(name, value);
        }
        self.request.write(&mut definition)?;
        self.answer.write(&mut definition)?;
        Ok(definition)
    }

    /// The preset, or the address alone.
    fn beginning(&self) -> Result<GatewayDefinition, Failure> {
        let Some(name) = &self.preset else {
            let address = self.address()?.ok_or_else(|| {
                Failure::input(
                    "no address: give --preset, --url, --url-file, --url-env or --definition-stdin",
                )
            })?;
            return Ok(GatewayDefinition::new(address.expose().as_str()));
        };
        let input = |error: &dyn std::fmt::Display| Failure::input(format!("--preset: {error}"));
        let preset = Preset::named(name).map_err(|error| input(&error))?;
        let definition =
            preset.definition(self.plain_values(preset)?).map_err(|error| input(&error))?;
        Ok(match self.address()? {
            Some(address) => GatewayDefinition { url: address.expose().clone(), ..definition },
            None => definition,
        })
    }

    fn plain_values(&self, preset: &Preset) -> Result<BTreeMap<String, Secret<String>>, Failure> {
        let mut values = BTreeMap::new();
        for text in &self.values {
            let (name, value) = text
                .split_once('=')
                .ok_or_else(|| Failure::input("--value: write it as NAME=VALUE"))?;
            if preset.value(name).is_some_and(|value| value.secret) {
                return Err(Failure::input(format!(
                    "--value {name}: this is a secret, and every user of the machine can see arguments; use --secret-env {name}=VARIABLE, --secret-file {name}=FILE or --secret-stdin {name}"
                )));
            }
            values.insert(name.to_owned(), Secret::new(value.to_owned()));
        }
        Ok(values)
    }

    fn address(&self) -> Result<Option<Secret<String>>, Failure> {
        match (&self.url, &self.url_file, &self.url_env) {
            (Some(url), ..) => Ok(Some(Secret::new(url.clone()))),
            (_, Some(path), _) => from_file(path).map(Some),
            (_, _, Some(name)) => from_variable(name).map(Some),
            _ => Ok(None),
        }
    }
}

/// The parser's message may repeat values; line and column tell enough.
fn from_json() -> Result<GatewayDefinition, Failure> {
    let text = from_stdin("the definition")?;
    serde_json::from_str(text.expose()).map_err(|error| {
        Failure::input(format!(
            "the definition on standard input is wrong at line {}, column {}; it must be JSON with \
             url, method, headers, body, accepted, answer, number_form, message, trust, secrets and \
             the two timeouts",
            error.line(),
            error.column()
        ))
    })
}

impl RequestArguments {
    fn write(&self, definition: &mut GatewayDefinition) -> Result<(), Failure> {
        if let Some(method) = &self.method {
            definition.method.clone_from(method);
        }
        if let Some(headers) = self.headers()? {
            definition.headers = headers;
        }
        if let Some(body) = &self.body {
            definition.body.clone_from(body);
        }
        definition.number_form = self.number_form.or(definition.number_form);
        definition.message.clone_from(&self.message);
        definition.trust.clone_from(&self.trust);
        if let Some(limit) = self.connect_timeout_ms {
            definition.connect_timeout_ms = limit;
        }
        if let Some(limit) = self.total_timeout_ms {
            definition.total_timeout_ms = limit;
        }
        Ok(())
    }

    fn headers(&self) -> Result<Option<Headers>, Failure> {
        if let Some(line) = &self.header_line {
            // The parser's message repeats the text, which may hold a key.
            let headers = Headers::parse(line).map_err(|_| {
                Failure::input("--headers: write it as \"Name: value,Name: value\"")
            })?;
            return Ok(Some(headers));
        }
        let headers: Result<Vec<(&str, &str)>, Failure> = self
            .headers
            .iter()
            .map(|header| {
                let parts = header.split_once(':').map(|(name, value)| (name.trim(), value.trim()));
                parts.ok_or_else(|| Failure::input("--header: write it as \"Name: value\""))
            })
            .collect();
        let headers = headers?;
        Ok((!headers.is_empty()).then(|| Headers::from_pairs(headers)))
    }
}

impl AnswerArguments {
    fn write(&self, definition: &mut GatewayDefinition) -> Result<(), Failure> {
        if let Some(accept) = &self.accept {
            definition.accepted =
                accept.parse().map_err(|error| Failure::input(format!("--accept: {error}")))?;
        }
        let mut rules = Vec::new();
        for text in &self.json {
            let (pointer, equals) = text.split_once('=').ok_or_else(|| {
                Failure::input("--answer-json: write it as POINTER=VALUE, such as /status=0")
            })?;
            rules.push(AnswerRule::Equals {
                pointer: pointer.to_owned(),
                equals: equals.to_owned(),
            });
        }
        rules.extend(
            self.contains.iter().map(|text| AnswerRule::Contains { contains: text.clone() }),
        );
        rules.extend(self.matches.iter().map(|text| AnswerRule::Matches { matches: text.clone() }));
        if !rules.is_empty() {
            definition.answer = rules;
        }
        Ok(())
    }
}
