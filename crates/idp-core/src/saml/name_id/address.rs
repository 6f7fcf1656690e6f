//! What counts as an e-mail address in a NameID: a bare addr-spec (saml-core 8.3.2).

/// Whether the text is an addr-spec made of dot-atoms (RFC 2822 3.4.1): no display name, no angle
/// brackets, no comment. Quoted local parts and address literals are allowed by the RFC and
/// refused here, for service providers take them apart in different ways.
pub(super) fn is_addr_spec(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    text.len() <= 254
        && local.len() <= 64
        && local.split('.').all(is_atom)
        && domain.split('.').all(is_label)
}

fn is_atom(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
}

fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::is_addr_spec;

    #[test]
    fn bare_addresses_are_accepted() {
        for address in
            ["a@b", "alice@example.org", "o'brien+x@sub.example.org", "a.b@xn--bcher-kva.example"]
        {
            assert!(is_addr_spec(address), "{address}");
        }
    }

    #[test]
    fn anything_around_an_address_is_refused() {
        for text in [
            "",
            "alice",
            "@b",
            "a@",
            "a@b@c",
            "Alice <a@b>",
            "<a@b>",
            "a@b (Alice)",
            " a@b",
            "a@b ",
            "a..b@c",
            ".a@b",
            "a@b.",
            "a@-b",
            "a@b_c",
            "a@[127.0.0.1]",
            "\"a b\"@c",
            "a\u{0}@b",
            "ä@b",
            "a@b<!---->.evil.example",
        ] {
            assert!(!is_addr_spec(text), "{text}");
        }
    }
}
