//! Between columns and domain types: instants, identifiers and JSON documents.

use idp_core::Instant;
use serde::Serialize;
use serde::de::value::{Error, StringDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::StoreError;

/// An instant from its column: unix milliseconds.
pub(crate) fn instant(column: &str, millis: i64) -> Result<Instant, StoreError> {
    Instant::from_timestamp_millis(millis).ok_or_else(|| corrupt(column, &"not an instant"))
}

/// A newtype of text from its column.
pub(crate) fn stored<T: DeserializeOwned>(column: &str, text: String) -> Result<T, StoreError> {
    let deserializer: StringDeserializer<Error> = text.into_deserializer();
    T::deserialize(deserializer).map_err(|cause| corrupt(column, &cause))
}

/// A JSON document from its column.
pub(crate) fn document<T: DeserializeOwned>(column: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|cause| corrupt(column, &cause))
}

/// A JSON document for its column.
pub(crate) fn json<T: Serialize>(column: &str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|cause| corrupt(column, &cause))
}

/// The pattern of LIKE, with `!` as its escape, for what contains this text in small letters.
pub(crate) fn containing(text: &str) -> String {
    let text = text.to_ascii_lowercase();
    let text = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{text}%")
}

/// How many rows a count or a deletion reports.
pub(crate) fn number(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

/// The error for a column that cannot be read; names the column, not its value.
pub(crate) fn corrupt(column: &str, cause: &dyn std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("{column}: {cause}"))
}
