//! A SAML message as the side panel shows it: the best aid when a login does not work.

use chrono::{DateTime, Utc};

use crate::xml_view;

/// One message that was sent or received.
#[derive(Debug, Clone)]
pub struct Message {
    /// Whether this program sent it.
    pub sent: bool,
    /// Its kind and binding, such as "AuthnRequest by HTTP-Redirect".
    pub title: String,
    /// Where it went, or where it arrived.
    pub address: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The other parameters that travelled with it, such as RelayState and SigAlg.
    pub parameters: Vec<(String, String)>,
    /// The XML, byte for byte.
    pub xml: String,
}

impl Message {
    /// The XML indented for reading.
    pub fn pretty(&self) -> String {
        xml_view::indent(&self.xml)
    }

    /// The time of day.
    pub fn time(&self) -> String {
        self.at.format("%H:%M:%S UTC").to_string()
    }

    /// The instant for a `time` element.
    pub fn iso(&self) -> String {
        self.at.to_rfc3339()
    }
}
