//! Java key stores (JKS), as far as trusting needs them: the certificates of its trusted entries.
//! Private keys are passed over unread.
//!
//! The format is that of the class `sun.security.provider.JavaKeyStore`: big-endian numbers, entries
//! one after the other, and at the end a SHA-1 digest over the password and everything before. The
//! digest is checked first, so that nothing is parsed that was damaged or not meant for us.

use openssl::sha::Sha1;

/// How a store begins.
pub const MAGIC: [u8; 4] = [0xFE, 0xED, 0xFE, 0xED];
const DIGEST: usize = 20;
const WHITENER: &[u8] = b"Mighty Aphrodite";
const PRIVATE_KEY: u32 = 1;
const TRUSTED_CERTIFICATE: u32 = 2;
/// Java's own store of public authorities has about 150.
const MAX_ENTRIES: u32 = 1_000;
/// Certificates in the chain of a private key.
const MAX_CHAIN: u32 = 100;

/// What a store holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// The certificates (DER) of the trusted entries with their aliases, in the order of the file.
    pub trusted: Vec<(String, Vec<u8>)>,
    /// The aliases of entries that hold private keys.
    pub private_keys: Vec<String>,
}

/// Why a store cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum JavaKeyStoreError {
    /// The digest is another one.
    #[error("the password is not the one of this key store, or the file is damaged")]
    WrongPassword,
    /// The content is not that of a store.
    #[error("the file is damaged: its content is not that of a Java key store")]
    Malformed,
    /// It has too many entries.
    #[error("the key store has more than {MAX_ENTRIES} entries")]
    TooLarge,
}

/// Reads a store.
pub fn read(bytes: &[u8], password: &str) -> Result<Content, JavaKeyStoreError> {
    let end = bytes.len().checked_sub(DIGEST).ok_or(JavaKeyStoreError::Malformed)?;
    let (content, digest) = bytes.split_at(end);
    if digest != expected_digest(content, password) {
        return Err(JavaKeyStoreError::WrongPassword);
    }
    let mut reader = Reader(content);
    if reader.take(MAGIC.len())? != MAGIC {
        return Err(JavaKeyStoreError::Malformed);
    }
    let version = reader.number()?;
    let count = reader.number()?;
    if !(1..=2).contains(&version) {
        return Err(JavaKeyStoreError::Malformed);
    }
    if count > MAX_ENTRIES {
        return Err(JavaKeyStoreError::TooLarge);
    }
    let mut found = Content::default();
    for _ in 0..count {
        entry(&mut reader, version, &mut found)?;
    }
    if reader.0.is_empty() { Ok(found) } else { Err(JavaKeyStoreError::Malformed) }
}

fn entry(
    reader: &mut Reader<'_>,
    version: u32,
    found: &mut Content,
) -> Result<(), JavaKeyStoreError> {
    let tag = reader.number()?;
    let alias = reader.text()?;
    // When the entry was made: unix milliseconds.
    reader.take(8)?;
    match tag {
        TRUSTED_CERTIFICATE => {
            let certificate = certificate(reader, version)?.to_vec();
            found.trusted.push((alias, certificate));
        }
        PRIVATE_KEY => {
            let length = reader.number()?;
            reader.counted(length)?;
            let chain = reader.number()?;
            if chain > MAX_CHAIN {
                return Err(JavaKeyStoreError::Malformed);
            }
            for _ in 0..chain {
                certificate(reader, version)?;
            }
            found.private_keys.push(alias);
        }
        _ => return Err(JavaKeyStoreError::Malformed),
    }
    Ok(())
}

fn certificate<'a>(reader: &mut Reader<'a>, version: u32) -> Result<&'a [u8], JavaKeyStoreError> {
    // Version 1 knew X.509 only and did not say so.
    if version == 2 && reader.text()? != "X.509" {
        return Err(JavaKeyStoreError::Malformed);
    }
    let length = reader.number()?;
    reader.counted(length)
}

fn expected_digest(content: &[u8], password: &str) -> [u8; DIGEST] {
    let mut digest = Sha1::new();
    for unit in password.encode_utf16() {
        digest.update(&unit.to_be_bytes());
    }
    digest.update(WHITENER);
    digest.update(content);
    digest.finish()
}

