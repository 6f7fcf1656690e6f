//! The settings of the program: command line first, then environment, then default.

use clap::Parser;

/// An SMS provider for development, with a page like a phone.
///
/// Example: `sms-inbox --listen 127.0.0.1:8090`
#[derive(Debug, Parser)]
#[command(version)]
pub struct Settings {
    /// Address and port to listen on.
    #[arg(
        long,
        env = "SMS_INBOX_LISTEN",
        value_name = "HOST:PORT",
        default_value = "127.0.0.1:8090"
    )]
    pub listen: String,

    /// When given, sending a message needs the header `Authorization: Bearer <TOKEN>`.
    #[arg(long, env = "SMS_INBOX_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub token: Option<String>,
}
