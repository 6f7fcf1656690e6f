//! The settings of the program: command line first, then environment, then default.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// The path below which the original WSO2 sample lived; kept, so that its configuration fits.
const PATH: &str = "saml2-web-app-pickup-dispatch.com";

/// Pickup Dispatch, the sample service provider: a vehicle-booking desk behind a SAML login.
///
/// Example: `pickup-dispatch --idp-metadata http://localhost:9763/saml/metadata`
#[derive(Debug, Clone, Parser)]
#[command(version)]
pub struct Settings {
    /// Address and port to listen on.
    #[arg(
        long,
        env = "PICKUP_DISPATCH_LISTEN",
        value_name = "HOST:PORT",
        default_value = "127.0.0.1:8080"
    )]
    pub listen: String,

    /// Address browsers use. Default: `http://localhost:<port>/saml2-web-app-pickup-dispatch.com`.
    #[arg(long, env = "PICKUP_DISPATCH_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,

    /// Where the identity provider's metadata is: an http(s) address or a file.
    #[arg(
        long,
        env = "PICKUP_DISPATCH_IDP_METADATA",
        value_name = "URL|FILE",
        default_value = "http://localhost:9763/saml/metadata"
    )]
    pub idp_metadata: String,

    /// Own signing key and certificate (PEM). Made at the first start when the file is missing.
    #[arg(long, env = "PICKUP_DISPATCH_KEY", value_name = "FILE")]
    pub key: Option<PathBuf>,

    /// Own name for people.
    #[arg(long, env = "PICKUP_DISPATCH_NAME", default_value = "Pickup Dispatch")]
    pub name: String,

    /// Colour of the pages, to tell two of these programs apart.
    #[arg(long, env = "PICKUP_DISPATCH_COLOUR", value_enum, default_value = "teal")]
    pub colour: Colour,

    /// Own entityID.
    #[arg(long, env = "PICKUP_DISPATCH_ENTITY_ID", default_value = PATH)]
    pub entity_id: String,

    /// How login requests travel unless the login page says otherwise.
    #[arg(long, env = "PICKUP_DISPATCH_BINDING", value_enum, default_value = "redirect")]
    pub binding: Binding,

    /// Sign login requests unless the login page says otherwise.
    #[arg(long, env = "PICKUP_DISPATCH_SIGN_REQUESTS", requires = "key")]
    pub sign_requests: bool,

    /// NameID format to ask for unless the login page says otherwise. Default: ask for none.
    #[arg(long, env = "PICKUP_DISPATCH_NAME_ID_FORMAT", value_name = "URI")]
    pub name_id_format: Option<String>,
}

/// The colour of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// Blue-green.
    Teal,
    /// Reddish violet.
    Plum,
}

impl Colour {
    /// The class of the pages' body.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Teal => "teal",
            Self::Plum => "plum",
        }
    }
}

/// How a login request travels to the identity provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Binding {
    /// HTTP-Redirect: in the query (saml-bindings 3.4).
    Redirect,
    /// HTTP-POST: in a form that submits itself (saml-bindings 3.5).
    Post,
}

impl Settings {
    /// The public address without a trailing slash.
    pub(crate) fn base(&self) -> anyhow::Result<url::Url> {
        let written = self.public_url.clone().unwrap_or_else(|| self.default_public_url());
        match url::Url::parse(written.trim_end_matches('/')) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.query().is_none() => Ok(url),
            _ => anyhow::bail!(
                "--public-url is {written:?}: give an address such as https://desk.example/pickup"
            ),
        }
    }

    fn default_public_url(&self) -> String {
        let port = self.listen.rsplit_once(':').map_or("8080", |(_, port)| port);
        format!("http://localhost:{port}/{PATH}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_address_follows_the_port_unless_given() {
        let settings = Settings::parse_from(["x", "--listen", "127.0.0.1:18080"]);
        assert_eq!(settings.base().unwrap().as_str(), format!("http://localhost:18080/{PATH}"));
        let settings = Settings::parse_from(["x", "--public-url", "https://desk.example/p/"]);
        assert_eq!(settings.base().unwrap().as_str(), "https://desk.example/p");
        let settings = Settings::parse_from(["x", "--public-url", "desk"]);
        assert!(settings.base().is_err());
    }

    #[test]
    fn signing_needs_a_key() {
        assert!(Settings::try_parse_from(["x", "--sign-requests"]).is_err());
    }
}