/// The rest of the content.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], JavaKeyStoreError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(JavaKeyStoreError::Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn counted(&mut self, length: u32) -> Result<&'a [u8], JavaKeyStoreError> {
        self.take(usize::try_from(length).map_err(|_| JavaKeyStoreError::Malformed)?)
    }

    fn number(&mut self) -> Result<u32, JavaKeyStoreError> {
        let bytes: [u8; 4] = self.take(4)?.try_into().map_err(|_| JavaKeyStoreError::Malformed)?;
        Ok(u32::from_be_bytes(bytes))
    }

    /// Java's modified UTF-8. It differs from UTF-8 in characters that no sane alias has; those are
    /// shown as replaced.
    fn text(&mut self) -> Result<String, JavaKeyStoreError> {
        let length: [u8; 2] = self.take(2)?.try_into().map_err(|_| JavaKeyStoreError::Malformed)?;
        let bytes = self.take(u16::from_be_bytes(length).into())?;
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A store as Java writes it: a trusted certificate and a private key with its chain.
    fn store(password: &str) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(2_u32.to_be_bytes());
        bytes.extend(2_u32.to_be_bytes());
        bytes.extend(TRUSTED_CERTIFICATE.to_be_bytes());
        bytes.extend(text("nexmo"));
        bytes.extend([0; 8]);
        bytes.extend(text("X.509"));
        bytes.extend(counted(b"certificate"));
        bytes.extend(PRIVATE_KEY.to_be_bytes());
        bytes.extend(text("wso2carbon"));
        bytes.extend([0; 8]);
        bytes.extend(counted(b"private key"));
        bytes.extend(1_u32.to_be_bytes());
        bytes.extend(text("X.509"));
        bytes.extend(counted(b"own certificate"));
        sealed(bytes, password)
    }

    fn sealed(mut bytes: Vec<u8>, password: &str) -> Vec<u8> {
        let digest = expected_digest(&bytes, password);
        bytes.extend(digest);
        bytes
    }

    fn text(text: &str) -> Vec<u8> {
        let length = u16::try_from(text.len()).unwrap().to_be_bytes();
        [&length[..], text.as_bytes()].concat()
    }

    fn counted(bytes: &[u8]) -> Vec<u8> {
        let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
        [&length[..], bytes].concat()
    }

    #[test]
    fn trusted_entries_are_found_and_private_keys_named() {
        let content = read(&store("wso2carbon"), "wso2carbon").unwrap();
        assert_eq!(content.trusted, [("nexmo".to_owned(), b"certificate".to_vec())]);
        assert_eq!(content.private_keys, ["wso2carbon"]);
    }

    #[test]
    fn another_password_is_told() {
        for password in ["", "wso2carbo", "changeit"] {
            let read = read(&store("wso2carbon"), password);
            assert_eq!(read, Err(JavaKeyStoreError::WrongPassword), "{password}");
        }
    }

    #[test]
    fn a_changed_byte_anywhere_is_noticed() {
        for position in 0..store("p").len() {
            let mut changed = store("p");
            changed[position] ^= 1;
            assert!(read(&changed, "p").is_err(), "byte {position}");
        }
    }

    #[test]
    fn a_cut_store_with_a_right_digest_is_an_error_not_a_panic() {
        let whole = store("p");
        let content = &whole[..whole.len() - DIGEST];
        for length in 0..content.len() {
            let cut = sealed(content[..length].to_vec(), "p");
            assert_eq!(read(&cut, "p"), Err(JavaKeyStoreError::Malformed), "{length} bytes");
        }
        let longer = sealed([content, &[0]].concat(), "p");
        assert_eq!(read(&longer, "p"), Err(JavaKeyStoreError::Malformed));
    }

    #[test]
    fn lengths_and_counts_out_of_range_are_errors() {
        let whole = store("p");
        let content = &whole[..whole.len() - DIGEST];
        for position in 0..content.len().saturating_sub(4) {
            let mut changed = content.to_vec();
            changed[position..position + 4].copy_from_slice(&[0xFF; 4]);
            // Whatever comes of it, it is no panic and no endless work.
            let _ = read(&sealed(changed, "p"), "p");
        }
        let mut many = MAGIC.to_vec();
        many.extend(2_u32.to_be_bytes());
        many.extend(u32::MAX.to_be_bytes());
        assert_eq!(read(&sealed(many, "p"), "p"), Err(JavaKeyStoreError::TooLarge));
    }
}
