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

/// The metadata of a form, or what is wrong with it. Fetches it where the form names an address.
pub fn sent(
    form: &Form,
    desk: &Desk<'_>,
) -> Result<Result<ImportedMetadata, Vec<Problem>>, WebError> {
    let file = form.file(FILE)?.map(|file| file.content.as_ref());
    let [text, address] = [form.text(TEXT)?.trim(), form.text(ADDRESS)?.trim()];
    Ok(match (file, address, text) {
        (Some(file), "", "") => read(FILE, file, desk.now),
        (None, "", "") => {
            let message =
                "choose the file with the metadata, name its address, or paste its content";
            Err(vec![Problem::new(FILE, message)])
        }
        (None, "", text) => read(TEXT, text.as_bytes(), desk.now),
        (None, address, "") => fetched(address, desk),
        _ => {
            let message = "send one of file, address and text, so that it is clear which counts";
            Err(vec![Problem::new(TEXT, message)])
        }
    })
}

fn fetched(address: &str, desk: &Desk<'_>) -> Result<ImportedMetadata, Vec<Problem>> {
    let document = Fetcher::of_metadata(&desk.app.settings).document_blocking(address);
    let document = document.map_err(|error| vec![Problem::new(ADDRESS, error.to_string())])?;
    read(ADDRESS, &document, desk.now)
}

/// The metadata that a page of ours carried on.
pub fn carried(
    form: &Form,
    now: Instant,
) -> Result<Result<ImportedMetadata, Vec<Problem>>, WebError> {
    let document = STANDARD.decode(form.text(CARRIED)?).unwrap_or_default();
    Ok(read("", &document, now))
}

/// The hidden field for this metadata.
pub fn hidden(metadata: &ImportedMetadata) -> (String, String) {
    (CARRIED.to_owned(), STANDARD.encode(&metadata.xml))
}

fn read(field: &str, document: &[u8], now: Instant) -> Result<ImportedMetadata, Vec<Problem>> {
    if document.len() > METADATA_BYTES {
        return Err(vec![Problem::new(
            field,
            "is larger than 2 MB, which no single service provider needs",
        )]);
    }
    ImportedMetadata::parse(document, now)
        .map_err(|all| all.lines().map(|line| Problem::new(field, line)).collect())
}
