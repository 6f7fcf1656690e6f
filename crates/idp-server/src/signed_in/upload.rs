//! Forms with files (multipart/form-data, RFC 7578), read from memory. The whole form is bounded by
//! its route; a file is never written to disk.

#![allow(dead_code, reason = "a vocabulary: each page uses the words it needs")]

use std::convert::Infallible;

use actix_web::web::Bytes;
use futures_util::stream;
use multer::Multipart;

use super::form::Form;
use crate::error::WebError;
use crate::pages::Problem;

/// The most parts a form may have.
const MOST_PARTS: usize = 500;

/// A file as it was sent. Its name is whatever the sender called it: for showing only.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The field.
    pub field: String,
    /// What the sender calls it.
    pub name: String,
    /// What is in it.
    pub content: Bytes,
}

/// Whether a form of this content type may hold files.
pub fn is_multipart(content_type: &str) -> bool {
    content_type.to_ascii_lowercase().starts_with("multipart/form-data")
}

/// The fields and files of a form.
pub async fn read(content_type: &str, body: Bytes) -> Result<Form, WebError> {
    let boundary = multer::parse_boundary(content_type).map_err(|error| refused(&error))?;
    let whole = stream::once(async move { Ok::<_, Infallible>(body) });
    let mut parts = Multipart::new(whole, boundary);
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(|error| refused(&error))? {
        if fields.len() + files.len() >= MOST_PARTS {
            return Err(refused(&"more parts than a form of ours has"));
        }
        let field = part.name().unwrap_or_default().to_owned();
        let name = part.file_name().map(str::to_owned);
        let content = part.bytes().await.map_err(|error| refused(&error))?;
        match name {
            // A field for a file in which none was chosen.
            Some(name) if name.is_empty() && content.is_empty() => {}
            Some(name) => files.push(Upload { field, name, content }),
            None => {
                let text = String::from_utf8(content.to_vec()).map_err(|error| refused(&error))?;
                fields.push((field, text));
            }
        }
    }
    Ok(Form::with_files(fields, files))
}

fn refused(found: &dyn std::fmt::Display) -> WebError {
    let found: String = found.to_string().chars().take(200).collect();
    let expected = "a complete form with fields in UTF-8";
    WebError::page(Problem::BadRequest, "form-unreadable", "RFC 7578", expected, &found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=XX";

    fn part(head: &str, content: &str) -> String {
        format!("--XX\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
    }

    #[tokio::test]
    async fn fields_and_files_are_kept_apart() {
        let body = part("name=\"csrf\"", "token")
            + &part("name=\"metadata\"; filename=\"sp.xml\"", "<a/>")
            + &part("name=\"none\"; filename=\"\"", "")
            + "--XX--\r\n";
        let form = read(TYPE, Bytes::from(body)).await.unwrap();
        assert_eq!(form.text("csrf").unwrap(), "token");
        let file = form.file("metadata").unwrap().expect("the file");
        assert_eq!((file.name.as_str(), &file.content[..]), ("sp.xml", b"<a/>".as_slice()));
        assert!(form.file("none").unwrap().is_none());
    }

    /// C215.
    #[tokio::test]
    async fn what_is_cut_off_or_has_too_many_parts_is_refused() {
        let cut = part("name=\"csrf\"", "token");
        assert!(read(TYPE, Bytes::from(cut)).await.is_err());
        let many = part("name=\"a\"", "b").repeat(MOST_PARTS + 1) + "--XX--\r\n";
        assert!(read(TYPE, Bytes::from(many)).await.is_err());
        assert!(read("multipart/form-data", Bytes::new()).await.is_err());
    }
}
