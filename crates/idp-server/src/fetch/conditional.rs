//! Asking for a document only where it is another than the one that is there (RFC 9110, 13), packed if
//! the other side can do that.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use idp_admin::metadata_sources::{Answer, Question};
use reqwest::StatusCode;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ETAG, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED,
};
use tokio::time::timeout;
use url::Url;

use super::{FetchError, Fetcher, REDIRECTS, redirect};

/// The longest ETag that is kept.
const MAX_VALIDATOR: usize = 1_024;

impl Fetcher {
    /// What is found at an address, on a runtime of its own: for threads that may block.
    pub fn conditional_blocking(&self, question: Question<'_>) -> Result<Answer, FetchError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let seconds = self.limit.as_secs();
        runtime.map_err(FetchError::Runtime)?.block_on(async {
            let url = Url::parse(question.address).map_err(|_| FetchError::NotAnAddress)?;
            timeout(self.limit, self.ask_for(url, question))
                .await
                .map_err(|_| FetchError::TooSlow { seconds })?
        })
    }

    async fn ask_for(&self, mut url: Url, question: Question<'_>) -> Result<Answer, FetchError> {
        let headers = headers(question);
        let conditional =
            headers.contains_key(IF_NONE_MATCH) || headers.contains_key(IF_MODIFIED_SINCE);
        for _ in 0..=REDIRECTS {
            let request = self.client(&url).await?.get(url.clone()).headers(headers.clone());
            let response =
                request.send().await.map_err(|error| FetchError::failed(&url, &error))?;
            if let Some(next) = redirect(&url, &response)? {
                if url.scheme() == "https" && next.scheme() != "https" {
                    return Err(FetchError::Downgrade { to: next.to_string() });
                }
                url = next;
                continue;
            }
            return match response.status() {
                StatusCode::NOT_MODIFIED if conditional => Ok(Answer::NotModified),
                StatusCode::NOT_FOUND | StatusCode::GONE => Ok(Answer::Absent),
                _ => {
                    let kept = |name| {
                        let value = response.headers().get(name)?.to_str().ok()?;
                        (value.len() <= MAX_VALIDATOR).then(|| value.to_owned())
                    };
                    let (etag, last_modified) = (kept(ETAG), kept(LAST_MODIFIED));
                    let octets = self.body(response).await?;
                    Ok(Answer::Document { octets, etag, last_modified })
                }
            };
        }
        Err(FetchError::TooManyRedirects { most: REDIRECTS })
    }
}

fn headers(question: Question<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let accepted = "application/samlmetadata+xml, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.5";
    headers.insert(ACCEPT, HeaderValue::from_static(accepted));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    let mut add = |name, value: Option<&str>| {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    };
    add(IF_NONE_MATCH, question.etag);
    add(IF_MODIFIED_SINCE, question.last_modified);
    headers
}

/// A document as it was before it was packed, if it has no more than `most` bytes then.
pub(super) fn unpacked(
    document: Vec<u8>,
    how: Option<&HeaderValue>,
    most: usize,
) -> Result<Vec<u8>, FetchError> {
    let how = how.map(|how| how.to_str().unwrap_or("unreadable").trim().to_ascii_lowercase());
    match how.as_deref() {
        None | Some("" | "identity") => return Ok(document),
        Some("gzip" | "x-gzip") => {}
        Some(other) => return Err(FetchError::Packed { how: other.chars().take(40).collect() }),
    }
    let mut plain = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let read = MultiGzDecoder::new(document.as_slice()).take(limit).read_to_end(&mut plain);
    match read {
        Err(_) => Err(FetchError::Packed { how: "broken gzip".to_owned() }),
        Ok(length) if length > most => {
            Err(FetchError::TooLarge { megabytes: most / (1024 * 1024) })
        }
        Ok(_) => Ok(plain),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    /// A112. A small document that becomes a large one is given up at the limit.
    #[test]
    fn a_packed_document_is_unpacked_up_to_the_limit() {
        let gzip = HeaderValue::from_static("gzip");
        let plain = unpacked(packed(b"<md/>"), Some(&gzip), 5).unwrap();
        assert_eq!(plain, b"<md/>");
        let bomb = packed(&vec![b' '; 64 << 20]);
        assert!(bomb.len() < 100_000);
        let refused = unpacked(bomb, Some(&gzip), 1 << 20);
        assert!(matches!(refused, Err(FetchError::TooLarge { megabytes: 1 })), "{refused:?}");
    }

    #[test]
    fn what_cannot_be_unpacked_is_told() {
        let how =
            |text: &'static str| unpacked(b"x".to_vec(), Some(&HeaderValue::from_static(text)), 9);
        assert!(matches!(how("br"), Err(FetchError::Packed { .. })));
        assert!(matches!(how("gzip"), Err(FetchError::Packed { .. })));
        assert_eq!(how("identity").unwrap(), b"x");
        assert_eq!(unpacked(b"x".to_vec(), None, 9).unwrap(), b"x");
    }
}
