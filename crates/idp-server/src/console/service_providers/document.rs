//! Metadata on its way through the console: a file or a pasted text, then a hidden field of the page
//! that explains it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use idp_admin::Problem;
use idp_admin::service_providers::ImportedMetadata;
use idp_core::Instant;

use crate::console::form::Form;
use crate::console::forms::Fields;
use crate::error::WebError;

/// The field of the file.
pub const FILE: &str = "metadata_file";
/// The field of the text.
pub const TEXT: &str = "metadata";
/// The hidden field, in base64: browsers would change the ends of lines.
pub const CARRIED: &str = "document";
/// The largest metadata.
const MOST: usize = 2 * 1024 * 1024;

/// The fields of a form that asks for metadata.
pub fn fields() -> Fields {
    Fields::new().with(TEXT, "").called(TEXT, "Metadata").with(FILE, "").called(FILE, "File")
}

/// The metadata of a form, or what is wrong with it.
pub fn sent(form: &Form, now: Instant) -> Result<Result<ImportedMetadata, Vec<Problem>>, WebError> {
    let text = form.text(TEXT)?.trim();
    let (field, document) = match (form.file(FILE)?, text.is_empty()) {
        (Some(file), true) => (FILE, file.content.as_ref()),
        (None, false) => (TEXT, text.as_bytes()),
        (None, true) => {
            let message = "choose the file with the metadata, or paste its content";
            return Ok(Err(vec![Problem::new(TEXT, message)]));
        }
        (Some(_), false) => {
            let message =
                "there is a file and a text: send one of them, so that it is clear which counts";
            return Ok(Err(vec![Problem::new(TEXT, message)]));
        }
    };
    Ok(read(field, document, now))
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
    if document.len() > MOST {
        return Err(vec![Problem::new(
            field,
            "is larger than 2 MB, which no single service provider needs",
        )]);
    }
    ImportedMetadata::parse(document, now)
        .map_err(|all| all.lines().map(|line| Problem::new(field, line)).collect())
}
