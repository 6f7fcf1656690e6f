//! `[appearance]`: how the pages of people look, without what is as in the settings of the server.

use idp_core::appearance::Branding;

use super::entry::Entry;

/// The table.
pub fn entry(branding: &Branding) -> Entry {
    let Branding { product_name, help_contact, appearance } = branding;
    let mut entry = Entry::default();
    entry.set_some("product_name", product_name.as_ref().map(|name| String::from(name.as_str())));
    entry.set_some("help_contact", help_contact.as_ref().map(|text| String::from(text.as_str())));
    entry.set_some("accent", appearance.accent.map(|colour| colour.to_string()));
    entry.set_some("logo", appearance.logo.as_ref().map(|logo| logo.base64().to_owned()));
    entry
}
