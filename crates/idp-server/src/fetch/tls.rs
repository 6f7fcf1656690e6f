//! What went wrong with a connection, in plain words: libraries tell the numbers of their own lines.

/// A sentence for what the library said, from its outermost error to the innermost one; `None` where
/// nothing better is known.
pub(super) fn in_words(host: &str, said: &str) -> Option<String> {
    let says = |any: &[&str]| any.iter().any(|words| said.contains(words));
    let sentence = if says(&["Hostname mismatch", "IP address mismatch", "hostname mismatch"]) {
        format!("its certificate is for another name than {host}; look for a spelling mistake")
    } else if says(&["certificate has expired"]) {
        "its certificate has expired; tell its owner, and upload the document until then".to_owned()
    } else if says(&["certificate is not yet valid"]) {
        "its certificate is not valid yet; look at the clock of this server".to_owned()
    } else if says(&["certificate verify failed"]) {
        "its certificate is from nobody whom this server trusts; download the document in a way that \
         you trust, and upload it"
            .to_owned()
    } else if says(&["wrong version number", "packet length too long", "unknown protocol"]) {
        "it does not speak TLS there, so https cannot work; look at the port".to_owned()
    } else if says(&["unsupported protocol", "handshake failure", "protocol version"]) {
        "it speaks no version of TLS that this server does; tell its owner".to_owned()
    } else if says(&["unexpected eof", "unexpected EOF", "connection closed before"]) {
        "it ended the connection without an answer".to_owned()
    } else if says(&["Connection refused"]) {
        "nothing answers at that port (connection refused)".to_owned()
    } else {
        return None;
    };
    Some(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_openssl_says_is_told_in_plain_words() {
        let verify = "error:0A000086:SSL routines:tls_post_process_server_certificate:certificate \
                      verify failed:../ssl/statem/statem_clnt.c:1889:";
        for (said, told) in [
            (
                "error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record.c:1",
                "does not speak TLS there",
            ),
            (&format!("{verify} (self-signed certificate): {verify}"), "nobody whom this server"),
            (&format!("{verify} (certificate has expired): {verify}"), "has expired"),
            (&format!("{verify} (certificate is not yet valid)"), "not valid yet"),
            (&format!("{verify} (Hostname mismatch): {verify}"), "another name than sp.example"),
            ("tcp connect error: Connection refused (os error 111)", "connection refused"),
        ] {
            let sentence = in_words("sp.example", said).unwrap_or_default();
            assert!(sentence.contains(told), "{said}: {sentence}");
            assert!(!sentence.contains("error:"), "{sentence}");
        }
        assert_eq!(in_words("sp.example", "something else"), None);
    }
}
