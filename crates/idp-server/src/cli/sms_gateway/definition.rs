//! The definition of a gateway as command-line options, or as JSON on standard input.

use std::path::PathBuf;

use authenticators::gateway::{GatewayDefinition, Headers};
use clap::Args;
use idp_core::secret::Secret;

use crate::cli::failure::Failure;
use crate::cli::secret_input::{from_file, from_stdin, from_variable};

/// How a gateway is called.
#[derive(Args, Debug)]
pub struct DefinitionArguments {
    /// The address; $ctx.num, $ctx.msg and $ctx.otp stand for number, message and code
    #[arg(long, value_name = "URL", group = "address")]
    url: Option<String>,
    /// A file with the address, where it holds a secret
    #[arg(long, value_name = "FILE", group = "address")]
    url_file: Option<PathBuf>,
    /// An environment variable with the address, where it holds a secret
    #[arg(long, value_name = "NAME", group = "address")]
    url_env: Option<String>,
    /// Everything as JSON on standard input: url, method, headers, body, accepted,
    /// connect_timeout_ms, total_timeout_ms
    #[arg(long, group = "address", conflicts_with_all = ["method", "headers", "body", "accept"])]
    definition_stdin: bool,
    /// The HTTP method (default: POST)
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,
    /// A request header; repeat for more
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// The request body
    #[arg(long, value_name = "TEXT")]
    body: Option<String>,
    /// Accepted status codes, such as 200,202 or 200-299 (default: 200,201,202)
    #[arg(long, value_name = "CODES")]
    accept: Option<String>,
}

impl DefinitionArguments {
    /// The definition.
    pub fn read(&self) -> Result<GatewayDefinition, Failure> {
        if self.definition_stdin {
            let text = from_stdin("the definition")?;
            // The parser's message may repeat values; line and column tell enough.
            return serde_json::from_str(text.expose()).map_err(|error| {
                Failure::input(format!(
                    "the definition on standard input is wrong at line {}, column {}; it must be \
                     JSON with url, method, headers, body, accepted and the two timeouts",
                    error.line(),
                    error.column()
                ))
            });
        }
        let mut definition = GatewayDefinition::new(self.address()?.expose().as_str());
        if let Some(method) = &self.method {
            definition.method.clone_from(method);
        }
        if let Some(body) = &self.body {
            definition.body.clone_from(body);
        }
        if let Some(accept) = &self.accept {
            definition.accepted =
                accept.parse().map_err(|error| Failure::input(format!("--accept: {error}")))?;
        }
        let headers: Result<Vec<(&str, &str)>, Failure> = self
            .headers
            .iter()
            .map(|header| {
                let parts = header.split_once(':').map(|(name, value)| (name.trim(), value.trim()));
                parts.ok_or_else(|| Failure::input("--header: write it as \"Name: value\""))
            })
            .collect();
        definition.headers = Headers::from_pairs(headers?);
        Ok(definition)
    }

    fn address(&self) -> Result<Secret<String>, Failure> {
        match (&self.url, &self.url_file, &self.url_env) {
            (Some(url), ..) => Ok(Secret::new(url.clone())),
            (_, Some(path), _) => from_file(path),
            (_, _, Some(name)) => from_variable(name),
            _ => Err(Failure::input(
                "no address: give --url, --url-file, --url-env or --definition-stdin",
            )),
        }
    }
}
