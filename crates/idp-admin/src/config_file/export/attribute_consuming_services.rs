//! `[[service_provider.attribute_consuming_services]]`: what it asks for.

use idp_core::attribute_release::{AttributeConsumingService, RequestedAttribute};
use idp_core::claim::ClaimUri;
use idp_core::saml::urn::attribute_name_format;
use toml_edit::{InlineTable, Value};

use super::entry::{Entry, list, row};
use crate::config_file::attribute_consuming_services::name_format_uri;

/// The table of one set.
pub fn entry(service: &AttributeConsumingService) -> Entry {
    let AttributeConsumingService { index, is_default, attributes } = service;
    let mut entry = Entry::default();
    entry.set("index", i64::from(*index));
    entry.set_some("default", *is_default);
    entry.set_rows("attributes", attributes.iter().map(requested));
    entry
}

fn requested(attribute: &RequestedAttribute) -> InlineTable {
    let RequestedAttribute { name, name_format, friendly_name, required, values } = attribute;
    row([
        ("name", Some(name.into())),
        ("name_format", name_format.as_deref().map(written_format)),
        ("friendly_name", friendly_name.as_ref().map(Value::from)),
        ("required", required.then_some(true.into())),
        ("values", (!values.is_empty()).then(|| list(values))),
    ])
}

/// What metadata has may be anything; what would be read as something else is said to be exact.
fn written_format(format: &str) -> Value {
    let short = short_format(format);
    let read = name_format_uri(short);
    if read == format && ClaimUri::parse(&read).is_some() {
        return short.into();
    }
    row([("exactly", Some(format.into()))]).into()
}

/// The short name of a format of names, where it has one.
pub fn short_format(uri: &str) -> &str {
    match uri {
        attribute_name_format::URI => "uri",
        attribute_name_format::BASIC => "basic",
        attribute_name_format::UNSPECIFIED => "unspecified",
        other => other,
    }
}
