//! Metadata on its way through the console: a file, an address or a pasted text, then a hidden field of the page
//! that explains it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_admin::Problem;
use idp_admin::service_providers::ImportedMetadata;
use idp_core::Instant;

use crate::console::Desk;
use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::error::WebError;
use crate::fetch::{Fetcher, METADATA_BYTES};

/// The field of the file.
pub const FILE: &str = "metadata_file";
/// The field of the text.
pub const TEXT: &str = "metadata";
/// The field of the address.
pub const ADDRESS: &str = "metadata_url";
/// The hidden field, in base64: browsers would change the ends of lines.
pub const CARRIED: &str = "document";

/// The fields of a form that asks for metadata.
pub fn fields() -> Fields {
    [(TEXT, "Metadata"), (FILE, "File"), (ADDRESS, "Address")]
        .into_iter()
        .fold(Fields::new(), |fields, (name, label)| fields.with(name, "").called(name, label))
}

/// A document on its way.
pub struct Sent {
    /// The field it came in; empty when a page of ours carried it on.
    field: &'static str,
    /// Its content.
    pub octets: Vec<u8>,
}

impl Sent {
    /// The metadata of the service provider with this entityID, or of the only one.
    pub fn read(
        &self,
        entity_id: Option<&str>,
        now: Instant,
    ) -> Result<ImportedMetadata, Vec<Problem>> {
        ImportedMetadata::parse_one(&self.octets, entity_id, now)
            .map_err(|all| all.lines().map(|line| Problem::new(self.field, line)).collect())
    }

    /// The hidden field for the whole document.
    pub fn hidden(&self) -> (String, String) {
        (CARRIED.to_owned(), STANDARD.encode(&self.octets))
    }
}

/// The document of a form, or what is wrong with it. Fetches it where the form names an address.
pub fn sent(form: &Form, desk: &Desk<'_>) -> Result<Result<Sent, Vec<Problem>>, WebError> {
    let file = form.file(FILE)?.map(|file| file.content.as_ref());
    let [text, address] = [form.text(TEXT)?.trim(), form.text(ADDRESS)?.trim()];
    let (field, octets) = match (file, address, text) {
        (None, "", "") if !form.text(CARRIED)?.is_empty() => return Ok(Ok(carried(form)?)),
        (Some(file), "", "") => (FILE, file.to_vec()),
        (None, "", "") => {
            let message =
                "choose the file with the metadata, name its address, or paste its content";
            return Ok(Err(vec![Problem::new(FILE, message)]));
        }
        (None, "", text) => (TEXT, text.as_bytes().to_vec()),
        (None, address, "") => {
            let document = Fetcher::of_metadata(&desk.app.settings).document_blocking(address);
            match document {
                Ok(document) => (ADDRESS, document),
                Err(error) => return Ok(Err(vec![Problem::new(ADDRESS, error.to_string())])),
            }
        }
        _ => {
            let message = "send one of file, address and text, so that it is clear which counts";
            return Ok(Err(vec![Problem::new(TEXT, message)]));
        }
    };
    if octets.len() > METADATA_BYTES {
        let message = "is larger than 2 MB, which no single service provider needs";
        return Ok(Err(vec![Problem::new(field, message)]));
    }
    Ok(Ok(Sent { field, octets }))
}

/// The document that a page of ours carried on.
pub fn carried(form: &Form) -> Result<Sent, WebError> {
    let octets = STANDARD.decode(form.text(CARRIED)?).unwrap_or_default();
    Ok(Sent { field: "", octets })
}

/// The hidden field for this metadata.
pub fn hidden(metadata: &ImportedMetadata) -> (String, String) {
    (CARRIED.to_owned(), STANDARD.encode(&metadata.xml))
}
